// The heatmap in sentences, for whoever does not see it: its size, groups, clusters with what they are, and the view.

/**
 * @typedef {import("./decode.js").View} View
 * @typedef {import("./state.js").State} State
 * @typedef {import("./arrange.js").Arrangement} Arrangement
 */

const MAX_BLOCKS = 12;

/**
 * @param {View} view
 * @param {State} state
 * @param {Arrangement} arrangement
 * @returns {string[]}
 */
export function summarise(view, state, arrangement) {
  const { spec } = view.heatmaps[state.heatmap];
  const { rows, columns, panels } = arrangement;
  const sentences = [`${spec.title ? `${spec.title}. ` : ""}Heatmap of ${count(rows.length, "gene")} and ${count(columns.length, "sample")}` +
    `${panels.length > 1 ? ` in ${panels.length} panels` : ""}, showing ${arrangement.scale.label} from ${number(arrangement.scale.low)} to ${number(arrangement.scale.high)}.`];
  sentences.push(...panels.flatMap((panel, i) => groupSentence(arrangement, panel, i)));
  sentences.push(...blockSentences(arrangement));
  if (state.hidden.length) sentences.push(`${count(state.hidden.length, "sample")} hidden.`);
  if (state.only) sentences.push(`Only ${count(rows.length, "gene")} of ${spec.row_ids.length.toLocaleString("en")} shown.`);
  if (state.selection.rows.length) sentences.push(`${count(state.selection.rows.length, "gene")} selected.`);
  return sentences;
}

/**
 * @param {Arrangement} arrangement
 * @param {import("./arrange.js").ShownPanel} panel
 * @param {number} number
 */
function groupSentence({ columnBlocks }, panel, number) {
  const groups = columnBlocks.filter((block) => block.panel === number && block.name);
  if (!groups.length) return [];
  const listed = groups.map(({ name, start, stop }) => `${name} (${count(stop - start, "sample")})`).join(", ");
  return [`Columns are split by ${panel.groupName || "group"}: ${listed}.`];
}

/** @param {Arrangement} arrangement */
function blockSentences({ rowBlocks }) {
  if (rowBlocks.length < 2) return [];
  const said = rowBlocks.slice(0, MAX_BLOCKS).map((block) =>
    `${block.name}, ${count(block.stop - block.start, "gene")}${block.meaning ? `: ${block.meaning}` : ""}` +
    `${block.stability === null ? "" : ` (stability ${block.stability.toFixed(2)})`}.`);
  const more = rowBlocks.length - said.length;
  return [`Rows are in ${rowBlocks.length} clusters from top to bottom.`, ...said, ...(more > 0 ? [`And ${more} more.`] : [])];
}

/**
 * @param {number} n
 * @param {string} one
 */
function count(n, one) {
  return `${n.toLocaleString("en")} ${one}${n === 1 ? "" : "s"}`;
}

/** @param {number} value */
function number(value) {
  return String(Number(value.toPrecision(4))).replace("-", "minus ");
}
