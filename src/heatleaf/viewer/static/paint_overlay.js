// What comes and goes above the drawing: selected rows, the cell under the pointer or the keys, the cut line, a drag.

/**
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {import("./pen.js").Pen} Pen
 *
 * @typedef {object} Overlay
 * @property {{row: number, column: number} | null} hovered displayed cell
 * @property {{row: number, column: number} | null} focused
 * @property {{start: number, stop: number} | null} branch displayed rows
 * @property {{from: number, to: number} | null} band displayed rows that are being dragged over
 * @property {{x: number, words: string, isHeld: boolean} | null} cut
 * @property {boolean} isZoomed
 */

const MAX_FRAMED = 12;
const MARK = { gap: 2, width: 5 };

/**
 * @param {Pen} pen
 * @param {Scene} scene
 * @param {Overlay} overlay
 */
export function paintOverlay(pen, scene, overlay) {
  const { layout, inks } = scene;
  const { body } = layout;
  paintSelected(pen, scene);
  if (overlay.band) frameRows(pen, scene, bandRows(overlay.band), { colour: inks.chosen, isFilled: true });
  if (overlay.branch) {
    frameRows(pen, scene, overlay.branch, { colour: inks.accent, isFilled: false });
    shadeTree(pen, scene, overlay.branch);
  }
  if (overlay.hovered) frameCell(pen, scene, overlay.hovered, inks.ink);
  if (overlay.focused) frameCell(pen, scene, overlay.focused, inks.accent);
  if (overlay.cut && layout.rowTree) paintCut(pen, scene, overlay.cut);
  if (overlay.isZoomed) {
    const { rowAxis, columnAxis } = layout;
    const shown = shareInSight(rowAxis, scene.rows, body.height);
    if (shown.size < 1) pen.rect(body.x - 4, body.y + shown.start * body.height, 2.5, Math.max(shown.size * body.height, 6), inks.soft);
    const across = shareInSight(columnAxis, scene.columns, body.width);
    if (across.size < 1) pen.rect(body.x + across.start * body.width, body.y + body.height + 1.5, Math.max(across.size * body.width, 6), 2.5, inks.soft);
  }
}

/** @param {{from: number, to: number}} band */
export function bandRows({ from, to }) {
  return { start: Math.min(from, to), stop: Math.max(from, to) + 1 };
}

/**
 * @param {import("./axis.js").Axis} axis
 * @param {import("./axis.js").Sight} sight
 * @param {number} length
 */
function shareInSight(axis, sight, length) {
  const whole = axis.n * sight.scale + axis.gaps[axis.gaps.length - 1];
  return { start: sight.offset / whole, size: (length + 0.5) / whole };
}

/**
 * Mark selected rows beside the body, and frame them where they are few runs.
 * @param {Pen} pen
 * @param {Scene} scene
 */
function paintSelected(pen, scene) {
  const { arrangement, layout, selected, inks } = scene;
  if (!selected.size) return;
  const runs = selectedRuns(arrangement.rows, selected);
  const x = layout.body.x + layout.body.width + MARK.gap;
  for (const run of runs) {
    for (const [top, bottom] of spansOf(scene, run)) pen.rect(x, top, MARK.width, Math.max(bottom - top, 1.2), inks.chosen);
  }
  if (runs.length <= MAX_FRAMED && selected.size < arrangement.rows.length) {
    for (const run of runs) frameRows(pen, scene, run, { colour: inks.chosen, isFilled: false });
  }
}

/** @type {WeakMap<ReadonlySet<number>, {rows: Int32Array, runs: {start: number, stop: number}[]}>} */
const RUNS = new WeakMap();

/**
 * Runs of displayed rows that are selected.
 * @param {Int32Array} rows
 * @param {ReadonlySet<number>} selected
 */
function selectedRuns(rows, selected) {
  const known = RUNS.get(selected);
  if (known?.rows === rows) return known.runs;
  const runs = [];
  for (let row = 0; row < rows.length; row++) {
    if (!selected.has(rows[row])) continue;
    const start = row;
    while (row + 1 < rows.length && selected.has(rows[row + 1])) row++;
    runs.push({ start, stop: row + 1 });
  }
  RUNS.set(selected, { rows, runs });
  return runs;
}

/**
 * Pixels of displayed rows, block by block, as far as they are in sight.
 * @param {Scene} scene
 * @param {{start: number, stop: number}} run
 * @returns {[number, number][]}
 */
function spansOf({ arrangement, layout, rowPlace, rowEnd }, { start, stop }) {
  const { y, height } = layout.body;
  /** @type {[number, number][]} */
  const spans = [];
  for (const block of arrangement.rowBlocks) {
    const [from, to] = [Math.max(start, block.start), Math.min(stop, block.stop)];
    if (from >= to) continue;
    const [top, bottom] = [Math.max(rowPlace(from), y), Math.min(rowEnd(to), y + height)];
    if (bottom > top) spans.push([top, bottom]);
  }
  return spans;
}

/**
 * @param {Pen} pen
 * @param {Scene} scene
 * @param {{start: number, stop: number}} run
 * @param {{colour: string, isFilled: boolean}} look
 */
function frameRows(pen, scene, run, { colour, isFilled }) {
  const { x, width } = scene.layout.body;
  for (const [top, bottom] of spansOf(scene, run)) {
    if (isFilled) pen.rect(x, top, width, bottom - top, "rgb(229 148 0 / 25%)");
    pen.lines([boxLine(x - 0.75, top - 0.75, width + 1.5, bottom - top + 1.5)], { colour, width: 1.5 });
  }
}

/**
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 */
function boxLine(x, y, width, height) {
  return [x, y, x + width, y, x + width, y + height, x, y + height, x, y - 0.75];
}

/**
 * @param {Pen} pen
 * @param {Scene} scene
 * @param {{start: number, stop: number}} branch
 */
function shadeTree(pen, scene, branch) {
  const { rowTree, body } = scene.layout;
  if (!rowTree) return;
  const top = Math.max(scene.rowPlace(branch.start), body.y);
  const bottom = Math.min(scene.rowEnd(branch.stop), body.y + body.height);
  if (bottom > top) pen.rect(rowTree.x, top, rowTree.width + 3, Math.max(bottom - top, 2), "rgb(60 140 120 / 18%)");
}

/**
 * Frame a cell, light within dark so that it is seen on any colour, and point to it from both sides.
 * @param {Pen} pen
 * @param {Scene} scene
 * @param {{row: number, column: number}} cell
 * @param {string} colour
 */
function frameCell(pen, scene, { row, column }, colour) {
  const { body } = scene.layout;
  const [x, y] = [scene.columnPlace(column), scene.rowPlace(row)];
  const [width, height] = [Math.max(scene.columns.scale, 2), Math.max(scene.rows.scale, 2)];
  if (y + height < body.y || y > body.y + body.height || x + width < body.x || x > body.x + body.width) return;
  pen.lines([boxLine(x - 1.5, y - 1.5, width + 3, height + 3)], { colour: "#ffffff", width: 1.5 });
  pen.lines([boxLine(x - 0.5, y - 0.5, width + 1, height + 1)], { colour, width: 1 });
  const [middle, across] = [y + height / 2, x + width / 2];
  pen.lines([[body.x - 7, middle, body.x - 2, middle], [across, body.y - 4, across, body.y - 1]], { colour, width: 2 });
}

/**
 * @param {Pen} pen
 * @param {Scene} scene
 * @param {{x: number, words: string, isHeld: boolean}} cut
 */
function paintCut(pen, { layout, inks }, { x, words, isHeld }) {
  const { y, height } = layout.body;
  pen.lines([[x, y - 3, x, y + height + 4]], { colour: inks.accent, width: isHeld ? 2 : 1.2, isDashed: true });
  const width = 12 + 6.2 * words.length;
  pen.rect(x - width / 2, y + height + 4, width, 15, inks.accent);
  pen.text(words, x, y + height + 11.5, { align: "center", bold: true, colour: inks.ground });
}
