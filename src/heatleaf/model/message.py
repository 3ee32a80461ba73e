"""Warnings and notes: what was noticed and what was done about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from heatleaf.errors import CATALOGUE, compose_sentence


@dataclass(frozen=True)
class Message:
    """A warning or a note, made of the same parts as a refusal and printed the same in every channel."""

    level: Literal["warning", "note"]
    code: str
    what: str
    where: str = ""
    fix: str = ""

    def __post_init__(self) -> None:
        if self.code not in CATALOGUE:
            raise ValueError(f"code {self.code!r} is not in the catalogue of heatleaf.errors")

    @property
    def text(self) -> str:
        """The sentence, without level and code."""
        return compose_sentence(self.what, self.where, self.fix)


def note(code: str, what: str, *, where: str = "", fix: str = "") -> Message:
    """Make a note: something worth knowing that needs no action."""
    return Message("note", code, what, where, fix)


def warning(code: str, what: str, *, where: str = "", fix: str = "") -> Message:
    """Make a warning: the analysis goes on, and its result may suffer."""
    return Message("warning", code, what, where, fix)
