// The answer on one page: heatmap first, findings beside it, then each comparison, samples, tables, options, methods.

import { ask, failureOf, filePath, studyPath } from "./api.js";
import { announce, button, el, fill } from "./dom.js";
import { refusalBox } from "./errors.js";
import { plates } from "./figures.js";
import { findingsPanel } from "./findings.js";
import { mountHeatmap } from "./heatmap.js";
import { mountOptions } from "./options.js";
import { comparisonSection, figuresNamed } from "./comparison.js";
import { sampleTable } from "./samples.js";
import { messageList } from "./understand.js";
import { countOf } from "./words.js";

/** @typedef {import("./shapes.js").Study} Study */
/** @typedef {import("./shapes.js").Result} Result */

/**
 * Show the result of a study.
 * @param {HTMLElement} root @param {HTMLElement} take place for what can be taken away @param {Study} study @param {any} actions
 */
export function mountResult(root, take, study, actions) {
  /** @type {(() => void)[]} */
  const endings = [];
  /** @type {ReturnType<typeof mountOptions>|null} */
  let options = null;
  const load = async () => {
    /** @type {Result} */
    const result = await ask("GET", studyPath(study.id, "/result"));
    const page = el("div", { class: "result" });
    fill(root, page);
    const parts = sectionsOf(study, result);
    fill(take, ...takeaway(study, result));
    fill(page, answerHead(result), jumps(parts), ...parts.map(({ element }) => element));
    endings.push(mountHeatmap(byClass(page, "heatbox"), study.id, result));
    const box = byClass(page, "optionbox");
    options = mountOptions(box, study, actions);
    announce(result.lead?.text ?? result.title);
  };
  load().catch((error) => fill(root, refusalBox(failureOf(error).refusal)));
  return {
    /** @param {Study} now */
    update: (now) => options?.update(now),
    destroy: () => {
      options?.destroy();
      endings.forEach((end) => end());
    },
  };
}

/** @param {HTMLElement} root @param {string} name @returns {HTMLElement} */
function byClass(root, name) {
  const found = root.querySelector(`.${name}`);
  if (!(found instanceof HTMLElement)) throw new Error(`no .${name}`);
  return found;
}

/** @param {Result} result */
function answerHead(result) {
  return el("dl", { class: "facts answerhead" }, result.facts.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
}

/** The files that hold everything. @param {Study} study @param {Result} result */
function takeaway(study, result) {
  const documents = [["report.html", "Report"], ["results.xlsx", "Workbook"]].flatMap(([name, label]) => {
    const file = result.files.find((one) => one.name === name);
    return file ? [el("a", { class: "button", href: filePath(study.id, file.id), download: name }, label)] : [];
  });
  return [...documents, el("a", { class: "button strong", href: studyPath(study.id, "/zip"), download: true }, "Everything as zip")];
}

/** @param {{title: string, key: string, element: HTMLElement}[]} parts */
function jumps(parts) {
  return el("nav", { class: "jumps", "aria-label": "parts of the answer" }, parts.map(({ title, key }) =>
    button(title, () => {
      const part = document.getElementById(`part-${key}`);
      part?.scrollIntoView({ block: "start" });
      part?.focus({ preventScroll: true });
    }, { class: "quiet" })));
}

/** The sections of the page in their order. @param {Study} study @param {Result} result */
function sectionsOf(study, result) {
  const files = new Map(result.files.map(/** @returns {[string, string]} */ ({ name, id }) => [name, filePath(study.id, id)]));
  const fileOf = (/** @type {string} */ rests_on) => files.get(rests_on.split(" (")[0]) ?? null;
  /** @param {string} key @param {string} title @param {...any} children */
  const part = (key, title, ...children) => ({ key, title,
    element: el("section", { id: `part-${key}`, tabindex: "-1", "aria-label": title }, ...children) });
  return [
    part("heatmap", "Heatmap", el("div", { class: "answer" }, el("div", { class: "heatbox" }), findingsPanel(result, fileOf))),
    ...result.comparisons.map((comparison, i) =>
      part(`comparison-${i}`, comparison.title, ...comparisonSection(study.id, result, comparison, i === 0 ? ["pca"] : []))),
    part("samples", "Samples", el("h2", {}, "Samples"), el("div", { class: "pair" }, plates(study.id, figuresNamed(result, result.comparisons.length ? ["sample_distances", "overlap"] : ["pca", "sample_distances"])), sampleTable(result.samples))),
    ...testParts(study, result, part),
    ...readsParts(study, result, part),
    part("tables", "Tables", el("h2", {}, "Tables and files"), fileList(study.id, result)),
    part("options", "Options", el("h2", {}, "Groups and options"), el("div", { class: "optionbox" })),
    part("methods", "Methods", el("h2", {}, "Methods"), copied(result.methods, "text")),
    part("repeat", "Repeat", el("h2", {}, "The same from the command line, and in Python"), copied(result.command, "code"), copied(result.python, "code")),
    part("messages", "Messages", el("h2", {}, "Messages"), messageList(result.messages)),
  ].filter((one) => one !== null);
}

/** @param {Study} study @param {Result} result @param {any} part */
function testParts(study, result, part) {
  const shown = result.figures.filter(({ name }) => /^(dispersion|p_values_)/.test(name));
  return shown.length ? [part("tests", "Tests", el("h2", {}, "Do the tests behave?"), plates(study.id, shown))] : [];
}

/** @param {Study} study @param {Result} result @param {any} part */
function readsParts(study, result, part) {
  const shown = result.figures.filter(({ name }) => /^reads_/.test(name));
  return shown.length ? [part("reads", "Reads", el("h2", {}, "What the reads are like"), plates(study.id, shown))] : [];
}

/** Every table with what it holds. @param {string} study_id @param {Result} result */
function fileList(study_id, result) {
  return el("ul", { class: "filelist" }, result.tables.map(({ id, name, n_rows, what }) =>
    el("li", {}, el("a", { href: filePath(study_id, id), download: `${name}.tsv` }, `${name}.tsv`), el("span", {}, what), el("span", { class: "n" }, countOf(n_rows, "row")))));
}

/** Text that one may take away. @param {string} text @param {"text"|"code"} kind */
function copied(text, kind) {
  const copy = button("Copy", () => void navigator.clipboard.writeText(text).then(() => {
    fill(copy, "Copied");
    announce("Copied");
  }), { class: "copy" });
  return el("div", { class: `copied ${kind}` }, copy, kind === "code" ? el("pre", {}, el("code", {}, text)) : methodsText(text));
}

/** Paragraphs and headings of a methods text. @param {string} text */
function methodsText(text) {
  const blocks = text.split(/\n{2,}/).map((block) => block.trim().replaceAll("`", "")).filter((block) => block && !block.startsWith("# "));
  return el("div", { class: "methods" }, blocks.map((block) => {
    if (block.startsWith("#")) return el("h3", {}, block.replace(/^#+\s*/, ""));
    if (!block.startsWith("- ")) return el("p", {}, block.replaceAll("\n", " "));
    return el("ul", { class: "references" }, block.split(/\n- /).map((item) => el("li", {}, item.replace(/^- /, "").replaceAll("\n", " "))));
  }));
}
