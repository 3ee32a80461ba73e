"""The exact path: one cell of text that is not plain digits, and what to call a cell that is no number."""

from __future__ import annotations

import re

NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
MISSING = frozenset({"", "NA", "N/A", "#N/A", "n/a", "NaN", "nan", "NAN", "null", "NULL", "None", "<NA>"})
THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:[,  ' ]\d{3})+(?:\.\d+)?", re.ASCII)
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+(?:[eE][+-]?\d+)?", re.ASCII)
NOT_NUMBERS = re.compile(r"[+-]?(?:inf|infinity)|0[xX][0-9a-fA-F]+|\d+(?:_\d+)+", re.IGNORECASE | re.ASCII)


def parse_cell(text: str) -> float | None:
    """Return the number a cell holds, NaN for a missing one, None for anything else.

    Underscores, hexadecimal, booleans and infinities, which Python or R would take, are no numbers here (B47, B49).
    """
    stripped = text.strip(" ")
    if stripped in MISSING:
        return float("nan")
    if NUMBER.fullmatch(stripped) is None:
        return None
    value = float(stripped)
    return value if abs(value) < float("inf") else None


def is_number_like(text: str) -> bool:
    """Whether a cell is, or was meant as, a number: it says that its column holds values, not words."""
    if text.isdigit() and text.isascii():
        return True
    stripped = text.strip(" ")
    return any(kind.fullmatch(stripped) for kind in (NUMBER, THOUSANDS, DECIMAL_COMMA, NOT_NUMBERS))


def explain_cell(text: str) -> tuple[str, str, str]:
    """Return the code, the fault and the remedy for a cell that is no number."""
    shown = text if len(text) <= 60 else f"{text[:57]}..."
    stripped = text.strip(" ")
    if THOUSANDS.fullmatch(stripped):
        return "value_separator", f"'{shown}' has a thousands separator", "export without separators"
    if DECIMAL_COMMA.fullmatch(stripped):
        return "value_separator", f"'{shown}' has a decimal comma", "export with a decimal point"
    return "value_text", f"'{shown}' is not a number", "correct the cell, or leave it empty if it is unknown"
