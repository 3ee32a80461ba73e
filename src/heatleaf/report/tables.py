"""The tables of an analysis by name, the same for the folder and for the workbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from heatleaf.analysis.result import Analysis, ComparisonResult, HeatmapResult
from heatleaf.model import DifferentialResult, EnrichmentTable, OmnibusResult
from heatleaf.model.gene_sets import ENRICHMENT_COLUMNS
from heatleaf.model.second_opinions import SecondOpinions
from heatleaf.report.names import safe_name

Column = Sequence[str] | np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class OutputTable:
    """A table to write: its name (file name without ending), what it holds in words, and its columns by header."""

    name: str
    title: str
    columns: Mapping[str, Column]

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(next(iter(self.columns.values()))) if self.columns else 0

    @property
    def frame(self) -> pd.DataFrame:
        """The table as a data frame."""
        return pd.DataFrame(dict(self.columns), copy=False)

    @property
    def n_cells(self) -> int:
        """Number of cells."""
        return self.n_rows * len(self.columns)


def differential_table(result: DifferentialResult, file_name: str) -> OutputTable:
    """All genes of a comparison, most significant first."""
    return OutputTable(
        f"differential_{file_name}", f"Differential expression, {result.contrast.title}", _columns(result.table)
    )


def omnibus_table(result: OmnibusResult) -> OutputTable:
    """All genes of a test of all levels at once, most significant first."""
    return OutputTable(f"omnibus_{safe_name(result.name)}", f"Test for {result.title}", _columns(result.table))


def opinion_tables(opinions: SecondOpinions, file_name: str) -> Iterator[OutputTable]:
    """Yield what other methods say of each gene, and what is called without each sample."""
    title = opinions.result.contrast.title
    yield OutputTable(f"second_opinions_{file_name}", f"Three methods, {title}", _columns(opinions.table))
    if opinions.leave_one_out is not None:
        table = _columns(opinions.leave_one_out.table)
        yield OutputTable(f"leave_one_out_{file_name}", f"Without each sample, {title}", table)


def power_table(analysis: Analysis) -> Iterator[OutputTable]:
    """Yield what each comparison can find, by expression level; nothing where no comparison tells."""
    results = [comparison.differential for comparison in analysis.comparisons]
    rows = [
        (result.contrast.title, power, level)
        for result, power in zip(results, analysis.powers, strict=False)
        if power is not None
        for level in power.levels
    ]
    columns: dict[str, Column] = {
        "comparison": [title for title, _, _ in rows],
        "samples_per_group": np.array([power.samples_per_group for _, power, _ in rows]),
        "pvalue_called": np.array([power.p_cutoff for _, power, _ in rows]),
        "mean_count": np.array([level.mean_count for _, _, level in rows]),
        "dispersion": np.array([level.dispersion for _, _, level in rows]),
        "smallest_fold_change": np.array([level.fold_change for _, _, level in rows]),
        "samples_per_group_for_twofold": np.array([level.samples_for_twofold for _, _, level in rows]),
    }
    if any(power is not None for power in analysis.powers):
        yield OutputTable("power", "Smallest fold change found with a power of 80 %, by expression level", columns)


def comparison_tables(comparison: ComparisonResult, file_name: str) -> Iterator[OutputTable]:
    """Yield the tables of one comparison but those of its heatmap; sets without any of the genes have no row."""
    title = comparison.differential.contrast.title
    yield differential_table(comparison.differential, file_name)
    for key, table in comparison.enrichment.items():
        yield OutputTable(
            f"enrichment_{file_name}_{key}", f"Gene sets among genes {key} in {title}", _columns(_met(table))
        )
    if comparison.ranked is not None:
        yield OutputTable(f"gsea_{file_name}", f"Gene sets along all genes of {title}", _columns(comparison.ranked))


def heatmap_tables(heatmap: HeatmapResult, file_name: str, symbols: Mapping[str, str]) -> Iterator[OutputTable]:
    """Yield the matrix and the clusters of a heatmap in displayed order.

    Parameters
    ----------
    file_name : str
        "heatmap" for the first, "heatmap_<comparison>" for another.
    symbols : mapping
        Gene id -> symbol.
    """
    spec, clusters = heatmap.spec, heatmap.clusters
    ids = list(spec.row_ids)
    names = {"gene_id": ids, "gene_symbol": [symbols.get(gene_id, "") for gene_id in ids]}
    matrix = {column_name(name): spec.matrix[:, i] for i, name in enumerate(spec.column_names)}
    yield OutputTable(f"{file_name}_matrix", f"{heatmap.title}: values as displayed", {**names, **matrix})
    ids = list(clusters.gene_ids)
    yield OutputTable(
        f"{file_name}_clusters",
        f"{heatmap.title}: clusters from top to bottom",
        {
            "gene_id": ids,
            "gene_symbol": [symbols.get(gene_id, "") for gene_id in ids],
            "cluster": clusters.labels,
            "position": np.arange(1, len(ids) + 1),
        },
    )


def cluster_enrichment_table(heatmap: HeatmapResult, name: str = "cluster_enrichment") -> OutputTable:
    """Gene sets of all clusters, with the number of the cluster in front; sets without genes of it have no row."""
    frames = [_met(table).assign(cluster=number) for number, table in sorted(heatmap.enrichment.items())]
    header = ["cluster", *ENRICHMENT_COLUMNS]
    frame = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=header)
    first = [column for column in header if column in frame.columns]
    rest = [column for column in frame.columns if column not in first]
    return OutputTable(name, f"{heatmap.title}: gene sets of its clusters", _columns(frame[first + rest]))


def cards_table(heatmaps: Iterable[tuple[str, HeatmapResult]]) -> OutputTable:
    """What is said of each cluster of each heatmap, with the label that stands on the figure."""
    rows = [(file_name, card) for file_name, heatmap in heatmaps for card in heatmap.cards]
    cards = [card for _, card in rows]
    return OutputTable(
        "cluster_cards",
        "What the clusters of the heatmaps show",
        {
            "heatmap": [file_name for file_name, _ in rows],
            "cluster": np.array([card.number for card in cards], dtype=np.int64),
            "label": [card.label for card in cards],
            "n_genes": np.array([card.n_genes for card in cards], dtype=np.int64),
            "pattern": [card.pattern for card in cards],
            "follows": [card.follows for card in cards],
            "median_log2": np.array([card.numbers.get("median_log2", np.nan) for card in cards], dtype=np.float64),
            "stability": np.array([np.nan if c.stability is None else c.stability for c in cards], dtype=np.float64),
            "verdict": [card.verdict for card in cards],
            "leading_genes": [";".join(card.leading) for card in cards],
            "gene_sets": [";".join(term.name for term in card.terms) for card in cards],
            "gene_sets_padj": [";".join(f"{term.padj:.6g}" for term in card.terms) for card in cards],
            "caveats": [" ".join(card.caveats) for card in cards],
        },
    )


def column_name(sample_id: str) -> str:
    """Return the header of a sample: its name, marked where it is the name of a column of genes."""
    return f"{sample_id} (sample)" if sample_id in ("gene_id", "gene_symbol") else sample_id


def sample_table(analysis: Analysis) -> OutputTable:
    """Library size and size factor of each sample."""
    return OutputTable(
        "size_factors",
        "Library sizes and size factors",
        {
            "sample": list(analysis.counts.sample_ids),
            "library_size": analysis.counts.counts.sum(axis=0),
            "size_factor": analysis.size_factors,
        },
    )


def matrix_table(analysis: Analysis, name: str) -> OutputTable:
    """Return "normalized_counts" or "vst" of all genes."""
    values, title = {
        "normalized_counts": (analysis.norm_counts, "Counts over size factors"),
        "vst": (analysis.vst, "Variance-stabilised counts (log2 scale)"),
    }[name]
    counts = analysis.counts
    columns = {column_name(sample): values[:, i] for i, sample in enumerate(counts.sample_ids)}
    return OutputTable(
        name, title, {"gene_id": list(counts.gene_ids), "gene_symbol": list(counts.gene_symbols), **columns}
    )


def gene_id_table(analysis: Analysis) -> Iterator[OutputTable]:
    """Yield what became of each gene id; nothing where the organism is not known."""
    if (audit := analysis.gene_audit) is not None:
        columns: dict[str, Column] = {
            "gene_id": audit.gene_ids,
            "verdict": audit.verdicts,
            "gene_symbol": audit.symbols,
            "note": audit.notes,
        }
        yield OutputTable("gene_ids", f"Gene ids as genes of {audit.organism} ({audit.release})", columns)


def findings_table(analysis: Analysis) -> OutputTable:
    """The sentences with their numbers, as `name=value` pairs."""
    rows = analysis.findings
    return OutputTable(
        "findings",
        "What was found, in sentences",
        {
            "number": np.arange(1, len(rows) + 1),
            "topic": [row.topic for row in rows],
            "level": [row.level for row in rows],
            "text": [row.text for row in rows],
            "numbers": ["; ".join(f"{name}={_plain(value)}" for name, value in row.numbers.items()) for row in rows],
            "rests_on": [row.rests_on for row in rows],
            "key": [row.key for row in rows],
        },
    )


def folder_tables(analysis: Analysis, safe: Mapping[str, str]) -> Iterator[OutputTable]:
    """Yield every table of the output folder, important ones first.

    Parameters
    ----------
    safe : mapping
        Name of a comparison -> its name in files.
    """
    symbols = dict(zip(analysis.counts.gene_ids, analysis.counts.gene_symbols, strict=True))
    yield findings_table(analysis)
    for comparison in analysis.comparisons:
        yield from comparison_tables(comparison, safe[comparison.differential.contrast.name])
    for result in analysis.omnibus:
        yield omnibus_table(result)
    for opinions in analysis.opinions:
        yield from opinion_tables(opinions, safe[opinions.result.contrast.name])
    yield cards_table(_named_heatmaps(analysis, safe))
    yield from heatmap_tables(analysis.heatmap, "heatmap", symbols)
    if analysis.heatmap.enrichment:
        yield cluster_enrichment_table(analysis.heatmap)
    for comparison in analysis.comparisons:
        if comparison.heatmap is not None:
            suffix = f"_{safe[comparison.differential.contrast.name]}"
            yield from heatmap_tables(comparison.heatmap, f"heatmap{suffix}", symbols)
            if comparison.heatmap.enrichment:
                yield cluster_enrichment_table(comparison.heatmap, f"cluster_enrichment{suffix}")
    yield from power_table(analysis)
    yield sample_table(analysis)
    yield from gene_id_table(analysis)
    yield matrix_table(analysis, "normalized_counts")
    yield matrix_table(analysis, "vst")


def _named_heatmaps(analysis: Analysis, safe: Mapping[str, str]) -> Iterator[tuple[str, HeatmapResult]]:
    yield "heatmap", analysis.heatmap
    for comparison in analysis.comparisons:
        if comparison.heatmap is not None:
            yield f"heatmap_{safe[comparison.differential.contrast.name]}", comparison.heatmap


def enrichment_rows(table: EnrichmentTable, alpha: float, limit: int) -> list[dict[str, Any]]:
    """Return the most certain significant sets as records, without those that a better one represents."""
    return table.first_distinct(alpha, limit)


def _met(table: EnrichmentTable) -> pd.DataFrame:
    """Return the sets that hold any of the genes; of the others only their number could be told."""
    return table.frame[table.frame["overlap"] > 0]


def _columns(frame: pd.DataFrame) -> dict[str, Column]:
    return {
        str(name): frame[name].to_numpy() if frame[name].dtype.kind in "fiub" else frame[name].tolist()
        for name in frame.columns
    }


def _plain(value: float | int | str) -> str:
    return value if isinstance(value, str) else format(value, ".6g") if isinstance(value, float) else str(value)
