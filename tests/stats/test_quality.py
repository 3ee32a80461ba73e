"""Checks of counts before numbers: requirements B52-B59."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

import numpy as np
import pytest

from heatleaf.errors import UserError
from heatleaf.model import CountTable, SampleSheet
from heatleaf.stats.design import build_design
from heatleaf.stats.quality import check_confounding, check_counts


def make_table(counts: np.ndarray) -> CountTable:
    n_genes, n_samples = counts.shape
    genes = tuple(f"g{i}" for i in range(1, n_genes + 1))
    return CountTable(genes, tuple(f"S{i}" for i in range(1, n_samples + 1)), counts.astype(np.int64))


@pytest.fixture
def counts() -> np.ndarray:
    return np.random.default_rng(5).poisson(40, size=(200, 6)) + 1


def test_sound_counts_give_no_message(counts: np.ndarray) -> None:
    table = make_table(counts)
    before = table.counts.copy()
    assert check_counts(table) == ()
    np.testing.assert_array_equal(table.counts, before)


def changed(counts: np.ndarray, case: str) -> np.ndarray:
    counts = counts.copy()
    if case == "zero":
        return counts * 0
    if case == "zero sample":
        counts[:, 3] = 0
    elif case == "zero samples":
        counts[:, [1, 3]] = 0
    elif case == "identical":
        counts[:] = counts[:, :1]
    elif case == "proportional":
        counts = counts[:, :1] * np.arange(1, 7)
    elif case == "copy":
        counts[:, 2] = counts[:, 1]
    elif case == "library":
        counts[:, 3] = 1
        counts[0, 0] = 31_000_000
    elif case == "zeros":
        counts[np.arange(200), np.arange(200) % 6] = 0
    elif case == "one gene":
        return counts[:1]
    elif case == "few genes":
        return counts[:50]
    elif case == "one sample":
        return counts[:, :1]
    return counts


@pytest.mark.parametrize(
    ("case", "code", "text"),
    [
        ("zero", "counts_zero", "all counts are zero. Fix: check strandedness and annotation of the counting step."),
        ("zero sample", "sample_zero", "sample S4 has no reads (sum 0). Fix: exclude it in the sample sheet."),
        ("zero samples", "sample_zero", "2 samples have no reads (sum 0): S2, S4."),
        ("identical", "sample_identical", "all 6 samples have identical counts."),
        ("proportional", "gene_constant", "no gene varies between samples"),
        ("one gene", "few_genes", "1 gene: size factors need at least 2 (and sensibly > 1,000) genes."),
        ("one sample", "one_sample", "one sample (S1): nothing to compare."),
    ],
)
def test_counts_are_refused(counts: np.ndarray, case: str, code: str, text: str) -> None:
    with pytest.raises(UserError) as refusal:
        check_counts(make_table(changed(counts, case)))
    assert refusal.value.code == code
    assert text in str(refusal.value)


@pytest.mark.parametrize(
    ("case", "level", "code", "text"),
    [
        ("library", "warning", "library_size", "library size from 200 (S4) to 31 M (S1)."),
        ("copy", "warning", "sample_identical", "S2 and S3 are identical: was one file copied?"),
        ("few genes", "warning", "few_genes", "50 genes: size factors and dispersions are uncertain below 100 genes."),
        (
            "zeros",
            "note",
            "size_factors_positive",
            "every gene has a zero in some sample: size factors by the positive-counts method.",
        ),
    ],
)
def test_messages(counts: np.ndarray, case: str, level: str, code: str, text: str) -> None:
    (message,) = check_counts(make_table(changed(counts, case)))
    assert (message.level, message.code) == (level, code)
    assert message.text.startswith(text)


def test_one_sample_is_enough_for_figures(counts: np.ndarray) -> None:
    (message,) = check_counts(make_table(counts[:, :1]), for_test=False)
    assert (message.level, message.code) == ("note", "one_sample")
    assert "one sample (S1): figures without a test." in message.text


def test_large_counts_are_no_overflow() -> None:  # N7
    table = make_table(np.array([[2**52, 2**51], [3, 2**52], [7, 9]]))
    assert [message.code for message in check_counts(table)] == ["few_genes"]


def test_checks_of_a_large_table_are_fast() -> None:
    counts = np.random.default_rng(6).poisson(50, size=(60_000, 50))
    table = make_table(counts)
    start = perf_counter()
    check_counts(table)
    assert perf_counter() - start < 1.0  # measured 0.1 s


@pytest.mark.parametrize("folder", ["airway", "gse96870"])
def test_real_tables_pass(data: Path, folder: str) -> None:
    import pandas as pd

    table = CountTable.from_frame(pd.read_csv(data / folder / "counts.csv.gz", index_col=0))
    assert check_counts(table) == ()


def test_column_that_separates_the_samples_as_the_factor_does() -> None:
    columns = {"condition": ("a", "a", "b", "b"), "batch": ("1", "1", "2", "2"), "name": ("w", "x", "y", "z")}
    sheet = SampleSheet(("s1", "s2", "s3", "s4"), {**columns, "site": ("x", "y", "x", "y"), "same": ("q",) * 4})
    (message,) = check_confounding(sheet, build_design(sheet, "~ condition"))
    assert (message.level, message.code) == ("warning", "not_full_rank")
    assert message.text.startswith(
        "condition and batch carry the same information: every b sample is in batch 2 (batch is not in the design)."
    )
