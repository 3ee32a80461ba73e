// The sheets of order and of samples: how rows and columns stand, what splits the columns, which samples are shown.
import { arrange } from "./arrange.js";
import { button, element, plainText } from "./elements.js";
import { shownComparison, shownHeatmap } from "./genes.js";
import { countWords } from "./words.js";

/**
 * @typedef {import("./panels.js").PanelTools} PanelTools
 * @typedef {import("./state.js").State} State
 */

/**
 * @param {string} label
 * @param {string} key
 * @param {[string, string][]} options value and words
 * @param {string} current
 * @param {(value: string) => void} choose
 */
function choiceField(label, key, options, current, choose) {
  const select = element("select", { class: "hl-select", "data-key": key, change: () => choose(select.value) },
    ...options.map(([value, words]) => element("option", { value, selected: value === current }, words)));
  return element("label", { class: "hl-field" }, element("span", {}, label), select);
}

/** @param {PanelTools} tools */
export function orderSheet({ store, view }) {
  const { state } = store;
  const heatmap = shownHeatmap(view, state);
  const own = heatmap.linkage ? "as clustered" : "as in the figure";
  /** @type {[string, string][]} */
  const rows = [["tree", own], ["name", "by name"]];
  if (heatmap.spec.row_tracks.some((track) => track.name === "mean log2")) rows.push(["mean", "by mean expression"]);
  for (const comparison of view.comparisons.filter((one) => heatmap.rows.log2_fold_change[one.name])) {
    rows.push([`change:${comparison.name}`, `by log2 fold change, ${comparison.title}`]);
  }
  return [
    choiceField("Rows", "row-order", rows, state.rowOrder,
      (value) => store.update({ rowOrder: /** @type {State["rowOrder"]} */ (value), window: null })),
    choiceField("Columns", "column-order", columnOrders(store.state, heatmap.spec.row_names), state.columnOrder,
      (value) => store.update({ columnOrder: /** @type {State["columnOrder"]} */ (value) })),
    choiceField("Columns split by", "split", splitOptions(view, heatmap), state.splitColumns ?? "figure",
      (value) => store.update({ splitColumns: value === "figure" ? null : value === "none" ? "" : value, window: null })),
    element("p", { class: "hl-soft" },
      "Rows are ordered within their clusters. To order the columns by a gene, select it first."),
  ];
}

/**
 * @param {State} state
 * @param {string[]} names
 * @returns {[string, string][]}
 */
function columnOrders(state, names) {
  /** @type {[string, string][]} */
  const options = [["figure", "as in the figure"], ["name", "by sample name"]];
  const genes = new Set(state.selection.rows.slice(0, 5).map((row) => `gene:${row}`));
  if (state.columnOrder.startsWith("gene:")) genes.add(/** @type {`gene:${number}`} */ (state.columnOrder));
  for (const key of genes) options.push([key, `by ${names[Number(key.slice(5))]}, low to high`]);
  return options;
}

/**
 * @param {import("./decode.js").View} view
 * @param {import("./decode.js").Heatmap} heatmap
 * @returns {[string, string][]}
 */
function splitOptions(view, heatmap) {
  const { group_name: own } = heatmap.spec.panels[0];
  /** @type {[string, string][]} */
  const options = [["figure", own ? `${own} (as in the figure)` : "as in the figure"], ["none", "nothing"]];
  for (const [name, levels] of Object.entries(view.samples.columns)) {
    const n = new Set(levels).size;
    if (name !== own && n > 1 && n <= 40) options.push([name, name]);
  }
  return options;
}

/** @param {PanelTools} tools */
export function samplesSheet(tools) {
  const { store, view } = tools;
  const hidden = new Set(store.state.hidden);
  const groups = sampleGroups(tools);
  const names = groups.flatMap((group) => group.names);
  const hide = (/** @type {Set<string>} */ next) => {
    if (names.some((name) => !next.has(name))) store.update({ hidden: [...next], window: null });
  };
  const comparison = shownComparison(view, store.state);
  return [
    element("p", { class: "hl-soft" }, `${names.length - names.filter((name) => hidden.has(name)).length} of ` +
      `${countWords(names.length, "sample")} shown. Hiding changes the picture only: clusters${comparison ? ", fold changes" : ""} ` +
      "and findings rest on all samples."),
    hidden.size > 0 && button("show all", () => hide(new Set()), { class: "hl-link", "data-key": "all" }),
    element("div", { class: "hl-samples" }, ...groups.map((group) => groupList(group, hidden, hide))),
  ].filter((part) => part !== false);
}

/**
 * Samples by the groups that split the columns, hidden ones too.
 * @param {PanelTools} tools
 */
function sampleGroups({ store, view }) {
  const shown = arrange(view, { ...store.state, hidden: [], window: null });
  return shown.columnBlocks.map((block) => ({ name: block.name, colour: block.colour,
    names: shown.columnNames.slice(block.start, block.stop) }))
    .filter((group) => group.names.length);
}

/**
 * @param {{name: string, colour: string, names: string[]}} group
 * @param {Set<string>} hidden
 * @param {(next: Set<string>) => void} hide
 */
function groupList(group, hidden, hide) {
  const nShown = group.names.filter((name) => !hidden.has(name)).length;
  const toggle = (/** @type {string[]} */ names, /** @type {boolean} */ isShown) => {
    const next = new Set(hidden);
    for (const name of names) if (isShown) next.delete(name); else next.add(name);
    hide(next);
  };
  const all = element("input", { type: "checkbox", checked: nShown === group.names.length, "data-key": `group-${group.name}`,
    change: () => toggle(group.names, all.checked) });
  all.indeterminate = nShown > 0 && nShown < group.names.length;
  const swatch = element("i", { class: "hl-swatch" });
  if (group.colour) swatch.style.backgroundColor = group.colour;
  const head = element("label", { class: "hl-sample-group" }, all, group.colour ? swatch : null,
    element("span", { title: plainText(group.name) }, group.name || "all samples"), element("span", { class: "hl-soft" }, ` ${nShown} of ${group.names.length}`));
  return element("div", { role: "group", "aria-label": group.name || "samples" }, head,
    ...group.names.map((name) => {
      const one = element("input", { type: "checkbox", checked: !hidden.has(name), "data-key": `sample-${name}`,
        change: () => toggle([name], one.checked) });
      return element("label", { class: "hl-sample" }, one, element("span", { title: plainText(name) }, name));
    }));
}
