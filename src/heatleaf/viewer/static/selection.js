// The panel of genes: the selection, or all genes shown, as profile and table, and what can be done with them.
import { arrange } from "./arrange.js";
import { copyText, fileName, goToRows, offerFile, say, selectRows, windowOfRows } from "./choose.js";
import { button, element, fill, setText } from "./elements.js";
import { genesCsv } from "./export_csv.js";
import { genesOf, selectedGenes, shownComparison, shownHeatmap } from "./genes.js";
import { ProfilePlot } from "./profile.js";
import { LongTable } from "./table.js";
import { termLines } from "./terms.js";
import { countWords, pWords, signedWords, thousands } from "./words.js";

/**
 * @typedef {import("./panels.js").PanelTools} PanelTools
 * @typedef {import("./genes.js").Gene} Gene
 * @typedef {import("./state.js").State} State
 * @typedef {import("./arrange.js").Arrangement} Arrangement
 */

const SOURCE_WORDS = /** @type {{[source: string]: string}} */ ({ tree: "a branch", drag: "dragged rows",
  search: "search", volcano: "the plot", card: "a cluster" });

/** The panel of genes. */
export class GenesPanel {
  /**
   * @param {HTMLElement} root
   * @param {PanelTools} tools
   */
  constructor(root, tools) {
    this.tools = tools;
    /** @type {Gene[]} */
    this.genes = [];
    this.heading = element("h3", { class: "hl-heading" });
    this.origin = element("span", { class: "hl-soft" });
    this.clear = button("Clear", () => selectRows(tools.store, [], ""), { class: "hl-link hl-at-end",
      title: "Select nothing (Escape)" });
    this.actions = element("div", { class: "hl-actions" });
    this.terms = element("div", { class: "hl-terms-brief" });
    const profileBox = element("div", { class: "hl-profile-box" });
    const tableBox = element("div", { class: "hl-table-box" });
    root.append(element("div", { class: "hl-heading-line" }, this.heading, this.origin, this.clear), this.actions, profileBox,
      this.terms, tableBox);
    this.profile = new ProfilePlot(profileBox);
    this.tableBox = tableBox;
    this.tableOf = "";
    /** @type {LongTable<Gene> | null} */
    this.table = null;
  }

  destroy() {
    this.profile.destroy();
    this.table?.destroy();
  }

  /** @param {State} state */
  update(state) {
    const { view } = this.tools;
    const arrangement = arrange(view, state);
    const isSelected = state.selection.rows.length + (state.selection.genes?.length ?? 0) > 0;
    this.genes = isSelected ? selectedGenes(view, state, arrangement)
      : genesOf(view, state, arrangement, arrangement.rows);
    this.sayWhat(state, isSelected);
    this.showProfile(arrangement);
    fill(this.actions, ...this.makeActions(isSelected));
    this.showTerms(state, isSelected);
    this.showTable(state);
  }

  /**
   * @param {State} state
   * @param {boolean} isSelected
   */
  sayWhat(state, isSelected) {
    const nElsewhere = this.genes.filter((gene) => gene.row < 0).length;
    const nAll = shownHeatmap(this.tools.view, state).spec.row_ids.length;
    const count = countWords(this.genes.length, "gene");
    setText(this.heading, isSelected ? `${count} selected` : this.genes.length === nAll
      ? `All ${count} of the heatmap` : `${thousands(this.genes.length)} of ${countWords(nAll, "gene")} shown`);
    const from = SOURCE_WORDS[state.selection.source] ?? "";
    const words = nElsewhere ? `${thousands(nElsewhere)} not on this heatmap` : from ? `from ${from}` : "";
    setText(this.origin, isSelected ? words : "none selected");
    this.clear.hidden = !isSelected;
  }

  /** @param {Arrangement} arrangement */
  showProfile(arrangement) {
    const wanted = new Set(this.genes.map((gene) => gene.row));
    /** @type {number[]} */
    const positions = [];
    arrangement.rows.forEach((row, position) => { if (wanted.has(row)) positions.push(position); });
    const groups = arrangement.columnBlocks.map((block) => block.name).filter(Boolean).join(", ");
    this.profile.show(arrangement, positions,
      `Profile of ${countWords(positions.length, "gene")} over ${countWords(arrangement.columns.length, "sample")}` +
      `${groups ? ` in the groups ${groups}` : ""}; bold: mean of each group`);
  }

  /** @param {boolean} isSelected */
  makeActions(isSelected) {
    const copy = button("Copy names", () => this.copy("name"), { title: "Copy the names of these genes, one a line" });
    const ids = button("Copy ids", () => this.copy("id"), { title: "Copy the ids of these genes, one a line" });
    const csv = button("CSV", () => this.save(), { title: "Save these genes with cluster and numbers" });
    if (!isSelected) return [copy, ids, csv];
    return [copy, ids, csv,
      button("Zoom", () => this.zoom(), { title: "Show the part of the heatmap that holds them" }),
      button("Only these", () => this.isolate(), { title: "Show only these rows; undo brings the others back" })];
  }

  /** @param {"name" | "id"} what */
  copy(what) {
    const text = this.genes.map((gene) => gene[what]).join("\n");
    copyText(this.tools.store, text, `Copied ${countWords(this.genes.length, what === "id" ? "id" : "name")}.`);
  }

  save() {
    const { view, store } = this.tools;
    const text = genesCsv(this.genes, shownComparison(view, store.state)?.title ?? "");
    const name = fileName(`${view.title} genes`, "csv");
    offerFile(new Blob([text], { type: "text/csv" }), name);
    say(store, `Saved ${countWords(this.genes.length, "gene")} as ${name}.`);
  }

  zoom() {
    const { view, store } = this.tools;
    const window = windowOfRows(arrange(view, store.state), store.state.selection.rows);
    if (window) store.update({ window });
  }

  isolate() {
    const { view, store } = this.tools;
    const rows = store.state.selection.rows;
    if (!rows.length) return;
    store.update({ only: [...rows].sort((a, b) => a - b), window: null });
    say(store, `Showing ${countWords(rows.length, "row")} of ` +
      `${thousands(shownHeatmap(view, store.state).spec.row_ids.length)}; undo brings the others back.`);
  }

  /**
   * @param {State} state
   * @param {boolean} isSelected
   */
  showTerms(state, isSelected) {
    fill(this.terms, ...(isSelected ? termLines(this.tools, state, 3) : []));
  }

  /** @param {State} state */
  showTable(state) {
    const { view, store } = this.tools;
    const key = `${state.heatmap} ${state.comparison}`;
    if (this.tableOf !== key) {
      this.table?.destroy();
      fill(this.tableBox);
      this.table = geneTable(this.tableBox, view, state, (gene) => {
        if (gene.row >= 0) goToRows(store, arrange(view, store.state), [gene.row]);
      });
      this.tableOf = key;
    }
    this.table?.setRows(this.genes);
  }
}

/**
 * The table of genes; columns without any number are left out.
 * @param {Element} root
 * @param {import("./decode.js").View} view
 * @param {State} state
 * @param {(gene: Gene) => void} onPick
 * @param {(gene: Gene | null) => void} [onPoint]
 */
export function geneTable(root, view, state, onPick, onPoint) {
  const comparison = shownComparison(view, state);
  const hasMeans = shownHeatmap(view, state).spec.row_tracks.some((track) => track.name === "mean log2");
  /** @type {import("./table.js").TableColumn<Gene>[]} */
  const columns = [
    { title: "Gene", kind: "name", text: (gene) => gene.name, value: (gene) => gene.name,
      isItalic: (gene) => gene.name !== gene.id,
      hint: (gene) => (gene.name === gene.id ? gene.id : `${gene.name}, ${gene.id}`) +
        (gene.row < 0 ? ": not on this heatmap" : "") },
    { title: "Cluster", kind: "text", text: (gene) => gene.cluster || "–", value: (gene) => gene.cluster,
      hint: (gene) => gene.cluster },
  ];
  if (comparison) {
    columns.push({ title: "log₂ FC", kind: "number", text: (gene) => signedWords(gene.change),
      value: (gene) => gene.change, hint: () => comparison.title });
    columns.push({ title: "padj", kind: "number", text: (gene) => pWords(gene.padj), value: (gene) => gene.padj });
  }
  if (hasMeans) {
    columns.push({ title: "Mean", kind: "number", text: (gene) => Number.isFinite(gene.mean) ? gene.mean.toFixed(1) : "–",
      value: (gene) => gene.mean, hint: () => "mean expression, log2" });
  }
  return new LongTable(root, { label: "Genes; Enter goes to one", columns, onPick, onPoint });
}
