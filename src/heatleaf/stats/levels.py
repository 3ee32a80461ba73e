"""Levels of a factor that are probably one in two spellings: a slip in a sheet would make a group of its own."""

from __future__ import annotations

import re
from itertools import combinations

from heatleaf.errors import UserError
from heatleaf.model import Message, SampleSheet, warning
from heatleaf.stats.groups import natural_key

MIN_WORD = 4  # letters; shorter words (KO and KI, siA and siB) differ on purpose
MIN_SUBSTITUTED = 6  # shRNA and siRNA are two things

_WORDS = re.compile(r"([^\W\d_]+)")
_JOINT = re.compile(r"(?<=[^\W\d_])[ _.-]+(?=[^\W\d_])")


def check_levels(sheet: SampleSheet, name: str) -> list[Message]:
    """Refuse levels of a column that look like one level in two spellings (B75).

    Returns
    -------
    list of Message
        level_near_duplicate, where levels with several samples each differ by upper and lower case only.

    Raises
    ------
    UserError
        level_near_duplicate: levels differ by a space; or by case, or by one letter, and one has a single sample.
    """
    members: dict[str, list[str]] = {}
    for sample, level in zip(sheet.sample_ids, sheet.columns[name], strict=True):
        members.setdefault(level, []).append(sample)
    messages = []
    for one, other in combinations(sorted(members, key=natural_key), 2):
        rare, common = (one, other) if len(members[one]) < len(members[other]) else (other, one)
        difference = _spelling_difference(one, other)
        is_single = len(members[rare]) == 1
        if "space" in difference or (difference and is_single):
            what = f"levels '{one}' and '{other}' of {name} differ by {difference}"
            fix = f"write them alike: is '{rare}' meant to be '{common}'?"
            raise UserError("level_near_duplicate", what, where=_place(sheet, members[rare]), fix=fix)
        if difference:
            what = f"levels '{one}' and '{other}' of {name} differ by {difference} only; taken as two levels"
            messages.append(warning("level_near_duplicate", what, fix="write them alike if they are one level"))
        elif is_single and len(members[common]) > 1 and is_slip(rare, common):
            alike = f"is nearly '{common}' ({len(members[common])} samples)"
            what = f"level '{rare}' of {name} has one sample and {alike}"
            fix = f"did you mean '{common}'? If it is a group of its own, give it a name that differs more"
            raise UserError("level_near_duplicate", what, where=_place(sheet, members[rare]), fix=fix)
    return messages


def is_slip(one: str, other: str) -> bool:
    """Return whether two names differ as a slip of the pen makes them: one letter, two swapped, or a joint (_ for -).

    Numbers, signs, short words and the first letter tell things apart on purpose: day1 and day2, CD8+ and CD8-,
    sexual and asexual; so does a last letter that is another (donorA and donorB).

    Examples
    --------
    >>> is_slip("treatd", "treated"), is_slip("day1", "day2"), is_slip("donorA", "donorB")
    (True, False, False)
    """
    one, other = one.casefold().strip(), other.casefold().strip()
    if _JOINT.sub("", one) == _JOINT.sub("", other):
        return True
    parts, others = _WORDS.split(one), _WORDS.split(other)
    if len(parts) != len(others):
        return False
    differing = [pair for pair in zip(parts, others, strict=True) if pair[0] != pair[1]]
    return len(differing) == 1 and differing[0][0].isalpha() and _is_one_edit(*sorted(differing[0], key=len))


def _is_one_edit(short: str, long: str) -> bool:
    """Return whether two words differ by one letter within, or by two neighbours that are swapped."""
    if len(long) < MIN_WORD or len(long) - len(short) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if start == 0:
        return False
    if len(short) < len(long):
        return short[start:] == long[start + 1 :]
    if short[start : start + 2] == long[start : start + 2][::-1] and short[start + 2 :] == long[start + 2 :]:
        return True
    return len(long) >= MIN_SUBSTITUTED and start < len(long) - 1 and short[start + 1 :] == long[start + 1 :]


def _spelling_difference(one: str, other: str) -> str:
    """Say how two levels with the same letters differ, "" where the letters differ."""
    squeezed, squeezed_other = "".join(one.split()), "".join(other.split())
    if squeezed == squeezed_other:
        return "a space"
    if squeezed.casefold() != squeezed_other.casefold():
        return ""
    return "upper and lower case" if one.casefold() == other.casefold() else "a space and by upper and lower case"


def _place(sheet: SampleSheet, samples: list[str]) -> str:
    """Name the file, and the sample of a level where it is a single one."""
    sample = f"sample {samples[0]}" if len(samples) == 1 else ""
    return ", ".join(part for part in (sheet.file_name, sample) if part)
