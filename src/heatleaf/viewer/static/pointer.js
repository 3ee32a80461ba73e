// Mouse, pen and fingers on the heatmap. A drag over rows selects them; the wheel moves, with Ctrl or two fingers it zooms.
import { heightAt } from "./branches.js";
import { kAtHeight } from "./cut.js";
import { sayBlock, sayCell, sayGene, saySample } from "./hover.js";
import { bandRows } from "./paint_overlay.js";
import { rowAt, targetAt } from "./targets.js";

/**
 * @typedef {import("./stage.js").Stage} Stage
 * @typedef {import("./hover.js").HoverBox} HoverBox
 * @typedef {import("./targets.js").Target} Target
 * @typedef {import("./state.js").Selection} Selection
 *
 * @typedef {object} Grip what a pressed pointer holds
 * @property {"rows" | "cut" | "view" | "click"} kind
 * @property {Target} target
 * @property {{x: number, y: number}} start
 * @property {{x: number, y: number}} last
 * @property {boolean} isMoved
 * @property {boolean} isAdded
 */

const MIN_DRAG = 4;
const MAX_CUT = 40; // more blocks cannot be told apart
const WHEEL_LINE = 18;
const POINT_REST = 140; // ms
const CURSORS = { cell: "cell", branch: "pointer", cut: "ew-resize", name: "pointer", block: "pointer", column: "default", nothing: "default" };

/** Listens to the pointers of a stage. */
export class Pointers {
  /**
   * @param {Stage} stage
   * @param {HoverBox} hover
   */
  constructor(stage, hover) {
    this.stage = stage;
    this.hover = hover;
    /** @type {Grip | null} */
    this.grip = null;
    /** @type {Map<number, {x: number, y: number}>} */
    this.fingers = new Map();
    this.kBefore = /** @type {number | null} */ (null);
    this.timer = 0;
    const { front } = stage;
    this.ending = new AbortController();
    const { signal } = this.ending;
    front.addEventListener("pointerdown", (event) => this.press(event), { signal });
    front.addEventListener("pointermove", (event) => this.move(event), { signal });
    front.addEventListener("pointerup", (event) => this.release(event), { signal });
    front.addEventListener("pointercancel", (event) => this.cancel(event), { signal });
    front.addEventListener("pointerleave", () => this.leave(), { signal });
    front.addEventListener("dblclick", (event) => this.zoomIn(event), { signal });
    front.addEventListener("wheel", (event) => this.wheel(event), { signal, passive: false });
  }

  destroy() {
    clearTimeout(this.timer);
    this.ending.abort();
  }

  /** @param {MouseEvent} event */
  place(event) {
    const box = this.stage.front.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  /** @param {PointerEvent} event */
  press(event) {
    const at = this.place(event);
    this.fingers.set(event.pointerId, at);
    if (this.fingers.size > 1) {
      this.dropGrip();
      return;
    }
    if (event.button > 1) return;
    const target = targetAt(this.stage, at.x, at.y);
    const isView = event.button === 1 || event.altKey || (event.pointerType === "touch" && target.kind === "cell");
    const kind = isView ? "view" : target.kind === "cut" ? "cut" : target.kind === "cell" ? "rows" : "click";
    this.grip = { kind, target, start: at, last: at, isMoved: false, isAdded: event.shiftKey || event.ctrlKey || event.metaKey };
    this.stage.front.setPointerCapture(event.pointerId);
    if (kind === "cut") this.kBefore = this.stage.store.state.k;
    if (kind !== "click") this.hover.hide();
    if (event.button === 1) event.preventDefault();
  }

  /** @param {PointerEvent} event */
  move(event) {
    const at = this.place(event);
    if (this.fingers.size > 1 && this.fingers.has(event.pointerId)) {
      this.pinch(event.pointerId, at);
      return;
    }
    this.fingers.set(event.pointerId, at);
    if (!event.buttons && event.pointerType !== "touch") this.fingers.clear();
    const { grip } = this;
    if (!grip) {
      clearTimeout(this.timer);
      this.point(at);
      return;
    }
    if (Math.hypot(at.x - grip.start.x, at.y - grip.start.y) >= MIN_DRAG) grip.isMoved = true;
    if (grip.isMoved) this.drag(grip, at);
    grip.last = at;
  }

  /**
   * @param {Grip} grip
   * @param {{x: number, y: number}} at
   */
  drag(grip, at) {
    const { stage } = this;
    if (grip.kind === "cut") this.dragCut(at.x);
    if (grip.kind === "view") stage.camera.pan(grip.last.x - at.x, grip.last.y - at.y);
    if (grip.kind === "rows" && grip.target.kind === "cell") {
      stage.overlay.band = { from: grip.target.row, to: rowAt(stage, at.y) };
      stage.overlay.hovered = null;
      this.hover.hide();
      this.followEdge(at.y);
      stage.ask("overlay");
    }
  }

  /**
   * Move on while a drag is held beyond the body.
   * @param {number} y
   */
  followEdge(y) {
    const { camera, layout } = this.stage;
    const { body } = layout;
    const beyond = y < body.y ? y - body.y : Math.max(y - body.y - body.height, 0);
    if (beyond) camera.pan(0, beyond / 3);
  }

  /**
   * Cut where the line is held; the blocks follow at once.
   * @param {number} x
   */
  dragCut(x) {
    const { stage } = this;
    const { heatmap, layout, arrangement, store } = stage;
    if (!heatmap.linkage || !layout.rowTree || !arrangement.rowTrees.length) return;
    stage.isCutHeld = true;
    const k = kAtHeight(heatmap.linkage, heightAt(heatmap.linkage, arrangement.rowTrees[0], layout.rowTree, x));
    store.update({ k: Math.min(Math.max(k, 1), MAX_CUT, arrangement.rows.length) }, { undo: false });
    stage.ask("overlay");
  }

  /** @param {PointerEvent} event */
  release(event) {
    this.fingers.delete(event.pointerId);
    const { grip, stage } = this;
    this.grip = null;
    if (!grip) return;
    if (grip.kind === "cut") this.endCut();
    else if (grip.isMoved && grip.kind === "rows" && stage.overlay.band) this.selectBand(grip);
    else if (!grip.isMoved) this.click(grip);
    stage.overlay.band = null;
    stage.ask("overlay");
  }

  /** Make the whole drag of the cut line one step to undo. */
  endCut() {
    const { stage } = this;
    const { k } = stage.store.state;
    stage.isCutHeld = false;
    if (k === this.kBefore) return;
    stage.store.update({ k: this.kBefore }, { undo: false });
    stage.store.update({ k });
  }

  /** @param {Grip} grip */
  selectBand(grip) {
    const { overlay, arrangement } = this.stage;
    const { start, stop } = bandRows(/** @type {{from: number, to: number}} */ (overlay.band));
    this.select(Array.from(arrangement.rows.subarray(start, stop)), "drag", grip.isAdded);
  }

  /** @param {Grip} grip */
  click({ target, isAdded }) {
    const { arrangement, overlay } = this.stage;
    if (target.kind === "cell" || target.kind === "name") {
      if (target.kind === "cell") overlay.focused = { row: target.row, column: target.column };
      this.toggle(arrangement.rows[target.row], isAdded);
    } else if (target.kind === "branch") {
      this.select(Array.from(arrangement.rows.subarray(target.start, target.stop)), "tree", isAdded);
    } else if (target.kind === "block") {
      this.select(Array.from(arrangement.rows.subarray(target.block.start, target.block.stop)), "tree", isAdded);
    } else if (target.kind === "nothing") this.select([], "", false);
  }

  /**
   * @param {number} row figure row
   * @param {boolean} isAdded
   */
  toggle(row, isAdded) {
    const { rows } = this.stage.store.state.selection;
    const isIn = rows.includes(row);
    if (isAdded && isIn) this.select(rows.filter((one) => one !== row), "drag", false);
    else if (isIn && rows.length === 1) this.select([], "", false);
    else this.select([row], "drag", isAdded);
  }

  /**
   * @param {number[]} rows figure rows
   * @param {Selection["source"]} source
   * @param {boolean} isAdded
   */
  select(rows, source, isAdded) {
    const { store } = this.stage;
    const { selection } = store.state;
    const all = isAdded ? [...new Set([...selection.rows, ...rows])] : rows;
    if (!all.length && !selection.rows.length && !selection.genes?.length) return;
    store.update({ selection: { rows: all, source: all.length ? source : "", genes: isAdded ? selection.genes : [] } });
  }

  /** @param {PointerEvent} event */
  cancel(event) {
    this.fingers.delete(event.pointerId);
    this.dropGrip();
  }

  dropGrip() {
    if (this.grip?.kind === "cut") this.endCut();
    this.grip = null;
    this.stage.overlay.band = null;
    this.stage.ask("overlay");
  }

  leave() {
    if (this.grip) return;
    this.hover.hide();
    Object.assign(this.stage.overlay, { hovered: null, branch: null });
    this.stage.ask("overlay");
  }

  /**
   * Show what lies under the pointer.
   * @param {{x: number, y: number}} at
   */
  point(at) {
    const { stage, hover } = this;
    const target = targetAt(stage, at.x, at.y);
    stage.front.style.cursor = CURSORS[target.kind];
    stage.overlay.hovered = target.kind === "cell" ? { row: target.row, column: target.column } : null;
    stage.overlay.branch = target.kind === "branch" ? { start: target.start, stop: target.stop }
      : target.kind === "block" ? { start: target.block.start, stop: target.block.stop } : null;
    const say = this.wordsOf(target);
    const key = JSON.stringify(target, (name, value) => name === "block" ? value.name : value);
    if (say) hover.show(key, say, { x: at.x, y: at.y - stage.root.scrollTop });
    else hover.hide();
    stage.ask("overlay");
  }

  /**
   * @param {Target} target
   * @returns {(() => import("./hover.js").Said) | null}
   */
  wordsOf(target) {
    const { view, store, arrangement } = this.stage;
    switch (target.kind) {
      case "cell": return () => sayCell(view, store.state, arrangement, target);
      case "name": return () => sayGene(view, store.state, arrangement, target.row);
      case "block": return () => sayBlock(target.block);
      case "branch": return () => ({ title: `branch of ${(target.stop - target.start).toLocaleString("en")} gene${target.stop - target.start === 1 ? "" : "s"}`,
        isGene: false, facts: [["click", "selects them"]] });
      case "column": return () => saySample(view, arrangement, target.column);
      case "cut": return () => ({ title: `cut into ${arrangement.rowBlocks.length} clusters`, isGene: false, facts: [["drag", "cuts elsewhere"]] });
      default: return null;
    }
  }

  /** @param {MouseEvent} event */
  zoomIn(event) {
    const { x, y } = this.place(event);
    const { body } = this.stage.layout;
    if (targetAt(this.stage, x, y).kind === "cell") this.stage.camera.zoom(event.shiftKey ? 0.4 : 2.5, x - body.x, y - body.y);
  }

  /**
   * Two fingers zoom about their middle and move it.
   * @param {number} finger
   * @param {{x: number, y: number}} at
   */
  pinch(finger, at) {
    const [other] = [...this.fingers].filter(([id]) => id !== finger).map(([, place]) => place);
    const before = /** @type {{x: number, y: number}} */ (this.fingers.get(finger));
    const { camera, layout } = this.stage;
    const spread = (/** @type {{x: number, y: number}} */ place) => Math.max(Math.hypot(place.x - other.x, place.y - other.y), 10);
    camera.zoom(spread(at) / spread(before), (at.x + other.x) / 2 - layout.body.x, (at.y + other.y) / 2 - layout.body.y);
    camera.pan((before.x - at.x) / 2, (before.y - at.y) / 2);
    this.fingers.set(finger, at);
  }

  /** @param {WheelEvent} event */
  wheel(event) {
    const at = this.place(event);
    const { camera, layout } = this.stage;
    const unit = event.deltaMode === 1 ? WHEEL_LINE : event.deltaMode === 2 ? layout.body.height : 1;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      const delta = Math.max(-120, Math.min(120, event.deltaY * unit));
      // a pinch on a pad comes in small steps, a notch of a wheel in one of a hundred
      const factor = Math.exp(-delta * (Math.abs(delta) < 30 ? 0.01 : 0.0032));
      camera.zoom(factor, at.x - layout.body.x, at.y - layout.body.y);
    } else {
      const [dx, dy] = event.shiftKey && !event.deltaX ? [event.deltaY, 0] : [event.deltaX, event.deltaY];
      // where there is nothing more to see the page scrolls on
      if (camera.pan(dx * unit, dy * unit)) event.preventDefault();
    }
    if (!this.grip) this.pointLater(at);
  }

  /**
   * Say what lies under a resting pointer when the view has come to rest too.
   * @param {{x: number, y: number}} at
   */
  pointLater(at) {
    this.leave();
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.point(at), POINT_REST);
  }
}
