// Figures as plates: the picture, what it shows, and the files for a journal.

import { filePath } from "./api.js";
import { el, paint } from "./dom.js";

/** @typedef {import("./shapes.js").Figure} Figure */

const PIXELS_PER_MM = 4.7; // of the largest a figure is shown: 96 pixels per inch, times 1.25

/** One figure. @param {string} study_id @param {Figure} figure */
export function plate(study_id, figure) {
  const files = Object.entries(figure.formats).map(([format, file]) =>
    el("a", { href: filePath(study_id, file), download: `${figure.name}.${format}`, "aria-label": `${figure.title} as ${format.toUpperCase()}` },
      format.toUpperCase()));
  const long = figure.caption.length > 260;
  const box = el("figure", { class: "plate", "data-figure": figure.name },
    el("img", { src: filePath(study_id, figure.image), alt: figure.title, loading: "lazy", decoding: "async" }),
    el("figcaption", {}, el("span", { class: "files" }, ...files),
      long ? el("details", {}, el("summary", {}, firstSentence(figure.caption)), figure.caption.slice(firstSentence(figure.caption).length))
        : figure.caption));
  paint(box, "--aspect", String(figure.width_mm / figure.height_mm)); // its place is kept while it loads
  return paint(box, "--largest", `${(figure.width_mm * PIXELS_PER_MM).toFixed(0)}px`);
}

/** @param {string} text */
function firstSentence(text) {
  const end = text.search(/\.\s/);
  return end < 0 ? text : text.slice(0, end + 1);
}

/** Figures side by side, at one height where they fit. @param {string} study_id @param {(Figure|undefined)[]} figures */
export function plates(study_id, figures) {
  const there = figures.filter((figure) => figure !== undefined);
  return there.length ? el("div", { class: "plates" }, there.map((figure) => plate(study_id, figure))) : null;
}
