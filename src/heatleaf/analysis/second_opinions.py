"""Second opinions for scripts and notebooks: one comparison, three methods, each sample left out in turn."""

from __future__ import annotations

import pandas as pd

from heatleaf.analysis.opinions import ask_others
from heatleaf.analysis.run import sheet_of
from heatleaf.analysis.settings import Settings
from heatleaf.analysis.study import prepare_study
from heatleaf.model import CountTable, SampleSheet
from heatleaf.model.second_opinions import SecondOpinions
from heatleaf.stats import fit_counts, wald_test


def second_opinions(
    counts: CountTable | pd.DataFrame,
    samples: SampleSheet | pd.DataFrame,
    design: str,
    contrast: tuple[str, str, str],
    *,
    alpha: float = Settings.alpha,
) -> SecondOpinions:
    """Test a comparison by three methods, and without each sample in turn.

    Parameters
    ----------
    counts : CountTable or data frame of genes x samples
    samples : SampleSheet or data frame indexed by sample
    design : str
        A formula, "~ batch + condition".
    contrast : (factor, tested level, reference level)
    alpha : float
        Adjusted p-value at which genes are called.

    Returns
    -------
    SecondOpinions
        Its `table` has p, adjusted p and call of each method for each gene, a verdict in words, and in how many refits
        the gene is called; the table of its `leave_one_out` has a row per sample.

    Raises
    ------
    UserError
        Refusals of the counts, the design and the contrast; few_genes where too few genes have enough counts.

    Notes
    -----
    Wald tests (Love, Huber & Anders 2014), voom (Law, Chen, Shi & Smyth 2014), quasi-likelihood F-tests (Lund,
    Nettleton, McCarthy & Smyth 2012). The refits take as long as one fit for each sample.
    """
    counts = CountTable.from_frame(counts) if isinstance(counts, pd.DataFrame) else counts
    sheet = sheet_of(samples, counts.sample_ids) if isinstance(samples, pd.DataFrame) else samples
    study = prepare_study(counts, sheet, Settings(design=design, contrasts=(contrast,), alpha=alpha))
    if study.design is None:
        raise ValueError("a design was given and none was settled")
    fit = fit_counts(study.counts, study.design)
    return ask_others(study, [wald_test(fit, study.contrasts[0], alpha=alpha)])[0]
