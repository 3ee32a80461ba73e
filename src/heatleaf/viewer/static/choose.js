// Acting on the state: select rows, go to them, show only them, leave a selection; and saying what was done.
import { element, setText } from "./elements.js";

/**
 * @typedef {import("./state.js").Store} Store
 * @typedef {import("./state.js").Selection} Selection
 * @typedef {import("./arrange.js").Arrangement} Arrangement
 */

const MIN_ROWS_IN_SIGHT = 30;
/** @type {WeakMap<Store, HTMLElement>} */
const NOTICES = new WeakMap();

/**
 * Select rows, and genes that the heatmap does not show.
 * @param {Store} store
 * @param {ArrayLike<number>} rows figure rows
 * @param {Selection["source"]} source
 * @param {string[]} [genes] ids of genes that are not on the heatmap
 */
export function selectRows(store, rows, source, genes = []) {
  store.update({ selection: { rows: Array.from(rows), source: rows.length || genes.length ? source : "", genes } });
}

/**
 * The part of the arrangement that holds some rows, with some rows around few.
 * @param {Arrangement} arrangement
 * @param {readonly number[]} rows figure rows
 */
export function windowOfRows(arrangement, rows) {
  const wanted = new Set(rows);
  let [top, bottom] = [Infinity, -1];
  arrangement.rows.forEach((row, position) => {
    if (wanted.has(row)) [top, bottom] = [Math.min(top, position), position + 1];
  });
  if (bottom < 0) return null;
  const missing = Math.max(0, MIN_ROWS_IN_SIGHT - (bottom - top)) / 2;
  top = Math.max(0, Math.floor(top - missing));
  bottom = Math.min(arrangement.rows.length, Math.ceil(bottom + missing));
  return { top, bottom, left: 0, right: arrangement.columns.length };
}

/**
 * Bring rows into sight; nothing moves where they are in sight and tall enough to be read.
 * @param {Store} store
 * @param {Arrangement} arrangement
 * @param {readonly number[]} rows
 */
export function goToRows(store, arrangement, rows) {
  const window = windowOfRows(arrangement, rows);
  if (window && arrangement.rows.length > MIN_ROWS_IN_SIGHT) store.update({ window });
}

/**
 * The line that says what was just done; one for each viewer.
 * @param {Store} store
 */
export function noticeOf(store) {
  let notice = NOTICES.get(store);
  if (!notice) NOTICES.set(store, notice = element("div", { class: "hl-notice", role: "status" }));
  return notice;
}

/**
 * Say what was done, for a few seconds.
 * @param {Store} store
 * @param {string} text
 */
export function say(store, text) {
  const notice = noticeOf(store);
  setText(notice, text);
  setTimeout(() => { if (notice.textContent === text) notice.textContent = ""; }, 6000);
}

/**
 * Put text on the clipboard; where the browser refuses, through a hidden field.
 * @param {Store} store
 * @param {string} text
 * @param {string} done what to say
 */
export async function copyText(store, text, done) {
  try {
    await navigator.clipboard.writeText(text);
    say(store, done);
  } catch {
    say(store, copyByField(text) ? done : "The browser did not allow copying; use CSV instead.");
  }
}

/** @param {string} text */
function copyByField(text) {
  const field = element("textarea", { class: "hl-unseen", "aria-hidden": "true" });
  const before = /** @type {HTMLElement | null} */ (document.activeElement);
  field.value = text;
  document.body.append(field);
  field.select();
  const isDone = document.execCommand("copy");
  field.remove();
  before?.focus();
  return isDone;
}

/**
 * Hand a file to the browser's downloads.
 * @param {Blob} content
 * @param {string} name
 */
export function offerFile(content, name) {
  const address = URL.createObjectURL(content);
  const link = element("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/**
 * A file name from a title: letters, digits and underscores.
 * @param {string} title
 * @param {string} ending
 */
export function fileName(title, ending) {
  const stem = title.normalize("NFKD").replace(/[^A-Za-z0-9]+/g, "_").replace(/^_+|_+$/g, "").slice(0, 60);
  return `${stem || "heatmap"}.${ending}`;
}
