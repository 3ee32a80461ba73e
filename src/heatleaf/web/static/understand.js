// What was understood of the files: sentences, warnings with repairs, the first rows.

import { button, el } from "./dom.js";
import { refusalBox, repairButtons } from "./errors.js";
import { capital, count, sizeOf } from "./words.js";

/** @typedef {import("./shapes.js").Study} Study */
/** @typedef {import("./shapes.js").Repair} Repair */
/** @typedef {import("./shapes.js").Message} Message */
/** @typedef {import("./shapes.js").InputFile} InputFile */
/**
 * @typedef {{repair: (repair: Repair) => void, addFiles: (files: File[]) => void,
 *   setRoles: (roles: Record<string, string>) => void}} Actions
 */

const N_FILES = 6; // files that are shown one by one
/** @type {Record<string, string>} */
const ROLES = { counts: "count table", samples: "sample sheet", gene_sets: "gene sets", ignored: "not used" };

/** What was understood, in sentences, with files. @param {Study} study @param {Actions} actions */
export function understoodSection(study, actions) {
  const understood = study.understood;
  const sentences = understood?.sentences ?? [];
  const failed = study.error && !study.has_result
    ? refusalBox(study.error, [...repairButtons(study.repairs, actions.repair),
      button("Start again with other files", () => { window.location.hash = ""; })]) : null;
  return el("section", { class: "understood", "aria-labelledby": "understood-title" },
    el("h2", { id: "understood-title" }, failed ? "This needs a look" : "What was understood"),
    failed,
    sentences.length ? el("ul", { class: "sentences" }, sentences.map((sentence) => el("li", {}, capital(sentence)))) : null,
    messageList(understood?.warnings ?? []),
    failed ? null : repairLine(study.repairs, actions),
    fileLine(study, actions));
}

/** Warnings first, then notes; the notes fold away when they are many. @param {Message[]} messages */
export function messageList(messages) {
  const warnings = messages.filter(({ level }) => level !== "note");
  const notes = messages.filter(({ level }) => level === "note");
  /** @param {Message[]} items */
  const list = (items) => el("ul", { class: "messages" }, items.map(({ level, code, text }) =>
    el("li", { class: level, title: code }, el("b", {}, level), text)));
  return el("div", {},
    warnings.length ? list(warnings) : null,
    notes.length ? el("details", { class: "notes" }, el("summary", {}, `${notes.length} notes of the reader`), list(notes)) : null);
}

/** Repairs that are on offer or in force. @param {Repair[]} repairs @param {Actions} actions */
function repairLine(repairs, actions) {
  if (!repairs.length) return null;
  return el("p", { class: "repairs" }, el("span", {}, "Not what you meant?"), repairs.map((repair) =>
    button(repair.label, () => actions.repair(repair),
      { "aria-pressed": String(repair.applied), "data-repair": repair.key })));
}

/** The files, each with what it is; a wrong guess is put right here. @param {Study} study @param {Actions} actions */
function fileLine(study, actions) {
  const more = study.files.length - N_FILES;
  const input = el("input", { type: "file", multiple: true, class: "hidden", id: "more-files", tabindex: "-1",
    "aria-hidden": "true", onchange: () => input.files?.length && actions.addFiles([...input.files]) });
  return el("p", { class: "files" },
    study.files.slice(0, N_FILES).map((file) => fileChip(file, more > 0 ? null : (role) => actions.setRoles(swapped(study, file, role)))),
    more > 0 ? el("span", {}, `and ${more} more`) : null,
    input, button("Add a file", () => input.click(), { title: "a sample sheet, gene sets, or another table" }));
}

/** @param {InputFile} file @param {((role: string) => void)|null} setRole */
function fileChip({ label, size, role }, setRole) {
  const choices = Object.entries(ROLES).map(([value, words]) => el("option", { value, selected: value === role }, words));
  const select = setRole && el("select", { "aria-label": `what ${label} is`, onchange: () => setRole(select?.value ?? role) }, choices);
  return el("span", { class: `file is-${role}` }, el("b", {}, label), select ?? ` ${ROLES[role] ?? role}`, el("small", {}, sizeOf(size)));
}

/**
 * The roles of all files where one takes the role of another, which gets its own in return.
 * @param {Study} study @param {InputFile} file @param {string} role
 */
function swapped(study, file, role) {
  const roles = Object.fromEntries(study.files.map((one) => [one.id, one.role]));
  const before = study.files.find((one) => one.role === role && (role === "counts" || role === "samples"));
  if (before) roles[before.id] = file.role;
  return { ...roles, [file.id]: role };
}

/** The first rows of the count table, samples in the colours of their groups. @param {Study} study */
export function rowsSection(study) {
  const [header, ...rows] = study.understood?.rows ?? [];
  if (!header) return null;
  const body = rows.map((row) => el("tr", {}, row.map((cell, i) => el(i === 0 ? "th" : "td", i === 0 ? { scope: "row" } : {}, cell))));
  return el("section", { class: "rows", "aria-labelledby": "rows-title" },
    el("h2", { id: "rows-title" }, "First rows"),
    el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "first rows of the count table" },
      el("table", {}, el("thead", {}, el("tr", {}, header.map((name) => el("th", { scope: "col" }, name)))), el("tbody", {}, body))),
    el("p", { class: "small" }, `${count(study.understood?.n_genes ?? 0)} rows in all; the first ${rows.length} are shown.`));
}
