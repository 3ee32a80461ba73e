// Tables of genes: search, sort, show more. Names reach the page as text only (textContent), never as markup.
"use strict";
(() => {
  const STEP = 25;
  const minus = (text) => text.replace("-", "\u2212");
  const signed = (value) => value === null ? "NA" : minus((value > 0 ? "+" : "") + value.toFixed(2));
  const mean = (value) => value === null ? "NA" : value >= 100 ? Math.round(value).toLocaleString("en") : value.toFixed(1);
  const padj = (value) => {
    if (value === null) return "NA";
    if (value >= 0.001) return String(Number(value.toPrecision(2)));
    return value < 1e-300 ? "< 1e\u2212300" : value.toExponential(1).replace("-", "\u2212");
  };
  const WRITE = [String, String, mean, signed, signed, padj];
  // Marks that change the order of reading are shown as escapes.
  const visible = (text) => text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g,
    (c) => "\\u" + c.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0"));

  function line(row) {
    const tr = document.createElement("tr");
    row.forEach((value, i) => {
      const cell = document.createElement(i === 0 ? "th" : "td");
      if (i === 0) cell.scope = "row";
      cell.className = i === 1 ? "id" : i === 3 ? (value > 0 ? "n up" : "n down") : i > 1 ? "n" : "";
      cell.textContent = visible(WRITE[i](value));
      tr.append(cell);
    });
    return tr;
  }

  function enliven(box) {
    const rows = JSON.parse(document.getElementById(box.dataset.rows).textContent);
    if (rows.length <= 1) return;
    const total = Number(box.dataset.total);
    const keys = rows.map((row) => (row[0] + " " + row[1]).toLowerCase());
    const table = box.querySelector("table");
    const body = table.tBodies[0];
    const shown = box.querySelector(".shown");
    const scroll = box.querySelector(".scroll");
    const heads = [...table.tHead.rows[0].cells];
    let order = rows.map((_, i) => i);
    let limit = STEP;

    const search = document.createElement("input");
    search.type = "search";
    search.placeholder = "find a gene";
    search.setAttribute("aria-label", "find a gene by name or id");
    const more = document.createElement("button");
    more.type = "button";
    box.querySelector(".tools").prepend(search);
    shown.after(more);
    shown.setAttribute("role", "status");

    function show() {
      const words = search.value.toLowerCase().split(/[\s,;]+/).filter(Boolean);
      const found = words.length ? order.filter((i) => words.some((word) => keys[i].includes(word))) : order;
      body.replaceChildren(...found.slice(0, limit).map((i) => line(rows[i])));
      const n = Math.min(limit, found.length);
      shown.textContent = words.length
        ? n + " of " + found.length.toLocaleString("en") + " genes found"
        : n + " of " + total.toLocaleString("en") + " significant genes" + (total > rows.length
          ? " (the " + rows.length.toLocaleString("en") + " most certain can be searched)" : "");
      more.textContent = found.length > limit ? "show all" : limit > STEP && found.length > STEP ? "show fewer" : "";
      scroll.classList.toggle("tall", n > STEP);
    }
    function sort(column, descending) {
      const sign = descending ? -1 : 1;
      order = rows.map((_, i) => i).sort((a, b) => {
        const [x, y] = [rows[a][column], rows[b][column]];
        if (x === null || y === null) return (x === null) - (y === null) || a - b;
        return (typeof x === "string" ? x.localeCompare(y, "en", { numeric: true }) : x - y) * sign || a - b;
      });
      heads.forEach((head, i) => head.setAttribute("aria-sort", i === column ? (descending ? "descending" : "ascending") : "none"));
      show();
    }
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      button.addEventListener("click", () => {
        const now = head.getAttribute("aria-sort");
        sort(column, now === "none" || now === null ? column > 1 && column < 5 : now === "ascending");
      });
      head.replaceChildren(button);
      head.setAttribute("aria-sort", column === 5 ? "ascending" : "none");
    });
    search.addEventListener("input", () => { limit = STEP; show(); });
    more.addEventListener("click", () => { limit = limit > STEP ? STEP : Infinity; show(); });
    show();
  }
  document.querySelectorAll(".genetable").forEach(enliven);
})();
