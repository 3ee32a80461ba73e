// The sheet of what can be taken away: pictures of the current view, its numbers, a link and a file of the state.
import { arrange } from "./arrange.js";
import { copyText, fileName, offerFile, say } from "./choose.js";
import { button, element } from "./elements.js";
import { heatmapCsv } from "./export_csv.js";
import { pngOfSvg } from "./export_png.js";
import { heatmapSvg } from "./export_svg.js";
import { shownHeatmap } from "./genes.js";
import { fitState, fromFragment, toFragment } from "./state.js";

/** @typedef {import("./panels.js").PanelTools} PanelTools */

const STATE_FORMAT = "heatleaf-view-state";

/** @param {PanelTools} tools */
export function saveSheet(tools) {
  const { host, viewer } = tools;
  const picture = (/** @type {string} */ label, /** @type {() => Promise<void>} */ act, /** @type {string} */ hint) =>
    button(label, () => attempt(tools, act), { title: hint, "data-key": label });
  return [
    element("h4", {}, "This view as a picture"),
    element("div", { class: "hl-row" },
      picture("PNG", () => savePng(tools), "A picture of 300 dots per inch"),
      picture("SVG", () => saveSvg(tools), "A drawing for Illustrator or Inkscape; text stays text"),
      host?.figure ? picture("PDF", () => savePdf(tools), "A vector figure drawn as for print") : null),
    element("h4", {}, "Its numbers"),
    element("div", { class: "hl-row" },
      picture("CSV", async () => saveCsv(tools), "Displayed values in visual order, with cluster numbers")),
    element("h4", {}, "This state"),
    element("div", { class: "hl-row" },
      viewer.hasFragment ? picture("Copy link", async () => copyLink(tools), "The address of this page in this state") : null,
      picture("Save state", async () => saveState(tools), "A small file that brings this state back"),
      stateLoader(tools)),
    element("p", { class: "hl-soft" }, "A state names cuts, order, colours and selection; it holds no data."),
  ];
}

/**
 * Do something that may fail, and say so where it does.
 * @param {PanelTools} tools
 * @param {() => Promise<void>} act
 */
async function attempt({ store }, act) {
  try {
    await act();
  } catch (error) {
    say(store, `Not saved: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** @param {PanelTools} tools */
function currentSvg({ store, view }) {
  return heatmapSvg(view, store.state, arrange(view, store.state));
}

/** @param {PanelTools} tools */
function viewTitle({ store, view }) {
  return `${view.title} ${shownHeatmap(view, store.state).key}`;
}

/** @param {PanelTools} tools */
async function saveSvg(tools) {
  const name = fileName(viewTitle(tools), "svg");
  offerFile(new Blob([currentSvg(tools).text], { type: "image/svg+xml" }), name);
  say(tools.store, `Saved ${name}.`);
}

/** @param {PanelTools} tools */
async function savePng(tools) {
  const name = fileName(viewTitle(tools), "png");
  offerFile(await pngOfSvg(currentSvg(tools)), name);
  say(tools.store, `Saved ${name}.`);
}

/** @param {PanelTools} tools */
async function savePdf(tools) {
  const { host, store } = tools;
  say(store, "Drawing the PDF …");
  const content = await host?.figure?.({ state: store.state, format: "pdf" });
  if (!content) throw new Error("no figure came back");
  const name = fileName(viewTitle(tools), "pdf");
  offerFile(content, name);
  say(store, `Saved ${name}.`);
}

/** @param {PanelTools} tools */
function saveCsv(tools) {
  const { store, view } = tools;
  const name = fileName(viewTitle(tools), "csv");
  const text = heatmapCsv(view, store.state, arrange(view, store.state));
  offerFile(new Blob([text], { type: "text/csv" }), name);
  say(store, `Saved ${name}, safe for spreadsheets.`);
}

/** @param {PanelTools} tools */
function copyLink({ store }) {
  const address = `${location.href.split("#")[0]}#${toFragment(store.state)}`;
  copyText(store, address, "Copied the link to this state.");
}

/** @param {PanelTools} tools */
function saveState(tools) {
  const { store, view } = tools;
  const content = { format: STATE_FORMAT, version: 1, title: view.title, state: toFragment(store.state) };
  const name = fileName(`${view.title} view`, "json");
  offerFile(new Blob([`${JSON.stringify(content, null, 1)}\n`], { type: "application/json" }), name);
  say(store, `Saved ${name}.`);
}

/** @param {PanelTools} tools */
function stateLoader(tools) {
  const field = element("input", { type: "file", class: "hl-unseen", accept: ".json,application/json", tabindex: -1,
    "aria-hidden": "true", change: () => {
      const file = field.files?.[0];
      if (file) attempt(tools, async () => loadState(tools, await file.text()));
      field.value = "";
    } });
  return element("span", {}, button("Load state", () => field.click(), { "data-key": "Load state" }), field);
}

/**
 * Bring a saved state back; what does not fit this document is left as it is.
 * @param {PanelTools} tools
 * @param {string} text
 */
export function loadState({ store, view }, text) {
  const refusal = new Error("this is not a saved state of a Heatleaf heatmap");
  let content;
  try {
    content = JSON.parse(text);
  } catch {
    throw refusal;
  }
  if (content?.format !== STATE_FORMAT || typeof content.state !== "string") throw refusal;
  store.update(fitState(view, fromFragment(content.state)));
  say(store, content.title === view.title ? "The saved state is back."
    : "This state was saved from another document; what fits is shown.");
}
