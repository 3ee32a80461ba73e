// One comparison: how many genes, volcano and MA, the genes, what they do.

import { filePath } from "./api.js";
import { el } from "./dom.js";
import { plates } from "./figures.js";
import { mountTable } from "./tables.js";
import { count } from "./words.js";

/** @typedef {import("./shapes.js").Figure} Figure */
/** @typedef {import("./shapes.js").TableFile} TableFile */

const GENE_COLUMNS = { gene_symbol: "gene", gene_id: "id", baseMean: "mean count", log2FoldChange: "log2 fold change",
  log2FoldChangeShrunken: "shrunken", padj: "adjusted p", note: "why" };
const SET_COLUMNS = { set_name: "gene set", collection: "collection", overlap: "genes", set_size: "of", fold_enrichment: "fold",
  padj: "adjusted p", genes: "which" };

/** Figures by name, those that are there. @param {any} result @param {string[]} names @returns {Figure[]} */
export function figuresNamed(result, names) {
  return names.flatMap((name) => result.figures.filter((/** @type {Figure} */ figure) => figure.name === name));
}

/** @param {string} study_id @param {any} result @param {any} comparison */
export function comparisonSection(study_id, result, comparison) {
  /** @type {Figure[]} */
  const own = result.figures.filter((/** @type {Figure} */ { id }) => comparison.figures.includes(id));
  const kind = (/** @type {RegExp} */ pattern) => own.filter(({ name }) => pattern.test(name));
  /** @type {TableFile[]} */
  const tables = result.tables.filter((/** @type {TableFile} */ { id }) => comparison.tables.includes(id));
  return [
    el("h2", {}, comparison.title), counts(comparison),
    plates(study_id, kind(/^(volcano|ma)_/)),
    tablePart(study_id, tables.find(({ name }) => /differential_/.test(name)), "Genes, most certain first", GENE_COLUMNS),
    plates(study_id, kind(/^genes_/)),
    ...tables.filter(({ name }) => /enrichment_.*_(up|down)\.tsv$/.test(name)).map((table) => tablePart(study_id, table,
      `Gene sets ${/_up\.tsv$/.test(table.name) ? "higher" : "lower"} in ${comparison.tested}`, SET_COLUMNS)),
    plates(study_id, kind(/^term/)),
    plates(study_id, kind(/^heatmap_/)),
  ];
}

/** @param {any} comparison */
function counts(comparison) {
  const where = comparison.tested ? ` in ${comparison.tested}` : "";
  return el("p", { class: "counts" }, el("span", { class: "up" }, el("b", {}, count(comparison.n_up)), ` higher${where}`),
    el("span", { class: "down" }, el("b", {}, count(comparison.n_down)), ` lower${where}`),
    comparison.n_tested ? el("span", {}, el("b", {}, count(comparison.n_tested)), " tested") : null,
    comparison.alpha ? el("span", {}, "adjusted p-value below ", el("b", {}, String(comparison.alpha))) : null);
}

/** @param {string} study_id @param {TableFile|undefined} table @param {string} title @param {Record<string, string>} columns */
function tablePart(study_id, table, title, columns) {
  if (!table) return null;
  const root = el("div", { class: "tablebox" });
  mountTable(root, { title, file: filePath(study_id, table.id), n_rows: table.n_rows, columns });
  return el("div", { class: "tablepart" }, el("h3", {}, title, " ",
    el("a", { class: "source", href: filePath(study_id, table.id), download: table.name }, table.name)), root);
}
