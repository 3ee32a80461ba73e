"""What the page shows, as plain values for the template: numbers written as text, pictures as data addresses."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from heatleaf.analysis.plate import Plate
from heatleaf.analysis.result import Analysis, ComparisonResult, HeatmapResult
from heatleaf.analysis.term_figures import TermFigures
from heatleaf.figures.palettes import group_colours
from heatleaf.figures.save import PNG_DPI, ImageFormat
from heatleaf.interpret.cards import ClusterCard
from heatleaf.interpret.heatmaps import WEAK
from heatleaf.report.tables import enrichment_rows

Images = Mapping[tuple[str, ImageFormat], bytes]

MAX_SVG_BYTES = 450_000  # a larger drawing is shown as PNG
MAX_GENES = 2_000  # genes of a comparison that the page can search; the table holds all
N_GENES_PRINTED = 25  # genes in the page itself, for print and without script
N_OUTLIERS, N_LARGE = 4, 8  # genes that are not called, with the reason
_LARGE_CHANGE = 1.0  # log2 units: two-fold
N_SETS = 12
N_CLUSTER_SETS = 3
_MINUS = "\u2212"


@dataclass(frozen=True)
class Picture:
    """A figure on the page. address : data URI; alt : what it shows, for those who cannot see it."""

    name: str
    address: str
    alt: str
    caption: str
    width_mm: float


def picture(images: Images, name: str, alt: str, caption: str) -> Picture:
    """Take the SVG where it is small, else the PNG."""
    svg, png = images[name, "svg"], images[name, "png"]
    kind, data = ("image/svg+xml", svg) if len(svg) <= MAX_SVG_BYTES else ("image/png", png)
    address = f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"
    return Picture(name, address, alt, caption, png_width_mm(png))


def png_width_mm(png: bytes, dpi: int = PNG_DPI) -> float:
    """Return the width of a figure in print: the pixels of its PNG header at its resolution."""
    return int.from_bytes(png[16:20], "big") / dpi * 25.4


@dataclass(frozen=True)
class CardView:
    """The card of a cluster on the page: what is said of it, its mean profile as coloured cells, its gene sets.

    stability : in words, "" where it was not measured; is_weak : it should not be leaned on.
    """

    card: ClusterCard
    pattern: str
    stability: str
    is_weak: bool
    cells: tuple[tuple[str, str, str], ...]
    sets: tuple[SetBar, ...]
    genes: tuple[str, ...]


@dataclass(frozen=True)
class SetBar:
    """A gene set as a row with a bar; `width` is its length in percent of the longest."""

    name: str
    collection: str
    counts: str
    fold: str
    padj: str
    width: float
    genes: str


def card_views(analysis: Analysis, heatmap: HeatmapResult) -> list[CardView]:
    """Show the cards of a heatmap, top to bottom."""
    return [_view_card(analysis, heatmap, card) for card in heatmap.cards]


def _view_card(analysis: Analysis, heatmap: HeatmapResult, card: ClusterCard) -> CardView:
    spec, labels = heatmap.spec, heatmap.clusters.labels
    start, stop = np.searchsorted(labels, [card.number, card.number + 1])
    profile = np.nanmean(spec.matrix[start:stop], axis=0)
    colours = spec.scale.colours(profile)
    groups = [next((b.name for b in spec.column_blocks if b.start <= i < b.stop), "") for i in range(spec.n_samples)]
    cells = tuple(
        (name, hex_colour(colour), f"{name}{f' ({group})' if group else ''}: {signed(value, 2)}")
        for name, colour, group, value in zip(spec.column_names, colours, groups, profile, strict=True)
    )
    table = heatmap.enrichment.get(card.number)
    rows = enrichment_rows(table, analysis.settings.alpha, N_CLUSTER_SETS) if table is not None else []
    return CardView(
        card,
        keep_together(f"{card.pattern[:1].upper()}{card.pattern[1:]}."),
        "" if card.stability is None else f"{card.stability:.2f} of 1: {card.verdict}",
        card.stability is not None and round(card.stability, 2) < WEAK,
        cells,
        tuple(set_bars(rows)),
        spec.row_names[start:stop],
    )


def set_bars(rows: Sequence[Mapping[str, Any]]) -> list[SetBar]:
    """Turn records of gene sets into rows with bars; the length is -log10 of the adjusted p-value."""
    lengths = [-np.log10(max(float(row["padj"]), 1e-300)) for row in rows]
    longest = max(lengths, default=1.0) or 1.0
    return [
        SetBar(
            str(row["set_name"]),
            str(row["collection"]),
            f"{int(row['overlap'])}/{int(row['set_size'])}",
            f"{float(row['fold_enrichment']):.1f}×",
            p_text(float(row["padj"])),
            round(100 * length / longest, 1),
            str(row["genes"]).replace(";", ", "),
        )
        for row, length in zip(rows, lengths, strict=True)
    ]


def gene_rows(analysis: Analysis, comparison: ComparisonResult) -> list[list[Any]]:
    """Return the significant genes, most certain first: name, id, mean, log2 fold change, shrunken, padj, direction."""
    result = comparison.differential
    names = dict(zip(analysis.counts.gene_ids, analysis.gene_names, strict=True))
    order = [int(i) for i in result.rank_order[: int(result.is_significant.sum())][:MAX_GENES]]
    return [
        [
            names.get(result.gene_ids[i], result.gene_ids[i]),
            result.gene_ids[i],
            number(result.base_mean[i], 4),
            number(result.log2_fold_change[i], 4),
            number(result.lfc_shrunken[i], 4),
            number(result.padj[i], 3),
        ]
        for i in order
    ]


def unclear_rows(analysis: Analysis, comparison: ComparisonResult) -> list[tuple[str, str, str]]:
    """Return genes that a reader may miss among the called ones: id, name, and the note that says why.

    First those with an outlying count, most reads first, then the largest changes that are not called.
    """
    result = comparison.differential
    if not result.note:
        return []
    status = np.array(result.status)
    outliers = np.flatnonzero(status == "outlier")
    tested = np.flatnonzero((status == "tested") & ~result.is_significant)
    large = tested[np.abs(result.log2_fold_change[tested]) >= _LARGE_CHANGE]
    mean, change = result.base_mean, np.abs(result.log2_fold_change)
    shown = [*outliers[np.argsort(-mean[outliers], kind="stable")][:N_OUTLIERS]]
    shown += [*large[np.argsort(-change[large], kind="stable")][:N_LARGE]]
    return [(result.gene_ids[i], analysis.gene_names[i], result.note[i]) for i in map(int, shown)]


def number(value: float, digits: int) -> float | None:
    """Round to significant digits; None where there is no number."""
    return float(f"{value:.{digits}g}") if np.isfinite(value) else None


def safe_json(value: object) -> str:
    """Write JSON that cannot end the script element that holds it (requirement S14)."""
    text = json.dumps(value, allow_nan=False, separators=(",", ":"), ensure_ascii=True)
    for mark in "<>&":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return text


def plate_picture(images: Images, name: str, alt: str, plate: Plate[Any] | None) -> Picture | None:
    """Show a figure with its legend, or nothing."""
    return None if plate is None else picture(images, name, alt, plate.caption)


def comparison_view(
    analysis: Analysis,
    comparison: ComparisonResult,
    images: Images,
    name: str,
    further: Sequence[Any],
) -> dict[str, Any]:
    """Collect what the page shows of one comparison; further : the figures of its strongest genes and of gene sets."""
    genes, terms = further
    result, contrast = comparison.differential, comparison.differential.contrast
    rows = gene_rows(analysis, comparison)
    up, down = int(result.is_up.sum()), int(result.is_down.sum())
    counts = f"{up:,} genes higher and {down:,} lower in {contrast.tested_level}"
    heatmap = comparison.heatmap
    return {
        "id": name,
        "title": contrast.title,
        "factor": contrast.factor,
        "tested": contrast.tested_level,
        "reference": contrast.reference_level,
        "up": up,
        "down": down,
        "n_tested": int(np.isfinite(result.padj).sum()),
        "n_genes": len(result.gene_ids),
        "alpha": f"{result.alpha:g}",
        "volcano": picture(
            images, f"volcano_{name}", f"Volcano plot of {contrast.title}: {counts}.", comparison.volcano_caption
        ),
        "ma": picture(images, f"ma_{name}", f"MA plot of {contrast.title}: {counts}.", comparison.ma_caption),
        "heatmap": None if heatmap is None else heatmap_view(analysis, heatmap, images, f"heatmap_{name}"),
        "samples": plate_picture(
            images, f"genes_{name}", f"Counts of the strongest genes of {contrast.title} in each sample.", genes
        ),
        "genes": rows[:N_GENES_PRINTED],
        "n_listed": len(rows),
        "unclear": unclear_rows(analysis, comparison),
        "json": safe_json(rows),
        "sets": [
            {"key": key, "label": f"{word} in {contrast.tested_level}", "n": len(comparison.enrichment[key].frame),
             "universe": comparison.enrichment[key].universe_label,
             "bars": set_bars(enrichment_rows(comparison.enrichment[key], analysis.settings.alpha, N_SETS))}
            for key, word in (("up", "Higher"), ("down", "Lower"))
            if key in comparison.enrichment
        ],
        "terms": term_pictures(images, name, contrast.title, terms),
        "term_reasons": terms.reasons,
        "statuses": {status: result.status.count(status) for status in sorted(set(result.status))},
    }  # fmt: skip


def term_pictures(images: Images, name: str, title: str, terms: TermFigures) -> dict[str, Picture | None]:
    """Show the figures of gene sets of a comparison that were drawn, by what they are."""
    alts = {
        "terms": ("Gene sets that stand out in {}, listed in the table below.", terms.dots),
        "term_map": ("Map of the gene sets of {}: sets that share genes lie together.", terms.map),
        "term_genes": ("Network of the leading gene sets of {} and their strongest genes.", terms.genes),
        "term_running": ("Running scores of gene sets along all genes of {}.", terms.running),
        "term_clusters": ("Gene sets against the clusters of the heatmap of {}.", terms.clusters),
    }
    return {
        kind: plate_picture(images, f"{kind}_{name}", alt.format(title), plate) for kind, (alt, plate) in alts.items()
    }


def heatmap_view(analysis: Analysis, heatmap: HeatmapResult, images: Images, name: str) -> dict[str, Any]:
    """Collect what the page shows of a heatmap."""
    n_clusters = heatmap.clusters.n_clusters
    alt = (
        f"{heatmap.title}: heatmap of {count_words(heatmap.spec.n_genes, 'gene')} (rows) over "
        f"{count_words(heatmap.spec.n_samples, 'sample')} (columns)"
        f"{f' in {n_clusters} clusters' if n_clusters > 1 else ''}; the clusters are described in words on this page."
    )
    return {
        "name": name,
        "title": heatmap.title,
        "picture": picture(images, name, alt, heatmap.caption),
        "cards": card_views(analysis, heatmap),
    }


def sample_rows(analysis: Analysis) -> list[dict[str, Any]]:
    """Return one record per sample: library size with its bar, size factor, columns of the sheet."""
    lib_sizes = analysis.counts.counts.sum(axis=0)
    detected = (analysis.counts.counts > 0).sum(axis=0)
    columns = analysis.samples.columns if analysis.samples is not None else {}
    return [
        {
            "sample": sample_id,
            "lib_size": f"{int(lib_sizes[i]):,}",
            "width": round(100 * float(lib_sizes[i]) / max(float(lib_sizes.max()), 1.0), 1),
            "detected": f"{int(detected[i]):,}",
            "size_factor": f"{float(analysis.size_factors[i]):.3f}",
            "cells": [values[i] for values in columns.values()],
        }
        for i, sample_id in enumerate(analysis.counts.sample_ids)
    ]


def group_key(heatmap: HeatmapResult) -> list[tuple[str, str]]:
    """Return the groups of the columns with their colours, as in the figure."""
    levels = [block.name for block in heatmap.spec.column_blocks if block.name]
    own = {block.name: block.colour for block in heatmap.spec.column_blocks}
    return [(level, own[level] or group_colours(levels)[level]) for level in levels]


def hex_colour(rgb: Sequence[int]) -> str:
    """Write a colour as #RRGGBB."""
    return "#{:02X}{:02X}{:02X}".format(*(int(channel) for channel in rgb))


def signed(value: float | None, digits: int = 2) -> str:
    """Write a number with its sign and a true minus."""
    return "NA" if value is None else f"{value:+.{digits}f}".replace("-", _MINUS)


def mean_text(value: float | None) -> str:
    """Write a mean of counts: one decimal below 100."""
    return "NA" if value is None else f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def keep_together(text: str) -> str:
    """Put no-break spaces before per cent signs and around times signs, where a line must not end."""
    return text.replace(" %", "\u00a0%").replace(" × ", "\u00a0×\u00a0")


def p_text(value: float | None) -> str:
    """Write a p-value in two digits."""
    if value is None or not np.isfinite(value):
        return "NA"
    if value >= 0.001:
        return f"{value:.2g}"
    return (
        "< 1e\u2212300" if value < 1e-300 else f"{value:.1e}".replace("-", _MINUS).replace(f"e{_MINUS}0", f"e{_MINUS}")
    )


def count_words(n: int, noun: str) -> str:
    """Write a number with its noun."""
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def resource_words(resource: Mapping[str, str]) -> str:
    """Say which built-in data were used: name, release, licence."""
    name = resource.get("name", "")
    parts = [name[:1].upper() + name[1:]]
    parts += [
        f"{word} {resource[key]}" for key, word in (("release", "release"), ("licence", "licence")) if resource.get(key)
    ]
    return f"{', '.join(parts)}."
