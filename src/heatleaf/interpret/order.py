"""Which findings to show, and in which order."""

from __future__ import annotations

from collections.abc import Iterable

from heatleaf.model import Finding

MAX_SHOWN = 16  # clusters apart, which stand beside the heatmap
MAX_CAUTIONS = 6
_FINDINGS = (
    "counts",
    "omnibus",
    "strongest",
    "second_opinions",
    "strongest_agreed",
    "leave_one_out",
    "gene_sets_up",
    "gene_sets_down",
    "ranked",
    "pca_axis_1",
    "pca_axis_2",
    "power",
    "paired",
    "agreement",
    "sex",
    "cluster",
    "library_sizes",
    "replicates",
    "left_out",
)
_FORBIDDING = (
    "nothing",
    "no_test",
    "confounded",
    "outlier_sample",
    "misplaced_sample",
    "sex_contradicts",
)  # cautions that come before everything else
_CAUTIONS = (
    "p_values",
    "one_sample_decides",
    "rests_on_one",
    "few_replicates",
    "paired",
    "agreement",
    "library_sizes",
    "unstable_clusters",
    "z_hides_magnitude",
    "small_n",
    "cluster_number",
    "clipped",
    "chosen_because_different",
    "gene_sets_up",
    "gene_sets_down",
    "universe",
)
_ONCE = ("z_hides_magnitude", "small_n", "cluster_number", "clipped")  # said of the first heatmap only


def arrange_findings(findings: Iterable[Finding], *, limit: int = MAX_SHOWN) -> tuple[Finding, ...]:
    """Put findings in reading order and keep a readable number of them.

    What forbids or changes the answer comes first, then the answer, the gene sets, the samples, the clusters, and last
    the cautions. All clusters stay. Of the others at most `limit` stay, the last of MAX_CAUTIONS and more cautions
    going first; what is said twice is said once.
    """
    unique = _without_repeats(findings)
    first = [finding for finding in unique if finding.key in _FORBIDDING]
    told = sorted((f for f in unique if f.level == "finding" and f not in first), key=_rank)
    cautions = sorted((f for f in unique if f.level == "caution" and f not in first), key=_rank)
    n_others = len(first) + sum(not is_cluster(finding) for finding in told)
    n_cautions = max(min(MAX_CAUTIONS, len(cautions)), min(len(cautions), limit - n_others))
    room = limit - len(first) - n_cautions
    kept = []
    for finding in told:
        if is_cluster(finding) or room > 0:
            kept.append(finding)
            room -= not is_cluster(finding)
    return (*first, *kept, *cautions[:n_cautions])


def is_cluster(finding: Finding) -> bool:
    """Tell whether a finding is the sentence of one block of a heatmap."""
    return finding.topic == "clusters" and finding.level == "finding"


def _without_repeats(findings: Iterable[Finding]) -> list[Finding]:
    seen: set[str] = set()
    unique = []
    for finding in findings:
        mark = finding.key if finding.key in _ONCE else f"{finding.text} {finding.rests_on}"
        if mark not in seen:
            seen.add(mark)
            unique.append(finding)
    return unique


def _rank(finding: Finding) -> int:
    order = _FINDINGS if finding.level == "finding" else _CAUTIONS
    key = "cluster" if is_cluster(finding) else finding.key
    return order.index(key) if key in order else len(order)
