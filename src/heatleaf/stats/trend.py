"""The dispersion trend over the mean, and the width of the prior around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import polygamma

from heatleaf.model import Message, note, warning
from heatleaf.stats.local_trend import MIN_GENES, LocalCurve, fit_local_curve
from heatleaf.stats.reference_draws import MAX_DF, N_BINS, N_VARIANCES, reference_draws

FloatArray = NDArray[np.float64]
TrendKind = Literal["parametric", "local", "mean"]

MIN_DISPERSION = 1e-8
MIN_PRIOR_VARIANCE = 0.25  # natural log scale, squared; Love, Huber & Anders 2014, Methods
POOR_RATIO = 10.0  # between genes of few and of many counts; the prior (sd >= 0.5) spans less than that
LOCAL_TEXT = (
    "no curve a + b / mean fits the dispersions of these genes: a local regression of dispersion on mean was used "
    "instead"
)
MAD_TO_SD = 1.4826  # 1 / Phi^-1(3/4)


@dataclass(frozen=True)
class DispersionTrend:
    """dispersion = asymptotic + extra_poisson / mean; extra_poisson is 0 for a constant trend.

    curve : of a local trend, which has no such formula (both numbers are NaN); None otherwise.
    """

    kind: TrendKind
    asymptotic: float
    extra_poisson: float
    messages: tuple[Message, ...] = ()
    curve: LocalCurve | None = None

    def at(self, mean: FloatArray) -> FloatArray:
        """Return the dispersion expected at these means of normalised counts (> 0)."""
        if self.curve is not None:
            return self.curve.at(mean)
        return np.asarray(self.asymptotic + self.extra_poisson / mean)


@dataclass(frozen=True)
class DispersionPrior:
    """Spread of the gene-wise log dispersions about the trend (natural log).

    variance : of the true dispersions, the prior's. residual_sd : of the estimates, by their median absolute deviation.
    """

    variance: float
    residual_sd: float


def fit_trend(
    base_mean: FloatArray, dispersion_gene_wise: FloatArray, kind: TrendKind = "parametric"
) -> DispersionTrend:
    """Fit the parametric trend, or fall back to a local regression or a constant and say so (N12).

    Parameters
    ----------
    base_mean, dispersion_gene_wise : float64 arrays of shape (n_genes,)
        Genes with counts only.
    kind : {"parametric", "local", "mean"}
        What is tried first; each falls back to those after it.

    References
    ----------
    Love, Huber & Anders 2014, Methods, "Dispersion trend": gamma-family regression of the gene-wise estimates on
    1 / mean, repeated without genes whose ratio to the trend is outside 1e-4 .. 15.
    """
    usable = dispersion_gene_wise > 100 * MIN_DISPERSION
    if not usable.any():
        what = "no gene varies more than chance between replicates: the same small dispersion was used for all"
        return DispersionTrend("mean", 10 * MIN_DISPERSION, 0.0, (note("dispersion_trend", what),))
    means, dispersions = base_mean[usable], dispersion_gene_wise[usable]
    if kind == "parametric":
        coefficients = _robust_gamma_fit(means, dispersions)
        if coefficients is not None:
            return DispersionTrend("parametric", float(coefficients[0]), float(coefficients[1]))
    if kind != "mean" and len(means) >= MIN_GENES and np.ptp(means) > 0:
        curve = fit_local_curve(means, dispersions)
        messages = (note("dispersion_trend", LOCAL_TEXT),) if kind == "parametric" else ()
        return DispersionTrend("local", np.nan, np.nan, messages, curve)
    messages = () if kind == "mean" else (_tell_constant(means, dispersions),)
    return DispersionTrend("mean", mean_dispersion(dispersion_gene_wise), 0.0, messages)


def mean_dispersion(dispersion_gene_wise: FloatArray) -> float:
    """Return the mean of gene-wise dispersions, shape (n_genes,), without the outermost thousandth at both ends."""
    values = np.sort(dispersion_gene_wise[dispersion_gene_wise > 10 * MIN_DISPERSION])
    cut = int(0.001 * len(values))
    return float(np.mean(values[cut : len(values) - cut]))


def _tell_constant(means: FloatArray, dispersions: FloatArray) -> Message:
    """Say that one dispersion stands for all; warn where genes of few and of many counts differ much in it."""
    what = (
        "no curve of dispersion against mean fits these counts, as happens with small tables: the mean of all genes "
        "was used, towards which the dispersion of each gene is drawn"
    )
    is_low = means <= np.median(means)
    halves = [float(np.median(dispersions[half])) for half in (is_low, ~is_low) if half.any()]
    if max(halves) <= POOR_RATIO * min(halves):
        return note("dispersion_trend", what)
    differ = f"{what}; genes with few and with many counts differ {max(halves) / min(halves):.0f}-fold in it"
    return warning("dispersion_trend", differ, fix="read p-values near the threshold with care")


def _robust_gamma_fit(means: FloatArray, dispersions: FloatArray) -> FloatArray | None:
    coefficients = np.array([0.1, 1.0])
    predictors = np.column_stack([np.ones_like(means), 1.0 / means])
    for _ in range(11):
        ratio = dispersions / (predictors @ coefficients)
        good = (ratio > 1e-4) & (ratio < 15)
        previous = coefficients
        coefficients, converged = _gamma_regression(predictors[good], dispersions[good], previous)
        if not np.all(coefficients > 0):
            return None
        if converged and np.sum(np.log(coefficients / previous) ** 2) < 1e-6:
            return coefficients
    return None


def _gamma_regression(x: FloatArray, y: FloatArray, start: FloatArray) -> tuple[FloatArray, bool]:
    """Fit y ~ x with gamma errors and identity link by iteratively re-weighted least squares, halving bad steps."""
    coefficients, mu = start, np.asarray(x @ start)
    deviance = _gamma_deviance(y, mu)
    for _ in range(25):
        weighted = x / (mu * mu)[:, None]
        try:
            proposal = np.asarray(np.linalg.solve(weighted.T @ x, weighted.T @ y), dtype=np.float64)
        except np.linalg.LinAlgError:
            return coefficients, False
        for _ in range(25):
            if np.all(x @ proposal > 0):
                break
            proposal = (proposal + coefficients) / 2
        coefficients, mu, previous = proposal, x @ proposal, deviance
        if not np.all(mu > 0):
            return coefficients, False
        deviance = _gamma_deviance(y, mu)
        if abs(deviance - previous) / (abs(deviance) + 0.1) < 1e-8:
            return coefficients, True
    return coefficients, False


def _gamma_deviance(y: FloatArray, mu: FloatArray) -> float:
    return float(2.0 * np.sum((y - mu) / mu - np.log(y / mu)))


def fit_prior(dispersion_gene_wise: FloatArray, dispersion_trend: FloatArray, residual_df: int) -> DispersionPrior:
    """Estimate how widely the true log dispersions scatter about the trend.

    Parameters
    ----------
    dispersion_gene_wise, dispersion_trend : float64 arrays of shape (n_genes,)
    residual_df : int
        Samples less coefficients, > 0.

    Notes
    -----
    The observed variance, less trigamma(df / 2), the sampling variance of a log chi-squared variable, at least 0.25
    (Love, Huber & Anders 2014, eq. 7 and following). With three or fewer degrees of freedom that difference is not
    reliable and the distribution of the residuals is matched instead (`_match_small_df`).
    """
    usable = dispersion_gene_wise >= 100 * MIN_DISPERSION
    residuals = np.log(dispersion_gene_wise[usable]) - np.log(dispersion_trend[usable])
    if not len(residuals):
        return DispersionPrior(MIN_PRIOR_VARIANCE, 0.0)
    spread = MAD_TO_SD * float(np.median(np.abs(residuals - np.median(residuals))))
    if residual_df <= MAX_DF:
        variance = _match_small_df(residuals, residual_df)
    else:
        variance = spread**2 - float(polygamma(1, residual_df / 2))
    return DispersionPrior(max(variance, MIN_PRIOR_VARIANCE), spread)


def _match_small_df(residuals: FloatArray, df: int) -> float:
    """Find the variance for which log(chi2_df / df) + N(0, variance) is nearest to the residuals.

    Nearest by the Kullback-Leibler divergence of histograms, smoothed over the variances, as the reference does it.
    """
    edges = np.arange(-N_BINS // 2, N_BINS // 2 + 1) / 2.0
    inside = residuals[(residuals > edges[0]) & (residuals < edges[-1])]
    if not len(inside):
        return MIN_PRIOR_VARIANCE
    observed = np.histogram(inside, edges)[0] / (0.5 * len(inside))
    draws = reference_draws(df)
    expected = draws / (0.5 * draws.sum(axis=1, keepdims=True))
    small = np.where(expected > 0, expected, np.inf).min(axis=1, keepdims=True)
    small = np.minimum(small, observed[observed > 0].min())
    divergence = np.sum(observed * (np.log(observed + small) - np.log(expected + small)), axis=1)
    fine = np.linspace(0.0, 8.0, 1000)
    return float(fine[np.argmin(_smooth(np.linspace(0.0, 8.0, N_VARIANCES), divergence, fine))])


def _smooth(x: FloatArray, y: FloatArray, at: FloatArray) -> FloatArray:
    """Smooth y over evenly spaced x by local parabolas, each through a fifth of the points (Cleveland & Grosse 1991).

    As in that paper, value and slope are fitted at the vertices of a tree of cells and blended by cubics in between;
    the minimum would be elsewhere without it.
    """
    margin = 0.005 * (x[-1] - x[0])
    vertices = np.array(
        [x[0] - margin, *sorted(_cell_borders(x, 0, len(x), int(0.04 * len(x) + 1e-9))), x[-1] + margin]
    )
    value, slope = np.array([_local_parabola(x - vertex, y, len(x) // 5) for vertex in vertices]).T
    cell = np.clip(np.searchsorted(vertices, at, side="right") - 1, 0, len(vertices) - 2)
    width = vertices[cell + 1] - vertices[cell]
    t = (at - vertices[cell]) / width
    left = (1 - t) ** 2 * ((1 + 2 * t) * value[cell] + t * width * slope[cell])
    right = t**2 * ((3 - 2 * t) * value[cell + 1] - (1 - t) * width * slope[cell + 1])
    return np.asarray(left + right)


def _cell_borders(x: FloatArray, start: int, stop: int, most: int) -> list[float]:
    """Return where x[start:stop] is cut at the middle point until cells hold at most `most` points."""
    if stop - start <= most:
        return []
    middle = (start + stop + 1) // 2
    return [*_cell_borders(x, start, middle, most), float(x[middle - 1]), *_cell_borders(x, middle, stop, most)]


def _local_parabola(distance: FloatArray, y: FloatArray, n_near: int) -> tuple[float, float]:
    """Return value and slope at distance 0 of the parabola fitted with tricube weights to the nearest points."""
    ratio = np.abs(distance) / np.sort(np.abs(distance))[n_near - 1]
    root_weight = np.sqrt(np.clip(1 - ratio**3, 0.0, 1.0) ** 3)
    columns = np.vander(distance, 3, increasing=True) * root_weight[:, None]
    value, slope, _ = np.linalg.lstsq(columns, y * root_weight, rcond=None)[0]
    return float(value), float(slope)
