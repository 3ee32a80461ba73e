"""Groups as a user has put them by dragging samples: checked before they become a sample sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from heatleaf.web.refusal import RefusalError

MAX_TEXT = 200
MAX_LEVELS = 100


def check_groups(wanted: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return groups that are whole: known samples, each once, in levels that have names.

    known : the groups as they were read, which name all samples. None for a request that takes the editing back.

    Raises
    ------
    RefusalError
        400.
    """
    if wanted.get("levels") is None:
        return None
    samples = [name for level in known.get("levels", []) for name in level["samples"]] + known.get("unassigned", [])
    levels = wanted["levels"]
    if not isinstance(levels, list) or len(levels) > MAX_LEVELS or not all(map(_is_level, levels)):
        raise _unclear("The groups are not understood.")
    filled = [{"name": one["name"].strip(), "samples": list(one["samples"])} for one in levels if one["samples"]]
    placed = [name for level in filled for name in level["samples"]]
    if len(set(placed)) < len(placed) or not set(placed) <= set(samples):
        raise _unclear("A sample is in two groups, or is not one of the table.")
    names = [level["name"] for level in filled]
    if not filled or not all(names) or len(set(names)) < len(names):
        raise _unclear("Each group needs a name of its own, and samples.")
    column, reference = wanted.get("column") or known.get("column") or "group", wanted.get("reference") or ""
    if not _is_name(column) or (reference and reference not in names):
        raise _unclear("The reference is not one of the groups.")
    return {"column": column, "levels": filled, "reference": reference}


def design_of_column(column: object, designs: Sequence[Mapping[str, str]]) -> str:
    """Return the design by which the groups of a column are tested, "" for the one that is proposed anyway.

    designs : as reading listed them, the proposed one first.

    Raises
    ------
    RefusalError
        400: no design tests this column.
    """
    found = [one["formula"] for one in designs if one["column"] == column]
    if not found:
        raise _unclear("The groups of this column cannot be compared.")
    return "" if found[0] == designs[0]["formula"] else found[0]


def _is_level(level: object) -> bool:
    return (
        isinstance(level, Mapping)
        and _is_name(level.get("name"))
        and isinstance(level.get("samples"), list)
        and all(isinstance(name, str) for name in level["samples"])
    )


def _is_name(text: object) -> bool:
    return isinstance(text, str) and len(text) <= MAX_TEXT and not set(text) & set("\r\n\0")


def _unclear(sentence: str) -> RefusalError:
    return RefusalError(400, "request", sentence)
