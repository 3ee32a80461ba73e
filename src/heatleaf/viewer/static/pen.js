// What the heatmap is drawn with. The painters know only these strokes, so that one drawing serves screen, PNG and SVG.
import { plainText } from "./elements.js";

/**
 * @typedef {object} TextLook
 * @property {number} [size] pixels
 * @property {boolean} [bold]
 * @property {boolean} [italic]
 * @property {string} [colour]
 * @property {"left" | "center" | "right"} [align]
 * @property {boolean} [upright] turned by 90 degrees to read upwards; `align` then goes along the text
 *
 * @typedef {object} LineLook
 * @property {string} colour
 * @property {number} [width]
 * @property {boolean} [isDashed]
 *
 * @typedef {readonly number[]} Polyline x and y in turn
 *
 * @typedef {object} Pen lengths in CSS pixels from the upper left corner
 * @property {(x: number, y: number, width: number, height: number, colour: string) => void} rect
 * @property {(lines: readonly Polyline[], look: LineLook) => void} lines
 * @property {(points: readonly number[], radius: number, colour: string) => void} dots
 * @property {(text: string, x: number, y: number, look?: TextLook) => void} text y is the middle of the letters
 * @property {(image: HTMLCanvasElement, source: readonly [number, number, number, number], target: readonly [number, number, number, number]) => void} cells
 *   part of an image, one pixel a cell, neither blurred nor blended
 * @property {(x: number, y: number, width: number, height: number, draw: () => void) => void} within draw cut off at a rectangle
 */

export const FONT_FAMILY = '"Liberation Sans", Arial, Helvetica, sans-serif';
export const TEXT_SIZE = 12;
export const SMALL_SIZE = 11;

/**
 * @param {TextLook} look
 */
export function fontOf({ size = SMALL_SIZE, bold = false, italic = false }) {
  return `${italic ? "italic " : ""}${bold ? "bold " : ""}${size}px ${FONT_FAMILY}`;
}

/**
 * Make a pen that draws on a canvas.
 * @param {CanvasRenderingContext2D} context scaled so that one unit is a CSS pixel
 * @param {string} ink
 * @returns {Pen}
 */
export function canvasPen(context, ink) {
  return {
    rect(x, y, width, height, colour) {
      context.fillStyle = colour;
      context.fillRect(x, y, width, height);
    },
    lines(lines, { colour, width = 1, isDashed = false }) {
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.setLineDash(isDashed ? [3, 3] : []);
      context.beginPath();
      for (const line of lines) {
        context.moveTo(line[0], line[1]);
        for (let i = 2; i < line.length; i += 2) context.lineTo(line[i], line[i + 1]);
      }
      context.stroke();
      context.setLineDash([]);
    },
    dots(points, radius, colour) {
      context.fillStyle = colour;
      context.beginPath();
      for (let i = 0; i < points.length; i += 2) {
        context.moveTo(points[i] + radius, points[i + 1]);
        context.arc(points[i], points[i + 1], radius, 0, 2 * Math.PI);
      }
      context.fill();
    },
    text(text, x, y, look = {}) {
      context.font = fontOf(look);
      context.fillStyle = look.colour ?? ink;
      context.textAlign = look.align ?? "left";
      context.textBaseline = "alphabetic";
      context.direction = "ltr";
      // letters stand in the middle between baseline and capitals
      const drop = 0.36 * (look.size ?? SMALL_SIZE);
      if (!look.upright) {
        context.fillText(plainText(text), x, y + drop);
        return;
      }
      context.save();
      context.translate(x + drop, y);
      context.rotate(-Math.PI / 2);
      context.fillText(plainText(text), 0, 0);
      context.restore();
    },
    cells(image, source, target) {
      context.imageSmoothingEnabled = false;
      context.drawImage(image, ...source, ...target);
    },
    within(x, y, width, height, draw) {
      context.save();
      context.beginPath();
      context.rect(x, y, width, height);
      context.clip();
      draw();
      context.restore();
    },
  };
}
