// The words of an exported drawing: names of clusters, genes and samples, and the notes below.
import { brokenWords, shortWords, spreadPlaces, wordsWidth, xmlTag, xmlWords } from "./drawing.js";
import { EDGE_PX, hasAllNames, roomForNames } from "./export_layout.js";
import { countWords } from "./words.js";

/**
 * @typedef {import("./decode.js").Heatmap} Heatmap
 * @typedef {import("./state.js").State} State
 * @typedef {import("./arrange.js").Arrangement} Arrangement
 * @typedef {import("./export_layout.js").DrawingLayout} DrawingLayout
 */

const SOFT = "#5F6368";
const RULE = "#9AA0A6";
export const NAME_PX = 10;

/**
 * @param {number} x
 * @param {number} y top
 * @param {string} text
 */
export function upright(x, y, text) {
  return xmlWords(0, 0, text, { transform: `translate(${x.toFixed(2)} ${y.toFixed(2)}) rotate(-90)`, "text-anchor": "end" });
}

/**
 * Names, sizes and meanings of the blocks of rows.
 * @param {DrawingLayout} layout
 */
export function drawBlockNames(layout) {
  if (layout.labelWidth < 20) return "";
  const right = layout.treeRight - layout.treeWidth - 8;
  const labels = layout.rows.filter((part) => part.block.name).map((part) => {
    const n = part.block.stop - part.block.start;
    const room = Math.max(1, Math.floor(part.size / 12.5));
    const meaning = brokenWords(part.block.meaning, layout.labelWidth - 10, NAME_PX, 4);
    const lines = [countWords(n, "gene"), ...meaning].slice(0, room - 1);
    const y = part.place + part.size / 2 - lines.length * 6 + 4;
    const attributes = { "text-anchor": "end" };
    if (part.size < 9) return "";
    const name = lines.length ? part.block.name : `${part.block.name} · ${n}`;
    return xmlWords(right, y, name, { ...attributes, "font-weight": "bold", "font-size": 11 }) +
      lines.map((line, i) => xmlWords(right, y + 12.5 * (i + 1), line, { ...attributes, fill: SOFT })).join("");
  });
  return xmlTag("g", { id: "clusters" }, labels.join(""));
}

/**
 * All names where they fit, else those of the marked rows with lines that do not cross.
 * @param {Heatmap} heatmap
 * @param {Arrangement} arrangement
 * @param {DrawingLayout} layout
 * @param {number} x
 */
export function drawRowNames(heatmap, arrangement, layout, x) {
  const isAll = hasAllNames(layout);
  const marks = new Set(heatmap.spec.marks);
  const rows = layout.rows.flatMap((part) => Array.from({ length: part.stop - part.start }, (_, i) => part.start + i))
    .filter((row) => isAll || marks.has(arrangement.rows[row]));
  const names = rows.map((row) => shortWords(heatmap.spec.row_names[arrangement.rows[row]], 150, NAME_PX, "italic"));
  const wanted = rows.map((row) => layout.y(row));
  const places = isAll ? wanted : spreadPlaces(wanted, 11.5, layout.top + 4, layout.bottom - 4);
  const at = isAll ? x : x + 26;
  const drawn = names.map((name, i) => (isAll ? "" : xmlTag("path", { fill: "none", stroke: RULE, "stroke-width": 0.5,
    d: `M${x},${wanted[i].toFixed(1)} h6 L${x + 18},${places[i].toFixed(1)} h5` })) +
    xmlWords(at, places[i] + 3.5, name, { "font-style": "italic" }));
  return { text: xmlTag("g", { id: "genes" }, drawn.join("")), right: at + roomForNames(names, NAME_PX, "italic") };
}

/**
 * @param {Arrangement} arrangement
 * @param {DrawingLayout} layout
 */
export function drawColumnNames(arrangement, layout) {
  if (layout.cellWidth < NAME_PX - 1) return { text: "", height: 60 };
  const shown = layout.columns.flatMap((part) => Array.from({ length: part.stop - part.start }, (_, i) => part.start + i));
  const texts = shown.map((column) => shortWords(arrangement.columnNames[column], 130, NAME_PX));
  const drawn = shown.map((column, i) => upright(layout.x(column) + 3.5, layout.bottom + layout.belowHeight + 5, texts[i]));
  const longest = Math.max(60, ...texts.map((text) => wordsWidth(text, NAME_PX)));
  return { text: xmlTag("g", { id: "samples" }, drawn.join("")), height: longest + 6 };
}

/**
 * Footnotes of the figure, and what this view leaves out of it.
 * @param {State} state
 * @param {Heatmap} heatmap
 * @param {Arrangement} arrangement
 * @param {{top: number, width: number}} place
 */
export function drawNotes(state, heatmap, arrangement, { top, width }) {
  const notes = [...heatmap.spec.footnotes];
  const nAll = heatmap.spec.row_ids.length;
  const nShown = state.window ? Math.ceil(state.window.bottom) - Math.floor(state.window.top) : arrangement.rows.length;
  if (nShown < nAll) notes.push(`${countWords(nShown, "row")} of ${nAll} shown.`);
  const nHidden = state.hidden.length;
  if (nHidden) notes.push(`${countWords(nHidden, "sample")} hidden; clusters rest on all samples.`);
  if (state.k !== null && state.k !== heatmap.n_clusters) {
    notes.push(`Cut into ${state.k} in place of ${heatmap.n_clusters} clusters.`);
  }
  const lines = notes.flatMap((note) => brokenWords(note, width - 2 * EDGE_PX, NAME_PX, 6));
  const text = lines.map((line, i) => xmlWords(EDGE_PX, top + i * 13, line, { fill: SOFT })).join("");
  return { text: xmlTag("g", { id: "notes" }, text), bottom: top + lines.length * 13 };
}
