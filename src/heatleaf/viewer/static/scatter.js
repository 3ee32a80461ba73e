// A plot of genes as points on a canvas: hover, box and lasso, names of telling genes, the selection of the heatmap.
import { element, plainText, setText } from "./elements.js";
import { isInside, roundTicks } from "./points.js";

/** @typedef {import("./points.js").PointSet} PointSet */

/**
 * @typedef {object} ScatterOptions
 * @property {string} label for screen readers
 * @property {(gene: number) => string} name
 * @property {(gene: number) => string} describe one line on a gene
 * @property {(gene: number) => number} call 1 up, -1 down, 0 not significant
 * @property {(gene: number) => boolean} isTested
 * @property {(genes: number[], isAdded: boolean) => void} onSelect
 */

/**
 * @typedef {object} ScatterLook
 * @property {PointSet} points
 * @property {number[]} named genes to name, most telling first
 * @property {Set<number>} selected
 * @property {{x: number[], y: number[]}} lines thresholds, in data units
 * @property {((x: number) => string) | null} xWords
 */

const MARGIN = { left: 46, right: 14, top: 10, bottom: 38 };
const REACH = 9;
const CELL = 16;
const FONT = "system-ui, 'Liberation Sans', Arial, sans-serif";

/** A linked plot of genes. */
export class ScatterPlot {
  /**
   * @param {Element} root
   * @param {ScatterOptions} options
   */
  constructor(root, options) {
    this.options = options;
    /** @type {ScatterLook | null} */
    this.look = null;
    this.isLasso = false;
    this.pointed = -1;
    /** @type {[number, number][] | null} */
    this.drag = null;
    this.size = { width: 0, height: 0, ratio: 1 };
    /** @type {Map<number, number[]>} */
    this.grid = new Map();
    this.base = document.createElement("canvas");
    this.canvas = element("canvas", { class: "hl-scatter-canvas", tabindex: 0, role: "application",
      "aria-label": options.label, "aria-roledescription": "plot of genes" });
    this.tip = element("div", { class: "hl-tip", hidden: true });
    this.said = element("div", { class: "hl-unseen", "aria-live": "polite" });
    this.box = element("div", { class: "hl-scatter" }, this.canvas, this.tip, this.said);
    root.append(this.box);
    this.listen();
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.box);
    this.media = matchMedia("(prefers-color-scheme: dark)");
    this.redraw = () => this.drawAll();
    this.media.addEventListener("change", this.redraw);
  }

  destroy() {
    this.observer.disconnect();
    this.media.removeEventListener("change", this.redraw);
  }

  listen() {
    this.canvas.addEventListener("pointerdown", (event) => this.onDown(event));
    this.canvas.addEventListener("pointermove", (event) => this.onMove(event));
    this.canvas.addEventListener("pointerup", (event) => this.onUp(event));
    this.canvas.addEventListener("pointerleave", () => this.point(-1));
    this.canvas.addEventListener("keydown", (event) => this.onKey(event));
  }

  /** @param {ScatterLook} look */
  show(look) {
    this.look = look;
    this.drawAll();
  }

  resize() {
    this.size = { width: this.box.clientWidth, height: this.box.clientHeight, ratio: window.devicePixelRatio || 1 };
    this.drawAll();
  }

  drawAll() {
    if (!this.look || this.size.width < 60 || this.size.height < 60) return;
    for (const canvas of [this.base, this.canvas]) {
      canvas.width = Math.round(this.size.width * this.size.ratio);
      canvas.height = Math.round(this.size.height * this.size.ratio);
    }
    this.indexPlaces();
    this.drawBase(this.look);
    this.draw();
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

  indexPlaces() {
    this.grid.clear();
    const points = /** @type {ScatterLook} */ (this.look).points;
    for (let i = 0; i < points.x.length; i++) {
      if (Number.isNaN(points.x[i])) continue;
      const key = cellKey(this.xPixel(points.x[i]), this.yPixel(points.y[i]));
      const there = this.grid.get(key);
      if (there) there.push(i);
      else this.grid.set(key, [i]);
    }
  }

  /** @param {HTMLCanvasElement} canvas */
  pen(canvas) {
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    pen.setTransform(this.size.ratio, 0, 0, this.size.ratio, 0, 0);
    return pen;
  }

  /** @param {string} name */
  colour(name) {
    return getComputedStyle(this.box).getPropertyValue(`--hl-${name}`).trim() || "#888888";
  }

  /** @param {ScatterLook} look */
  drawBase(look) {
    const pen = this.pen(this.base);
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
    pen.beginPath();
    for (let i = 0; i < points.x.length; i++) {
      if (Number.isNaN(points.x[i]) || !isShown(i)) continue;
      addPoint(pen, this.xPixel(points.x[i]), this.yPixel(points.y[i]), radius, points.isBeyond[i] === 1);
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
    pen.font = `11px ${FONT}`;
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

  draw() {
    const { look } = this;
    if (!look) return;
    const pen = this.pen(this.canvas);
    pen.clearRect(0, 0, this.size.width, this.size.height);
    pen.drawImage(this.base, 0, 0, this.size.width, this.size.height);
    this.drawSelected(pen, look);
    this.drawNames(pen, look);
    if (this.pointed >= 0) this.drawRing(pen, look.points, this.pointed);
    if (this.drag) this.drawDrag(pen, this.drag);
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {ScatterLook} look
   */
  drawSelected(pen, look) {
    pen.fillStyle = this.colour("chosen");
    pen.strokeStyle = this.colour("ground");
    pen.lineWidth = 0.8;
    for (const i of look.selected) {
      if (Number.isNaN(look.points.x[i])) continue;
      pen.beginPath();
      addPoint(pen, this.xPixel(look.points.x[i]), this.yPixel(look.points.y[i]), 3.2, look.points.isBeyond[i] === 1);
      pen.fill();
      pen.stroke();
    }
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {ScatterLook} look
   */
  drawNames(pen, look) {
    pen.font = `italic 11px ${FONT}`;
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
   * @param {[number, number][]} drag
   */
  drawDrag(pen, drag) {
    pen.strokeStyle = this.colour("accent");
    pen.lineWidth = 1.2;
    pen.beginPath();
    this.outline(drag).forEach(([x, y]) => pen.lineTo(x, y));
    pen.closePath();
    pen.stroke();
    pen.globalAlpha = 0.1;
    pen.fillStyle = this.colour("accent");
    pen.fill();
    pen.globalAlpha = 1;
  }

  /**
   * @param {[number, number][]} drag
   * @returns {[number, number][]}
   */
  outline(drag) {
    if (this.isLasso) return drag;
    const [[x0, y0], [x1, y1]] = [drag[0], drag[drag.length - 1]];
    return [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];
  }

  /**
   * @param {PointerEvent} event
   * @returns {[number, number]}
   */
  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  /** @param {PointerEvent} event */
  onDown(event) {
    if (event.button !== 0) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.drag = [this.place(event)];
  }

  /** @param {PointerEvent} event */
  onMove(event) {
    const place = this.place(event);
    if (!this.drag) {
      this.point(this.nearest(place));
      return;
    }
    this.drag.push(place);
    this.draw();
  }

  /** @param {PointerEvent} event */
  onUp(event) {
    const { drag } = this;
    this.drag = null;
    if (!drag) return;
    const outline = this.outline(drag);
    const isClick = outline.every(([x, y]) => Math.hypot(x - drag[0][0], y - drag[0][1]) < 4);
    const genes = isClick ? [this.nearest(drag[0])].filter((gene) => gene >= 0) : this.genesInside(outline);
    this.options.onSelect(genes, event.shiftKey);
    this.draw();
  }

  /** @param {[number, number][]} outline */
  genesInside(outline) {
    const points = /** @type {ScatterLook} */ (this.look).points;
    const genes = [];
    for (let i = 0; i < points.x.length; i++) {
      if (!Number.isNaN(points.x[i]) && isInside(outline, this.xPixel(points.x[i]), this.yPixel(points.y[i]))) genes.push(i);
    }
    return genes;
  }

  /** @param {[number, number]} place */
  nearest([x, y]) {
    let [best, least] = [-1, REACH];
    for (const [dx, dy] of AROUND) {
      for (const gene of this.grid.get(cellKey(x + dx * CELL, y + dy * CELL)) ?? []) {
        const points = /** @type {ScatterLook} */ (this.look).points;
        const distance = Math.hypot(this.xPixel(points.x[gene]) - x, this.yPixel(points.y[gene]) - y);
        if (distance < least) [best, least] = [gene, distance];
      }
    }
    return best;
  }

  /** @param {number} gene */
  point(gene) {
    if (gene === this.pointed) return;
    this.pointed = gene;
    this.tip.hidden = gene < 0;
    if (gene >= 0 && this.look) {
      setText(this.tip, this.options.describe(gene));
      const x = this.xPixel(this.look.points.x[gene]);
      this.tip.style.left = `${Math.min(x + 10, this.size.width - this.tip.offsetWidth - 4)}px`;
      this.tip.style.top = `${Math.max(0, this.yPixel(this.look.points.y[gene]) - 34)}px`;
    }
    this.draw();
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const named = this.look?.named ?? [];
    const step = event.key === "ArrowRight" || event.key === "ArrowDown" ? 1
      : event.key === "ArrowLeft" || event.key === "ArrowUp" ? -1 : 0;
    if (step && named.length) {
      const at = named.indexOf(this.pointed);
      this.point(named[at < 0 ? 0 : (at + step + named.length) % named.length]);
      setText(this.said, this.options.describe(this.pointed));
    } else if (event.key === "Enter" && this.pointed >= 0) this.options.onSelect([this.pointed], event.shiftKey);
    else if (event.key === "Escape" && this.look?.selected.size) this.options.onSelect([], false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

const AROUND = [-1, 0, 1].flatMap((dx) => [-1, 0, 1].map((dy) => [dx, dy]));

/**
 * @param {number} x
 * @param {number} y
 */
function cellKey(x, y) {
  return Math.floor(x / CELL) * 100_000 + Math.floor(y / CELL);
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
