// The panel of clusters: how many, and a card for each with what it shows and how far to trust it.
import { arrange } from "./arrange.js";
import { selectRows } from "./choose.js";
import { clusterCards, cutSentence } from "./clusters.js";
import { colourOfValue } from "./colour.js";
import { heightOfK } from "./cut.js";
import { button, element, fill, setText, svgElement } from "./elements.js";
import { shownHeatmap } from "./genes.js";
import { countWords, pWords } from "./words.js";

/**
 * @typedef {import("./panels.js").PanelTools} PanelTools
 * @typedef {import("./clusters.js").ClusterCard} ClusterCard
 * @typedef {import("./state.js").State} State
 * @typedef {import("./arrange.js").Arrangement} Arrangement
 * @typedef {import("./decode.js").Heatmap} Heatmap
 */

const MAX_CARDS = 60;
const MAX_K_OF_GAPS = 20;

/** The panel of clusters. */
export class CardsPanel {
  /**
   * @param {HTMLElement} root
   * @param {PanelTools} tools
   */
  constructor(root, tools) {
    this.tools = tools;
    this.head = element("div", { class: "hl-row" });
    this.gaps = element("div", { class: "hl-gaps" });
    this.said = element("p", { class: "hl-soft hl-said" });
    this.list = element("ol", { class: "hl-cards hl-scroll" });
    this.findings = this.makeFindings();
    root.append(this.head, this.gaps, this.said, this.list);
  }

  destroy() {}

  /** @param {State} state */
  update(state) {
    const { view, store } = this.tools;
    const heatmap = shownHeatmap(view, state);
    const arrangement = arrange(view, state);
    const cards = clusterCards(view, state, arrangement);
    const stepper = makeStepper(this.tools, state);
    const isChanged = state.k !== null && state.k !== heatmap.n_clusters;
    fill(this.head, ...stepper, isChanged && button(`back to the figure's ${heatmap.n_clusters}`,
      () => store.update({ k: null }), { class: "hl-link" }));
    fill(this.gaps, heatmap.linkage && gapPicture(heatmap.linkage, state.k ?? heatmap.n_clusters,
      (k) => store.update({ k })));
    setText(this.said, cards.length ? cutSentence(cards, heatmap) : "");
    const selected = new Set(state.selection.rows);
    fill(this.list, ...cards.slice(0, MAX_CARDS).map((card) => this.makeCard(card, arrangement, selected)),
      cards.length > MAX_CARDS && element("li", { class: "hl-soft" }, `and ${cards.length - MAX_CARDS} more`),
      ...this.findings);
  }

  /** What the analysis found beyond its clusters, which have their cards. */
  makeFindings() {
    const said = this.tools.view.findings.filter((finding) => !finding.key.startsWith("cluster_"));
    if (!said.length) return [];
    return [element("li", { class: "hl-card" }, element("h3", { class: "hl-heading" }, "Found in the whole analysis"),
      ...said.map((finding) => element("p", { class: finding.level === "finding" ? null : "hl-caveat" }, finding.text)))];
  }

  /**
   * @param {ClusterCard} card
   * @param {Arrangement} arrangement
   * @param {Set<number>} selected
   */
  makeCard(card, arrangement, selected) {
    const isSelected = selected.size === card.rows.length && card.rows.every((row) => selected.has(row));
    const name = button(card.name || "Block", () => selectRows(this.tools.store, card.rows, "card"),
      { class: "hl-card-name", "aria-pressed": isSelected ? "true" : "false",
        title: "Select the genes of this cluster" });
    const leading = card.leading.length ? element("p", { class: "hl-genes" }, card.leading.join(", ")) : null;
    return element("li", { class: `hl-card${isSelected ? " hl-chosen" : ""}` },
      element("div", { class: "hl-card-head" }, name,
        element("span", { class: "hl-soft" }, countWords(card.rows.length, "gene")), stabilityMark(card)),
      profileStrip(card.profile, arrangement),
      card.pattern && element("p", {}, `It ${card.pattern}.`), leading,
      ...termList(card), ...card.caveats.map((caveat) => element("p", { class: "hl-caveat" }, caveat)));
  }
}

/**
 * Buttons for fewer and more clusters, and the number itself.
 * @param {PanelTools} tools
 * @param {State} state
 * @returns {Node[]}
 */
export function makeStepper({ view, store }, state) {
  const heatmap = shownHeatmap(view, state);
  const n = arrange(view, state).rowBlocks.length;
  if (!heatmap.linkage) return [element("span", {}, countWords(n, "block"))];
  const top = heatmap.linkage.heights.length + 1;
  const k = state.k ?? heatmap.n_clusters;
  const to = (/** @type {number} */ next) => store.update({ k: Math.max(1, Math.min(top, next)) });
  const field = element("input", { type: "number", class: "hl-number", min: 1, max: top, value: k,
    "aria-label": "Number of clusters", "data-key": "k",
    change: () => { if (Number(field.value) >= 1) to(Math.round(Number(field.value))); } });
  return [
    button("\u2212", () => to(k - 1),
      { class: "hl-button hl-step", "aria-label": "One cluster fewer", disabled: k <= 1 }),
    field,
    button("+", () => to(k + 1), { class: "hl-button hl-step", "aria-label": "One cluster more", disabled: k >= top }),
    element("span", {}, k === 1 ? "cluster" : "clusters"),
  ];
}

/**
 * How far each number of clusters holds in the tree: a tall bar is a natural cut. A click cuts there.
 * @param {import("./cut.js").Linkage} linkage
 * @param {number} current
 * @param {(k: number) => void} choose
 */
function gapPicture(linkage, current, choose) {
  const nLeaves = linkage.heights.length + 1;
  const last = Math.min(MAX_K_OF_GAPS, nLeaves);
  if (last < 3) return null;
  const top = linkage.heights[nLeaves - 2];
  const bars = [];
  let largest = 1e-12;
  for (let k = 2; k <= last; k++) {
    const above = linkage.heights[nLeaves - k];
    const gap = (above - (k < nLeaves ? linkage.heights[nLeaves - k - 1] : 0)) / top;
    largest = Math.max(largest, gap);
    bars.push({ k, gap });
  }
  const picture = svgElement("svg", { class: "hl-gap-picture", viewBox: `0 0 ${bars.length * 16} 34`, role: "img",
    "aria-label": "How far each number of clusters holds in the tree, from 2 on; a tall bar is a natural cut" });
  for (const { k, gap } of bars) {
    const height = Math.max(1, gap / largest * 20);
    const x = (k - 2) * 16;
    const bar = svgElement("g", { class: k === current ? "hl-current" : "", click: () => choose(k) },
      svgElement("rect", { x, y: 0, width: 16, height: 34, class: "hl-hit" }),
      svgElement("rect", { x: x + 3, y: 22 - height, width: 10, height, class: "hl-gap" }),
      svgElement("text", { x: x + 8, y: 32, "text-anchor": "middle" }, String(k)),
      svgElement("title", {}, `${k} clusters, cut at height ${heightOfK(linkage, k).toPrecision(3)}: ` +
        `this cut holds over ${(100 * gap).toFixed(1)} % of the height of the tree`));
    picture.append(bar);
  }
  return picture;
}

/** @param {ClusterCard} card */
function stabilityMark(card) {
  if (card.stability === null) return null;
  const meter = element("span", { class: `hl-meter${card.stability < 0.6 ? " hl-weak" : ""}`, "aria-hidden": "true" },
    element("i"));
  /** @type {HTMLElement} */ (meter.firstChild).style.width = `${100 * card.stability}%`;
  return element("span", { class: "hl-stability", title: card.verdict },
    meter, `stability ${card.stability.toFixed(2)}`);
}

/**
 * The mean of the block in each displayed column, in the colours of the heatmap.
 * @param {Float64Array} profile
 * @param {Arrangement} arrangement
 */
function profileStrip(profile, arrangement) {
  const strip = element("div", { class: "hl-strip", "aria-hidden": "true" });
  for (const block of arrangement.columnBlocks) {
    const { scale } = arrangement.panels[block.panel];
    const part = element("div", { class: "hl-strip-part", title: block.name });
    part.style.flexGrow = String(block.stop - block.start);
    for (let column = block.start; column < block.stop; column++) {
      const cell = element("i");
      cell.style.backgroundColor = colourOfValue(scale, profile[column]);
      part.append(cell);
    }
    strip.append(part);
  }
  return strip;
}

/** @param {ClusterCard} card */
function termList(card) {
  if (!card.terms.length) return [];
  return [element("ul", { class: "hl-card-terms" }, ...card.terms.map((term) => element("li", {}, term.name,
    element("span", { class: "hl-soft" }, ` ${term.overlap} of ${term.set_size}, padj ${pWords(term.padj)}`))))];
}
