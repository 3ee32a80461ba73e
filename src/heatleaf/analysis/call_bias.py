"""What being called depends on besides biology: the mean count of each gene, or a number that the user gives."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from heatleaf.analysis.study import Study
from heatleaf.enrich import best_scores
from heatleaf.errors import UserError
from heatleaf.io.gene_values import read_gene_values

MEAN = "mean"


def bias_of_study(study: Study, names: Sequence[str], asked: str) -> dict[str, float] | None:
    """Return the number on which calls depend for each name of a study; None where nothing was asked for.

    Parameters
    ----------
    names : of the genes of the study, as in the gene sets; of genes that share one the largest number counts.
    asked : "mean", "" or the path of a table of genes and numbers.
    """
    if not asked:
        return None
    if asked == MEAN:
        return best_scores(names, mean_shares(study))
    return name_values(study.counts.gene_ids, names, Path(asked))


def name_values(gene_ids: Sequence[str], names: Sequence[str], path: Path) -> dict[str, float]:
    """Read a table of numbers by gene, named as the ids (with or without version) or as in the gene sets.

    Raises
    ------
    UserError
        option: none of the genes is in the table; refusals of `read_gene_values`.
    """
    values = read_gene_values(path)
    plain = {gene.split(".")[0]: value for gene, value in values.items()}
    found = [
        values.get(gene_id, values.get(name, plain.get(gene_id.split(".")[0], np.nan)))
        for gene_id, name in zip(gene_ids, names, strict=True)
    ]
    known = best_scores(names, found)
    if not known:
        what = f"names none of the {len(gene_ids):,} genes (first: {', '.join(list(values)[:3])})"
        raise UserError("option", what, where=path.name, fix="name the genes as in the table of counts")
    return known


def mean_shares(study: Study) -> NDArray[np.float64]:
    """Return the mean share of the reads of each gene over the samples; its order is that of mean counts."""
    counts = study.counts.counts.astype(np.float64)
    shares: NDArray[np.float64] = (counts / np.maximum(counts.sum(axis=0), 1.0)).mean(axis=1)
    return shares
