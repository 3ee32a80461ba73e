"""The omnibus test: all levels of a variable at once, by the likelihood ratio of a design and a reduced one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from heatleaf.model import OmnibusResult
from heatleaf.stats.coding import Coding
from heatleaf.stats.contrast import build_contrast
from heatleaf.stats.fit import CountsFit
from heatleaf.stats.formula import parse_formula
from heatleaf.stats.lrt import likelihood_ratio_test
from heatleaf.stats.reduction import Reduction
from heatleaf.stats.wald import LOG2_E

FloatArray = NDArray[np.float64]


def omnibus_test(fit: CountsFit, reduction: Reduction, *, alpha: float = 0.05) -> OmnibusResult:
    """Test whether what was left out of the design explains the counts of each gene.

    Returns
    -------
    OmnibusResult
        With the log2 fold change of each level over the reference, or of each coefficient that was left out.

    Raises
    ------
    UserError
        contrast: the reduced design is not a part of the full one.

    References
    ----------
    Love, Huber & Anders 2014, Methods, "Likelihood ratio test".
    """
    tested = likelihood_ratio_test(fit, reduction.model_matrix, alpha=alpha)
    factor = fit.design.factors.get(reduction.variable)
    return OmnibusResult(
        name=reduction.name,
        title=_title(reduction, factor.levels if factor else ()),
        design=fit.design.formula,
        reduced=reduction.formula,
        df=tested.df,
        gene_ids=fit.table.gene_ids,
        gene_symbols=fit.table.gene_symbols,
        base_mean=tested.base_mean,
        log2_fold_changes=_changes(fit, reduction),
        stat=tested.stat,
        p_value=tested.p_value,
        log10_p=tested.log10_p,
        padj=tested.padj,
        status=tested.status,
        alpha=alpha,
        filter_threshold=tested.filter_threshold,
        levels=factor.levels if factor else (),
    )


def _title(reduction: Reduction, levels: tuple[str, ...]) -> str:
    if levels:
        return f"any difference between {', '.join(levels)} ({reduction.variable})"
    if reduction.variable:
        return f"any effect of {reduction.variable}"
    terms = [f"{' and '.join(term)} together" if len(term) > 1 else term[0] for term in reduction.dropped]
    return f"any effect of {'; '.join(terms)}"


def _changes(fit: CountsFit, reduction: Reduction) -> dict[str, FloatArray]:
    """Return the log2 fold changes of what was left out, by name."""
    design = fit.design
    factor = design.factors.get(reduction.variable)
    if factor is not None:
        reference, *others = factor.levels
        contrasts = [build_contrast(design, factor.name, level, reference) for level in others]
        return {contrast.name: fit.coefficients @ contrast.vector * LOG2_E for contrast in contrasts}
    coding = Coding.of(parse_formula(design.formula), design.factors, design.covariates)
    dropped = {frozenset(term) for term in reduction.dropped}
    columns = [i for i, block in enumerate(coding.block_of_column) if frozenset(block.variables) in dropped]
    return {design.coefficient_names[i]: fit.coefficients[:, i] * LOG2_E for i in columns}
