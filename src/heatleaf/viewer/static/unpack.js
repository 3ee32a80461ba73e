// Reads a view document as pages and notebooks hold it: compressed JSON, without names of genes that repeat their ids.

/**
 * @param {BlobPart} packed JSON compressed as zlib does
 * @returns {Promise<import("./decode.js").ViewDocument>}
 */
export async function unpackDocument(packed) {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const doc = JSON.parse(await new Response(stream).text());
  for (const one of doc.comparisons) {
    one.gene_names = one.gene_names.map((/** @type {string} */ name, /** @type {number} */ i) => name || one.gene_ids[i]);
  }
  return doc;
}

/**
 * Take a document out of an element that holds it as base64.
 * @param {string} elementId
 */
export async function takeDocument(elementId) {
  const element = document.getElementById(elementId);
  const letters = atob((element?.textContent ?? "").trim());
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i += 1) bytes[i] = letters.charCodeAt(i);
  element?.remove();
  return unpackDocument(bytes);
}
