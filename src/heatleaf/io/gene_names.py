"""What names of genes and samples give away: duplicates, damage by spreadsheets, mixed kinds, hostile text."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from heatleaf.errors import UserError
from heatleaf.model import Message, note, warning

MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec"
DATE = re.compile(
    rf"^(?:\d{{1,2}}[-/](?:{MONTHS})(?:[-/]\d{{2,4}})?|(?:{MONTHS})[-/]\d{{1,4}}|\d{{4}}-\d\d-\d\d(?:[ T]00:00:00)?)$",
    re.IGNORECASE | re.MULTILINE,
)
FLOAT_ID = re.compile(r"^\d+(?:\.\d+)?E\+?\d+$", re.IGNORECASE | re.MULTILINE)
DIGITS = re.compile(r"^\d+$", re.MULTILINE)
ENSEMBL_START = re.compile(r"^ENS[A-Z]{0,6}[GT]\d", re.MULTILINE)
VERSIONED = re.compile(r"^ENS[A-Z]{0,6}[GT]\d{11}\.\d+", re.MULTILINE)
VERSION = re.compile(r"^(ENS[A-Z]{0,6}[GT]\d{11})\.\d+(?:_PAR_Y)?$", re.MULTILINE)
GENE_ID = re.compile(
    r"^(?:ENS[A-Z]{0,6}[GT]\d{11}(?:\.\d+)?|FBgn\d{7}|WBGene\d{8}|AT[1-5MC]G\d{5}|Y[A-P][LR]\d{3}[WC](?:-[A-Z])?|LOC\d+)$",
    re.MULTILINE,
)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
SERIALS = range(36_526, 55_153)  # the days 2000-01-01 to 2050-12-31 as Excel counts them
HOUSEKEEPING = frozenset(
    [
        "actb",
        "gapdh",
        "tp53",
        "myc",
        "trp53",
        "hprt1",
        "b2m",
        "tubb",
        "egfr",
        "brca1",
        "rplp0",
        "18s",
        "pgk1",
        "cd4",
        "cd8a",
        "il6",
        "tnf",
    ]
)
MISSING_LIKE = frozenset({"NA", "nan", "NaN", "None", "null", "NULL", "N/A"})
MAX_NAME = 1000


def check_gene_names(names: Sequence[str], lines: Sequence[int], where: str) -> tuple[Message, ...]:
    """Refuse gene names that cannot stand and tell of those that look damaged (requirements B32, B34-B41).

    Raises
    ------
    UserError
        name_empty, name_hostile, gene_near_duplicate.
    """
    joined = "\n".join(names)
    _refuse_empty(names, lines, where)
    _refuse_hostile(names, joined, where)
    case_message = _check_near_duplicates(names, joined, where)
    found = [*case_message, *_damaged_by_excel(names, joined, where), *_note_kinds(names, joined, where)]
    like_missing = [name for name in MISSING_LIKE & set(names)]
    if like_missing:
        shown = ", ".join(f"'{name}'" for name in sorted(like_missing))
        found.append(note("name_like_missing", f"gene {shown} is read as a name, not as missing", where=where))
    return tuple(found)


def check_sample_names(names: Sequence[str], columns: Sequence[int], where: str) -> None:
    """Refuse sample names that are empty, repeated or hold control characters (requirements B33, B34, B41)."""
    for name, column in zip(names, columns, strict=True):
        if not name.strip():
            raise UserError("name_empty", f"column {column:,} has no name", where=where, fix="name every sample")
        if CONTROL.search(name) or len(name) > MAX_NAME:
            what = f"the name of column {column:,} ({_shown(name)}) has control characters or is too long"
            raise UserError("name_hostile", what, where=where, fix="rename the sample")
    repeated = [name for name, n in Counter(names).items() if n > 1]
    if repeated:
        at = [f"{column:,}" for name, column in zip(names, columns, strict=True) if name == repeated[0]]
        more = f"; {len(repeated):,} such names" if len(repeated) > 1 else ""
        what = f"sample '{repeated[0]}' appears in columns {' and '.join(at)}{more}"
        raise UserError("sample_duplicate", what, where=where, fix="give each sample its own name")


def refuse_duplicates(names: Sequence[str], lines: Sequence[int], where: str) -> None:
    """Refuse gene names that occur more than once (requirement B31)."""
    if len(set(names)) == len(names):
        return
    repeated = [name for name, n in Counter(names).items() if n > 1]
    at = [f"{line:,}" for name, line in zip(names, lines, strict=True) if name == repeated[0]]
    places = f" lines {', '.join(at[:5])}" if any(lines) else ""
    one = len(repeated) == 1
    raise UserError(
        "gene_duplicate",
        f"{len(repeated):,} gene id{' occurs' if one else 's occur'} more than once "
        f"(first: '{repeated[0]}' ×{len(at)}{places})",
        where=where,
        fix="use unique ids, or --duplicates sum",
    )


def strip_versions(names: Sequence[str]) -> tuple[list[str], int]:
    """Take versions off Ensembl ids, GENCODE's _PAR_Y with them; return the ids and how many had one."""
    joined, n_stripped = VERSION.subn(r"\1", "\n".join(names))
    return (joined.split("\n") if n_stripped else list(names)), n_stripped


def looks_like_genes(names: Sequence[str]) -> bool:
    """Whether names are gene ids of a known form, or hold well-known symbols."""
    if not names:
        return False
    known = sum(name.lower() in HOUSEKEEPING for name in names)
    return known >= 2 or len(GENE_ID.findall("\n".join(names))) > 0.5 * len(names)


def _shown(name: str) -> str:
    text = name if len(name) <= 40 else f"{name[:37]}..."
    return ascii(text) if CONTROL.search(text) else f"'{text}'"


def _refuse_empty(names: Sequence[str], lines: Sequence[int], where: str) -> None:
    if all(map(str.strip, names)):
        return
    empty = [line for name, line in zip(names, lines, strict=True) if not name or name.isspace()]
    more = f"; {len(empty):,} such lines" if len(empty) > 1 else ""
    raise UserError("name_empty", f"line {empty[0]:,} has no gene id{more}", where=where, fix="name every gene")


def _refuse_hostile(names: Sequence[str], joined: str, where: str) -> None:
    if CONTROL.search(joined) or joined.count("\n") != len(names) - 1:
        bad = next(name for name in names if CONTROL.search(name) or "\n" in name)
        raise UserError(
            "name_hostile", f"the gene name {_shown(bad)} has control characters", where=where, fix="re-export it"
        )
    longest = max(names, key=len, default="")
    if len(longest) > MAX_NAME:
        what = f"the gene name {_shown(longest)} has {len(longest):,} characters"
        raise UserError("name_hostile", what, where=where, fix="check the delimiter, or shorten the name")


def _check_near_duplicates(names: Sequence[str], joined: str, where: str) -> list[Message]:
    """Refuse names that differ by spaces or Unicode form only; tell of those that differ by case.

    Case alone is no fault: fly genes such as H and h are two genes.
    """
    plain = joined if joined.isascii() else unicodedata.normalize("NFKC", joined)
    exact = set(names)
    if " " in plain or plain is not joined:
        stripped = [" ".join(name.split()) for name in plain.split("\n")]
        if len(set(stripped)) < len(exact):
            first, second = _first_pair(names, stripped)
            kind = "a space" if "".join(first.split()) == "".join(second.split()) else "its Unicode form"
            what = f"'{first}' and '{second}' differ only by {kind}"
            raise UserError("gene_near_duplicate", what, where=where, fix="make them one gene, or name them apart")
    folded = plain.lower().split("\n")
    n_close = len(exact) - len(set(folded))
    if n_close <= 0:
        return []
    first, second = _first_pair(names, folded)
    what = (
        f"{n_close:,} pair{'s' if n_close > 1 else ''} of gene ids differ only by case (first: '{first}', '{second}')"
    )
    return [warning("gene_near_duplicate", what, where=where, fix="check that they are different genes")]


def _first_pair(names: Sequence[str], keys: Sequence[str]) -> tuple[str, str]:
    seen: dict[str, str] = {}
    for name, key in zip(names, keys, strict=True):
        if seen.setdefault(key, name) != name:
            return seen[key], name
    return "", ""


def _damaged_by_excel(names: Sequence[str], joined: str, where: str) -> list[Message]:
    """Tell of ids that a spreadsheet turned into dates or numbers (requirements B36, B37)."""
    found = []
    numbered = "\n".join(_starting(names, "0123456789"))
    digits = DIGITS.findall(numbered)
    serials = [text for text in digits if len(text) == 5 and int(text) in SERIALS] if digits else []
    dated = "\n".join(name for name in names if "-" in name or "/" in name) if "-" in joined or "/" in joined else ""
    dates = DATE.findall(dated) + (serials if len(digits) < 0.5 * len(names) else [])
    if dates:
        one = len(dates) == 1
        what = (
            f"{len(dates):,} gene id{' looks like a date' if one else 's look like dates'} made by Excel "
            f"('{dates[0]}'). They cannot be recovered"
        )
        found.append(warning("gene_date", what, where=where, fix="re-export from the original"))
    floats = FLOAT_ID.findall(numbered)
    if floats:
        look = "id looks like a number" if len(floats) == 1 else "ids look like numbers"
        what = f"{len(floats):,} gene {look} made by Excel from RIKEN ids ('{floats[0]}')"
        found.append(warning("gene_float", what, where=where, fix="re-export from the original"))
    return found


def _note_kinds(names: Sequence[str], joined: str, where: str) -> list[Message]:
    """Tell of digits, versions, mixed kinds and names that a spreadsheet would run (requirements B38-B41)."""
    found = []
    n_digits = sum(name.isdigit() for name in _starting(names, "0123456789"))
    if n_digits == len(names):
        found.append(note("gene_digits", "ids are digits; treated as Entrez ids", where=where))
    n_ensembl = len(ENSEMBL_START.findall(joined)) if "ENS" in joined else 0
    n_versioned = len(VERSIONED.findall(joined)) if n_ensembl and "." in joined else 0
    if 0 < n_versioned < n_ensembl:
        n_bare = n_ensembl - n_versioned
        carry = "id carries" if n_versioned == 1 else "ids carry"
        what = f"{n_versioned:,} {carry} a version, {n_bare:,} {'does' if n_bare == 1 else 'do'} not; not merged"
        found.append(
            warning("gene_version", what, where=where, fix="use one form of id; --strip-version takes versions off")
        )
    share = n_ensembl / len(names)
    if 0.05 < share < 0.95:
        other = "symbols" if n_digits < len(names) - n_ensembl - n_digits else "Entrez"
        what = f"ids look mixed: {share:.0%} Ensembl, {1 - share:.0%} {other}"
        found.append(warning("gene_mixed", what, where=where, fix="use one kind of id"))
    formulas = _starting(names, "=+-@")
    if formulas:
        what = f"{len(formulas):,} name{' starts' if len(formulas) == 1 else 's start'} with = + - @"
        sentence = f"{what} (first: {formulas[0]}); spreadsheet exports will prefix them with an apostrophe"
        found.append(note("name_hostile", sentence, where=where))
    return found


def _starting(names: Sequence[str], characters: str) -> list[str]:
    """Return the names that start with one of some characters; cheap where none does."""
    present = {name[0] for name in names} & set(characters)
    return [name for name in names if name[0] in present] if present else []
