"""The view document: what a browser shows is what the analysis holds, for the displayed cut and for every other."""

from __future__ import annotations

import base64
import itertools
import json
import zlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import heatleaf
from heatleaf import Heatmap
from heatleaf.analysis import views
from heatleaf.analysis.heatmap.make import one_tree
from heatleaf.analysis.result import Analysis
from heatleaf.analysis.settings import Settings
from heatleaf.analysis.view_nodes import branches_of_cuts
from heatleaf.analysis.views import view_of_analysis, view_of_heatmap
from heatleaf.cluster import cut
from heatleaf.enrich import over_representation
from heatleaf.viewer.encode import to_text


def decode(encoded: dict) -> np.ndarray:
    data = zlib.decompress(base64.b64decode(encoded["data"]))
    return np.frombuffer(data, np.dtype(encoded["dtype"]).newbyteorder("<")).reshape(encoded["shape"])


def make_table(n_genes: int = 400, n_samples: int = 8) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Counts of two groups; the first genes rise, the next fall."""
    rng = np.random.default_rng(5)
    is_treated = np.arange(n_samples) % 2
    change = np.zeros((n_genes, 1))
    change[:40], change[40:80] = 2, -2
    mean = rng.lognormal(5, 1, (n_genes, 1)) * 2.0 ** (change * is_treated)
    genes, samples = [f"GENE{i}" for i in range(n_genes)], [f"s{i}" for i in range(n_samples)]
    table = pd.DataFrame(rng.negative_binomial(20, 20 / (20 + mean)), genes, samples)
    return table, pd.DataFrame({"dex": np.where(is_treated, "yes", "no")}, index=samples)


@pytest.fixture(scope="module")
def analysis(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    table, sheet = make_table()
    path = tmp_path_factory.mktemp("sets") / "sets.gmt"
    sets = {"UP": range(30), "DOWN": range(40, 70), **{f"N{k}": range(100 + 25 * k, 125 + 25 * k) for k in range(10)}}
    lines = [f"{name}\tset {name}\t" + "\t".join(f"GENE{i}" for i in rows) for name, rows in sets.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    settings = Settings(design="~ dex", contrasts=(("dex", "yes", "no"),), gene_sets=(path,), clusters=3, top=120)
    return heatleaf.analyse(table, sheet, settings)


@pytest.fixture(scope="module")
def view(analysis: Analysis) -> dict:
    return json.loads(to_text(view_of_analysis(analysis)))


def test_a_document_holds_the_heatmaps_as_the_figures_show_them(analysis: Analysis, view: dict) -> None:  # R28
    assert (view["format"], view["version"]) == ("heatleaf-view", 1)
    assert next(one["key"] for one in view["heatmaps"]) == "heatmap"
    spec, shown = analysis.heatmap.spec, view["heatmaps"][0]
    assert tuple(shown["spec"]["row_ids"]) == spec.row_ids
    assert tuple(shown["spec"]["panels"][0]["column_names"]) == spec.column_names
    assert np.array_equal(decode(shown["spec"]["panels"][0]["matrix"]), spec.matrix.astype(np.float32))
    assert shown["spec"]["panels"][0]["scale"]["high"] == spec.scale.high
    assert shown["caption"] == analysis.heatmap.caption and shown["n_clusters"] == 3


def test_layers_are_the_numbers_behind_the_colours(analysis: Analysis, view: dict) -> None:
    shown = view["heatmaps"][0]
    rows = [analysis.counts.gene_ids.index(gene) for gene in shown["spec"]["row_ids"]]
    columns = [analysis.counts.sample_ids.index(name) for name in shown["spec"]["panels"][0]["column_names"]]
    at = np.ix_(rows, columns)
    assert np.array_equal(decode(shown["layers"]["vst"]), analysis.vst[at].astype(np.float32))
    assert np.array_equal(decode(shown["layers"]["counts"]), analysis.norm_counts[at].astype(np.float32))
    result = analysis.comparisons[0].differential
    change = decode(shown["rows"]["log2_fold_change"][result.contrast.name])
    assert np.array_equal(change, result.log2_fold_change[rows].astype(np.float32))


def test_the_linkage_cuts_into_the_displayed_blocks(analysis: Analysis, view: dict) -> None:
    shown = view["heatmaps"][0]
    merges, heights = decode(shown["linkage"]["merges"]), decode(shown["linkage"]["heights"])
    n_rows = len(shown["spec"]["row_ids"])
    assert merges.shape == (n_rows - 1, 2) and (np.diff(heights) >= 0).all()
    whole = np.column_stack([merges, heights, np.zeros(n_rows - 1)]).astype(float)
    assert np.array_equal(cut(whole, 3, np.arange(n_rows)), analysis.heatmap.clusters.labels)


def test_there_is_a_node_for_every_cluster_of_every_cut(analysis: Analysis, view: dict) -> None:
    shown = view["heatmaps"][0]
    tree, n_rows = one_tree(analysis.heatmap.clustering), len(shown["spec"]["row_ids"])
    assert tree is not None and len(shown["nodes"]) <= 39
    for k in range(1, 21):
        nodes = [node for node in shown["nodes"] if node["k_from"] <= k <= node["k_to"]]
        labels = cut(tree, k, np.arange(n_rows))
        bounds = np.searchsorted(labels, np.arange(1, k + 2)).tolist()
        assert sorted((node["start"], node["stop"]) for node in nodes) == list(itertools.pairwise(bounds))


def test_cards_of_the_displayed_cut_are_those_of_the_report(analysis: Analysis, view: dict) -> None:
    shown = view["heatmaps"][0]
    cards = {card.label: card for card in analysis.heatmap.cards}
    nodes = [node for node in shown["nodes"] if node["k_from"] <= 3 <= node["k_to"]]
    assert {node["label"] for node in nodes} == set(cards)
    for node in nodes:
        card = cards[node["label"]]
        assert (node["pattern"], node["stability"], node["verdict"]) == (card.pattern, card.stability, card.verdict)
        assert [term["name"] for term in node["terms"]] == [term.name for term in card.terms]
    assert all(node["stability"] is None for node in shown["nodes"] if node not in nodes)


def test_gene_sets_of_another_cut_are_tested_as_a_list_would_be(analysis: Analysis, view: dict) -> None:
    shown = view["heatmaps"][0]
    tester = analysis.heatmap.tester
    assert tester is not None
    universe = np.flatnonzero(tester.shown(analysis.heatmap.spec.row_ids)[1])
    found = [node for node in shown["nodes"] if node["terms"] and not node["k_from"] <= 3 <= node["k_to"]]
    assert found
    for node in found:
        genes = shown["spec"]["row_ids"][node["start"] : node["stop"]]
        table = over_representation(genes, tester.collections[0], [tester.names[i] for i in universe])
        term, row = node["terms"][0], table.iloc[0]
        assert (term["name"], term["overlap"], term["set_size"]) == (row.set_name, row.overlap, row.set_size)
        assert term["padj"] == pytest.approx(row.padj) and ";".join(term["genes"]) == row.genes


def test_displayed_members_are_all_that_a_test_of_rows_needs(analysis: Analysis, view: dict) -> None:
    shown = view["heatmaps"][0]
    sets, row_ids = shown["gene_sets"], shown["spec"]["row_ids"]
    tester = analysis.heatmap.tester
    assert tester is not None
    universe = [tester.names[i] for i in np.flatnonzero(tester.shown(row_ids)[1])]
    table = over_representation(row_ids[:40], tester.collections[0], universe).set_index("set_id")
    assert sets["universe_size"] == len(set(universe)) and len(sets["ids"]) == len(table)
    offsets, members, sizes = (decode(sets[name]) for name in ("offsets", "members", "sizes"))
    assert offsets[0] == 0 and offsets[-1] == len(members)
    for i, set_id in enumerate(sets["ids"]):
        own = members[offsets[i] : offsets[i + 1]]
        assert bool(set_id) == bool(len(own)), "sets that nothing displayed meets have no name"
        if not set_id:
            continue
        assert int((own < 40).sum()) == table.loc[set_id, "overlap"] and sizes[i] == table.loc[set_id, "set_size"]
    assert np.array_equal(decode(sets["gene_of_row"]), np.arange(len(row_ids)))


def test_rows_of_one_symbol_are_one_gene_of_the_sets(tmp_path: Path) -> None:
    table, sheet = make_table()
    symbols = [f"SYM{i // 2}" for i in range(len(table))]
    counts = heatleaf.CountTable(
        tuple(table.index), tuple(table.columns), table.to_numpy(), tuple(symbols), format_name="table"
    )
    path = tmp_path / "sets.gmt"
    path.write_text("UP\tup\t" + "\t".join(f"SYM{i}" for i in range(20)) + "\n", encoding="utf-8")
    settings = Settings(design="~ dex", gene_sets=(path,), clusters=2, top=100)
    shown = json.loads(to_text(view_of_analysis(heatleaf.analyse(counts, sheet, settings))))["heatmaps"][0]
    names, first = shown["spec"]["row_names"], decode(shown["gene_sets"]["gene_of_row"])
    assert [names.index(name) for name in names] == first.tolist()
    members = decode(shown["gene_sets"]["members"])
    assert len({names[i] for i in members}) == len(members)


def test_a_comparison_holds_its_points(analysis: Analysis, view: dict) -> None:
    (shown,), result = view["comparisons"], analysis.comparisons[0].differential
    rows = [result.gene_ids.index(gene) for gene in shown["gene_ids"]]
    assert len(rows) == int((result.base_mean > 0).sum())
    for name, values in (
        ("base_mean", result.base_mean),
        ("log2_fold_change", result.log2_fold_change),
        ("shrunken", result.lfc_shrunken),
        ("log10_p", -result.log10_p),
        ("padj", result.padj),
    ):
        assert decode(shown[name]) == pytest.approx(values[rows], rel=5e-4, nan_ok=True), name
    assert np.array_equal(decode(shown["is_called"]), result.is_significant[rows])
    assert [shown["statuses"][i] for i in decode(shown["status"])] == [result.status[i] for i in rows]
    assert {row["set_name"] for row in shown["enrichment"]["up"]} == {"UP"}
    assert shown["enrichment"]["up"][0]["overlap"] == len(shown["enrichment"]["up"][0]["genes"])
    assert shown["enrichment"]["ranked"][0]["nes"]


def test_the_sheet_stands_in_input_order(analysis: Analysis, view: dict) -> None:
    assert view["samples"]["names"] == [f"s{i}" for i in range(8)]
    assert view["samples"]["columns"] == {"dex": ["no", "yes"] * 4}
    assert [one["text"] for one in view["findings"]] == [one.text for one in analysis.findings]
    assert [one["text"] for one in view["messages"]] == [one.text for one in analysis.messages]


def test_palettes_say_which_are_safe(view: dict) -> None:
    assert [name for name, one in view["palettes"].items() if not one["is_safe"]] == ["red-black-green"]
    assert view["palettes"]["red-white-blue"]["is_centred"] and not view["palettes"]["grey"]["is_centred"]


def test_one_heatmap_has_cards_of_patterns_and_both_layers() -> None:
    table, sheet = make_table()
    heatmap = Heatmap(table, sheet, split_columns="dex").show_genes("top:100").split_rows(2)
    shown = view_of_heatmap(heatmap)["heatmaps"][0]
    assert set(shown["layers"]) == {"vst", "counts"} and shown["gene_sets"] is None
    factors = heatleaf.size_factors(table.to_numpy())
    spec = heatmap.spec
    expected = table.loc[list(spec.row_ids), list(spec.column_names)] / pd.Series(factors, table.columns)
    assert decode(shown["layers"]["counts"]) == pytest.approx(expected[list(spec.column_names)].to_numpy(), rel=1e-6)
    displayed = [node for node in shown["nodes"] if node["k_from"] <= 2 <= node["k_to"]]
    assert {node["label"].split(",")[0] for node in displayed} == {"high in yes", "high in no"}
    assert all(node["stability"] is not None and node["terms"] == [] for node in displayed)


def test_without_one_tree_the_blocks_are_the_nodes() -> None:
    table, sheet = make_table()
    values = np.log2(table.iloc[:80] + 1.5)
    blocks = view_of_heatmap(Heatmap(values, sheet).split_rows(kmeans=3))["heatmaps"][0]
    assert blocks["linkage"] is None
    assert [(node["k_from"], node["k_to"]) for node in blocks["nodes"]] == [(3, 3)] * 3
    values.iloc[5] = 4.0
    parked = view_of_heatmap(Heatmap(values, sheet).show_genes("all").split_rows(2))["heatmaps"][0]
    assert parked["linkage"] is None and parked["n_clusters"] == 2
    assert [node["stop"] for node in parked["nodes"]][-1] == 79 and len(parked["spec"]["row_blocks"]) == 3


def test_missing_values_stay_missing_and_cards_are_made_all_the_same() -> None:
    table, sheet = make_table()
    values = np.log2(table.iloc[:80] + 1.5)
    values.iloc[3, 2] = np.nan
    shown = view_of_heatmap(Heatmap(values, sheet).split_rows(2))["heatmaps"][0]
    assert int(np.isnan(decode(shown["spec"]["panels"][0]["matrix"])).sum()) == 1
    assert int(np.isnan(decode(shown["layers"]["vst"])).sum()) == 1
    assert all(node["label"] for node in shown["nodes"])


def test_z_scores_have_neither_layers_nor_sizes_of_differences() -> None:
    table, _ = make_table()
    z = heatleaf.Heatmap(np.log2(table.iloc[:60] + 1)).spec
    shown = view_of_heatmap(Heatmap(pd.DataFrame(z.matrix, list(z.row_ids), list(z.column_names))))["heatmaps"][0]
    assert shown["layers"] == {} and shown["nodes"] == []


@pytest.mark.parametrize("shape", [(1, 8), (5, 2), (2, 2)])
def test_the_smallest_heatmaps_have_documents(shape: tuple[int, int]) -> None:
    values = np.random.default_rng(1).normal(8, 1, shape)
    document = json.loads(to_text(view_of_heatmap(Heatmap(values))))
    assert decode(document["heatmaps"][0]["spec"]["panels"][0]["matrix"]).shape == shape


def test_large_matrices_have_fewer_digits_and_the_same_colours(monkeypatch: pytest.MonkeyPatch) -> None:  # R28
    values = np.random.default_rng(1).normal(8, 1, (300, 20))
    heatmap = Heatmap(values)
    exact = decode(view_of_heatmap(heatmap)["heatmaps"][0]["spec"]["panels"][0]["matrix"])
    monkeypatch.setattr(views, "MAX_EXACT_CELLS", 100)
    large = view_of_heatmap(heatmap)
    text = to_text(large)
    short = decode(large["heatmaps"][0]["spec"]["panels"][0]["matrix"])
    scale = heatmap.spec.scale
    assert not np.array_equal(short, exact) and short == pytest.approx(exact, rel=3e-4)
    assert np.array_equal(scale.colours(short.astype(float)), scale.colours(exact.astype(float)))
    monkeypatch.setattr(views, "MAX_LAYER_CELLS", 100)
    assert view_of_heatmap(heatmap)["heatmaps"][0]["layers"] == {}
    assert len(text) < len(json.dumps(exact.tolist())) * 1.2


def test_branches_hold_every_leaf_where_there_are_few() -> None:
    tree = np.array([[0, 1, 0.1, 2], [2, 3, 0.2, 2], [4, 5, 0.4, 4]])
    found = [(one.start, one.stop, one.k_from, one.k_to) for one in branches_of_cuts(tree)]
    assert found == [(0, 4, 1, 1), (0, 2, 2, 3), (2, 4, 2, 2), (2, 3, 3, 4), (3, 4, 3, 4), (0, 1, 4, 4), (1, 2, 4, 4)]
