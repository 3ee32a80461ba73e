// A pen that writes SVG: what the painters of the screen draw becomes shapes and text of a drawing.
import { xmlTag, xmlWords } from "./drawing.js";
import { SMALL_SIZE } from "./pen.js";

/** @typedef {import("./pen.js").Pen} Pen */

const ANCHORS = { left: "start", center: "middle", right: "end" };
const MIDDLE = 0.35; // of the size of type, from the middle of its letters down to the base line
let nClips = 0;

/**
 * Make a pen, and what tells all that it has drawn.
 * @param {string} ink
 * @returns {{pen: Pen, written: () => string}}
 */
export function svgPen(ink) {
  /** @type {string[]} */
  let shapes = [];
  /** @type {Pen} */
  const pen = {
    rect(x, y, width, height, colour) {
      shapes.push(xmlTag("rect", { x, y, width, height, fill: colour, "shape-rendering": "crispEdges" }));
    },
    lines(lines, { colour, width = 1, isDashed = false }) {
      const path = lines.map((line) => `M${line.map((place) => place.toFixed(2)).join(" ")}`).join("");
      shapes.push(xmlTag("path", { d: path, fill: "none", stroke: colour, "stroke-width": width,
        "stroke-dasharray": isDashed ? "3 3" : undefined }));
    },
    dots(points, radius, colour) {
      for (let i = 0; i < points.length; i += 2) {
        shapes.push(xmlTag("circle", { cx: points[i], cy: points[i + 1], r: radius, fill: colour }));
      }
    },
    text(text, x, y, { size = SMALL_SIZE, bold = false, italic = false, colour = ink, align = "left", upright = false } = {}) {
      const drop = MIDDLE * size;
      const turned = upright ? `translate(${(x + drop).toFixed(2)} ${y.toFixed(2)}) rotate(-90)` : undefined;
      shapes.push(xmlWords(upright ? 0 : x, upright ? 0 : y + drop, text, { transform: turned, fill: colour,
        "font-size": size, "font-weight": bold ? "bold" : undefined, "font-style": italic ? "italic" : undefined,
        "text-anchor": ANCHORS[align] }));
    },
    cells(image, [left, top, width, height], [x, y, shownWidth, shownHeight]) {
      const part = document.createElement("canvas");
      [part.width, part.height] = [width, height];
      part.getContext("2d")?.drawImage(image, left, top, width, height, 0, 0, width, height);
      shapes.push(xmlTag("image", { x, y, width: shownWidth, height: shownHeight, preserveAspectRatio: "none",
        "image-rendering": "pixelated", "xlink:href": part.toDataURL("image/png") }));
    },
    within(x, y, width, height, draw) {
      const [outside, id] = [shapes, `clip-${nClips++}`];
      shapes = [];
      draw();
      const clip = xmlTag("clipPath", { id }, xmlTag("rect", { x, y, width, height }));
      outside.push(clip, xmlTag("g", { "clip-path": `url(#${id})` }, shapes.join("")));
      shapes = outside;
    },
  };
  return { pen, written: () => shapes.join("") };
}
