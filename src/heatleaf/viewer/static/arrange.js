// The order of a view in a state: which rows and columns stand where, in which blocks, under which trees and colours.
import { orderOfColumns } from "./column_order.js";
import { cutIntoBlocks } from "./cut.js";
import { countCells, layerValues, scaleOf } from "./layers.js";
import { compareFalling, compareNames } from "./order.js";
import { columnTrees, parentTrees, rowTrees } from "./trees.js";

/**
 * @typedef {import("./decode.js").View} View
 * @typedef {import("./decode.js").Heatmap} Heatmap
 * @typedef {import("./decode.js").Tree} Tree
 * @typedef {import("./decode.js").ClusterNode} ClusterNode
 * @typedef {import("./state.js").State} State
 * @typedef {import("./colour.js").ColourScale} ColourScale
 */

/**
 * @typedef {object} RowBlock neighbouring displayed rows
 * @property {string} name "C1"
 * @property {number} start
 * @property {number} stop
 * @property {string} label "C1 · 79 genes"
 * @property {string} meaning one line, or ""
 * @property {number | null} stability
 * @property {boolean} isParked
 * @property {ClusterNode | null} node the card that Python wrote for exactly these rows
 *
 * @typedef {object} ColumnBlock neighbouring displayed columns
 * @property {string} name the group, "" where columns are not split
 * @property {number} start
 * @property {number} stop
 * @property {string} colour "" where columns are not split
 * @property {number} panel
 *
 * @typedef {object} ShownPanel
 * @property {number} start first displayed column
 * @property {number} stop
 * @property {ColourScale} scale the same object for panels that share one
 * @property {string} title
 * @property {string} groupName
 *
 * @typedef {object} Arrangement columns of all panels count through, those of the first panel first
 * @property {Int32Array} rows figure row of each displayed row
 * @property {Int32Array} columns figure column of each displayed column
 * @property {string[]} columnNames of the displayed columns
 * @property {RowBlock[]} rowBlocks
 * @property {ColumnBlock[]} columnBlocks
 * @property {ShownPanel[]} panels
 * @property {Tree[]} rowTrees over displayed rows; empty in orders that no tree has
 * @property {Tree | null} rowParentTree over row blocks
 * @property {Tree[]} columnTrees
 * @property {{tree: Tree, blocks: ColumnBlock[]}[]} columnParentTrees over the blocks of a panel
 * @property {boolean} isCuttable the rows stand in the order of a tree that can be cut
 * @property {(row: number, column: number) => number} value of a displayed cell; NaN where it is missing
 * @property {ColourScale} scale of the first panel
 * @property {object} cells the same object while value() is the same function of rows and columns
 */

const MAX_KEPT = 24;
/** @type {WeakMap<View, Map<string, any>>} */
const KEPT = new WeakMap();
/** @type {WeakMap<Int32Array, WeakMap<Int32Array, {source: Float32Array, value: Arrangement["value"], cells: object}>>} */
const CELLS = new WeakMap();

/**
 * Arrange a view; the same object as before while the state says the same.
 * @param {View} view
 * @param {State} state
 * @returns {Arrangement}
 */
export function arrange(view, state) {
  const { heatmap, layer, palette, limits, k, rowOrder, columnOrder, splitColumns, hidden, only } = state;
  const key = JSON.stringify([heatmap, layer, palette, limits, k, rowOrder, columnOrder, splitColumns, hidden, only]);
  return keep(view, key, () => makeArrangement(view, state));
}

/**
 * @template T
 * @param {View} view
 * @param {string} key
 * @param {() => T} make
 * @returns {T}
 */
function keep(view, key, make) {
  const kept = KEPT.get(view) ?? new Map();
  KEPT.set(view, kept);
  const value = kept.has(key) ? kept.get(key) : make();
  kept.delete(key);
  kept.set(key, value);
  if (kept.size > MAX_KEPT) kept.delete(kept.keys().next().value);
  return value;
}

/**
 * @param {View} view
 * @param {State} state
 * @returns {Arrangement}
 */
function makeArrangement(view, state) {
  const heatmap = view.heatmaps[state.heatmap];
  const { rows, rowBlocks } = arrangeRows(view, state);
  const { columns, columnBlocks, columnNames } = arrangeColumns(view, state);
  const { cells, value } = cellsOf(view, state, rows, columns);
  const isAsFigure = state.columnOrder === "figure" && state.splitColumns === null && !state.hidden.length;
  const hasTree = state.rowOrder === "tree" && !state.only;
  const panels = arrangePanels(view, state, { value, nRows: rows.length, columnBlocks });
  return {
    rows, columns, columnNames, rowBlocks, columnBlocks, panels, value, cells,
    rowTrees: hasTree ? rowTrees(heatmap) : [],
    rowParentTree: hasTree && state.k === null ? heatmap.spec.row_parent_tree : null,
    columnTrees: isAsFigure ? columnTrees(heatmap) : [],
    columnParentTrees: isAsFigure ? parentTrees(heatmap, columnBlocks) : [],
    isCuttable: hasTree && heatmap.linkage !== null && rows.length > 2,
    scale: panels[0].scale,
  };
}

/**
 * @param {View} view
 * @param {State} state
 * @returns {{rows: Int32Array, rowBlocks: RowBlock[]}}
 */
function arrangeRows(view, state) {
  const { heatmap, rowOrder, only } = state;
  const shown = view.heatmaps[heatmap];
  const blocks = keep(view, `blocks ${heatmap} ${state.k}`, () => blocksOfRows(shown, state.k));
  const k = rowOrder === "tree" && !only ? "any" : state.k;
  const rows = keep(view, JSON.stringify(["rows", heatmap, k, rowOrder, only]), () => orderOfRows(view, state, blocks));
  return { rows, rowBlocks: only ? blocksOfSome(blocks, only) : blocks };
}

/**
 * The blocks of the figure, or those of a cut of its tree.
 * @param {Heatmap} heatmap
 * @param {number | null} k
 * @returns {RowBlock[]}
 */
function blocksOfRows(heatmap, k) {
  const { linkage, nodes, spec } = heatmap;
  const nodeAt = new Map(nodes.map((node) => [`${node.start}-${node.stop}`, node]));
  const cut = k !== null && linkage ? cutIntoBlocks(linkage, k) : null;
  const plain = cut ? cut.map((block, i) => ({ name: `C${i + 1}`, start: block.start, stop: block.stop }))
    : spec.row_blocks;
  return plain.map((block) => {
    const node = nodeAt.get(`${block.start}-${block.stop}`) ?? null;
    const own = cut ? null : /** @type {import("./decode.js").Block} */ (block);
    return { name: block.name, start: block.start, stop: block.stop, label: blockLabel(block), node,
      meaning: own?.meaning || (plain.length > 1 && node?.label) || "", stability: own ? own.stability : node?.stability ?? null,
      isParked: own?.is_parked ?? false };
  });
}

/** @param {{name: string, start: number, stop: number}} block */
function blockLabel({ name, start, stop }) {
  const n = stop - start;
  return `${name}${name ? " · " : ""}${n.toLocaleString("en")} gene${n === 1 ? "" : "s"}`;
}

/**
 * @param {View} view
 * @param {State} state
 * @param {RowBlock[]} blocks
 * @returns {Int32Array}
 */
function orderOfRows(view, state, blocks) {
  const heatmap = view.heatmaps[state.heatmap];
  const wanted = state.only ? new Set(state.only) : null;
  const compare = rowComparison(heatmap, state);
  const order = [];
  for (const block of blocks) {
    const rows = [];
    for (let row = block.start; row < block.stop; row++) if (!wanted || wanted.has(row)) rows.push(row);
    if (compare) rows.sort((a, b) => compare(a, b) || a - b);
    for (const row of rows) order.push(row);
  }
  return Int32Array.from(order);
}

/**
 * How rows compare within their block; null for the order of the figure.
 * @param {Heatmap} heatmap
 * @param {State} state
 * @returns {((a: number, b: number) => number) | null}
 */
function rowComparison(heatmap, { rowOrder }) {
  const { row_names: names } = heatmap.spec;
  if (rowOrder === "name") return (a, b) => compareNames(names[a], names[b]);
  const changes = new Map(Object.entries(heatmap.rows.log2_fold_change));
  const numbers = rowOrder === "mean" ? meanOfRows(heatmap) : changes.get(rowOrder.slice("change:".length));
  return numbers && rowOrder !== "tree" ? (a, b) => compareFalling(numbers[a], numbers[b]) : null;
}

/** @param {Heatmap} heatmap */
function meanOfRows(heatmap) {
  const width = heatmap.spec.panels[0].column_names.length;
  const values = heatmap.layers.vst ?? heatmap.spec.panels[0].matrix;
  const strip = heatmap.spec.row_tracks.find((track) => track.name === "mean log2");
  return strip?.values ?? Float32Array.from(heatmap.spec.row_ids, (_, row) => {
    const known = values.subarray(row * width, (row + 1) * width).filter(Number.isFinite);
    return known.reduce((sum, value) => sum + value, 0) / known.length;
  });
}

/**
 * Shrink blocks to some of their rows.
 * @param {RowBlock[]} blocks
 * @param {readonly number[]} rows figure rows
 * @returns {RowBlock[]}
 */
function blocksOfSome(blocks, rows) {
  const some = [];
  let start = 0;
  for (const block of blocks) {
    const n = rows.filter((row) => row >= block.start && row < block.stop).length;
    if (!n) continue;
    const place = { name: block.name, start, stop: start + n };
    some.push({ ...block, ...place, label: blockLabel(place) });
    start += n;
  }
  return some;
}

/**
 * @param {View} view
 * @param {State} state
 * @returns {{columns: Int32Array, columnBlocks: ColumnBlock[], columnNames: string[]}}
 */
function arrangeColumns(view, state) {
  const { heatmap, columnOrder, splitColumns, hidden } = state;
  const layer = columnOrder.startsWith("gene:") ? state.layer : "";
  const key = JSON.stringify(["columns", heatmap, columnOrder, splitColumns, hidden, layer]);
  return keep(view, key, () => orderOfColumns(view, state));
}

/**
 * @param {View} view
 * @param {State} state
 * @param {Int32Array} rows
 * @param {Int32Array} columns
 */
function cellsOf(view, state, rows, columns) {
  const heatmap = view.heatmaps[state.heatmap];
  const sources = heatmap.spec.panels.map((panel, i) => i === 0 ? layerValues(heatmap, state.layer) : panel.matrix);
  const byColumns = CELLS.get(rows) ?? new WeakMap();
  CELLS.set(rows, byColumns);
  const kept = byColumns.get(columns);
  if (kept && kept.source === sources[0]) return kept;
  const widths = heatmap.spec.panels.map((panel) => panel.column_names.length);
  const panelOf = Uint8Array.from(widths.flatMap((width, i) => new Array(width).fill(i)));
  const within = Int32Array.from(widths.flatMap((width) => [...new Array(width).keys()]));
  const value = sources.length === 1
    ? (/** @type {number} */ row, /** @type {number} */ column) => sources[0][rows[row] * widths[0] + columns[column]]
    : (/** @type {number} */ row, /** @type {number} */ column) => {
      const panel = panelOf[columns[column]];
      return sources[panel][rows[row] * widths[panel] + within[columns[column]]];
    };
  const made = { source: sources[0], value, cells: {} };
  byColumns.set(columns, made);
  return made;
}

/**
 * Where each panel stands and which scale it has.
 * @param {View} view
 * @param {State} state
 * @param {{value: Arrangement["value"], nRows: number, columnBlocks: ColumnBlock[]}} shown
 * @returns {ShownPanel[]}
 */
function arrangePanels(view, state, { value, nRows, columnBlocks }) {
  const { panels } = view.heatmaps[state.heatmap].spec;
  // further panels have the values of the figure only, so that another layer parts them from the first
  const sharing = state.layer === "shown" ? 0 : panels.findIndex((panel) => panel.shares_scale);
  /** @type {Map<number, number[]>} */
  const members = new Map();
  const owners = panels.map((panel, i) => panel.shares_scale ? sharing : i);
  const spans = panels.map((_, i) => spanOf(columnBlocks.filter((block) => block.panel === i)));
  spans.forEach(({ start, stop }, i) => {
    const all = members.get(owners[i]) ?? [];
    for (let column = start; column < stop; column++) all.push(column);
    members.set(owners[i], all);
  });
  const scales = new Map([...members].map(([owner, columns]) => {
    const scale = scaleOf(view, state, owner);
    const isAsFigure = !state.limits && (owner > 0 || state.layer === "shown") && !state.hidden.length && !state.only;
    return [owner, { ...scale, ...isAsFigure ? countedCells(panels[owner]) : countCells(scale, value, nRows, columns) }];
  }));
  return panels.map((panel, i) => ({ ...spans[i], title: panel.title,
    groupName: state.splitColumns === "" ? "" : state.splitColumns || panel.group_name,
    scale: /** @type {ColourScale} */ (scales.get(owners[i])) }));
}

/** @param {import("./decode.js").Panel} panel */
function countedCells({ scale }) {
  return { histogram: scale.histogram, clipped: scale.share_clipped, hasMissing: scale.has_missing };
}

/** @param {ColumnBlock[]} blocks */
function spanOf(blocks) {
  return blocks.length ? { start: blocks[0].start, stop: blocks[blocks.length - 1].stop } : { start: 0, stop: 0 };
}
