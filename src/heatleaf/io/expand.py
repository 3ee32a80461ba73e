"""What expands compressed streams, one at a time and in little memory.

gzip is expanded by isal, three times as fast as by zlib, where cutadapt brought it (the extra `reads`, on x86-64 and
on 64-bit ARM under Linux). The bytes are the same, and so are the checks of the checksum and of the length.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from functools import cache
from importlib.util import find_spec
from typing import Any, Protocol


class Expander(Protocol):
    """The part of zlib's, bz2's and lzma's decompressors that is used."""

    @property
    def unused_data(self) -> bytes:
        """What came behind the end of the stream."""

    @property
    def eof(self) -> bool:
        """Whether the end of a compressed stream was reached."""

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """Expand at most max_length bytes."""


class _Isal:
    """One gzip stream, with zlib's kind of error where it is damaged."""

    def __init__(self) -> None:
        from isal import isal_zlib

        self._error: Any = isal_zlib.error
        self._stream: Any = isal_zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return bool(self._stream.eof)

    @property
    def unused_data(self) -> bytes:
        return bytes(self._stream.unused_data)

    @property
    def unconsumed_tail(self) -> bytes:
        """What was given and is not expanded yet, for zlib keeps it as little."""
        return bytes(self._stream.unconsumed_tail)

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        try:
            return bytes(self._stream.decompress(data, max_length))
        except self._error as error:
            raise zlib.error(str(error)) from None


def make_expander(kind: str) -> Expander:
    """Return what expands one stream. kind : "gzip", "bzip2" or "xz"."""
    if kind == "gzip":
        return _Isal() if _has_isal() else _make_zlib()
    return bz2.BZ2Decompressor() if kind == "bzip2" else lzma.LZMADecompressor()


@cache
def _has_isal() -> bool:
    """Tell whether isal is installed; looked up once, for bgzip writes a stream for every 64 kB."""
    return find_spec("isal") is not None


def _make_zlib() -> Expander:
    expander: Any = zlib.decompressobj(wbits=31)
    return expander  # type: ignore[no-any-return]
