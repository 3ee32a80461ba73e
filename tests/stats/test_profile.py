"""The likelihood of the dispersion followed along polynomials, against the same formula computed at each point."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import gammaln
from scipy.stats import nbinom

from heatleaf.stats import normal_equations as ne
from heatleaf.stats.profile import HALF_WIDTH, SPACING, Panels, Profile, RisingProducts


def adjusted_log_likelihood(y, mu, x, log_alpha):
    """The Cox-Reid adjusted log-likelihood without its constant, gene by gene with a general determinant."""
    size = np.exp(-log_alpha)
    value = (nbinom.logpmf(y, size, size / (size + mu)) + gammaln(y + 1) - y * np.log(mu)).sum(axis=0)
    information = np.einsum("ni,ng,nj->gij", x, 1 / (1 / mu + 1 / size), x)
    return value - 0.5 * np.linalg.slogdet(information)[1]


@pytest.mark.parametrize(("n_samples", "p"), [(6, 2), (24, 4), (150, 3)])
def test_polynomials_follow_the_likelihood(n_samples: int, p: int) -> None:
    rng = np.random.default_rng(n_samples)
    n_genes = 300
    x = np.column_stack([np.ones(n_samples), rng.normal(size=(n_samples, p - 1))])
    log_alpha = rng.uniform(-5, 1, n_genes)
    # means up to 60,000: counts inside and outside the table
    mu = np.exp(rng.uniform(-2, 11, n_genes)) * np.exp(rng.normal(0, 0.3, (n_samples, 1)))
    y = rng.negative_binomial(np.exp(-log_alpha), 1 / (1 + np.exp(log_alpha) * mu)).astype(float)
    panels, genes = Panels(Profile.of(y, mu, x), RisingProducts()), np.arange(n_genes)
    start = log_alpha + rng.uniform(-0.5, 0.5, n_genes)
    before, _ = panels.log_likelihood(genes, start)
    after, slope = panels.log_likelihood(genes, log_alpha)
    constant = (y * np.log(mu)).sum(axis=0)
    expected = [adjusted_log_likelihood(y, mu, x, at) for at in (start, log_alpha)]
    # the search compares values of one gene and stops at gains of 1e-6; scipy's values are themselves rounded
    scale = 1e-7 + 1e-13 * np.abs(constant)
    assert np.all(np.abs((after - before) - (expected[1] - expected[0])) < 1e-6 + scale)
    step = 1e-3
    numeric = (
        adjusted_log_likelihood(y, mu, x, log_alpha + step) - adjusted_log_likelihood(y, mu, x, log_alpha - step)
    ) / (2 * step)
    np.testing.assert_allclose(slope, numeric, rtol=1e-3, atol=1e-3)


def test_a_step_is_cut_at_the_end_of_the_panel_that_holds_its_start() -> None:
    y = np.array([[3.0, 9.0], [5.0, 2.0], [8.0, 4.0]])
    panels, genes = Panels(Profile.of(y, np.full_like(y, 5.0), np.ones((3, 1))), RisingProducts()), np.arange(2)
    here = np.array([-1.0, -1.1])
    panels.log_likelihood(genes, here)
    cut = panels.last_inside(genes, here, np.array([-0.9, 4.0]))
    assert cut[0] == -0.9
    assert here[1] < cut[1] <= here[1] + HALF_WIDTH + SPACING / 2
    # a start outside the panel has nothing to compare with: the step is kept whole
    assert panels.last_inside(genes, np.array([-1.0, 6.0]), np.array([-0.9, 4.0]))[1] == 4.0


def test_products_in_cuts_are_products() -> None:
    rng = np.random.default_rng(0)
    rows, columns = rng.normal(size=(10, 300)), rng.normal(size=(300, 1001))
    np.testing.assert_allclose(ne.product(rows, columns), rows @ columns, rtol=1e-12, atol=1e-12)
