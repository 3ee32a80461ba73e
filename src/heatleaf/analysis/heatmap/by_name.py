"""Rows of what a user gives beside a matrix, found by the names of the matrix: never by position."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Sequence
from typing import Literal

from heatleaf.errors import UserError

Kind = Literal["sample", "gene"]
_DUPLICATE_CODES = {"sample": "sample_duplicate", "gene": "gene_duplicate"}
_SHOWN = 5


def positions_by_name(wanted: Sequence[str], given: Sequence[str], kind: Kind, *, where: str) -> list[int]:
    """Return where each wanted name stands among those given, which may be more and in any order.

    Raises
    ------
    UserError
        sheet_lacks: names that are not given, with the closest that are. sample_duplicate, gene_duplicate: a wanted
        name is given twice.
    """
    position = {name: i for i, name in enumerate(given)}
    missing = [name for name in wanted if name not in position]
    if missing:
        what = f"{len(missing):,} of {len(wanted):,} {kind}s are missing ({_listed(missing)})"
        raise UserError("sheet_lacks", what, where=where, fix=_fix(missing, given, kind))
    if len(position) < len(given):
        asked = set(wanted)
        repeated = [name for name, n in Counter(given).items() if n > 1 and name in asked]
        if repeated:
            what = f"{len(repeated):,} {kind} names stand there more than once ({_listed(repeated)})"
            raise UserError(_DUPLICATE_CODES[kind], what, where=where, fix=f"give one row for each {kind}")
    return [position[name] for name in wanted]


def _fix(missing: Sequence[str], given: Sequence[str], kind: Kind) -> str:
    folded = {name.casefold(): name for name in given}
    pairs = []
    for name in missing[:_SHOWN]:
        near = difflib.get_close_matches(name.casefold(), list(folded)[:500], n=1)
        pairs += [f"'{folded[near[0]]}' for '{name}'"] if near else []
    if pairs:
        return f"did you mean {', '.join(pairs)}? Names must be the same on both sides; nothing is matched by position"
    shown = f", which now begins '{given[0]}'" if given else ""
    return f"index it by the {kind} names of the matrix{shown}"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_SHOWN])
    return f"{shown} ..." if len(names) > _SHOWN else shown
