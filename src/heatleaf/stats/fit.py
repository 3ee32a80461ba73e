"""The fit of all genes: size factors, dispersions, coefficients, outliers. What is tested of it is in wald and lrt.

1 size factors  2 gene-wise dispersions  3 trend and prior  4 posterior dispersions and coefficients
5 Cook's distances, replacement of outliers, and steps 2 and 4 again for those genes
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from heatleaf.errors import UserError
from heatleaf.model import CountTable, Design, Message, note, warning
from heatleaf.stats import cooks as ck
from heatleaf.stats import normal_equations as ne
from heatleaf.stats.chunks import DEFAULT_WORKERS, gene_chunks, map_parts
from heatleaf.stats.dispersion import (
    LogPrior,
    estimate_gene_wise,
    estimate_posterior,
    linear_fit,
    starting_dispersion,
)
from heatleaf.stats.glm import LOWEST_MU, fit_glm
from heatleaf.stats.profile import Panels, Profile, RisingProducts, panel_of
from heatleaf.stats.size_factors import needs_positive_counts, size_factors
from heatleaf.stats.trend import DispersionPrior, DispersionTrend, TrendKind, fit_prior, fit_trend

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

MANY_NOT_CONVERGED = 0.05  # share of genes above which the note becomes a warning (R36)


@dataclass(frozen=True, eq=False)
class CountsFit:
    """The fit of a design to a count table; genes in the order of the table, NaN for genes without counts.

    counts : int64 (n_genes, n_samples), as fitted: outliers replaced in the genes marked `replaced`.
    size_factors : (n_samples,). base_mean, base_var : of normalised counts as fitted, (n_genes,).
    dispersion_gene_wise, dispersion_trend, dispersion_map, dispersion : (n_genes,); the last is the one used:
        the posterior mode, or the gene-wise value where `is_dispersion_outlier`.
    coefficients : natural log, (n_genes, n_coefficients). covariance : natural log, (n_genes, n_coefficients,
        n_coefficients). max_cooks : largest Cook's distance of a sample whose outliers are flagged, NaN where none is.
    cooks_sample : position of the sample with the largest distance of all, -1 for genes without counts.
    converged, replaced, is_dispersion_outlier : bool (n_genes,).
    """

    table: CountTable
    design: Design
    counts: NDArray[np.int64]
    size_factors: FloatArray
    base_mean: FloatArray
    base_var: FloatArray
    dispersion_gene_wise: FloatArray
    dispersion_trend: FloatArray
    dispersion_map: FloatArray
    dispersion: FloatArray
    trend: DispersionTrend
    prior: DispersionPrior
    coefficients: FloatArray
    covariance: FloatArray
    max_cooks: FloatArray
    cooks_sample: NDArray[np.intp]
    converged: BoolArray
    replaced: BoolArray
    is_dispersion_outlier: BoolArray
    messages: tuple[Message, ...] = ()

    @property
    def norm_counts(self) -> FloatArray:
        """Counts of the table, not replaced, over size factors; float64 (n_genes, n_samples)."""
        return np.asarray(self.table.counts / self.size_factors)


@dataclass(frozen=True, eq=False)
class _Problem:
    """Genes with counts, samples x genes, and what they are fitted to."""

    counts: FloatArray
    size_factors: FloatArray
    model_matrix: FloatArray
    n_workers: int

    @property
    def norm_counts(self) -> FloatArray:
        return np.asarray(self.counts / self.size_factors[:, None])

    @property
    def residual_df(self) -> int:
        return int(self.model_matrix.shape[0] - self.model_matrix.shape[1])

    @property
    def chunks(self) -> list[slice]:
        shape = (self.counts.shape[0], self.counts.shape[1])
        return gene_chunks(shape)

    def take(self, genes: slice | BoolArray) -> _Problem:
        return replace(self, counts=np.ascontiguousarray(self.counts[:, genes]))


@dataclass(frozen=True, eq=False)
class _Fitted:
    """Results for the genes of a problem, genes in the last axis of each array."""

    base_mean: FloatArray
    base_var: FloatArray
    gene_wise: FloatArray
    trend: FloatArray
    posterior: FloatArray
    dispersion: FloatArray
    is_outlier: BoolArray
    coefficients: FloatArray
    covariance: FloatArray
    converged: BoolArray
    cooks: FloatArray


def fit_counts(
    counts: CountTable,
    design: Design,
    *,
    size_factors_given: FloatArray | None = None,
    trend_kind: TrendKind = "parametric",
    n_workers: int = DEFAULT_WORKERS,
) -> CountsFit:
    """Fit a negative binomial model to each gene.

    Parameters
    ----------
    counts : CountTable
        Samples in the order of `design.sample_ids`.
    design : Design
    size_factors_given : float64 array of shape (n_samples,), optional
        All > 0. Estimated by `size_factors` if not given.
    trend_kind : {"parametric", "local", "mean"}
        The dispersion trend that is tried first, see `fit_trend`.
    n_workers : int
        Threads; the result is the same for any number.

    Raises
    ------
    UserError
        too_many_coefficients when no degree of freedom is left; those of `size_factors`.

    References
    ----------
    Love, Huber & Anders 2014 (dispersions, coefficients, outliers), Anders & Huber 2010 (size factors).
    """
    _refuse_unfit(counts, design)
    factors = size_factors(counts) if size_factors_given is None else _checked(size_factors_given, counts.n_samples)
    expressed = _in_order_of_dispersion(counts, factors, design.model_matrix)
    y = np.ascontiguousarray(counts.counts[expressed].T, dtype=np.float64)
    problem = _Problem(y, factors, design.model_matrix, n_workers)
    gene_wise, likelihoods = _gene_wise(problem)
    base_mean = problem.norm_counts.mean(axis=0)
    trend = fit_trend(base_mean, gene_wise, trend_kind)
    prior = fit_prior(gene_wise, trend.at(base_mean), problem.residual_df)
    first = _fit_given_trend(problem, gene_wise, likelihoods, (trend, prior))
    final = _refit_without_outliers(problem, first, (trend, prior))
    return _assemble(counts, design, expressed, final, (trend, prior))


def _refuse_unfit(counts: CountTable, design: Design) -> None:
    if counts.sample_ids != design.sample_ids:
        raise ValueError("the samples of the count table are not those of the design, in its order")
    n_samples, n_coefficients = design.model_matrix.shape
    if n_samples <= n_coefficients:
        raise UserError(
            "too_many_coefficients",
            f"{n_coefficients} coefficients for {n_samples} samples leave no replicates to estimate the noise from",
            fix="use fewer variables in the design, or more samples",
        )


def _checked(size_factors_given: FloatArray, n_samples: int) -> FloatArray:
    factors = np.asarray(size_factors_given, dtype=np.float64)
    if factors.shape != (n_samples,) or not (np.isfinite(factors) & (factors > 0)).all():
        raise ValueError(f"size factors must be {n_samples} numbers above 0, one per sample")
    return factors


def _in_order_of_dispersion(counts: CountTable, size_factors: FloatArray, model_matrix: FloatArray) -> NDArray[np.intp]:
    """Return the positions of genes with counts, so that genes whose searches start in one panel lie together."""
    expressed = np.flatnonzero(counts.counts.any(axis=1))
    shape = (counts.n_samples, len(expressed))

    def work(part: slice) -> FloatArray:
        norm_counts = counts.counts[expressed[part]].T / size_factors[:, None]
        fitted = linear_fit(norm_counts, model_matrix)
        return starting_dispersion(norm_counts, fitted, model_matrix.shape[1], size_factors)

    starts = np.concatenate([work(part) for part in gene_chunks(shape)])
    return np.asarray(expressed[np.argsort(panel_of(np.log(starts)), kind="stable")])


def gene_wise_dispersions(
    counts: FloatArray, size_factors: FloatArray, model_matrix: FloatArray, *, n_workers: int = DEFAULT_WORKERS
) -> FloatArray:
    """Estimate the dispersion of each gene by itself; returns shape (n_genes,).

    counts : float64 array of shape (n_samples, n_genes), genes with counts only.
    """
    return _gene_wise(_Problem(counts, size_factors, model_matrix, n_workers))[0]


def _gene_wise(problem: _Problem) -> tuple[FloatArray, list[Panels]]:
    """Return gene-wise dispersions, and of each chunk of genes the likelihood that they maximise."""
    model_matrix, size_factors = problem.model_matrix, problem.size_factors
    n_groups = len(np.unique(model_matrix, axis=0))
    fits_means = n_groups == model_matrix.shape[1]  # then the linear model gives the mean of each group
    tables = RisingProducts()

    def work(part: slice) -> tuple[FloatArray, Panels]:
        genes = problem.take(part)
        norm_counts = genes.norm_counts
        fitted = linear_fit(norm_counts, model_matrix)
        start = starting_dispersion(norm_counts, fitted, model_matrix.shape[1], size_factors)
        if fits_means:
            mu = fitted * size_factors[:, None]
        else:
            mu = fit_glm(genes.counts, model_matrix, size_factors, start).mu
        panels = Panels(Profile.of(genes.counts, np.maximum(mu, LOWEST_MU), model_matrix), tables)
        return estimate_gene_wise(panels, start), panels

    parts = map_parts(work, problem.chunks, problem.n_workers)
    return np.concatenate([part[0] for part in parts]), [part[1] for part in parts]


def _fit_given_trend(
    problem: _Problem,
    gene_wise: FloatArray,
    likelihoods: list[Panels],
    shape: tuple[DispersionTrend, DispersionPrior],
) -> _Fitted:
    """Estimate posterior dispersions and coefficients, and Cook's distances."""
    trend, prior = shape

    def work(chunk: tuple[slice, Panels]) -> _Fitted:
        part, panels = chunk
        genes = replace(problem, counts=panels.profile.counts)
        norm_counts = genes.norm_counts
        base_mean, own = norm_counts.mean(axis=0), gene_wise[part]
        expected = trend.at(base_mean)
        posterior = estimate_posterior(panels, own, LogPrior(np.log(expected), prior.variance))
        is_outlier = np.log(own) > np.log(expected) + 2.0 * prior.residual_sd
        final = np.where(is_outlier, own, posterior)
        glm = fit_glm(genes.counts, problem.model_matrix, problem.size_factors, final)
        cooks = ck.cooks_distances(genes.counts, problem.size_factors, glm.mu, glm.hat, problem.model_matrix)
        return _Fitted(
            base_mean,
            norm_counts.var(axis=0, ddof=1),
            own,
            expected,
            posterior,
            final,
            is_outlier,
            glm.coefficients,
            glm.covariance,
            glm.converged,
            cooks,
        )

    parts = map_parts(work, list(zip(problem.chunks, likelihoods, strict=True)), problem.n_workers)
    return _Fitted(*(np.concatenate([getattr(part, f.name) for part in parts], axis=-1) for f in fields(_Fitted)))


@dataclass(frozen=True, eq=False)
class _Final:
    """The fits after outliers were dealt with; `cooks` of `fitted` are those before."""

    counts: FloatArray
    size_factors: FloatArray
    fitted: _Fitted
    replaced: BoolArray
    max_cooks: FloatArray


def _refit_without_outliers(
    problem: _Problem, first: _Fitted, shape: tuple[DispersionTrend, DispersionPrior]
) -> _Final:
    """Replace outliers where there are enough replicates and fit those genes again; the trend stays."""
    model_matrix = problem.model_matrix
    nothing = np.zeros(problem.counts.shape[1], dtype=bool)
    replaceable = ck.in_cell_of(model_matrix, ck.REPLICATES_TO_REPLACE)
    flagged = ck.in_cell_of(model_matrix, ck.REPLICATES_TO_FLAG)
    kept = _Final(problem.counts, problem.size_factors, first, nothing, _largest(first.cooks, flagged))
    if not replaceable.any():
        return kept
    counts, replaced = ck.replace_outliers(problem.counts, first.cooks, problem.size_factors, model_matrix)
    if not replaced.any():
        return kept
    again = replaced & counts.any(axis=0)
    part = replace(problem, counts=np.ascontiguousarray(counts[:, again]))
    second = _fit_given_trend(part, *_gene_wise(part), shape)
    fitted = _Fitted(*(_patch(first, second, f.name, (again, replaced & ~again)) for f in fields(_Fitted)))
    # what was replaced cannot be flagged; cells with too few samples for replacement still can
    return _Final(counts, problem.size_factors, fitted, replaced, _largest(first.cooks, flagged & ~replaceable))


def _patch(first: _Fitted, second: _Fitted, name: str, genes: tuple[BoolArray, BoolArray]) -> NDArray[Any]:
    """Put the second fits in place of the first; genes that lost all counts get 0 for moments, else NaN or False."""
    again, emptied = genes
    values: NDArray[Any] = getattr(first, name).copy()
    if name == "cooks":
        return values
    values[..., again] = getattr(second, name)
    values[..., emptied] = 0 if values.dtype == bool or name.startswith("base") else np.nan
    return values


def _largest(cooks: FloatArray, samples: BoolArray) -> FloatArray:
    """Return the largest distance of a gene among these samples; NaN where no sample can be flagged at all."""
    if not samples.any():
        return np.full(cooks.shape[1], np.nan)
    return np.asarray(cooks[samples].max(axis=0))


def _assemble(
    table: CountTable,
    design: Design,
    expressed: NDArray[np.intp],
    final: _Final,
    shape: tuple[DispersionTrend, DispersionPrior],
) -> CountsFit:
    """Lay the fits out over all genes of the table."""
    fitted, p = final.fitted, design.model_matrix.shape[1]

    def spread(values: NDArray[Any], fill: float = np.nan) -> NDArray[Any]:
        out = np.full((table.n_genes, *values.shape[1:]), fill, dtype=values.dtype)
        out[expressed] = values
        return out

    trend, prior = shape
    converged = fitted.converged & np.isfinite(fitted.dispersion)
    lost = ~converged & fitted.base_mean.astype(bool)
    return CountsFit(
        table=table,
        design=design,
        counts=_counts_as_fitted(table, expressed, final),
        size_factors=final.size_factors,
        base_mean=spread(fitted.base_mean, 0.0),
        base_var=spread(fitted.base_var, 0.0),
        dispersion_gene_wise=spread(fitted.gene_wise),
        dispersion_trend=spread(fitted.trend),
        dispersion_map=spread(fitted.posterior),
        dispersion=spread(fitted.dispersion),
        trend=trend,
        prior=prior,
        coefficients=spread(fitted.coefficients.T),
        covariance=spread(ne.unpack(fitted.covariance, p)),
        max_cooks=spread(final.max_cooks),
        cooks_sample=spread(np.argmax(fitted.cooks, axis=0), -1),
        converged=spread(converged, 0),
        replaced=spread(final.replaced, 0),
        is_dispersion_outlier=spread(fitted.is_outlier, 0),
        messages=_messages(table, trend, final, lost),
    )


def _counts_as_fitted(table: CountTable, expressed: NDArray[np.intp], final: _Final) -> NDArray[np.int64]:
    if not final.replaced.any():
        return table.counts
    counts = table.counts.copy()
    counts[expressed[final.replaced]] = final.counts[:, final.replaced].T.astype(np.int64)
    return counts


def _messages(table: CountTable, trend: DispersionTrend, final: _Final, lost: BoolArray) -> tuple[Message, ...]:
    messages = list(trend.messages)
    if needs_positive_counts(table.counts):
        what = "every gene has a zero in some sample: size factors by the positive-counts method"
        messages.append(note("size_factors_positive", what))
    n_replaced, n_lost = int(final.replaced.sum()), int(lost.sum())
    if n_replaced:
        what = (
            f"{n_replaced:,} {'gene has' if n_replaced == 1 else 'genes have'} counts far from their replicates "
            "(Cook's distance); where a cell has 7 or more samples they were replaced by the gene's trimmed mean"
        )
        messages.append(note("outliers", what))
    if n_lost:
        what = f"the fit of {n_lost:,} of {len(lost):,} genes did not converge; they have no p-value"
        too_many = n_lost > MANY_NOT_CONVERGED * len(lost)
        messages.append((warning if too_many else note)("not_converged", what))
    return tuple(messages)
