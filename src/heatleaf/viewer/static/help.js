// The panel of help: what can be done, by hand and by key.
import { element } from "./elements.js";

const TOPICS = /** @type {[string, [string, string][]][]} */ ([
  ["Select", [["Click a cluster's label or a branch", "its genes"], ["Drag over rows", "the rows in between"],
    ["Search, then Enter", "one gene; Shift+Enter all hits; paste a list to find many"],
    ["Drag in the volcano or MA plot", "the genes inside; Shift adds"], ["Escape", "select nothing"]]],
  ["Move", [["Ctrl + wheel, pinch, + and −", "zoom"], ["Wheel, drag when zoomed", "move"], ["Arrow keys", "go from cell to cell"],
    ["Home", "show everything"]]],
  ["Change", [["Drag the dashed line over the tree, − and + beside the number", "more or fewer clusters"],
    ["Colours", "palette, limits and what the cells show"], ["Order, Samples", "rows, columns, splits, hidden samples"],
    ["Ctrl+Z, Ctrl+Shift+Z", "undo and redo, everything"], ["/", "search"], ["?", "this help"]]],
]);

/** The panel of help. */
export class HelpPanel {
  /**
   * @param {HTMLElement} root
   * @param {import("./panels.js").PanelTools} tools
   */
  constructor(root, { view }) {
    const topics = TOPICS.flatMap(([title, lines]) => [element("h3", { class: "hl-heading" }, title),
      element("dl", { class: "hl-help" }, ...lines.map(([what, effect]) =>
        element("div", {}, element("dt", {}, what), element("dd", {}, effect))))]);
    const reading = element("p", {}, "Colours are the same as in the printed figure. Clusters are numbered from top to bottom; " +
      "after another cut the numbers change, the rows do not move. Gene sets are tested against the stated universe, " +
      "not against the genome.");
    const made = [view.made_by, view.made_from && `from ${view.made_from}`].filter(Boolean).join(", ");
    root.append(element("div", { class: "hl-scroll hl-help-box" }, ...topics,
      element("h3", { class: "hl-heading" }, "Reading it"), reading, element("p", { class: "hl-soft" }, made)));
  }

  destroy() {}

  update() {}
}
