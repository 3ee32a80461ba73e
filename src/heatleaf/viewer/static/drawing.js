// SVG as text: elements, escaped words, and words measured and broken to fit.
import { plainText } from "./elements.js";

export const FONT_STACK = "'Liberation Sans', Arial, Helvetica, sans-serif";
const ESCAPES = /** @type {{[mark: string]: string}} */ ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" });
let wordsRuler = /** @type {CanvasRenderingContext2D | null} */ (null);

/**
 * Words as they stand in XML; marks that cannot stand there are shown as escapes.
 * @param {string} text
 */
export function xmlText(text) {
  return plainText(text).replace(/[&<>"]/g, (mark) => ESCAPES[mark]);
}

/**
 * One element; numbers are rounded to a hundredth of a pixel.
 * @param {string} name
 * @param {{[key: string]: string | number | undefined}} attributes
 * @param {string} [content] already XML
 */
export function xmlTag(name, attributes, content = "") {
  const written = Object.entries(attributes).filter(([, value]) => value !== undefined).map(([key, value]) =>
    ` ${key}="${typeof value === "number" ? Number(value.toFixed(2)) : xmlText(String(value))}"`).join("");
  return content ? `<${name}${written}>${content}</${name}>` : `<${name}${written}/>`;
}

/**
 * A line of words.
 * @param {number} x
 * @param {number} y baseline
 * @param {string} text
 * @param {{[key: string]: string | number | undefined}} [attributes]
 */
export function xmlWords(x, y, text, attributes = {}) {
  return xmlTag("text", { x, y, ...attributes }, xmlText(text));
}

/**
 * Width of words in pixels.
 * @param {string} text
 * @param {number} size
 * @param {string} [style] such as "italic" or "bold"
 */
export function wordsWidth(text, size, style = "") {
  wordsRuler ??= document.createElement("canvas").getContext("2d");
  if (!wordsRuler) return text.length * size * 0.55;
  wordsRuler.font = `${style} ${size}px ${FONT_STACK}`;
  return wordsRuler.measureText(plainText(text)).width;
}

/**
 * Words cut in the middle so that they fit.
 * @param {string} text
 * @param {number} width
 * @param {number} size
 * @param {string} [style]
 */
export function shortWords(text, width, size, style = "") {
  if (wordsWidth(text, size, style) <= width) return text;
  let n = text.length - 1;
  const cut = () => `${text.slice(0, Math.ceil(n / 2))}…${text.slice(text.length - Math.floor(n / 2))}`;
  if (n > 200) n = 200;
  while (n > 1 && wordsWidth(cut(), size, style) > width) n -= 1;
  return n > 1 ? cut() : "…";
}

/**
 * Words broken into lines that fit; the last of too many ends with an ellipsis.
 * @param {string} text
 * @param {number} width
 * @param {number} size
 * @param {number} maxLines
 */
export function brokenWords(text, width, size, maxLines) {
  const lines = [""];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = lines[lines.length - 1] ? `${lines[lines.length - 1]} ${word}` : word;
    if (wordsWidth(longer, size) <= width || !lines[lines.length - 1]) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  if (lines.length <= maxLines) return lines.map((line) => shortWords(line, width, size)).filter(Boolean);
  const kept = lines.slice(0, maxLines);
  if (kept.length) kept[kept.length - 1] = shortWords(`${kept[kept.length - 1]} …`, width, size);
  return kept;
}

/**
 * Places for lines of text near where they are wanted, apart by a height, within limits, in the same order.
 * @param {number[]} wanted rising
 * @param {number} apart
 * @param {number} low
 * @param {number} high
 */
export function spreadPlaces(wanted, apart, low, high) {
  const step = Math.min(apart, (high - low) / Math.max(1, wanted.length - 1 || 1));
  /** @type {{sum: number, n: number, first: number}[]} groups of lines that touch */
  const groups = [];
  wanted.forEach((place, i) => {
    groups.push({ sum: place - i * step, n: 1, first: i });
    while (groups.length > 1 && meanPlace(groups[groups.length - 2]) > meanPlace(groups[groups.length - 1])) {
      const last = /** @type {{sum: number, n: number, first: number}} */ (groups.pop());
      groups[groups.length - 1].sum += last.sum;
      groups[groups.length - 1].n += last.n;
    }
  });
  const end = high - (wanted.length - 1) * step;
  return groups.flatMap((group) => Array.from({ length: group.n }, (_, i) =>
    Math.max(low, Math.min(end, meanPlace(group))) + (group.first + i) * step));
}

/** @param {{sum: number, n: number}} group */
function meanPlace(group) {
  return group.sum / group.n;
}
