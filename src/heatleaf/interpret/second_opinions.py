"""What other methods say of the genes that differ, and which findings hang on one sample."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from heatleaf.interpret.words import count_of, listing, percent, short_listing, thousands, verb
from heatleaf.model import DifferentialResult, Finding, Message, note
from heatleaf.model.second_opinions import AlternativeTest, LeaveOneOut, SecondOpinions

N_STRONGEST = 50  # genes with the smallest adjusted p-values
DECISIVE_SHARE = 0.05  # of the calls: one sample that makes more of them deserves a look ...
DECISIVE_RATIO = 2.0  # ... if no other sample makes half as many
METHODS = ("Wald test", "voom", "quasi-likelihood")

Numbers = dict[str, float | int | str]


def opinion_verdicts(result: DifferentialResult, others: Sequence[AlternativeTest]) -> tuple[str, ...]:
    """Say of each gene which methods call it, and why a method does not test it.

    Parameters
    ----------
    others : the voom and the quasi-likelihood test, in this order.
    """
    calls = np.array([result.is_significant, *(test.is_significant(result.alpha) for test in others)])
    padj = np.array([result.padj, *(test.padj for test in others)])
    effects = np.array([result.log2_fold_change, *(test.log2_fold_change for test in others)])
    up, down = (calls & (effects > 0)).any(axis=0), (calls & (effects < 0)).any(axis=0)
    codes = (calls * [[1], [2], [4]]).sum(axis=0) + (~np.isnan(padj) * [[8], [16], [32]]).sum(axis=0)
    known: dict[int, str] = {int(code): _verdict(int(code)) for code in np.unique(codes)}
    opposed = np.asarray(up & down, dtype=bool)
    genes = zip(codes.tolist(), result.status, result.outlier_sample, opposed.tolist(), strict=True)
    return tuple(
        known[code]
        + (_why_untested(status, sample) if code >= 16 and not code & 8 else "")
        + ("; in opposite directions" if is_opposed else "")
        for code, status, sample, is_opposed in genes
    )


def _verdict(code: int) -> str:
    """Put a code into words: bits 0-2 tell which method calls the gene, bits 3-5 which tests it."""
    calling = [name for bit, name in enumerate(METHODS) if code >> bit & 1]
    silent = [name for bit, name in enumerate(METHODS) if code >> bit + 3 & 1 and not code >> bit & 1]
    untested = [name for bit, name in enumerate(METHODS) if not code >> bit + 3 & 1]
    if len(untested) == len(METHODS):
        return "not tested"
    if len(calling) == len(METHODS):
        return "called by all three"
    parts = [f"called by {listing(calling)}"] if calling else ["called by none"]
    parts += [f"not by {listing(silent)}"] if calling and silent else []
    parts += [f"not tested by {listing(untested)}"] if untested else []
    return "; ".join(parts)


def _why_untested(status: str, outlier_sample: str) -> str:
    """Say why the Wald test has no adjusted p-value where another method has one."""
    reasons = {
        "outlier": f" (outlier in {outlier_sample})",
        "low_mean": " (too few reads)",
        "not_converged": " (fit did not converge)",
    }
    return reasons.get(status, "")


def opinion_findings(opinions: SecondOpinions, gene_names: Sequence[str]) -> tuple[Finding, ...]:
    """Say how far the methods agree, on all called genes and on the strongest.

    Parameters
    ----------
    gene_names : sequence of str
        The name to show of each gene, in the order of the result.
    """
    table = f"tables/second_opinions_{opinions.result.contrast.name}.tsv"
    findings = [_agreement(opinions, table)]
    if opinions.result.is_significant.any():
        findings.append(_strongest(opinions, gene_names, table))
    return tuple(findings)


def _agreement(opinions: SecondOpinions, table: str) -> Finding:
    called, *others = opinions.calls
    support = np.sum(others, axis=0)
    n_called, n_all, n_one, n_alone = (int(k.sum()) for k in (called, *(called & (support == n) for n in (2, 1, 0))))
    untested = np.isnan(opinions.voom.padj)
    n_untested, n_new = int((called & untested).sum()), int((~called & (support == 2)).sum())
    title = opinions.result.contrast.title
    if n_called:
        few = f", {thousands(n_untested)} of them with too few counts for these tests" if n_untested else ""
        text = (
            f"{title}: of {count_of(n_called, 'called gene')}, {thousands(n_all)} ({percent(n_all / n_called)}) "
            f"{verb(n_all, 'is', 'are')} called by both second opinions too (voom and quasi-likelihood), "
            f"{thousands(n_one)} by one of them and {thousands(n_alone)} by neither{few}."
        )
    else:
        voom, quasi = (int(test.sum()) for test in others)
        text = (
            f"{title}: the Wald test calls no gene; of the second opinions voom calls {thousands(voom)} and "
            f"quasi-likelihood {thousands(quasi)}."
        )
    if n_new:
        text += (
            f" {count_of(n_new, 'gene')} that the Wald test does not call {verb(n_new, 'is', 'are')} called by both."
        )
    numbers: Numbers = {
        "called": n_called,
        "by_all": n_all,
        "by_two": n_one,
        "by_wald_alone": n_alone,
        "untested_by_others": n_untested,
        "by_others_only": n_new,
        "contrast": title,
    }
    return Finding("differential", "second_opinions", text, numbers, table)


def _strongest(opinions: SecondOpinions, gene_names: Sequence[str], table: str) -> Finding:
    result = opinions.result
    first = result.rank_order[: min(N_STRONGEST, int(result.is_significant.sum()))]
    support = opinions.calls[1:].sum(axis=0)
    alone = [gene_names[i] for i in first if support[i] == 0]
    n_all = int((support[first] == 2).sum())
    said = f"the {len(first)} called genes of smallest p-value" if len(first) > 1 else "the one called gene"
    numbers: Numbers = {"strongest": len(first), "by_all": n_all, "by_wald_alone": len(alone)}
    numbers["contrast"] = result.contrast.title
    if alone:
        text = (
            f"{result.contrast.title}: of {said}, {count_of(len(alone), 'rests', 'rest')} on the Wald test alone: "
            f"{short_listing(alone)}. Look at their counts, sample by sample, before building on them."
        )
        return Finding("differential", "rests_on_one", text, numbers, table, "caution")
    by_all = "all" if n_all == len(first) else f"{thousands(n_all)} of {thousands(len(first))}"
    text = (
        f"{result.contrast.title}: of {said}, none rests on one method alone; all three methods call {by_all} of them."
        if len(first) > 1
        else f"{result.contrast.title}: the one called gene does not rest on one method alone."
    )
    return Finding("differential", "strongest_agreed", text, numbers, table)


def leave_one_out_findings(
    left: LeaveOneOut, result: DifferentialResult, gene_names: Sequence[str]
) -> tuple[Finding, ...]:
    """Say how many calls survive the loss of any one sample, and whether one sample makes many of them."""
    n_called = int(left.is_called.sum())
    if not n_called or not left.n_refits:
        return ()
    n_lost = left.lost.sum(axis=1)
    order = np.argsort(-n_lost, kind="stable")
    top, second = int(n_lost[order[0]]), int(n_lost[order[1]]) if left.n_refits > 1 else 0
    is_decisive = _stands_out(top, second, n_called)
    n_kept = int((left.is_called & (left.n_calling == left.n_refits)).sum())
    title = result.contrast.title
    text = (
        f"{title}: {thousands(n_kept)} of {count_of(n_called, 'called gene')} ({percent(n_kept / n_called)}) "
        f"{verb(n_kept, 'stays', 'stay')} called whichever one of {count_of(left.n_refits, 'sample')} is left out "
        f"(each refit has a sample less and finds fewer for that alone). {_effect_of_samples(left, n_lost, order)}"
    )
    first = result.rank_order[: min(N_STRONGEST, n_called)]
    fragile = [gene_names[i] for i in first if left.n_calling[i] < left.n_refits]
    text += _hidden(left, n_called) + _fragile(len(first), fragile)
    numbers: Numbers = {"called": n_called, "kept_in_all": n_kept, "refits": left.n_refits, "contrast": title}
    numbers |= {"strongest": len(first), "strongest_fragile": len(fragile)}
    numbers |= {f"lost without {left.sample_ids[i]}": int(n_lost[i]) for i in order}
    numbers |= {f"gained without {left.sample_ids[i]}": int(left.gained[i].sum()) for i in order}
    place = f"tables/leave_one_out_{result.contrast.name}.tsv"
    if is_decisive:
        return (Finding("differential", "one_sample_decides", text, numbers, place, "caution"),)
    return (Finding("differential", "leave_one_out", text, numbers, place),)


def _effect_of_samples(left: LeaveOneOut, n_lost: NDArray[np.int64], order: NDArray[np.intp]) -> str:
    """Say which sample takes most calls with it, beside the others."""
    n_called, name, top = int(left.is_called.sum()), left.sample_ids[order[0]], int(n_lost[order[0]])
    if not top:
        return "No sample takes a call with it."
    if left.n_refits == 1:
        return f"Without {name}, {thousands(top)} of {thousands(n_called)} {verb(top, 'is', 'are')} no longer called."
    second, least = int(n_lost[order[1]]), int(n_lost[order[-1]])
    if _stands_out(top, second, n_called):
        return (
            f"Without {name}, {thousands(top)} of {thousands(n_called)} are no longer called; no other sample takes "
            f"more than {thousands(second)} with it. Look at {name} before building on these genes."
        )
    return (
        f"A sample takes between {thousands(least)} ({left.sample_ids[order[-1]]}) and {thousands(top)} ({name}) with "
        "it; no single one decides."
    )


def _hidden(left: LeaveOneOut, n_called: int) -> str:
    """Name the one sample whose absence brings many genes forward: it may be unlike its replicates."""
    n_gained = left.gained.sum(axis=1)
    order = np.argsort(-n_gained, kind="stable")
    top, second = int(n_gained[order[0]]), int(n_gained[order[1]]) if left.n_refits > 1 else 0
    if not _stands_out(top, second, n_called):
        return ""
    return (
        f" {left.sample_ids[order[0]]} hides genes: without it {thousands(top)} more are called, and no other sample "
        f"hides more than {thousands(second)}."
    )


def _stands_out(top: int, second: int, n_called: int) -> bool:
    return top > 1 and top >= DECISIVE_SHARE * n_called and top >= DECISIVE_RATIO * second


def _fragile(n_strongest: int, fragile: Sequence[str]) -> str:
    """Name the strongest genes that some refit does not call."""
    if not fragile or n_strongest < 2:
        return ""
    return (
        f" Of the {n_strongest} of smallest p-value {count_of(len(fragile), 'needs', 'need')} every sample: "
        f"{short_listing(fragile)}."
    )


def leave_one_out_messages(left: LeaveOneOut) -> tuple[Message, ...]:
    """Say which samples could not be left out, and why."""
    if not left.kept_in:
        return ()
    what = f"{short_listing(list(left.kept_in))} could not be left out in turn: {next(iter(left.kept_in.values()))}"
    return (note("not_full_rank", what),)
