// What stands above and below the columns: titles of panels, headers of groups, tracks, sample names.
import { inkOn } from "./colour.js";
import { marksAlong, sampleAxis } from "./grid.js";
import { headerFits } from "./keys.js";
import { axisRoom, LINE } from "./layout.js";
import { SMALL_SIZE, TEXT_SIZE } from "./pen.js";
import { cellsInSight } from "./scene.js";
import { shortenName, textWidth } from "./text.js";
import { axisLabels, drawTrack, isAxisKind } from "./tracks.js";

/**
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {import("./pen.js").Pen} Pen
 */

const NAME_PITCH = 11.5;
const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
const N_GROUP_COLOURS = 8;
const MANY_GROUPS = "#8E959C"; // where colours would come round again, which says what is not so

/**
 * Draw everything above and below the body.
 * @param {Pen} pen
 * @param {Scene} scene
 */
export function paintColumnSide(pen, scene) {
  const { layout } = scene;
  const { body } = layout;
  pen.within(body.x - 1, 0, body.width + 2, layout.height, () => {
    paintPanelTitles(pen, scene);
    if (layout.headerHeight) paintHeaders(pen, scene);
    paintSlots(pen, scene);
  });
  paintSlotNames(pen, scene);
  paintSampleNames(pen, scene);
}

/**
 * @param {Pen} pen
 * @param {Scene} scene
 */
function paintPanelTitles(pen, { arrangement, layout, columnPlace, columnEnd }) {
  for (const { title, start, stop } of arrangement.panels) {
    if (!title || start === stop) continue;
    const [left, right] = [columnPlace(start), columnEnd(stop)];
    pen.text(shortenName(title, right - left + 14, { size: TEXT_SIZE, bold: true }), (left + right) / 2, layout.panelTitleY + LINE / 2,
      { size: TEXT_SIZE, bold: true, align: "center" });
  }
}

/**
 * Draw the blocks of groups; the name stays in sight while its block is.
 * @param {Pen} pen
 * @param {Scene} scene
 */
function paintHeaders(pen, { arrangement, layout, columnPlace, columnEnd }) {
  const { body, headerY, headerHeight } = layout;
  for (const { name, colour, start, stop } of arrangement.columnBlocks) {
    if (!colour) continue;
    const [left, right] = [Math.max(columnPlace(start), body.x), Math.min(columnEnd(stop), body.x + body.width)];
    if (right <= left) continue;
    const fits = headerFits(name, right - left);
    const isMany = arrangement.columnBlocks.length > N_GROUP_COLOURS && fits;
    const shown = isMany ? MANY_GROUPS : colour;
    pen.rect(left, headerY, right - left, headerHeight, shown);
    const size = textWidth(name, { size: TEXT_SIZE, bold: true }) <= right - left - 8 ? TEXT_SIZE : SMALL_SIZE;
    if (fits) pen.text(name, (left + right) / 2, headerY + headerHeight / 2, { size, bold: true, align: "center", colour: inkOn(shown) });
  }
}

/**
 * @param {Pen} pen
 * @param {Scene} scene
 */
function paintSlots(pen, { layout, columns, inks, ratio }) {
  const { body } = layout;
  const samples = sampleAxis(layout.columnAxis, columns, body.width, ratio);
  for (const slot of layout.slots) {
    for (const { track, start, stop, order } of slot.parts) {
      const marks = marksAlong(samples, { origin: body.x, ratio }, [start, stop]);
      if (marks.starts.length) drawTrack(pen, inks, track, { ...marks, at: slot.y, size: slot.size, isOfRows: false, order });
    }
  }
}

/**
 * Write the names of column tracks left of the body, and the ends of their axes between.
 * @param {Pen} pen
 * @param {Scene} scene
 */
function paintSlotNames(pen, { layout, inks }) {
  for (const { name, parts, y, size } of layout.slots) {
    const [{ track }] = parts;
    const x = layout.body.x - 6;
    if (isAxisKind(track)) {
      const [low, high] = axisLabels(track);
      pen.text(low, x, y + size - 5, { size: 10, align: "right", colour: inks.soft });
      pen.text(high, x, y + 5, { size: 10, align: "right", colour: inks.soft });
    }
    pen.text(name, x - (isAxisKind(track) ? axisRoom(track) : 0), y + size / 2, { align: "right" });
  }
}

/**
 * Write the names of samples: level where columns are wide, else upright; every so often where not all fit.
 * @param {Pen} pen
 * @param {Scene} scene
 */
function paintSampleNames(pen, scene) {
  const { arrangement, layout, columns, columnMiddle, inks } = scene;
  const { body, columnNameY: y, columnNameHeight: height } = layout;
  const names = arrangement.columnNames;
  const [first, stop] = cellsInSight(layout.columnAxis, columns, body.width);
  const shown = names.slice(first, stop);
  const isLevel = shown.length <= 60 && shown.every((name) => textWidth(name) <= columns.scale - 6);
  const step = STEPS.find((one) => one * columns.scale >= NAME_PITCH) ?? 1000;
  for (let column = first; column < stop; column++) {
    const x = columnMiddle(column);
    if ((!isLevel && column % step) || x < body.x - 1 || x > body.x + body.width + 1) continue;
    if (isLevel) pen.text(names[column], x, y + 7, { align: "center" });
    else pen.text(shortenName(names[column], height - 4), x, y + (step > 1 ? 5 : 2), { upright: true, align: "right" });
    if (step > 1) pen.lines([[x, y - 3, x, y + 2]], { colour: inks.line });
  }
}
