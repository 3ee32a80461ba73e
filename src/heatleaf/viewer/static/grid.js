// Cells as pixels. What is smaller than a pixel is averaged, values and not colours, exactly and at any zoom: the mean of a
// rectangle comes from a table of sums (Crow 1984), so that a frame costs what it shows, however many cells lie beneath.
import { blockAt, endOf, placeOf, unitAt } from "./axis.js";
import { pixelTable } from "./colour.js";

/**
 * @typedef {import("./axis.js").Axis} Axis
 * @typedef {import("./axis.js").Sight} Sight
 * @typedef {import("./arrange.js").Arrangement} Arrangement
 *
 * @typedef {object} Samples what of an axis becomes pixels of the image
 * @property {Int32Array} starts first cell of each pixel
 * @property {Int32Array} stops cell after the last
 * @property {{source: number, n: number, target: number, length: number}[]} runs pixels that touch, and where on screen they go
 *
 * @typedef {object} Sums
 * @property {Float64Array} sums of all cells above and left, one row and column more than cells
 * @property {Uint32Array | null} counts of known cells likewise; null where none is missing
 */

const MISSING = 256;
/** @type {WeakMap<object, Sums>} */
const SUMS = new WeakMap();

/**
 * Choose the cells for each pixel of what is in sight.
 *
 * Cells of at least one screen pixel are drawn one by one; smaller ones share the pixel in which their middle lies, so
 * that each counts once and none flickers while the view moves by whole pixels.
 * @param {Axis} axis
 * @param {Sight} sight
 * @param {number} length in sight
 * @param {number} ratio screen pixels per CSS pixel
 * @returns {Samples}
 */
export function sampleAxis(axis, sight, length, ratio) {
  /** @type {number[]} */
  const starts = [];
  /** @type {number[]} */
  const stops = [];
  /** @type {Samples["runs"]} */
  const runs = [];
  const { scale, offset } = sight;
  const first = blockAt(axis, Math.min(unitAt(axis, offset, scale), axis.n - 1));
  for (let block = first; block < axis.starts.length; block++) {
    const stop = block + 1 < axis.starts.length ? axis.starts[block + 1] : axis.n;
    const top = placeOf(axis, axis.starts[block], scale) - offset;
    if (top >= length) break;
    const from = Math.max(axis.starts[block], Math.floor(axis.starts[block] - top / scale));
    const to = Math.min(stop, Math.ceil(axis.starts[block] + (length - top) / scale));
    if (to <= from) continue;
    const source = starts.length;
    const bottom = endOf(axis, stop, scale) - offset;
    const [low, high] = scale * ratio >= 1 ? addCells(from, to, axis.starts[block], top, scale)
      : addMeans({ start: axis.starts[block], stop, top, bottom }, [Math.max(top, 0), Math.min(bottom, length)], ratio);
    runs.push({ source, n: starts.length - source, target: snap(low), length: snap(high) - snap(low) });
  }
  return { starts: Int32Array.from(starts), stops: Int32Array.from(stops), runs };

  /** @param {number} pixel */
  function snap(pixel) {
    return Math.round(pixel * ratio) / ratio;
  }

  /**
   * @param {number} from
   * @param {number} to
   * @param {number} start of the block
   * @param {number} top of the block
   * @param {number} size
   */
  function addCells(from, to, start, top, size) {
    for (let cell = from; cell < to; cell++) {
      starts.push(cell);
      stops.push(cell + 1);
    }
    return [top + (from - start) * size, top + (to - start) * size];
  }

  /**
   * @param {{start: number, stop: number, top: number, bottom: number}} block
   * @param {[number, number]} shown
   * @param {number} perPixel
   */
  function addMeans({ start, stop, top, bottom }, [low, high], perPixel) {
    const origin = Math.round(top * perPixel);
    const nPixels = Math.max(Math.round(bottom * perPixel) - origin, 1);
    const perCell = (stop - start) / nPixels;
    const a = Math.max(Math.round(low * perPixel) - origin, 0);
    const b = Math.min(Math.max(Math.round(high * perPixel) - origin, a + 1), nPixels);
    for (let pixel = a; pixel < b; pixel++) {
      const cell = start + Math.round(pixel * perCell);
      starts.push(Math.min(cell, stop - 1));
      stops.push(Math.min(Math.max(start + Math.round((pixel + 1) * perCell), cell + 1), stop));
    }
    return [(origin + a) / perPixel, (origin + b) / perPixel];
  }
}

/**
 * Where the sampled cells stand: from `origin` on, on whole screen pixels, and the displayed entries of each.
 * @param {Samples} samples
 * @param {{origin: number, ratio: number}} place
 * @param {[number, number]} [within] displayed entries to keep to
 */
export function marksAlong({ starts, stops, runs }, { origin, ratio }, [from, to] = [0, Infinity]) {
  const snapped = (/** @type {number} */ pixel) => origin + Math.round(pixel * ratio) / ratio;
  /** @type {{starts: number[], stops: number[], firsts: number[], lasts: number[]}} */
  const marks = { starts: [], stops: [], firsts: [], lasts: [] };
  for (const { source, n, target, length } of runs) {
    for (let i = 0; i < n; i++) {
      if (starts[source + i] < from || starts[source + i] >= to) continue;
      marks.starts.push(snapped(target + i * length / n));
      marks.stops.push(snapped(target + (i + 1) * length / n));
      marks.firsts.push(starts[source + i]);
      marks.lasts.push(stops[source + i]);
    }
  }
  return marks;
}

/**
 * Sums of all cells above and left of each corner.
 * @param {Arrangement} arrangement
 * @returns {Sums}
 */
function sumsOf({ cells, value, rows, columns, panels }) {
  const known = SUMS.get(cells);
  if (known) return known;
  const [nRows, nColumns] = [rows.length, columns.length];
  const width = nColumns + 1;
  const sums = new Float64Array((nRows + 1) * width);
  const counts = panels.some((panel) => panel.scale.hasMissing) ? new Uint32Array(sums.length) : null;
  for (let row = 0; row < nRows; row++) {
    let [sum, count] = [0, 0];
    const at = (row + 1) * width + 1;
    for (let column = 0; column < nColumns; column++) {
      const cell = value(row, column);
      const isKnown = cell === cell;
      if (isKnown) sum += cell;
      sums[at + column] = sums[at + column - width] + sum;
      if (counts) counts[at + column] = counts[at + column - width] + (count += Number(isKnown));
    }
  }
  const made = { sums, counts };
  SUMS.set(cells, made);
  return made;
}

/**
 * A function that gives the mean of the known cells of a rectangle; NaN where all are missing.
 * @param {Arrangement} arrangement
 */
function meansOf(arrangement) {
  const { sums, counts } = sumsOf(arrangement);
  const width = arrangement.columns.length + 1;
  return (/** @type {number} */ top, /** @type {number} */ bottom, /** @type {number} */ left, /** @type {number} */ right) => {
    const [a, b] = [top * width, bottom * width];
    const sum = sums[b + right] - sums[a + right] - sums[b + left] + sums[a + left];
    const n = counts ? counts[b + right] - counts[a + right] - counts[b + left] + counts[a + left]
      : (bottom - top) * (right - left);
    return sum / n;
  };
}

/**
 * Colour the sampled cells, one pixel each.
 * @param {HTMLCanvasElement} image
 * @param {Arrangement} arrangement
 * @param {Samples} rows
 * @param {Samples} columns
 */
export function colourCells(image, arrangement, rows, columns) {
  const [height, width] = [rows.starts.length, columns.starts.length];
  const context = image.getContext("2d");
  if (!context || !width || !height) return;
  if (image.width < width || image.height < height) {
    image.width = Math.max(image.width, width);
    image.height = Math.max(image.height, height);
  }
  const data = new ImageData(width, height);
  const pixels = new Uint32Array(data.data.buffer);
  const isPlain = isSingle(rows) && isSingle(columns);
  const mean = isPlain ? null : meansOf(arrangement);
  const colours = columnColours(arrangement, columns);
  for (let column = 0; column < width; column++) {
    const { low, high, table } = colours[column];
    const factor = 255 / (high - low);
    const [left, right] = [columns.starts[column], columns.stops[column]];
    for (let row = 0; row < height; row++) {
      const value = mean ? mean(rows.starts[row], rows.stops[row], left, right) : arrangement.value(rows.starts[row], left);
      pixels[row * width + column] = table[value === value ? tableIndex(value, low, high, factor) : MISSING];
    }
  }
  context.putImageData(data, 0, 0);
}

/** @param {Samples} samples */
function isSingle({ starts, stops }) {
  return starts.every((start, i) => stops[i] === start + 1);
}

/**
 * As `colourIndex`, with halves to even.
 * @param {number} value
 * @param {number} low
 * @param {number} high
 * @param {number} factor
 */
function tableIndex(value, low, high, factor) {
  const at = ((value < low ? low : value > high ? high : value) - low) * factor;
  const index = (at + 0.5) | 0;
  return index - at === 0.5 && index & 1 ? index - 1 : index;
}

/**
 * Scale and colours of each sampled column.
 * @param {Arrangement} arrangement
 * @param {Samples} columns
 */
function columnColours({ panels }, columns) {
  const looks = panels.map((panel) => ({ stop: panel.stop, low: panel.scale.low, high: panel.scale.high,
    table: pixelTable(panel.scale) }));
  return Array.from(columns.starts, (column) => looks.find((look) => column < look.stop) ?? looks[0]);
}
