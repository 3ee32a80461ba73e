// The sheet of colours: what the cells show, the palette, and the limits over the histogram of all cells.
import { arrange } from "./arrange.js";
import { button, element, svgElement } from "./elements.js";
import { shownHeatmap } from "./genes.js";
import { scaleWords, shareWords } from "./words.js";

/**
 * @typedef {import("./panels.js").PanelTools} PanelTools
 * @typedef {import("./arrange.js").Arrangement} Arrangement
 * @typedef {import("./state.js").State} State
 */

const LAYER_WORDS = /** @type {[State["layer"], string][]} */ ([["shown", "as in the figure"], ["z", "row z-score"],
  ["centred", "difference from the row's mean (log2)"], ["vst", "expression (VST, log2)"],
  ["counts", "normalised counts"]]);
const SAFE_NEIGHBOUR = "magenta-black-green";
const SHEET_BINS = 60;
const MAX_CELLS = 400_000;
const MAX_LIVE_CELLS = 500_000; // more take longer to colour than a slider takes to move

/**
 * @param {PanelTools} tools
 * @param {() => void} refresh makes the sheet anew
 */
export function coloursSheet(tools, refresh) {
  const { store, view } = tools;
  const { state } = store;
  const arrangement = arrange(view, state);
  return [
    layerChoice(tools), paletteChoice(tools, arrangement), ...paletteWarning(tools, arrangement),
    limitsChoice(tools, arrangement, refresh),
    element("div", { class: "hl-row" }, state.limits && button("limits of the figure",
      () => store.update({ limits: null }), { class: "hl-link", "data-key": "limits-back" })),
  ];
}

/** @param {PanelTools} tools */
function layerChoice({ store, view }) {
  const { layers } = shownHeatmap(view, store.state);
  const has = { shown: true, z: Boolean(layers.vst), centred: Boolean(layers.vst), vst: Boolean(layers.vst),
    counts: Boolean(layers.counts) };
  const choice = element("select", { class: "hl-select", "data-key": "layer", change: () =>
    store.update({ layer: /** @type {State["layer"]} */ (choice.value), limits: null }) },
  ...LAYER_WORDS.filter(([key]) => has[key]).map(([key, words]) =>
    element("option", { value: key, selected: key === store.state.layer }, words)));
  return element("label", { class: "hl-field" }, element("span", {}, "Cells show"), choice);
}

/**
 * @param {PanelTools} tools
 * @param {Arrangement} arrangement
 */
function paletteChoice({ store, view }, arrangement) {
  const list = element("div", { class: "hl-palettes", role: "radiogroup", "aria-label": "Palette" });
  const current = paletteName(view, arrangement.scale.stops);
  for (const [name, palette] of Object.entries(view.palettes)) {
    const radio = element("input", { type: "radio", name: "hl-palette", value: name, checked: name === current,
      "data-key": `palette-${name}`, change: () => store.update({ palette: name }) });
    const sample = element("i", { class: "hl-ramp" });
    sample.style.backgroundImage = `linear-gradient(to right, ${palette.stops.join(", ")})`;
    list.append(element("label", { class: name === current ? "hl-palette hl-chosen" : "hl-palette" }, radio, sample,
      element("span", {}, name),
      palette.is_safe ? null : element("span", { class: "hl-caveat" }, "not colour-blind safe")));
  }
  return list;
}

/**
 * The name of the palette that has these stops, "" where none has.
 * @param {import("./decode.js").View} view
 * @param {string[]} stops
 */
function paletteName(view, stops) {
  return Object.entries(view.palettes).find(([, palette]) => palette.stops.join() === stops.join())?.[0] ?? "";
}

/**
 * @param {PanelTools} tools
 * @param {Arrangement} arrangement
 */
function paletteWarning({ store, view }, arrangement) {
  const name = paletteName(view, arrangement.scale.stops);
  if (!view.palettes[name] || view.palettes[name].is_safe) return [];
  return [element("p", { class: "hl-caveat hl-warning", role: "alert" },
    "About 1 man in 12 cannot tell the red of this palette from its green. ",
    button(`Use ${SAFE_NEIGHBOUR}`, () => store.update({ palette: SAFE_NEIGHBOUR }), { class: "hl-link" }),
    ", which looks alike and is safe.")];
}

/**
 * @param {PanelTools} tools
 * @param {Arrangement} arrangement
 * @param {() => void} refresh
 */
function limitsChoice({ store }, arrangement, refresh) {
  const values = sampleValues(arrangement);
  const { low, high } = arrangement.scale;
  const isCentred = low === -high;
  const [least, most] = valueRange(values, isCentred, arrangement.scale);
  const step = niceStep((most - least) / 100);
  const said = element("p", { class: "hl-soft" });
  const picture = element("div", { class: "hl-histogram" });
  const draw = (/** @type {number} */ from, /** @type {number} */ to) => {
    picture.replaceChildren(histogramPicture(values, [least, most], [from, to], arrangement.scale.stops));
    said.textContent = clippedWords(values, from, to, isCentred);
  };
  const isLive = arrangement.rows.length * arrangement.columns.length <= MAX_LIVE_CELLS;
  let isHeld = false; // what a slider passes through while it is held is one step of undo
  const set = (/** @type {number} */ from, /** @type {number} */ to, /** @type {boolean} */ isDone) => {
    if (!(to > from)) return;
    draw(from, to);
    if (isLive || isDone) store.update({ limits: [from, to] }, { undo: !isHeld });
    isHeld = isLive && !isDone;
    if (isDone) refresh();
  };
  draw(low, high);
  const sliders = isCentred
    ? [slider("Limit", [step, most, step], high, (value, isDone) => set(-value, value, isDone))]
    : [slider("Low", [least, most, step], low, (value, isDone) => set(value, high, isDone)),
      slider("High", [least, most, step], high, (value, isDone) => set(low, value, isDone))];
  return element("fieldset", { class: "hl-limits" }, element("legend", {}, `Limits of ${arrangement.scale.label}`),
    picture, ...sliders, said);
}

/**
 * @param {string} label
 * @param {[number, number, number]} range least, most, step
 * @param {number} value
 * @param {(value: number, isDone: boolean) => void} onSet while it moves, and when it is let go
 */
function slider(label, [least, most, step], value, onSet) {
  const range = element("input", { type: "range", min: least, max: most, step, value, "aria-label": label,
    "data-key": `slider-${label}`, input: () => { number.value = range.value; onSet(Number(range.value), false); },
    change: () => onSet(Number(range.value), true) });
  const number = element("input", { type: "number", class: "hl-number", step, value, "aria-label": `${label}, exact`,
    "data-key": `number-${label}`, change: () => { if (number.value !== "") onSet(Number(number.value), true); } });
  return element("label", { class: "hl-slider" }, element("span", {}, label), range, number);
}

/**
 * Finite displayed values; of very many, evenly chosen ones.
 * @param {Arrangement} arrangement
 */
function sampleValues(arrangement) {
  const [nRows, nColumns] = [arrangement.rows.length, arrangement.columns.length];
  const step = Math.max(1, Math.ceil(nRows * nColumns / MAX_CELLS));
  const values = [];
  for (let row = 0; row < nRows; row += step) {
    for (let column = 0; column < nColumns; column++) {
      const value = arrangement.value(row, column);
      if (Number.isFinite(value)) values.push(value);
    }
  }
  return Float64Array.from(values).sort();
}

/**
 * @param {Float64Array} values sorted
 * @param {boolean} isCentred
 * @param {{low: number, high: number}} scale
 * @returns {[number, number]}
 */
function valueRange(values, isCentred, scale) {
  const [first, last] = values.length ? [values[0], values[values.length - 1]] : [scale.low, scale.high];
  if (!isCentred) return [Math.min(first, scale.low), Math.max(last, scale.high)];
  const end = Math.max(-first, last, scale.high);
  return [-end, end];
}

/** @param {number} rough */
function niceStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough || 0.01));
  return Number(([1, 2, 5].find((factor) => factor * power >= rough) ?? 10) * power).valueOf();
}

/**
 * @param {Float64Array} values sorted
 * @param {number} low
 * @param {number} high
 * @param {boolean} isCentred
 */
function clippedWords(values, low, high, isCentred) {
  if (!values.length) return "";
  const n = values.filter((value) => value < low || value > high).length;
  const ends = isCentred ? `±${scaleWords(high)}` : `${scaleWords(low)} to ${scaleWords(high)}`;
  return n === 0 ? `No cell is beyond ${ends}.`
    : `${shareWords(n / values.length)} of cells lie beyond ${ends} and keep the colour of the end.`;
}

/**
 * Histogram of all cells in their colours, clipped parts under the colour of the end.
 * @param {Float64Array} values sorted
 * @param {[number, number]} range
 * @param {[number, number]} limits
 * @param {string[]} stops
 */
function histogramPicture(values, [least, most], [low, high], stops) {
  const counts = new Int32Array(SHEET_BINS);
  const width = (most - least) / SHEET_BINS || 1;
  for (const value of values) counts[Math.max(0, Math.min(SHEET_BINS - 1, Math.floor((value - least) / width)))] += 1;
  const tallest = Math.max(1, ...counts);
  const picture = svgElement("svg", { viewBox: "0 0 300 64", preserveAspectRatio: "none", "aria-hidden": "true" });
  const x = (/** @type {number} */ value) => (value - least) / (most - least || 1) * 300;
  const id = `hl-ramp-${Math.random().toString(36).slice(2)}`;
  picture.append(svgElement("defs", {}, svgElement("linearGradient", { id, gradientUnits: "userSpaceOnUse", x1: x(low),
    x2: x(high), y1: 0, y2: 0 }, ...stops.map((stop, i) => svgElement("stop", { offset: i / (stops.length - 1),
    "stop-color": stop })))), svgElement("rect", { x: 0, y: 56, width: 300, height: 8, fill: `url(#${id})` }));
  counts.forEach((count, i) => picture.append(svgElement("rect", { class: "hl-bin", x: i * 5 + 0.3, width: 4.4,
    y: 54 - 52 * Math.sqrt(count / tallest), height: 52 * Math.sqrt(count / tallest) })));
  for (const value of [low, high]) {
    picture.append(svgElement("line", { class: "hl-limit", x1: x(value), x2: x(value), y1: 0, y2: 64 }));
  }
  return picture;
}
