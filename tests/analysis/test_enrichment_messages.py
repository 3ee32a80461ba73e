"""Gene sets that there are not."""

from __future__ import annotations

import numpy as np

from heatleaf.analysis.enrichment import GeneSetTester, collect_gene_sets
from heatleaf.analysis.settings import Settings
from heatleaf.analysis.study import prepare_study
from heatleaf.model import CountTable


def test_an_organism_without_built_in_gene_sets_is_told_once() -> None:
    settings = Settings(test=False)
    genes = tuple(f"FBgn{i:07d}" for i in range(1, 21))
    counts = np.random.default_rng(1).integers(1, 99, size=(20, 4))
    study = prepare_study(CountTable(genes, ("a_1", "a_2", "b_1", "b_2"), counts), None, settings)
    tester = GeneSetTester.of(study, collect_gene_sets(study, settings), np.ones(20, dtype=bool), settings)
    assert [message.text for message in tester.messages] == [
        "no gene set is tested: built-in gene sets are for human only, and these genes are of fly. "
        "Fix: heatleaf resources fetch fly (once, over the network), or give --gene-sets FILE.gmt."
    ]
