"""A figure as plain values, with its legend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

Spec = TypeVar("Spec")


@dataclass(frozen=True, eq=False)
class Plate(Generic[Spec]):
    """A figure as plain values, and its legend."""

    spec: Spec
    caption: str
