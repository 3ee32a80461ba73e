"""Which findings to show, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from heatleaf.model import Finding

MAX_SHOWN = 14
_FIRST = ("nothing", "no_test", "confounded", "counts", "strongest")


def arrange_findings(findings: Iterable[Finding], *, limit: int = MAX_SHOWN) -> tuple[Finding, ...]:
    """Put findings in reading order and keep a readable number of them.

    The answer comes first (what differs, and what forbids the question), then the clusters, the gene sets, the samples,
    and last the cautions. Where there are too many, the last clusters and then the last cautions go; a finding said
    twice is said once.
    """
    unique = list({finding.text: finding for finding in findings}.values())
    order = sorted(range(len(unique)), key=lambda i: (_rank(unique[i]), i))
    arranged = [unique[i] for i in order]
    return tuple(arranged) if len(arranged) <= limit else _shorten(arranged, limit)


def _rank(finding: Finding) -> int:
    if finding.key in _FIRST:
        return _FIRST.index(finding.key)
    if finding.key == "outlier_sample":
        return len(_FIRST)
    topics = {"clusters": 10, "gene_sets": 20, "samples": 30, "differential": 40, "design": 41}
    return topics[finding.topic] + (50 if finding.level == "caution" else 0)


def _shorten(arranged: Sequence[Finding], limit: int) -> tuple[Finding, ...]:
    """Drop the least important: clusters beyond the fourth, then cautions from the end, then whatever is last."""
    clusters = [f for f in arranged if f.key.startswith("cluster_") and f.level == "finding"]
    spare = clusters[:3:-1]
    spare += [f for f in reversed(arranged) if f.level == "caution" and _rank(f) >= 50]
    spare += [f for f in reversed(arranged) if f not in spare]
    gone = {id(f) for f in spare[: len(arranged) - limit]}
    return tuple(f for f in arranged if id(f) not in gone)
