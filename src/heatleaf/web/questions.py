"""The comparisons that a user chose on the page, as settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from heatleaf.web.refusal import RefusalError

_LISTS = ("contrasts", "comparisons", "omnibus")


def asked_of_comparisons(asked: Mapping[str, Any], keys: object, known: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return settings that ask for these comparisons.

    keys : of the comparisons that reading listed.

    Raises
    ------
    RefusalError
        400: a comparison that is not listed, or two that need different designs.
    """
    by_key = {one["key"]: one["asks"] for one in known}
    if not isinstance(keys, list) or not all(isinstance(key, str) and key in by_key for key in keys):
        raise RefusalError(400, "contrast", "This comparison is not one that the samples allow.")
    rest = {name: value for name, value in asked.items() if name not in (*_LISTS, "reduced")}
    chosen = [by_key[key] for key in keys]
    designs = {one["design"] for one in chosen}
    if len(designs) > 1:
        raise RefusalError(400, "design_column", "These comparisons need different designs; make one study of each.")
    if not chosen:
        return rest
    merged: dict[str, Any] = {}
    for one in chosen:
        for name in _LISTS:
            merged.setdefault(name, []).extend(one.get(name, []))
        if "reduced" in one:
            merged["reduced"] = one["reduced"]
    return {**rest, "design": designs.pop(), **{name: value for name, value in merged.items() if value}}
