// The toolbar: search, number of clusters, colours, order, samples, undo, and everything that can be saved.
import { noticeOf } from "./choose.js";
import { coloursSheet } from "./colours_sheet.js";
import { makeStepper } from "./cards.js";
import { button, element, fill } from "./elements.js";
import { orderSheet, samplesSheet } from "./order_sheet.js";
import { whatIsShown } from "./panels.js";
import { Popover } from "./popover.js";
import { saveSheet } from "./save_sheet.js";
import { GeneSearch } from "./search.js";
import { DEFAULT_STATE } from "./state.js";

/** @typedef {import("./panels.js").PanelTools} PanelTools */

/**
 * Fill the toolbar of a viewer.
 * @param {HTMLElement} root
 * @param {PanelTools} tools
 * @returns {{destroy(): void}}
 */
export function mountBar(root, tools) {
  const { store, view } = tools;
  const search = new GeneSearch(tools);
  const which = view.heatmaps.length > 1 ? heatmapChoice(tools) : null;
  const stepper = element("div", { class: "hl-row hl-stepper", role: "group", "aria-label": "Number of clusters" });
  const history = makeHistory(tools);
  /** @type {Popover[]} */
  const sheets = [
    new Popover("Colours", "Colours", () => coloursSheet(tools, () => sheets[0].refresh())),
    new Popover("Order", "Order of rows and columns", () => orderSheet(tools)),
    new Popover("Samples", "Samples shown", () => samplesSheet(tools)),
    new Popover("Save", "Save and share", () => saveSheet(tools)),
  ];
  fill(root, which, search.root, stepper,
    ...sheets.slice(0, 3).map((sheet) => sheet.root), history.root, sheets[3].root, history.all, noticeOf(store));
  root.setAttribute("role", "toolbar");
  root.setAttribute("aria-label", "Heatmap tools");
  /** @type {unknown[]} */
  let known = [];
  const refresh = () => {
    const shows = [...whatIsShown(view, store.state), store.canUndo, store.canRedo, store.state.only];
    if (shows.every((part, i) => part === known[i])) return;
    known = shows;
    if (which) which.selectedIndex = store.state.heatmap;
    if (!stepper.contains(document.activeElement)) fill(stepper, ...makeStepper(tools, store.state));
    else refreshStepper(stepper, tools);
    history.refresh();
    sheets.forEach((sheet) => sheet.refresh());
  };
  const stop = store.subscribe(refresh);
  refresh();
  return { destroy() {
    stop();
    sheets.forEach((sheet) => sheet.destroy());
    search.destroy();
    root.replaceChildren();
  } };
}

/**
 * Make the stepper anew; the focus stays on the same control.
 * @param {HTMLElement} stepper
 * @param {PanelTools} tools
 */
function refreshStepper(stepper, tools) {
  const at = [...stepper.children].indexOf(/** @type {Element} */ (document.activeElement));
  fill(stepper, ...makeStepper(tools, tools.store.state));
  /** @type {HTMLElement | undefined} */ (stepper.children[at])?.focus();
}

/** @param {PanelTools} tools */
function heatmapChoice({ store, view }) {
  const choice = element("select", { class: "hl-select hl-which", "aria-label": "Heatmap",
    change: () => store.update({ heatmap: choice.selectedIndex }) },
  ...view.heatmaps.map((heatmap, i) => element("option", { value: i, selected: i === store.state.heatmap }, heatmap.title)));
  return choice;
}

/**
 * Go back to the figure as it was made; one step of undo.
 * @param {PanelTools} tools
 */
function resetState({ store }) {
  const { heatmap, panel, theme } = store.state;
  store.update({ ...DEFAULT_STATE, heatmap, panel, theme });
}

/** @param {PanelTools} tools */
function makeHistory(tools) {
  const { store } = tools;
  const undo = button("Undo", () => store.undo(), { title: "Undo (Ctrl+Z)" });
  const redo = button("Redo", () => store.redo(), { title: "Redo (Ctrl+Shift+Z)" });
  const all = button("All rows", () => store.update({ only: null, window: null }),
    { title: "Show the whole heatmap again", class: "hl-button hl-strong" });
  const reset = button("Reset", () => resetState(tools), { title: "Everything as in the figure; can be undone" });
  const refresh = () => {
    undo.disabled = !store.canUndo;
    redo.disabled = !store.canRedo;
    all.style.visibility = store.state.only ? "visible" : "hidden"; // its room is kept, so that nothing moves
  };
  return { root: element("div", { class: "hl-row hl-history" }, undo, redo, reset), all, refresh };
}
