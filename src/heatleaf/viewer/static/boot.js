// Starts viewers on a page of their own and in the report, from the documents that the page holds.
import { mountViewer } from "./viewer.js";

/**
 * Read a document that a page holds as base64 of compressed JSON.
 * @param {string} elementId
 * @returns {Promise<import("./decode.js").ViewDocument>}
 */
export async function readPageDocument(elementId) {
  const element = document.getElementById(elementId);
  const packed = atob((element?.textContent ?? "").trim());
  const bytes = Uint8Array.from(packed, (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const text = await new Response(stream).text();
  element?.remove();
  return JSON.parse(text);
}

/** Start the viewer of a page that holds one document and nothing else. */
export async function bootPage() {
  const root = /** @type {HTMLElement} */ (document.getElementById("heatleaf"));
  try {
    const view = await readPageDocument("heatleaf-view");
    performance.mark("heatleaf:data");
    await mountViewer(root, view, { fragment: true, theme: "auto" });
  } catch (error) {
    root.textContent = `The heatmap cannot be shown: ${error}`;
    throw error;
  }
}
