// The panels of the volcano and the MA plot, linked with the heatmap: what is selected in one is selected in all.
import { arrange } from "./arrange.js";
import { goToRows, selectRows } from "./choose.js";
import { button, element, fill, setText } from "./elements.js";
import { geneOfComparison, idPositions, selectedGenes, shownComparison, shownHeatmap } from "./genes.js";
import { callOf, maPoints, rankByScore, significanceHeight, tellingGenes, volcanoPoints } from "./points.js";
import { ScatterPlot } from "./scatter.js";
import { geneTable } from "./selection.js";
import { countWords, pWords, signedWords, thousands } from "./words.js";

/**
 * @typedef {import("./panels.js").PanelTools} PanelTools
 * @typedef {import("./state.js").State} State
 * @typedef {import("./points.js").Comparison} Comparison
 * @typedef {import("./points.js").PointSet} PointSet
 */

const N_NAMED_PER_SIDE = 10;
const N_NAMED_OF_SELECTION = 40;

/** The panel of a volcano or an MA plot. */
export class PlotPanel {
  /**
   * @param {HTMLElement} root
   * @param {PanelTools} tools
   * @param {"volcano" | "ma"} kind
   */
  constructor(root, tools, kind) {
    this.root = root;
    this.tools = tools;
    this.kind = kind;
    this.isShrunken = true;
    this.minChange = 0;
    /** @type {Comparison | undefined} */
    this.comparison = undefined;
    this.head = element("div", { class: "hl-row hl-plot-head" });
    this.plotBox = element("div", { class: "hl-plot-box" });
    this.calls = element("div", { class: "hl-row hl-calls" });
    this.said = element("p", { class: "hl-soft hl-said" });
    this.tableBox = element("div", { class: "hl-table-box" });
    root.append(this.head, this.plotBox, this.calls, this.said, this.tableBox);
    /** @type {ScatterPlot | null} */
    this.plot = null;
    /** @type {import("./table.js").LongTable<import("./genes.js").Gene> | null} */
    this.table = null;
    /** @type {PointSet | null} */
    this.points = null;
  }

  destroy() {
    this.plot?.destroy();
    this.table?.destroy();
  }

  /** @param {State} state */
  update(state) {
    const comparison = shownComparison(this.tools.view, state);
    if (!comparison) {
      fill(this.root, element("p", { class: "hl-soft hl-said" },
        "This document holds no comparison of groups, so there is nothing to plot here."));
      return;
    }
    if (comparison !== this.comparison) this.mount(comparison, state);
    this.showPlot(comparison, state);
    this.showGenes(state);
  }

  /**
   * @param {Comparison} comparison
   * @param {State} state
   */
  mount(comparison, state) {
    this.destroy();
    this.comparison = comparison;
    fill(this.plotBox);
    fill(this.tableBox);
    this.points = this.makePoints(comparison);
    this.plot = new ScatterPlot(this.plotBox, {
      label: `${this.kind === "volcano" ? "Volcano" : "MA"} plot of ${comparison.title}, ` +
        `${countWords(comparison.gene_ids.length, "gene")}. Arrow keys go through the named genes, Enter selects one.`,
      name: (gene) => comparison.gene_names[gene],
      describe: (gene) => this.describe(comparison, gene),
      call: (gene) => callOf(comparison, gene),
      isTested: (gene) => Number.isFinite(comparison.padj[gene]),
      onSelect: (genes, isAdded) => this.select(comparison, genes, isAdded),
    });
    this.table = geneTable(this.tableBox, this.tools.view, state, (gene) => {
      if (gene.row >= 0) goToRows(this.tools.store, arrange(this.tools.view, this.tools.store.state), [gene.row]);
    }, (gene) => this.plot?.point(gene && this.isDrawn(gene.position) ? gene.position : -1));
    this.plot.resize();
  }

  /** @param {number} position */
  isDrawn(position) {
    return position >= 0 && !Number.isNaN(this.points?.x[position]);
  }

  /** @param {Comparison} comparison */
  makePoints(comparison) {
    if (this.kind === "volcano") return volcanoPoints(comparison);
    return maPoints(comparison, this.isShrunken && hasShrunken(comparison));
  }

  /**
   * @param {Comparison} comparison
   * @param {number} gene
   */
  describe(comparison, gene) {
    const { store, view } = this.tools;
    const { cluster } = geneOfComparison(view, store.state, arrange(view, store.state), gene);
    const padj = Number.isFinite(comparison.padj[gene]) ? `padj ${pWords(comparison.padj[gene])}` : "not tested";
    return `${comparison.gene_names[gene]} · log₂ FC ${signedWords(comparison.log2_fold_change[gene])} · ${padj} · ` +
      `mean ${thousands(comparison.base_mean[gene])}${cluster ? ` · ${cluster}` : ""}`;
  }

  /**
   * @param {Comparison} comparison
   * @param {number[]} genes positions in the comparison
   * @param {boolean} isAdded
   */
  select(comparison, genes, isAdded) {
    const { store, view } = this.tools;
    const { selection } = store.state;
    const rowOf = idPositions(shownHeatmap(view, store.state).spec.row_ids);
    const rows = new Set(isAdded ? selection.rows : []);
    const elsewhere = new Set(isAdded ? selection.genes ?? [] : []);
    for (const gene of genes) {
      const row = rowOf.get(comparison.gene_ids[gene]);
      if (row === undefined) elsewhere.add(comparison.gene_ids[gene]);
      else rows.add(row);
    }
    selectRows(store, [...rows], "volcano", [...elsewhere]);
  }

  /**
   * @param {Comparison} comparison
   * @param {State} state
   */
  showPlot(comparison, state) {
    this.showHead(comparison, state);
    this.showCalls(comparison);
    const position = idPositions(comparison.gene_ids);
    const ids = shownHeatmap(this.tools.view, state).spec.row_ids;
    const chosen = [...state.selection.rows.map((row) => ids[row]), ...state.selection.genes ?? []];
    const selected = new Set(chosen.flatMap((id) => position.get(id) ?? []));
    const named = selected.size ? rankByScore(comparison, [...selected]).slice(0, N_NAMED_OF_SELECTION)
      : tellingGenes(comparison, N_NAMED_PER_SIDE);
    const lines = this.minChange > 0 ? [-this.minChange, this.minChange] : [];
    const isVolcano = this.kind === "volcano";
    this.plot?.show({ points: /** @type {PointSet} */ (this.points), named, selected,
      lines: isVolcano ? { x: lines, y: [significanceHeight(comparison)].filter(Number.isFinite) } : { x: [], y: [0, ...lines] },
      xWords: isVolcano ? null : (x) => Number.isInteger(x) ? thousands(10 ** x) : "" });
  }

  /**
   * @param {Comparison} comparison
   * @param {State} state
   */
  showHead(comparison, state) {
    const { view, store } = this.tools;
    const choice = element("select", { class: "hl-select", "aria-label": "Comparison", "data-key": "comparison",
      change: () => store.update({ comparison: choice.selectedIndex }) },
    ...view.comparisons.map((one, i) => element("option", { value: i, selected: i === state.comparison }, one.title)));
    const lasso = /** @type {ScatterPlot} */ (this.plot);
    const shape = button(lasso.isLasso ? "Lasso" : "Box", () => {
      lasso.isLasso = !lasso.isLasso;
      shape.textContent = lasso.isLasso ? "Lasso" : "Box";
    }, { title: "What dragging draws: a box or a lasso. Shift adds to the selection.", class: "hl-button" });
    const shrunken = element("input", { type: "checkbox", checked: this.isShrunken, change: () => {
      this.isShrunken = shrunken.checked;
      this.points = this.makePoints(comparison);
      this.showPlot(comparison, store.state);
      this.showGenes(store.state);
    } });
    fill(this.head, view.comparisons.length > 1 ? choice : element("strong", {}, comparison.title), shape,
      this.kind === "ma" && hasShrunken(comparison) && element("label", {}, shrunken, " shrunken"));
  }

  /** @param {Comparison} comparison */
  showCalls(comparison) {
    const side = (/** @type {number} */ sign) => Array.from(comparison.is_called.keys()).filter((gene) =>
      callOf(comparison, gene) === sign && Math.abs(comparison.log2_fold_change[gene]) >= this.minChange);
    const [down, up] = [side(-1), side(1)];
    const field = element("input", { type: "number", min: 0, step: 0.5, value: this.minChange, class: "hl-number",
      "aria-label": "Least absolute log2 fold change", change: () => {
        this.minChange = Math.max(0, Number(field.value) || 0);
        this.showPlot(comparison, this.tools.store.state);
      } });
    fill(this.calls,
      button(`${thousands(down.length)} down`, () => this.select(comparison, down, false),
        { class: "hl-button hl-down", title: `Select the genes lower in ${comparison.tested}` }),
      button(`${thousands(up.length)} up`, () => this.select(comparison, up, false),
        { class: "hl-button hl-up", title: `Select the genes higher in ${comparison.tested}` }),
      element("label", {}, `in ${comparison.tested}, padj < ${comparison.alpha}, |log₂ FC| ≥ `, field));
  }

  /** What the plot shows, where nothing is selected. */
  caption() {
    const { comparison } = this;
    if (!comparison) return "";
    if (this.kind === "volcano") return comparison.volcano_caption;
    const how = this.isShrunken && hasShrunken(comparison) ? "shrunken" : "as estimated, not shrunken";
    return `Mean of normalised counts against log2 fold change (${how}) of ` +
      `${countWords(comparison.gene_ids.length, "gene")}. Coloured: adjusted p-value below ${comparison.alpha}; ` +
      "hollow: not tested.";
  }

  /** @param {State} state */
  showGenes(state) {
    const { view } = this.tools;
    const genes = selectedGenes(view, state, arrange(view, state));
    const nElsewhere = genes.filter((gene) => gene.row < 0).length;
    setText(this.said, genes.length
      ? `${countWords(genes.length, "gene")} selected` +
        `${nElsewhere ? `, ${thousands(nElsewhere)} of them not on this heatmap` : ""}.`
      : this.caption());
    this.tableBox.hidden = genes.length === 0;
    this.table?.setRows(genes);
  }
}

/** @param {Comparison} comparison */
function hasShrunken(comparison) {
  return comparison.shrunken.some(Number.isFinite);
}
