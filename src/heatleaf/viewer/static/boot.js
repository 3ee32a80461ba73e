// Starts the viewer on a page that holds one document and nothing else.
import { takeDocument } from "./unpack.js";
import { mountViewer } from "./viewer.js";

export async function bootPage() {
  const root = /** @type {HTMLElement} */ (document.getElementById("heatleaf"));
  try {
    performance.mark("heatleaf:arrived");
    const view = await takeDocument("heatleaf-view");
    await mountViewer(root, view, { fragment: true, theme: "auto" });
  } catch (error) {
    root.textContent = `The heatmap cannot be shown: ${error}`;
    throw error;
  }
}
