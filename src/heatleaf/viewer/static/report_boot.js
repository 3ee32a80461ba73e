// Starts the viewer in the report, in place of the picture of the heatmap, which stays where the viewer cannot run.
import { takeDocument } from "./unpack.js";
import { mountViewer } from "./viewer.js";

export async function bootReport() {
  const root = /** @type {HTMLElement} */ (document.getElementById("viewer"));
  document.documentElement.classList.add("has-viewer");
  root.classList.add("hl-report");
  try {
    performance.mark("heatleaf:arrived");
    await mountViewer(root, await takeDocument("view"), { fragment: false, theme: "auto" });
  } catch (error) {
    document.documentElement.classList.remove("has-viewer");
    throw error;
  }
}
