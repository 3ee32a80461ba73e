// The words beside a block of rows.

/**
 * @typedef {import("./arrange.js").Arrangement} Arrangement
 */

/**
 * Blocks have words beside them; a single nameless pattern needs none.
 * @param {Arrangement} arrangement
 */
export function hasBlockLabels({ rowBlocks }) {
  return rowBlocks.length > 1 || rowBlocks.some((block) => block.isParked);
}

/** @param {{name: string, start: number, stop: number}} block */
export function shortLabel({ name, start, stop }) {
  return `${name} · ${(stop - start).toLocaleString("en")}`;
}

/**
 * What stands below the name of a block.
 * @param {{start: number, stop: number, stability: number | null}} block
 */
export function blockWords({ start, stop, stability }) {
  const genes = `${(stop - start).toLocaleString("en")} gene${stop - start === 1 ? "" : "s"}`;
  if (stability === null) return [genes];
  return [genes, `stability ${stability.toFixed(2)}${isWeak(stability) ? ", weak" : ""}`];
}

/**
 * A cluster found again so poorly should not be taken as a pattern (Hennig 2007).
 * @param {number | null} stability
 */
export function isWeak(stability) {
  return stability !== null && Number(stability.toFixed(2)) < 0.6;
}
