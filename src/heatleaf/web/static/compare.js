// What changed between two studies.

import { ask } from "./api.js";
import { el, fill } from "./dom.js";
import { capital, count } from "./words.js";

/** Show a comparison of two studies. @param {HTMLElement} root @param {string} a @param {string} b */
export async function mountCompare(root, a, b) {
  const query = new URLSearchParams({ a, b });
  const answer = await ask("GET", `/api/compare?${query}`);
  document.title = "What changed · Heatleaf";
  fill(root, el("div", { class: "compare" }, el("h1", {}, "What changed"),
    el("p", { class: "pairnames" }, el("a", { href: `#study=${encodeURIComponent(a)}` }, answer.a?.name ?? "the first study"), " → ",
      el("a", { href: `#study=${encodeURIComponent(b)}` }, answer.b?.name ?? "the second study")),
    answer.sentences.length ? el("ul", { class: "sentences" }, answer.sentences.map((/** @type {string} */ text) => el("li", {}, capital(text))))
      : el("p", {}, "Nothing differs."),
    ...["genes", "clusters", "terms"].map((key) => part(key, answer[key]))));
}

const TITLES = { genes: "Genes", clusters: "Clusters", terms: "Gene sets" };

/** @param {string} key @param {any} value */
function part(key, value) {
  const rows = Array.isArray(value) ? value : value?.rows;
  if (!Array.isArray(rows) || !rows.length) return null;
  const names = Object.keys(rows[0]);
  return el("section", {}, el("h2", {}, /** @type {Record<string, string>} */ (TITLES)[key]),
    el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": key }, el("table", { class: "values" },
      el("thead", {}, el("tr", {}, names.map((name) => el("th", { scope: "col" }, capital(name.replaceAll("_", " ")))))),
      el("tbody", {}, rows.map((row) => el("tr", {}, names.map((name, i) =>
        el(i === 0 ? "th" : "td", { scope: i === 0 ? "row" : null }, written(row[name])))))))));
}

/** @param {unknown} value */
function written(value) {
  if (value === null || value === undefined) return "–";
  if (typeof value !== "number") return Array.isArray(value) ? value.join(", ") : String(value);
  return Number.isInteger(value) ? count(value) : value.toPrecision(3).replace("-", "\u2212");
}
