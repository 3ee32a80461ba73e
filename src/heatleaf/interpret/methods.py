"""A methods paragraph in Markdown for a manuscript: what was really done, with versions and references."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from heatleaf.interpret.captions import METRIC_WORDS
from heatleaf.interpret.words import count_of, listing, thousands

REFERENCES: dict[str, str] = {
    "Anders & Huber 2010": (
        "Anders S, Huber W (2010). Differential expression analysis for sequence count data. Genome Biology 11:R106. "
        "doi:10.1186/gb-2010-11-10-r106"
    ),
    "Arthur & Vassilvitskii 2007": (
        "Arthur D, Vassilvitskii S (2007). k-means++: the advantages of careful seeding. Proceedings of the "
        "18th Annual ACM-SIAM Symposium on Discrete Algorithms, 1027-1035."
    ),
    "Bar-Joseph et al. 2001": (
        "Bar-Joseph Z, Gifford DK, Jaakkola TS (2001). Fast optimal leaf ordering for hierarchical clustering. "
        "Bioinformatics 17(Suppl 1):S22-S29. doi:10.1093/bioinformatics/17.suppl_1.S22"
    ),
    "Benjamini & Hochberg 1995": (
        "Benjamini Y, Hochberg Y (1995). Controlling the false discovery rate: a practical and powerful approach to "
        "multiple testing. Journal of the Royal Statistical Society B 57:289-300. "
        "doi:10.1111/j.2517-6161.1995.tb02031.x"
    ),
    "Bray et al. 2016": (
        "Bray NL, Pimentel H, Melsted P, Pachter L (2016). Near-optimal probabilistic RNA-seq quantification. Nature "
        "Biotechnology 34:525-527. doi:10.1038/nbt.3519"
    ),
    "Chen et al. 2016": (
        "Chen Y, Lun ATL, Smyth GK (2016). From reads to genes to pathways: differential expression analysis of "
        "RNA-Seq experiments using Rsubread and the edgeR quasi-likelihood pipeline. F1000Research 5:1438. "
        "doi:10.12688/f1000research.8987.2"
    ),
    "Hennig 2007": (
        "Hennig C (2007). Cluster-wise assessment of cluster stability. Computational Statistics & Data Analysis "
        "52:258-271. doi:10.1016/j.csda.2006.11.025"
    ),
    "Law et al. 2014": (
        "Law CW, Chen Y, Shi W, Smyth GK (2014). voom: precision weights unlock linear model analysis tools for "
        "RNA-seq read counts. Genome Biology 15:R29. doi:10.1186/gb-2014-15-2-r29"
    ),
    "Love et al. 2014": (
        "Love MI, Huber W, Anders S (2014). Moderated estimation of fold change and dispersion for RNA-seq data with "
        "DESeq2. Genome Biology 15:550. doi:10.1186/s13059-014-0550-8"
    ),
    "Lund et al. 2012": (
        "Lund SP, Nettleton D, McCarthy DJ, Smyth GK (2012). Detecting differential expression in RNA-sequence data "
        "using quasi-likelihood with shrunken dispersion estimates. Statistical Applications in Genetics and Molecular "
        "Biology 11:8. doi:10.1515/1544-6115.1826"
    ),
    "Martin 2011": (
        "Martin M (2011). Cutadapt removes adapter sequences from high-throughput sequencing reads. EMBnet.journal "
        "17:10-12. doi:10.14806/ej.17.1.200"
    ),
    "Patro et al. 2017": (
        "Patro R, Duggal G, Love MI, Irizarry RA, Kingsford C (2017). Salmon provides fast and bias-aware "
        "quantification of transcript expression. Nature Methods 14:417-419. doi:10.1038/nmeth.4197"
    ),
    "Rao & Wu 1988": (
        "Rao JNK, Wu CFJ (1988). Resampling inference with complex survey data. Journal of the American Statistical "
        "Association 83:231-241. doi:10.1080/01621459.1988.10478591"
    ),
    "Robinson & Oshlack 2010": (
        "Robinson MD, Oshlack A (2010). A scaling normalization method for differential expression analysis of RNA-seq "
        "data. Genome Biology 11:R25. doi:10.1186/gb-2010-11-3-r25"
    ),
    "Ritchie et al. 2015": (
        "Ritchie ME, Phipson B, Wu D, et al. (2015). limma powers differential expression analyses for RNA-sequencing "
        "and microarray studies. Nucleic Acids Research 43:e47. doi:10.1093/nar/gkv007"
    ),
    "Rousseeuw 1987": (
        "Rousseeuw PJ (1987). Silhouettes: a graphical aid to the interpretation and validation of cluster analysis. "
        "Journal of Computational and Applied Mathematics 20:53-65. doi:10.1016/0377-0427(87)90125-7"
    ),
    "Shimodaira 2002": (
        "Shimodaira H (2002). An approximately unbiased test of phylogenetic tree selection. Systematic Biology "
        "51:492-508. doi:10.1080/10635150290069913"
    ),
    "Smyth 2004": (
        "Smyth GK (2004). Linear models and empirical Bayes methods for assessing differential expression in "
        "microarray experiments. Statistical Applications in Genetics and Molecular Biology 3:3. "
        "doi:10.2202/1544-6115.1027"
    ),
    "Soneson et al. 2015": (
        "Soneson C, Love MI, Robinson MD (2015). Differential analyses for RNA-seq: transcript-level estimates improve "
        "gene-level inferences. F1000Research 4:1521. doi:10.12688/f1000research.7563.2"
    ),
    "Subramanian et al. 2005": (
        "Subramanian A, Tamayo P, Mootha VK, et al. (2005). Gene set enrichment analysis: a knowledge-based approach "
        "for interpreting genome-wide expression profiles. PNAS 102:15545-15550. doi:10.1073/pnas.0506580102"
    ),
    "Suzuki & Shimodaira 2006": (
        "Suzuki R, Shimodaira H (2006). Pvclust: an R package for assessing the uncertainty in hierarchical "
        "clustering. Bioinformatics 22:1540-1542. doi:10.1093/bioinformatics/btl117"
    ),
    "Young et al. 2010": (
        "Young MD, Wakefield MJ, Smyth GK, Oshlack A (2010). Gene ontology analysis for RNA-seq: accounting for "
        "selection bias. Genome Biology 11:R14. doi:10.1186/gb-2010-11-2-r14"
    ),
    "Zhu et al. 2019": (
        "Zhu A, Ibrahim JG, Love MI (2019). Heavy-tailed prior distributions for sequence count data: removing the "
        "noise and preserving large differences. Bioinformatics 35:2084-2092. doi:10.1093/bioinformatics/bty895"
    ),
}

USED_STEPS = frozenset(
    {
        "rounded_estimates",  # estimated counts were rounded to whole numbers
        "positive_counts",  # size factors from positive counts, because each gene has a zero
        "differential",  # dispersions, Wald tests, Benjamini-Hochberg
        "outlier_replacement",  # counts with a large Cook's distance were replaced (7 or more replicates)
        "independent_filtering",
        "omnibus",  # all levels of a variable at once
        "given_size_factors",  # taken from a table, not estimated
        "batch_removed",  # from what figures show
        "shrinkage",  # adaptive shrinkage of fold changes
        "second_opinions",  # voom and quasi-likelihood tests, and refits without each sample
        "optimal_leaf_order",
        "kmeans",
        "stability",  # clusters drawn anew
        "branch_support",  # multiscale bootstrap of the trees of samples
        "silhouette",  # number of clusters chosen by mean silhouette width
        "enrichment",  # over-representation
        "call_bias",  # with the chance of a gene to be called allowed for
        "ranked",  # gene set enrichment of ranked genes
    }
)


@dataclass(frozen=True)
class MethodFacts:
    """What was done.

    used : the steps that were really taken, of USED_STEPS. versions : package -> version, with "heatleaf" and "python".
    contrasts : in words, "treated vs control". n_variable : genes of the first heatmap.
    set_sizes : smallest and largest gene set that was tested. resources : built-in data that was used, each with name,
    release and licence (keys "name", "release", "licence"; others are ignored). quantification : how reads became
    counts, in sentences; "" where that was not done here.
    """

    versions: Mapping[str, str]
    n_genes: int
    n_samples: int
    used: frozenset[str]
    design: str = ""
    contrasts: Sequence[str] = ()
    alpha: float = 0.05
    n_variable: int = 500
    metric: str = "correlation"
    linkage_method: str = "average"
    n_resamples: int = 0
    n_bootstraps: int = 0
    set_sizes: tuple[int, int] = (10, 500)
    seed: int = 1
    resources: Sequence[Mapping[str, str]] = field(default_factory=tuple)
    quantification: str = ""

    def __post_init__(self) -> None:
        if unknown := self.used - USED_STEPS:
            raise ValueError(f"steps of a methods text that are not known: {sorted(unknown)}")


def methods_text(facts: MethodFacts) -> str:
    """Write the methods of an analysis as Markdown: paragraphs, then the references that they cite.

    Returns
    -------
    str
        Ends with a line feed. References stand in alphabetical order, each cited at least once in the text.
    """
    paragraphs = [_counts(facts), _transform(facts), _differential(facts), _heatmaps(facts), _gene_sets(facts)]
    body = "\n\n".join(text for text in (*paragraphs, _software(facts)) if text)
    cited = [REFERENCES[key] for key in sorted(REFERENCES) if key in body]
    references = "\n".join(f"- {reference}" for reference in cited)
    return f"# Methods\n\n{body}\n\n## References\n\n{references}\n"


def _counts(facts: MethodFacts) -> str:
    rounded = (
        " Estimated counts were summarised per gene (Soneson et al. 2015) and rounded to whole numbers."
        if "rounded_estimates" in facts.used
        else ""
    )
    positive = (
        " As each gene had a zero in some sample, geometric means were taken over positive counts."
        if "positive_counts" in facts.used
        else ""
    )
    how = f"the median of ratios to the geometric mean of each gene (Anders & Huber 2010).{positive}"
    if "given_size_factors" in facts.used:
        how = "which were given."
    study = f"{count_of(facts.n_genes, 'gene')} in {count_of(facts.n_samples, 'sample')}"
    made = f"{facts.quantification} " if facts.quantification else ""
    return f"{made}Counts of {study} were analysed.{rounded} Library sizes were normalised by size factors, {how}"


def _transform(facts: MethodFacts) -> str:
    removed = (
        " From these values, not from the tests, differences between batches were taken by a linear model "
        "(Ritchie et al. 2015)."
        if "batch_removed" in facts.used
        else ""
    )
    return (
        "For heatmaps, principal components and distances between samples, counts were transformed by the "
        "variance-stabilising transformation of the fitted dispersion trend, without knowledge of the groups "
        f"(Anders & Huber 2010; Love et al. 2014).{removed}"
    )


def _differential(facts: MethodFacts) -> str:
    if "differential" not in facts.used:
        return "No differential test was made."
    replaced = (
        ", counts with a large Cook's distance having been replaced" if "outlier_replacement" in facts.used else ""
    )
    filtered = (
        " after independent filtering on the mean of normalised counts" if "independent_filtering" in facts.used else ""
    )
    shrunken = (
        " Shrunken fold changes use an adaptive Cauchy prior (Zhu et al. 2019)." if "shrinkage" in facts.used else ""
    )
    others = (
        " For comparison the same contrasts were tested by moderated t-statistics of log counts with precision weights "
        "(voom; Law et al. 2014; Smyth 2004) and by quasi-likelihood F-tests (Lund et al. 2012; Chen et al. 2016), "
        "both with library sizes scaled by trimmed means of M-values (Robinson & Oshlack 2010), and the first test was "
        "repeated without each sample in turn."
        if "second_opinions" in facts.used
        else ""
    )
    at_once = (
        " All levels of a variable at once were tested by likelihood-ratio tests against the design without it "
        "(Love et al. 2014)."
        if "omnibus" in facts.used
        else ""
    )
    return (
        f"Differential expression ({listing(list(facts.contrasts))}) was tested with negative binomial generalised "
        f"linear models, design `{facts.design}`, with dispersions shrunken towards a trend over the mean and Wald "
        f"tests (Love et al. 2014){replaced}. P-values were adjusted by the method of Benjamini and Hochberg "
        f"(Benjamini & Hochberg 1995){filtered}; genes with an adjusted p-value below {facts.alpha:g} were "
        f"called.{shrunken}{at_once}{others}"
    )


def _heatmaps(facts: MethodFacts) -> str:
    order = (
        " and ordered so that neighbouring leaves are most alike (Bar-Joseph et al. 2001)"
        if "optimal_leaf_order" in facts.used
        else ""
    )
    chosen = (
        " The number of clusters was chosen by the mean silhouette width (Rousseeuw 1987)."
        if "silhouette" in facts.used
        else ""
    )
    return (
        f"Heatmaps show z-scores of each gene; the first shows the {thousands(facts.n_variable)} genes of largest "
        f"variance. Genes were {_clustered(facts)}{order}.{chosen}{_resampled(facts)}"
    )


def _clustered(facts: MethodFacts) -> str:
    tree = f"clustered hierarchically ({METRIC_WORDS.get(facts.metric, facts.metric)}, {facts.linkage_method} linkage"
    if "kmeans" in facts.used:
        starts = "the best of 50 starts by k-means++; Arthur & Vassilvitskii 2007"
        return f"parted by k-means ({starts}) and {tree}) within clusters"
    return f"{tree})"


def _resampled(facts: MethodFacts) -> str:
    said = ""
    if "stability" in facts.used:
        said += (
            f" The stability of each cluster is the mean Jaccard similarity with its best match in {facts.n_resamples} "
            "draws of samples and genes (Hennig 2007), samples with replacement and one fewer than there are, within "
            f"groups where each has three (Rao & Wu 1988); random seed {facts.seed}."
        )
    if "branch_support" in facts.used:
        said += (
            " Branches of samples carry approximately unbiased bootstrap probabilities of genes drawn with replacement "
            f"(10 scales from 0.5 to 1.4, {facts.n_bootstraps} draws each; Shimodaira 2002; Suzuki & Shimodaira 2006)."
        )
    return said


def _gene_sets(facts: MethodFacts) -> str:
    parts = []
    low, high = facts.set_sizes
    if "enrichment" in facts.used:
        model = "hypergeometric distribution"
        if "call_bias" in facts.used:
            model = (
                "Wallenius non-central hypergeometric distribution, which allows for genes that are called more easily "
                "(Young et al. 2010),"
            )
        parts.append(
            f"Over-representation of gene sets of {low} to {high} genes was tested by the {model} "
            "against all genes that were tested, and adjusted by the method of Benjamini and Hochberg (Benjamini & "
            "Hochberg 1995)."
        )
    if "ranked" in facts.used:
        parts.append(
            "Gene sets were also tested along all genes ranked by the Wald statistic (Subramanian et al. 2005), "
            f"against random sets of the same size, rare scores by weighted sampling (random seed {facts.seed})."
        )
    sources = [_source_words(resource) for resource in facts.resources]
    if sources:
        parts.append(f"Data used: {listing(sources)}.")
    return " ".join(parts)


def _source_words(resource: Mapping[str, str]) -> str:
    details = ", ".join(resource[key] for key in ("release", "licence") if resource.get(key))
    name = resource.get("name", "unnamed")
    return f"{name} ({details})" if details else name


def _software(facts: MethodFacts) -> str:
    own = facts.versions.get("heatleaf", "")
    others = [f"{name} {version}" for name, version in sorted(facts.versions.items()) if name != "heatleaf"]
    with_others = f" with {listing(others)}" if others else ""
    return (
        f"All numbers were computed by Heatleaf {own}{with_others}. Heatleaf has its own implementation of the "
        "methods of the cited papers; R and its packages were not used."
    )
