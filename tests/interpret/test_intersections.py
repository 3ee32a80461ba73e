"""Exclusive intersections of comparisons: laws against brute force, order, words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from interpret_cases import make_result

from heatleaf.interpret.overlap import caption_overlap, find_intersections
from heatleaf.model import DifferentialResult


def results(directions: np.ndarray) -> list[DifferentialResult]:
    """Make comparisons from a table of directions, one row per comparison."""
    made = []
    for number, row in enumerate(directions):
        result = make_result([1e-6 if sign else 0.9 for sign in row], [2.0 * sign or 0.1 for sign in row])
        contrast = replace(result.contrast, tested_level=f"t{number}", reference_level="c")
        made.append(replace(result, contrast=contrast, padj=np.where(row != 0, 1e-4, 0.9)))
    return made


@pytest.mark.parametrize("seed", range(4))
def test_intersections_are_those_of_brute_force(seed: int) -> None:
    rng = np.random.default_rng(seed)
    directions = rng.choice([-1, 0, 0, 1], size=(4, 200)).astype(np.int8)
    found = find_intersections(results(directions))
    expected: dict[tuple[int, ...], dict[int, int]] = {}
    for gene in range(200):
        members = tuple(i for i in range(4) if directions[i, gene])
        signs = {int(directions[i, gene]) for i in members}
        if members:
            expected.setdefault(members, {})[gene] = signs.pop() if len(signs) == 1 else 0
    assert {
        one.members: dict(zip(one.genes.tolist(), one.directions.tolist(), strict=True)) for one in found
    } == expected
    sizes = [one.n_genes for one in found]
    assert sizes == sorted(sizes, reverse=True)
    assert all(one.count(1) + one.count(0) + one.count(-1) == one.n_genes for one in found)


def test_sets_of_one_size_stand_by_number_then_order_of_comparisons() -> None:
    found = find_intersections(results(np.array([[1, 0, 1, 0], [0, 1, 1, 0], [0, 0, 0, 1]])))
    assert [one.members for one in found] == [(0,), (1,), (2,), (0, 1)]


def test_the_caption_reads_the_figure() -> None:
    made = results(np.array([[1, 1, 1, 1, -1], [0, 0, 1, -1, 0]]))
    caption = caption_overlap(find_intersections(made), made)
    assert caption.endswith(
        "Of 5 genes called at all, 2 (40 %) are called in both, 1 of them in opposite directions. The largest set, "
        "3 genes, is called in t0 vs c only."
    )
    nothing = results(np.zeros((3, 4), dtype=np.int8))
    assert find_intersections(nothing) == ()
    assert caption_overlap((), nothing).endswith("No gene is called in any of them.")
