// What is shown otherwise than the figure has it, in one sentence: the notes of the figure are of the figure.

/**
 * @typedef {import("./decode.js").View} View
 * @typedef {import("./state.js").State} State
 * @typedef {import("./arrange.js").Arrangement} Arrangement
 */

/**
 * @param {View} view
 * @param {State} state
 * @param {Arrangement} arrangement
 * @returns {string} "" where all is as in the figure
 */
export function changeNote(view, state, arrangement) {
  const { spec } = view.heatmaps[state.heatmap];
  const changes = [];
  const own = spec.row_blocks.length;
  if (state.k !== null && arrangement.isCuttable && state.k !== own) {
    changes.push(`cut into ${state.k} instead of ${own} clusters, of which the notes speak`);
  }
  if (state.layer !== "shown" && arrangement.scale.label !== spec.panels[0].scale.label) changes.push(`values are ${arrangement.scale.label}`);
  if (state.limits) changes.push("other limits");
  if (state.hidden.length) changes.push(`${count(state.hidden.length, "sample")} hidden`);
  if (state.only) changes.push(`${count(arrangement.rows.length, "gene")} of ${spec.row_ids.length.toLocaleString("en")}`);
  if (state.rowOrder !== "tree" || state.columnOrder !== "figure") changes.push("another order");
  if (state.splitColumns !== null) changes.push(state.splitColumns ? `columns split by ${state.splitColumns}` : "columns not split");
  return changes.length ? `Changed from the figure: ${changes.join("; ")}.` : "";
}

/**
 * @param {number} n
 * @param {string} one
 */
function count(n, one) {
  return `${n.toLocaleString("en")} ${one}${n === 1 ? "" : "s"}`;
}
