"""What the design of a study is worth: pairs, replicates, power. The same findings for a run and for the coach."""

from __future__ import annotations

from dataclasses import replace

from heatleaf.analysis.study import Study
from heatleaf.analysis.testing import StudyTests
from heatleaf.errors import UserError
from heatleaf.interpret.coach import (
    PowerFacts,
    ReplicateFacts,
    detectable_finding,
    pairing_finding,
    power_finding,
    replicate_finding,
)
from heatleaf.model import Contrast, Design, Finding, SampleSheet
from heatleaf.stats.design import build_design
from heatleaf.stats.formula import quote_name
from heatleaf.stats.power import Power, change_without
from heatleaf.stats.questions import find_pairings


def tell_design(study: Study, tests: StudyTests) -> tuple[Finding, ...]:
    """Say of a study whether it is paired, what its replicates are worth and which changes it can find."""
    if study.design is None or study.samples is None:
        return ()
    told = pairing_findings(study.samples, study.design, study.contrasts[0].factor)
    for contrast, power, result in zip(study.contrasts, tests.powers, tests.results, strict=True):
        own = [power_finding(power_facts(power), contrast)] if power is not None else []
        if power is not None and not result.is_significant.any():
            told += detectable_finding(power_facts(power), contrast)
        own += replicate_findings(study.design, contrast)
        several = len(study.contrasts) > 1
        told += [replace(one, text=f"{contrast.title}: {one.text}") if several else one for one in own]
    return tuple(told)


def power_facts(power: Power) -> PowerFacts:
    """Take what the sentence on power needs."""
    levels = [(level.mean_count, level.fold_change, level.samples_for_twofold) for level in power.levels]
    return PowerFacts(
        power.samples_per_group, power.p_cutoff, power.is_assumed, levels, power.share_twofold, power.shares
    )


def pairing_findings(samples: SampleSheet, design: Design, tested: str) -> list[Finding]:
    """Say which columns pair the samples; those the design leaves out only where it would fit."""
    told = []
    for pairing in find_pairings(samples, tested):
        is_used = pairing.variable in design.factors
        wanted = design.formula
        if not is_used:
            name = quote_name(pairing.variable)
            term = name if samples.numbers(pairing.variable) is None else f"C({name})"
            wanted = f"~ {term} + {design.formula.strip().removeprefix('~').strip()}"
            if not pairing.is_single or not _fits(samples, wanted):
                continue
        told.append(pairing_finding(pairing, wanted, is_used=is_used))
    return told


def _fits(samples: SampleSheet, formula: str) -> bool:
    try:
        build_design(samples, formula)
    except UserError:
        return False
    return True


def replicate_findings(design: Design, contrast: Contrast) -> list[Finding]:
    """Say what one sample less, and one more in each group, would do to a comparison; nothing if it names no groups."""
    residual = design.model_matrix.shape[0] - design.model_matrix.shape[1]
    loss = change_without(design.model_matrix, contrast.vector).tolist()
    finding = replicate_finding(ReplicateFacts(contrast, design.sample_ids, loss, residual))
    return [finding] if finding is not None else []
