// Reads a view document as pages and notebooks hold it: JSON, compressed or not, without names of genes that repeat ids.

/** @typedef {import("./decode.js").ViewDocument} ViewDocument */

/**
 * @param {BlobPart} packed JSON compressed as zlib does
 * @returns {Promise<ViewDocument>}
 */
export async function unpackDocument(packed) {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return readDocument(await new Response(stream).text());
}

/**
 * Take a document out of the element that holds it.
 * @param {string} elementId
 * @returns {Promise<ViewDocument>}
 */
export async function takeDocument(elementId) {
  const element = /** @type {HTMLScriptElement} */ (document.getElementById(elementId));
  const text = element.text;
  element.remove();
  if (element.type === "application/json") return readDocument(text);
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i += 1) bytes[i] = letters.charCodeAt(i);
  return unpackDocument(bytes);
}

/**
 * @param {string} text
 * @returns {ViewDocument}
 */
function readDocument(text) {
  const doc = JSON.parse(text);
  for (const one of doc.comparisons) {
    one.gene_names = one.gene_names.map((/** @type {string} */ name, /** @type {number} */ i) => name || one.gene_ids[i]);
  }
  return doc;
}
