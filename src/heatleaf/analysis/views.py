"""The view document: all that a browser shows of an analysis or of one heatmap, as strict JSON values.

docs/viewer.md has its fields. Everything is in displayed order, so that every cut of the row tree is contiguous blocks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from heatleaf import __version__
from heatleaf.analysis.heatmap.make import Drawn, one_tree
from heatleaf.analysis.layouts import stability_facts
from heatleaf.analysis.result import Analysis, HeatmapResult
from heatleaf.analysis.settings import Settings
from heatleaf.analysis.view_comparisons import describe_comparison
from heatleaf.analysis.view_nodes import describe_nodes
from heatleaf.analysis.view_sets import describe_gene_sets
from heatleaf.figures.heatmap.scale import ColourScale
from heatleaf.figures.palettes import HEAT_PALETTES, RED_GREEN, is_diverging, missing_colour
from heatleaf.interpret.clusters import ClusterFacts, make_cards
from heatleaf.interpret.words import count_of
from heatleaf.model import Clusters, DifferentialResult, Finding, Message, SampleSheet, ValueKind
from heatleaf.stats import size_factors
from heatleaf.viewer.bundle import make_page
from heatleaf.viewer.encode import encode_array, plain, shorten

if TYPE_CHECKING:
    from heatleaf.analysis.heatmap.builder import Heatmap

FloatArray = NDArray[np.float64]
FORMAT, VERSION = "heatleaf-view", 1
MAX_EXACT_CELLS = 50_000  # above, numbers carry N_BITS, so that 5,000 x 50 cells in three layers take under 3 MB
MAX_LAYER_CELLS = 1_000_000  # above, the cells as coloured alone: 20,000 x 200 take 12 MB
N_BITS = 11  # three digits and a half; no colour changes by it


def view_of_analysis(analysis: Analysis) -> dict[str, object]:
    """Describe a finished analysis: its heatmaps, comparisons, samples, findings and messages."""
    results = [one.differential for one in analysis.comparisons]
    heatmaps = [analysis.heatmap, *(one.heatmap for one in analysis.comparisons if one.heatmap is not None)]
    layers = {"vst": analysis.vst, "counts": analysis.norm_counts}
    of_row = {gene_id: i for i, gene_id in enumerate(analysis.counts.gene_ids)}
    of_column = {name: i for i, name in enumerate(analysis.counts.sample_ids)}
    described = []
    for heatmap in heatmaps:
        rows = np.array([of_row[name] for name in heatmap.spec.row_ids], dtype=np.intp)
        columns = np.array([of_column[name] for name in heatmap.spec.column_names], dtype=np.intp)
        shown = {name: values[np.ix_(rows, columns)] for name, values in layers.items()}
        described.append(_describe_heatmap(heatmap, shown, analysis.settings.alpha) | _row_changes(results, rows))
    files = [source.name for source in analysis.counts.sources]
    return _document(
        analysis.title,
        {
            "made_from": ", ".join(files),
            "heatmaps": described,
            "comparisons": [describe_comparison(analysis, one) for one in analysis.comparisons],
            "samples": _describe_samples(analysis.counts.sample_ids, analysis.samples),
            "findings": _describe_findings(analysis.findings),
            "messages": _describe_messages(analysis.messages),
        },
    )


def view_of_heatmap(heatmap: Heatmap) -> dict[str, object]:
    """Describe one heatmap as asked for in Python or by `heatleaf heatmap`."""
    drawn = heatmap.drawn
    result = _result_of(drawn, heatmap.split_column)
    table = drawn.prepared.table
    columns = _input_columns(drawn)
    logs = drawn.prepared.logs[np.ix_(drawn.rows, columns)]
    layers = {} if table.value_kind is ValueKind.Z_SCORES else {"vst": logs}
    if table.value_kind in (ValueKind.COUNTS, ValueKind.ESTIMATED_COUNTS):
        factors = size_factors(np.round(table.values).astype(np.int64))
        layers["counts"] = table.values[np.ix_(drawn.rows, columns)] / factors[columns]
    empty: dict[str, object] = {"rows": {"log2_fold_change": {}, "padj": {}}}
    return _document(
        drawn.spec.title,
        {
            "made_from": ", ".join(source.name for source in table.sources),
            "heatmaps": [_describe_heatmap(result, layers, Settings.alpha) | empty],
            "comparisons": [],
            "samples": _describe_samples(table.sample_ids, drawn.prepared.sheet),
            "findings": [],
            "messages": _describe_messages(drawn.messages),
        },
    )


def page_of_heatmap(heatmap: Heatmap) -> bytes:
    """Return one heatmap as an HTML file that opens offline."""
    spec = heatmap.spec
    size = f"{count_of(spec.n_genes, 'gene')} in {count_of(spec.n_samples, 'sample')}"
    summary = f"{spec.title}: a heatmap of {size}. It is drawn by script, which this browser does not run."
    return make_page(view_of_heatmap(heatmap), summary)


def _document(title: str, parts: Mapping[str, object]) -> dict[str, object]:
    made_by = f"Heatleaf {__version__}"
    head = {"format": FORMAT, "version": VERSION, "title": title, "made_by": made_by}
    return {**head, **parts, "palettes": _describe_palettes()}


def _describe_heatmap(heatmap: HeatmapResult, layers: Mapping[str, FloatArray], alpha: float) -> dict[str, object]:
    spec = heatmap.spec
    linkage = one_tree(heatmap.clustering) if heatmap.clustering is not None else None
    kept = layers if spec.matrix.size <= MAX_LAYER_CELLS else {}
    return {
        "key": heatmap.key,
        "title": heatmap.title,
        "caption": heatmap.caption,
        "spec": _describe_spec(heatmap),
        "layers": {name: _cells(values) for name, values in kept.items()},
        "linkage": None if linkage is None else _describe_linkage(linkage),
        "n_clusters": sum(not block.is_parked for block in spec.row_blocks),
        "nodes": describe_nodes(heatmap, alpha),
        "gene_sets": describe_gene_sets(heatmap.tester, spec.row_ids),
    }


def _describe_spec(heatmap: HeatmapResult) -> dict[str, object]:
    """Return the spec as JSON values; cells of large matrices are shortened."""
    spec = heatmap.spec
    values = {name: plain(getattr(spec, name)) for name in spec.__dataclass_fields__ if name != "panels"}
    panels = [
        {name: plain(getattr(panel, name)) for name in panel.__dataclass_fields__ if name != "matrix"}
        | {"matrix": _cells(panel.matrix, panel.scale)}
        for panel in spec.panels
    ]
    return {**values, "panels": panels}


def _cells(values: FloatArray, scale: ColourScale | None = None) -> dict[str, object]:
    """Encode cells: few as they are, many with fewer digits, but never so that a cell changes its colour."""
    exact = values.astype(np.float32)
    if values.size <= MAX_EXACT_CELLS:
        return encode_array(exact, "float32")
    short = shorten(exact, N_BITS)
    if scale is not None:
        is_moved = scale.positions(values) != scale.positions(short.astype(np.float64))
        short[is_moved] = exact[is_moved]
    return encode_array(short, "float32")


def _describe_linkage(linkage: FloatArray) -> dict[str, object]:
    return {
        "merges": encode_array(linkage[:, :2], "int32"),
        "heights": encode_array(linkage[:, 2], "float32"),
    }


def _row_changes(results: Sequence[DifferentialResult], rows: NDArray[np.intp]) -> dict[str, object]:
    changes = {one.contrast.name: encode_array(one.log2_fold_change[rows], "float32") for one in results}
    padj = {one.contrast.name: encode_array(one.padj[rows], "float64") for one in results}
    return {"rows": {"log2_fold_change": changes, "padj": padj}}


def _describe_samples(sample_ids: Sequence[str], sheet: SampleSheet | None) -> dict[str, object]:
    columns = sheet.columns if sheet is not None else {}
    return {"names": list(sample_ids), "columns": {name: list(values) for name, values in columns.items()}}


def _describe_palettes() -> dict[str, object]:
    return {
        name: {
            "stops": list(stops),
            "missing": missing_colour(stops),
            "is_safe": name != RED_GREEN,
            "is_centred": is_diverging(name),
        }
        for name, stops in HEAT_PALETTES.items()
    }


def _describe_findings(findings: Sequence[Finding]) -> list[dict[str, str]]:
    return [{"text": one.text, "level": one.level, "rests_on": one.rests_on, "key": one.key} for one in findings]


def _describe_messages(messages: Sequence[Message]) -> list[dict[str, str]]:
    return [{"level": one.level, "code": one.code, "text": one.text} for one in messages]


def _input_columns(drawn: Drawn) -> NDArray[np.intp]:
    """Return where the displayed samples stand in the table."""
    position = {name: i for i, name in enumerate(drawn.prepared.table.sample_ids)}
    return np.array([position[name] for name in drawn.spec.column_names], dtype=np.intp)


def _result_of(drawn: Drawn, factor: str) -> HeatmapResult:
    """Describe the clusters of a single heatmap as those of an analysis are; factor : the column that splits samples.

    Z-scores have lost the sizes of differences that a card tells; their clusters have none.
    """
    spec, clustering = drawn.spec, drawn.clustering
    clusters = drawn.clustered.clusters
    result = HeatmapResult(
        "heatmap", spec.title, spec, clusters, " ".join(spec.footnotes), clustering=clustering, cards=()
    )
    if drawn.prepared.table.value_kind is ValueKind.Z_SCORES or not clustering.n_clusters:
        return result
    facts = _facts_of(drawn, factor)
    return replace(result, facts=facts, cards=make_cards(facts))


def _facts_of(drawn: Drawn, factor: str) -> ClusterFacts:
    """Collect what is known of the clusters; a missing value is taken for the mean of its gene."""
    made, clustering = drawn.prepared, drawn.clustering
    labels = drawn.clustered.clusters.labels
    n_rows = int(np.searchsorted(labels, clustering.n_clusters + 1))
    values = made.logs[drawn.rows[:n_rows]]
    missing = np.isnan(values)
    if missing.any():
        values = np.where(missing, np.nanmean(values, axis=1, keepdims=True), values)
    return ClusterFacts(
        clusters=Clusters(drawn.spec.row_ids[:n_rows], labels[:n_rows]),
        values=values,
        gene_names=drawn.spec.row_names[:n_rows],
        sample_ids=made.table.sample_ids,
        samples=made.sheet,
        factor=factor if made.sheet is not None and factor in made.sheet.columns else "",
        stability=stability_facts(clustering.stability),
    )
