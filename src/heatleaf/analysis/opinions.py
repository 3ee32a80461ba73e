"""Second opinions on the comparisons of a study: two other methods, and the same method without each sample in turn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from heatleaf.analysis.study import Study
from heatleaf.errors import UserError
from heatleaf.interpret.second_opinions import (
    leave_one_out_findings,
    leave_one_out_messages,
    opinion_findings,
    opinion_verdicts,
)
from heatleaf.model import Design, DifferentialResult, Finding, Message, warning
from heatleaf.model.second_opinions import LeaveOneOut, SecondOpinions
from heatleaf.stats.leave_one_out import calls_without
from heatleaf.stats.quasi_likelihood import fit_quasi_likelihood, quasi_likelihood_test
from heatleaf.stats.voom import fit_voom, voom_test


def ask_others(study: Study, results: Sequence[DifferentialResult]) -> tuple[SecondOpinions, ...]:
    """Give each comparison of a study its second opinions; each method is fitted once for all of them.

    Raises
    ------
    UserError
        few_genes: too few genes have enough counts.
    """
    if study.design is None or not results:
        return ()
    voom = fit_voom(study.counts, study.design)
    quasi = fit_quasi_likelihood(study.counts, study.design)
    opinions = []
    for result, left in zip(results, _leave_each_out(study, study.design, results), strict=True):
        tests = voom_test(voom, result.contrast), quasi_likelihood_test(quasi, result.contrast)
        opinions.append(SecondOpinions(result, *tests, opinion_verdicts(result, tests), left))
    return tuple(opinions)


def ask_if_possible(
    study: Study, results: Sequence[DifferentialResult]
) -> tuple[tuple[SecondOpinions, ...], tuple[Message, ...]]:
    """Ask others, or say why they cannot be asked; also which samples could not be left out."""
    try:
        opinions = ask_others(study, results)
    except UserError as error:
        return (), (warning(error.code, error.what, fix=error.fix),)
    left = next((one.leave_one_out for one in opinions if one.leave_one_out is not None), None)
    return opinions, () if left is None else leave_one_out_messages(left)


def _leave_each_out(study: Study, design: Design, results: Sequence[DifferentialResult]) -> tuple[LeaveOneOut, ...]:
    """Fit and test without each sample in turn; one refit serves all comparisons."""
    contrasts = [result.contrast for result in results]
    refits, kept_in = {}, {}
    for i_sample, name in enumerate(study.counts.sample_ids):
        try:
            refits[name] = calls_without(study.counts, design, contrasts, i_sample=i_sample, alpha=results[0].alpha)
        except UserError as error:
            kept_in[name] = error.what
    calls = np.array(list(refits.values())).reshape(len(refits), len(results), study.counts.n_genes)
    return tuple(
        LeaveOneOut(result.contrast, tuple(refits), kept_in, result.is_significant, calls[:, i])
        for i, result in enumerate(results)
    )


def tell_opinions(opinions: Sequence[SecondOpinions], study: Study) -> tuple[Finding, ...]:
    """Say where the methods agree and what hangs on one sample."""
    told: list[Finding] = []
    for one in opinions:
        told += opinion_findings(one, study.gene_names)
        if one.leave_one_out is not None:
            told += leave_one_out_findings(one.leave_one_out, one.result, study.gene_names)
    return tuple(told)
