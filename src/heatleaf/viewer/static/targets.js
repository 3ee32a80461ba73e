// What lies under a pointer: a cell, a branch, the cut line, a gene name, a block, a group of columns.
import { cellAt, unitAt } from "./axis.js";
import { branchAt } from "./branches.js";
import { NAME_PITCH } from "./layout.js";
import { placedLabels, placedNames } from "./paint_rows.js";

/**
 * @typedef {import("./stage.js").Stage} Stage
 * @typedef {import("./arrange.js").RowBlock} RowBlock
 *
 * @typedef {{kind: "cell", row: number, column: number}
 *   | {kind: "branch", start: number, stop: number}
 *   | {kind: "cut"}
 *   | {kind: "name", row: number}
 *   | {kind: "block", block: RowBlock}
 *   | {kind: "column", column: number}
 *   | {kind: "nothing"}} Target
 */

const CUT_REACH = 5;
const NOTHING = /** @type {Target} */ (Object.freeze({ kind: "nothing" }));

/**
 * @param {Stage} stage
 * @param {number} x pixels within the stage
 * @param {number} y
 * @returns {Target}
 */
export function targetAt(stage, x, y) {
  const { body } = stage.layout;
  const isBeside = y >= body.y && y <= body.y + body.height;
  const isAbove = x >= body.x && x <= body.x + body.width;
  if (isOnCut(stage, x, y)) return { kind: "cut" };
  if (isBeside && isAbove) return cellTarget(stage, x, y);
  if (isBeside) return x < body.x ? leftTarget(stage, x, y) : rightTarget(stage, x, y);
  return isAbove ? columnTarget(stage, x, y) : NOTHING;
}

/**
 * @param {Stage} stage
 * @param {number} x
 * @param {number} y
 */
function isOnCut(stage, x, y) {
  const cut = stage.cutLine();
  const { body } = stage.layout;
  if (!cut) return false;
  const reach = y > body.y + body.height + 3 ? 12 : CUT_REACH;
  return Math.abs(x - cut.x) <= reach && y >= body.y - 4 && y <= body.y + body.height + 20;
}

/**
 * Displayed row at a height, the nearest where it falls into a gap.
 * @param {Stage} stage
 * @param {number} y
 */
export function rowAt(stage, y) {
  const { layout, camera } = stage;
  const unit = unitAt(layout.rowAxis, camera.rows.offset + y - layout.body.y, camera.rows.scale);
  return Math.min(Math.max(Math.floor(unit), 0), layout.rowAxis.n - 1);
}

/**
 * @param {Stage} stage
 * @param {number} x
 * @param {number} y
 * @returns {Target}
 */
function cellTarget({ layout, camera }, x, y) {
  const row = cellAt(layout.rowAxis, camera.rows.offset + y - layout.body.y, camera.rows.scale);
  const column = cellAt(layout.columnAxis, camera.columns.offset + x - layout.body.x, camera.columns.scale);
  return row < 0 || column < 0 ? NOTHING : { kind: "cell", row, column };
}

/**
 * @param {Stage} stage
 * @param {number} x
 * @param {number} y
 * @returns {Target}
 */
function leftTarget(stage, x, y) {
  const { layout, arrangement, heatmap } = stage;
  const { rowTree } = layout;
  const row = rowAt(stage, y);
  if (rowTree && x >= rowTree.x - 2 && x <= layout.body.x - 2) {
    const [tree] = arrangement.rowTrees;
    if (!arrangement.isCuttable || !heatmap.linkage) return blockTarget(stage, row);
    return { kind: "branch", ...branchAt(heatmap.linkage, tree, rowTree, { row, x }) };
  }
  if (x > layout.labelX + 6 || arrangement.rowBlocks.length < 2) return NOTHING;
  const label = placedLabels(stage.scene()).find(({ middle, lines }) => Math.abs(y - middle) <= 7 * lines.length + 2);
  return label ? { kind: "block", block: label.shown.block } : blockTarget(stage, row);
}

/**
 * @param {Stage} stage
 * @param {number} row
 * @returns {Target}
 */
function blockTarget({ arrangement }, row) {
  const block = arrangement.rowBlocks.find((one) => row < one.stop);
  return block && arrangement.rowBlocks.length > 1 ? { kind: "block", block } : NOTHING;
}

/**
 * @param {Stage} stage
 * @param {number} x
 * @param {number} y
 * @returns {Target}
 */
function rightTarget(stage, x, y) {
  const { layout, heatmap } = stage;
  if (layout.meaningWidth && x >= layout.meaningX - 4) return blockTarget(stage, rowAt(stage, y));
  if (x < layout.nameX - 24) return NOTHING;
  const { names } = placedNames(heatmap, stage.scene());
  const near = names.find((name) => Math.abs(name.y - y) <= NAME_PITCH / 2);
  return near ? { kind: "name", row: near.row } : NOTHING;
}

/**
 * @param {Stage} stage
 * @param {number} x
 * @param {number} y
 * @returns {Target}
 */
function columnTarget({ layout, camera }, x, y) {
  const { body, columnNameY, columnNameHeight, headerY } = layout;
  if (y < headerY || y > columnNameY + columnNameHeight) return NOTHING;
  const column = cellAt(layout.columnAxis, camera.columns.offset + x - body.x, camera.columns.scale);
  return column < 0 ? NOTHING : { kind: "column", column };
}
