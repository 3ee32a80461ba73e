"""What was done with reads, and what their figures show, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from heatleaf.interpret.words import count_of

LOW_QUALITY = 20  # Phred score: one base in a hundred is wrong
CITED = {"kallisto": "Bray et al. 2016", "salmon": "Patro et al. 2017"}


@dataclass(frozen=True)
class ReadsFacts:
    """How reads became counts.

    quantifier, version : of the program. reference : organism and release of the transcripts, or their file names.
    n_trimmed : samples of which adapters were cut off. mapped_shares : of each sample, fractions 0-1.
    """

    quantifier: str
    version: str
    reference: str
    n_trimmed: int
    mapped_shares: Sequence[float]


def methods_of_reads(facts: ReadsFacts) -> str:
    """Describe the quantification for the methods text."""
    trimmed = (
        f"Adapters were cut off the reads of {count_of(facts.n_trimmed, 'sample')} (Martin 2011). "
        if facts.n_trimmed
        else ""
    )
    cited = CITED.get(facts.quantifier, "")
    return (
        f"{trimmed}Reads were quantified by {facts.quantifier} {facts.version}{f' ({cited})' if cited else ''} against "
        f"{facts.reference}; {share_words(facts.mapped_shares)} of the reads came from these transcripts."
    )


def share_words(shares: Sequence[float]) -> str:
    """Write the smallest and the largest of shares.

    Examples
    --------
    >>> share_words([0.851, 0.9]), share_words([0.9])
    ('85 to 90 %', '90 %')
    """
    low, high = f"{100 * min(shares, default=0):.0f}", f"{100 * max(shares, default=0):.0f}"
    return f"{low} %" if low == high else f"{low} to {high} %"


def caption_quality(n_files: int, lowest: float) -> str:
    """Describe the figure of read quality. lowest : mean Phred score of the lowest file."""
    said = (
        "No file is low: below a mean of 20 more than one base in a hundred is wrong."
        if lowest >= LOW_QUALITY
        else f"The lowest file has a mean of {lowest:.0f}: more than one of its bases in a hundred is wrong."
    )
    return (
        f"Quality of the reads. Mean Phred score at each base, a line for each of {count_of(n_files, 'file')}, from a "
        f"sample of its reads. {said}"
    )


def caption_read_bars(facts: ReadsFacts) -> str:
    """Describe the figure of reads by sample."""
    return (
        f"Reads of the samples. Bars: all reads (of pairs, the pairs); dark: those that {facts.quantifier} found in "
        f"the transcripts, {share_words(facts.mapped_shares)}. A sample with a much smaller share than the others may "
        "be of another organism or hold ribosomal RNA or DNA."
    )
