// The heatmap by keys alone: a cell that moves, zoom, selection, undo. What the cell is, is spoken.
import { numberWords, sayCell } from "./hover.js";

/**
 * @typedef {import("./stage.js").Stage} Stage
 * @typedef {(words: string) => void} Speak
 */

const STEPS = /** @type {{[key: string]: [number, number]}} */ ({ ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] });
const ZOOM = 1.5;

/**
 * Handle a key pressed on the heatmap; tells whether it meant something.
 * @param {Stage} stage
 * @param {KeyboardEvent} event
 * @param {Speak} speak
 */
export function pressOnHeatmap(stage, event, speak) {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const step = STEPS[event.key];
  if (step) moveFocus(stage, step, event.shiftKey, speak);
  else if (event.key === "PageDown" || event.key === "PageUp") movePage(stage, event.key === "PageDown" ? 1 : -1, speak);
  else if (event.key === "+" || event.key === "=") zoomAtFocus(stage, ZOOM);
  else if (event.key === "-") zoomAtFocus(stage, 1 / ZOOM);
  else if (event.key === "Home") stage.camera.reset();
  else if (event.key === "Enter" || event.key === " ") selectFocused(stage, event.shiftKey, speak);
  else if (event.key === "b" || event.key === "B") selectBlock(stage, event.shiftKey, speak);
  else if (event.key === "[" || event.key === "]") recut(stage, event.key === "]" ? 1 : -1, speak);
  else return false;
  return true;
}

/**
 * Handle a key pressed anywhere in the viewer; tells whether it meant something.
 * @param {Stage} stage
 * @param {KeyboardEvent} event
 * @param {HTMLElement} root
 */
export function pressInViewer(stage, event, root) {
  const { store } = stage;
  const isWriting = event.target instanceof HTMLElement && event.target.matches("input, textarea, select, [contenteditable]");
  if (isWriting) return false;
  const key = event.key.toLowerCase();
  if ((event.ctrlKey || event.metaKey) && key === "z" && !event.shiftKey) store.undo();
  else if ((event.ctrlKey || event.metaKey) && (key === "y" || key === "z")) store.redo();
  else if (event.ctrlKey || event.metaKey || event.altKey) return false;
  else if (key === "/") /** @type {HTMLElement | null} */ (root.querySelector(".hl-search-field"))?.focus();
  else if (key === "?") store.update({ panel: "help" }, { undo: false });
  else if (key === "escape" && hasSelection(stage)) store.update({ selection: { rows: [], source: "", genes: [] } });
  else return false;
  return true;
}

/** @param {Stage} stage */
function hasSelection({ store }) {
  const { rows, genes } = store.state.selection;
  return rows.length > 0 || Boolean(genes?.length);
}

/**
 * The focused cell; the first one in sight before there is any.
 * @param {Stage} stage
 */
function focusOf({ overlay, camera, layout, store, arrangement }) {
  const { window } = store.state;
  if (overlay.focused) return overlay.focused;
  const isZoomed = !camera.isWhole && window;
  return { row: isZoomed ? Math.ceil(window.top) : 0, column: isZoomed ? Math.min(Math.ceil(window.left), arrangement.columns.length - 1) : 0,
    isNew: layout !== null };
}

/**
 * @param {Stage} stage
 * @param {[number, number]} step
 * @param {boolean} isSelecting
 * @param {Speak} speak
 */
function moveFocus(stage, [down, right], isSelecting, speak) {
  const { arrangement, overlay } = stage;
  const from = focusOf(stage);
  const isFirst = !overlay.focused;
  const row = clamp(from.row + (isFirst ? 0 : down), arrangement.rows.length);
  const column = clamp(from.column + (isFirst ? 0 : right), arrangement.columns.length);
  if (isSelecting) addRows(stage, [arrangement.rows[from.row], arrangement.rows[row]]);
  putFocus(stage, row, column, speak);
}

/**
 * @param {Stage} stage
 * @param {number} sign
 * @param {Speak} speak
 */
function movePage(stage, sign, speak) {
  const { layout, camera, arrangement } = stage;
  const from = focusOf(stage);
  const page = Math.max(1, Math.floor(0.9 * layout.body.height / camera.rows.scale));
  putFocus(stage, clamp(from.row + sign * page, arrangement.rows.length), from.column, speak);
}

/**
 * @param {Stage} stage
 * @param {number} row
 * @param {number} column
 * @param {Speak} speak
 */
function putFocus(stage, row, column, speak) {
  stage.overlay.focused = { row, column };
  stage.camera.reveal(row, column);
  stage.ask("overlay");
  speak(spokenCell(stage, row, column));
}

/**
 * @param {number} value
 * @param {number} n
 */
function clamp(value, n) {
  return Math.min(Math.max(value, 0), n - 1);
}

/**
 * The focused cell in a sentence.
 * @param {Stage} stage
 * @param {number} row
 * @param {number} column
 */
function spokenCell({ view, store, arrangement }, row, column) {
  const { title, facts } = sayCell(view, store.state, arrangement, { row, column });
  const said = facts.slice(1).map(([name, value]) => `${name} ${value}`).join(", ");
  const isSelected = store.state.selection.rows.includes(arrangement.rows[row]);
  return `${title}, ${numberWords(arrangement.value(row, column))}, ${said}${isSelected ? ", selected" : ""}`;
}

/**
 * @param {Stage} stage
 * @param {number} factor
 */
function zoomAtFocus(stage, factor) {
  const { camera, overlay, layout } = stage;
  const { body } = layout;
  const scene = stage.scene();
  const inside = (/** @type {number} */ place, /** @type {number} */ size) => Math.min(Math.max(place, 0), size);
  const x = overlay.focused ? inside(scene.columnMiddle(overlay.focused.column) - body.x, body.width) : body.width / 2;
  const y = overlay.focused ? inside(scene.rowMiddle(overlay.focused.row) - body.y, body.height) : body.height / 2;
  camera.zoom(factor, x, y);
}

/**
 * @param {Stage} stage
 * @param {boolean} isAdded
 * @param {Speak} speak
 */
function selectFocused(stage, isAdded, speak) {
  const { arrangement, store } = stage;
  const { row, column } = focusOf(stage);
  const figureRow = arrangement.rows[row];
  const { rows } = store.state.selection;
  const isIn = rows.includes(figureRow);
  const next = isIn ? rows.filter((one) => one !== figureRow) : isAdded ? [...rows, figureRow] : [figureRow];
  store.update({ selection: { rows: next, source: next.length ? "drag" : "" } });
  putFocus(stage, row, column, speak);
}

/**
 * @param {Stage} stage
 * @param {readonly number[]} added figure rows
 */
function addRows({ store }, added) {
  const rows = [...new Set([...store.state.selection.rows, ...added])];
  store.update({ selection: { rows, source: "drag" } });
}

/**
 * Select the cluster of the focused cell.
 * @param {Stage} stage
 * @param {boolean} isAdded
 * @param {Speak} speak
 */
function selectBlock(stage, isAdded, speak) {
  const { arrangement, store } = stage;
  const { row } = focusOf(stage);
  const block = arrangement.rowBlocks.find((one) => row < one.stop);
  if (!block) return;
  const rows = Array.from(arrangement.rows.subarray(block.start, block.stop));
  if (isAdded) addRows(stage, rows);
  else store.update({ selection: { rows, source: "tree" } });
  speak(`${block.label} selected${block.meaning ? `: ${block.meaning}` : ""}`);
}

/**
 * @param {Stage} stage
 * @param {number} step
 * @param {Speak} speak
 */
function recut({ arrangement, store }, step, speak) {
  if (!arrangement.isCuttable) {
    speak("these rows have no tree that could be cut");
    return;
  }
  const k = Math.min(Math.max(arrangement.rowBlocks.length + step, 1), arrangement.rows.length);
  store.update({ k });
  speak(`${k} cluster${k === 1 ? "" : "s"}`);
}
