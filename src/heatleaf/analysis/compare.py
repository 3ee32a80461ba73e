"""What changed between two finished analyses: in what was asked, in genes, clusters and gene sets, in sentences.

Both are read from their folders, so that results of months ago can be compared with today's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import comb
from pathlib import Path
from typing import Any

import numpy as np

from heatleaf.interpret.words import count_of, decimal, listing, percent, short_listing, thousands, verb
from heatleaf.io.finished_run import FinishedRun, number, open_run

N_TOLD = 5  # genes that a sentence names
N_LISTED = 50  # genes and sets of each kind that are listed
_SMALL = 20  # genes below which a correlation of changes says nothing
_NOT_COMPARED = ("max_memory",)


@dataclass(frozen=True)
class Shift:
    """Names that both analyses have, that only the first has, and that only the second has; in order of certainty."""

    both: tuple[str, ...]
    lost: tuple[str, ...]
    gained: tuple[str, ...]

    @classmethod
    def between(cls, before: Sequence[str], after: Sequence[str]) -> Shift:
        """Compare two lists."""
        first, second = set(before), set(after)
        return cls(
            tuple(name for name in before if name in second),
            tuple(name for name in before if name not in second),
            tuple(name for name in after if name not in first),
        )


def compare_runs(before: Path, after: Path) -> dict[str, Any]:
    """Compare the folders of two finished runs.

    Returns
    -------
    dict
        JSON values: sentences; changes of what was asked, [name, before, after]; samples, genes and terms by
        comparison, clusters.

    Raises
    ------
    UserError
        file_missing, output_folder: a folder is not that of a finished run.
    """
    first, second = open_run(before), open_run(after)
    changes = _changes(first.record, second.record)
    samples = Shift.between(first.record["samples"]["sample_ids"], second.record["samples"]["sample_ids"])
    pairs = _pairs(first.record, second.record)
    genes = {one["name"]: _compare_genes(first, second, one, other) for one, other in pairs}
    terms = {one["name"]: _compare_terms(first, second, one, other) for one, other in pairs}
    clusters = _compare_clusters(first, second)
    sentences = [*_tell_inputs(first.record, second.record, samples), *_tell_changes(changes)]
    if not pairs:
        sentences.append("The two analyses have no comparison in common, so that no genes can be compared.")
    sentences += chain.from_iterable(_tell_genes(one["title"], genes[one["name"]]) for one, _ in _titled(pairs))
    sentences += _tell_clusters(clusters)
    sentences += chain.from_iterable(_tell_terms(one["title"], terms[one["name"]]) for one, _ in _titled(pairs))
    return {
        "sentences": sentences,
        "changes": changes,
        "samples": {"lost": list(samples.lost), "gained": list(samples.gained), "n_both": len(samples.both)},
        "genes": genes,
        "clusters": clusters,
        "terms": terms,
    }


def _titled(pairs: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> list[tuple[dict[str, Any], Any]]:
    return [({**one, "title": f"{one['tested_level']} vs {one['reference_level']}"}, other) for one, other in pairs]


def _pairs(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Pair the comparisons of the same name."""
    by_name = {one["name"]: one for one in second["comparisons"]}
    return [(one, by_name[one["name"]]) for one in first["comparisons"] if one["name"] in by_name]


def _changes(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[list[str]]:
    """List what was asked differently: settings, design, versions, gene-set releases."""
    before = {**first["settings"], "design": first["design"] or "none"}
    after = {**second["settings"], "design": second["design"] or "none"}
    named = [(name, before.get(name), after.get(name)) for name in sorted({*before, *after} - set(_NOT_COMPARED))]
    versions = [
        (f"version of {name}", first["versions"].get(name), second["versions"].get(name)) for name in first["versions"]
    ]
    releases = [
        (f"release of {name}", old, new) for name, old, new in _releases(first["resources"], second["resources"])
    ]
    return [[name, _text(old), _text(new)] for name, old, new in (*named, *versions, *releases) if old != new]


def _releases(first: Sequence[Mapping[str, str]], second: Sequence[Mapping[str, str]]) -> list[tuple[str, str, str]]:
    of_second = {one["name"]: one.get("release", "") for one in second}
    return [(one["name"], one.get("release", ""), of_second.get(one["name"], "none")) for one in first]


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_text(one) for one in value) or "none"
    return "none" if value in (None, "") else str(value)


def _tell_inputs(first: Mapping[str, Any], second: Mapping[str, Any], samples: Shift) -> list[str]:
    hashes = [[one["sha256"] for one in record["inputs"] if one["role"] == "counts"] for record in (first, second)]
    told = ["Both rest on the same counts." if hashes[0] == hashes[1] else "The counts are not the same file."]
    if samples.lost:
        told.append(f"The second is without {count_of(len(samples.lost), 'sample')}: {short_listing(samples.lost)}.")
    if samples.gained:
        told.append(f"The second has {count_of(len(samples.gained), 'sample')} more: {short_listing(samples.gained)}.")
    return told


def _tell_changes(changes: Sequence[Sequence[str]]) -> list[str]:
    return [f"{name[:1].upper()}{name[1:].replace('_', ' ')}: {old} before, {new} now." for name, old, new in changes]


def _called(run: FinishedRun, comparison: Mapping[str, Any]) -> tuple[dict[str, tuple[float, float]], dict[str, str]]:
    """Return log2 fold change and adjusted p-value of the tested genes, most certain first, and their names."""
    table = comparison["table"]
    ids, symbols, changes, padj = run.columns(table, "gene_id", "gene_symbol", "log2FoldChange", "padj")
    tested = {
        gene: (number(change), number(p)) for gene, change, p in zip(ids, changes, padj, strict=True) if p != "NA"
    }
    return tested, {gene: symbol or gene for gene, symbol in zip(ids, symbols, strict=True)}


def _compare_genes(
    first: FinishedRun, second: FinishedRun, one: Mapping[str, Any], other: Mapping[str, Any]
) -> dict[str, Any]:
    before, names = _called(first, one)
    after, more = _called(second, other)
    names |= more
    shift = Shift.between(
        [gene for gene, (_, p) in before.items() if p < one["alpha"]],
        [gene for gene, (_, p) in after.items() if p < other["alpha"]],
    )
    flipped = [gene for gene in shift.both if before[gene][0] * after[gene][0] < 0]

    def listed(genes: Sequence[str]) -> list[dict[str, Any]]:
        return [
            {"gene_id": gene, "name": names[gene], "before": _pair(before.get(gene)), "after": _pair(after.get(gene))}
            for gene in genes[:N_LISTED]
        ]

    shared = [gene for gene in before if gene in after]
    return {
        "n_before": len(shift.both) + len(shift.lost),
        "n_after": len(shift.both) + len(shift.gained),
        "n_both": len(shift.both),
        "n_lost": len(shift.lost),
        "n_gained": len(shift.gained),
        "n_flipped": len(flipped),
        "lost": listed(shift.lost),
        "gained": listed(shift.gained),
        "flipped": listed(flipped),
        "correlation": _correlation([before[gene][0] for gene in shared], [after[gene][0] for gene in shared]),
    }


def _pair(found: tuple[float, float] | None) -> list[float] | None:
    return None if found is None else [float(f"{value:.4g}") for value in found]


def _correlation(before: Sequence[float], after: Sequence[float]) -> float | None:
    """Return Pearson's correlation of log2 fold changes, None where there is too little to tell."""
    if len(before) < _SMALL or not (np.ptp(before) and np.ptp(after)):
        return None
    return round(float(np.corrcoef(before, after)[0, 1]), 4)


def _tell_genes(title: str, genes: Mapping[str, Any]) -> list[str]:
    n_before, n_after = genes["n_before"], genes["n_after"]
    if not genes["n_lost"] and not genes["n_gained"]:
        same = f"{title}: the same {count_of(n_after, 'gene')} {verb(n_after, 'is', 'are')} called."
        return [same if n_after else f"{title}: no gene is called in either."]
    told = [
        f"{title}: {count_of(n_before, 'gene')} called before, {thousands(n_after)} now; "
        f"{thousands(genes['n_both'])} in both, {thousands(genes['n_lost'])} no longer, "
        f"{thousands(genes['n_gained'])} new."
    ]
    for kind, word in (("lost", "No longer called"), ("gained", "Newly called")):
        if genes[kind]:
            told.append(f"{word}, most certain first: {listing([one['name'] for one in genes[kind][:N_TOLD]])}.")
    if genes["n_flipped"]:
        told.append(f"{count_of(genes['n_flipped'], 'gene')} called in both changed direction.")
    if genes["correlation"] is not None:
        told.append(f"The log2 fold changes of all tested genes correlate with r = {decimal(genes['correlation'], 2)}.")
    return told


def _compare_clusters(first: FinishedRun, second: FinishedRun) -> dict[str, Any]:
    labels = []
    for run in (first, second):
        ids, clusters = run.columns("tables/heatmap_clusters.tsv", "gene_id", "cluster")
        labels.append(dict(zip(ids, clusters, strict=True)))
    before, after = labels
    shift = Shift.between(list(before), list(after))
    return {
        "n_before": len(set(before.values())),
        "n_after": len(set(after.values())),
        "n_genes_both": len(shift.both),
        "n_genes_lost": len(shift.lost),
        "n_genes_gained": len(shift.gained),
        "agreement": _rand_index([before[gene] for gene in shift.both], [after[gene] for gene in shift.both]),
    }


def _rand_index(before: Sequence[str], after: Sequence[str]) -> float | None:
    """Return the adjusted Rand index (Hubert & Arabie 1985, eq. 5): 1 the same parts, 0 as by chance."""
    n_pairs = comb(len(before), 2)
    if not n_pairs:
        return None
    both = sum(comb(n, 2) for n in Counter(zip(before, after, strict=True)).values())
    sides = [sum(comb(n, 2) for n in Counter(labels).values()) for labels in (before, after)]
    expected, largest = sides[0] * sides[1] / n_pairs, sum(sides) / 2
    return 1.0 if largest == expected else round((both - expected) / (largest - expected), 4)


def _tell_clusters(clusters: Mapping[str, Any]) -> list[str]:
    told = [
        f"Heatmap: {count_of(clusters['n_before'], 'cluster')} before, {clusters['n_after']} now; "
        f"{count_of(clusters['n_genes_both'], 'gene')} in both, {thousands(clusters['n_genes_lost'])} no longer, "
        f"{thousands(clusters['n_genes_gained'])} new."
    ]
    agreement = clusters["agreement"]
    if agreement is not None:
        how = "are the same" if agreement == 1 else "are much the same" if agreement >= 0.8 else "differ"
        text = (
            f"Their clusters {how}: adjusted Rand index {decimal(agreement, 2)} (1: the same parts, 0: as by chance)."
        )
        told.append(text)
    return told


def _terms(run: FinishedRun, comparison: Mapping[str, Any], side: str) -> list[str]:
    name = comparison["table"].removeprefix("tables/differential_").removesuffix(".tsv")
    names, padj = run.columns(f"tables/enrichment_{name}_{side}.tsv", "set_name", "padj")
    return list(
        dict.fromkeys(
            term for term, p in zip(names, padj, strict=True) if p != "NA" and number(p) < comparison["alpha"]
        )
    )


def _compare_terms(
    first: FinishedRun, second: FinishedRun, one: Mapping[str, Any], other: Mapping[str, Any]
) -> dict[str, Any]:
    sides = {}
    for side in ("up", "down"):
        before, after = _terms(first, one, side), _terms(second, other, side)
        shift = Shift.between(before, after)
        sides[side] = {
            "n_before": len(before),
            "n_after": len(after),
            "n_both": len(shift.both),
            "lost": list(shift.lost[:N_LISTED]),
            "gained": list(shift.gained[:N_LISTED]),
        }
    return sides


def _tell_terms(title: str, terms: Mapping[str, Any]) -> list[str]:
    told = []
    for side, word in (("up", "higher"), ("down", "lower")):
        found = terms[side]
        if not found["n_before"] and not found["n_after"]:
            continue
        n_all = found["n_before"] + found["n_after"] - found["n_both"]
        text = (
            f"{title}, gene sets among the genes that are {word}: {thousands(found['n_before'])} before, "
            f"{thousands(found['n_after'])} now, {percent(found['n_both'] / n_all)} of all in both"
        )
        if found["lost"]:
            text += f"; no longer, first: {short_listing(found['lost'][:3])}"
        if found["gained"]:
            text += f"; new, first: {short_listing(found['gained'][:3])}"
        told.append(f"{text}.")
    return told
