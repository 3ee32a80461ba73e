"""A table of given size factors: one row per sample, its name and its factor."""

from __future__ import annotations

from pathlib import Path

from heatleaf.errors import UserError
from heatleaf.io.options import ReadOptions
from heatleaf.io.sheet_rows import read_sheet_rows

COLUMN = "size_factor"  # as in tables/size_factors.tsv of a run


def read_size_factors(path: Path) -> tuple[tuple[str, float], ...]:
    """Read the size factor of each sample.

    Parameters
    ----------
    path : Path
        A table with a header; the first column names the samples, the factor stands in the column "size_factor", or in
        the second of two columns.

    Raises
    ------
    UserError
        The refusals of any file; option: no such column, or a factor that is not a positive number.
    """
    rows = read_sheet_rows(path, ReadOptions())
    if COLUMN not in rows.header and len(rows.header) != 2:
        what = f"there is no column '{COLUMN}'. Columns: {', '.join(rows.header)}"
        raise UserError("option", what, where=rows.name, fix=f"name the column of the factors '{COLUMN}'")
    position = rows.header.index(COLUMN) if COLUMN in rows.header else 1
    return tuple(
        (name, _factor(text, name, rows.name)) for name, text in zip(rows.column(0), rows.column(position), strict=True)
    )


def _factor(text: str, sample: str, file_name: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        what = f"the size factor of {sample} is '{text}', not a positive number"
        raise UserError("option", what, where=file_name, fix="give a number such as 0.93 for each sample")
    return value
