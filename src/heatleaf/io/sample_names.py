"""Which row of a sample sheet belongs to which sample of the table: always by name, never by position.

The rules, in order of trust: the same name; the same once folder and ending of a file name are taken off; the name as R
writes it (`make.names`); the same but for case and punctuation; the same but for one beginning or ending that all have.
The last three need every name on both sides to have its one partner (docs/decisions/004-sample-names.md).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence

NAMES_OF_NAMES = (
    "sample",
    "sample_id",
    "sampleid",
    "sample_name",
    "samplename",
    "samples",
    "id",
    "name",
    "label",
    "run",
)

COMPARED = 5  # names of a column for which the closest are looked for, since that takes time

_FILE_ENDING = re.compile(
    r"(?:[._-](?:htseq|htseq_?counts?|counts?|count_table|sorted|sort|markdup|dedup|out|txt|tsv|csv|tab|bam|sam|cram|gz|"
    r"bz2|xz|genes|isoforms|results|aligned|sortedbycoord|featurecounts|fastq|fq)|[._-]?ReadsPerGene)+$",
    re.IGNORECASE,
)
_FILES_OF_A_FOLDER = re.compile(
    r"(?P<folder>[^/\\]+)[/\\](?:quant\.sf|quant\.genes\.sf|abundance\.(?:tsv|h5))(?:\.gz)?$", re.IGNORECASE
)


def strip_file_name(name: str) -> str:
    """Return a file name without folder and ending; salmon's and kallisto's files are named by their folder.

    Examples
    --------
    >>> strip_file_name("runs/WT1.htseq.out"), strip_file_name("quants/S1/quant.sf")
    ('WT1', 'S1')
    """
    by_folder = _FILES_OF_A_FOLDER.search(name)
    if by_folder:
        return by_folder["folder"]
    base = re.split(r"[/\\]", name)[-1]
    return _FILE_ENDING.sub("", base) or base


def make_r_name(name: str) -> str:
    """Return a name as R's make.names writes it: "." for signs but letters, digits, "." and "_"; "X" before a digit."""
    dotted = "".join(sign if sign.isalnum() or sign in "._" else "." for sign in name)
    is_valid = re.match(r"(?:[^\W\d_]|\.(?!\d))", dotted) is not None
    return dotted if is_valid else f"X{dotted}"


def squeeze_name(name: str) -> str:
    """Return a name without case and punctuation."""
    return "".join(sign for sign in name.casefold() if sign.isalnum())


def match_same(sheet: Sequence[str], table: Sequence[str]) -> dict[str, str] | None:
    """Match names that are the same; the table may hold more."""
    known = set(table)
    return {name: name for name in sheet} if sheet and all(name in known for name in sheet) else None


def match_files(sheet: Sequence[str], table: Sequence[str]) -> dict[str, str] | None:
    """Match names of files; the table may hold more."""
    known = _unique_by(strip_file_name, table)
    found = {name: known.get(strip_file_name(name)) for name in sheet}
    pairs = {name: other for name, other in found.items() if other is not None}
    is_complete = bool(sheet) and len(pairs) == len(found) == len(set(pairs.values()))
    return pairs if is_complete else None


def match_r_names(sheet: Sequence[str], table: Sequence[str]) -> dict[str, str] | None:
    """Match every name to the name as R writes it, in either direction."""
    forward = _match_all(make_r_name, str, sheet, table)
    return forward if forward is not None else _match_all(str, make_r_name, sheet, table)


def match_squeezed(sheet: Sequence[str], table: Sequence[str]) -> dict[str, str] | None:
    """Match every name but for case and punctuation."""
    return _match_all(squeeze_name, squeeze_name, sheet, table)


def match_affix(sheet: Sequence[str], table: Sequence[str]) -> dict[str, str] | None:
    """Match every name but for one beginning and one ending that all names of one side have more than the other."""
    longer = _affixed(sheet, table)
    shorter = _affixed(table, sheet)
    found = [*longer, *({name: other for other, name in pairs.items()} for pairs in shorter)]
    return found[0] if len(found) == 1 else None


def closest_pair(sheet: Sequence[str], table: Sequence[str]) -> tuple[float, str, str]:
    """Return the likeness (0-1) of the two most alike names among the first of the sheet, and the names."""
    best = (0.0, "", "")
    for name in list(dict.fromkeys(sheet))[:COMPARED]:
        for other in difflib.get_close_matches(name, table[:500], n=1, cutoff=0.5):
            likeness = difflib.SequenceMatcher(None, name, other).ratio()
            best = max(best, (likeness, name, other), key=lambda pair: pair[0])
    return best


def _unique_by(key: Callable[[str], str], names: Sequence[str]) -> dict[str, str]:
    """Return names by key, leaving out keys that several names share."""
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(key(name), []).append(name)
    return {key: group[0] for key, group in groups.items() if len(group) == 1 and key}


def _match_all(
    sheet_key: Callable[[str], str], table_key: Callable[[str], str], sheet: Sequence[str], table: Sequence[str]
) -> dict[str, str] | None:
    """Match names by key where the keys of both sides are the same set, each once."""
    left, right = _unique_by(sheet_key, sheet), _unique_by(table_key, table)
    is_complete = len(left) == len(sheet) == len(table) == len(right) and left.keys() == right.keys()
    return {name: right[key] for key, name in left.items()} if is_complete else None


def _affixed(long: Sequence[str], short: Sequence[str]) -> list[dict[str, str]]:
    """Return each way in which all long names are the short names with one beginning and one ending."""
    if not long or len(long) != len(short) or len(set(long)) != len(long) or len(set(short)) != len(short):
        return []
    names = set(long)
    ways = set()
    for other in short:
        for start in (i for i in range(len(long[0])) if other and long[0].startswith(other, i)):
            ways.add((long[0][:start], long[0][start + len(other) :]))
    return [
        {before + other + after: other for other in short}
        for before, after in sorted(ways)
        if (before or after) and {before + other + after for other in short} == names
    ]
