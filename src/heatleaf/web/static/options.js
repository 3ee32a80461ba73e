// After the result: groups, question and options in one place, and a bar to run again what changed.

import { button, el, fill } from "./dom.js";
import { draftOf, keepDraft } from "./drafts.js";
import { GroupEditor } from "./group_editor.js";
import { mountReads } from "./reads.js";
import { askedOf, mountSettings } from "./settings.js";
import { Asker } from "./setup.js";
import { understoodSection } from "./understand.js";
import { listOf } from "./words.js";

/** @typedef {import("./shapes.js").Study} Study */

/** Show what may be changed after a result. @param {HTMLElement} root @param {Study} study @param {any} actions */
export function mountOptions(root, study, actions) {
  const groups = el("section", { class: "groups" });
  const question = el("section", { class: "question" });
  const settings = el("section", { class: "settings" });
  const understood = el("details", { class: "again" });
  const bar = el("div", { class: "rerun", role: "region", "aria-label": "changes" });
  fill(root, el("div", { class: "confirm" }, groups, question), settings, understood, bar);
  /** @type {Record<string, unknown>} */
  let changed = {};
  let now = study;
  /** @param {import("./question.js").Request} request */
  const run = async ({ settings: asked, ...rest }) => {
    if (await actions.analyse({ settings: { ...asked, ...changed }, ...rest })) keepDraft(study.id, {});
  };
  const runAgain = () => run({ settings: askedOf(now.settings), comparisons: now.comparisons.filter(({ chosen }) => chosen).map(({ key }) => key) });
  const reads = el("div", { class: "reads" });
  const looker = mountReads(reads, actions);
  const editor = new GroupEditor(groups, actions.regroup);
  const asker = new Asker(question, editor, run, "Analyse again");
  const showBar = () => {
    const names = [...new Set([...Object.keys(changed), ...now.stale])];
    const labels = names.map((name) => now.settings.options.find((setting) => setting.name === name)?.label ?? name);
    bar.hidden = !names.length;
    fill(bar, el("span", {}, el("b", {}, "Changed: "), listOf(labels)),
      button("Analyse again", runAgain, { class: "strong" }));
  };
  const columns = study.groups?.columns ?? [];
  /** @param {Study} next */
  const update = (next) => {
    now = next;
    editor.update(next);
    asker.update(next);
    looker.update(next);
    showBar();
  };
  mountSettings(settings, { ...study.settings, draft: draftOf(study) }, columns, (values) => {
    changed = values;
    keepDraft(study.id, values);
    showBar();
  });
  fill(understood, el("summary", {}, "What was understood of the files"), understoodSection(study, actions), reads);
  update(study);
  return { update, destroy: () => editor.destroy() };
}
