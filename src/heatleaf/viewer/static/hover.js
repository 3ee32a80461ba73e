// What is said of the cell, sample, gene or block under the pointer, beside it.
import { element, fill } from "./elements.js";
import { layerValues } from "./layers.js";
import { pWords, signedWords } from "./words.js";

/**
 * @typedef {import("./decode.js").View} View
 * @typedef {import("./state.js").State} State
 * @typedef {import("./arrange.js").Arrangement} Arrangement
 *
 * @typedef {object} Said
 * @property {string} title
 * @property {boolean} isGene
 * @property {[string, string][]} facts
 */

const MAX_WORDS = 120;

/** The box beside the pointer. */
export class HoverBox {
  /** @param {HTMLElement} parent */
  constructor(parent) {
    this.parent = parent;
    this.box = element("div", { class: "hl-hover", "aria-hidden": "true", hidden: true });
    parent.append(this.box);
    this.key = "";
  }

  /**
   * @param {string} key the same while the same is said
   * @param {() => Said} say
   * @param {{x: number, y: number}} at pixels within the parent
   */
  show(key, say, { x, y }) {
    if (key !== this.key) {
      this.key = key;
      const { title, isGene, facts } = say();
      fill(this.box, element("div", { class: `hl-hover-title${isGene ? " hl-genes" : ""}` }, cut(title)),
        element("dl", {}, ...facts.map(([name, value]) => element("div", {}, element("dt", {}, cut(name)), element("dd", {}, cut(value))))));
    }
    this.box.hidden = false;
    const { clientWidth, clientHeight } = this.parent;
    const { offsetWidth: width, offsetHeight: height } = this.box;
    const left = x + 16 + width > clientWidth ? x - 14 - width : x + 16;
    const top = Math.min(y + 14, clientHeight - height - 6);
    this.box.style.transform = `translate(${Math.max(4, left)}px, ${Math.max(4, top)}px)`;
  }

  hide() {
    this.box.hidden = true;
    this.key = "";
  }
}

/** @param {string} words */
function cut(words) {
  const letters = [...words];
  return letters.length > MAX_WORDS ? `${letters.slice(0, MAX_WORDS).join("")}…` : words;
}

/**
 * All that is known of a displayed cell.
 * @param {View} view
 * @param {State} state
 * @param {Arrangement} arrangement
 * @param {{row: number, column: number}} cell
 * @returns {Said}
 */
export function sayCell(view, state, arrangement, { row, column }) {
  const heatmap = view.heatmaps[state.heatmap];
  const gene = sayGene(view, state, arrangement, row);
  const panel = arrangement.panels.find((one) => column < one.stop) ?? arrangement.panels[0];
  const group = arrangement.columnBlocks.find((block) => column < block.stop);
  const place = arrangement.columns[column];
  const width = heatmap.spec.panels[0].column_names.length;
  const cell = arrangement.rows[row] * width + place;
  /** @type {[string, string][]} */
  const facts = [["sample", arrangement.columnNames[column]]];
  if (group?.name) facts.push([panel.groupName || "group", group.name]);
  facts.push([panel.scale.label, numberWords(arrangement.value(row, column))]);
  if (place < width) {
    if (state.layer !== "shown") facts.push([heatmap.spec.panels[0].scale.label, numberWords(layerValues(heatmap, "shown")[cell])]);
    const { vst, counts } = heatmap.layers;
    if (vst && state.layer !== "vst") facts.push(["VST (log2)", numberWords(vst[cell])]);
    if (counts) facts.push(["normalised count", countsWords(counts[cell])]);
  }
  return { ...gene, facts: [...gene.facts.slice(0, 1), ...facts, ...gene.facts.slice(1)] };
}

/**
 * All that is known of a displayed row.
 * @param {View} view
 * @param {State} state
 * @param {Arrangement} arrangement
 * @param {number} row
 * @returns {Said}
 */
export function sayGene(view, state, arrangement, row) {
  const { spec, rows } = view.heatmaps[state.heatmap];
  const at = arrangement.rows[row];
  const block = arrangement.rowBlocks.find((one) => row < one.stop);
  /** @type {[string, string][]} */
  const facts = [["id", spec.row_ids[at]]];
  if (block && arrangement.rowBlocks.length > 1) facts.push(["cluster", block.label]);
  view.comparisons.forEach((comparison, i) => {
    const change = rows.log2_fold_change[comparison.name];
    if (!change || (i !== state.comparison && view.comparisons.length > 3)) return;
    const padj = rows.padj[comparison.name]?.[at] ?? NaN;
    facts.push([comparison.title, `log₂ FC ${signedWords(change[at])}, padj ${pWords(padj)}`]);
  });
  return { title: spec.row_names[at], isGene: true, facts };
}

/**
 * What a block of rows is.
 * @param {import("./arrange.js").RowBlock} block
 * @returns {Said}
 */
export function sayBlock(block) {
  /** @type {[string, string][]} */
  const facts = [];
  if (block.meaning) facts.push(["is", block.meaning]);
  if (block.stability !== null) facts.push(["stability", block.stability.toFixed(2)]);
  if (block.node?.leading.length) facts.push(["leading genes", block.node.leading.join(", ")]);
  facts.push(["click", "selects its genes"]);
  return { title: block.label, isGene: false, facts };
}

/**
 * What the sheet says of a displayed column.
 * @param {View} view
 * @param {Arrangement} arrangement
 * @param {number} column
 * @returns {Said}
 */
export function saySample(view, arrangement, column) {
  const name = arrangement.columnNames[column];
  const at = view.samples.names.indexOf(name);
  /** @type {[string, string][]} */
  const facts = at < 0 ? [] : Object.entries(view.samples.columns).map(([key, levels]) => [key, levels[at] || "missing"]);
  return { title: name, isGene: false, facts };
}

/** @param {number} value */
export function numberWords(value) {
  return Number.isFinite(value) ? value.toFixed(2).replace("-", "−") : "missing";
}

/** @param {number} value */
function countsWords(value) {
  if (!Number.isFinite(value)) return "missing";
  return value >= 100 ? Math.round(value).toLocaleString("en") : Number(value.toPrecision(3)).toString();
}
