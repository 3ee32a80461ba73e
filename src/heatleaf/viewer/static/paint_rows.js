// What stands beside the rows: labels of blocks, tracks with headings, gene names with connectors, meanings.
import { blockWords, hasBlockLabels, isWeak, shortLabel } from "./block_words.js";
import { marksAlong, sampleAxis } from "./grid.js";
import { CONNECTOR, LINE, NAME_PITCH } from "./layout.js";
import { namedRows } from "./marks.js";
import { SMALL_SIZE, TEXT_SIZE } from "./pen.js";
import { shortenName, spreadApart, textWidth, wrapText } from "./text.js";
import { axisLabels, drawTrack, isAxisKind } from "./tracks.js";

/**
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {import("./pen.js").Pen} Pen
 * @typedef {import("./decode.js").Heatmap} Heatmap
 * @typedef {import("./arrange.js").RowBlock} RowBlock
 *
 * @typedef {object} ShownBlock a block as far as it is in sight
 * @property {RowBlock} block
 * @property {number} top
 * @property {number} bottom
 */

const MIN_BLOCK = 2;
const MEANING_GAP = 5; // parts one sentence from the next

/**
 * Draw everything left and right of the body.
 * @param {Pen} pen
 * @param {Scene} scene
 * @param {Heatmap} heatmap
 */
export function paintRowSide(pen, scene, heatmap) {
  const { layout, spec } = scene;
  const { body } = layout;
  if (spec.row_title) {
    pen.text(spec.row_title, layout.rowTitleX, body.y + body.height / 2, { size: TEXT_SIZE, upright: true, align: "center" });
  }
  if (hasBlockLabels(scene.arrangement)) paintLabels(pen, scene);
  paintTracks(pen, scene);
  paintNames(pen, scene, heatmap);
  if (layout.meaningWidth) paintMeanings(pen, scene);
}

/**
 * Blocks in sight, cut off at the body.
 * @param {Scene} scene
 * @returns {ShownBlock[]}
 */
export function blocksInSight({ arrangement, layout, rowPlace, rowEnd }) {
  const { body } = layout;
  return arrangement.rowBlocks.map((block) => ({ block, top: Math.max(rowPlace(block.start), body.y),
    bottom: Math.min(rowEnd(block.stop), body.y + body.height) })).filter(({ top, bottom }) => bottom - top >= MIN_BLOCK);
}

/**
 * Where the words of each block stand: lines as many as there is room for, moved apart where blocks are low.
 * @param {Scene} scene
 * @returns {{shown: ShownBlock, lines: string[], middle: number}[]}
 */
export function placedLabels(scene) {
  const { body } = scene.layout;
  const blocks = tallest(blocksInSight(scene), Math.max(Math.floor(body.height / LINE), 1));
  const lines = blocks.map(({ block, top, bottom }) => labelLines(block, bottom - top, blocks.length * LINE < body.height));
  const heights = lines.map((one) => one.length * LINE);
  const middles = spreadApart(blocks.map(({ top, bottom }) => (top + bottom) / 2), (i) => (heights[i] + heights[i + 1]) / 2,
    body.y + (heights[0] ?? 0) / 2, body.y + body.height - (heights[heights.length - 1] ?? 0) / 2);
  return blocks.map((shown, i) => ({ shown, lines: lines[i], middle: middles[i] }));
}

/**
 * As many blocks as have room for a line each, the tallest, in their order.
 * @param {ShownBlock[]} blocks
 * @param {number} n
 */
function tallest(blocks, n) {
  if (blocks.length <= n) return blocks;
  const kept = new Set([...blocks].sort((a, b) => (b.bottom - b.top) - (a.bottom - a.top)).slice(0, n));
  return blocks.filter((block) => kept.has(block));
}

/**
 * @param {RowBlock} block
 * @param {number} height
 * @param {boolean} isRoomy
 */
function labelLines(block, height, isRoomy) {
  const words = blockWords(block);
  if (!isRoomy) return [shortLabel(block)];
  if ((words.length + 1) * LINE <= height + 3) return [block.name, ...words];
  return height >= 1.8 * LINE ? [block.name, words[0]] : [shortLabel(block)];
}

/**
 * @param {Pen} pen
 * @param {Scene} scene
 */
function paintLabels(pen, scene) {
  const { layout, inks, arrangement } = scene;
  for (const { shown, lines, middle } of placedLabels(scene)) {
    const isDoubtful = isWeak(shown.block.stability) || shown.block.isParked;
    if (!arrangement.rowTrees.length || shown.block.isParked) {
      pen.lines([[layout.labelX + 4, shown.top + 0.5, layout.labelX + 4, shown.bottom - 0.5]],
        { colour: inks.bracket, width: 1.5, isDashed: isDoubtful });
    }
    lines.forEach((words, i) => {
      const isName = i === 0;
      pen.text(shortenName(words, 140), layout.labelX, middle + (i - (lines.length - 1) / 2) * LINE, { align: "right",
        size: isName ? TEXT_SIZE : SMALL_SIZE, bold: isName, colour: isName && !isDoubtful ? inks.ink : inks.soft });
    });
  }
}

/**
 * @param {Pen} pen
 * @param {Scene} scene
 */
function paintTracks(pen, scene) {
  const { layout, inks, arrangement } = scene;
  const { body } = layout;
  if (!layout.rowTracks.length) return;
  const samples = sampleAxis(layout.rowAxis, scene.rows, body.height, scene.ratio);
  const marks = marksAlong(samples, { origin: body.y, ratio: scene.ratio });
  pen.within(0, body.y, layout.width, body.height, () => {
    for (const { track, at, size } of layout.rowTracks) {
      drawTrack(pen, inks, track, { ...marks, at, size, isOfRows: true, order: arrangement.rows });
    }
  });
  for (const { track, at, size, heading, isUpright } of layout.rowTracks) {
    let y = body.y + body.height + 5;
    if (isAxisKind(track)) {
      const [low, high] = axisLabels(track);
      pen.text(low, at, y + 5, { size: 10, colour: inks.soft });
      if (textWidth(low, { size: 10 }) + textWidth(high, { size: 10 }) + 4 <= size) {
        pen.text(high, at + size, y + 5, { size: 10, colour: inks.soft, align: "right" });
      }
      y += LINE;
    }
    if (isUpright) pen.text(heading, at + size / 2, y, { upright: true, align: "right" });
    else pen.text(heading, at + size / 2, y + 6, { align: "center" });
  }
}

/**
 * Where gene names stand.
 * @param {Heatmap} heatmap
 * @param {Scene} scene
 * @returns {{isAll: boolean, names: {row: number, name: string, y: number, middle: number}[], size: number}}
 */
export function placedNames(heatmap, scene) {
  const { layout, arrangement, rowMiddle } = scene;
  const { rows, isAll } = namedRows(heatmap, scene);
  const size = isAll ? Math.min(TEXT_SIZE, Math.max(9, 0.82 * scene.rows.scale)) : SMALL_SIZE;
  const middles = rows.map(rowMiddle);
  const { y: top, height } = layout.body;
  const places = isAll ? middles : spreadApart(middles, () => NAME_PITCH, top + NAME_PITCH / 2, top + height - NAME_PITCH / 2);
  return { isAll, size, names: rows.map((row, i) => ({ row, y: places[i], middle: middles[i],
    name: heatmap.spec.row_names[arrangement.rows[row]] })) };
}

/**
 * @param {Pen} pen
 * @param {Scene} scene
 * @param {Heatmap} heatmap
 */
function paintNames(pen, scene, heatmap) {
  const { layout, inks, selected, arrangement } = scene;
  const { isAll, names, size } = placedNames(heatmap, scene);
  const x = isAll ? layout.nameX - CONNECTOR + 6 : layout.nameX;
  const start = layout.nameX - CONNECTOR;
  const { y: top, height } = layout.body;
  if (!isAll) {
    pen.lines(names.map(({ y, middle }) => {
      const place = Math.min(Math.max(middle, top), top + height);
      return [start + 3, place, start + 8, place, start + CONNECTOR - 8, y, start + CONNECTOR - 4, y];
    }), { colour: inks.line, width: 0.8 });
  }
  for (const { name, y, row } of names) {
    if (y < top - 2 || y > top + height + 2) continue;
    const isSelected = selected.has(arrangement.rows[row]) && selected.size <= 200;
    const look = { size, italic: true, bold: isSelected, colour: isSelected ? inks.accent : inks.ink };
    pen.text(shortenName(name, layout.nameWidth + (isAll ? CONNECTOR - 8 : 4), look), x, y, look);
  }
}

/**
 * Write what each block is beside it, moved apart where blocks are lower than their words.
 * @param {Pen} pen
 * @param {Scene} scene
 */
function paintMeanings(pen, scene) {
  const { layout, inks } = scene;
  const { body } = layout;
  const said = blocksInSight(scene).filter(({ block }) => block.meaning);
  if (!said.length) return;
  const width = layout.meaningWidth - 8;
  let texts = said.map(({ block }) => wrapText(block.meaning, width));
  if (texts.reduce((sum, lines) => sum + lines.length * LINE + MEANING_GAP, 0) > body.height) {
    texts = said.map(({ block, top, bottom }) => wrapText(block.meaning, width,
      { maxLines: Math.max(Math.floor((bottom - top) / LINE), 1) }));
  }
  const heights = texts.map((lines) => lines.length * LINE + MEANING_GAP);
  const middles = spreadApart(said.map(({ top, bottom }) => (top + bottom) / 2), (i) => (heights[i] + heights[i + 1]) / 2,
    body.y + heights[0] / 2, body.y + body.height - heights[heights.length - 1] / 2);
  pen.lines(said.map(({ top, bottom }) => [layout.meaningX, top + 1, layout.meaningX, bottom - 1]), { colour: inks.line, width: 1 });
  texts.forEach((lines, i) => lines.forEach((line, j) =>
    pen.text(line, layout.meaningX + 8, middles[i] + (j - (lines.length - 1) / 2) * LINE)));
}
