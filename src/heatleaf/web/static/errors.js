// Refusals as people see them: the sentence of the command line, where it is, and what to do, with buttons.

import { button, el } from "./dom.js";

/** @typedef {import("./shapes.js").Refusal} Refusal */
/** @typedef {import("./shapes.js").Repair} Repair */

/**
 * Show a refusal: the sentence as the command line prints it, its place and its remedy set apart.
 * @param {Refusal} refusal @param {(Node|null)[]} [actions] buttons that may help
 */
export function refusalBox(refusal, actions = []) {
  const buttons = actions.filter((action) => action !== null);
  return el("div", { class: "refusal", role: "alert", "data-code": refusal.code },
    el("p", { class: "sentence" }, ...sentenceParts(refusal)),
    buttons.length ? el("p", { class: "actions" }, ...buttons) : null,
    refusal.incident ? el("p", { class: "small" }, `incident ${refusal.incident}`) : null);
}

/** Split "where: what. Fix: fix." into its parts; the text stays as it is. @param {Refusal} refusal */
function sentenceParts({ error, what }) {
  const start = what ? error.indexOf(what) : -1;
  if (!what || start < 0) return [el("b", {}, error)];
  const [where, fix] = [error.slice(0, start), error.slice(start + what.length)];
  return [where ? el("span", { class: "where" }, where) : null, el("b", {}, what), fix ? el("span", { class: "fix" }, fix) : null];
}

/**
 * Buttons of repairs that were not applied yet.
 * @param {Repair[]} repairs @param {(repair: Repair) => void} apply
 */
export function repairButtons(repairs, apply) {
  return repairs.filter((repair) => !repair.applied)
    .map((repair) => button(repair.label, () => apply(repair), { class: "strong", "data-repair": repair.key }));
}
