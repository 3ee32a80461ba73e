// Dendrograms: brackets in reach of the eye, darker where resampling supports them, with numbers where there are few.
import { hasWrittenSupport } from "./layout.js";
import { textWidth } from "./text.js";

/**
 * @typedef {import("./decode.js").Tree} Tree
 * @typedef {import("./pen.js").Pen} Pen
 * @typedef {import("./scene.js").Scene} Scene
 *
 * @typedef {object} TreeFrame
 * @property {number} leaves where the leaves end, across
 * @property {number} depth pixels from there to the top of the tree
 * @property {boolean} isOfRows
 * @property {number} from pixels along the leaves that are in sight
 * @property {number} to
 * @property {(place: number) => number} middle pixel of a displayed position
 */

const MIN_BRACKET = 1.6;
const [STRONG, DOUBTFUL] = [0.95, 0.5];
const NUMBER_SIZE = 10;

/**
 * Draw all trees of a scene.
 * @param {Pen} pen
 * @param {Scene} scene
 */
export function paintTrees(pen, scene) {
  paintRowTrees(pen, scene);
  paintColumnTrees(pen, scene);
}

/**
 * @param {Pen} pen
 * @param {Scene} scene
 */
function paintRowTrees(pen, scene) {
  const { arrangement, layout, rowMiddle } = scene;
  const { body, rowTree, rowParentTree } = layout;
  const span = { isOfRows: true, from: body.y, to: body.y + body.height };
  if (rowTree) {
    const frame = { ...span, leaves: rowTree.x + rowTree.width - 2, depth: rowTree.width - 4, middle: rowMiddle };
    pen.within(rowTree.x - 2, body.y, rowTree.width + 4, body.height, () => {
      for (const tree of arrangement.rowTrees) drawTree(pen, scene, tree, frame);
    });
  }
  if (rowParentTree && arrangement.rowParentTree) {
    const middle = betweenBlocks(arrangement.rowBlocks.map(({ start, stop }) => (scene.rowPlace(start) + scene.rowEnd(stop)) / 2));
    drawTree(pen, scene, arrangement.rowParentTree, { ...span, middle, leaves: rowParentTree.x + rowParentTree.width, depth: rowParentTree.width });
  }
}

/**
 * @param {Pen} pen
 * @param {Scene} scene
 */
function paintColumnTrees(pen, scene) {
  const { arrangement, layout, columnMiddle } = scene;
  const { body, columnTree } = layout;
  const span = { isOfRows: false, from: body.x, to: body.x + body.width };
  if (columnTree) {
    const frame = { ...span, leaves: columnTree.y + columnTree.height, depth: columnTree.height - 2, middle: columnMiddle };
    pen.within(body.x - 2, layout.parentTreeY - 2, body.width + 4, columnTree.y + columnTree.height - layout.parentTreeY + 4, () => {
      for (const tree of arrangement.columnTrees) drawTree(pen, scene, tree, frame);
    });
  }
  for (const { tree, blocks } of arrangement.columnParentTrees) {
    const middle = betweenBlocks(blocks.map(({ start, stop }) => (scene.columnPlace(start) + scene.columnEnd(stop)) / 2));
    drawTree(pen, scene, tree, { ...span, middle, leaves: layout.parentTreeY + 13, depth: 12 });
  }
}

/**
 * Places between the middles of blocks.
 * @param {number[]} middles
 */
function betweenBlocks(middles) {
  return (/** @type {number} */ place) => {
    const low = Math.floor(place);
    return low === place ? middles[low] : middles[low] + (place - low) * (middles[low + 1] - middles[low]);
  };
}

/**
 * Draw the brackets that can be seen; where one is too narrow, those above it hang down to the leaves.
 * @param {Pen} pen
 * @param {Scene} scene
 * @param {Tree} tree
 * @param {TreeFrame} frame
 */
function drawTree(pen, { inks }, tree, frame) {
  const { links, support } = tree;
  /** @type {number[][][]} */
  const classes = [[], [], []];
  const children = childrenOf(tree);
  const isNarrow = new Uint8Array(links.length / 5);
  /** @type {{box: number[], words: string}[]} */
  const numbers = [];
  const isWritten = hasWrittenSupport(tree);
  for (let i = 0; i < links.length; i += 5) {
    const left = frame.middle(links[i]);
    const right = frame.middle(links[i + 1]);
    const top = links[i + 4];
    if (right - left < MIN_BRACKET) {
      isNarrow[i / 5] = 1;
      continue;
    }
    if (right < frame.from || left > frame.to) continue;
    const [lowLeft, lowRight] = [0, 1].map((side) => {
      const child = children[2 * i / 5 + side];
      return child >= 0 && isNarrow[child] ? 0 : links[i + 2 + side];
    });
    const across = [lowLeft, top, top, lowRight].map((height) => frame.leaves - height * frame.depth);
    const along = [left, left, right, right];
    const line = along.flatMap((place, j) => frame.isOfRows ? [across[j], place] : [place, across[j]]);
    const share = support ? support[i / 5] : NaN;
    classes[share < DOUBTFUL ? 0 : share >= STRONG ? 2 : 1].push(line);
    if (isWritten && Number.isFinite(share)) {
      numbers.push({ box: [(left + right) / 2, across[1]], words: String(Math.round(100 * share)) });
    }
  }
  const looks = [{ colour: inks.line, width: 1 }, { colour: inks.bracket, width: 1 }, { colour: inks.ink, width: 1.7 }];
  looks.forEach((look, i) => { if (classes[i].length) pen.lines(classes[i], look); });
  if (isWritten) writeSupport(pen, inks.soft, numbers.reverse(), { frame, lines: classes.flat() });
}

/** @type {WeakMap<Tree, Int32Array>} */
const CHILDREN = new WeakMap();

/**
 * The two merges that hang from each merge, -1 for a leaf.
 * @param {Tree} tree
 */
function childrenOf(tree) {
  const known = CHILDREN.get(tree);
  if (known) return known;
  const { links } = tree;
  const children = new Int32Array(links.length / 5 * 2).fill(-1);
  /** @type {Map<string, number>} */
  const merges = new Map();
  for (let i = 0; i < links.length; i += 5) {
    for (const side of [0, 1]) {
      const child = links[i + 2 + side] > 0 ? merges.get(`${links[i + side]} ${links[i + 2 + side]}`) : undefined;
      if (child !== undefined) children[2 * i / 5 + side] = child;
    }
    merges.set(`${Math.fround((links[i] + links[i + 1]) / 2)} ${links[i + 4]}`, i / 5);
  }
  CHILDREN.set(tree, children);
  return children;
}

/**
 * Write percents at branches where neither another number nor a line is in the way, the highest first.
 * @param {Pen} pen
 * @param {string} colour
 * @param {{box: number[], words: string}[]} numbers place along the leaves and across of each
 * @param {{frame: TreeFrame, lines: number[][]}} taken
 */
function writeSupport(pen, colour, numbers, { frame, lines }) {
  const boxes = lines.flatMap((line) => [0, 2, 4].map((i) => boundsOf(line.slice(i, i + 4))));
  for (const { box: [along, across], words } of numbers) {
    const [wide, tall] = [textWidth(words, { size: NUMBER_SIZE }), NUMBER_SIZE * 0.75];
    const [x, y] = frame.isOfRows ? [across, along] : [along, across];
    const places = frame.isOfRows ? [[x - wide - 2, y - tall - 2], [x - wide - 2, y + 2], [x + 2, y - tall - 2], [x + 2, y + 2]]
      : [[x + 2, y - tall - 2], [x - wide - 2, y - tall - 2], [x - wide / 2, y + 2]];
    const free = places.map(([left, top]) => [left, top, left + wide, top + tall])
      .find((place) => boxes.every((box) => place[2] <= box[0] || box[2] <= place[0] || place[3] <= box[1] || box[3] <= place[1]));
    if (!free) continue;
    boxes.push(free);
    pen.text(words, free[0], (free[1] + free[3]) / 2, { size: NUMBER_SIZE, colour });
  }
}

/** @param {number[]} line of two points */
function boundsOf([x0, y0, x1, y1]) {
  return [Math.min(x0, x1) - 0.5, Math.min(y0, y1) - 0.5, Math.max(x0, x1) + 0.5, Math.max(y0, y1) + 0.5];
}
