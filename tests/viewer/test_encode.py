"""Arrays and documents as the browser reads them."""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from heatleaf.viewer.encode import encode_array, plain, shorten, to_text


def decode(encoded: dict) -> np.ndarray:
    data = zlib.decompress(base64.b64decode(encoded["data"]))
    return np.frombuffer(data, np.dtype(encoded["dtype"]).newbyteorder("<")).reshape(encoded["shape"])


@pytest.mark.parametrize("dtype", ["float64", "float32", "int32", "uint16", "uint8"])
def test_an_array_comes_back(dtype: str) -> None:
    values = np.arange(12).reshape(3, 4)
    assert np.array_equal(decode(encode_array(values, dtype)), values)
    assert np.array_equal(decode(encode_array(values.T, dtype)), values.T), "row after row, whatever the memory order"
    assert decode(encode_array(values[:0], dtype)).shape == (0, 4)


def test_a_missing_number_is_nan_in_arrays_and_null_elsewhere() -> None:
    @dataclass(frozen=True)
    class Held:
        values: np.ndarray
        limit: float
        words: tuple[str, ...]

    held = plain(Held(np.array([1.0, np.nan]), float("nan"), ("a",)))
    assert isinstance(held, dict)
    assert np.isnan(decode(held["values"])).tolist() == [False, True]
    assert json.loads(to_text(held)) == {"values": held["values"], "limit": None, "words": ["a"]}


def test_text_is_strict_ascii_json() -> None:
    text = to_text({"name": "µ\u2028遺"})
    assert text.isascii() and json.loads(text) == {"name": "µ\u2028遺"}
    with pytest.raises(ValueError, match="Out of range float values are not JSON compliant"):
        to_text({"x": float("nan")})


@given(arrays.arrays(np.float32, 50, elements=st.floats(-(2.0**100), 2.0**100, width=32)), st.integers(4, 20))
@settings(max_examples=100, deadline=None)
def test_shortened_numbers_stay_within_half_a_step(values: np.ndarray, n_bits: int) -> None:
    exact = values.astype(np.float64)
    tiny = np.finfo(np.float32).tiny  # below it numbers have fewer bits to begin with
    for short in (shorten(values, n_bits).astype(np.float64), shorten(exact, n_bits)):
        assert (np.abs(short - exact) <= np.abs(exact) * 2.0 ** -(n_bits + 1) + tiny).all()


def test_a_shortened_number_may_be_far_smaller_than_32_bits_hold() -> None:
    assert shorten(np.array([3.7e-212]), 10)[0] == pytest.approx(3.7e-212, rel=2.0**-11)


def test_shortened_numbers_keep_what_is_no_number() -> None:
    short = shorten(np.array([np.nan, np.inf, -np.inf, 0.0, 2.5]), 11)
    assert np.isnan(short[0]) and short[1:].tolist() == [np.inf, -np.inf, 0.0, 2.5]
