"""The negative binomial distribution with mean mu and variance mu + dispersion mu^2, samples x genes.

The kernels hold genes in the last axis, so that sums over the few samples run along contiguous memory.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

FloatArray = NDArray[np.float64]


def log_density_constant(counts: FloatArray, dispersion: FloatArray) -> FloatArray:
    """Return the part of the log-likelihood per gene that does not hold mu.

    counts : float64 array of shape (n_samples, n_genes); dispersion : shape (n_genes,), > 0. Returns (n_genes,).
    """
    size = 1.0 / dispersion
    return np.asarray(np.sum(gammaln(counts + size) - gammaln(size) - gammaln(counts + 1.0), axis=0))


def log_density_of_mean(counts: FloatArray, mu: FloatArray, dispersion: FloatArray) -> FloatArray:
    """Return the part of the log-likelihood per gene that holds mu: sum y log(a mu / (1 + a mu)) - log(1 + a mu) / a.

    counts, mu : float64 arrays of shape (n_samples, n_genes), mu > 0; dispersion : (n_genes,). Returns (n_genes,).
    """
    scaled = dispersion * mu
    log_one_plus = np.log1p(scaled)
    # log(s / (1 + s)) written so that counts of 2^53 do not meet the difference of two large logarithms (N7)
    total = np.sum(counts * np.log1p(1.0 / scaled), axis=0)
    return np.asarray(-total - log_one_plus.sum(axis=0) / dispersion)


def log_likelihood(counts: FloatArray, mu: FloatArray, dispersion: FloatArray) -> FloatArray:
    """Return the log-likelihood per gene. Shapes as in `log_density_of_mean`."""
    return log_density_constant(counts, dispersion) + log_density_of_mean(counts, mu, dispersion)
