// Searching genes: suggestions while typing, and several names pasted at once.
import { arrange } from "./arrange.js";
import { goToRows, selectRows } from "./choose.js";
import { element, fill, setText } from "./elements.js";
import { idPositions, shownComparison, shownHeatmap, clusterNames } from "./genes.js";
import { findGenes, lookUpNames, makeSearchIndex, splitNames } from "./search_index.js";
import { countWords, firstWords, thousands } from "./words.js";

/**
 * @typedef {import("./panels.js").PanelTools} PanelTools
 * @typedef {import("./state.js").State} State
 * @typedef {import("./search_index.js").SearchIndex} SearchIndex
 */

const MAX_SUGGESTIONS = 12;
let nSearches = 0;

/** A field that finds genes. */
export class GeneSearch {
  /** @param {PanelTools} tools */
  constructor(tools) {
    this.tools = tools;
    this.id = `hl-search-${nSearches++}`;
    /** @type {{row: number, id: string}[]} hits: figure row, or -1 and the id of a gene elsewhere */
    this.hits = [];
    this.active = -1;
    /** @type {string[]} names of a pasted list that no gene has */
    this.missing = [];
    /** @type {WeakMap<object, SearchIndex>} */
    this.indexes = new WeakMap();
    this.field = element("input", { type: "text", class: "hl-search-field", placeholder: "Find genes", role: "combobox",
      "aria-label": "Find genes by name or id; several may be pasted", "aria-expanded": "false", "aria-autocomplete": "list",
      "aria-controls": `${this.id}-list`, autocomplete: "off", spellcheck: "false",
      input: () => this.suggest(), focus: () => this.suggest(),
      keydown: (event) => this.onKey(/** @type {KeyboardEvent} */ (event)),
      paste: (event) => this.onPaste(/** @type {ClipboardEvent} */ (event)) });
    this.list = element("ul", { class: "hl-hits", role: "listbox", id: `${this.id}-list`, "aria-label": "Genes found" });
    this.foot = element("div", { class: "hl-hits-foot", role: "status" });
    this.box = element("div", { class: "hl-hits-box", hidden: true }, this.list, this.foot);
    this.root = element("div", { class: "hl-search",
      focusout: (event) => this.onLeave(/** @type {FocusEvent} */ (event)) }, this.field, this.box);
  }

  destroy() {}

  /** @param {object} key @param {() => import("./search_index.js").NamedGene[]} list */
  indexOf(key, list) {
    let index = this.indexes.get(key);
    if (!index) this.indexes.set(key, index = makeSearchIndex(list()));
    return index;
  }

  heatmapIndex() {
    const { spec } = shownHeatmap(this.tools.view, this.tools.store.state);
    return this.indexOf(spec, () => spec.row_ids.map((id, i) => ({ id, name: spec.row_names[i] })));
  }

  comparisonIndex() {
    const comparison = shownComparison(this.tools.view, this.tools.store.state);
    return comparison && this.indexOf(comparison,
      () => comparison.gene_ids.map((id, i) => ({ id, name: comparison.gene_names[i] })));
  }

  /** Genes of the comparison, by position, that the heatmap does not show. @param {number[]} positions */
  elsewhere(positions) {
    const rowOf = idPositions(shownHeatmap(this.tools.view, this.tools.store.state).spec.row_ids);
    const ids = this.comparisonIndex()?.genes ?? [];
    return positions.map((i) => ids[i].id).filter((id) => !rowOf.has(id));
  }

  suggest() {
    const text = this.field.value;
    const names = splitNames(text);
    [this.active, this.missing] = [-1, []];
    if (!names.length) this.close();
    else if (names.length > 1 && !findGenes(this.heatmapIndex(), text).length) this.suggestSeveral(names);
    else this.suggestOne(text);
  }

  /** @param {string} text */
  suggestOne(text) {
    const rows = findGenes(this.heatmapIndex(), text);
    const comparison = this.comparisonIndex();
    const others = comparison && rows.length < MAX_SUGGESTIONS ? this.elsewhere(findGenes(comparison, text)) : [];
    this.hits = [...rows.map((row) => ({ row, id: "" })), ...others.map((id) => ({ row: -1, id }))];
    this.showHits();
    const nOthers = others.length
      ? `${rows.length ? "; " : ""}${thousands(others.length)} tested but not on this heatmap` : "";
    setText(this.foot, this.hits.length
      ? `${rows.length ? `${countWords(rows.length, "gene")} here` : ""}${nOthers}` +
        (rows.length > 1 ? " · Shift+Enter selects all here" : "")
      : `No gene is called “${text.trim()}”.`);
    this.open();
  }

  showHits() {
    const { view, store } = this.tools;
    const clusters = clusterNames(arrange(view, store.state), shownHeatmap(view, store.state).spec.row_ids.length);
    fill(this.list, ...this.hits.slice(0, MAX_SUGGESTIONS).map((hit, i) => {
      const { name, id } = this.nameOf(hit);
      const where = hit.row < 0 ? "not shown" : clusters[hit.row];
      return element("li", { role: "option", id: `${this.id}-${i}`, "aria-selected": i === this.active ? "true" : "false",
        class: i === this.active ? "hl-active" : null, pointerdown: (event) => event.preventDefault(),
        click: () => this.choose(hit) }, element("span", { class: "hl-genes" }, name),
      element("span", { class: "hl-soft hl-hit-id" }, name === id ? "" : id), element("span", { class: "hl-soft" }, where));
    }));
  }

  /** @param {{row: number, id: string}} hit */
  nameOf(hit) {
    const { spec } = shownHeatmap(this.tools.view, this.tools.store.state);
    if (hit.row >= 0) return { name: spec.row_names[hit.row], id: spec.row_ids[hit.row] };
    const comparison = shownComparison(this.tools.view, this.tools.store.state);
    const at = comparison ? idPositions(comparison.gene_ids).get(hit.id) ?? -1 : -1;
    return { name: comparison?.gene_names[at] ?? hit.id, id: hit.id };
  }

  /** @param {string[]} names */
  suggestSeveral(names) {
    const { found, missing } = lookUpNames(this.heatmapIndex(), names);
    const comparison = this.comparisonIndex();
    const tested = comparison ? lookUpNames(comparison, missing) : { found: [], missing };
    const elsewhere = this.elsewhere(tested.found);
    this.missing = tested.missing;
    this.hits = [...found.map((row) => ({ row, id: "" })), ...elsewhere.map((id) => ({ row: -1, id }))];
    fill(this.list);
    fill(this.foot, element("p", {}, `${thousands(found.length)} of ${countWords(names.length, "name")} found on this heatmap` +
      `${found.length ? "; Enter selects them" : ""}.`),
    elsewhere.length > 0 && element("p", {}, `Tested, but not on this heatmap: ${firstWords(elsewhere.map((id) =>
      this.nameOf({ row: -1, id }).name), 30)}.`),
    tested.missing.length > 0 && element("p", { class: "hl-caveat" }, `Not found: ${firstWords(tested.missing, 60)}.`));
    this.open();
  }

  /** @param {ClipboardEvent} event */
  onPaste(event) {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (splitNames(text).length < 2) return;
    event.preventDefault();
    const { selectionStart: start, selectionEnd: end, value } = this.field;
    this.field.value = `${value.slice(0, start ?? 0)}${splitNames(text).join(" ")}${value.slice(end ?? value.length)}`;
    this.suggest();
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const n = Math.min(this.hits.length, MAX_SUGGESTIONS);
    if (event.key === "ArrowDown" && this.list.childElementCount) this.move((this.active + 1) % n);
    else if (event.key === "ArrowUp" && this.list.childElementCount) this.move((Math.max(this.active, 0) - 1 + n) % n);
    else if (event.key === "Enter") this.enter(event.shiftKey);
    else if (event.key === "Escape" && !this.box.hidden) this.close();
    else {
      event.stopPropagation();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {number} i */
  move(i) {
    this.active = i;
    this.showHits();
    this.field.setAttribute("aria-activedescendant", `${this.id}-${i}`);
  }

  /** @param {boolean} isAll */
  enter(isAll) {
    if (!this.hits.length) return;
    if (isAll || !this.list.childElementCount) this.chooseAll(isAll && this.list.childElementCount > 0);
    else this.choose(this.hits[Math.max(0, this.active)]);
  }

  /** @param {{row: number, id: string}} hit */
  choose(hit) {
    const { store, view } = this.tools;
    selectRows(store, hit.row >= 0 ? [hit.row] : [], "search", hit.row < 0 ? [hit.id] : []);
    if (hit.row >= 0) goToRows(store, arrange(view, store.state), [hit.row]);
    store.update({ panel: "genes" }, { undo: false });
    this.close();
  }

  /** @param {boolean} onlyShown */
  chooseAll(onlyShown) {
    const rows = this.hits.filter((hit) => hit.row >= 0).map((hit) => hit.row);
    const others = onlyShown ? [] : this.hits.filter((hit) => hit.row < 0).map((hit) => hit.id);
    selectRows(this.tools.store, rows, "search", others);
    this.tools.store.update({ panel: "genes" }, { undo: false });
    if (!this.missing.length) this.close();
    else fill(this.foot, `${countWords(this.hits.length, "gene")} selected. `,
      element("span", { class: "hl-caveat" }, `Not found: ${firstWords(this.missing, 60)}.`));
  }

  open() {
    this.box.hidden = false;
    this.field.setAttribute("aria-expanded", "true");
    this.field.removeAttribute("aria-activedescendant");
  }

  close() {
    this.box.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
  }

  /** @param {FocusEvent} event */
  onLeave(event) {
    if (!(event.relatedTarget instanceof Node) || !this.root.contains(event.relatedTarget)) this.close();
  }
}
