"""The heatmap builder: what is asked is shown, names decide and never positions, and every decision is said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.cluster.hierarchy

from heatleaf import Heatmap
from heatleaf.errors import UserError
from heatleaf.figures.save import ImageFormat, read_capsule
from heatleaf.io import read_memberships, read_tree_view
from heatleaf.model import CountTable, ExpressionTable, SampleSheet, ValueKind

GENES = ("ENSG00000141510", "ENSG00000136997", "ENSG00000111640", "ENSG00000120129")  # TP53, MYC, GAPDH, DUSP1
SAMPLES = tuple(f"S{i}" for i in range(1, 7))
SHEET = SampleSheet(
    SAMPLES,
    {
        "dex": ("no", "yes") * 3,
        "donor": ("a", "a", "b", "b", "c", "c"),
        "barcode": tuple("UVWXYZ"),
    },
)


def table() -> ExpressionTable:
    return ExpressionTable(GENES, SAMPLES, np.random.default_rng(1).normal(size=(4, 6)), ValueKind.LOG)


def frame(n_genes: int = 40, n_samples: int = 6) -> pd.DataFrame:
    """Two patterns of genes: high in the first half of the samples, and in the second."""
    rng = np.random.default_rng(3)
    is_late = np.arange(n_samples) >= n_samples // 2
    pattern = np.where(np.arange(n_genes)[:, None] % 2 == 0, is_late, ~is_late)
    values = 8 + 3 * pattern + rng.normal(0, 0.3, (n_genes, n_samples))
    return pd.DataFrame(values, [f"g{i}" for i in range(n_genes)], [f"s{i}" for i in range(n_samples)])


def track_names(heatmap: Heatmap) -> list[str]:
    return [track.name for track in heatmap.spec.first.tracks]


# What is asked is shown


def test_columns_of_the_sheet_that_group_samples_are_drawn_without_being_asked_for() -> None:
    assert track_names(Heatmap(table(), SHEET)) == ["dex", "donor"]
    split = Heatmap(table(), SHEET).split_columns("dex")
    assert split.spec.group_name == "dex"
    assert track_names(split) == ["donor"]
    assert track_names(Heatmap(table())) == []
    assert track_names(Heatmap(table(), SHEET).annotate_columns(["barcode"])) == ["barcode"]


def test_every_step_returns_a_new_heatmap() -> None:
    plain = Heatmap(frame())
    changed = plain.split_rows(3).title("Three").colours("red-black-green", limit=1.0)
    assert plain.spec.title == "Heatmap of 40 genes"
    assert (changed.spec.title, changed.spec.scale.high, len(changed.spec.row_blocks)) == ("Three", 1.0, 3)


@pytest.mark.parametrize("split", [{"by": 2}, {"kmeans": 2}, {"fuzzy": 2}, {"height": 5.0}, {}])
def test_any_way_of_splitting_finds_the_two_patterns(split: dict[str, object]) -> None:
    heatmap = Heatmap(frame()).split_rows(**split)  # type: ignore[arg-type]
    blocks = heatmap.clusters.groupby("cluster")["gene_id"].apply(lambda genes: {int(g[1:]) % 2 for g in genes})
    assert sorted(blocks.tolist(), key=min) == [{0}, {1}]


def test_soft_clusters_are_shown_with_how_far_genes_belong(tmp_path: Path) -> None:
    """Beside the genes stands the membership of their own cluster; the export and the table have all of them."""
    heatmap = Heatmap(frame()).split_rows(fuzzy=2)
    strip = next(track for track in heatmap.spec.row_tracks if track.name == "membership")
    np.testing.assert_array_equal(strip.values.ravel(), heatmap.memberships.max(axis=1))
    assert heatmap.spec.footnotes[0].startswith("Genes: fuzzy c-means (fuzzifier 2.9")
    heatmap.export(tmp_path)
    gene_ids, memberships = read_memberships(tmp_path / "heatmap_memberships.tsv")
    assert list(gene_ids) == heatmap.row_order
    np.testing.assert_array_equal(memberships, heatmap.memberships)
    Heatmap(frame()).split_rows(2).export(tmp_path)
    assert not (tmp_path / "heatmap_memberships.tsv").exists()
    assert Heatmap(frame()).split_rows(2).memberships.shape == (40, 0)


def test_groups_of_genes_are_matched_by_name_and_keep_their_order() -> None:
    groups = pd.Series({f"g{i}": "odd" if i % 2 else "even" for i in reversed(range(40))})
    spec = Heatmap(frame()).split_rows(groups).spec
    assert [(block.name, block.size) for block in spec.row_blocks] == [("even", 20), ("odd", 20)]
    assert {int(name[1:]) % 2 for name in spec.row_ids[:20]} == {0}


def test_rows_and_columns_that_are_not_clustered_keep_their_order() -> None:
    heatmap = Heatmap(frame()).cluster_rows(False).cluster_columns(False).split_rows(None)
    assert heatmap.row_order == [f"g{i}" for i in range(40)]
    assert heatmap.column_order == [f"s{i}" for i in range(6)]


def test_a_tree_made_elsewhere_is_cut_and_shown() -> None:
    values = frame()
    tree = scipy.cluster.hierarchy.linkage(values, "complete")
    heatmap = Heatmap(values).cluster_rows(linkage=tree).split_rows(2)
    parts = scipy.cluster.hierarchy.fcluster(tree, 2, "maxclust")
    shown = heatmap.clusters.set_index("gene_id")["cluster"].loc[values.index].to_numpy()
    assert len(set(zip(parts, shown, strict=True))) == 2
    with pytest.raises(UserError, match=r"the linkage has 40 leaves for 39 genes"):
        _ = Heatmap(values.iloc[1:]).cluster_rows(linkage=tree).spec
    with pytest.raises(UserError, match=r"blocks by kmeans are not cut from a tree"):
        _ = Heatmap(values).cluster_rows(linkage=tree).split_rows(kmeans=2).spec


def test_samples_are_split_by_clusters_or_given_groups() -> None:
    two = Heatmap(frame()).split_columns(2).spec
    assert [set(two.column_names[block.start : block.stop]) for block in two.column_blocks] in (
        [{"s0", "s1", "s2"}, {"s3", "s4", "s5"}],
        [{"s3", "s4", "s5"}, {"s0", "s1", "s2"}],
    )
    given = Heatmap(frame()).split_columns(["late", "early"] * 3).spec
    assert [block.name for block in given.column_blocks] == ["late", "early"]
    assert set(given.column_names[:3]) == {"s0", "s2", "s4"}


def test_tracks_of_all_kinds_follow_their_names() -> None:
    facts = pd.DataFrame(
        {"day": [1, 2, 3, 4, 5, 6], "sex": list("fmfmfm")}, index=[f"s{i}" for i in reversed(range(6))]
    )
    rows = pd.Series(range(40), index=[f"g{i}" for i in range(40)], name="length")
    heatmap = Heatmap(frame()).annotate_columns(facts, bars=facts["day"]).annotate_rows(points=rows, text=rows)
    tiles, sexes, bars = heatmap.spec.first.tracks
    assert [tiles.kind, sexes.kind, bars.kind] == ["numbers", "levels", "bars"]
    assert dict(zip(heatmap.column_order, tiles.values[:, 0], strict=True)) == {f"s{5 - i}": i + 1 for i in range(6)}
    assert [track.kind for track in heatmap.spec.row_tracks if track.name == "length"] == ["points", "text"]


def test_heatmaps_side_by_side_share_the_order_of_genes() -> None:
    other = frame().iloc[::-1] + 1
    both = Heatmap(frame()) + Heatmap(other.rename(columns=str.upper)).title("other")
    first, second = both.spec.panels
    assert np.allclose(
        first.matrix[:, np.argsort(first.column_names)], second.matrix[:, np.argsort(second.column_names)]
    )
    assert (both.spec.title, first.title, second.title) == ("Heatmap of 40 genes", "", "other")
    assert second.shares_scale
    level = Heatmap(frame()).scale("none").colours("white-blue").title("log2")
    third, fourth = Heatmap(frame()).title("z").beside(level).title("Both").spec.panels
    assert third.column_names == fourth.column_names
    assert not fourth.shares_scale
    assert fourth.scale.low > 3
    with pytest.raises(UserError, match=r"the heatmap beside: 40 of 40 genes are missing"):
        Heatmap(frame()) + Heatmap(frame().rename(index=lambda name: f"x{name}"))


def test_marked_genes_are_found_by_symbol_or_id() -> None:
    spec = Heatmap(table()).mark_genes(["TP53", GENES[3]]).spec
    assert {spec.row_ids[i] for i in spec.marks} == {GENES[0], GENES[3]}


# What is recognised is said


def test_counts_are_transformed_and_said_so() -> None:
    counts = np.random.default_rng(1).negative_binomial(5, 0.02, size=(200, 6))
    heatmap = Heatmap(CountTable.from_frame(pd.DataFrame(counts)))
    assert "the values are counts: normalised and variance-stabilised (VST)." in [m.text for m in heatmap.messages]
    assert heatmap.spec.scale.label == "row z-score (VST)"


def test_a_table_with_samples_in_rows_is_turned_and_said_so() -> None:
    """B25."""
    sheet = pd.DataFrame({"group": list("aaabbb")}, index=[f"s{i}" for i in range(6)])
    heatmap = Heatmap(frame().T, sheet)
    assert heatmap.spec.n_genes == 40
    assert any("samples in rows (s0, s1, s2 ...): it was turned" in message.text for message in heatmap.messages)


def test_genes_without_a_pattern_stand_below_and_missing_values_stay_missing() -> None:
    """N5 N18 N27."""
    values = frame()
    values.loc["g7"], values.loc["g8", "s1"] = 5.0, np.nan
    heatmap = Heatmap(values)
    assert heatmap.spec.row_blocks[-1].is_parked
    assert heatmap.row_order[-1] == "g7"
    shown = pd.DataFrame(heatmap.spec.matrix, heatmap.row_order, heatmap.column_order)
    assert np.isnan(shown.loc["g8", "s1"])
    assert shown.isna().sum().sum() == 1
    assert any("1 gene does not vary or has fewer than two values" in message.text for message in heatmap.messages)


def test_the_number_of_blocks_that_was_chosen_is_said_with_what_changes_it() -> None:
    said = [message.text for message in Heatmap(frame()).messages if message.code == "heatmap_chosen"]
    assert len(said) == 1
    assert said[0].startswith("2 blocks of genes, the number with the best mean silhouette width (0.9")
    assert not [message for message in Heatmap(frame()).split_rows(2).messages if message.code == "heatmap_chosen"]


# What is refused


def test_names_that_do_not_match_are_refused_with_the_closest() -> None:
    facts = pd.DataFrame({"sex": list("fmfmfm")}, index=["s0", "s1", "s2", "s3", "s4", "S5"])
    with pytest.raises(
        UserError, match=r"1 of 6 samples are missing \(s5\)\. Fix: did you mean 'S5' for 's5'\?"
    ) as refusal:
        Heatmap(frame()).annotate_columns(facts)
    assert refusal.value.code == "sheet_lacks"
    twice = pd.DataFrame({"sex": list("fmfmfmf")}, index=["s0", "s1", "s2", "s3", "s4", "s5", "s5"])
    with pytest.raises(UserError, match=r"1 sample names stand there more than once \(s5\)"):
        Heatmap(frame()).annotate_columns(twice)


def test_an_unknown_column_is_refused_with_the_closest() -> None:
    with pytest.raises(UserError, match=r"'Dxe' is not a column of the sample sheet .* did you mean dex") as refusal:
        Heatmap(table(), SHEET).split_columns("Dxe")
    assert refusal.value.code == "design_column"


def test_an_unknown_gene_is_refused_with_the_closest() -> None:
    with pytest.raises(UserError, match=r"mark_genes: 'TP54' is not in the matrix\. Fix: did you mean TP53\?"):
        Heatmap(table()).mark_genes(["TP54"])


@pytest.mark.parametrize(
    ("values", "code", "sentence"),
    [
        (np.full((3, 4), np.inf), "matrix_not_finite", r"gene gene 1, sample sample 1: a value is infinite"),
        (np.zeros(3), "table_header_only", r"genes in rows and samples in columns, not shape \(3,\)"),
        (np.zeros((0, 3)), "table_header_only", r"the matrix has 0 genes and 3 samples"),
        (pd.DataFrame({"a": ["x", "y"], "b": [1, 2]}), "value_text", r"column 'a' holds values that are not numbers"),
        (pd.DataFrame([[1.0, 2]], columns=["a", "a"]), "sample_duplicate", r"1 sample name occurs more than once"),
    ],
)
def test_what_is_no_matrix_is_refused(values: object, code: str, sentence: str) -> None:
    """B31 B33 B43 N26."""
    with pytest.raises(UserError, match=sentence) as refusal:
        Heatmap(values)
    assert refusal.value.code == code


# What other programs get


def test_the_export_holds_what_the_figure_shows(tmp_path: Path) -> None:
    heatmap = Heatmap(frame()).split_rows(2)
    heatmap.export(tmp_path)
    matrix = pd.read_csv(tmp_path / "heatmap_matrix.tsv", sep="\t", index_col=0)
    assert list(matrix.index) == heatmap.row_order
    assert np.array_equal(matrix[heatmap.column_order].to_numpy(), heatmap.spec.matrix)
    read = read_tree_view(tmp_path / "heatmap.cdt")
    assert (read.gene_ids, read.sample_ids) == (tuple(heatmap.row_order), tuple(heatmap.column_order))
    assert np.allclose(np.sort(read.row_linkage[:, 2]), np.sort(heatmap.drawn.clustering.trees[0].linkage[:, 2]))
    assert read.column_linkage is not None
    table = pd.read_csv(tmp_path / "heatmap_clusters.tsv", sep="\t")
    assert table[["gene_id", "cluster", "position"]].equals(heatmap.clusters[["gene_id", "cluster", "position"]])


def test_the_figure_is_written_in_the_format_of_its_name(tmp_path: Path) -> None:
    for ending, start in ((".pdf", b"%PDF"), (".svg", b"<?xml"), (".png", b"\x89PNG")):
        Heatmap(frame()).save(tmp_path / f"figure{ending}")
        assert (tmp_path / f"figure{ending}").read_bytes().startswith(start)
    with pytest.raises(UserError, match=r"'docx' is not a format of figures"):
        Heatmap(frame()).save(tmp_path / "figure.docx")


@pytest.mark.parametrize("image_format", ["pdf", "svg", "png"])
def test_a_figure_says_what_it_was_made_with(image_format: ImageFormat) -> None:
    """R10: the same input and settings give the same bytes; others are told apart."""
    heatmap = Heatmap(frame()).split_rows(2).annotate_rows(bars=pd.Series(1.0, frame().index, name="length"))
    data = heatmap.render(image_format)
    assert data == Heatmap(frame()).split_rows(2).annotate_rows(
        bars=pd.Series(1.0, frame().index, name="length")
    ).render(image_format)
    said = read_capsule(data)
    assert said["settings"]["row_split"]["number"] == 2
    assert said["settings"]["annotations"] == [{"name": "length", "kind": "bars", "side": "right"}]
    other = read_capsule(Heatmap(frame() + 1e-9).split_rows(2).render(image_format))
    assert said["input"]["values_sha256"] != other["input"]["values_sha256"]


def test_other_values_are_taken_to_logarithms() -> None:
    """B30: TPM and other normalised values."""
    tpm = 2 ** frame() * 1e6 / (2 ** frame()).sum()
    heatmap = Heatmap(tpm).scale("none").cluster_rows(False).cluster_columns(False).split_rows(None)
    assert "the values are TPM: log2(x + 1) was taken." in [message.text for message in heatmap.messages]
    assert np.allclose(heatmap.spec.matrix, np.log2(tpm.to_numpy() + 1))


def test_samples_are_normalised_by_quantiles_and_said_so() -> None:
    """A sample that was shifted as a whole is as the others; the genes that vary are chosen after it."""
    matrix = frame()
    matrix["s2"] = 2 * matrix["s2"] + 3
    heatmap = Heatmap(matrix).normalise("quantile")
    plain = heatmap.scale("none").spec
    assert np.ptp(np.sort(plain.matrix, axis=0), axis=1).max() < 1e-9
    assert plain.scale.label == "log scale, quantile-normalised"
    (said,) = [message for message in heatmap.messages if "quantile" in message.text]
    assert said.text.startswith(
        "quantile normalisation gave all samples the same distribution of values. Fix: it takes"
    )
    assert Heatmap(matrix).normalise("none").spec.scale.label == "row z-score (log scale)"
    with pytest.raises(UserError) as error:
        heatmap.normalise("loess")  # type: ignore[arg-type]
    assert error.value.code == "option"
    assert str(error.value) == "--normalise: 'loess' is not a normalise. Fix: choose one of: none, quantile."


def test_rows_are_scaled_before_they_are_clustered() -> None:
    """Genes of one pattern at two levels of expression are one block: patterns are clustered, not levels."""
    values = frame()
    values.iloc[::4] += 100
    blocks = Heatmap(values).split_rows(2).clusters.set_index("gene_id")["cluster"]
    assert blocks.groupby([int(name[1:]) % 2 for name in blocks.index]).nunique().tolist() == [1, 1]
    levels = Heatmap(values).scale("none").split_rows(2).clusters.set_index("gene_id")["cluster"]
    assert levels.groupby([int(name[1:]) % 4 == 0 for name in levels.index]).nunique().tolist() == [1, 1]
