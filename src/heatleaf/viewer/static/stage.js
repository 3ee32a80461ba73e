// The canvases of the heatmap: lays out, keeps what is in sight, and draws in animation frames no more than has changed.
import { arrange } from "./arrange.js";
import { cutPixel } from "./branches.js";
import { Camera } from "./camera.js";
import { element } from "./elements.js";
import { layOut, LINE } from "./layout.js";
import { paintBody } from "./paint_body.js";
import { paintColumnSide } from "./paint_columns.js";
import { paintOverlay } from "./paint_overlay.js";
import { paintRowSide } from "./paint_rows.js";
import { paintTrees } from "./paint_trees.js";
import { canvasPen } from "./pen.js";
import { watchRatio } from "./ratio_watch.js";
import { makeScene } from "./scene.js";
import { inksOf } from "./theme.js";

/**
 * @typedef {import("./decode.js").View} View
 * @typedef {import("./state.js").Store} Store
 * @typedef {import("./state.js").State} State
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {import("./layout.js").Layout} Layout
 * @typedef {"overlay" | "sight" | "all"} Reach how much is drawn anew
 */

const REACHES = ["overlay", "sight", "all"];
const MIN_ROOM = { width: 320, height: 300 };
const TITLE = { x: 14, y: 10, line: 19, size: 15 };

/** The drawing of a heatmap and what moves on it. */
export class Stage {
  /**
   * @param {HTMLElement} root
   * @param {View} view
   * @param {Store} store
   */
  constructor(root, view, store) {
    this.root = root;
    this.view = view;
    this.store = store;
    this.base = element("canvas", { class: "hl-canvas", "aria-hidden": "true" });
    this.front = element("canvas", { class: "hl-canvas hl-front", "aria-hidden": "true" });
    this.element = element("div", { class: "hl-stage" }, this.base, this.front);
    root.append(this.element);
    this.image = element("canvas", { width: 1, height: 1 });
    this.camera = new Camera(store, () => this.ask("sight"));
    this.inks = inksOf(root);
    this.arrangement = arrange(view, store.state);
    /** @type {Set<number>} */
    this.selected = new Set(store.state.selection.rows);
    this.selectedRows = store.state.selection.rows;
    /** @type {import("./paint_overlay.js").Overlay} */
    this.overlay = { hovered: null, focused: null, branch: null, band: null, cut: null, isZoomed: false };
    this.isCutHeld = false;
    /** @type {Reach | null} */
    this.asked = null;
    this.frame = 0;
    this.isPainted = false;
    this.ratio = 0;
    this.layout = this.measure();
    this.camera.follow(this.layout, { isGliding: false });
    this.observer = new ResizeObserver(() => this.refresh());
    this.observer.observe(root);
    this.stopRatio = watchRatio(() => this.refresh());
    this.dark = matchMedia("(prefers-color-scheme: dark)");
    this.onDark = () => this.reink();
    this.dark.addEventListener("change", this.onDark);
  }

  destroy() {
    cancelAnimationFrame(this.frame);
    this.camera.destroy();
    this.observer.disconnect();
    this.stopRatio();
    this.dark.removeEventListener("change", this.onDark);
    this.element.remove();
  }

  get heatmap() {
    return this.view.heatmaps[this.store.state.heatmap];
  }

  /** Take up the inks of another theme. */
  reink() {
    this.inks = inksOf(this.root);
    this.ask("all");
  }

  /** @returns {Layout} */
  measure() {
    const { clientWidth, clientHeight } = this.root;
    const room = { width: Math.max(clientWidth, MIN_ROOM.width), height: Math.max(clientHeight, MIN_ROOM.height) };
    this.room = room;
    this.ratio = window.devicePixelRatio || 1;
    const layout = layOut(this.view, this.store.state, this.arrangement, room);
    for (const canvas of [this.base, this.front]) {
      canvas.width = Math.round(layout.width * this.ratio);
      canvas.height = Math.round(layout.height * this.ratio);
      canvas.style.width = `${layout.width}px`;
      canvas.style.height = `${layout.height}px`;
    }
    this.element.style.height = `${layout.height}px`;
    return layout;
  }

  /** Follow the state and the room. */
  refresh() {
    const { state } = this.store;
    const arrangement = arrange(this.view, state);
    const { clientWidth, clientHeight } = this.root;
    const isResized = this.room?.width !== Math.max(clientWidth, MIN_ROOM.width) ||
      this.room?.height !== Math.max(clientHeight, MIN_ROOM.height) || this.ratio !== (window.devicePixelRatio || 1);
    if (state.selection.rows !== this.selectedRows) {
      this.selectedRows = state.selection.rows;
      this.selected = new Set(this.selectedRows);
      this.ask("sight");
    }
    if (arrangement !== this.arrangement || isResized) {
      const isMoved = arrangement.rows !== this.arrangement.rows || arrangement.columns !== this.arrangement.columns;
      this.arrangement = arrangement;
      if (isMoved) Object.assign(this.overlay, { hovered: null, branch: null, band: null, focused: null });
      this.layout = this.measure();
      this.ask("all");
    }
    this.camera.follow(this.layout, { isGliding: true });
  }

  /**
   * Draw in the next frame.
   * @param {Reach} reach
   */
  ask(reach) {
    if (!this.asked || REACHES.indexOf(reach) > REACHES.indexOf(this.asked)) this.asked = reach;
    if (!this.frame) this.frame = requestAnimationFrame(() => this.paint());
  }

  /** @returns {Scene} */
  scene() {
    const { arrangement, layout, inks, selected, camera } = this;
    return makeScene({ spec: this.heatmap.spec, arrangement, layout, inks, ratio: this.ratio, selected,
      rows: this.snapped(camera.rows), columns: this.snapped(camera.columns), isWhole: camera.isAllRows });
  }

  /**
   * Stand on whole screen pixels, so that nothing flickers while it moves.
   * @param {import("./axis.js").Sight} sight
   */
  snapped({ scale, offset }) {
    return { scale, offset: Math.round(offset * this.ratio) / this.ratio };
  }

  paint() {
    const reach = this.asked;
    this.frame = 0;
    this.asked = null;
    const scene = this.scene();
    if (reach !== "overlay") this.paintBase(scene, reach === "all");
    this.paintFront(scene);
    if (!this.isPainted) {
      this.isPainted = true;
      performance.mark("heatleaf:painted");
    }
  }

  /**
   * @param {Scene} scene
   * @param {boolean} isAll keys and footnotes too
   */
  paintBase(scene, isAll) {
    const { layout, inks } = this;
    const pen = this.penOn(this.base);
    pen.rect(0, 0, layout.width, isAll ? layout.height : layout.keysY - 4, inks.ground);
    layout.title.forEach((line, i) => pen.text(line, TITLE.x, TITLE.y + (i + 0.5) * TITLE.line, { size: TITLE.size, bold: true }));
    paintBody(pen, scene, this.image);
    paintTrees(pen, scene);
    paintColumnSide(pen, scene);
    paintRowSide(pen, scene, this.heatmap);
    if (!isAll) return;
    for (const key of layout.keys) key.draw(pen, inks, key.x, key.y);
    layout.footnotes.lines.forEach((line, i) =>
      pen.text(line, TITLE.x, layout.footnotes.y + (i + 0.5) * LINE, { colour: inks.soft }));
  }

  /** @param {Scene} scene */
  paintFront(scene) {
    const pen = this.penOn(this.front);
    this.front.getContext("2d")?.clearRect(0, 0, this.layout.width, this.layout.height);
    this.overlay.cut = this.cutLine();
    this.overlay.isZoomed = !this.camera.isWhole;
    // fingers scroll the page until there is something to move
    this.front.style.touchAction = this.overlay.isZoomed ? "none" : "pan-y";
    paintOverlay(pen, scene, this.overlay);
  }

  /** Where the cut line stands; null where the tree cannot be cut. */
  cutLine() {
    const { arrangement, layout, heatmap, store } = this;
    if (!arrangement.isCuttable || !layout.rowTree || !heatmap.linkage) return null;
    const k = store.state.k ?? arrangement.rowBlocks.length;
    const x = cutPixel(heatmap.linkage, arrangement.rowTrees[0], layout.rowTree, k);
    return { x, words: String(k), isHeld: this.isCutHeld };
  }

  /** @param {HTMLCanvasElement} canvas */
  penOn(canvas) {
    // the base hides all beneath it, which spares blending it
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { alpha: canvas !== this.base }));
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    return canvasPen(context, this.inks.ink);
  }
}
