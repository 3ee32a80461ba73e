"""One-click repairs: what was refused or noticed, and the option of the reader that would change it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from heatleaf.web.reads_said import check_said
from heatleaf.web.refusal import RefusalError
from heatleaf.web.understand import Understanding

MAX_TEXT = 200
MAX_SAMPLES = 10_000
_CHOICES = {
    "strand": ("unstranded", "forward", "reverse"),
    "duplicates": ("refuse", "sum"),
    "encoding": ("latin-1", "cp1252", "utf-16"),
    "delimiter": (",", ";", "\t"),
}
_ROLES = ("counts", "samples", "gene_sets", "ignored")
_YES = ("transpose", "strip_version")
_TEXTS = ("sheet", "sample_sheet", "sample_column", "gene_column")
# code of a refusal or message -> the repairs that it may need: (option, value, label)
_OFFERS: Mapping[str, Sequence[tuple[str, Any, str]]] = {
    "transposed": (("transpose", True, "Samples are in rows: exchange rows and columns"),),
    "strandedness": (
        ("strand", "unstranded", "Take the unstranded counts"),
        ("strand", "forward", "Take the forward counts"),
        ("strand", "reverse", "Take the reverse counts"),
    ),
    "gene_duplicate": (("duplicates", "sum", "Add up the lines of each gene"),),
    "gene_version": (("strip_version", True, "Take the versions off the Ensembl ids"),),
    "encoding": (("encoding", "latin-1", "Read the file as Latin-1 (old Windows)"),),
    "encoding_utf16": (("encoding", "utf-16", "Read the file as UTF-16"),),
    "delimiter": (
        ("delimiter", ",", "Columns are parted by commas"),
        ("delimiter", ";", "Columns are parted by semicolons"),
        ("delimiter", "\t", "Columns are parted by tabs"),
    ),
}


def offer_repairs(known: Understanding, applied: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the repairs that fit what was refused or noticed, and those that are applied."""
    error = known.error
    codes = [error.code] if error else []
    codes += [message.code for message in (known.counts.messages if known.counts else ())]
    offers = [offer for code in dict.fromkeys(codes) for offer in _OFFERS.get(code, ())]
    if error is not None and error.code == "workbook":
        option = "sample_sheet" if error.fix.startswith("--sample-sheet") else "sheet"
        offers += [(option, name, f"Read the sheet “{name}”") for name in _names_after_colon(error.what)]
    if error is not None and error.code == "sheet_column" and "Columns: " in error.what:
        columns = error.what.partition("Columns: ")[2].partition(". ")[0]
        offers += [("sample_column", name, f"“{name}” holds the names of the samples") for name in columns.split(", ")]
    if error is not None and error.code == "sample_zero" and known.counts is not None:
        sizes = zip(known.counts.sample_ids, known.counts.counts.sum(axis=0).tolist(), strict=True)
        empty = [name for name, size in sizes if not size]
        offers.append(("drop_samples", empty, f"Leave out {', '.join(empty)}"))
    offers += [offer for offer in _applied_offers(applied) if offer not in offers]
    return [
        {"key": key, "value": value, "label": label, "applied": applied.get(key) == value}
        for key, value, label in offers
    ]


def _names_after_colon(text: str) -> list[str]:
    return text.partition(": ")[2].split(", ") if ": " in text else []


def _applied_offers(applied: Mapping[str, Any]) -> list[tuple[str, Any, str]]:
    """Return what is applied, so that it can be taken back."""
    labels = {(key, str(value)): label for offers in _OFFERS.values() for key, value, label in offers}
    return [
        (key, value, labels.get((key, str(value)), f"{key.replace('_', ' ')}: {value}"))
        for key, value in applied.items()
        if key not in ("roles", "reads")
    ]


def check_repairs(before: Mapping[str, Any], changes: object) -> dict[str, Any]:
    """Return the repairs after a change; a value of None takes one back.

    Raises
    ------
    RefusalError
        400: a repair that is not known, or a value that it cannot have.
    UserError
        Those of `check_said`.
    """
    if not isinstance(changes, Mapping):
        raise _unknown("repairs")
    if changes.get("reads") is not None:
        changes = {**changes, "reads": check_said(changes["reads"])}
    for key, value in changes.items():
        if value is not None and key != "reads" and not _is_valid(str(key), value):
            raise _unknown(str(key))
    merged = {**before, **changes}
    return {str(key): value for key, value in merged.items() if value is not None}


def _is_valid(key: str, value: Any) -> bool:
    if key in _CHOICES:
        return value in _CHOICES[key]
    if key in _YES:
        return isinstance(value, bool)
    if key in _TEXTS:
        return isinstance(value, str) and len(value) <= MAX_TEXT
    if key == "drop_samples":
        return isinstance(value, list) and len(value) <= MAX_SAMPLES and all(isinstance(one, str) for one in value)
    return key == "roles" and isinstance(value, dict) and all(role in _ROLES for role in value.values())


def _unknown(key: str) -> RefusalError:
    return RefusalError(400, "option", f"The repair '{key[:60]}' is not known, or cannot have this value.")
