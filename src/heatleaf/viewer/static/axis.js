// Rows or columns along the screen: cells of one size with gaps between blocks, and the part of them that is in sight.

/**
 * @typedef {object} Axis
 * @property {number} n cells
 * @property {Int32Array} starts first cell of each block
 * @property {Float64Array} gaps pixels of all gaps before each block
 *
 * @typedef {object} Sight what is seen of an axis: `offset` pixels are passed, cells are `scale` pixels
 * @property {number} scale
 * @property {number} offset
 */

/**
 * @param {readonly {start: number, stop: number}[]} blocks
 * @param {(i: number) => number} gapBefore pixels before block i, from 1
 * @returns {Axis}
 */
export function makeAxis(blocks, gapBefore) {
  const gaps = new Float64Array(blocks.length);
  for (let i = 1; i < blocks.length; i++) gaps[i] = gaps[i - 1] + gapBefore(i);
  return { n: blocks.length ? blocks[blocks.length - 1].stop : 0, starts: Int32Array.from(blocks, (block) => block.start), gaps };
}

/**
 * Index of the block that holds a cell.
 * @param {Axis} axis
 * @param {number} unit
 */
export function blockAt({ starts }, unit) {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle] <= unit) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * Pixels from the start of the axis to a place in cells; the edge of a block counts to the block that starts there.
 * @param {Axis} axis
 * @param {number} unit
 * @param {number} scale
 */
export function placeOf(axis, unit, scale) {
  return unit * scale + axis.gaps[blockAt(axis, unit)];
}

/**
 * Pixels to the end of a cell, before the gap that may follow.
 * @param {Axis} axis
 * @param {number} unit
 * @param {number} scale
 */
export function endOf(axis, unit, scale) {
  return unit * scale + axis.gaps[blockAt(axis, unit - 1)];
}

/**
 * Pixels to the middle of a cell, or between cells for a place between two.
 * @param {Axis} axis
 * @param {number} place 0 is the first cell
 * @param {number} scale
 */
export function middleOf(axis, place, scale) {
  const low = Math.floor(place);
  const first = placeOf(axis, low, scale) + scale / 2;
  if (low === place) return first;
  return first + (place - low) * (placeOf(axis, low + 1, scale) + scale / 2 - first);
}

/**
 * Place in cells at a pixel; within a gap, its edge.
 * @param {Axis} axis
 * @param {number} pixel
 * @param {number} scale
 */
export function unitAt(axis, pixel, scale) {
  let block = 0;
  while (block + 1 < axis.starts.length && axis.starts[block + 1] * scale + axis.gaps[block + 1] <= pixel) block++;
  const stop = block + 1 < axis.starts.length ? axis.starts[block + 1] : axis.n;
  return Math.max(0, Math.min(stop, (pixel - axis.gaps[block]) / scale));
}

/**
 * Cell at a pixel, -1 beside the axis and in gaps.
 * @param {Axis} axis
 * @param {number} pixel
 * @param {number} scale
 */
export function cellAt(axis, pixel, scale) {
  const cell = Math.floor(unitAt(axis, pixel, scale));
  if (cell < 0 || cell >= axis.n) return -1;
  const start = placeOf(axis, cell, scale);
  return pixel >= start && pixel < start + scale ? cell : -1;
}

/**
 * Pixels that all cells and gaps take.
 * @param {Axis} axis
 * @param {number} scale
 */
export function lengthOf(axis, scale) {
  return axis.n * scale + (axis.gaps[axis.gaps.length - 1] ?? 0);
}

/**
 * Size of a cell at which all fit.
 * @param {Axis} axis
 * @param {number} length
 */
export function fittingScale(axis, length) {
  return Math.max((length - (axis.gaps[axis.gaps.length - 1] ?? 0)) / Math.max(axis.n, 1), 1e-4);
}

/**
 * Keep what is seen within the axis.
 * @param {Axis} axis
 * @param {Sight} sight
 * @param {number} length in sight
 * @param {number} maxScale
 * @returns {Sight}
 */
export function clampSight(axis, sight, length, maxScale) {
  const scale = Math.min(Math.max(sight.scale, fittingScale(axis, length)), Math.max(maxScale, fittingScale(axis, length)));
  return { scale, offset: Math.min(Math.max(sight.offset, 0), Math.max(lengthOf(axis, scale) - length, 0)) };
}

/**
 * See the cells from `start` to `stop`.
 * @param {Axis} axis
 * @param {number} start
 * @param {number} stop
 * @param {number} length
 * @returns {Sight}
 */
export function sightOf(axis, start, stop, length) {
  const gaps = axis.gaps[blockAt(axis, Math.max(Math.ceil(stop) - 1, 0))] - axis.gaps[blockAt(axis, start)];
  const scale = Math.max(length - gaps, length / 4) / Math.max(stop - start, 0.5);
  return { scale, offset: placeOf(axis, start, scale) };
}

/**
 * Zoom about a pixel in sight, which stays where it is.
 * @param {Axis} axis
 * @param {Sight} sight
 * @param {number} factor
 * @param {number} pixel
 * @returns {Sight}
 */
export function zoomSight(axis, sight, factor, pixel) {
  const unit = unitAt(axis, sight.offset + pixel, sight.scale);
  const scale = sight.scale * factor;
  return { scale, offset: placeOf(axis, Math.min(unit, axis.n - 1e-6), scale) - pixel };
}
