// What was found, in sentences: what must not be missed first, then by question, then what must not be concluded.

import { el } from "./dom.js";

/** @typedef {import("./shapes.js").Finding} Finding */
/** @typedef {import("./shapes.js").Result} Result */

/**
 * Show the findings beside the heatmap.
 * @param {Result} result @param {(rests_on: string) => string|null} fileOf the address of the table a sentence rests on
 */
export function findingsPanel(result, fileOf) {
  const cautions = result.findings.filter(({ level }) => level === "caution");
  const told = result.findings.filter(({ level }) => level !== "caution");
  return el("aside", { class: "findings", "aria-labelledby": "findings-title", tabindex: "0" },
    el("div", { class: "foremost" }, el("h2", { id: "findings-title" }, "What was found"),
      result.stops.map((stop) => el("p", { class: "stop" }, ...sentence(stop, fileOf))),
      result.lead ? el("p", { class: "lead" }, ...sentence(result.lead, fileOf)) : null),
    el("div", { class: "further" },
      byQuestion(told).map(([question, items]) => el("div", {}, question ? el("h3", {}, question) : null, list(items, fileOf))),
      cautions.length ? el("div", { class: "cautions" }, el("h3", {}, "Before you conclude"), list(cautions, fileOf)) : null));
}

/** @param {Finding[]} findings @returns {[string, Finding[]][]} */
function byQuestion(findings) {
  /** @type {Map<string, Finding[]>} */
  const questions = new Map();
  for (const finding of findings) questions.set(finding.question, [...(questions.get(finding.question) ?? []), finding]);
  return [...questions];
}

/** @param {Finding[]} items @param {(rests_on: string) => string|null} fileOf */
function list(items, fileOf) {
  return el("ul", {}, items.map((item) => el("li", {}, ...sentence(item, fileOf))));
}

/** @param {Finding} item @param {(rests_on: string) => string|null} fileOf */
function sentence(item, fileOf) {
  const file = item.rests_on ? fileOf(item.rests_on) : null;
  const label = `rests on ${item.rests_on}`;
  return [item.text, file ? el("a", { class: "source", href: file, download: true, title: label, "aria-label": label }, "\u00a0↗") : null];
}
