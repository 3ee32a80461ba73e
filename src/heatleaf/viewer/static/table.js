// A sortable table that draws only the lines in sight, so that 20,000 genes scroll as easily as 20.
import { element, fill, plainText } from "./elements.js";

const LINE_HEIGHT = 24;
const SPARE_LINES = 8;
let nTables = 0;

/**
 * @template T
 * @typedef {object} TableColumn
 * @property {string} title
 * @property {(row: T) => string} text what is written
 * @property {(row: T) => string | number} value what is sorted by; NaN comes last
 * @property {string} [kind] "name" | "number" | "id" | "text"
 * @property {(row: T) => string} [hint]
 * @property {(row: T) => boolean} [isItalic]
 */

/**
 * @template T
 * @typedef {object} TableOptions
 * @property {string} label
 * @property {TableColumn<T>[]} columns
 * @property {(row: T) => void} [onPick] Enter or click on a line
 * @property {(row: T | null) => void} [onPoint] the pointer is over a line
 */

/**
 * A sortable table of many lines.
 * @template T
 */
export class LongTable {
  /**
   * @param {Element} root
   * @param {TableOptions<T>} options
   */
  constructor(root, options) {
    this.options = options;
    /** @type {T[]} */
    this.given = [];
    /** @type {T[]} */
    this.rows = [];
    this.sortColumn = -1;
    this.isDescending = false;
    this.active = -1;
    this.id = `hl-table-${nTables++}`;
    this.body = element("tbody");
    this.heads = options.columns.map((column, i) => this.makeHead(column, i));
    this.table = element("table", { class: "hl-table", role: "grid", tabindex: 0, "aria-label": options.label,
      keydown: (event) => this.onKey(/** @type {KeyboardEvent} */ (event)) },
    element("thead", {}, element("tr", {}, ...this.heads)), this.body);
    this.scroll = element("div", { class: "hl-scroll", scroll: () => this.draw() }, this.table);
    root.append(this.scroll);
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(this.scroll);
  }

  destroy() {
    this.observer.disconnect();
  }

  /**
   * @param {TableColumn<T>} column
   * @param {number} i
   */
  makeHead(column, i) {
    const button = element("button", { type: "button", class: "hl-head", click: () => this.sortBy(i) }, column.title);
    return element("th", { scope: "col", class: `hl-cell-${column.kind ?? "text"}`, "aria-sort": "none" }, button);
  }

  /** @param {T[]} rows */
  setRows(rows) {
    this.given = rows;
    this.active = -1;
    this.scroll.scrollTop = 0;
    this.order();
  }

  /** @param {number} i */
  sortBy(i) {
    const isNumber = this.options.columns[i].kind === "number";
    if (this.sortColumn !== i) [this.sortColumn, this.isDescending] = [i, isNumber];
    else if (this.isDescending === isNumber) this.isDescending = !isNumber;
    else this.sortColumn = -1;
    this.order();
  }

  order() {
    const column = this.options.columns[this.sortColumn];
    this.rows = column ? sortedRows(this.given, column, this.isDescending) : this.given;
    this.heads.forEach((head, i) => {
      const sort = i !== this.sortColumn ? "none" : this.isDescending ? "descending" : "ascending";
      head.setAttribute("aria-sort", sort);
    });
    this.table.setAttribute("aria-rowcount", String(this.rows.length + 1));
    this.draw();
  }

  draw() {
    const height = this.scroll.clientHeight || 400;
    const top = Math.max(0, Math.floor(this.scroll.scrollTop / LINE_HEIGHT) - SPARE_LINES);
    const bottom = Math.min(this.rows.length, top + Math.ceil(height / LINE_HEIGHT) + 2 * SPARE_LINES);
    const lines = this.rows.slice(top, bottom).map((row, i) => this.makeLine(row, top + i));
    this.body.replaceChildren(spacer(top), ...lines, spacer(this.rows.length - bottom));
    if (this.active < 0) this.table.removeAttribute("aria-activedescendant");
    else this.table.setAttribute("aria-activedescendant", `${this.id}-${this.active}`);
  }

  /**
   * @param {T} row
   * @param {number} i
   */
  makeLine(row, i) {
    const { columns, onPick, onPoint } = this.options;
    const line = element("tr", { id: `${this.id}-${i}`, "aria-rowindex": i + 2, "aria-selected": i === this.active,
      class: i === this.active ? "hl-active" : null,
      click: () => { this.active = i; this.draw(); onPick?.(row); },
      pointerenter: () => onPoint?.(row), pointerleave: () => onPoint?.(null) });
    fill(line, ...columns.map((column) => makeCell(column, row)));
    return line;
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (event.target !== this.table) return;
    const page = Math.max(1, Math.floor(this.scroll.clientHeight / LINE_HEIGHT) - 2);
    const steps = /** @type {{[key: string]: number}} */ ({ ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page,
      Home: -Infinity, End: Infinity });
    if (event.key in steps) this.moveTo(this.active + steps[event.key]);
    else if (event.key === "Enter" && this.active >= 0) this.options.onPick?.(this.rows[this.active]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {number} i */
  moveTo(i) {
    this.active = Math.max(0, Math.min(this.rows.length - 1, i));
    const top = this.active * LINE_HEIGHT;
    const room = this.scroll.clientHeight - 2 * LINE_HEIGHT;
    if (top < this.scroll.scrollTop) this.scroll.scrollTop = top;
    else if (top > this.scroll.scrollTop + room) this.scroll.scrollTop = top - room;
    this.draw();
    const row = this.rows[this.active];
    if (row) this.options.onPoint?.(row);
  }
}

/** @param {number} nLines */
function spacer(nLines) {
  const cell = element("td", { class: "hl-spacer" });
  cell.style.height = `${nLines * LINE_HEIGHT}px`;
  return element("tr", { "aria-hidden": "true", hidden: nLines === 0 }, cell);
}

/**
 * @template T
 * @param {TableColumn<T>} column
 * @param {T} row
 */
function makeCell(column, row) {
  const kind = column.kind ?? "text";
  const hint = column.hint ? plainText(column.hint(row)) : null;
  return element(kind === "name" ? "th" : "td", { scope: kind === "name" ? "row" : null, title: hint,
    class: `hl-cell-${kind}${column.isItalic?.(row) ? " hl-genes" : ""}` }, column.text(row));
}

/**
 * @template T
 * @param {T[]} rows
 * @param {TableColumn<T>} column
 * @param {boolean} isDescending
 */
function sortedRows(rows, column, isDescending) {
  const sign = isDescending ? -1 : 1;
  const keys = rows.map((row, i) => ({ row, i, value: column.value(row) }));
  keys.sort((a, b) => compareKeys(a.value, b.value, sign) || a.i - b.i);
  return keys.map((key) => key.row);
}

/**
 * @param {string | number} a
 * @param {string | number} b
 * @param {number} sign
 */
function compareKeys(a, b, sign) {
  if (typeof a === "string" || typeof b === "string") {
    return sign * String(a).localeCompare(String(b), "en", { numeric: true });
  }
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return sign * (a - b);
}
