"""Removal of batches for display, against limma 3.54.1 (R 4.2.2): removeBatchEffect(y, batch, design)."""

from __future__ import annotations

import numpy as np
import pytest

from heatleaf.errors import UserError
from heatleaf.stats.batch import remove_batch

# fmt: off
VALUES = np.array([
    [6.21, 5.74, 9.42, 7.72, 7.21, 3.38, 10.03, 5.60],
    [8.37, 7.84, np.nan, 8.84, 5.92, 9.76, 8.86, 11.18],
    [11.18, 8.26, 11.97, 9.96, 11.56, 8.07, 12.18, 11.91],
])
BATCH = list("xxyyzzzx")
GROUP = np.column_stack([np.ones(8), [0, 1, 0, 1, 0, 1, 0, 1]])
KEPT = np.array([
    [7.03020202020, 6.56020202020, 7.94777777778, 6.24777777778, 7.86202020202, 4.03202020202, 10.68202020202,
     6.4202020202],
    [7.95666666667, 7.42666666667, np.nan, 9.30166666667, 5.87166666667, 9.71166666667, 8.81166666667, 10.7666666667],
    [11.01474747475, 8.09474747475, 11.67777777778, 9.66777777778, 12.01747474747, 8.52747474747, 12.63747474747,
     11.7447474747],
])
PLAIN = np.array([7.45777777778, 6.98777777778, 7.94777777778, 6.24777777778, 7.43444444444, 3.60444444444,
                  10.2544444444, 6.84777777778])
# fmt: on


def test_values_agree_with_the_reference() -> None:
    np.testing.assert_allclose(remove_batch(VALUES, BATCH, kept=GROUP), KEPT, rtol=1e-10)
    np.testing.assert_allclose(remove_batch(VALUES[:1], BATCH)[0], PLAIN, rtol=1e-10)


def test_what_is_kept_does_not_change() -> None:
    """The coefficients of the kept design are those of the fit with the batch in it."""
    complete = VALUES[[0, 2]]
    before = np.linalg.lstsq(np.hstack([GROUP, np.eye(3)[[0, 0, 1, 1, 2, 2, 2, 0]][:, 1:]]), complete.T, rcond=None)[0]
    after = np.linalg.lstsq(GROUP, remove_batch(complete, BATCH, kept=GROUP).T, rcond=None)[0]
    np.testing.assert_allclose(after[1], before[1], rtol=1e-10)


def test_removing_twice_is_removing_once() -> None:
    once = remove_batch(VALUES[[0, 2]], BATCH, kept=GROUP)
    np.testing.assert_allclose(remove_batch(once, BATCH, kept=GROUP), once, rtol=1e-10)


def test_one_batch_changes_nothing() -> None:
    assert np.array_equal(remove_batch(VALUES, ["x"] * 8), VALUES, equal_nan=True)


def test_gene_whose_samples_do_not_tell_the_batches_apart_is_left() -> None:
    values = VALUES[:1].copy()
    values[0, 4:7] = np.nan
    assert np.array_equal(remove_batch(values, BATCH, kept=GROUP), values, equal_nan=True)


def test_batch_that_is_the_compared_group_is_refused() -> None:
    with pytest.raises(UserError, match="the batch cannot be removed for display: some of its levels hold") as refusal:
        remove_batch(VALUES, list("abababab"), kept=GROUP)
    assert refusal.value.code == "not_full_rank"
    assert "choose a column whose levels each hold samples of several groups" in str(refusal.value)
