"""What the browser computes equals what Python computes: cuts, gene sets, limits and names of plots; searches."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from importlib import resources
from typing import Any

import numpy as np
import pytest
from scipy.special import log_ndtr

from heatleaf.cluster import cut, leaf_order, linkage
from heatleaf.cluster.cut import cut_height
from heatleaf.enrich import over_representation
from heatleaf.enrich.hypergeometric import hypergeometric_tail
from heatleaf.figures.ma import build_ma_spec
from heatleaf.figures.points import telling_genes
from heatleaf.figures.volcano import build_volcano_spec
from heatleaf.model import Contrast, DifferentialResult, GeneSetCollection

STATIC = resources.files("heatleaf.viewer") / "static"
Run = Callable[[str, object], Any]


@pytest.fixture(scope="module")
def run() -> Run:
    """Return a function that runs lines of a module, given what they may use as `given`, and returns their `answer`."""
    node = shutil.which("node")
    if not node:
        pytest.skip("no node on this machine")

    def run_lines(lines: str, given: object) -> Any:
        imports, rest = lines.split("\n", 1)
        imports = imports.replace("./", f"{STATIC}/")
        code = (
            f"{imports}\nconst given = {json.dumps(given)};\nlet answer;\n{rest}\nconsole.log(JSON.stringify(answer));"
        )
        done = subprocess.run(
            [node, "--input-type=module", "-"], input=code, capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run_lines


def _displayed(n_genes: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a linkage and the same with displayed positions as leaves."""
    rng = np.random.default_rng(seed)
    matrix = rng.normal(size=(n_genes, 8))
    tree = linkage(matrix, method="average", metric="euclidean")
    order = leaf_order(tree, matrix, metric="euclidean")
    position = np.empty(n_genes, dtype=int)
    position[order] = np.arange(n_genes)
    shown = tree.copy()
    is_leaf = shown[:, :2] < n_genes
    shown[:, :2][is_leaf] = position[shown[:, :2][is_leaf].astype(int)]
    return tree, shown


@pytest.mark.parametrize("n_genes", [2, 3, 40, 300])
def test_every_cut_has_the_blocks_that_python_cuts(run: Run, n_genes: int) -> None:
    _, shown = _displayed(n_genes, 4)
    ks = sorted({1, 2, min(3, n_genes), min(17, n_genes), n_genes})
    given = {"merges": shown[:, :2].astype(int).ravel().tolist(), "heights": shown[:, 2].tolist(), "ks": ks}
    answer = run(
        'import { cutIntoBlocks, heightOfK, kAtHeight } from "./cut.js";\n'
        "const tree = { merges: Int32Array.from(given.merges), heights: Float64Array.from(given.heights) };\n"
        "answer = given.ks.map((k) => [cutIntoBlocks(tree, k), kAtHeight(tree, heightOfK(tree, k))]);",
        given,
    )
    for k, (blocks, k_again) in zip(ks, answer, strict=True):
        labels = cut(shown, k, np.arange(n_genes))
        assert [(b["start"], b["stop"]) for b in blocks] == [
            (int(np.flatnonzero(labels == c)[0]), int(np.flatnonzero(labels == c)[-1]) + 1) for c in range(1, k + 1)
        ]
        assert k_again == k
    for height in (0.0, float(shown[-1, 2]), float(np.median(shown[:, 2]))):
        lines = (
            'import { kAtHeight } from "./cut.js";\n'
            "answer = kAtHeight({ heights: Float64Array.from(given[0]) }, given[1]);"
        )
        assert run(lines, [shown[:, 2].tolist(), height]) == cut_height(shown, height).max()


def test_the_hypergeometric_tail_is_that_of_python(run: Run) -> None:  # B1
    rng = np.random.default_rng(1)
    cases = []
    for _ in range(3000):
        universe = int(rng.integers(2, 60_000))
        size, drawn = (int(rng.integers(1, min(universe, top) + 1)) for top in (500, 2000))
        cases.append([int(rng.integers(0, min(size, drawn) + 1)), size, drawn, universe])
    cases += [[0, 5, 5, 10], [5, 5, 5, 5], [1, 1, 1, 1], [5, 8, 7, 10]]
    answer = run(
        'import { hypergeometricTail } from "./enrich.js";\nanswer = given.map((one) => hypergeometricTail(...one));',
        cases,
    )
    expected = [float(hypergeometric_tail(k, size, drawn, universe)) for k, size, drawn, universe in cases]
    np.testing.assert_allclose(answer, expected, rtol=1e-9, atol=1e-300)


def test_over_representation_is_that_of_python(run: Run) -> None:
    rng = np.random.default_rng(7)
    universe = [f"g{i}" for i in range(3000)]
    shown = [universe[i] for i in rng.permutation(3000)[:400]]
    rows = [*shown, shown[3], shown[5]]  # two rows carry a name that another row has
    sets = [
        (f"S{i:03d}", f"set {i}", [universe[j] for j in rng.permutation(3000)[: int(rng.integers(10, 200))]])
        for i in range(120)
    ]
    sets.append(("S900", "planted", shown[:30]))
    collection = GeneSetCollection.from_sets("demo", sets)
    first = {name: i for i, name in reversed(list(enumerate(rows)))}
    members = [sorted(first[gene] for gene in genes if gene in first) for _, _, genes in sets]
    given = {
        "names": [name for _, name, _ in sets],
        "ids": [set_id for set_id, _, _ in sets],
        "collections": ["demo"] * len(sets),
        "sizes": [len(genes) for _, _, genes in sets],
        "offsets": np.cumsum([0, *map(len, members)]).tolist(),
        "members": [row for one in members for row in one],
        "gene_of_row": [first[name] for name in rows],
        "lists": [list(range(40)), [3, 5, 400, 401, *range(100, 160)], list(range(402)), []],
        "n_rows": len(rows),
    }
    answer = run(
        'import { distinctTerms, testRowLists } from "./enrich.js";\n'
        "const sets = { ...given, universe_size: 3000 };\n"
        'for (const key of ["sizes", "offsets", "members", "gene_of_row"]) sets[key] = Int32Array.from(given[key]);\n'
        "answer = testRowLists(sets, given.lists, given.n_rows);\n"
        "answer.push(distinctTerms(sets, answer[0], given.lists[0], 3));",
        given,
    )
    for chosen, terms in zip(given["lists"], answer, strict=False):
        table = over_representation([rows[i] for i in chosen], collection, universe)  # type: ignore[attr-defined]
        table = table[table["overlap"] > 0]
        assert [term["name"] for term in terms] == table["set_name"].tolist()
        assert [term["overlap"] for term in terms] == table["overlap"].tolist()
        for key, column in (("pValue", "pvalue"), ("padj", "padj"), ("fold", "fold_enrichment")):
            np.testing.assert_allclose([term[key] for term in terms], table[column], rtol=1e-9)
    assert answer[0][0]["name"] == "planted" == answer[-1][0]["name"]


def _result(n_genes: int, seed: int, *, stray: bool) -> DifferentialResult:
    rng = np.random.default_rng(seed)
    stat = np.where(rng.uniform(size=n_genes) < 0.1, rng.normal(0, 9, n_genes), rng.normal(0, 1, n_genes))
    lfc = np.abs(rng.normal(0, 0.8, n_genes)) * np.sign(stat)
    mean = 10 ** rng.uniform(-1, 5, n_genes)
    if stray:
        stat[0], lfc[0] = 300.0, 90.0
    lfc[5], stat[5], mean[5] = np.nan, np.nan, 0.0
    log10_p = ((log_ndtr(-np.abs(stat)) + np.log(2)) / np.log(10)).astype(np.float32).astype(float)
    lfc, mean = lfc.astype(np.float32).astype(float), mean.astype(np.float32).astype(float)
    return DifferentialResult(
        contrast=Contrast("dex", "treated", "control", np.array([0.0, 1.0])),
        gene_ids=tuple(f"ENSG{i:05d}" for i in range(n_genes)),
        gene_symbols=tuple("" if i % 3 else f"SYM{i}" for i in range(n_genes)),
        base_mean=mean,
        log2_fold_change=lfc,
        lfc_se=np.ones(n_genes),
        stat=stat,
        p_value=10.0**log10_p,
        log10_p=log10_p,
        padj=np.minimum(10.0**log10_p * 10, 1.0),
        lfc_shrunken=(lfc * 0.8).astype(np.float32).astype(float),
        status=tuple("all_zero" if np.isnan(value) else "tested" for value in stat),
        outlier_sample=("",) * n_genes,
        alpha=0.05,
        filter_threshold=0.0,
    )


def _numbers(values: np.ndarray) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in values]


@pytest.mark.parametrize(("n_genes", "stray"), [(2500, False), (2500, True), (40, False)])
def test_plots_have_the_limits_and_names_of_the_figures(run: Run, n_genes: int, stray: bool) -> None:
    result = _result(n_genes, 2, stray=stray)
    given = {
        "gene_ids": list(result.gene_ids),
        "gene_names": [s or i for s, i in zip(result.gene_symbols, result.gene_ids, strict=True)],
        "is_called": result.is_significant.astype(int).tolist(),
        "base_mean": _numbers(result.base_mean),
        "log2_fold_change": _numbers(result.log2_fold_change),
        "shrunken": _numbers(result.lfc_shrunken),
        "log10_p": _numbers(-result.log10_p),
    }
    answer = run(
        'import { maPoints, significanceHeight, tellingGenes, volcanoPoints } from "./points.js";\n'
        "const numbers = (list) => Float32Array.from(list, (value) => value ?? NaN);\n"
        "const one = { ...given, is_called: Uint8Array.from(given.is_called) };\n"
        'for (const key of ["base_mean", "log2_fold_change", "shrunken", "log10_p"]) one[key] = numbers(given[key]);\n'
        "const [volcano, ma, raw] = [volcanoPoints(one), maPoints(one, true), maPoints(one, false)];\n"
        "answer = { x: volcano.xLimits, y: volcano.yLimits, mx: ma.xLimits, my: ma.yLimits, ry: raw.yLimits,\n"
        "  n: volcano.isBeyond.reduce((a, b) => a + b, 0), named: tellingGenes(one, 10),\n"
        "  line: significanceHeight(one) };",
        given,
    )
    volcano, ma = build_volcano_spec(result), build_ma_spec(result)
    np.testing.assert_allclose(
        [*answer["x"], *answer["y"]], [*volcano.panel.limits.x, *volcano.panel.limits.y], rtol=1e-5
    )
    np.testing.assert_allclose(answer["mx"], ma.panels[0].limits.x, rtol=1e-4, atol=1e-5)
    lows, highs = zip(answer["my"], answer["ry"], strict=True)
    np.testing.assert_allclose([min(lows), max(highs)], ma.panels[0].limits.y, rtol=1e-5)
    assert answer["n"] == (volcano.panel.points.beyond != "").sum()
    assert answer["named"] == list(telling_genes(result, 10))
    assert answer["line"] == pytest.approx(-result.log10_p[result.is_significant].max())


def test_searching_puts_exact_names_first_and_tells_what_is_missing(run: Run) -> None:
    names = ["CDK10", "CDK1", "cdk1-AS", "XCDK1", "TP53"]
    genes = [{"name": name, "id": f"ENSG0000000{i}.{i + 1}"} for i, name in enumerate(names)]
    answer = run(
        'import { findGenes, lookUpNames, makeSearchIndex, splitNames } from "./search_index.js";\n'
        "const index = makeSearchIndex(given);\n"
        'answer = [findGenes(index, " cdk1 "), findGenes(index, "ensg00000004"), findGenes(index, "  "),\n'
        '  lookUpNames(index, splitNames("tp53, \\"CDK1\\";ensg00000000\\nNOPE\\tENSG00000003.9 tp53")),'
        ' findGenes(index, ".*")];',
        genes,
    )
    assert answer[0] == [1, 0, 2, 3]
    assert answer[1] == [4] and answer[2] == [] and answer[4] == []
    assert answer[3] == {"found": [0, 1, 3, 4], "missing": ["NOPE"]}


def test_spreadsheets_read_no_formula(run: Run) -> None:  # S13
    texts = ["=1+1", "+x", "-AS1", "@x", "\t=1", " =1", "\uff1d1", "TP53", 'a"b', "a,b", "evil\u202egnp"]
    answer = run('import { csvText } from "./export_csv.js";\nanswer = given.map(csvText);', texts)
    assert all(text.strip('"').startswith("'") for text in answer[:7])
    assert answer[7:] == ["TP53", '"a""b"', '"a,b"', "evil\\u202Egnp"]


def test_names_beside_rows_keep_their_order_and_do_not_touch(run: Run) -> None:
    wanted = [1.0, 2.0, 3.0, 50.0, 51.0, 99.0, 99.5]
    line = 'import { spreadPlaces } from "./drawing.js";\nanswer = spreadPlaces(given, 10, 0, 100);'
    places = run(line, wanted)
    assert min(np.diff(places)) >= 10 - 1e-9 and min(places) >= 0 and max(places) <= 100
    many = run(line, np.linspace(0, 100, 40).tolist())
    assert min(np.diff(many)) > 0 and max(many) <= 100 + 1e-9
