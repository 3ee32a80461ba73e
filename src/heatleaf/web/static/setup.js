// Before the analysis: what was understood, the groups, the question. One button leads to the answer.

import { el, fill } from "./dom.js";
import { mountGroups } from "./groups.js";
import { mountQuestion } from "./question.js";
import { rowsSection, understoodSection } from "./understand.js";

/** @typedef {import("./shapes.js").Study} Study */
/** @typedef {import("./shapes.js").Groups} Groups */

/** What is sent of groups that were changed. @param {Groups} groups @param {boolean} is_column */
export function groupsRequest(groups, is_column) {
  if (is_column) return { column: groups.column };
  const levels = groups.levels.map(({ name, samples }) => ({ name, samples }));
  return { column: groups.column, levels, reference: groups.levels.find(({ is_reference }) => is_reference)?.name ?? "" };
}

/**
 * Show the setup of a study.
 * @param {HTMLElement} root @param {Study} study @param {any} actions
 */
export function mountSetup(root, study, actions) {
  const groups = el("section", { class: "groups", "aria-label": "groups" });
  const question = el("section", { class: "question", "aria-label": "question" });
  const understood = el("div");
  const rows = el("div");
  fill(root, el("div", { class: "setup" }, understood, el("div", { class: "confirm" }, groups, question), rows));
  let asked = "";

  /** @param {Study} now */
  const update = (now) => {
    root.firstElementChild?.toggleAttribute("inert", now.state === "running" || now.state === "queued");
    fill(understood, understoodSection(now, actions));
    fill(rows, rowsSection(now));
    showGroups(groups, now, actions);
    const key = JSON.stringify([now.comparisons, now.designs, now.design]);
    if (key !== asked) showQuestion(question, now, actions);
    asked = key;
  };
  update(study);
  return { update };
}

/** @param {HTMLElement} root @param {Study} study @param {any} actions */
function showGroups(root, study, actions) {
  const key = JSON.stringify(study.groups);
  if (root.dataset.shown === key) return;
  root.dataset.shown = key;
  if (!study.groups) fill(root);
  else mountGroups(root, study.groups, (groups, is_column) => {
    root.dataset.shown = JSON.stringify(groups); // as on the page already: the keyboard's place stays
    actions.regroup(groupsRequest(groups, is_column));
  });
}

/** @param {HTMLElement} root @param {Study} study @param {any} actions */
function showQuestion(root, study, actions) {
  if (!study.understood || study.state === "unclear") return fill(root);
  mountQuestion(root, study, { ask: actions.analyse });
}
