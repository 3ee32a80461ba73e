// The displayed rows as a table for a spreadsheet, in visual order with cluster numbers; text cannot become a formula.
import { genesOf } from "./genes.js";
import { plainText } from "./elements.js";

/**
 * @typedef {import("./decode.js").View} View
 * @typedef {import("./state.js").State} State
 * @typedef {import("./arrange.js").Arrangement} Arrangement
 * @typedef {import("./genes.js").Gene} Gene
 */

const FORMULA_START = /^[\s\u00a0]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

/**
 * One cell of text: a leading apostrophe where a spreadsheet would read a formula (S13), quotes where needed.
 * @param {string} text
 */
export function csvText(text) {
  const shown = plainText(text);
  const safe = FORMULA_START.test(text) ? `'${shown}` : shown;
  return /[",\n\r;]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** @param {number} value */
function csvNumber(value) {
  return Number.isFinite(value) ? String(Number(value.toPrecision(7))) : "NA";
}

/**
 * A gene list: id, name, cluster, and the numbers of the comparison.
 * @param {Gene[]} genes
 * @param {string} comparison its title, "" where there is none
 */
export function genesCsv(genes, comparison) {
  const numbers = comparison ? [`log2 fold change ${comparison}`, `padj ${comparison}`] : [];
  const head = ["gene_id", "gene_name", "cluster", "mean_log2", ...numbers].map(csvText).join(",");
  const lines = genes.map((gene) => [csvText(gene.id), csvText(gene.name), csvText(gene.cluster), csvNumber(gene.mean),
    ...(comparison ? [csvNumber(gene.change), csvNumber(gene.padj)] : [])].join(","));
  return `${[head, ...lines].join("\r\n")}\r\n`;
}

/**
 * The whole displayed heatmap: genes in visual order with cluster and position, and the displayed values.
 * @param {View} view
 * @param {State} state
 * @param {Arrangement} arrangement
 */
export function heatmapCsv(view, state, arrangement) {
  const genes = genesOf(view, state, arrangement, arrangement.rows);
  const head = ["gene_id", "gene_name", "cluster", "position",
    ...arrangement.columnNames];
  const lines = genes.map((gene, row) => {
    const values = Array.from(arrangement.columns, (_, column) => csvNumber(arrangement.value(row, column)));
    return [csvText(gene.id), csvText(gene.name), csvText(gene.cluster), row + 1, ...values].join(",");
  });
  return `${[head.map(csvText).join(","), ...lines].join("\r\n")}\r\n`;
}
