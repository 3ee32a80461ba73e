"""Samples that stand with the other group."""

from __future__ import annotations

import numpy as np
import pytest
from interpret_cases import make_result

from heatleaf.interpret.captions import caption_genes
from heatleaf.interpret.misplaced import find_misplaced, misplaced_findings, misplaced_words
from heatleaf.interpret.order import arrange_findings

TESTED, REFERENCE = np.arange(4), np.arange(4, 8)
IDS = [f"s{i}" for i in range(8)]


def logs(n_genes: int = 10, seed: int = 1) -> np.ndarray:
    """Genes eight times higher in the first four samples, log2."""
    rng = np.random.default_rng(seed)
    return rng.normal(6.6, 0.15, (n_genes, 8)) + np.repeat([3.0, 0.0], 4)


def test_a_swapped_sample_is_found_and_no_other() -> None:
    values = logs()
    values[:, [1, 5]] = values[:, [5, 1]]
    assert find_misplaced(values, TESTED, REFERENCE) == {1: 10, 5: 10}
    values = logs()
    values[:6, 2] -= 3
    assert find_misplaced(values, TESTED, REFERENCE) == {2: 6}


def test_clear_groups_have_none() -> None:
    assert find_misplaced(logs(), TESTED, REFERENCE) == {}


@pytest.mark.parametrize("n_genes", [4, 2])
def test_few_genes_tell_nothing(n_genes: int) -> None:
    values = logs(n_genes)
    values[:2, 2] -= 3
    assert find_misplaced(values, TESTED, REFERENCE) == {}


def test_two_samples_or_many_misplaced_ones_tell_nothing() -> None:
    swapped = logs()[:, [4, 5, 6, 0, 1, 2, 3, 7]]
    assert find_misplaced(swapped, np.arange(2), np.arange(2, 4)) == {}
    noise = np.random.default_rng(3).normal(6, 1.4, (12, 8))
    assert find_misplaced(noise, TESTED, REFERENCE) == {}


def test_the_words() -> None:
    assert misplaced_words({}, IDS) == ""
    assert misplaced_words({1: 5}, IDS) == (
        "s1 (in 5 of these genes) lies nearer to the other group: look whether it was swapped, or did not respond."
    )
    assert misplaced_words({1: 5, 5: 9}, IDS).startswith("s1 (in 5 of these genes) and s5 (in 9) lie nearer")


def test_the_finding() -> None:
    assert misplaced_findings({}, IDS, "B vs A") == ()
    (finding,) = misplaced_findings({1: 5}, IDS, "B vs A")
    assert finding.level == "caution" and finding.numbers == {"genes s1": 5}
    assert finding.text.startswith("Strongest genes of B vs A: s1 (in 5 of these genes) lies nearer to the other group")
    assert arrange_findings([finding])[0] is finding


def test_the_caption_counts_genes_whose_groups_lie_apart() -> None:
    result = make_result([1e-9] * 10, [3.0] * 10)
    sides = (TESTED, REFERENCE)
    assert caption_genes(result, logs(), sides, sample_ids=IDS).endswith(
        "In all of them the two groups lie apart without overlap."
    )
    odd = logs()
    odd[:6, 2] -= 4
    told = "In 4 of them the two groups lie apart without overlap. s2 (in 6 of these genes) lies nearer"
    assert told in caption_genes(result, odd, sides, sample_ids=IDS)
    mixed = logs()
    mixed[0, 2] -= 4
    assert caption_genes(result, mixed, sides, sample_ids=IDS).endswith(
        "In 9 of them the two groups lie apart without overlap. Where they overlap, look whether a single sample "
        "carries the difference."
    )
    nobody = (np.empty(0, dtype=np.intp),) * 2
    assert caption_genes(result, logs(), nobody, sample_ids=IDS).endswith("each gene has its own log scale.")
