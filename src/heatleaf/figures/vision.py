"""How colours look to other eyes: colour-vision deficiency, greyscale, and the distance between two colours.

Colour-vision deficiency after Machado, Oliveira & Fernandes 2009 (IEEE TVCG 15:1291), full severity, applied to linear
sRGB. Distance is CIE76 in CIELAB under D65 (CIE 15:2004); 2.3 is a just noticeable difference.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
Eyes = Literal["deuteranopia", "protanopia", "tritanopia", "greyscale"]
EYES: tuple[Eyes, ...] = get_args(Eyes)

# Machado et al. 2009, table 1, severity 1.0; greyscale by luminance (IEC 61966-2-1)
_MATRICES: dict[Eyes, FloatArray] = {
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
    "greyscale": np.tile(np.array([0.2126, 0.7152, 0.0722]), (3, 1)),
}
# sRGB to XYZ, IEC 61966-2-1, and its white
_TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
_WHITE = _TO_XYZ.sum(axis=1)


def see_as(colours: NDArray[np.uint8], eyes: Eyes) -> NDArray[np.uint8]:
    """Return colours of shape (..., 3), sRGB 0-255, as these eyes see them."""
    flat = colours.reshape(-1, 3)
    codes = flat.astype(np.int64) @ np.array([65536, 256, 1])
    shown, which = np.unique(codes, return_inverse=True)
    table = np.stack([shown >> 16, shown >> 8 & 255, shown & 255], axis=1)
    seen = np.clip(_linear(table / 255.0) @ _MATRICES[eyes].T, 0.0, 1.0)
    coded = np.where(seen <= 0.0031308, 12.92 * seen, 1.055 * seen ** (1 / 2.4) - 0.055)
    return np.round(255 * coded).astype(np.uint8)[which.ravel()].reshape(colours.shape)


def lab(colours: ArrayLike) -> FloatArray:
    """Return CIELAB of colours of shape (..., 3), sRGB 0-255."""
    xyz = _linear(np.asarray(colours, dtype=np.float64) / 255.0) @ _TO_XYZ.T / _WHITE
    edge = 6 / 29
    f = np.where(xyz > edge**3, np.cbrt(xyz), xyz / (3 * edge**2) + 4 / 29)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1)


def colour_distance(first: ArrayLike, second: ArrayLike) -> FloatArray:
    """Return the CIE76 distance of colours of shape (..., 3), sRGB 0-255."""
    return np.asarray(np.linalg.norm(lab(first) - lab(second), axis=-1))


def rgb(colour: str) -> NDArray[np.uint8]:
    """Return a colour like "#2166AC" as three numbers 0-255."""
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], dtype=np.uint8)


def _linear(coded: FloatArray) -> FloatArray:
    return np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)
