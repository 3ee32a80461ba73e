// What changed between two studies: in sentences, then what was asked differently, genes, and gene sets.

import { ask, studyPath } from "./api.js";
import { el, fill } from "./dom.js";
import { writeValue } from "./tables.js";
import { count } from "./words.js";

/** @typedef {{id: string, name: string, before: [number, number]|null, after: [number, number]|null}} GeneChange */
/**
 * @typedef {{n_before: number, n_after: number, n_both: number, n_lost: number, n_gained: number, lost: GeneChange[],
 *   gained: GeneChange[], flipped: GeneChange[]}} GeneChanges
 */
/** @typedef {{n_before: number, n_after: number, n_both: number, lost: string[], gained: string[]}} SetChanges */

/** Show what changed from one study to another. @param {HTMLElement} root @param {string} a @param {string} b */
export async function mountCompare(root, a, b) {
  const [answer, before, after] = await Promise.all([ask("GET", `/api/compare?${new URLSearchParams({ a, b })}`),
    ask("GET", studyPath(a)), ask("GET", studyPath(b))]);
  document.title = "What changed · Heatleaf";
  fill(root, el("div", { class: "compare" }, el("h1", {}, "What changed"),
    el("p", { class: "pairnames" }, studyLink(before), " → ", studyLink(after)),
    el("ul", { class: "sentences" }, answer.sentences.map((/** @type {string} */ text) => el("li", {}, text))),
    asked(answer.changes),
    ...Object.entries(answer.genes).map(([title, genes]) => geneSection(title, /** @type {GeneChanges} */ (genes))),
    ...Object.entries(answer.terms).map(([title, terms]) => termSection(title, /** @type {any} */ (terms)))));
}

/** @param {import("./shapes.js").Study} study */
function studyLink({ id, name }) {
  return el("a", { href: `#study=${encodeURIComponent(id)}` }, name);
}

/** @param {string} caption @param {string[]} header @param {(string|HTMLElement)[][]} rows */
function tableOf(caption, header, rows) {
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption }, el("table", { class: "values" },
    el("caption", { class: "hidden" }, caption),
    el("thead", {}, el("tr", {}, header.map((name, i) => el("th", { scope: "col", class: i ? "n" : null }, name)))),
    el("tbody", {}, rows.map((row) => el("tr", {}, row.map((cell, i) => el(i ? "td" : "th", { scope: i ? null : "row", class: i ? "n" : null }, cell)))))));
}

/** @param {[string, string, string][]} changes */
function asked(changes) {
  if (!changes.length) return null;
  return el("section", {}, el("h2", {}, "What was asked differently"),
    tableOf("what was asked differently", ["", "before", "now"], changes.map(([name, ...values]) => [name.replaceAll("_", " "), ...values])));
}

/** @param {string} title @param {GeneChanges} genes */
function geneSection(title, genes) {
  const parts = [["No longer called", genes.lost], ["Newly called", genes.gained], ["Called in the other direction", genes.flipped]];
  const shown = parts.filter(([, rows]) => rows.length);
  return el("section", {}, el("h2", {}, `Genes: ${title}`),
    el("p", { class: "counts" }, el("span", {}, el("b", {}, count(genes.n_before)), " before"), el("span", {}, el("b", {}, count(genes.n_after)), " now"),
      el("span", {}, el("b", {}, count(genes.n_both)), " in both")),
    shown.length ? el("div", { class: "pair" }, shown.map(([name, rows]) => el("div", {}, el("h3", {}, /** @type {string} */ (name)),
      geneTable(/** @type {string} */ (name), /** @type {GeneChange[]} */ (rows))))) : null);
}

/** @param {string} caption @param {GeneChange[]} rows */
function geneTable(caption, rows) {
  const pair = (/** @type {[number, number]|null} */ values) => values
    ? [writeValue("log2FoldChange", String(values[0])), writeValue("padj", String(values[1]))] : ["–", "–"];
  return tableOf(caption, ["gene", "log2 before", "adj. p", "log2 now", "adj. p"],
    rows.map(({ name, before, after }) => [el("i", {}, name), ...pair(before), ...pair(after)]));
}

/** @param {string} title @param {{up: SetChanges, down: SetChanges}} terms */
function termSection(title, terms) {
  const parts = [["higher", terms.up], ["lower", terms.down]].flatMap(([word, changes]) => {
    const { lost, gained } = /** @type {SetChanges} */ (changes);
    return [setList(`No longer over-represented, ${word}`, lost), setList(`Newly over-represented, ${word}`, gained)];
  }).filter((part) => part !== null);
  return parts.length ? el("section", {}, el("h2", {}, `Gene sets: ${title}`), el("div", { class: "pair" }, ...parts)) : null;
}

/** @param {string} title @param {string[]} names */
function setList(title, names) {
  return names.length ? el("div", {}, el("h3", {}, title), el("ul", {}, names.map((name) => el("li", {}, name)))) : null;
}
