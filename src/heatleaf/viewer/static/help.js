// The panel of help: what can be done by hand and by key, how to read it, and light or dark.
import { element } from "./elements.js";

const TOPICS = /** @type {[string, [string, string][]][]} */ ([
  ["Select", [["Click a branch or a cluster's label", "its genes; Shift adds"], ["Drag over rows", "the rows in between"],
    ["Search, Enter", "one gene; Shift+Enter: all hits"], ["Paste a list into the search", "all that are found"],
    ["Drag in the volcano or MA plot", "the genes inside; Shift adds"], ["Escape", "select nothing"]]],
  ["Move", [["Wheel", "move; with Ctrl: zoom"], ["Double click", "zoom in; with Shift: out"],
    ["Drag with Alt or the middle button", "move"], ["Two fingers", "zoom and move"]]],
  ["Change", [["Drag the dashed line over the tree", "more or fewer clusters"],
    ["Colours", "palette, limits, what the cells show"], ["Order", "rows, columns, what splits the columns"],
    ["Samples", "hide and show"], ["Save", "PNG, SVG, CSV, a link, a file of the state"]]],
  ["Keys on the heatmap", [["Arrow keys, Page Up, Page Down", "go from cell to cell"], ["Enter", "select the gene"],
    ["B", "select its cluster"], ["Shift with either, or with arrows", "add to the selection"],
    ["+  −  Home", "zoom in, out, show everything"], ["[  ]", "fewer, more clusters"]]],
  ["Keys everywhere", [["/", "search"], ["Ctrl+Z, Ctrl+Shift+Z", "undo, redo"], ["?", "this help"]]],
]);
const THEMES = /** @type {["auto" | "light" | "dark", string][]} */ ([["auto", "as the system"], ["light", "light"],
  ["dark", "dark"]]);

/** The panel of help. */
export class HelpPanel {
  /**
   * @param {HTMLElement} root
   * @param {import("./panels.js").PanelTools} tools
   */
  constructor(root, { store, view }) {
    const topics = TOPICS.flatMap(([title, lines]) => [element("h3", { class: "hl-heading" }, title),
      element("dl", { class: "hl-help" }, ...lines.map(([what, effect]) =>
        element("div", {}, element("dt", {}, what), element("dd", {}, effect))))]);
    const reading = element("p", {}, "Colours are the same as in the printed figure. Clusters are numbered from top to " +
      "bottom; after another cut the numbers change, the rows do not move. Gene sets are tested against the stated " +
      "universe, not against the genome.");
    const theme = element("select", { class: "hl-select", change: () =>
      store.update({ theme: THEMES[theme.selectedIndex][0] }, { undo: false }) },
    ...THEMES.map(([value, words]) => element("option", { value, selected: value === store.state.theme }, words)));
    const made = [view.made_by, view.made_from && `from ${view.made_from}`].filter(Boolean).join(", ");
    root.append(element("div", { class: "hl-scroll hl-help-box" }, ...topics,
      element("h3", { class: "hl-heading" }, "Reading it"), reading,
      element("label", { class: "hl-row" }, "Light or dark", theme), element("p", { class: "hl-soft" }, made)));
  }

  destroy() {}

  update() {}
}
