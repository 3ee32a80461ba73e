"""The design coach: what a sheet can answer and cannot, what its replicates are worth, what changes it can find."""

from __future__ import annotations

import math
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from heatleaf.interpret.words import count_of, decimal, listing, numeral, percent, short_listing, thousands, verb
from heatleaf.model import Contrast, CrossTable, Finding, Pairing, Question

CLEAR_LOSS = 0.01  # widening of a standard error below which losing a sample is no loss


def question_text(question: Question) -> str:
    """Write a question in plain words."""
    words = question.words
    texts = {
        "levels": lambda: f"Which genes differ between {words[1]} and {words[2]} ({words[0]})?",
        "other": lambda: f"Which genes differ between {words[2]} and {words[1]} ({words[0]})?",
        "omnibus": lambda: f"Which genes differ between any of the {numeral(len(words) - 1)} levels of {words[0]}?",
        "several": lambda: f"Which genes differ between {words[1]} and the mean of {listing(words[2:])} ({words[0]})?",
        "slope": lambda: f"Which genes change with {words[0]} (log2 fold change per unit)?",
        "interaction": lambda: f"For which genes does the effect of {words[0]} depend on {words[1]}?",
        "within": lambda: f"Which genes differ between {words[1]} and {words[2]} within {words[3]} {words[4]} alone?",
    }
    return texts[question.kind]()


def question_option(question: Question) -> str:
    """Write the options of the command line that ask a question."""
    words = ["--design", question.design, *(word for option in question.options for word in option)]
    return " ".join(map(_quoted, words))


def _quoted(word: str) -> str:
    """Quote a word for a shell, with double quotes where they do, as these are understood on Windows too."""
    if shlex.quote(word) == word:
        return word
    return f'"{word}"' if not set(word) & set('"$`\\!') else shlex.quote(word)


def pairing_finding(pairing: Pairing, design: str, *, is_used: bool) -> Finding:
    """Say that samples are paired or in blocks, and that the design compares within them, or does not.

    design : formula that allows for them.
    """
    kind = "Pairs" if pairing.is_single else "Blocks"
    name, tested = pairing.variable, pairing.tested
    if pairing.broken:
        text = (
            f"{kind}: {pairing.n_whole} of {pairing.n_levels} levels of {name} were seen under each level of {tested}, "
            f"{short_listing(pairing.broken)} {verb(len(pairing.broken), 'was', 'were')} not, and "
            f"{verb(len(pairing.broken), 'tells', 'tell')} little of the change within {name}"
        )
    else:
        text = (
            f"{kind}: each of the {numeral(pairing.n_levels)} levels of {name} was seen under every level of {tested}"
        )
    if is_used:
        text += f"; {design} compares within {name}, so that differences between its levels do not blur the change."
    else:
        text += f", but the design leaves {name} out; --design {_quoted(design)} would compare within {name}."
    numbers: dict[str, float | int | str] = {"whole": pairing.n_whole, "levels": pairing.n_levels, "variable": name}
    return Finding("design", "paired", text, numbers, "run.json", "finding" if is_used else "caution")


@dataclass(frozen=True)
class ReplicateFacts:
    """What replicates are worth in one comparison.

    loss : sample -> how much losing it widens the standard errors (0.15 is 15 %, inf where nothing is left).
    residual_df : samples less coefficients.
    """

    contrast: Contrast
    sample_ids: Sequence[str]
    loss: Sequence[float]
    residual_df: int


def replicate_finding(facts: ReplicateFacts) -> Finding | None:
    """Say what one sample less, and one more in each group, would do; None for comparisons that name no groups."""
    sides = (len(facts.contrast.tested_samples), len(facts.contrast.reference_samples))
    if not all(sides):
        return None
    contrast, n_mean = facts.contrast, 2.0 / sum(1.0 / n for n in sides)
    gain = 1.0 - math.sqrt(n_mean / (n_mean + 1.0))
    held = f"{count_of(sides[0], 'sample')} of {contrast.tested_level}, {sides[1]} of {contrast.reference_level}"
    spare = count_of(facts.residual_df, "residual degree of freedom", "residual degrees of freedom")
    text = (
        f"Replicates: {held}, {spare}. {_loss_words(facts)}; one more in each group would narrow them by about "
        f"{percent(gain)}."
    )
    worst = max(facts.loss)
    numbers: dict[str, float | int | str] = {
        "tested": sides[0],
        "reference": sides[1],
        "residual_df": facts.residual_df,
        "widest": worst if math.isfinite(worst) else "lost",
        "gain": gain,
        "contrast": contrast.title,
    }
    return Finding("design", "replicates", text, numbers, "run.json")


def _loss_words(facts: ReplicateFacts) -> str:
    worst, least = max(facts.loss), min(facts.loss)
    names = [name for name, loss in zip(facts.sample_ids, facts.loss, strict=True) if loss >= worst - 1e-9]
    if facts.residual_df <= 1:
        return "Losing any one sample would leave no replicate to estimate noise from"
    if math.isinf(worst):
        return f"Losing {_or(names)} would make the comparison impossible"
    if worst - least < CLEAR_LOSS:
        return f"Losing any one sample would widen the standard errors by {percent(worst)}"
    return f"Losing {_or(names)} would cost most, {percent(worst)} wider standard errors"


def _or(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"one of {short_listing(names)}"


@dataclass(frozen=True)
class PowerFacts:
    """What a comparison can find.

    cutoff : p-value up to which genes are called; is_assumed : it rests on an assumed share of changed genes.
    levels : (mean count, smallest fold change, samples per group for a 2-fold change) each. share : of the tested genes
    in which a 2-fold change is found; shares : (samples per group, that share) each.
    """

    samples_per_group: float
    cutoff: float
    is_assumed: bool
    levels: Sequence[tuple[float, float, int]]
    share: float
    shares: Sequence[tuple[int, float]]


def power_finding(facts: PowerFacts, contrast: Contrast) -> Finding:
    """Say which changes a comparison finds with 80 % power, and what more replicates would find."""
    changes = [_level_words(mean, fold) for mean, fold, _ in reversed(facts.levels)]
    start = "if one gene in ten changes, genes are called" if facts.is_assumed else "genes are called here"
    text = f"Power: {start} up to p = {facts.cutoff:.2g}. "
    if changes:
        text += f"The smallest change found with 80 % power is {listing(changes)}. "
    power = "that" if changes else "80 %"
    text += f"A 2-fold change is found with {power} power in {percent(facts.share)} of the tested genes"
    text += _more_words(facts)
    needed = [f"{n} samples a group at a mean count of {thousands(mean)}" for mean, _, n in facts.levels[:1]]
    needed += [f"{n} at {thousands(mean)}" for mean, _, n in facts.levels[1:]]
    text += f". A 2-fold change needs {listing(needed)}." if needed else "."
    numbers: dict[str, float | int | str] = {"cutoff": facts.cutoff, "share_twofold": facts.share}
    numbers |= {f"fold_change at {mean:g}": fold for mean, fold, _ in facts.levels if math.isfinite(fold)}
    numbers |= {f"samples_for_twofold at {mean:g}": n for mean, _, n in facts.levels}
    numbers["contrast"] = contrast.title
    return Finding("design", "power", text, numbers, "tables/power.tsv")


def detectable_finding(facts: PowerFacts, contrast: Contrast) -> list[Finding]:
    """Say of a comparison that calls nothing which changes it would have called; nothing where no level tells."""
    if not facts.levels:
        return []
    changes = listing([_level_words(mean, fold) for mean, fold, _ in reversed(facts.levels)])
    assumed = ", if one gene in ten changes" if facts.is_assumed else ""
    text = (
        f"What {contrast.title} could have shown: with 80 % power{assumed}, {changes}. Smaller changes may be there "
        "unseen."
    )
    numbers: dict[str, float | int | str] = {f"fold_change at {mean:g}": fold for mean, fold, _ in facts.levels}
    return [Finding("differential", "could_have_shown", text, numbers, "tables/power.tsv", "caution")]


def _level_words(mean: float, fold: float) -> str:
    size = "none of any size" if math.isinf(fold) else f"{decimal(fold, 1)}-fold"
    return f"{size} at a mean count of {thousands(mean)}"


def _more_words(facts: PowerFacts) -> str:
    """Say what share half as many samples more, and twice as many more, would find."""
    wanted = [1.5 * facts.samples_per_group, 2.5 * facts.samples_per_group]
    more = [next(((n, share) for n, share in facts.shares if n >= at), None) for at in wanted]
    told = [f"{n} samples a group would make it {percent(share)}" for n, share in dict.fromkeys(filter(None, more))]
    return f"; {', '.join(told)}" if told else ""


def cross_table_lines(table: CrossTable) -> list[str]:
    """Write the numbers of samples by two variables as aligned lines."""
    head = [f"{table.row_variable} \\ {table.column_variable}", *table.column_levels]
    rows = [[level, *map(str, counts)] for level, counts in zip(table.row_levels, table.counts, strict=True)]
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
    return [
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in (head, *rows)
    ]


def further_questions(questions: Sequence[Question], limit: int = 2) -> str:
    """Join questions with their options into sentences for a note; "" where there is none."""
    return " ".join(f"{question_text(question)} ({question_option(question)})" for question in questions[:limit])
