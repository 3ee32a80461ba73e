// The viewer in a notebook, as anywidget shows it: the document comes from Python, the selection goes back.
import { unpackDocument } from "./unpack.js";
import { mountViewer } from "./viewer.js";

/**
 * What anywidget hands over of a widget's values.
 * @typedef {object} WidgetModel
 * @property {(name: string) => any} get
 * @property {(name: string, value: unknown) => void} set
 * @property {() => void} save_changes
 * @property {(event: string, listener: () => void) => void} on
 * @property {(event: string, listener: () => void) => void} off
 */

/**
 * @param {{model: WidgetModel, el: HTMLElement}} given
 * @returns {Promise<() => void>} takes the viewer down
 */
export async function renderWidget({ model, el }) {
  const view = await unpackDocument(model.get("document"));
  const root = document.createElement("div");
  root.classList.add("hl-notebook");
  el.append(root);
  const viewer = await mountViewer(root, view, { fragment: false, theme: "auto" });
  const { store } = viewer;
  const isSame = (/** @type {readonly number[]} */ rows) =>
    JSON.stringify(rows) === JSON.stringify(model.get("selected_rows"));
  const unsubscribe = store.subscribe(() => {
    const { heatmap, selection } = store.state;
    const rows = heatmap === 0 ? [...selection.rows] : [];
    if (isSame(rows)) return;
    model.set("selected_rows", rows);
    model.save_changes();
  });
  const takeSelection = () => {
    if (!isSame(store.state.selection.rows)) {
      store.update({ selection: { rows: model.get("selected_rows"), source: "" } });
    }
  };
  takeSelection();
  model.on("change:selected_rows", takeSelection);
  return () => {
    model.off("change:selected_rows", takeSelection);
    unsubscribe?.();
    viewer.destroy();
  };
}
