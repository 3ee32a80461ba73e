// The list of studies: open, rename, compare two, delete (asked first, for it cannot be undone).

import { ask, failureOf, studyPath } from "./api.js";
import { announce, button, el, fill } from "./dom.js";
import { refusalBox } from "./errors.js";
import { count, dateOf } from "./words.js";

/** @typedef {import("./shapes.js").StudyLine} StudyLine */
/** @typedef {{open: (id: string) => void}} Context */

export const STATE_WORDS = {
  reading: "being read", unclear: "needs a look", ready: "ready to analyse", queued: "waiting", running: "running",
  done: "done", failed: "stopped", cancelled: "cancelled", interrupted: "interrupted",
};

/** Fill the list. @param {HTMLElement} root @param {Context} context */
export async function studyList(root, context) {
  try {
    const { studies } = await ask("GET", "/api/studies");
    showList(root, studies, context);
  } catch (error) {
    fill(root, refusalBox(failureOf(error).refusal));
  }
}

/** @param {HTMLElement} root @param {StudyLine[]} studies @param {Context} context */
function showList(root, studies, context) {
  if (!studies.length) return fill(root);
  /** @type {Set<string>} */
  const ticked = new Set();
  const compare = button("Compare two", () => {
    const [a, b] = studies.filter(({ id }) => ticked.has(id)).map(({ id }) => id);
    window.location.hash = `#compare=${encodeURIComponent(b)},${encodeURIComponent(a)}`; // the older one first
  }, { disabled: true, title: "tick two finished studies" });
  const refresh = () => void studyList(root, context);
  const tick = (/** @type {string} */ id) => {
    if (!ticked.delete(id)) ticked.add(id);
    compare.disabled = ticked.size !== 2;
  };
  fill(root,
    el("div", { class: "listhead" }, el("h2", { id: "studies-title" }, "Studies"),
      studies.filter(({ state }) => state === "done").length > 1 ? compare : null),
    el("ul", { class: "studylist" }, studies.map((study) => studyLine(study, { tick, refresh }))));
}

/** @param {StudyLine} study @param {{tick: (id: string) => void, refresh: () => void}} actions */
function studyLine(study, { tick, refresh }) {
  const line = el("li", { "data-study": study.id });
  const name = el("a", { href: `#study=${study.id}`, class: "name" }, study.name);
  const size = study.n_genes ? `${count(study.n_genes)} genes × ${count(study.n_samples)}` : "";
  fill(line,
    study.state === "done"
      ? el("input", { type: "checkbox", "aria-label": `take ${study.name} into a comparison`, onchange: () => tick(study.id) })
      : el("span", {}),
    el("div", { class: "what" }, name, el("span", { class: "said" }, study.title)),
    el("span", { class: `state ${study.state}` }, STATE_WORDS[study.state] ?? study.state),
    el("span", { class: "size" }, size),
    el("time", { datetime: study.created }, dateOf(study.created)),
    el("span", { class: "do" },
      button("Rename", () => editName(line, study, refresh), { "aria-label": `rename ${study.name}` }),
      button("Delete", () => askDelete(line, study, refresh), { "aria-label": `delete ${study.name}` })));
  return line;
}

/** @param {HTMLElement} line @param {StudyLine} study @param {() => void} refresh */
function editName(line, study, refresh) {
  const field = el("input", { type: "text", value: study.name, "aria-label": "name of the study", maxlength: "200" });
  const form = el("form", { class: "inline", onsubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    void renameStudy(study.id, field.value).then(refresh).catch((error) => line.append(refusalBox(failureOf(error).refusal)));
  } }, field, el("button", { type: "submit", class: "strong" }, "Keep"), button("Cancel", refresh));
  fill(line, form);
  field.select();
}

/** Give a study a name. @param {string} id @param {string} name */
export async function renameStudy(id, name) {
  await ask("POST", studyPath(id, "/rename"), { name: name.trim() });
  announce(`Named ${name.trim()}`);
}

/** @param {HTMLElement} line @param {StudyLine} study @param {() => void} refresh */
function askDelete(line, study, refresh) {
  const remove = button("Delete for good", () => {
    ask("DELETE", studyPath(study.id)).then(() => {
      announce(`${study.name} was deleted`);
      refresh();
    }).catch((error) => line.append(refusalBox(failureOf(error).refusal)));
  }, { class: "danger" });
  fill(line, el("p", { class: "inline" }, `Delete “${study.name}” with its files and results? Your own files stay. `,
    remove, button("Keep it", refresh)));
  remove.focus();
}
