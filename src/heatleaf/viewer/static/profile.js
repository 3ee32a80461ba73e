// Lines of genes over the samples in displayed order, with the mean of each group in bold.
import { element } from "./elements.js";
import { FONT_FAMILY } from "./pen.js";
import { roundTicks } from "./points.js";
import { watchRatio } from "./ratio_watch.js";
import { watchTheme } from "./theme_watch.js";

/**
 * @typedef {import("./arrange.js").Arrangement} Arrangement
 * @typedef {import("./arrange.js").ColumnBlock} ColumnBlock
 */

const MAX_LINES = 400;
const EDGE = { left: 40, right: 8, top: 8, bottom: 22 };
const TYPE = `11px ${FONT_FAMILY}`;

/** A canvas with the profile of some displayed rows. */
export class ProfilePlot {
  /** @param {Element} root */
  constructor(root) {
    this.canvas = element("canvas", { class: "hl-profile", role: "img" });
    root.append(this.canvas);
    /** @type {{arrangement: Arrangement, positions: number[]} | null} */
    this.shown = null;
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(this.canvas);
    this.stopRatio = watchRatio(() => this.draw());
    this.stopWatching = watchTheme(root, () => this.draw());
  }

  destroy() {
    this.observer.disconnect();
    this.stopRatio();
    this.stopWatching();
  }

  /**
   * @param {Arrangement} arrangement
   * @param {number[]} positions displayed rows
   * @param {string} label for screen readers
   */
  show(arrangement, positions, label) {
    this.shown = { arrangement, positions };
    this.canvas.setAttribute("aria-label", label);
    this.draw();
  }

  draw() {
    const { shown, canvas } = this;
    if (!shown || canvas.clientWidth < 60) return;
    const ratio = window.devicePixelRatio || 1;
    canvas.width = Math.round(canvas.clientWidth * ratio);
    canvas.height = Math.round(canvas.clientHeight * ratio);
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    pen.scale(ratio, ratio);
    const { arrangement, positions } = shown;
    const lines = profileLines(arrangement, positions);
    const frame = makeFrame(canvas.clientWidth, canvas.clientHeight, arrangement.columns.length, lines);
    const colour = (/** @type {string} */ name) => getComputedStyle(canvas).getPropertyValue(`--hl-${name}`).trim();
    drawFrame(pen, frame, arrangement, colour);
    for (const block of arrangement.columnBlocks) {
      drawLines(pen, frame, lines, block, colour);
      drawMean(pen, frame, groupMean(arrangement, positions, block), block, colour);
    }
  }
}

/**
 * Values of the rows, evenly chosen where they are many.
 * @param {Arrangement} arrangement
 * @param {number[]} positions
 */
function profileLines(arrangement, positions) {
  const step = Math.max(1, positions.length / MAX_LINES);
  const lines = [];
  for (let i = 0; i < positions.length; i += step) {
    const row = positions[Math.floor(i)];
    lines.push(Float64Array.from(arrangement.columns, (_, column) => arrangement.value(row, column)));
  }
  return lines;
}

/**
 * @typedef {object} Frame
 * @property {number} width
 * @property {number} height
 * @property {[number, number]} limits
 * @property {(column: number) => number} x
 * @property {(value: number) => number} y
 */

/**
 * @param {number} width
 * @param {number} height
 * @param {number} nColumns
 * @param {Float64Array[]} lines
 * @returns {Frame}
 */
function makeFrame(width, height, nColumns, lines) {
  let [low, high] = [Infinity, -Infinity];
  for (const line of lines) {
    for (const value of line) if (Number.isFinite(value)) [low, high] = [Math.min(low, value), Math.max(high, value)];
  }
  if (!(high > low)) [low, high] = Number.isFinite(low) ? [low - 1, low + 1] : [-1, 1];
  const room = (high - low) * 0.05;
  [low, high] = [low - room, high + room];
  const [across, down] = [width - EDGE.left - EDGE.right, height - EDGE.top - EDGE.bottom];
  return { width, height, limits: [low, high], x: (column) => EDGE.left + (column + 0.5) / nColumns * across,
    y: (value) => EDGE.top + (high - value) / (high - low) * down };
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Frame} frame
 * @param {Arrangement} arrangement
 * @param {(name: string) => string} colour
 */
function drawFrame(pen, frame, arrangement, colour) {
  const half = (frame.x(1) - frame.x(0)) / 2;
  pen.font = TYPE;
  for (const block of arrangement.columnBlocks) {
    const [left, right] = [frame.x(block.start) - half + 1, frame.x(block.stop - 1) + half - 1];
    pen.fillStyle = block.colour || colour("rule");
    pen.fillRect(left, frame.height - EDGE.bottom + 3, right - left, 3);
    pen.fillStyle = colour("soft");
    pen.textAlign = "center";
    pen.fillText(fitted(pen, block.name, right - left), (left + right) / 2, frame.height - 4);
  }
  pen.textAlign = "right";
  pen.strokeStyle = colour("rule");
  pen.lineWidth = 1;
  for (const tick of roundTicks(frame.limits, 4)) {
    const y = Math.round(frame.y(tick)) + 0.5;
    pen.beginPath();
    pen.moveTo(EDGE.left, y);
    pen.lineTo(frame.width - EDGE.right, y);
    pen.stroke();
    pen.fillStyle = colour("soft");
    pen.fillText(String(tick).replace("-", "\u2212"), EDGE.left - 5, y + 4);
  }
}

/**
 * Lines within one group of columns: between groups nothing leads from sample to sample.
 * @param {CanvasRenderingContext2D} pen
 * @param {Frame} frame
 * @param {Float64Array[]} lines
 * @param {ColumnBlock} block
 * @param {(name: string) => string} colour
 */
function drawLines(pen, frame, lines, block, colour) {
  pen.strokeStyle = colour("soft");
  pen.lineWidth = 1;
  pen.globalAlpha = Math.max(0.06, Math.min(0.5, 12 / lines.length));
  for (const line of lines) {
    pen.beginPath();
    for (let column = block.start; column < block.stop; column++) {
      if (!Number.isFinite(line[column])) continue;
      const [x, y] = [frame.x(column), frame.y(line[column])];
      if (block.stop - block.start === 1) pen.rect(x - 2, y - 0.5, 4, 1);
      else if (column === block.start || !Number.isFinite(line[column - 1])) pen.moveTo(x, y);
      else pen.lineTo(x, y);
    }
    pen.stroke();
  }
  pen.globalAlpha = 1;
}

/**
 * Mean of all known values of the rows in a group; NaN where there is none.
 * @param {Arrangement} arrangement
 * @param {number[]} positions
 * @param {ColumnBlock} block
 */
function groupMean(arrangement, positions, block) {
  let [sum, n] = [0, 0];
  for (const row of positions) {
    for (let column = block.start; column < block.stop; column++) {
      const value = arrangement.value(row, column);
      if (Number.isFinite(value)) [sum, n] = [sum + value, n + 1];
    }
  }
  return n ? sum / n : NaN;
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Frame} frame
 * @param {number} mean
 * @param {ColumnBlock} block
 * @param {(name: string) => string} colour
 */
function drawMean(pen, frame, mean, block, colour) {
  if (Number.isNaN(mean)) return;
  const half = (frame.x(1) - frame.x(0)) / 2;
  pen.lineCap = "round";
  pen.beginPath();
  pen.moveTo(frame.x(block.start) - half * 0.7, frame.y(mean));
  pen.lineTo(frame.x(block.stop - 1) + half * 0.7, frame.y(mean));
  pen.strokeStyle = colour("ground");
  pen.lineWidth = 5.5;
  pen.stroke();
  pen.strokeStyle = block.colour || colour("ink");
  pen.lineWidth = 3;
  pen.stroke();
}

/**
 * Text cut so that it fits a width; nothing where not even a few letters do.
 * @param {CanvasRenderingContext2D} pen
 * @param {string} text
 * @param {number} width
 */
function fitted(pen, text, width) {
  if (pen.measureText(text).width <= width) return text;
  let n = text.length;
  while (n > 2 && pen.measureText(`${text.slice(0, n)}…`).width > width) n -= 1;
  return n > 2 ? `${text.slice(0, n)}…` : "";
}
