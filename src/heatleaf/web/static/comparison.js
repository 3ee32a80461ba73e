// One comparison: how many genes, volcano and MA, the genes, what they do.

import { filePath } from "./api.js";
import { el } from "./dom.js";
import { plates } from "./figures.js";
import { mountTable, tableOf } from "./tables.js";
import { count } from "./words.js";

/** @typedef {import("./shapes.js").Result} Result */
/** @typedef {import("./shapes.js").ComparisonResult} ComparisonResult */
/** @typedef {import("./shapes.js").Figure} Figure */
/** @typedef {import("./shapes.js").TableFile} TableFile */

const GENE_COLUMNS = { gene_symbol: "gene", gene_id: "id", baseMean: "mean count", log2FoldChange: "log2 fold change",
  log2FoldChangeShrunken: "shrunken", padj: "adjusted p" };
const GENE_ORDER = ["gene_id", "gene_symbol", "baseMean", "log2FoldChange", "log2FoldChangeShrunken", "padj"]; // as the server lists them
const SET_COLUMNS = { set_name: "gene set", overlap: "genes", set_size: "of", fold_enrichment: "fold", padj: "adjusted p", genes: "which" };

/** Figures by name, those that are there. @param {Result} result @param {string[]} names */
export function figuresNamed(result, names) {
  return names.flatMap((name) => result.figures.filter((figure) => figure.name === name));
}

/**
 * @param {string} study_id @param {Result} result @param {ComparisonResult} comparison
 * @param {string[]} beside figures of the whole study that go into the first row
 */
export function comparisonSection(study_id, result, comparison, beside) {
  const table = result.tables.find(({ id }) => id === comparison.table);
  const own = table ? table.name.replace(/^differential_/, "") : comparison.name;
  /** @param {...string} kinds */
  const drawn = (...kinds) => plates(study_id, figuresNamed(result, kinds.map((kind) => `${kind}_${own}`)));
  return [
    el("h2", {}, comparison.title), counts(comparison),
    plates(study_id, figuresNamed(result, [`volcano_${own}`, `ma_${own}`, ...beside])),
    table ? el("div", { class: "pair" }, geneTable(study_id, table, comparison), drawn("genes")) : null,
    drawn("terms", "term_map"),
    setTables(study_id, result, comparison, own),
    drawn("term_genes", "term_running"),
    drawn("heatmap", "term_clusters"),
  ];
}

/** @param {ComparisonResult} comparison */
function counts(comparison) {
  const where = comparison.tested ? ` in ${comparison.tested}` : "";
  return el("p", { class: "counts" }, el("span", { class: "up" }, el("b", {}, count(comparison.n_up)), ` higher${where}`),
    el("span", { class: "down" }, el("b", {}, count(comparison.n_down)), ` lower${where}`),
    el("span", {}, el("b", {}, count(comparison.n_tested)), " tested"),
    el("span", {}, "adjusted p-value below ", el("b", {}, String(comparison.alpha))));
}

/** @param {string} study_id @param {TableFile} table @param {ComparisonResult} comparison */
function geneTable(study_id, table, comparison) {
  const records = comparison.genes.map((values) => Object.fromEntries(values.map((value, i) => [GENE_ORDER[i], value])));
  return tablePart(study_id, table, `Genes of ${comparison.title}, most certain first`, GENE_COLUMNS, records);
}

/** @param {string} study_id @param {Result} result @param {ComparisonResult} comparison @param {string} own */
function setTables(study_id, result, comparison, own) {
  const parts = (/** @type {const} */ (["up", "down"])).map((key) => {
    const rows = comparison.enrichment[key];
    const table = result.tables.find(({ name }) => name === `enrichment_${own}_${key}`);
    const title = `Gene sets ${key === "up" ? "higher" : "lower"} in ${comparison.tested}`;
    return rows && table ? tablePart(study_id, table, title, SET_COLUMNS, rows) : null;
  }).filter((part) => part !== null);
  if (!parts.length) return null;
  return el("div", {}, el("div", { class: "pair" }, ...parts),
    comparison.universe ? el("p", { class: "small" }, `Counted against: ${comparison.universe}. Sets that share most of their genes `,
      "with a better one come up when you search.") : null);
}

/**
 * @param {string} study_id @param {TableFile} file @param {string} title @param {Record<string, string>} columns
 * @param {Record<string, unknown>[]} records
 */
function tablePart(study_id, file, title, columns, records) {
  const root = el("div", { class: "tablebox" });
  const path = filePath(study_id, file.id);
  mountTable(root, { title, columns, first: tableOf(records, Object.keys(columns)), file: path, n_rows: file.n_rows });
  return el("div", { class: "tablepart" }, el("h3", {}, title, " ",
    el("a", { class: "source", href: path, download: `${file.name}.tsv` }, `${file.name}.tsv`)), root);
}
