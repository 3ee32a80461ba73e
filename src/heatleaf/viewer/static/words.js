// Numbers and lists as they are written, in the manner of heatleaf.interpret.words.

const SMALLEST_P = 1e-300;
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** @param {number} n */
export function thousands(n) {
  return Math.round(n).toLocaleString("en");
}

/**
 * "1 gene", "79 genes".
 * @param {number} n
 * @param {string} one
 * @param {string} [several]
 */
export function countWords(n, one, several = `${one}s`) {
  return `${thousands(n)} ${n === 1 ? one : several}`;
}

/**
 * "+1.25", "−0.30", "NA".
 * @param {number} value
 * @param {number} [digits]
 */
export function signedWords(value, digits = 2) {
  if (!Number.isFinite(value)) return "NA";
  const text = Math.abs(value).toFixed(digits);
  return Number(text) === 0 ? text : `${value > 0 ? "+" : "\u2212"}${text}`;
}

/**
 * A p-value to two digits, below 0.001 with a power of ten.
 * @param {number} p
 */
export function pWords(p) {
  if (!Number.isFinite(p)) return "NA";
  if (p >= 0.001) return p.toPrecision(2);
  if (p < SMALLEST_P) return `below ${powerOfTen(Math.log10(SMALLEST_P))}`;
  const [mantissa, exponent] = p.toExponential(1).split("e");
  return `${mantissa} × ${powerOfTen(Number(exponent))}`;
}

/** @param {number} exponent */
function powerOfTen(exponent) {
  const digits = String(Math.abs(exponent)).replace(/\d/g, (digit) => SUPERSCRIPTS[Number(digit)]);
  return `10${exponent < 0 ? "⁻" : ""}${digits}`;
}

/**
 * A share 0-1 in per cent.
 * @param {number} share
 */
export function shareWords(share) {
  const percent = 100 * share;
  if (percent > 0 && percent < 0.1) return "under 0.1 %";
  return `${percent < 10 ? Number(percent.toFixed(1)) : Math.round(percent)} %`;
}

/**
 * "a", "a and b", "a, b and c".
 * @param {string[]} items
 */
export function listWords(items) {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items[items.length - 1]}`;
}

/**
 * The first few of many, and how many more there are.
 * @param {string[]} items
 * @param {number} n
 */
export function firstWords(items, n) {
  if (items.length <= n) return items.join(", ");
  return `${items.slice(0, n).join(", ")} and ${thousands(items.length - n)} more`;
}

/**
 * A number of a scale, as short as it can be.
 * @param {number} value
 */
export function scaleWords(value) {
  return String(Number(value.toPrecision(3))).replace("-", "\u2212");
}
