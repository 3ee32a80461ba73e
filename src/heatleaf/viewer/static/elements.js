// Making elements of the page. Text reaches the page through textContent only, so that no name can become markup.

const SVG_SPACE = "http://www.w3.org/2000/svg";
const UNREADABLE = /[\p{C}\p{Z}]/gu;

/**
 * @typedef {Node | string | null | undefined | false} Child
 * @typedef {{[name: string]: string | number | boolean | null | undefined | EventListener}} Attributes
 */

/**
 * Show marks that would change how a name reads (control and bidirectional characters) as escapes.
 * @param {string} text
 */
export function plainText(text) {
  return text.replace(UNREADABLE, (mark) => mark === " " || mark === "\u00a0" ? mark
    : `\\u${(mark.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`);
}

/**
 * Make an element. An attribute that is true stands without a value, one that is false, null or undefined is left out;
 * a function listens to the event of its name ("click").
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  setAttributes(made, attributes);
  fill(made, ...children);
  return made;
}

/**
 * Make an element of an SVG picture.
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {SVGElementTagNameMap[T]}
 */
export function svgElement(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG_SPACE, tag);
  setAttributes(made, attributes);
  for (const child of children) if (child) made.append(child);
  return made;
}

/**
 * @param {Element} made
 * @param {Attributes} attributes
 */
function setAttributes(made, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, String(value));
  }
}

/**
 * Replace what is in an element.
 * @param {Element} parent
 * @param {...Child} children
 */
export function fill(parent, ...children) {
  /** @type {(Node | string)[]} */
  const kept = [];
  for (const child of children) {
    if (typeof child === "string") kept.push(plainText(child));
    else if (child) kept.push(child);
  }
  parent.replaceChildren(...kept);
}

/**
 * Make a button.
 * @param {Child} label
 * @param {() => void} act
 * @param {Attributes} [attributes]
 */
export function button(label, act, attributes = {}) {
  return element("button", { type: "button", class: "hl-button", ...attributes, click: () => act() }, label);
}

/**
 * Set text only where it differs, so that a screen reader is not told the same twice.
 * @param {Element} target
 * @param {string} text
 */
export function setText(target, text) {
  const shown = plainText(text);
  if (target.textContent !== shown) target.textContent = shown;
}
