// Drawing a plot of genes: axes, points, thresholds, names and the outline of a selection being drawn.
import { plainText } from "./elements.js";
import { FONT_FAMILY } from "./pen.js";
import { roundTicks } from "./points.js";

/**
 * @typedef {import("./points.js").PointSet} PointSet
 * @typedef {import("./scatter.js").ScatterLook} ScatterLook
 * @typedef {import("./scatter.js").ScatterOptions} ScatterOptions
 */

const MARGIN = { left: 46, right: 14, top: 10, bottom: 38 };

/** Draws genes within axes, in CSS pixels of its size. */
export class ScatterPainter {
  /**
   * @param {HTMLElement} box whose colours hold
   * @param {ScatterOptions} options
   */
  constructor(box, options) {
    this.box = box;
    this.options = options;
    this.size = { width: 0, height: 0, ratio: 1 };
    /** @type {ScatterLook | null} */
    this.look = null;
  }

  /** @param {number} x */
  xPixel(x) {
    const [low, high] = this.look?.points.xLimits ?? [0, 1];
    return MARGIN.left + (x - low) / (high - low) * (this.size.width - MARGIN.left - MARGIN.right);
  }

  /** @param {number} y */
  yPixel(y) {
    const [low, high] = this.look?.points.yLimits ?? [0, 1];
    return this.size.height - MARGIN.bottom - (y - low) / (high - low) * (this.size.height - MARGIN.top - MARGIN.bottom);
  }

  /** @param {string} name */
  colour(name) {
    return getComputedStyle(this.box).getPropertyValue(`--hl-${name}`).trim() || "#888888";
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {ScatterLook} look
   */
  drawBase(pen, look) {
    pen.clearRect(0, 0, this.size.width, this.size.height);
    this.drawAxes(pen, look);
    const fade = look.selected.size ? 0.3 : 1;
    for (const [call, isTested] of /** @type {[number, boolean][]} */ ([[0, false], [0, true], [-1, true], [1, true]])) {
      pen.globalAlpha = (call ? 0.75 : 0.8) * fade;
      pen.fillStyle = pen.strokeStyle = this.colour(call > 0 ? "up" : call < 0 ? "down" : "neutral");
      pen.lineWidth = 0.7;
      this.drawClass(pen, look.points, (i) => this.options.call(i) === call && this.options.isTested(i) === isTested,
        !isTested);
    }
    pen.globalAlpha = 1;
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {PointSet} points
   * @param {(gene: number) => boolean} isShown
   * @param {boolean} isHollow
   */
  drawClass(pen, points, isShown, isHollow) {
    const radius = points.x.length > 5000 ? 1.7 : 2.3;
    const stamp = makeStamp(pen, radius, this.size.ratio, isHollow);
    const side = stamp.width / this.size.ratio;
    pen.beginPath();
    for (let i = 0; i < points.x.length; i++) {
      if (Number.isNaN(points.x[i]) || !isShown(i)) continue;
      const [x, y] = [this.xPixel(points.x[i]), this.yPixel(points.y[i])];
      if (points.isBeyond[i]) addPoint(pen, x, y, radius, true);
      else pen.drawImage(stamp, x - side / 2, y - side / 2, side, side);
    }
    if (isHollow) pen.stroke();
    else pen.fill();
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {ScatterLook} look
   */
  drawAxes(pen, look) {
    const { points } = look;
    const [left, bottom] = [MARGIN.left, this.size.height - MARGIN.bottom];
    pen.strokeStyle = this.colour("rule");
    pen.fillStyle = this.colour("soft");
    pen.font = `11px ${FONT_FAMILY}`;
    pen.lineWidth = 1;
    pen.beginPath();
    pen.moveTo(left + 0.5, MARGIN.top);
    pen.lineTo(left + 0.5, bottom + 0.5);
    pen.lineTo(this.size.width - MARGIN.right, bottom + 0.5);
    pen.stroke();
    pen.textAlign = "center";
    for (const tick of roundTicks(points.xLimits, 6)) {
      const x = this.xPixel(tick);
      pen.fillText(look.xWords ? look.xWords(tick) : String(tick).replace("-", "\u2212"), x, bottom + 15);
      pen.fillRect(x, bottom + 1, 1, 3);
    }
    pen.textAlign = "right";
    for (const tick of roundTicks(points.yLimits, 6)) {
      const y = this.yPixel(tick);
      pen.fillText(String(tick).replace("-", "\u2212"), left - 6, y + 4);
      pen.fillRect(left - 3, y, 3, 1);
    }
    this.nameAxes(pen, points);
    this.drawLines(pen, look);
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {PointSet} points
   */
  nameAxes(pen, points) {
    pen.fillStyle = this.colour("ink");
    pen.textAlign = "center";
    pen.fillText(points.xLabel, (MARGIN.left + this.size.width - MARGIN.right) / 2, this.size.height - 6);
    pen.save();
    pen.translate(12, (MARGIN.top + this.size.height - MARGIN.bottom) / 2);
    pen.rotate(-Math.PI / 2);
    pen.fillText(points.yLabel, 0, 0);
    pen.restore();
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {ScatterLook} look
   */
  drawLines(pen, look) {
    const { xLimits, yLimits } = look.points;
    pen.strokeStyle = this.colour("soft");
    pen.setLineDash([4, 3]);
    pen.lineWidth = 0.8;
    pen.beginPath();
    for (const x of look.lines.x.filter((value) => value > xLimits[0] && value < xLimits[1])) {
      pen.moveTo(this.xPixel(x), MARGIN.top);
      pen.lineTo(this.xPixel(x), this.size.height - MARGIN.bottom);
    }
    for (const y of look.lines.y.filter((value) => value >= yLimits[0] && value < yLimits[1])) {
      pen.moveTo(MARGIN.left, this.yPixel(y));
      pen.lineTo(this.size.width - MARGIN.right, this.yPixel(y));
    }
    pen.stroke();
    pen.setLineDash([]);
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {ScatterLook} look
   */
  drawSelected(pen, look) {
    pen.fillStyle = this.colour("chosen");
    pen.strokeStyle = this.colour("ground");
    pen.lineWidth = 0.8;
    const radius = look.selected.size > 500 ? 2.2 : 3.2;
    for (const i of look.selected) {
      if (Number.isNaN(look.points.x[i])) continue;
      pen.beginPath();
      addPoint(pen, this.xPixel(look.points.x[i]), this.yPixel(look.points.y[i]), radius, look.points.isBeyond[i] === 1);
      pen.fill();
      pen.stroke();
    }
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {ScatterLook} look
   */
  drawNames(pen, look) {
    pen.font = `italic 11px ${FONT_FAMILY}`;
    pen.textAlign = "left";
    /** @type {number[][]} */
    const taken = [];
    const bounds = [MARGIN.left, MARGIN.top, this.size.width - 2, this.size.height - MARGIN.bottom];
    for (const gene of look.named) {
      const [x, y] = [this.xPixel(look.points.x[gene]), this.yPixel(look.points.y[gene])];
      if (Number.isNaN(x)) continue;
      const name = shortName(plainText(this.options.name(gene)));
      const box = freeBox(x, y, pen.measureText(name).width, bounds, taken);
      if (!box) continue;
      taken.push(box, [x - 3, y - 3, x + 3, y + 3]);
      pen.lineWidth = 3;
      pen.strokeStyle = this.colour("ground");
      pen.strokeText(name, box[0], box[3] - 3);
      pen.fillStyle = this.colour("ink");
      pen.fillText(name, box[0], box[3] - 3);
    }
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {PointSet} points
   * @param {number} gene
   */
  drawRing(pen, points, gene) {
    pen.strokeStyle = this.colour("ink");
    pen.lineWidth = 1.5;
    pen.beginPath();
    pen.arc(this.xPixel(points.x[gene]), this.yPixel(points.y[gene]), 5.5, 0, 2 * Math.PI);
    pen.stroke();
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {[number, number][]} outline
   */
  drawOutline(pen, outline) {
    pen.strokeStyle = this.colour("accent");
    pen.lineWidth = 1.2;
    pen.beginPath();
    outline.forEach(([x, y]) => pen.lineTo(x, y));
    pen.closePath();
    pen.stroke();
    pen.globalAlpha = 0.1;
    pen.fillStyle = this.colour("accent");
    pen.fill();
    pen.globalAlpha = 1;
  }
}

/**
 * A disc or ring in the colours of a pen, to be drawn many times: much faster than one path of as many arcs.
 * @param {CanvasRenderingContext2D} pen
 * @param {number} radius
 * @param {number} ratio
 * @param {boolean} isHollow
 */
function makeStamp(pen, radius, ratio, isHollow) {
  const side = 2 * Math.ceil(radius + 1);
  const stamp = document.createElement("canvas");
  stamp.width = stamp.height = Math.ceil(side * ratio);
  const own = /** @type {CanvasRenderingContext2D} */ (stamp.getContext("2d"));
  own.scale(stamp.width / side, stamp.height / side);
  [own.fillStyle, own.strokeStyle, own.lineWidth] = [pen.fillStyle, pen.strokeStyle, pen.lineWidth];
  own.arc(side / 2, side / 2, radius, 0, 2 * Math.PI);
  if (isHollow) own.stroke();
  else own.fill();
  return stamp;
}

/**
 * A disc, or a triangle where the gene lies beyond the axes.
 * @param {CanvasRenderingContext2D} pen
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {boolean} isBeyond
 */
function addPoint(pen, x, y, radius, isBeyond) {
  if (!isBeyond) {
    pen.moveTo(x + radius, y);
    pen.arc(x, y, radius, 0, 2 * Math.PI);
    return;
  }
  pen.moveTo(x, y - 1.6 * radius);
  pen.lineTo(x + 1.5 * radius, y + radius);
  pen.lineTo(x - 1.5 * radius, y + radius);
  pen.closePath();
}

/** @param {string} name */
function shortName(name) {
  return name.length > 18 ? `${name.slice(0, 10)}…${name.slice(-6)}` : name;
}

/**
 * The first place around a point where a name touches no other; null where there is none.
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number[]} bounds
 * @param {number[][]} taken
 */
function freeBox(x, y, width, bounds, taken) {
  const lefts = [[x + 5, y - 7], [x - 5 - width, y - 7], [x - width / 2, y - 18], [x - width / 2, y + 4],
    [x + 4, y - 17], [x - 4 - width, y - 17], [x + 4, y + 3], [x - 4 - width, y + 3]];
  const boxes = lefts.map(([left, top]) => [left, top, left + width, top + 14]);
  return boxes.find((box) => box[0] >= bounds[0] && box[1] >= bounds[1] && box[2] <= bounds[2] && box[3] <= bounds[3] &&
    !taken.some((other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3])) ?? null;
}
