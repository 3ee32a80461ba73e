// The side of the viewer: tabs of genes, clusters, gene sets, volcano, MA and help. A panel is made when it is first
// looked at and brought up to date only while it is in sight.
import { arrange } from "./arrange.js";
import { CardsPanel } from "./cards.js";
import { element, fill } from "./elements.js";
import { HelpPanel } from "./help.js";
import { PlotPanel } from "./plots.js";
import { GenesPanel } from "./selection.js";
import { TermsPanel } from "./terms.js";

/**
 * @typedef {import("./state.js").State} State
 * @typedef {State["panel"]} PanelName
 */

/**
 * What every panel is given.
 * @typedef {object} PanelTools
 * @property {import("./state.js").Store} store
 * @property {import("./decode.js").View} view
 * @property {import("./viewer.js").Host | undefined} host
 * @property {import("./viewer.js").Viewer} viewer
 */

/**
 * @typedef {object} Panel
 * @property {(state: State) => void} update
 * @property {() => void} destroy
 */

const TABS = /** @type {[PanelName, string][]} */ ([["genes", "Genes"], ["cards", "Clusters"], ["terms", "Gene sets"],
  ["volcano", "Volcano"], ["ma", "MA"], ["help", "Help"]]);
let nSides = 0;

/**
 * Fill the side of a viewer.
 * @param {HTMLElement} root
 * @param {PanelTools} tools
 * @returns {{destroy(): void}}
 */
export function mountPanels(root, tools) {
  const { store, view } = tools;
  const id = `hl-side-${nSides++}`;
  const hasSets = view.heatmaps.some((heatmap) => heatmap.gene_sets) ||
    view.comparisons.some((one) => Object.values(one.enrichment).some((rows) => rows?.length));
  const offered = TABS.filter(([name]) => name === "terms" ? hasSets
    : name === "volcano" || name === "ma" ? view.comparisons.length > 0 : true);
  const choose = (/** @type {PanelName} */ name) => store.update({ panel: name }, { undo: false });
  const tabs = offered.map(([name, label]) => element("button", { type: "button", class: "hl-tab", role: "tab",
    id: `${id}-${name}`, "aria-controls": `${id}-panel-${name}`, click: () => choose(name) }, label));
  const list = element("div", { class: "hl-tabs", role: "tablist", "aria-label": "Panels",
    keydown: (event) => moveTab(/** @type {KeyboardEvent} */ (event), tabs) }, ...tabs);
  const boxes = offered.map(([name]) => element("div", { class: `hl-panel hl-panel-${name}`, role: "tabpanel",
    id: `${id}-panel-${name}`, "aria-labelledby": `${id}-${name}`, hidden: true }));
  /** @type {Map<PanelName, Panel>} */
  const panels = new Map();
  const known = new Map();
  const refresh = () => {
    const { state } = store;
    const at = Math.max(0, offered.findIndex(([name]) => name === state.panel));
    const [name] = offered[at];
    tabs.forEach((tab, i) => {
      tab.setAttribute("aria-selected", i === at ? "true" : "false");
      tab.tabIndex = i === at ? 0 : -1;
      boxes[i].hidden = i !== at;
    });
    let panel = panels.get(name);
    if (!panel) panels.set(name, panel = makePanel(name, boxes[at], tools));
    // panning and zooming change the state sixty times a second, and nothing that a panel shows
    const shows = whatIsShown(view, state);
    if (shows.every((part, i) => part === known.get(name)?.[i])) return;
    known.set(name, shows);
    panel.update(state);
  };
  fill(root, list, ...boxes);
  const stop = store.subscribe(refresh);
  refresh();
  return { destroy() {
    stop();
    panels.forEach((panel) => panel.destroy());
    root.replaceChildren();
  } };
}

/**
 * The parts of a state that panels depend on, to be compared by identity.
 * @param {import("./decode.js").View} view
 * @param {State} state
 * @returns {unknown[]}
 */
export function whatIsShown(view, state) {
  const { rows, genes, source } = state.selection;
  return [arrange(view, state), rows, genes, source, state.comparison];
}

/**
 * @param {PanelName} name
 * @param {HTMLElement} box
 * @param {PanelTools} tools
 * @returns {Panel}
 */
function makePanel(name, box, tools) {
  switch (name) {
    case "cards": return new CardsPanel(box, tools);
    case "terms": return new TermsPanel(box, tools);
    case "volcano": return new PlotPanel(box, tools, "volcano");
    case "ma": return new PlotPanel(box, tools, "ma");
    case "help": return new HelpPanel(box, tools);
    default: return new GenesPanel(box, tools);
  }
}

/**
 * @param {KeyboardEvent} event
 * @param {HTMLElement[]} tabs
 */
function moveTab(event, tabs) {
  const at = tabs.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
  if (at < 0 || to === undefined) return;
  const next = tabs[(to + tabs.length) % tabs.length];
  next.focus();
  next.click();
  event.preventDefault();
  event.stopPropagation();
}
