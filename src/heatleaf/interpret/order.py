"""Which findings to show, and in which order."""

from __future__ import annotations

from collections.abc import Iterable

from heatleaf.model import Finding

MAX_SHOWN = 26  # clusters apart, which stand beside the heatmap
MAX_CAUTIONS = 8
_FINDINGS = (
    "counts",
    "omnibus",
    "strongest",
    "second_opinions",
    "strongest_agreed",
    "leave_one_out",
    "both_tests_up",
    "both_tests_down",
    "gene_sets_up",
    "gene_sets_down",
    "ranked",
    "pca_axis_1",
    "pca_axis_2",
    "cluster",
    "agreement",
    "library_sizes",
    "sex",
    "power",
    "paired",
    "replicates",
    "left_out",
)
_FORBIDDING = (
    "nothing",
    "could_have_shown",
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
    "pca_axis_1",
    "pca_axis_2",
    "cluster_follows_other",
    "unstable_clusters",
    "z_hides_magnitude",
    "small_n",
    "cluster_number",
    "clipped",
    "chosen_because_different",
    "gene_sets_up",
    "gene_sets_down",
    "few_genes_for_sets",
    "call_bias",
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
    first = sorted((f for f in unique if f.key in _FORBIDDING), key=lambda f: _FORBIDDING.index(f.key))
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


ANSWERS = ("nothing", "no_test", "counts", "omnibus")
_QUESTIONS = {
    "What changed?": ("omnibus", "counts", "strongest", "second_opinions", "strongest_agreed", "leave_one_out"),
    "What do these genes do?": ("gene_sets_up", "gene_sets_down", "both_tests_up", "both_tests_down", "ranked"),
    "What separates the samples?": ("pca_axis_1", "pca_axis_2", "agreement", "sex"),
    "How good are the data?": ("library_sizes", "left_out"),
    "What could the study find?": ("power", "paired", "replicates"),
}


def by_question(findings: Iterable[Finding]) -> tuple[tuple[str, tuple[Finding, ...]], ...]:
    """Group findings, in the order given, under the questions that they answer, without questions that have none."""
    questions = {key: question for question, keys in _QUESTIONS.items() for key in keys}
    groups: dict[str, list[Finding]] = {question: [] for question in (*_QUESTIONS, "And also")}
    for finding in findings:
        groups[questions.get(finding.key, "And also")].append(finding)
    return tuple((question, tuple(told)) for question, told in groups.items() if told)


def forbids(finding: Finding) -> bool:
    """Tell whether a caution changes the answer itself and so stands before it."""
    return finding.key in _FORBIDDING and finding.key not in ANSWERS


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
