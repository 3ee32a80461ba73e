// Elements of the page. Text from outside reaches the page here, as text only and never as markup (S14).

/** @typedef {Node|string|number|null|undefined|false} Child */

// Marks that change the order of reading, or that cannot be seen, are shown as escapes.
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** Show control and direction marks as escapes. @param {string} text */
export function visible(text) {
  return text.replace(HIDDEN, (mark) => `\\u${mark.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`);
}

/**
 * Make an element. Properties that begin with "on" are listeners; others are attributes, left out when false or null.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, any>} [properties]
 * @param {...(Child|Child[])} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) setProperty(element, name, value);
  element.append(...nodesOf(children));
  return element;
}

/** @param {HTMLElement} element @param {string} name @param {any} value */
function setProperty(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (name === "style") throw new Error("styles are set by paint(), not as an attribute");
  else element.setAttribute(name, value === true ? "" : visible(String(value)));
}

/** @param {(Child|Child[])[]} children @returns {(Node|string)[]} */
function nodesOf(children) {
  return children.flat().flatMap((child) => {
    if (child === null || child === undefined || child === false) return [];
    return [child instanceof Node ? child : visible(String(child))];
  });
}

/** Set a style of an element from here; style attributes are not let through (S6). @template {HTMLElement} T @param {T} element @param {string} name @param {string} value */
export function paint(element, name, value) {
  element.style.setProperty(name, value);
  return element;
}

/** Put children in place of what an element holds. @param {Element} element @param {...(Child|Child[])} children */
export function fill(element, ...children) {
  element.replaceChildren(...nodesOf(children));
}

/** Find the element with an id that the page always has. @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
}

/** Say something to a screen reader. @param {string} text */
export function announce(text) {
  byId("announcer").textContent = visible(text);
}

/**
 * Make a button.
 * @param {string} label @param {(event: MouseEvent) => void} onclick @param {Record<string, any>} [properties]
 */
export function button(label, onclick, properties = {}) {
  return el("button", { type: "button", onclick, ...properties }, label);
}
