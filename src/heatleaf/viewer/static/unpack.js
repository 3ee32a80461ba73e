// Reads a view document as pages and notebooks hold it: compressed JSON.

/**
 * @param {BlobPart} packed JSON compressed as zlib does
 * @returns {Promise<import("./decode.js").ViewDocument>}
 */
export async function unpackDocument(packed) {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
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
