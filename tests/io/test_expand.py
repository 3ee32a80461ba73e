"""Compressed streams: isal and zlib give the same bytes and refuse the same damage (B14)."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable
from importlib.util import find_spec

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatleaf.io import expand
from heatleaf.io.expand import Expander, make_expander

TEXT = b"@r\nACGT\n+\nFFFF\n" * 5000
GZIP = {"zlib": expand._make_zlib, "isal": expand._Isal}


@pytest.fixture(params=GZIP)
def make_gunzip(request: pytest.FixtureRequest) -> Callable[[], Expander]:
    if request.param == "isal" and find_spec("isal") is None:
        pytest.skip("isal is not installed")
    return GZIP[request.param]


def expand_in_steps(expander: Expander, data: bytes, step: int, limit: int) -> bytes:
    """Expand as `Source` does: a block at a time, never more than a limit of bytes at a time."""
    made = b""
    for start in range(0, len(data), step):
        block = data[start : start + step]
        while not expander.eof:
            part = expander.decompress(block, limit)
            made += part
            block = getattr(expander, "unconsumed_tail", b"")
            if not block and len(part) < limit:
                break
    return made


@given(data=st.binary(max_size=2000), step=st.integers(1, 700), limit=st.integers(1, 700))
def test_all_bytes_however_they_come(data: bytes, step: int, limit: int) -> None:
    packed = gzip.compress(data)
    for make in [GZIP["zlib"], *([GZIP["isal"]] if find_spec("isal") else [])]:
        expander = make()
        assert expand_in_steps(expander, packed, step, limit) == data
        assert expander.eof


def test_what_is_behind_the_end_is_left(make_gunzip: Callable[[], Expander]) -> None:
    expander = make_gunzip()
    assert expander.decompress(gzip.compress(TEXT) + b"rest", len(TEXT) + 1) == TEXT
    assert expander.eof
    assert expander.unused_data == b"rest"


@pytest.mark.parametrize("n_missing", [1, 4, 8, 9, 40])
def test_an_end_that_is_missing_is_no_end(make_gunzip: Callable[[], Expander], n_missing: int) -> None:
    expander = make_gunzip()
    expander.decompress(gzip.compress(TEXT)[:-n_missing], len(TEXT) + 1)
    assert not expander.eof


@pytest.mark.parametrize("at", [2, 60, -8, -5, -4, -1])
def test_a_changed_byte_is_refused(make_gunzip: Callable[[], Expander], at: int) -> None:
    """Of the header, the text, the checksum and the length."""
    packed = bytearray(gzip.compress(TEXT))
    packed[at] ^= 0x41
    with pytest.raises(zlib.error):
        make_gunzip().decompress(bytes(packed), len(TEXT) + 1)


def test_the_other_kinds() -> None:
    for kind, packed in (("gzip", gzip.compress(TEXT)), ("bzip2", bz2.compress(TEXT)), ("xz", lzma.compress(TEXT))):
        expander = make_expander(kind)
        assert expander.decompress(packed, len(TEXT) + 1) == TEXT
        assert expander.eof
