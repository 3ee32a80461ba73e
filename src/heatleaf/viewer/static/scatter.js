// A plot of genes as points on a canvas: hover, box and lasso, names of telling genes, the selection of the heatmap.
import { element, setText } from "./elements.js";
import { isInside } from "./points.js";
import { ScatterPainter } from "./scatter_paint.js";
import { watchRatio } from "./ratio_watch.js";
import { watchTheme } from "./theme_watch.js";

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

const REACH = 9;
const CELL = 16;
const TIP_PX = 10;

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
    /** @type {Map<number, number[]>} */
    this.grid = new Map();
    this.base = document.createElement("canvas");
    this.canvas = element("canvas", { class: "hl-scatter-canvas", tabindex: 0, role: "application",
      "aria-label": options.label, "aria-roledescription": "plot of genes" });
    this.tip = element("div", { class: "hl-tip", hidden: true });
    this.said = element("div", { class: "hl-unseen", "aria-live": "polite" });
    this.box = element("div", { class: "hl-scatter" }, this.canvas, this.tip, this.said);
    this.painter = new ScatterPainter(this.box, options);
    root.append(this.box);
    this.listen();
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.box);
    this.stopRatio = watchRatio(() => this.resize());
    this.stopWatching = watchTheme(root, () => this.drawAll());
  }

  destroy() {
    this.observer.disconnect();
    this.stopRatio();
    this.stopWatching();
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
    const before = this.look;
    this.look = this.painter.look = look;
    const isSame = before && before.points === look.points && before.selected.size > 0 === look.selected.size > 0 &&
      JSON.stringify(before.lines) === JSON.stringify(look.lines);
    if (isSame) this.draw();
    else this.drawAll();
  }

  resize() {
    this.painter.size = { width: this.box.clientWidth, height: this.box.clientHeight, ratio: window.devicePixelRatio || 1 };
    this.drawAll();
  }

  drawAll() {
    const { width, height, ratio } = this.painter.size;
    if (!this.look || width < 60 || height < 60) return;
    for (const canvas of [this.base, this.canvas]) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    this.indexPlaces();
    this.painter.drawBase(this.pen(this.base), this.look);
    this.draw();
  }

  indexPlaces() {
    this.grid.clear();
    const points = /** @type {ScatterLook} */ (this.look).points;
    for (let i = 0; i < points.x.length; i++) {
      if (Number.isNaN(points.x[i])) continue;
      const key = cellKey(this.painter.xPixel(points.x[i]), this.painter.yPixel(points.y[i]));
      const there = this.grid.get(key);
      if (there) there.push(i);
      else this.grid.set(key, [i]);
    }
  }

  /** @param {HTMLCanvasElement} canvas */
  pen(canvas) {
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const { ratio } = this.painter.size;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    return pen;
  }

  draw() {
    const { look } = this;
    if (!look) return;
    const pen = this.pen(this.canvas);
    const { painter } = this;
    pen.clearRect(0, 0, painter.size.width, painter.size.height);
    pen.drawImage(this.base, 0, 0, painter.size.width, painter.size.height);
    painter.drawSelected(pen, look);
    painter.drawNames(pen, look);
    if (this.pointed >= 0) painter.drawRing(pen, look.points, this.pointed);
    if (this.drag) painter.drawOutline(pen, this.outline(this.drag));
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
      const [x, y] = [this.painter.xPixel(points.x[i]), this.painter.yPixel(points.y[i])];
      if (!Number.isNaN(x) && isInside(outline, x, y)) genes.push(i);
    }
    return genes;
  }

  /** @param {[number, number]} place */
  nearest([x, y]) {
    let [best, least] = [-1, REACH];
    for (const [dx, dy] of AROUND) {
      for (const gene of this.grid.get(cellKey(x + dx * CELL, y + dy * CELL)) ?? []) {
        const points = /** @type {ScatterLook} */ (this.look).points;
        const distance = Math.hypot(this.painter.xPixel(points.x[gene]) - x, this.painter.yPixel(points.y[gene]) - y);
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
      const { x, y } = this.look.points;
      setText(this.tip, this.options.describe(gene));
      this.placeTip(this.painter.xPixel(x[gene]), this.painter.yPixel(y[gene]));
    }
    this.draw();
  }

  /**
   * Above the point where there is room, else below it; never over it.
   * @param {number} x
   * @param {number} y
   */
  placeTip(x, y) {
    const { offsetWidth: width, offsetHeight: height } = this.tip;
    this.tip.style.left = `${Math.max(0, Math.min(x - width / 2, this.painter.size.width - width))}px`;
    this.tip.style.top = `${y > height + TIP_PX ? y - height - TIP_PX : y + TIP_PX}px`;
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
