// The panel of gene sets: over-representation in the selection or in a cluster, on the stated universe; what the
// analysis found in the genes called up and down, and in all genes by rank.
import { arrange } from "./arrange.js";
import { selectRows } from "./choose.js";
import { clusterCards } from "./clusters.js";
import { button, element, fill, setText } from "./elements.js";
import { distinctTerms, setMembersAmong, testRowLists } from "./enrich.js";
import { idPositions, shownComparison, shownHeatmap } from "./genes.js";
import { countWords, pWords, signedWords } from "./words.js";

/**
 * @typedef {import("./panels.js").PanelTools} PanelTools
 * @typedef {import("./state.js").State} State
 * @typedef {import("./decode.js").Heatmap} Heatmap
 */

/**
 * A line of the panel, from whichever source.
 * @typedef {object} TermLine
 * @property {string} name
 * @property {string} collection
 * @property {number} overlap
 * @property {number} setSize
 * @property {number} effect fold enrichment, or normalised score of ranked sets
 * @property {number} padj
 * @property {string[]} genes names of the genes found
 * @property {number[]} rows figure rows among them
 */

/**
 * A list of genes that can be asked about.
 * @typedef {object} TermSource
 * @property {string} key
 * @property {string} label
 * @property {string} words what the lines rest on
 * @property {() => TermLine[] | Promise<TermLine[]>} lines
 */

const MAX_TERMS = 60;
const CALLED_BELOW = 0.05;
/** @type {WeakMap<readonly number[], TermLine[]>} */
const FOUND = new WeakMap();

/**
 * The terms of some rows that do not repeat a better one.
 * @param {Heatmap} heatmap
 * @param {readonly number[]} rows
 * @returns {TermLine[]}
 */
function linesOfRows(heatmap, rows) {
  const known = FOUND.get(rows);
  if (known) return known;
  const sets = heatmap.gene_sets;
  if (!sets || !rows.length) return [];
  const [terms] = testRowLists(sets, [rows], heatmap.spec.row_ids.length);
  const lines = distinctTerms(sets, terms.slice(0, 400), rows, MAX_TERMS).map((term) => {
    const members = setMembersAmong(sets, term.set, rows);
    return { name: term.name, collection: term.collection, overlap: term.overlap, setSize: term.setSize,
      effect: term.fold, padj: term.padj, rows: members, genes: members.map((row) => heatmap.spec.row_names[row]) };
  });
  FOUND.set(rows, lines);
  return lines;
}

/**
 * The first gene sets of the selection, in brief.
 * @param {PanelTools} tools
 * @param {State} state
 * @param {number} n
 */
export function termLines(tools, state, n) {
  const heatmap = shownHeatmap(tools.view, state);
  if (!heatmap.gene_sets || state.selection.rows.length < 2) return [];
  const called = linesOfRows(heatmap, state.selection.rows).filter((line) => line.padj < CALLED_BELOW);
  const more = button("Gene sets", () => tools.store.update({ panel: "terms" }, { undo: false }), { class: "hl-link" });
  if (!called.length) return [element("p", {}, more, ": none stands out.")];
  const items = called.slice(0, n).map((line) => element("li", {}, line.name,
    element("span", { class: "hl-soft" }, ` ${line.overlap} of ${line.setSize}, padj ${pWords(line.padj)}`)));
  return [element("p", {}, more, called.length > n ? `, first of ${called.length}` : ""), element("ul", {}, ...items)];
}

/** The panel of gene sets. */
export class TermsPanel {
  /**
   * @param {HTMLElement} root
   * @param {PanelTools} tools
   */
  constructor(root, tools) {
    this.tools = tools;
    this.chosen = "selection";
    /** @type {TermSource | undefined} */
    this.asked = undefined;
    this.choice = element("select", { class: "hl-select", "aria-label": "Genes whose gene sets are shown",
      change: () => { this.chosen = this.choice.value; this.update(tools.store.state); } });
    this.said = element("p", { class: "hl-soft hl-said" });
    this.body = element("tbody");
    this.effect = element("th", { scope: "col", class: "hl-cell-number" });
    const table = element("table", { class: "hl-table hl-term-table", "aria-label": "Gene sets" },
      element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "Gene set"),
        element("th", { scope: "col", class: "hl-cell-number" }, "genes"), this.effect,
        element("th", { scope: "col", class: "hl-cell-number" }, "padj"))), this.body);
    this.scroll = element("div", { class: "hl-scroll" }, table);
    root.append(element("label", { class: "hl-row" }, element("span", {}, "In"), this.choice), this.said, this.scroll);
  }

  destroy() {}

  /** @param {State} state */
  update(state) {
    const sources = this.listSources(state);
    if (!sources.some((source) => source.key === this.chosen)) this.chosen = sources[0]?.key ?? "";
    const isEmpty = state.selection.rows.length === 0 && this.chosen === "selection";
    if (isEmpty && sources.length > 1) this.chosen = sources[1].key;
    fill(this.choice, ...sources.map((source) =>
      element("option", { value: source.key, selected: source.key === this.chosen }, source.label)));
    this.choice.value = this.chosen;
    this.show(sources.find((source) => source.key === this.chosen));
  }

  /**
   * Lists of genes that can be asked about.
   * @param {State} state
   */
  listSources(state) {
    const { view } = this.tools;
    const heatmap = shownHeatmap(view, state);
    const comparison = shownComparison(view, state);
    const universe = heatmap.gene_sets ? `Universe: ${heatmap.gene_sets.universe_words}. Hypergeometric test, ` +
      "Benjamini-Hochberg within each collection; sets that repeat a better one are left out." : "";
    /** @type {TermSource[]} */
    const sources = [];
    if (heatmap.gene_sets) {
      const { rows } = state.selection;
      const nOthers = state.selection.genes?.length ?? 0;
      const others = nOthers
        ? ` Not counted: ${countWords(nOthers, "selected gene")} not on this heatmap.` : "";
      sources.push({ key: "selection", label: `the selection (${countWords(rows.length, "gene")})`,
        words: universe + others, lines: () => linesOfRows(heatmap, rows) });
      if (nOthers && this.tools.host?.enrich) sources.push(this.wholeSelection(heatmap, state));
      for (const card of clusterCards(view, state, arrange(view, state))) {
        sources.push({ key: card.name, label: `${card.name} (${countWords(card.rows.length, "gene")})`, words: universe,
          lines: () => linesOfRows(heatmap, card.rows) });
      }
    }
    for (const [key, label] of /** @type {["up" | "down" | "ranked", string][]} */ ([["up", "higher in"],
      ["down", "lower in"], ["ranked", "all genes by rank:"]])) {
      const found = comparison?.enrichment[key];
      if (!comparison || !found?.length) continue;
      sources.push({ key, label: `${label} ${key === "ranked" ? comparison.title : comparison.tested}`,
        words: `As in the analysis of ${comparison.title}.`, lines: () => linesOfAnalysis(heatmap, found) });
    }
    return sources;
  }

  /**
   * The selection with genes that the heatmap does not show, which the app tests.
   * @param {Heatmap} heatmap
   * @param {State} state
   * @returns {TermSource}
   */
  wholeSelection(heatmap, state) {
    const ids = [...state.selection.rows.map((row) => heatmap.spec.row_ids[row]), ...state.selection.genes ?? []];
    const ask = async () => {
      const found = await this.tools.host?.enrich?.(ids) ?? [];
      return linesOfAnalysis(heatmap, /** @type {import("./decode.js").FoundTerm[]} */ (found));
    };
    return { key: "whole", label: `all ${countWords(ids.length, "selected gene")}`,
      words: "Tested with genes that the heatmap does not show, as the analysis tests.", lines: ask };
  }

  /** @param {TermSource | undefined} source */
  async show(source) {
    this.asked = source;
    const given = source ? source.lines() : [];
    if (!(given instanceof Promise)) {
      this.showLines(source, given);
      return;
    }
    setText(this.said, "Testing …");
    fill(this.body);
    try {
      const lines = await given;
      if (this.asked === source) this.showLines(source, lines);
    } catch (error) {
      if (this.asked === source) setText(this.said, error instanceof Error ? error.message : String(error));
    }
  }

  /**
   * @param {TermSource | undefined} source
   * @param {TermLine[]} lines
   */
  showLines(source, lines) {
    const nCalled = lines.filter((line) => line.padj < CALLED_BELOW).length;
    const found = !source ? "This document holds no gene sets."
      : nCalled ? `${countWords(nCalled, "distinct gene set")} at padj below ${CALLED_BELOW}.`
        : "No gene set stands out.";
    setText(this.said, source ? `${found} ${source.words}` : found);
    setText(this.effect, source?.key === "ranked" ? "score" : "fold");
    const strongest = Math.max(...lines.map((line) => -Math.log10(Math.max(line.padj, 1e-30))), 1e-9);
    fill(this.body, ...lines.slice(0, MAX_TERMS).map((line) => this.makeLine(line, strongest, source?.key === "ranked")));
  }

  /**
   * @param {TermLine} line
   * @param {number} strongest
   * @param {boolean} isRanked
   */
  makeLine(line, strongest, isRanked) {
    const share = -Math.log10(Math.max(line.padj, 1e-30)) / strongest;
    const bar = element("i", { class: "hl-bar-of-cell", "aria-hidden": "true" });
    bar.style.width = `${Math.max(0, 100 * share).toFixed(1)}%`;
    const label = line.rows.length
      ? button(line.name, () => selectRows(this.tools.store, line.rows, ""), { class: "hl-link",
        title: `Select its ${countWords(line.rows.length, "gene")} on the heatmap: ${line.genes.slice(0, 12).join(", ")}` })
      : element("span", { title: line.genes.slice(0, 12).join(", ") }, line.name);
    const cells = [`${line.overlap} of ${line.setSize}`, isRanked ? signedWords(line.effect) : `${line.effect.toFixed(1)}×`,
      pWords(line.padj)];
    return element("tr", { class: line.padj < CALLED_BELOW ? null : "hl-weak" },
      element("th", { scope: "row" }, bar, label), ...cells.map((text) => element("td", { class: "hl-cell-number" }, text)));
  }
}

/**
 * Lines that the analysis made.
 * @param {Heatmap} heatmap
 * @param {import("./decode.js").FoundTerm[]} found
 * @returns {TermLine[]}
 */
function linesOfAnalysis(heatmap, found) {
  const rowOfName = idPositions(heatmap.spec.row_names);
  return found.map((term) => ({ name: term.name, collection: term.collection, overlap: term.overlap,
    setSize: term.set_size, effect: term.nes ?? term.fold ?? NaN, padj: term.padj, genes: term.genes,
    rows: term.genes.flatMap((name) => rowOfName.get(name) ?? []) }));
}
