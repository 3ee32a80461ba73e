"""Groups of samples read from their names, and levels that read like a control.

A guess is made only where the replicate number is the one thing in which the samples of a group differ; everything
else gives no groups and a sentence that says why.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from heatleaf.model import Message, SampleSheet, note, warning

GROUP_COLUMN = "group"
MAX_REPLICATE_DIGITS = 3  # longer numbers are accessions (SRR1039508, NA06985), not replicates

_CONTROL_TEXT = (
    "ctrl ctl control controls con untreated untrt untreat unstimulated uninfected noninfected uninduced unexposed "
    "nontreated untransfected notreatment wt wildtype vehicle veh dmso pbs saline mock normal healthy scramble "
    "scrambled scr sictrl sicontrol sint siscr sinc shctrl shcontrol shscr shnt nontargeting ntc sham naive "
    "baseline none no notinfected nt false negative placebo parental empty ev reference ref pre before resting "
    "unstim day0 d0 0d 0day 0days 0h 0hr 0hrs 0hour 0hours h0 hour0 t0 time0 0min 0hpi 0dpi 0m week0 w0 0 rest "
    "undifferentiated"
)
_CONTROL_WORDS = frozenset(_CONTROL_TEXT.split())
_SUBJECT_WORDS = "donor|patient|subject|individual|animal|mouse|pair"
_GENERIC = re.compile(
    r"(s|sample|samples|srr|err|drr|srs|gsm|lib|library|id|n|x|run|lane|l|rep|replicate|r|barcode|bc|index|"
    rf"{_SUBJECT_WORDS}|pt|p|tube|well|col|column|v)?[\W_]*\d*",
    re.IGNORECASE,
)

# Each rule cuts a name into its group and its replicate; all names must follow one rule. In the order of trust.
_RULES = (
    re.compile(
        r"(?P<group>.+?)[\W_]*(?<![a-z])(?:biorep|replicate|rep|repl|biol|br|r|n)[\W_]?(?P<replicate>\d+)", re.I
    ),
    re.compile(r"(?P<group>.+?)[\W_]+(?P<replicate>\d+)"),
    re.compile(r"(?P<group>.*[^\W\d_])(?P<replicate>\d+)"),
    re.compile(r"(?P<group>.+?)[\W_]+(?P<replicate>[A-Ha-h])"),
    re.compile(rf"(?P<replicate>(?:{_SUBJECT_WORDS}|sample|rep|replicate|s|r|n)?[\W_]?\d+)[\W_]+(?P<group>.+)", re.I),
)
_SUBJECT = re.compile(rf"(?P<word>{_SUBJECT_WORDS})[\W_]?\d+", re.I)
# Words after which a number tells a time, a dose or a stage: day0 and day8 are groups, ctrl1 and ctrl2 may not be.
_COUNTED = re.compile(
    r"(?:.*[\W\d_])?(?:d|days?|h|hrs?|hours?|t|tp|time|timepoint|w|wk|weeks?|m|mo|months?|min|p|e|passage|stage|dose)[\W_]*",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(?P<stem>.*?)\d+")
_SEQUENCER_SUFFIX = re.compile(r"_S(?P<number>\d+)(?:_L\d{3})?(?:_R[12])?(?:_001)?$")  # added by bcl2fastq


def natural_key(text: str) -> tuple[tuple[int, float, str], ...]:
    """Return the key of natural order: numbers within a text compare as numbers ("8h" before "24h").

    Examples
    --------
    >>> sorted(["24h", "8h", "0h"], key=natural_key)
    ['0h', '8h', '24h']
    """
    parts = re.findall(r"\d+(?:\.\d+)?|\D+", text)
    keys = tuple((0, float(part), "") if part[0].isdecimal() else (1, 0.0, part.casefold()) for part in parts)
    return (*keys, (2, 0.0, text))


def control_likeness(level: str) -> int:
    """Return how much a level reads like a control: 100 for the whole name, else the number of such words in it."""
    words = re.split(r"[\W_]+", level.casefold())
    if "".join(words) in _CONTROL_WORDS:
        return 100
    return sum(word in _CONTROL_WORDS or _is_numbered_control(word) for word in words if word and word != "0")


def _is_numbered_control(word: str) -> bool:
    """Return whether a word is a control with a number, such as ctrl2; short words (d4, t1) are times."""
    stem = word.rstrip("0123456789")
    return len(stem) >= 4 and stem in _CONTROL_WORDS


def guess_reference(levels: Sequence[str]) -> str | None:
    """Return the level that reads most like a control, the first in natural order among equals, or None."""
    ordered = sorted(levels, key=natural_key)
    best = max(ordered, key=control_likeness, default=None)
    return best if best is not None and control_likeness(best) else None


def infer_groups(sample_ids: Sequence[str]) -> SampleSheet:
    """Read groups from sample names such as ctrl_1, ctrl_2, kd_1, kd_2.

    Returns
    -------
    SampleSheet
        origin "names". With groups: a column "group" (and one such as "donor" where the names carry a subject that
        occurs in several groups), and the message groups_inferred. Without: no column, and groups_unclear with the
        reason.

    Examples
    --------
    >>> infer_groups(["ctrl_1", "ctrl_2", "kd_1", "kd_2"]).columns["group"]
    ('ctrl', 'ctrl', 'kd', 'kd')
    """
    ids = tuple(sample_ids)
    found: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
    reason = "the names do not consist of a group and a replicate number"
    for rule in _RULES:
        cut = _cut_names(_without_sequencer_suffix(ids), rule)
        if cut is None:
            continue
        fault = _fault_of_groups(*cut)
        if not fault:
            found.append(cut)
        elif reason.startswith("the names do not"):
            reason = fault
    partitions = {_partition(groups) for groups, _ in found}
    if len(partitions) == 1:
        return _sheet_of_groups(ids, *found[0])
    if len(partitions) > 1:
        reason = f"they can be read in {len(partitions)} ways"
    return SampleSheet(ids, {}, "names", messages=(_unclear(ids, reason),))


def _without_sequencer_suffix(ids: tuple[str, ...]) -> tuple[str, ...]:
    """Take off the running number of the sequencing sheet (_S1, _S2, ...) where every name has its own."""
    matches = [_SEQUENCER_SUFFIX.search(name) for name in ids]
    numbers = {match["number"] for match in matches if match}
    if len(numbers) < len(ids):
        return ids
    return tuple(name[: match.start()] for name, match in zip(ids, matches, strict=True) if match)


def _cut_names(ids: tuple[str, ...], rule: re.Pattern[str]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Cut all names by one rule into groups and replicates, or return None if one does not follow it."""
    matches = [rule.fullmatch(name) for name in ids]
    if not ids or not all(matches):
        return None
    pairs = [(match["group"], match["replicate"]) for match in matches if match]
    return tuple(group for group, _ in pairs), tuple(replicate for _, replicate in pairs)


def _fault_of_groups(groups: tuple[str, ...], replicates: tuple[str, ...]) -> str:
    """Say why these are not groups, or return ""."""
    sizes = Counter(groups)
    smallest = min(sizes, key=lambda group: (sizes[group], natural_key(group)))
    checks: tuple[tuple[Callable[[], bool], str], ...] = (
        (lambda: len(sizes) < 2, f"they share one name, '{groups[0]}', and differ in a number only"),
        (
            lambda: any(_GENERIC.fullmatch(group) for group in sizes),
            f"'{next((g for g in sizes if _GENERIC.fullmatch(g)), '')}' does not read like a group",
        ),
        (
            lambda: any(len(re.sub(r"\D", "", text)) > MAX_REPLICATE_DIGITS for text in replicates),
            "their numbers are too long for replicate numbers",
        ),
        (lambda: sizes[smallest] < 2, f"'{smallest}' would be a group of one sample"),
        (
            lambda: len(set(zip(groups, replicates, strict=True))) < len(groups),
            "a replicate number occurs twice in one group",
        ),
        (
            lambda: bool(_numbered_alike(groups)),
            f"{_numbered_alike(groups)} could be groups or replicates with several runs",
        ),
        (
            lambda: len({group.casefold() for group in sizes}) < len(sizes),
            "the groups differ by upper and lower case only",
        ),
    )
    return next((sentence for holds, sentence in checks if holds()), "")


def _numbered_alike(groups: tuple[str, ...]) -> str:
    """Name two groups that differ in a last number only, where that number is not a time, dose or stage."""
    stems: dict[str, str] = {}
    for group in dict.fromkeys(groups):
        match = _NUMBERED.fullmatch(group)
        if match and not _COUNTED.fullmatch(match["stem"]):
            other = stems.setdefault(match["stem"], group)
            if other != group:
                return f"'{other}' and '{group}'"
    return ""


def _partition(groups: tuple[str, ...]) -> tuple[int, ...]:
    """Number the groups by first appearance, so that two ways of cutting can be compared."""
    first: dict[str, int] = {}
    return tuple(first.setdefault(group, len(first)) for group in groups)


def _subjects(groups: tuple[str, ...], replicates: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Return the column of subjects (donor1, donor2 ...) where the replicate names one that several groups share."""
    matches = [_SUBJECT.fullmatch(text) for text in replicates]
    words = {match["word"].lower() for match in matches if match}
    if not all(matches) or len(words) != 1 or len(set(replicates)) * 2 > len(groups):
        return {}
    return {words.pop(): replicates}


def _sheet_of_groups(ids: tuple[str, ...], groups: tuple[str, ...], replicates: tuple[str, ...]) -> SampleSheet:
    columns = {GROUP_COLUMN: groups, **_subjects(groups, replicates)}
    listing = "; ".join(
        f"{group}: {', '.join(name for name, of in zip(ids, groups, strict=True) if of == group)}"
        for group in sorted(set(groups), key=natural_key)
    )
    more = f", and the column '{list(columns)[1]}'" if len(columns) > 1 else ""
    message = warning(
        "groups_inferred",
        f"{len(set(groups))} groups were read from the sample names{more}: {listing}",
        fix="give a sample sheet if this is not the design of the experiment",
    )
    return SampleSheet(ids, columns, "names", messages=(message,))


def _unclear(ids: tuple[str, ...], reason: str) -> Message:
    shown = ", ".join(ids[:5]) + (f", ... ({len(ids)} samples)" if len(ids) > 5 else "")
    return note(
        "groups_unclear",
        f"no groups can be read from the sample names ({shown}): {reason}",
        fix="give a sample sheet: one row per sample, its name and its group",
    )
