"""Comparisons written as sums: groups, cells and coefficients with + - * / ( ) and mean(...), or plain numbers.

    treated - control                               levels (factor=level where two factors share a level)
    treated:B - control:B                           cells: several levels at once
    (treated:B - control:B) - (treated:A - control:A)   a difference of differences
    mean(low, mid, high) - control                  several groups against one
    dex_treated_vs_control - line_B_vs_A            coefficients by name
    0, 1, 0, -1                                     one number per coefficient

The text is read by this module alone and never evaluated as code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from heatleaf.errors import UserError
from heatleaf.model import Contrast, Design
from heatleaf.stats.coding import Coding
from heatleaf.stats.comparison_text import LANGUAGE, Cell, ComparisonReader, is_in, shown_text

FloatArray = NDArray[np.float64]
TOLERANCE = 1e-9  # of the largest weight: what is left of a sum below this is rounding


def build_comparison(design: Design, what: str | Sequence[float]) -> Contrast:
    """Compare groups, cells or coefficients of a design.

    Parameters
    ----------
    design : Design
    what : str or sequence of float
        A sum as the module describes it, or one number per coefficient. A group stands for the fitted log2 expression
        at its levels, other factors being at their reference level and covariates at their mean.

    Returns
    -------
    Contrast
        Its sides are what is added and what is taken away.

    Raises
    ------
    UserError
        contrast: a name the design does not have (with those it has), a cell without samples, a sum that cannot be
        read, that is zero, or whose weights compare expression with nothing.

    Examples
    --------
    >>> from heatleaf.model import SampleSheet
    >>> from heatleaf.stats.design import build_design
    >>> sheet = SampleSheet(tuple("abcdef"), {"dose": ("none", "low", "high") * 2})
    >>> design = build_design(sheet, "~ dose")
    >>> design.coefficient_names
    ('Intercept', 'dose_high_vs_none', 'dose_low_vs_none')
    >>> contrast = build_comparison(design, "mean(low, high) - none")
    >>> contrast.title, contrast.vector.tolist()
    ('mean(low, high) vs none', [0.0, 0.5, 0.5])
    """
    numbers = _plain_numbers(what) if isinstance(what, str) else [float(value) for value in what]
    text = _of_numbers(design, numbers) if numbers is not None else " ".join(str(what).split())
    reader = ComparisonReader(design, text)
    value, sides = reader.read()
    vector = value.vector if value.vector is not None else np.zeros(len(design.coefficient_names))
    vector = np.where(np.abs(vector) > TOLERANCE * np.abs(vector).max(initial=0.0), vector, 0.0)
    _require_comparison(design, text, vector)
    added, taken = _samples_of_sides(design, value.cells)
    return Contrast(_main_factor(design, reader.coding, value.cells, vector), *sides, vector, added, taken)


def _plain_numbers(text: str) -> list[float] | None:
    """Return the numbers of a list such as "0, 1, -1", or None for any other text."""
    words = text.replace(",", " ").split()
    try:
        return [float(word) for word in words] if len(words) > 1 and "_" not in text else None
    except ValueError:
        return None


def _of_numbers(design: Design, numbers: Sequence[float]) -> str:
    """Write one number per coefficient as a sum of coefficients."""
    names = design.coefficient_names
    if len(numbers) != len(names):
        what = f"{len(numbers)} numbers for {len(names)} coefficients"
        raise UserError("contrast", what, fix=f"give one number for each of {', '.join(names)}")
    if not np.all(np.isfinite(numbers)):
        raise UserError("contrast", "a weight is not a finite number", fix="give one number per coefficient")
    parts: list[str] = []
    for name, number in zip(names, numbers, strict=True):
        if number:
            weight = "" if abs(number) == 1 else f"{abs(number):.12g}*"
            sign = ("- " if number < 0 else "+ ") if parts else ("-" if number < 0 else "")
            parts.append(f"{sign}{weight}`{name}`")
    return " ".join(parts) or "0"


def _require_comparison(design: Design, text: str, vector: FloatArray) -> None:
    """Refuse weights that are all zero, or that would change if all samples were sequenced deeper."""
    if not vector.any():
        raise UserError("contrast", f"'{shown_text(text)}' compares nothing: its weights sum to zero", fix=LANGUAGE)
    ones = np.ones(len(design.model_matrix))
    constant, *_ = np.linalg.lstsq(design.model_matrix, ones, rcond=None)
    holds_constant = np.allclose(design.model_matrix @ constant, ones, atol=1e-8)
    total = float(vector @ constant)
    if holds_constant and abs(total) > 1e-6 * np.abs(vector).max():
        what = f"the weights of the groups in '{shown_text(text)}' sum to {total:.3g}, not to 0"
        fix = "take away as much as is added, such as mean(B, C) - A; a level alone is compared with nothing"
        raise UserError("contrast", what, fix=fix)


def _samples_of_sides(design: Design, cells: Mapping[Cell, float]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the samples whose cells are added, and those whose cells are taken away."""
    weights = np.zeros(len(design.sample_ids))
    for cell, weight in cells.items():
        weights += weight * is_in(design, cell)
    limit = TOLERANCE * np.abs(weights).max(initial=0.0)
    return (
        tuple(sample for sample, weight in zip(design.sample_ids, weights, strict=True) if weight > limit),
        tuple(sample for sample, weight in zip(design.sample_ids, weights, strict=True) if weight < -limit),
    )


def _main_factor(design: Design, coding: Coding, cells: Mapping[Cell, float], vector: FloatArray) -> str:
    """Name the variable that the comparison is about: the last one that its groups or coefficients tell apart."""
    told: dict[str, set[str]] = {}
    for cell, weight in cells.items():
        for name, level in cell if weight else ():
            told.setdefault(name, set()).add(level)
    about = {name for name, levels in told.items() if len(levels) > 1}
    if not cells:
        about = {name for i in np.flatnonzero(vector) for name in coding.block_of_column[i].variables}
    variables = coding.formula.variables
    ranked = [name for name in variables if name in about and name in design.factors] or [
        name for name in variables if name in about or name in told
    ]
    return ranked[-1] if ranked else variables[-1]
