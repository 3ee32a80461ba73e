// The inks of the drawing, taken from the style sheet so that light and dark are said in one place.

/**
 * @typedef {object} Inks
 * @property {string} ground
 * @property {string} ink
 * @property {string} soft
 * @property {string} line
 * @property {string} bracket
 * @property {string} accent
 * @property {string} chosen
 */

/** @type {Inks} */
const PRINT = Object.freeze({ ground: "#ffffff", ink: "#222222", soft: "#5f6368", line: "#9aa0a6", bracket: "#4a4f54",
  accent: "#17624f", chosen: "#e59400" });

/**
 * @param {Element} element within the viewer
 * @returns {Inks}
 */
export function inksOf(element) {
  const style = getComputedStyle(element);
  const read = (/** @type {keyof Inks} */ name) => style.getPropertyValue(`--hl-${name}`).trim() || PRINT[name];
  return { ground: read("ground"), ink: read("ink"), soft: read("soft"), line: read("line"), bracket: read("bracket"),
    accent: read("accent"), chosen: read("chosen") };
}
