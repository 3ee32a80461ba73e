// Text measured before it is placed: widths, names made shorter, sentences in lines, and labels moved apart.
import { plainText } from "./elements.js";
import { fontOf } from "./pen.js";

/** @typedef {import("./pen.js").TextLook} TextLook */

const MAX_KEPT = 20000;
/** @type {Map<string, number>} */
const WIDTHS = new Map();
/** @type {CanvasRenderingContext2D | null} */
let ruler = null;

/**
 * Width of a text in pixels.
 * @param {string} text
 * @param {TextLook} [look]
 */
export function textWidth(text, look = {}) {
  const font = fontOf(look);
  const key = `${font}|${text}`;
  const known = WIDTHS.get(key);
  if (known !== undefined) return known;
  ruler ??= document.createElement("canvas").getContext("2d");
  if (!ruler) return text.length * 6;
  ruler.font = font;
  const width = ruler.measureText(plainText(text)).width;
  if (WIDTHS.size > MAX_KEPT) WIDTHS.clear();
  WIDTHS.set(key, width);
  return width;
}

/**
 * Width of the widest of many texts, of which only the longest are measured.
 * @param {readonly string[]} texts
 * @param {TextLook} look
 */
export function widestOf(texts, look) {
  const longest = texts.length <= 60 ? texts : [...texts].sort((a, b) => b.length - a.length).slice(0, 60);
  return longest.reduce((widest, text) => Math.max(widest, textWidth(text, look)), 0);
}

/**
 * Leave out the middle of a name that is too long, for names often differ at their ends.
 * @param {string} name
 * @param {number} width
 * @param {TextLook} [look]
 */
export function shortenName(name, width, look = {}) {
  if (textWidth(name, look) <= width) return name;
  const letters = [...name];
  let [low, high] = [0, letters.length];
  while (low < high) {
    const n = (low + high + 1) >> 1;
    if (textWidth(cutMiddle(letters, n), look) <= width) low = n;
    else high = n - 1;
  }
  return low ? cutMiddle(letters, low) : "…";
}

/**
 * @param {string[]} letters
 * @param {number} n letters to keep
 */
function cutMiddle(letters, n) {
  const head = Math.ceil(n * 0.6);
  return `${letters.slice(0, head).join("")}…${letters.slice(letters.length - (n - head)).join("")}`;
}

/**
 * Break a sentence into lines; the last ends in "…" where it does not all fit.
 * @param {string} sentence
 * @param {number} width
 * @param {TextLook & {maxLines?: number}} [look]
 */
export function wrapText(sentence, width, look = {}) {
  const maxLines = look.maxLines ?? Infinity;
  const lines = [""];
  for (const word of sentence.split(/\s+/)) {
    const line = lines[lines.length - 1];
    const longer = line ? `${line} ${word}` : word;
    if (!line || textWidth(longer, look) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  const kept = lines.slice(0, maxLines).map((line) => shortenName(line, width, look));
  if (lines.length > kept.length) kept[kept.length - 1] = cutEnd(kept[kept.length - 1], width, look);
  return kept;
}

/**
 * @param {string} line
 * @param {number} width
 * @param {TextLook} look
 */
function cutEnd(line, width, look) {
  let text = line;
  while (text && textWidth(`${text}…`, look) > width) text = text.slice(0, text.lastIndexOf(" ") > 0 ? text.lastIndexOf(" ") : -1);
  return `${text.replace(/[\s,;:]+$/, "")}…`;
}

/**
 * Move ordered places apart by at least the gaps between them, each as little as possible, within a range.
 *
 * Least squares under an order constraint by pooling adjacent violators (Barlow et al. 1972), as the figure does.
 * @param {readonly number[]} targets
 * @param {(i: number) => number} gap between i and i + 1
 * @param {number} low
 * @param {number} high
 * @returns {number[]}
 */
export function spreadApart(targets, gap, low, high) {
  const offsets = [0];
  for (let i = 1; i < targets.length; i++) offsets.push(offsets[i - 1] + gap(i - 1));
  /** @type {[number, number][]} */
  const pools = [];
  targets.forEach((target, i) => {
    let [mean, size] = [target - offsets[i], 1];
    while (pools.length && pools[pools.length - 1][0] > mean) {
      const [lastMean, lastSize] = /** @type {[number, number]} */ (pools.pop());
      mean = (mean * size + lastMean * lastSize) / (size + lastSize);
      size += lastSize;
    }
    pools.push([mean, size]);
  });
  const end = Math.max(low, high - offsets[offsets.length - 1]);
  return pools.flatMap(([mean, size]) => new Array(size).fill(Math.min(Math.max(mean, low), end)))
    .map((place, i) => place + offsets[i]);
}
