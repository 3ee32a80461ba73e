// The part of the heatmap that is in sight: zoomed and moved by hand, told to the store when the hand rests.
import { blockAt, clampSight, fittingScale, lengthOf, sightOf, unitAt, zoomSight } from "./axis.js";

/**
 * @typedef {import("./axis.js").Sight} Sight
 * @typedef {import("./layout.js").Layout} Layout
 * @typedef {import("./state.js").Store} Store
 * @typedef {import("./state.js").Window} Window
 */

const MAX_ROW = 34;
const MAX_COLUMN = 120;
const READABLE_COLUMN = 26; // columns grow with the rows until their names can be read
const REST = 220; // ms without movement until the place counts as chosen
const GLIDE = 260; // ms
const EPSILON = 1e-6;

/** What is in sight of a laid out heatmap. */
export class Camera {
  /**
   * @param {Store} store
   * @param {() => void} onMove
   */
  constructor(store, onMove) {
    this.store = store;
    this.onMove = onMove;
    /** @type {Layout | null} */
    this.layout = null;
    /** @type {Sight} */
    this.rows = { scale: 1, offset: 0 };
    /** @type {Sight} */
    this.columns = { scale: 1, offset: 0 };
    /** @type {Window | null | undefined} what the store was last told */
    this.told = undefined;
    this.timer = 0;
    this.frame = 0;
  }

  destroy() {
    clearTimeout(this.timer);
    cancelAnimationFrame(this.frame);
  }

  /**
   * Take up a layout and the window of the state.
   * @param {Layout} layout
   * @param {{isGliding: boolean}} how
   */
  follow(layout, { isGliding }) {
    const isNew = layout !== this.layout;
    this.layout = layout;
    const { window } = this.store.state;
    if (!isNew && window === this.told) return;
    this.told = window;
    clearTimeout(this.timer);
    const target = this.sightsOf(window);
    if (isGliding && !isNew && !matchMedia("(prefers-reduced-motion: reduce)").matches) this.glide(target);
    else this.set(target);
  }

  /**
   * @param {Window | null} window
   * @returns {{rows: Sight, columns: Sight}}
   */
  sightsOf(window) {
    const { body, rowAxis, columnAxis } = this.need();
    if (!window) {
      return { rows: { scale: fittingScale(rowAxis, body.height), offset: 0 },
        columns: { scale: fittingScale(columnAxis, body.width), offset: 0 } };
    }
    const [top, left] = [Math.min(window.top, rowAxis.n - 0.5), Math.min(window.left, columnAxis.n - 0.5)];
    return { rows: clampSight(rowAxis, sightOf(rowAxis, top, Math.min(window.bottom, rowAxis.n), body.height), body.height, MAX_ROW),
      columns: clampSight(columnAxis, sightOf(columnAxis, left, Math.min(window.right, columnAxis.n), body.width), body.width, MAX_COLUMN) };
  }

  /** @param {{rows: Sight, columns: Sight}} sights */
  set({ rows, columns }) {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.rows = rows;
    this.columns = columns;
    this.onMove();
  }

  /** @param {{rows: Sight, columns: Sight}} target */
  glide(target) {
    const from = { rows: this.rows, columns: this.columns };
    const start = performance.now();
    const step = (/** @type {number} */ now) => {
      const share = Math.min(1, Math.max(0, (now - start) / GLIDE));
      const eased = 1 - (1 - share) ** 3;
      this.rows = between(from.rows, target.rows, eased);
      this.columns = between(from.columns, target.columns, eased);
      this.frame = share < 1 ? requestAnimationFrame(step) : 0;
      this.onMove();
    };
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(step);
  }

  /** All rows and columns are in sight. */
  get isWhole() {
    return this.isAllRows && this.isAllColumns;
  }

  get isAllRows() {
    const { body, rowAxis } = this.need();
    return lengthOf(rowAxis, this.rows.scale) <= body.height + 0.5;
  }

  get isAllColumns() {
    const { body, columnAxis } = this.need();
    return lengthOf(columnAxis, this.columns.scale) <= body.width + 0.5;
  }

  /**
   * Zoom rows about a place, and columns until they can be read.
   * @param {number} factor
   * @param {number} x pixels from the left of the body
   * @param {number} y
   */
  zoom(factor, x, y) {
    const { body, rowAxis, columnAxis } = this.need();
    const rows = clampSight(rowAxis, zoomSight(rowAxis, this.rows, factor, y), body.height, MAX_ROW);
    const widest = Math.max(fittingScale(columnAxis, body.width), READABLE_COLUMN);
    const columns = clampSight(columnAxis, zoomSight(columnAxis, this.columns, factor, x), body.width, widest);
    this.moveTo({ rows, columns });
  }

  /**
   * Move by pixels; tells whether there was anything left to move.
   * @param {number} dx
   * @param {number} dy
   */
  pan(dx, dy) {
    const { body, rowAxis, columnAxis } = this.need();
    const { rows, columns } = this;
    const next = {
      rows: clampSight(rowAxis, { scale: rows.scale, offset: rows.offset + dy }, body.height, MAX_ROW),
      columns: clampSight(columnAxis, { scale: columns.scale, offset: columns.offset + dx }, body.width, MAX_COLUMN),
    };
    const isMoved = Math.abs(next.rows.offset - rows.offset) + Math.abs(next.columns.offset - columns.offset) > 1e-3;
    if (isMoved) this.moveTo(next);
    return isMoved;
  }

  /** Show everything. */
  reset() {
    this.store.update({ window: null });
  }

  /**
   * Bring a displayed cell into sight.
   * @param {number} row
   * @param {number} column
   */
  reveal(row, column) {
    const { body, rowAxis, columnAxis } = this.need();
    const away = (/** @type {number} */ place, /** @type {number} */ size, /** @type {number} */ length) =>
      place < 0 ? place - size : place + size > length ? place + 2 * size - length : 0;
    const y = (row * this.rows.scale + rowAxis.gaps[blockAt(rowAxis, row)]) - this.rows.offset;
    const x = (column * this.columns.scale + columnAxis.gaps[blockAt(columnAxis, column)]) - this.columns.offset;
    this.pan(away(x, this.columns.scale, body.width), away(y, this.rows.scale, body.height));
  }

  /** @param {{rows: Sight, columns: Sight}} sights */
  moveTo(sights) {
    this.set(sights);
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.tell(), REST);
  }

  /** Tell the store what is in sight. */
  tell() {
    const { body, rowAxis, columnAxis } = this.need();
    const seen = this.isWhole ? null : Object.freeze({
      top: round(unitAt(rowAxis, this.rows.offset, this.rows.scale)),
      bottom: round(unitAt(rowAxis, this.rows.offset + body.height, this.rows.scale)),
      left: round(unitAt(columnAxis, this.columns.offset, this.columns.scale)),
      right: round(unitAt(columnAxis, this.columns.offset + body.width, this.columns.scale)),
    });
    this.told = seen;
    this.store.update({ window: seen });
    this.told = this.store.state.window;
  }

  need() {
    if (!this.layout) throw new Error("nothing is laid out yet");
    return this.layout;
  }
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 100) / 100;
}

/**
 * @param {Sight} a
 * @param {Sight} b
 * @param {number} share
 * @returns {Sight}
 */
function between(a, b, share) {
  if (share >= 1 - EPSILON) return b;
  // the scale moves by equal factors, and the middle of what is seen in step with it
  const scale = a.scale * (b.scale / a.scale) ** share;
  const weight = a.scale === b.scale ? share : (1 / scale - 1 / a.scale) / (1 / b.scale - 1 / a.scale);
  const place = a.offset / a.scale + weight * (b.offset / b.scale - a.offset / a.scale);
  return { scale, offset: place * scale };
}
