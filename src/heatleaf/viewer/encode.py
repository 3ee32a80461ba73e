"""Values as the browser reads them: strict JSON, arrays of numbers as compressed bytes in it.

An array is {"shape", "dtype", "data"}: base64 of zlib-compressed little-endian numbers, row after row. A missing number
is a NaN among them, and null elsewhere.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

DType = Literal["float64", "float32", "int32", "uint16", "uint8"]
_MANTISSA_BITS = {4: 23, 8: 52}  # as stored, by bytes of a number
_LARGE = 2_000_000  # bytes; above, packing better takes seconds and saves a twentieth


def encode_array(values: NDArray[Any], dtype: DType) -> dict[str, object]:
    """Encode an array of any shape.

    Examples
    --------
    >>> encode_array(np.array([1, 2]), "uint8")
    {'shape': [2], 'dtype': 'uint8', 'data': 'eJxjZAIAAAYABA=='}
    """
    stored = np.ascontiguousarray(values, dtype=np.dtype(dtype).newbyteorder("<"))
    packed = pack(stored.tobytes())
    return {"shape": list(values.shape), "dtype": dtype, "data": base64.b64encode(packed).decode("ascii")}


def pack(data: bytes) -> bytes:
    """Compress bytes as zlib does: well where they are few, fast where they are many."""
    return zlib.compress(data, 6 if len(data) <= _LARGE else 1)


def plain(value: object) -> object:
    """Return JSON values of a dataclass and whatever it holds; arrays of numbers are encoded as float32."""
    if isinstance(value, np.ndarray):
        return encode_array(value, "float32")
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return value


def shorten(values: NDArray[np.floating[Any]], n_bits: int) -> NDArray[np.floating[Any]]:
    """Round float32 or float64 numbers to the nearest with n_bits of mantissa, whose bytes pack into less room.

    The relative error is at most 2 ** -(n_bits + 1); NaN and infinite numbers stay.
    """
    exact = np.ascontiguousarray(values)
    n_dropped = _MANTISSA_BITS[exact.itemsize] - n_bits
    whole = np.dtype(f"u{exact.itemsize}").type
    rounded = (exact.view(whole) + whole(1 << (n_dropped - 1))) & ~whole((1 << n_dropped) - 1)
    return np.where(np.isfinite(exact), rounded.view(exact.dtype), exact)


def short_text(document: Mapping[str, Any]) -> str:
    """Write a view document for a page or a notebook; names of genes that repeat their ids are left out."""
    comparisons = [{**one, "gene_names": _own_names(one)} for one in document["comparisons"]]
    return to_text({**document, "comparisons": comparisons})


def _own_names(comparison: Mapping[str, Any]) -> list[str]:
    pairs = zip(comparison["gene_names"], comparison["gene_ids"], strict=True)
    return ["" if name == gene_id else name for name, gene_id in pairs]


def to_text(document: Mapping[str, object]) -> str:
    """Write a document as strict JSON in ASCII."""
    return json.dumps(document, allow_nan=False, separators=(",", ":"), ensure_ascii=True)
