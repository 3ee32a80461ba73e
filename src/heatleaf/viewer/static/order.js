// How names and numbers compare where rows or columns are put into order.

const COLLATOR = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/**
 * Numbers within names compare as numbers: "day4" before "day10".
 * @param {string} a
 * @param {string} b
 */
export function compareNames(a, b) {
  return COLLATOR.compare(a, b);
}

/**
 * Large numbers first, missing ones last.
 * @param {number} a
 * @param {number} b
 */
export function compareFalling(a, b) {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return b - a;
}
