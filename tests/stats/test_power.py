"""What a study can find: against the closed form of two groups, and against simulated studies tested by the program."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from reference_tables import make_table
from scipy.stats import norm

from heatleaf.model import SampleSheet
from heatleaf.stats import fit_counts, wald_test
from heatleaf.stats.contrast import build_contrast
from heatleaf.stats.design import build_design
from heatleaf.stats.power import POWER, _Study, assumed_cutoff, change_without, study_power, typical_dispersion

N_GENES = 2000


def two_groups(n: int, **more: str) -> SampleSheet:
    columns = {"group": ("a",) * n + ("b",) * n, **{name: tuple(text.split()) for name, text in more.items()}}
    return SampleSheet(tuple(f"s{i}" for i in range(2 * n)), columns)


def simulate(sheet: SampleSheet, mean: float, dispersion: float, fold: float, seed: int):
    """Counts of genes with one mean and dispersion; the first fifth changes by a fold, half of it down."""
    rng = np.random.default_rng(seed)
    n = len(sheet.sample_ids)
    is_b = np.array([value == "b" for value in sheet.columns["group"]])
    means = np.full((N_GENES, n), mean)
    n_changed = N_GENES // 5
    up, down = slice(0, n_changed // 2), slice(n_changed // 2, n_changed)
    share = is_b.mean()
    means[up] *= np.where(is_b, fold, 1.0) / (share * fold + 1 - share)
    means[down] *= np.where(is_b, 1.0, fold) / (share + (1 - share) * fold)
    depth = np.exp(rng.normal(0, 0.2, n))
    counts = rng.negative_binomial(1 / dispersion, 1 / (1 + dispersion * means * depth))
    frame = pd.DataFrame(counts, index=[f"g{i}" for i in range(N_GENES)], columns=list(sheet.sample_ids))
    design = build_design(sheet, "~ group")
    fit = fit_counts(make_table(frame), design)
    return fit, wald_test(fit, build_contrast(design, "group", "b", "a"), shrink=False), n_changed


def test_two_groups_have_the_closed_form() -> None:
    """Hart et al. 2013, eq. 1: n = 2 (z(1-a/2) + z(power))^2 (1/mu + dispersion) / log(fold)^2, for small changes."""
    design = build_design(two_groups(5), "~ group")
    study = _Study(design.model_matrix, np.ones(10), build_contrast(design, "group", "b", "a"))
    mean, dispersion, cutoff = np.array([50.0, 500.0]), np.array([0.2, 0.05]), 0.01
    sensitivity = norm.ppf(1 - cutoff / 2) + norm.ppf(POWER)
    for change in (0.05, 0.3):
        hart = 2 * sensitivity**2 * (1 / mean + dispersion) / change**2
        ours = 5 * study.replicates_for(change, mean, dispersion, sensitivity)
        np.testing.assert_allclose(ours, hart, rtol=0.03)
    pairs = zip(mean, dispersion, strict=True)
    smallest = np.array([study.smallest_change(*pair, sensitivity) for pair in pairs])
    np.testing.assert_allclose(study.power(smallest, mean, dispersion, cutoff), POWER, rtol=1e-5)


def test_no_change_is_large_enough_where_there_are_no_reads() -> None:
    design = build_design(two_groups(2), "~ group")
    study = _Study(design.model_matrix, np.ones(4), build_contrast(design, "group", "b", "a"))
    assert study.smallest_change(0.2, 0.1, 3.5) == np.inf


@pytest.mark.slow
@pytest.mark.parametrize(
    ("n", "mean", "dispersion"), [(4, 100.0, 0.05), (6, 30.0, 0.1), (10, 300.0, 0.3), (3, 1000.0, 0.02)]
)
def test_simulated_studies_have_the_power_that_was_told(n: int, mean: float, dispersion: float) -> None:
    """A study with a change of exactly the told size finds 80 % of such changes, within 10 points."""
    sheet = two_groups(n)
    fold = 1.5
    for _ in range(4):  # the p-value up to which genes are called depends on the changes themselves
        fit, result, n_changed = simulate(sheet, mean, dispersion, fold, seed=7)
        power = study_power(fit, result, (mean,))
        fold = power.levels[0].fold_change
    fit, result, n_changed = simulate(sheet, mean, dispersion, fold, seed=8)
    found = float(np.mean(result.p_value[:n_changed] <= power.p_cutoff))
    assert found == pytest.approx(POWER, abs=0.1)
    assert typical_dispersion(fit, np.arange(N_GENES), mean) == pytest.approx(dispersion, rel=0.35)


@pytest.mark.slow
def test_the_samples_that_were_told_find_a_twofold_change() -> None:
    fit, result, _ = simulate(two_groups(3), 50.0, 0.3, 2.0, seed=5)
    power = study_power(fit, result, (50.0,))
    n_needed = power.levels[0].samples_for_twofold
    assert n_needed > 3
    fit, result, n_changed = simulate(two_groups(n_needed), 50.0, 0.3, 2.0, seed=6)
    found = np.mean(result.p_value[:n_changed] <= power.p_cutoff)
    assert found == pytest.approx(POWER, abs=0.1)


def test_shares_grow_with_replicates_and_levels_with_reads() -> None:
    rng = np.random.default_rng(2)
    sheet = two_groups(4)
    mean = rng.lognormal(5, 2, (600, 1)) * np.where(np.arange(600)[:, None] < 60, [1] * 4 + [4] * 4, 1)
    frame = pd.DataFrame(rng.negative_binomial(10, 10 / (10 + mean * np.ones(8))), columns=list(sheet.sample_ids))
    design = build_design(sheet, "~ group")
    fit = fit_counts(make_table(frame.rename(index=lambda i: f"g{i}")), design)
    power = study_power(fit, wald_test(fit, build_contrast(design, "group", "b", "a"), shrink=False))
    assert [level.mean_count for level in power.levels] == [10, 100, 1000]
    folds = [level.fold_change for level in power.levels]
    assert folds == sorted(folds, reverse=True)
    shares = [share for _, share in power.shares]
    assert shares == sorted(shares) and shares[0] < shares[-1]
    assert dict(power.shares)[4] == pytest.approx(power.share_twofold)
    assert power.samples_per_group == 4


def test_the_assumed_cutoff_holds_the_false_discovery_rate() -> None:
    """Among m genes of which a tenth change, p up to the cut-off gives m0 a false and m1 power true calls."""
    cutoff = assumed_cutoff(0.05)
    false, true = 0.9 * cutoff, 0.1 * POWER
    assert false / (false + true) == pytest.approx(0.05)


def test_what_losing_a_sample_costs() -> None:
    """Equal groups of n: the variance goes from 2/n to 1/n + 1/(n-1); pairs lose a whole pair: n / (n - 1)."""
    design = build_design(two_groups(4), "~ group")
    cost = change_without(design.model_matrix, np.array([0.0, 1.0]))
    np.testing.assert_allclose(cost, np.sqrt((1 / 4 + 1 / 3) / (2 / 4)) - 1)
    paired = build_design(two_groups(4, donor="p q r s p q r s"), "~ donor + group")
    vector = np.eye(len(paired.coefficient_names))[-1]
    np.testing.assert_allclose(change_without(paired.model_matrix, vector), np.sqrt(4 / 3) - 1)
    single = build_design(
        SampleSheet(("a", "b", "c"), {"group": ("a", "a", "b")}),
        "~ group",
    )
    assert change_without(single.model_matrix, np.array([0.0, 1.0])).tolist()[2] == np.inf


def test_covariates_have_no_groups() -> None:
    sheet = SampleSheet(tuple("abcdef"), {"dose": tuple("012012")})
    design = build_design(sheet, "~ dose")
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(rng.poisson(100, (50, 6)), columns=list("abcdef")).rename(index=lambda i: f"g{i}")
    fit = fit_counts(make_table(frame), design)
    assert study_power(fit, wald_test(fit, build_contrast(design, "dose", "1", "0"), shrink=False)) is None
