"""What an analysis returns: everything that the folder, the report and the library show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heatleaf.analysis.settings import Settings
from heatleaf.cluster import Clustering
from heatleaf.figures.distances.spec import DistancesSpec
from heatleaf.figures.heatmap.spec import HeatmapSpec
from heatleaf.figures.ma.spec import MaSpec
from heatleaf.figures.pca.spec import PcaSpec
from heatleaf.figures.volcano.spec import VolcanoSpec
from heatleaf.interpret.cards import ClusterCard
from heatleaf.interpret.clusters import ClusterFacts
from heatleaf.model import (
    Clusters,
    CountTable,
    Design,
    DifferentialResult,
    EnrichmentTable,
    Finding,
    Message,
    OmnibusResult,
    SampleSheet,
)

if TYPE_CHECKING:
    from heatleaf.analysis.enrichment import GeneSetTester
    from heatleaf.model.second_opinions import SecondOpinions
    from heatleaf.resources.gene_verdicts import GeneAudit
    from heatleaf.stats import CountsFit
    from heatleaf.stats.power import Power


@dataclass(frozen=True, eq=False)
class HeatmapResult:
    """A heatmap: what is drawn, how it was chosen, and what it shows.

    key : "heatmap" or "heatmap_<contrast>", also the name of its files. caption : the figure's legend in sentences.
    enrichment : one table per cluster number, empty when no gene sets were given. cards : what each cluster shows.
    clustering, facts, tester : from which the blocks of another cut can be described; None where that is not known.
    """

    key: str
    title: str
    spec: HeatmapSpec
    clusters: Clusters
    caption: str
    enrichment: Mapping[int, EnrichmentTable] = field(default_factory=dict)
    cards: tuple[ClusterCard, ...] = ()
    clustering: Clustering | None = None
    facts: ClusterFacts | None = None
    tester: GeneSetTester | None = None

    def __repr__(self) -> str:
        return f"<HeatmapResult: {self.title}, {self.clusters.n_clusters:,} clusters>"


@dataclass(frozen=True, eq=False)
class ComparisonResult:
    """One comparison: its test, its figures, and the gene sets of its genes ("up", "down", "ranked").

    tester : knows the members of the sets, which the tables do not hold.
    """

    differential: DifferentialResult
    volcano: VolcanoSpec
    ma: MaSpec
    volcano_caption: str
    ma_caption: str
    heatmap: HeatmapResult | None
    enrichment: Mapping[str, EnrichmentTable] = field(default_factory=dict)
    ranked: pd.DataFrame | None = None
    tester: GeneSetTester | None = None

    def __repr__(self) -> str:
        return f"<ComparisonResult: {self.differential.contrast.title}>"


@dataclass(frozen=True, eq=False)
class Analysis:
    """A finished analysis.

    vst, norm_counts : float64 arrays of shape (n_genes, n_samples), log2 scale and counts over size factors.
    gene_names : the symbol of each gene, its id where there is none. methods : Markdown with citations.
    fit : of the design, None without a test. omnibus : tests of all levels at once. opinions : one per comparison,
    where they were asked for.
    gene_audit : what became of each gene id, None where the organism is not known.
    powers : what each comparison can find, None for those that name no groups.
    versions : package -> version. resources : what built-in data was used, with release and licence.
    """

    title: str
    settings: Settings
    counts: CountTable
    samples: SampleSheet | None
    design: Design | None
    size_factors: NDArray[np.float64]
    norm_counts: NDArray[np.float64]
    vst: NDArray[np.float64]
    gene_names: tuple[str, ...]
    organism: str
    heatmap: HeatmapResult
    comparisons: tuple[ComparisonResult, ...]
    pca: PcaSpec | None
    pca_caption: str
    distances: DistancesSpec
    distances_caption: str
    findings: tuple[Finding, ...]
    messages: tuple[Message, ...]
    methods: str
    versions: Mapping[str, str]
    resources: tuple[Mapping[str, str], ...] = ()
    fit: CountsFit | None = None
    omnibus: tuple[OmnibusResult, ...] = ()
    powers: tuple[Power | None, ...] = ()
    opinions: tuple[SecondOpinions, ...] = ()
    gene_audit: GeneAudit | None = None

    def __repr__(self) -> str:
        return f"<Analysis: {self.title}>"

    def why(self, gene: str) -> str:
        """Say why a gene is called, or not, in each comparison.

        Parameters
        ----------
        gene : str
            Id or symbol, upper or lower case.

        Raises
        ------
        UserError
            no_genes: no gene has that name; names like it are suggested.
        """
        from heatleaf.analysis.explain import why_in_analysis

        return why_in_analysis(self, gene)
