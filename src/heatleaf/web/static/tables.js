// Tables of results on the page: the first rows at once, all of them when one searches or sorts.

import { askForText } from "./api.js";
import { button, el, fill } from "./dom.js";
import { count } from "./words.js";

/** @typedef {{header: string[], rows: string[][], is_complete: boolean}} Table */
/** @typedef {{title: string, columns: Record<string, string>, first: Table, file: string, n_rows: number}} TableSource */

const STEP = 12;
const SHOWN_MOST = 300; // rows in the page at once; more are found by searching
const MINUS = "\u2212";

/** Make a table of records. @param {Record<string, unknown>[]} records @param {string[]} columns @returns {Table} */
export function tableOf(records, columns) {
  const written = (/** @type {unknown} */ value) => value === null || value === undefined ? "NA" : String(value);
  return { header: columns, rows: records.map((record) => columns.map((name) => written(record[name]))), is_complete: false };
}

/** Split a tab-separated table. @param {string} text @param {boolean} is_complete @returns {Table} */
export function parseTable(text, is_complete) {
  const [header, ...rows] = text.split("\n").filter((line) => line !== "").map((line) => line.split("\t"));
  return { header: header ?? [], rows, is_complete };
}

/** Write a value of a column as people read it. @param {string} column @param {string} value */
export function writeValue(column, value) {
  const number = Number(value);
  if (isMissing(value) || Number.isNaN(number) || /_id$|^id$|^collection$/.test(column)) return value;
  if (/^log2|^NES$|^stat$|^ES$/.test(column)) return (number > 0 ? "+" : "") + number.toFixed(2).replace("-", MINUS);
  if (column === "fold_enrichment") return number.toFixed(1);
  if (/^(padj|pvalue|p_value)/.test(column)) return writeP(number);
  if (Number.isInteger(number)) return count(number);
  return Math.abs(number) >= 100 ? count(Math.round(number)) : String(Number(number.toPrecision(3))).replace("-", MINUS);
}

/** @param {number} p */
function writeP(p) {
  if (p >= 0.001) return String(Number(p.toPrecision(2)));
  return p < 1e-300 ? `< 1e${MINUS}300` : p.toExponential(1).replace("-", MINUS);
}

/** Show a table. @param {HTMLElement} root @param {TableSource} source */
export function mountTable(root, source) {
  return new TableView(root, source);
}

class TableView {
  /** @param {HTMLElement} root @param {TableSource} source */
  constructor(root, source) {
    this.source = source;
    this.table = source.first;
    this.columns = Object.keys(source.columns);
    this.limit = STEP;
    /** @type {{column: string, is_descending: boolean}|null} */
    this.sorted = null;
    this.search = el("input", { type: "search", placeholder: "find in this table", "aria-label": `find in ${source.title}`,
      oninput: () => this.change(() => { this.limit = STEP; }) });
    this.said = el("span", { class: "said", role: "status" });
    this.more = button("", () => this.change(() => { this.limit = this.limit > STEP ? STEP : SHOWN_MOST; }), { class: "quiet" });
    this.head = el("tr");
    this.body = el("tbody");
    const caption = el("caption", { class: "hidden" }, source.title);
    fill(root, el("p", { class: "tools" }, this.search, this.said, this.more),
      el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": source.title },
        el("table", { class: "values" }, caption, el("thead", {}, this.head), this.body)));
    this.show();
  }

  /** Change what is shown; all rows are fetched first where they are needed. @param {() => void} edit */
  async change(edit) {
    edit();
    const needs_all = this.search.value.trim() !== "" || this.sorted !== null || this.limit > this.table.rows.length;
    if (needs_all && !this.table.is_complete) {
      fill(this.said, "reading all rows …");
      this.table = parseTable(await askForText(this.source.file), true);
    }
    this.show();
  }

  /** The rows that the search finds, in the order that was asked for. */
  found() {
    const words = this.search.value.toLowerCase().split(/[\s,;]+/).filter(Boolean);
    const { rows } = this.table;
    const found = words.length ? rows.filter((row) => matches(row, words)) : rows;
    if (!this.sorted) return found;
    const at = this.table.header.indexOf(this.sorted.column);
    const sign = this.sorted.is_descending ? -1 : 1;
    return [...found].sort((a, b) => compareValues(a[at], b[at], sign));
  }

  show() {
    const { header, is_complete } = this.table;
    const found = this.found();
    const at = this.columns.map((name) => header.indexOf(name));
    const shown = found.slice(0, this.limit);
    fill(this.head, this.columns.map((name) => this.headCell(name)));
    const ids = header.indexOf("gene_id"); // names a gene that has no symbol
    const text = (/** @type {string[]} */ row, /** @type {number} */ i) => row[i] || (header[i] === "gene_symbol" && row[ids]) || "";
    fill(this.body, shown.map((row) => el("tr", {}, at.map((i, j) => cellOf(header[i], text(row, i), j)))));
    const total = is_complete ? found.length : this.source.n_rows;
    fill(this.said, `${count(shown.length)} of ${count(total)} rows`);
    fill(this.more, this.limit > STEP ? "show fewer" : total > STEP ? "show more" : "");
  }

  /** @param {string} name */
  headCell(name) {
    const order = this.sorted?.column === name ? (this.sorted.is_descending ? "descending" : "ascending") : null;
    return el("th", { scope: "col", "aria-sort": order, class: isNumeric(name) ? "n" : null },
      button(this.source.columns[name], () => this.change(() => {
        this.sorted = { column: name, is_descending: order === "ascending" };
      })));
  }
}

/** @param {string} name */
function isNumeric(name) {
  return /^(baseMean|log2|lfc|stat$|p_?value|padj|overlap|set_size|fold|NES|ES$|size|n_)/.test(name);
}

/** @param {string} column @param {string} value @param {number} i */
function cellOf(column, value, i) {
  const sign = column.startsWith("log2") || column === "NES" ? (Number(value) > 0 ? " up" : " down") : "";
  const text = writeValue(column, value);
  return el(i === 0 ? "th" : "td", { scope: i === 0 ? "row" : null, class: isNumeric(column) ? `n${sign}` : column,
    title: text.length > 60 ? text : null }, text.length > 160 ? `${text.slice(0, 157)} …` : text);
}

/** @param {string[]} row @param {string[]} words */
function matches(row, words) {
  const text = row.join("\t").toLowerCase();
  return words.some((word) => text.includes(word));
}

/** Numbers by value, text by letters, empty last. @param {string} a @param {string} b @param {number} sign */
function compareValues(a, b, sign) {
  if (isMissing(a) || isMissing(b)) return Number(isMissing(a)) - Number(isMissing(b));
  const [x, y] = [Number(a), Number(b)];
  return sign * (Number.isNaN(x) || Number.isNaN(y) ? a.localeCompare(b, "en", { numeric: true }) : x - y);
}

/** @param {string|undefined} value */
function isMissing(value) {
  return value === undefined || value === "" || value === "NA" || value === "nan";
}
