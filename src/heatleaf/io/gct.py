"""GCT files of GenePattern, versions 1.2 and 1.3: two lines of dimensions, then a table with description columns."""

from __future__ import annotations

from heatleaf.errors import UserError
from heatleaf.io.layout import HEAD_CELLS, HEAD_LINES, Layout, offset_of, split_line

MARKS = (b"#1.2", b"#1.3")


def is_gct(text: bytes) -> bool:
    """Whether a text begins as a GCT file does."""
    return text.lstrip().startswith(MARKS)


def detect_gct_layout(text: bytes, name: str) -> Layout:
    """Tell the layout of a GCT file from its first whole lines.

    Raises
    ------
    UserError
        format (the dimensions cannot be read), row_length (the header does not hold as many samples as they say).
    """
    lines = text.decode("utf-8").split("\n")[:-1]
    dimensions = _dimensions(lines, name)
    n_samples = dimensions[1]
    n_row_meta, n_column_meta = (dimensions[2], dimensions[3]) if lines[0].startswith("#1.3") else (1, 0)
    header = split_line(lines[2].rstrip("\t"), "\t") if len(lines) > 2 else []
    n_columns = 1 + n_row_meta + n_samples
    if len(header) != n_columns:
        raise UserError(
            "row_length",
            f"line 3 has {len(header)} names, but line 2 announces {n_samples} samples "
            f"and {1 + n_row_meta} other columns",
            where=name,
            fix="export the GCT file again",
        )
    i_row = 3 + n_column_meta
    n_rows = min(HEAD_LINES, max(2, HEAD_CELLS // n_columns))
    rows = tuple(tuple(split_line(line, "\t")) for line in lines[i_row : i_row + n_rows] if line)
    if not rows:
        what = f"has a header with {n_samples} samples but no gene rows"
        raise UserError("table_header_only", what, where=name, fix="export the GCT file again")
    return Layout(
        "\t", tuple(header), rows, n_columns, i_row + 1, offset_of(lines, i_row), tuple(lines[:2]), gct_meta=n_row_meta
    )


def _dimensions(lines: list[str], name: str) -> list[int]:
    try:
        numbers = [int(field) for field in lines[1].split("\t") if field.strip()]
    except (ValueError, IndexError):
        numbers = []
    if len(numbers) < (4 if lines[0].startswith("#1.3") else 2) or min(numbers) < 0:
        fix = "line 2 of a GCT file holds the numbers of rows and samples"
        raise UserError("format", "line 2 does not hold the dimensions of a GCT file", where=name, fix=fix)
    return numbers
