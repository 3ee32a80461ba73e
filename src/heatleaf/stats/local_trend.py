"""A curve through log dispersions over log means by local regression, for tables that no parametric curve fits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

NEIGHBOURS = 0.7  # share of the genes in each window
CUT = 0.8  # a cell longer than this share of the smaller window at its ends is halved
MIN_GENES = 10  # a parabola has three coefficients; with fewer genes it follows single ones


@dataclass(frozen=True, eq=False)
class LocalCurve:
    """Fitted values of log dispersion and slopes at some log means (natural logs, rising), joined by cubics.

    bend : quadratic coefficient of one parabola through all genes, with which the curve goes on beyond its ends.
    """

    log_means: FloatArray
    values: FloatArray
    slopes: FloatArray
    bend: float

    def at(self, mean: FloatArray) -> FloatArray:
        """Return the dispersion at these means (> 0)."""
        x = np.log(mean)
        cell = np.clip(np.searchsorted(self.log_means, x, side="right") - 1, 0, len(self.log_means) - 2)
        width = self.log_means[cell + 1] - self.log_means[cell]
        t = (x - self.log_means[cell]) / width
        inside = np.clip(t, 0.0, 1.0)
        left = (1 - inside) ** 2 * ((1 + 2 * inside) * self.values[cell] + inside * width * self.slopes[cell])
        right = inside**2 * ((3 - 2 * inside) * self.values[cell + 1] - (1 - inside) * width * self.slopes[cell + 1])
        beyond = (t - inside) * width
        slope = np.where(t < 0.0, self.slopes[cell], self.slopes[cell + 1])
        return np.asarray(np.exp(left + right + beyond * (slope + self.bend * beyond)))


def fit_local_curve(means: FloatArray, dispersions: FloatArray) -> LocalCurve:
    """Fit log dispersion over log mean by local parabolas, each gene weighted by its mean.

    Parameters
    ----------
    means, dispersions : float64 arrays of shape (n_genes,)
        All > 0, at least `MIN_GENES` of them, not all means equal.

    References
    ----------
    Loader 1999, Local Regression and Likelihood: tricube weights over the nearest 70 % of the points (section 2.2),
    evaluated where a growing tree of cells has its vertices and blended by cubics between (sections 12.1, 12.2).
    Beyond the outermost genes the reference adds the parabola through all of them to a straight line.
    """
    order = np.argsort(means, kind="stable")
    x, y, weights = np.log(means[order]), np.log(dispersions[order]), means[order]
    vertices = {float(at): _local_parabola(x, y, weights, at) for at in (x[0], x[-1])}
    cells = [(float(x[0]), float(x[-1]))]
    while cells:
        left, right = cells.pop()
        if right - left <= CUT * min(vertices[left][2], vertices[right][2]):
            continue
        middle = (left + right) / 2
        vertices[middle] = _local_parabola(x, y, weights, middle)
        cells += [(left, middle), (middle, right)]
    places = np.array(sorted(vertices))
    value, slope, _ = np.array([vertices[place] for place in places]).T
    return LocalCurve(places, value, slope, _weighted_parabola(x - x.mean(), y, weights)[2])


def _local_parabola(x: FloatArray, y: FloatArray, weights: FloatArray, at: float) -> tuple[float, float, float]:
    """Return value and slope at a point of the parabola fitted around it, and the half width of its window."""
    distance = np.abs(x - at)
    half_width = float(np.partition(distance, int(NEIGHBOURS * len(x)) - 1)[int(NEIGHBOURS * len(x)) - 1])
    near = np.clip(1.0 - (distance / half_width) ** 3, 0.0, None) ** 3
    value, slope, _ = _weighted_parabola(x - at, y, near * weights)
    return value, slope, half_width


def _weighted_parabola(x: FloatArray, y: FloatArray, weights: FloatArray) -> tuple[float, float, float]:
    """Return the coefficients of 1, x and x^2 by weighted least squares."""
    root = np.sqrt(weights / weights.max())
    constant, linear, quadratic = np.linalg.lstsq(
        np.vander(x, 3, increasing=True) * root[:, None], y * root, rcond=None
    )[0]
    return float(constant), float(linear), float(quadratic)
