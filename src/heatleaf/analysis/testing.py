"""The tests of a study: one fit, then each comparison and each omnibus test, with the reason of each gene's result."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from heatleaf.analysis.reuse import Reuse
from heatleaf.analysis.settings import Settings
from heatleaf.analysis.study import Study
from heatleaf.errors import UserError
from heatleaf.interpret.why import gene_notes
from heatleaf.model import Contrast, Design, DifferentialResult, OmnibusResult
from heatleaf.model.second_opinions import SecondOpinions
from heatleaf.stats import CountsFit, fit_counts, size_factors, wald_test
from heatleaf.stats.evidence import weigh_evidence
from heatleaf.stats.omnibus import omnibus_test
from heatleaf.stats.power import Power, study_power
from heatleaf.stats.reduction import Reduction, leave_out, reduce_to
from heatleaf.stats.size_factors import Method
from heatleaf.stats.trend import TrendKind

FloatArray = NDArray[np.float64]
MIN_OMNIBUS_LEVELS = 3  # of two levels the comparison itself tells all


@dataclass(frozen=True, eq=False)
class StudyTests:
    """Size factors, and the fit and results where a test was made."""

    size_factors: FloatArray
    fit: CountsFit | None
    results: tuple[DifferentialResult, ...]
    omnibus: tuple[OmnibusResult, ...] = ()
    powers: tuple[Power | None, ...] = ()
    opinions: tuple[SecondOpinions, ...] = ()


def make_tests(study: Study, settings: Settings, reuse: Reuse | None = None) -> StudyTests:
    """Fit the design of a study and make every test that was asked for; a fit that is known is taken over."""
    design = study.design
    if design is None:
        return StudyTests(_size_factors(study, settings), None, ())
    reductions = _reductions(design, study.contrasts, settings)
    fit = (reuse or Reuse()).take("fit", settings, (study.counts, design), lambda: _fit(study, design, settings))
    results = tuple(_explained(fit, wald_test(fit, contrast, alpha=settings.alpha)) for contrast in study.contrasts)
    omnibus = tuple(omnibus_test(fit, reduction, alpha=settings.alpha) for reduction in reductions)
    powers = tuple(study_power(fit, result) for result in results)
    return StudyTests(fit.size_factors, fit, results, omnibus, powers)


def _fit(study: Study, design: Design, settings: Settings) -> CountsFit:
    return fit_counts(
        study.counts,
        design,
        size_factors_given=_size_factors(study, settings),
        trend_kind=_choice("fit-type", settings.fit_type, get_args(TrendKind)),
    )


def _size_factors(study: Study, settings: Settings) -> FloatArray:
    """Return the size factors that were given, or estimate them.

    Raises
    ------
    UserError
        option: a method that is not known, or samples without a factor.
    """
    if not settings.given_size_factors:
        return size_factors(study.counts, method=_choice("size-factors", settings.size_factors, get_args(Method)))
    given = dict(settings.given_size_factors)
    lacking = [name for name in study.counts.sample_ids if name not in given]
    if lacking:
        what = f"no size factor is given for {', '.join(lacking[:5])}"
        raise UserError("option", what, where="--size-factors", fix="give one for each sample of the table")
    return np.array([given[name] for name in study.counts.sample_ids])


def _choice(option: str, name: str, known: tuple[Any, ...]) -> Any:
    if name not in known:
        what = f"'{name}' is not known"
        raise UserError("option", what, where=f"--{option}", fix=f"choose one of: {', '.join(known)}")
    return name


def _explained(fit: CountsFit, result: DifferentialResult) -> DifferentialResult:
    """Add to a result the reason of each gene's call."""
    return replace(result, note=gene_notes(result, weigh_evidence(fit, result)))


def _reductions(design: Design, contrasts: tuple[Contrast, ...], settings: Settings) -> list[Reduction]:
    """Return the omnibus tests that were asked for; without a question of one's own that of the tested factor."""
    reductions = [leave_out(design, name) for name in settings.omnibus]
    if settings.reduced:
        reductions.append(reduce_to(design, settings.reduced))
    asked = reductions or settings.contrasts or settings.comparisons
    factor = design.factors.get(contrasts[0].factor) if contrasts else None
    if not asked and factor is not None and len(factor.levels) >= MIN_OMNIBUS_LEVELS:
        reductions.append(leave_out(design, factor.name))
    return reductions
