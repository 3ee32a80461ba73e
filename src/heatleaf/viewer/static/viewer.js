// The browser heatmap: puts toolbar, heatmap and side panels into an element and keeps them in step with one state.
import { arrange } from "./arrange.js";
import { mountBar } from "./bar.js";
import { decodeView } from "./decode.js";
import { element, setText } from "./elements.js";
import { HoverBox } from "./hover.js";
import { pressInViewer, pressOnHeatmap } from "./keyboard.js";
import { mountPanels } from "./panels.js";
import { Pointers } from "./pointer.js";
import { Stage } from "./stage.js";
import { DEFAULT_STATE, fitState, fromFragment, makeStore, toFragment } from "./state.js";
import { summarise } from "./summary.js";

/**
 * @typedef {import("./decode.js").View} View
 * @typedef {import("./decode.js").ViewDocument} ViewDocument
 * @typedef {import("./state.js").Store} Store
 *
 * @typedef {object} Host what an app around the viewer can do
 * @property {(request: object) => Promise<Blob>} [figure] a PDF of the current view
 * @property {(geneIds: string[]) => Promise<object[]>} [enrich]
 *
 * @typedef {object} ViewerOptions
 * @property {Host} [host]
 * @property {boolean} [fragment] keep the state in the address of the page
 * @property {"auto" | "light" | "dark"} [theme]
 *
 * @typedef {object} Viewer
 * @property {HTMLElement} element
 * @property {Store} store
 * @property {boolean} hasFragment the address of the page holds the state
 * @property {() => void} destroy
 * @property {() => string} summary what is shown, in sentences
 */

const LABEL = "Heatmap. Arrow keys go from cell to cell, plus and minus zoom, Enter selects a gene, B its cluster, Home shows everything.";
const FRAGMENT_REST = 400; // ms
const NARROW = 860; // pixels; panels stand below the heatmap up to here
let nViewers = 0;

/**
 * Show a view document in an element.
 * @param {HTMLElement} root
 * @param {ViewDocument} doc
 * @param {ViewerOptions} [options]
 * @returns {Promise<Viewer>}
 */
export async function mountViewer(root, doc, { host, fragment = false, theme = "auto" } = {}) {
  const view = await decodeView(doc);
  const start = fragment ? fromFragment(location.hash) : DEFAULT_STATE;
  const store = makeStore(fitState(view, { ...start, theme: start.theme === "auto" ? theme : start.theme }));
  const parts = makeParts(root, store);
  const stopWidth = followWidth(root);
  const stage = new Stage(parts.body, view, store);
  const pointers = new Pointers(stage, new HoverBox(parts.body));
  const summary = () => summarise(view, store.state, arrange(view, store.state)).join(" ");
  const viewer = { element: root, store, hasFragment: fragment, destroy, summary };
  const tools = { store, view, host, viewer };
  const bar = mountBar(parts.bar, tools);
  const panels = mountPanels(parts.side, tools);
  const speak = (/** @type {string} */ words) => setText(parts.live, words);
  const keys = listenToKeys(root, parts.body, stage, speak);
  const stopFragment = fragment ? keepFragment(view, store) : () => {};
  const stop = store.subscribe((state, previous) => {
    if (state.theme !== previous.theme) root.dataset.theme = state.theme;
    stage.refresh();
    if (state.theme !== previous.theme) stage.reink();
    setText(parts.summary, viewer.summary());
  });
  setText(parts.summary, viewer.summary());
  stage.refresh();
  stage.ask("all");
  return viewer;

  function destroy() {
    stop();
    stopWidth();
    stopFragment();
    keys.abort();
    pointers.destroy();
    stage.destroy();
    bar.destroy();
    panels.destroy();
    root.replaceChildren();
    root.classList.remove("hl-viewer", "hl-narrow");
  }
}

/**
 * @param {HTMLElement} root
 * @param {Store} store
 */
function makeParts(root, store) {
  const id = `hl-summary-${nViewers++}`;
  const summary = element("p", { class: "hl-unseen", id });
  const live = element("p", { class: "hl-unseen", "aria-live": "polite" });
  const bar = element("div", { class: "hl-bar" });
  const body = element("div", { class: "hl-body", tabindex: 0, role: "application", "aria-label": LABEL, "aria-describedby": id });
  const side = element("aside", { class: "hl-side", "aria-label": "What the heatmap shows" });
  root.classList.add("hl-viewer");
  root.dataset.theme = store.state.theme;
  root.replaceChildren(bar, element("div", { class: "hl-main" }, body, side), summary, live);
  return { bar, body, side, summary, live };
}

/**
 * Tell the style whether there is room for panels beside the heatmap. Container queries of WebKit (2.50) would answer this
 * for the page without its zoom.
 * @param {HTMLElement} root
 * @returns {() => void} ends this
 */
function followWidth(root) {
  const follow = () => root.classList.toggle("hl-narrow", root.clientWidth <= NARROW);
  const observer = new ResizeObserver(follow);
  observer.observe(root);
  follow();
  return () => observer.disconnect();
}

/**
 * @param {HTMLElement} root
 * @param {HTMLElement} body
 * @param {Stage} stage
 * @param {(words: string) => void} speak
 */
function listenToKeys(root, body, stage, speak) {
  const ending = new AbortController();
  const { signal } = ending;
  document.addEventListener("keydown", (event) => {
    if (!isFor(root, event)) return;
    const isMeant = (event.target === body && pressOnHeatmap(stage, event, speak)) || pressInViewer(stage, event, root);
    if (isMeant) event.preventDefault();
  }, { signal });
  body.addEventListener("blur", () => {
    stage.overlay.focused = null;
    stage.ask("overlay");
  }, { signal });
  return ending;
}

/**
 * A key is for the viewer that has the focus; where nothing has it, for one that is the page or is pointed at.
 * @param {HTMLElement} root
 * @param {KeyboardEvent} event
 */
function isFor(root, event) {
  const isFree = event.target === document.body;
  return event.target instanceof Node && (root.contains(event.target)
    || (isFree && (document.body.classList.contains("hl-page") || root.matches(":hover"))));
}

/**
 * Keep the state in the fragment of the address, and follow it when it is changed there.
 * @param {View} view
 * @param {Store} store
 * @returns {() => void} ends this
 */
function keepFragment(view, store) {
  let timer = 0;
  // Parts of the address that are not of the viewer belong to the page around it, and stay.
  const others = () => location.hash.slice(1).split("&").filter((part) => part && !(part.split("=")[0] in DEFAULT_STATE));
  const text = () => [...others(), toFragment(store.state)].filter(Boolean).join("&");
  const write = () => history.replaceState(null, "", `#${text()}`);
  const read = () => {
    if (location.hash.slice(1) !== text()) store.update(fitState(view, fromFragment(location.hash)));
  };
  const stop = store.subscribe(() => {
    clearTimeout(timer);
    timer = window.setTimeout(write, FRAGMENT_REST);
  });
  window.addEventListener("hashchange", read);
  return () => {
    clearTimeout(timer);
    stop();
    window.removeEventListener("hashchange", read);
  };
}
