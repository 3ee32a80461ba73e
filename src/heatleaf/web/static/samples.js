// The samples: libraries with bars, size factors, and the columns of the sheet.

import { el, paint } from "./dom.js";
import { count } from "./words.js";

/** @typedef {import("./shapes.js").SampleRow} SampleRow */

/** @param {SampleRow[]} samples */
export function sampleTable(samples) {
  const columns = Object.keys(samples[0]?.columns ?? {});
  const largest = Math.max(1, ...samples.map(({ lib_size }) => lib_size));
  const names = ["sample", "counted reads", "", "genes seen", "size factor", ...columns];
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "samples" }, el("table", { class: "values sampletable" },
    el("thead", {}, el("tr", {}, names.map((name, i) => el("th", { scope: "col", class: i > 0 && i < 5 ? "n" : null }, name)))),
    el("tbody", {}, samples.map((row) => sampleLine(row, columns, largest)))));
}

/** @param {SampleRow} row @param {string[]} columns @param {number} largest */
function sampleLine(row, columns, largest) {
  const bar = paint(el("span", { class: "meter", "aria-hidden": "true" }), "--share", String(row.lib_size / largest));
  return el("tr", {}, el("th", { scope: "row" }, row.sample), el("td", { class: "n" }, count(row.lib_size)), el("td", {}, bar),
    el("td", { class: "n" }, count(row.n_detected)), el("td", { class: "n" }, row.size_factor.toFixed(3)),
    columns.map((name) => el("td", {}, row.columns[name] ?? "")));
}
