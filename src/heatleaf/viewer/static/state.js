// What a user has chosen, as one frozen object; a store that tells who listens and can go back; its text for an address.

/**
 * @typedef {object} Selection
 * @property {readonly number[]} rows figure rows
 * @property {"tree" | "drag" | "search" | "volcano" | "card" | ""} source
 * @property {readonly string[]} [genes] ids of genes that the heatmap does not show
 *
 * @typedef {object} Window units of the arrangement
 * @property {number} top
 * @property {number} bottom
 * @property {number} left
 * @property {number} right
 *
 * @typedef {object} State "" and null mean: as the figure has it
 * @property {number} heatmap
 * @property {"shown" | "z" | "centred" | "vst" | "counts"} layer
 * @property {string} palette
 * @property {readonly [number, number] | null} limits
 * @property {number | null} k number of row blocks
 * @property {"tree" | "mean" | "name" | `change:${string}`} rowOrder
 * @property {"figure" | "name" | `gene:${number}`} columnOrder
 * @property {string | null} splitColumns "" joins all columns
 * @property {readonly string[]} hidden samples
 * @property {readonly number[] | null} only figure rows; the others are left out
 * @property {Window | null} window what is in sight; null is all
 * @property {Selection} selection
 * @property {number} comparison
 * @property {"genes" | "volcano" | "ma" | "cards" | "terms" | "help"} panel
 * @property {"auto" | "light" | "dark"} theme
 *
 * @typedef {(state: State, previous: State) => void} Listener
 *
 * @typedef {object} Store
 * @property {State} state
 * @property {(patch: Partial<State>, options?: {undo?: boolean}) => void} update
 * @property {(listener: Listener) => () => void} subscribe
 * @property {() => void} undo
 * @property {() => void} redo
 * @property {boolean} canUndo
 * @property {boolean} canRedo
 */

/** @type {Selection} */
export const NO_SELECTION = Object.freeze({ rows: Object.freeze([]), source: "", genes: Object.freeze([]) });

/** @type {State} */
export const DEFAULT_STATE = Object.freeze({
  heatmap: 0, layer: "shown", palette: "", limits: null, k: null, rowOrder: "tree", columnOrder: "figure",
  splitColumns: null, hidden: Object.freeze([]), only: null, window: null, selection: NO_SELECTION, comparison: 0,
  panel: "genes", theme: "auto",
});

const MAX_UNDO = 200;

/**
 * Make a store. Undo leaves panel and theme as they are, for they are not part of what is shown.
 * @param {State} [initial]
 * @returns {Store}
 */
export function makeStore(initial = DEFAULT_STATE) {
  let state = initial;
  /** @type {State[]} */
  const past = [];
  /** @type {State[]} */
  const future = [];
  /** @type {Set<Listener>} */
  const listeners = new Set();
  const change = (/** @type {State} */ next) => {
    const previous = state;
    state = next;
    for (const listener of [...listeners]) listener(state, previous);
  };
  const travel = (/** @type {State[]} */ from, /** @type {State[]} */ to) => {
    const next = from.pop();
    if (!next) return;
    to.push(state);
    change(Object.freeze({ ...next, panel: state.panel, theme: state.theme }));
  };
  return {
    get state() { return state; },
    get canUndo() { return past.length > 0; },
    get canRedo() { return future.length > 0; },
    update(patch, { undo = true } = {}) {
      const next = patched(state, patch);
      if (isSame(next, state)) return;
      if (undo) {
        past.push(state);
        if (past.length > MAX_UNDO) past.shift();
        future.length = 0;
      }
      change(next);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => { listeners.delete(listener); };
    },
    undo() { travel(past, future); },
    redo() { travel(future, past); },
  };
}

/**
 * Apply a patch; another heatmap starts with nothing chosen, for rows and orders are of one heatmap.
 * @param {State} state
 * @param {Partial<State>} patch
 * @returns {State}
 */
function patched(state, patch) {
  const isOther = patch.heatmap !== undefined && patch.heatmap !== state.heatmap;
  const kept = isOther ? { ...DEFAULT_STATE, palette: state.palette, comparison: state.comparison, panel: state.panel,
    theme: state.theme } : state;
  const next = { ...kept, ...patch };
  next.selection = Object.freeze({ ...next.selection, genes: next.selection.genes ?? [] });
  return Object.freeze(next);
}

/**
 * @param {State} a
 * @param {State} b
 */
function isSame(a, b) {
  return Object.keys(a).every((key) => {
    const [left, right] = [a[/** @type {keyof State} */ (key)], b[/** @type {keyof State} */ (key)]];
    return left === right || JSON.stringify(left) === JSON.stringify(right);
  });
}

/**
 * Write what differs from the start as the fragment of an address, without "#".
 * @param {State} state
 */
export function toFragment(state) {
  const parts = [];
  for (const [key, value] of Object.entries(state)) {
    const start = DEFAULT_STATE[/** @type {keyof State} */ (key)];
    if (JSON.stringify(value) === JSON.stringify(start)) continue;
    parts.push(`${key}=${encodeURIComponent(JSON.stringify(short(key, value)))}`);
  }
  return parts.join("&");
}

/**
 * Read a fragment; what it does not say, or says wrongly, stays as at the start.
 * @param {string} text
 * @returns {State}
 */
export function fromFragment(text) {
  /** @type {{[key: string]: unknown}} */
  const said = {};
  for (const part of text.replace(/^#/, "").split("&")) {
    const at = part.indexOf("=");
    const key = part.slice(0, Math.max(at, 0));
    if (!Object.hasOwn(CHECKS, key)) continue;
    try {
      said[key] = long(key, JSON.parse(decodeURIComponent(part.slice(at + 1))));
    } catch { /* a cut or foreign fragment says nothing */ }
  }
  return readState(said);
}

/**
 * Make a state of what a file or fragment says, each part only where it has the right form.
 * @param {{[key: string]: unknown}} said
 * @returns {State}
 */
export function readState(said) {
  /** @type {Partial<State>} */
  const patch = {};
  for (const [key, check] of Object.entries(CHECKS)) {
    if (said && Object.hasOwn(said, key) && check(said[key])) Object.assign(patch, { [key]: said[key] });
  }
  return patched({ ...DEFAULT_STATE, heatmap: patch.heatmap ?? 0 }, patch);
}

/**
 * Drop from a state what a view does not have.
 * @param {import("./decode.js").View} view
 * @param {State} state
 * @returns {State}
 */
export function fitState(view, state) {
  const heatmap = view.heatmaps[state.heatmap] ? state.heatmap : 0;
  const nRows = view.heatmaps[heatmap].spec.row_ids.length;
  const isRow = (/** @type {number} */ row) => row < nRows;
  const only = state.only?.filter(isRow) ?? [];
  const known = new Set(view.heatmaps[heatmap].spec.panels.flatMap((panel) => panel.column_names));
  const hidden = state.hidden.filter((name) => known.has(name));
  return Object.freeze({
    ...state, heatmap, comparison: view.comparisons[state.comparison] ? state.comparison : 0,
    palette: Object.hasOwn(view.palettes, state.palette) ? state.palette : "",
    splitColumns: state.splitColumns && !Object.hasOwn(view.samples.columns, state.splitColumns) ? null : state.splitColumns,
    k: state.k === null ? null : Math.min(state.k, nRows),
    only: only.length ? only : null, hidden: hidden.length < known.size ? hidden : [],
    selection: { ...state.selection, rows: state.selection.rows.filter(isRow) },
  });
}

/** @type {{[key: string]: (value: any) => boolean}} */
const CHECKS = {
  heatmap: isCount, layer: isOneOf("shown", "z", "centred", "vst", "counts"), palette: isText,
  limits: (value) => value === null || (isNumbers(value) && value.length === 2 && value[0] < value[1]),
  k: (value) => value === null || (isCount(value) && value > 0),
  rowOrder: (value) => isText(value) && /^(tree|mean|name|change:.*)$/s.test(value),
  columnOrder: (value) => isText(value) && /^(figure|name|gene:\d+)$/.test(value),
  splitColumns: (value) => value === null || isText(value),
  hidden: (value) => Array.isArray(value) && value.every(isText),
  only: (value) => value === null || isCounts(value),
  window: (value) => value === null || (typeof value === "object" && isNumbers([value.top, value.bottom, value.left,
    value.right]) && value.top < value.bottom && value.left < value.right),
  selection: (value) => typeof value === "object" && value !== null && isCounts(value.rows) && isText(value.source)
    && (value.genes === undefined || (Array.isArray(value.genes) && value.genes.every(isText))),
  comparison: isCount, panel: isOneOf("genes", "volcano", "ma", "cards", "terms", "help"),
  theme: isOneOf("auto", "light", "dark"),
};

/** @param {...string} words */
function isOneOf(...words) {
  return (/** @type {any} */ value) => words.includes(value);
}

/** @param {any} value */
function isText(value) {
  return typeof value === "string" && value.length < 1000;
}

/** @param {any} value */
function isCount(value) {
  return Number.isInteger(value) && value >= 0;
}

/** @param {any} value */
function isCounts(value) {
  return Array.isArray(value) && value.every(isCount);
}

/** @param {any} value */
function isNumbers(value) {
  return Array.isArray(value) && value.every(Number.isFinite);
}

/**
 * Write lists of rows as ranges, which keeps addresses short.
 * @param {string} key
 * @param {any} value
 */
function short(key, value) {
  if (key === "only") return ranges(value);
  return key === "selection" ? { ...value, rows: ranges(value.rows) } : value;
}

/**
 * @param {string} key
 * @param {any} value
 */
function long(key, value) {
  if (key === "only") return value && unranged(value);
  return key === "selection" ? { ...value, rows: unranged(value.rows) } : value;
}

/** @param {readonly number[]} rows */
function ranges(rows) {
  const parts = [];
  for (let i = 0; i < rows.length; i++) {
    const first = i;
    while (rows[i + 1] === rows[i] + 1) i++;
    parts.push(i > first ? `${rows[first]}-${rows[i]}` : `${rows[i]}`);
  }
  return parts.join(",");
}

/** @param {string} text */
function unranged(text) {
  const rows = [];
  for (const part of text.split(",").filter(Boolean)) {
    const [first, last = first] = part.split("-").map(Number);
    if (!(last - first < 1e6)) throw new RangeError("too many rows");
    for (let row = first; row <= last; row++) rows.push(row);
  }
  return rows;
}
