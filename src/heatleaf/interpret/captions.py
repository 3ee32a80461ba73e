"""Figure legends: sentences ready to stand under a figure in a manuscript."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from heatleaf.interpret.dispersion import DispersionFacts
from heatleaf.interpret.heatmaps import WEAK, HeatmapFacts, StabilityFacts
from heatleaf.interpret.misplaced import find_misplaced, misplaced_words
from heatleaf.interpret.p_values import PValueReading
from heatleaf.interpret.words import count_of, decimal, listing, percent, thousands, verb
from heatleaf.model import DifferentialResult

FEW_SAMPLES = 6  # three in each of two groups: see the notes of cluster.measure_stability
METRIC_WORDS = {
    "correlation": "1 − Pearson correlation",
    "euclidean": "Euclidean distance",
    "cosine": "cosine distance",
    "spearman": "1 − Spearman correlation",
    "kendall": "1 − Kendall correlation (τb)",
    "cityblock": "Manhattan distance",
}


def describe_clustering(metric: str, linkage_method: str) -> str:
    """Name how genes were clustered: "Euclidean distance, ward linkage, optimal leaf order"."""
    return f"{METRIC_WORDS.get(metric, metric)}, {linkage_method} linkage, optimal leaf order"


def caption_heatmap_variable(facts: HeatmapFacts) -> str:
    """Describe the heatmap of the most variable genes."""
    return (
        f"Heatmap of the {thousands(facts.n_genes)} genes whose expression varies most over {_samples(facts)} "
        f"(variance of variance-stabilised counts; chosen without regard to the groups). {_rows_and_columns(facts)}"
    )


def caption_heatmap_differential(facts: HeatmapFacts, *, alpha: float, n_significant: int) -> str:
    """Describe the heatmap of differentially expressed genes, and say that the choice makes the groups separate."""
    which = f"all {thousands(facts.n_genes)}" if facts.n_genes == n_significant else f"{thousands(facts.n_genes)}"
    rest = "" if facts.n_genes == n_significant else f" (the most certain of {thousands(n_significant)})"
    return (
        f"Heatmap of {which} genes that differ in {facts.chosen_for} at an adjusted p-value below {alpha:g}{rest}, "
        f"over {_samples(facts)}. {_rows_and_columns(facts)} These genes were chosen because they differ between the "
        "groups; that the groups separate here is therefore no evidence."
    )


def caption_heatmap_table(facts: HeatmapFacts) -> str:
    """Describe a heatmap of genes that the user chose."""
    return f"Heatmap of {count_of(facts.n_genes, 'gene')} over {_samples(facts)}. {_rows_and_columns(facts)}"


def _samples(facts: HeatmapFacts) -> str:
    return count_of(facts.n_samples, "sample")


def _rows_and_columns(facts: HeatmapFacts) -> str:
    split = f" Columns are split by {facts.group_name}." if facts.group_name else ""
    return (
        f"Colours are z-scores of each gene (its mean is 0, its standard deviation 1), limited at "
        f"±{decimal(facts.limit, 2)} ({percent(facts.clipped_share)} of the cells lie beyond). {_order_of_genes(facts)}"
        f"{split}{_support(facts)}"
    )


def _order_of_genes(facts: HeatmapFacts) -> str:
    how = describe_clustering(facts.metric, facts.linkage_method)
    if facts.row_clustering == "kmeans":
        parted = f"Genes are parted by k-means into {count_of(facts.n_clusters, 'cluster')} numbered from the top"
        return f"{parted}, and ordered within them by hierarchical clustering ({how})."
    cut = f", cut into {facts.n_clusters} clusters numbered from top to bottom" if facts.n_clusters > 1 else ""
    return f"Genes are ordered by hierarchical clustering ({how}){cut}."


def stability_note(stability: StabilityFacts | None, group_name: str = "") -> tuple[str, ...]:
    """Say below a heatmap, in one line, what the stability of its clusters is; nothing where it was not measured."""
    if stability is None:
        return ()
    within = f" within {group_name}" if stability.is_within_groups else ""
    draws = f"{stability.n_resamples} draws of samples{within} and of genes"
    return (f"Stability: mean Jaccard similarity of a cluster with its best match in {draws}; weak below {WEAK:g}.",)


def _support(facts: HeatmapFacts) -> str:
    """Say what the numbers at clusters and branches are, and what they do not claim."""
    said = ""
    if facts.stability is not None:
        within = f" (samples within {facts.group_name})" if facts.stability.is_within_groups else ""
        few = "; with so few samples it comes out rather too high" if facts.n_samples <= FEW_SAMPLES else ""
        said += (
            " Stability: mean Jaccard similarity of a cluster with its best match when samples and genes are drawn "
            f"anew{within}, {facts.stability.n_resamples} times; below {WEAK:g} it is weak{few}."
        )
    if facts.n_bootstraps:
        said += (
            f" At branches of samples: approximately unbiased support in %, by multiscale bootstrap of the genes "
            f"(10 × {facts.n_bootstraps} draws); of other samples it says nothing."
        )
    return said


def batch_words(column: str) -> str:
    """Say that a batch was taken out of what a figure shows, with a space before; "" where none was."""
    if not column:
        return ""
    return f" Differences between the levels of {column} were taken out of the values shown, not of the tests."


def caption_volcano(result: DifferentialResult) -> str:
    """Describe a volcano plot."""
    return (
        f"Volcano plot of {result.contrast.title}: log2 fold change (maximum likelihood) against −log10 p-value of "
        f"{thousands(int(np.isfinite(result.p_value).sum()))} genes. {_called(result)}"
    )


def caption_ma(result: DifferentialResult) -> str:
    """Describe an MA plot: shrunken fold changes above those as estimated, the latter alone where none is shrunken."""
    is_shrunken = np.isfinite(result.lfc_shrunken).any()
    kinds = "shrunken (above) and maximum likelihood (below)" if is_shrunken else "maximum likelihood"
    shrinking = f" {_shrinking(result)}" if is_shrunken else ""
    return (
        f"MA plot of {result.contrast.title}: mean of normalised counts against log2 fold change, {kinds}, of "
        f"{thousands(int(np.isfinite(result.log2_fold_change).sum()))} genes. {_called(result)}{shrinking}"
    )


def _shrinking(result: DifferentialResult) -> str:
    """Say what shrinking did to large fold changes."""
    change, shrunken = np.abs(result.log2_fold_change), np.abs(result.lfc_shrunken)
    is_large = np.isfinite(change) & np.isfinite(shrunken) & (change > 1)
    is_halved = is_large & (shrunken < change / 2)
    n_large, n_halved = int(is_large.sum()), int(is_halved.sum())
    if not n_halved:
        return f"Shrinking took no fold change beyond two-fold ({count_of(n_large, 'gene')}) to less than half of it."
    mean = float(np.median(result.base_mean[is_halved]))
    return (
        f"Of {count_of(n_large, 'gene')} estimated beyond two-fold, {thousands(n_halved)} "
        f"{verb(n_halved, 'is', 'are')} shrunken to less than half: too uncertain to rank by "
        f"(median of their mean counts: {mean:.3g})."
    )


def _called(result: DifferentialResult) -> str:
    return (
        f"Coloured: {count_of(int(result.is_up.sum()), 'gene')} higher and "
        f"{count_of(int(result.is_down.sum()), 'gene')} "
        f"lower in {result.contrast.tested_level} at an adjusted p-value (Benjamini-Hochberg) below {result.alpha:g}."
    )


def caption_pca(n_genes: int, explained: NDArray[np.float64], colour_by: str = "") -> str:
    """Describe the principal component plot.

    Parameters
    ----------
    n_genes : int
        Number of most variable genes that were used.
    explained : float64 array of shape (n_components,)
        Share of the variance, 0-1.
    """
    axes = listing([f"PC{i + 1} {percent(float(share))}" for i, share in enumerate(explained[:2])])
    colour = f" Colours show {colour_by}." if colour_by else ""
    return (
        f"Principal components of the samples, from the {thousands(n_genes)} genes that vary most (variance-stabilised "
        f"counts, centred, not scaled). Variance explained: {axes}.{colour}"
    )


def caption_distances(n_samples: int, *, metric: str = "euclidean", linkage_method: str = "complete") -> str:
    """Describe the figure of distances between samples."""
    return (
        f"Distances between {count_of(n_samples, 'sample')} ({METRIC_WORDS.get(metric, metric)} over all genes, "
        f"variance-stabilised counts); samples are ordered by hierarchical clustering ({linkage_method} linkage). "
        "Replicates should lie close together."
    )


def caption_p_values(result: DifferentialResult, reading: PValueReading) -> str:
    """Describe the histogram of p-values, and read it."""
    n_tested = int(np.isfinite(result.padj).sum())
    n_aside = int((np.isfinite(result.p_value) & np.isnan(result.padj)).sum())
    aside = f"; pale, on top of these: {count_of(n_aside, 'gene')} set aside for too few reads" if n_aside else ""
    return (
        f"p-values of {count_of(n_tested, 'tested gene')} of {result.contrast.title}, in bins of 0.05{aside}. "
        f"{reading.text} The dashed line is the height that genes without a difference give (π₀ after Storey & "
        "Tibshirani 2003)."
    )


def caption_genes(
    result: DifferentialResult,
    values: NDArray[np.float64],
    sides: Sequence[NDArray[np.intp]],
    *,
    sample_ids: Sequence[str],
) -> str:
    """Describe the figure of the strongest genes of a comparison, and say in how many the samples do not overlap.

    Parameters
    ----------
    values : float64 array of shape (n_shown, n_samples)
        Of the genes shown, on a log scale.
    sides : positions of the samples of the tested and of the reference level.
    """
    n_shown = len(values)
    tested, reference = (values[:, side] for side in sides)
    what = (
        f"Normalised counts of the {count_of(n_shown, 'gene')} that are strongest in {result.contrast.title} (shrunken "
        "fold change times −log10 p), sample by sample, those higher first; each gene has its own log scale."
    )
    if not (tested.size and reference.size):
        return what
    apart = (tested.min(axis=1) > reference.max(axis=1)) | (tested.max(axis=1) < reference.min(axis=1))
    n_apart = int(apart.sum())
    shared = "In none of them" if not n_apart else f"In {'all' if n_apart == n_shown else thousands(n_apart)} of them"
    what = f"{what} {shared} the two groups lie apart without overlap."
    if n_apart == n_shown:
        return what
    odd = misplaced_words(find_misplaced(values, *sides), sample_ids)
    return f"{what} {odd or 'Where they overlap, look whether a single sample carries the difference.'}"


def caption_dispersion(facts: DispersionFacts, formula: str) -> str:
    """Describe the figure of dispersions, and read it."""
    return (
        f"Dispersion of {count_of(facts.n_genes, 'gene')} with reads (design {formula}): how much counts of replicates "
        "vary beyond the chance of counting. Grey: each gene by itself; line: trend over the mean; green: the value "
        f"that the test uses. {facts.reading}"
    )
