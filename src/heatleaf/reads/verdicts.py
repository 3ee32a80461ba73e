"""What is said of checked reads: of each sample by itself, and of samples that do not look like the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from heatleaf.model import Message, note, warning
from heatleaf.reads.checked import SampleCheck

ADAPTER_SHARE = 0.01  # of the reads, from which on trimming is worth its time
LOW_MAPPED_SHARE = 0.5
LOW_QUALITY = 20  # Phred score: one base in a hundred is wrong
_MANY_UNKNOWN = 0.05  # share of N
_LONG_READ = 1_000  # bases, more than any short-read sequencer gives
_SHORT_READ = 31  # bases: shorter reads hold no word of 31
_FEW_SAMPLES = 3
_SHOWN = 5


@dataclass(frozen=True)
class _Trait:
    """Something that samples of one study have in common. distance : from which on a sample stands apart."""

    name: str
    value: Callable[[SampleCheck], float | None]
    distance: float
    words: str


_TRAITS = (
    _Trait("share of reads from the transcripts", lambda sample: sample.mapped_share, 0.2, "{:.0%}"),
    _Trait("share of G and C", lambda sample: sample.gc_share, 0.05, "{:.0%}"),
    _Trait("mean quality", lambda sample: float(np.mean(sample.mean_quality)), 5.0, "{:.0f}"),
    _Trait("share of reads with an adapter", lambda sample: sample.adapter_share, 0.2, "{:.0%}"),
)


def judge(sample: SampleCheck) -> SampleCheck:
    """Return the sample with what is to be said of it."""
    found = (_adapter(sample), _quality(sample), _lengths(sample), _mapping(sample))
    return replace(sample, messages=tuple(message for message in found if message))


def study_messages(samples: Sequence[SampleCheck]) -> tuple[Message, ...]:
    """Say which samples do not look like the others, and what is mixed.

    Examples
    --------
    >>> study_messages(())
    ()
    """
    found = [*_mixed(samples)]
    if len(samples) >= _FEW_SAMPLES:
        for trait in _TRAITS:
            found += _apart(samples, trait)
        found += _other_strand(samples)
    return tuple(found)


def _adapter(sample: SampleCheck) -> Message | None:
    if sample.adapter_share < ADAPTER_SHARE:
        return None
    what = f"{sample.adapter_share:.0%} of the reads hold the {sample.adapter} adapter, which is cut off first"
    return note("reads_quality", what, where=sample.sample_id)


def _quality(sample: SampleCheck) -> Message | None:
    files = [file for file in sample.files if len(file.mean_quality)]
    low = [file for file in files if float(file.mean_quality.mean()) < LOW_QUALITY]
    unknown = [file for file in files if file.n_share > _MANY_UNKNOWN]
    if low:
        what = f"the mean quality is {low[0].mean_quality.mean():.0f}: more than one base in a hundred is wrong"
        return warning("reads_quality", what, where=low[0].path.name, fix="ask who sequenced it; expect fewer reads")
    if unknown:
        what = f"{unknown[0].n_share:.0%} of the bases are N"
        return warning("reads_quality", what, where=unknown[0].path.name, fix="ask who sequenced it")
    return None


def _lengths(sample: SampleCheck) -> Message | None:
    if sample.read_length < _SHORT_READ:
        what = f"the reads have {sample.read_length} bases; kallisto and salmon look for 31 bases in a row"
        fix = "use them only with an index of shorter words, as for small RNA"
        return warning("reads_quality", what, where=sample.sample_id, fix=fix)
    if sample.read_length > _LONG_READ:
        what = f"the reads have {sample.read_length:,} bases: these are long reads, which need other tools"
        return warning("reads_quality", what, where=sample.sample_id, fix="quantify them with a long-read tool")
    return None


def _mapping(sample: SampleCheck) -> Message | None:
    if sample.mapped_share is None or sample.mapped_share >= LOW_MAPPED_SHARE:
        return None
    what = f"only {sample.mapped_share:.0%} of the reads come from these transcripts"
    if sample.organism:
        what += f", and most from those of {sample.organism}"
    fix = "check organism and file of transcripts; ribosomal RNA, DNA and adapters also lower the share"
    return warning("reads_mapping", what, where=sample.sample_id, fix=fix)


def _mixed(samples: Sequence[SampleCheck]) -> list[Message]:
    """Say that single and paired reads, or reads of several lengths, are together in one study."""
    found = []
    n_paired = sum(sample.is_paired for sample in samples)
    if 0 < n_paired < len(samples):
        what = f"{n_paired} samples have paired and {len(samples) - n_paired} single reads"
        fix = "if the groups that are compared differ in this, they differ for technical reasons too"
        found.append(warning("sample_differs", what, fix=fix))
    lengths = Counter(sample.read_length for sample in samples)
    if len(samples) >= _FEW_SAMPLES and lengths and max(lengths) > 1.2 * min(lengths):
        (usual, _), *_ = lengths.most_common()
        others = [sample.sample_id for sample in samples if abs(sample.read_length - usual) > 0.2 * usual]
        what = f"reads have {min(lengths)} to {max(lengths)} bases; other than {usual}: {_named(others)}"
        found.append(note("sample_differs", what))
    return found


def _apart(samples: Sequence[SampleCheck], trait: _Trait) -> list[Message]:
    """Name the samples that are far from the median of all, where most are near it."""
    values = [trait.value(sample) for sample in samples]
    known = [value for value in values if value is not None]
    if len(known) < _FEW_SAMPLES:
        return []
    middle = float(np.median(known))
    far = [
        (sample.sample_id, value)
        for sample, value in zip(samples, values, strict=True)
        if value is not None and abs(value - middle) > trait.distance
    ]
    if not far or len(far) > len(known) // 3:
        return []
    return [
        warning(
            "sample_differs",
            f"{trait.name}: {trait.words.format(value)}, and {trait.words.format(middle)} in the other samples",
            where=name,
            fix="check that it belongs to this study: organism, library, a swapped tube",
        )
        for name, value in far[:_SHOWN]
    ]


def _other_strand(samples: Sequence[SampleCheck]) -> list[Message]:
    """Name samples whose strand is the opposite of most, which swapped mates also look like."""
    strands = Counter(sample.strandedness for sample in samples if sample.strandedness in ("forward", "reverse"))
    if len(strands) < 2:
        return []
    (usual, n_usual), (_, n_other) = strands.most_common()
    if n_other > n_usual // 2:
        return []
    others = [sample for sample in samples if sample.strandedness not in (usual, "unknown", "unstranded")]
    return [
        warning(
            "sample_differs",
            f"the library is {sample.strandedness}-stranded, and {usual}-stranded in the other samples",
            where=sample.sample_id,
            fix="check whether mate 1 and mate 2 are swapped" if sample.is_paired else "check the library kit",
        )
        for sample in others[:_SHOWN]
    ]


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN])}{more}"
