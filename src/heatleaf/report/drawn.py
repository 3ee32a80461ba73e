"""Figures drawn for the folder before: one with the same content is taken over, with the same bytes.

Drawing is the larger part of writing a folder; where somebody changes one option after another, most figures stay.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import PurePath

import numpy as np

from heatleaf.figures.save import IMAGE_FORMATS, ImageFormat
from heatleaf.report.figures import FigureTask

Images = dict[tuple[str, ImageFormat], bytes]


class DrawnFigures:
    """Remembers the figures of the last folder by what they show."""

    def __init__(self) -> None:
        self._kept: dict[str, dict[ImageFormat, bytes]] = {}
        self._digests: dict[str, str] = {}

    def missing(self, tasks: Sequence[FigureTask]) -> list[FigureTask]:
        """Return the figures that are to be drawn."""
        self._digests = {task.name: digest_of((task.title, *task.content)) for task in tasks}
        return [task for task in tasks if self._digests[task.name] not in self._kept]

    def complete(self, tasks: Sequence[FigureTask], drawn: Mapping[tuple[str, ImageFormat], bytes]) -> Images:
        """Add the figures that were kept to those that were drawn, in the order of the tasks, and keep all of them."""
        kept: dict[str, dict[ImageFormat, bytes]] = {}
        for task in tasks:
            digest = self._digests[task.name]
            own = self._kept.get(digest)
            kept[digest] = own or {image_format: drawn[task.name, image_format] for image_format in IMAGE_FORMATS}
        self._kept = kept
        return {
            (task.name, image_format): data
            for task in tasks
            for image_format, data in kept[self._digests[task.name]].items()
        }


def digest_of(value: object) -> str:
    """Return a digest of all that a value holds: equal digests mean equal values.

    Raises
    ------
    TypeError
        A value of a kind that no spec holds.
    """
    digest = hashlib.sha256()
    _feed(digest, value)
    return digest.hexdigest()


def _feed(digest: hashlib._Hash, value: object) -> None:
    """Feed a value with its kind and its length, so that no two values meet."""
    digest.update(f"{type(value).__name__}:".encode())
    if isinstance(value, np.ndarray):
        digest.update(f"{value.dtype}{value.shape}".encode())
        digest.update(np.ascontiguousarray(value).tobytes() if value.dtype != object else repr(value.tolist()).encode())
    elif is_dataclass(value) and not isinstance(value, type):
        _feed(digest, [getattr(value, field.name) for field in fields(value)])
    elif isinstance(value, Mapping):
        _feed(digest, list(value.items()))
    elif isinstance(value, list | tuple | set | frozenset):
        items = sorted(value, key=repr) if isinstance(value, set | frozenset) else value
        digest.update(f"{len(value)}:".encode())
        for item in items:
            _feed(digest, item)
    elif value is None or isinstance(value, str | int | float | bool | bytes | Enum | PurePath | np.generic):
        text = repr(value).encode()
        digest.update(f"{len(text)}:".encode() + text)
    else:
        raise TypeError(f"a figure shows a value of the kind {type(value).__name__}")
