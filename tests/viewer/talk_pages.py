"""A page with the toolbar and the panels alone, and documents for it."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from view_cases import CASES

from heatleaf.analysis.views import view_of_heatmap
from heatleaf.viewer.encode import encode_array, to_text

N_ELSEWHERE = 140  # genes of the comparison that the heatmap does not show
PAGE = """<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><link rel="stylesheet" href="/panels.css">
<style>body{margin:0}.hl-viewer{height:100vh;display:grid;grid-template:auto 1fr/1fr 400px;padding:8px;gap:8px;
box-sizing:border-box;background:var(--hl-ground);color:var(--hl-ink);font-family:sans-serif}.hl-bar{grid-column:1/3}
</style><div class="hl-viewer"><div class="hl-bar"></div><div></div><div class="hl-side"></div></div>
<script type="module">
import { arrange } from "/arrange.js";
import { mountBar } from "/bar.js";
import { decodeView } from "/decode.js";
import { heatmapSvg } from "/export_svg.js";
import { pngOfSvg } from "/export_png.js";
import { mountPanels } from "/panels.js";
import { loadState } from "/save_sheet.js";
import { makeStore } from "/state.js";
const view = await decodeView(await (await fetch("/document")).json());
const store = makeStore();
const found = { name: "from the app", set_name: "from the app", collection: "demo", overlap: 4, set_size: 20,
  fold: 9, padj: 0.001, genes: ["g1", "other2"] };
const host = location.search !== "?host" ? undefined : {
  figure: async (asked) => {
    window.asked = asked;
    if (asked.state.only) throw new Error("the study is gone");
    return new Blob(["%PDF-1.4"]);
  },
  enrich: async (ids) => { window.enriched = ids; return [found]; } };
const tools = { store, view, host, viewer: { element: document.querySelector(".hl-viewer") } };
const [bar, side] = [".hl-bar", ".hl-side"].map((name) => document.querySelector(name));
const mounted = [mountBar(bar, tools), mountPanels(side, tools)];
const drawing = () => heatmapSvg(view, store.state, arrange(view, store.state));
window.talk = { view, store, arrangement: () => arrange(view, store.state), drawing,
  loadState: (text) => loadState(tools, text),
  png: async () => (await pngOfSvg(drawing())).size, destroy: () => mounted.forEach((one) => one.destroy()) };
</script>"""


def document_with_comparison(case: str = "ordinary") -> dict[str, Any]:
    """Return the document of a heatmap of genes g0, g1 ... with a comparison and gene sets made for the test."""
    document = json.loads(to_text(view_of_heatmap(CASES[case]())))
    heatmap = document["heatmaps"][0]
    shown = heatmap["spec"]["row_ids"]
    ids = [*shown, *(f"other{i}" for i in range(N_ELSEWHERE))]
    rng = np.random.default_rng(5)
    change = np.where([name in {f"g{i}" for i in range(30)} for name in ids], 3.0, 0.0) + rng.normal(0, 0.3, len(ids))
    height = np.abs(change) * 8
    padj = np.minimum(1.0, 10.0**-height * 20)
    document["comparisons"] = [_comparison(ids, change, height, padj)]
    heatmap["rows"]["log2_fold_change"] = {"dex": encode_array(change[: len(shown)], "float32")}
    heatmap["rows"]["padj"] = {"dex": encode_array(padj[: len(shown)], "float64")}
    heatmap["gene_sets"] = _gene_sets(shown)
    return document


def _comparison(ids: list[str], change: np.ndarray, height: np.ndarray, padj: np.ndarray) -> dict[str, Any]:
    numbers = {"log2_fold_change": change, "shrunken": change * 0.9, "log10_p": height}
    return {
        "name": "dex",
        "title": "treated vs control",
        "tested": "treated",
        "reference": "control",
        "factor": "dex",
        "alpha": 0.05,
        "gene_ids": ids,
        "gene_names": ids,
        "base_mean": encode_array(np.full(len(ids), 100.0), "float32"),
        **{key: encode_array(values, "float32") for key, values in numbers.items()},
        "padj": encode_array(padj, "float64"),
        "status": encode_array(np.zeros(len(ids)), "uint8"),
        "statuses": ["tested"],
        "is_called": encode_array(padj < 0.05, "uint8"),
        "volcano_caption": "Volcano plot.",
        "ma_caption": "MA plot.",
        "enrichment": {"up": [], "down": [], "ranked": []},
    }


def _gene_sets(shown: list[str]) -> dict[str, Any]:
    rows = {name: i for i, name in enumerate(shown)}
    members = [sorted(rows[f"g{i}"] for i in range(first, first + 14)) for first in (0, 10, 30, 44)]
    flat = [row for one in members for row in one]
    return {
        "names": ["rising genes", "half rising", "steady genes", "more steady genes"],
        "ids": ["S1", "S2", "S3", "S4"],
        "collections": ["demo"] * 4,
        "sizes": encode_array(np.array([20, 20, 20, 20]), "int32"),
        "offsets": encode_array(np.cumsum([0, *map(len, members)]), "int32"),
        "members": encode_array(np.array(flat), "int32"),
        "gene_of_row": encode_array(np.arange(len(shown)), "int32"),
        "universe_size": 200,
        "universe_words": "200 genes that could have been shown",
        "min_size": 10,
        "max_size": 500,
    }
