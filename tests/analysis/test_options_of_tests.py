"""Size factors, dispersion trends and removed batches by option: they reach the fit, and batches never reach a test."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from heatleaf.analysis.display import display_values
from heatleaf.analysis.run import analyse
from heatleaf.analysis.settings import Settings
from heatleaf.analysis.study import prepare_study
from heatleaf.analysis.testing import make_tests
from heatleaf.errors import UserError
from heatleaf.io.size_factor_file import read_size_factors
from heatleaf.model import CountTable, SampleSheet

NAMES = tuple(f"s{i}" for i in range(8))
SHEET = SampleSheet(NAMES, {"condition": ("control", "treated") * 4, "batch": ("x", "x", "x", "x", "y", "y", "y", "y")})


@pytest.fixture(scope="module")
def counts() -> CountTable:
    rng = np.random.default_rng(4)
    mean = rng.lognormal(5, 1, (300, 1)) * np.where(np.arange(300)[:, None] < 60, [1, 4] * 4, 1)
    mean = mean * np.exp(rng.normal(0, 1, (300, 1)) * (np.arange(8) > 3))
    values = rng.negative_binomial(10, 10 / (10 + mean))
    return CountTable(tuple(f"g{i}" for i in range(300)), NAMES, values.astype(np.int64))


def made_with(counts: CountTable, **options: object):
    settings = Settings(design="~ batch + condition", **options)
    return make_tests(prepare_study(counts, SHEET, settings), settings)


def test_size_factors_can_be_given(counts: CountTable) -> None:
    given = tuple((name, 1.0 + i / 10) for i, name in enumerate(reversed(NAMES)))
    assert made_with(counts, given_size_factors=given).size_factors.tolist() == [dict(given)[name] for name in NAMES]
    ratio = made_with(counts).size_factors
    positive = made_with(counts, size_factors="poscounts").size_factors
    assert not np.allclose(ratio, positive, rtol=1e-6)


def test_the_trend_can_be_chosen(counts: CountTable) -> None:
    kinds = {name: made_with(counts, fit_type=name).fit.trend.kind for name in ("parametric", "local", "mean")}
    assert kinds["mean"] == "mean" and kinds["local"] == "local"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"fit_type": "loess"}, "--fit-type: 'loess' is not known. Fix: choose one of: parametric, local, mean."),
        ({"size_factors": "tmm"}, "--size-factors: 'tmm' is not known. Fix: choose one of: auto, ratio, poscounts."),
        ({"given_size_factors": (("s0", 1.0),)}, "--size-factors: no size factor is given for s1, s2, s3, s4, s5."),
    ],
)
def test_options_that_are_not_known_are_refused(counts: CountTable, options: dict[str, object], sentence: str) -> None:
    with pytest.raises(UserError) as caught:
        made_with(counts, **options)
    assert caught.value.code == "option"
    assert sentence in str(caught.value)


def test_a_removed_batch_is_gone_from_what_is_shown_and_from_no_test(counts: CountTable) -> None:
    """The p-values are the same to the last bit; the samples of the heatmap no longer follow the batch."""
    plain = analyse(counts, SHEET, Settings(design="~ batch + condition", clusters=2))
    removed = analyse(counts, SHEET, Settings(design="~ batch + condition", clusters=2, remove_batch="batch"))
    np.testing.assert_array_equal(
        plain.comparisons[0].differential.p_value, removed.comparisons[0].differential.p_value
    )
    np.testing.assert_array_equal(plain.vst, removed.vst)  # the table of transformed counts stays as it is
    words = "Differences between the levels of batch were taken out of the values shown, not of the tests."
    captions = (removed.heatmap.caption, removed.pca_caption, removed.distances_caption)
    assert all(words in caption for caption in captions)
    assert words not in plain.heatmap.caption
    is_y = np.array([name in NAMES[4:] for name in removed.heatmap.spec.column_names])
    gap = np.abs(removed.heatmap.spec.matrix[:, is_y].mean(axis=1) - removed.heatmap.spec.matrix[:, ~is_y].mean(axis=1))
    assert gap.max() < 1e-6


@pytest.mark.parametrize(
    ("column", "code", "sentence"),
    [
        (
            "batsh",
            "design_column",
            "--remove-batch: 'batsh' is not a column of the sample sheet; columns are: condition,",
        ),
        (
            "condition",
            "not_full_rank",
            "--remove-batch: condition is what is compared: without its differences nothing",
        ),
    ],
)
def test_batches_that_cannot_be_removed_are_refused(counts: CountTable, column: str, code: str, sentence: str) -> None:
    settings = Settings(design="~ condition", remove_batch=column)
    study = prepare_study(counts, SHEET, settings)
    with pytest.raises(UserError) as caught:
        display_values(study, counts.counts.astype(float), settings)
    assert caught.value.code == code
    assert sentence in str(caught.value)


def test_a_batch_with_empty_cells_is_refused(counts: CountTable) -> None:
    sheet = SampleSheet(NAMES, {**SHEET.columns, "lane": ("1", "", "1", "2", "2", "2", "1", "2")})
    settings = Settings(design="~ condition", remove_batch="lane")
    with pytest.raises(UserError, match=r"--remove-batch: lane is empty for s1\. Fix: fill it") as caught:
        display_values(prepare_study(counts, sheet, settings), counts.counts.astype(float), settings)
    assert caught.value.code == "design_missing"


def test_size_factors_are_read_from_a_table(tmp_path: Path) -> None:
    path = tmp_path / "factors.tsv"
    path.write_text("sample\tlibrary_size\tsize_factor\na\t100\t0.5\nb\t200\t1.5\n", encoding="utf-8")
    assert read_size_factors(path) == (("a", 0.5), ("b", 1.5))
    path.write_text("name,factor\na,0.5\nb,2\n", encoding="utf-8")
    assert read_size_factors(path) == (("a", 0.5), ("b", 2.0))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a,b,c\nx,1,2\n", "there is no column 'size_factor'. Columns: a, b, c."),
        (
            "sample,size_factor\nx,-1\n",
            "the size factor of x is '-1', not a positive number. Fix: give a number such as",
        ),
        ("sample,size_factor\nx,big\n", "the size factor of x is 'big', not a positive number"),
    ],
)
def test_tables_without_factors_are_refused(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "factors.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError) as caught:
        read_size_factors(path)
    assert caught.value.code == "option"
    assert sentence in str(caught.value)
