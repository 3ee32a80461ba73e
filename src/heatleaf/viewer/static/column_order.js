// The order of the columns and the groups that they stand in.
import { hueOfGroup } from "./colour.js";
import { layerValues } from "./layers.js";
import { compareFalling, compareNames } from "./order.js";

/**
 * @typedef {import("./decode.js").View} View
 * @typedef {import("./state.js").State} State
 * @typedef {import("./arrange.js").ColumnBlock} ColumnBlock
 */

const MISSING_COLOUR = "#C9C9C9";

/**
 * Put the shown columns of all panels into order, in groups.
 * @param {View} view
 * @param {State} state
 */
export function orderOfColumns(view, state) {
  const { panels } = view.heatmaps[state.heatmap].spec;
  const hidden = new Set(state.hidden);
  /** @type {number[]} */
  const columns = [];
  /** @type {ColumnBlock[]} */
  const columnBlocks = [];
  let first = 0;
  panels.forEach((panel, number) => {
    const offset = first;
    for (const group of groupsOfPanel(view, state, number)) {
      const shown = group.columns.filter((column) => !hidden.has(panel.column_names[column]));
      if (!shown.length) continue;
      sortColumns(view, state, number, shown);
      const start = columns.length;
      for (const column of shown) columns.push(offset + column);
      columnBlocks.push({ name: group.name, start, stop: columns.length, colour: group.colour, panel: number });
    }
    first += panel.column_names.length;
  });
  const names = panels.flatMap((panel) => panel.column_names);
  return { columns: Int32Array.from(columns), columnBlocks, columnNames: columns.map((column) => names[column]) };
}

/**
 * Columns of a panel in groups: those of the figure, none, or those of a column of the sheet.
 * @param {View} view
 * @param {State} state
 * @param {number} number
 * @returns {{name: string, colour: string, columns: number[]}[]}
 */
function groupsOfPanel(view, state, number) {
  const panel = view.heatmaps[state.heatmap].spec.panels[number];
  const all = [...panel.column_names.keys()];
  const levels = state.splitColumns ? levelsOfPanel(view, panel, state.splitColumns) : null;
  if (levels) {
    const names = [...new Set(levels)].sort((a, b) => Number(!a) - Number(!b) || compareNames(a, b));
    const colours = coloursOfLevels(view, state, names);
    return names.map((name, i) => ({ name: name || "missing", colour: colours[i],
      columns: all.filter((column) => levels[column] === name) }));
  }
  if (state.splitColumns === "") return [{ name: "", colour: "", columns: all }];
  return panel.blocks.map(({ name, colour, start, stop }) => ({ name, colour, columns: all.slice(start, stop) }));
}

/**
 * Level of each column of a panel; null where none of its samples stands in the sheet.
 * @param {View} view
 * @param {import("./decode.js").Panel} panel
 * @param {string} variable
 */
function levelsOfPanel(view, panel, variable) {
  const levels = Object.hasOwn(view.samples.columns, variable) ? view.samples.columns[variable] : [];
  const levelOf = new Map(view.samples.names.map((name, i) => [name, levels[i] ?? ""]));
  const found = panel.column_names.map((name) => levelOf.get(name) ?? "");
  return found.some(Boolean) ? found : null;
}

/**
 * Colours of the levels of a column of the sheet: those of its track or of the figure's groups, else new hues.
 * @param {View} view
 * @param {State} state
 * @param {string[]} names
 */
function coloursOfLevels(view, state, names) {
  const { panels } = view.heatmaps[state.heatmap].spec;
  const track = panels.flatMap((panel) => panel.tracks)
    .find((one) => one.name === state.splitColumns && one.kind === "levels");
  const groups = panels.filter((panel) => panel.group_name === state.splitColumns).flatMap((panel) => panel.blocks);
  const given = new Map([...groups.map((block) => /** @type {const} */ ([block.name, block.colour])), ...Object.entries(track?.colours ?? {})]);
  return names.map((name, i) => given.get(name) ?? (name ? hueOfGroup(i) : MISSING_COLOUR));
}

/**
 * @param {View} view
 * @param {State} state
 * @param {number} number
 * @param {number[]} columns of the panel, sorted in place
 */
function sortColumns(view, state, number, columns) {
  const heatmap = view.heatmaps[state.heatmap];
  const { column_names: names, matrix } = heatmap.spec.panels[number];
  if (state.columnOrder === "name") columns.sort((a, b) => compareNames(names[a], names[b]));
  if (!state.columnOrder.startsWith("gene:")) return;
  const start = Number(state.columnOrder.slice("gene:".length)) * names.length;
  const values = number === 0 ? layerValues(heatmap, state.layer) : matrix;
  columns.sort((a, b) => compareFalling(values[start + a] ?? NaN, values[start + b] ?? NaN) || a - b);
}
