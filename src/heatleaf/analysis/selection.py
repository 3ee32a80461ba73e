"""Gene sets in genes that someone selected in a finished analysis, against the universe of its heatmap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from heatleaf.analysis.result import Analysis
from heatleaf.analysis.view_sets import set_records
from heatleaf.errors import UserError

N_SETS = 100


def enrich_selection(analysis: Analysis, gene_ids: Sequence[str]) -> dict[str, Any]:
    """Test the gene sets of an analysis in some of its genes.

    Returns
    -------
    dict
        rows : records of gene sets, most certain first. universe : in words. n_genes : of the selection.

    Raises
    ------
    UserError
        no_genes: none of them is a gene of the analysis. gene_sets: the analysis has no gene sets.
    """
    known = set(analysis.counts.gene_ids)
    chosen = [gene for gene in dict.fromkeys(gene_ids) if gene in known]
    if not chosen:
        raise UserError("no_genes", "none of the selected genes is in the table")
    tester = analysis.heatmap.tester
    tables = tester.test_blocks(chosen, [(0, len(chosen))]) if tester is not None else []
    if not tables:
        raise UserError(
            "gene_sets", "there are no gene sets to test in", fix="name the organism, or drop a file of sets"
        )
    rows = set_records(tables[0], analysis.settings.alpha, N_SETS)
    return {"rows": rows, "universe": tables[0].universe_label, "n_genes": len(chosen)}
