"""Which samples stand together in figures of genes, and how genes are found."""

from __future__ import annotations

import pytest

from heatleaf.analysis.gene_plots import MAX_GENES, choose_groups, find_genes
from heatleaf.errors import UserError
from heatleaf.interpret.gene_line import gene_line

NAMES = [("ENSG1", "ACTB"), ("ENSG2", "Actb"), ("ENSG3", ""), ("ENSG4", "TP53"), ("ENSG5", "TP53"), ("TP63", "P63")]
DEX = ("control", "treated", "control", "treated")
DONOR = ("a", "a", "b", "b")


def test_a_block_with_one_sample_in_each_group_joins_them() -> None:
    factors = {"donor": ("a", "b"), "dex": ("control", "treated")}
    groups = choose_groups("dex", factors, {"dex": DEX, "donor": DONOR})
    assert groups.is_paired and groups.block is not None and groups.block.name == "donor"
    assert groups.group is not None and groups.group.levels == ("control", "treated")


def test_a_pair_that_lost_a_sample_is_still_joined_and_the_others_too() -> None:
    factors = {"donor": ("a", "b"), "dex": ("control", "treated")}
    assert choose_groups("dex", factors, {"dex": DEX[:3], "donor": DONOR[:3]}).is_paired


def test_a_batch_with_several_samples_in_a_group_is_a_shape() -> None:
    columns = {"dex": DEX * 2, "batch": ("1",) * 4 + ("2",) * 4}
    groups = choose_groups("dex", {"batch": ("1", "2"), "dex": ("control", "treated")}, columns)
    assert not groups.is_paired and groups.block is not None and groups.block.name == "batch"


def test_a_column_outside_the_design_neither_joins_nor_shapes() -> None:
    groups = choose_groups("dex", {"dex": ("control", "treated")}, {"dex": DEX, "donor": DONOR})
    assert groups.block is None and not groups.is_paired


def test_samples_that_each_have_their_own_block_are_no_pairs() -> None:
    columns = {"dex": DEX, "mouse": ("m1", "m2", "m3", "m4")}
    groups = choose_groups("dex", {"mouse": columns["mouse"], "dex": ("control", "treated")}, columns)
    assert not groups.is_paired


def test_without_a_group_nothing_is_told_apart() -> None:
    assert choose_groups("", {}, {"dex": DEX}).group is None
    many = tuple(f"s{i}" for i in range(100))
    assert choose_groups("id", {}, {"id": many}).group is None
    natural = choose_groups("day", {}, {"day": ("day10", "day2", "day0")}).group
    assert natural is not None and natural.levels == ("day0", "day2", "day10")


def test_genes_are_found_by_id_or_symbol_exactly_before_case_is_forgiven() -> None:
    assert find_genes(NAMES, ["ACTB"]) == [0]
    assert find_genes(NAMES, ["Actb", "ENSG1"]) == [1, 0]
    assert find_genes(NAMES, ["actb"]) == [0, 1]
    assert find_genes(NAMES, ["TP53", "ensg4"]) == [3, 4]
    assert find_genes(NAMES, ["ENSG3"]) == [2]


def test_an_unknown_gene_is_refused_with_near_names() -> None:
    with pytest.raises(UserError) as refusal:
        find_genes(NAMES, ["ACTB", "TP54"])
    assert refusal.value.code == "no_genes"
    assert str(refusal.value) == "no gene of this run has the id or symbol 'TP54'. Fix: did you mean TP53?"
    with pytest.raises(UserError, match="no gene of this run has the id or symbol ''"):
        find_genes(NAMES, [""])
    with pytest.raises(UserError, match="no gene was named"):
        find_genes(NAMES, [])


def test_more_genes_than_a_page_holds_are_refused() -> None:
    names = [(f"g{i}", "") for i in range(100)]
    assert len(find_genes(names, [f"g{i}" for i in range(MAX_GENES)])) == MAX_GENES
    with pytest.raises(UserError) as refusal:
        find_genes(names, [f"g{i}" for i in range(MAX_GENES + 1)])
    assert refusal.value.code == "option"
    assert str(refusal.value) == (
        "49 genes are too many for one figure (at most 48). "
        "Fix: draw a heatmap of them: heatleaf heatmap TABLE --genes FILE."
    )


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ((float("nan"), float("nan"), "all_zero"), "no reads"),
        ((-0.31, float("nan"), "outlier"), "log₂ FC −0.3, not tested: count outlier"),
        ((0.0, 1.0, "tested"), "log₂ FC 0.0, padj 1.0"),
        ((2.0, 0.0, "tested"), "log₂ FC +2.0, padj below 10⁻³⁰⁰"),
    ],
)
def test_the_line_above_a_gene(numbers: tuple[float, float, str], expected: str) -> None:
    assert gene_line(*numbers) == expected
