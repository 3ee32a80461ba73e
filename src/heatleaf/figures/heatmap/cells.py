"""The cells of a panel: vectors while they are few, else a raster no finer than print; missing cells crossed out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.canvas import MAX_RASTER_DPI, Canvas, runs
from heatleaf.figures.heatmap.parts import HeatmapSpec, Panel
from heatleaf.figures.heatmap.scale import ColourScale
from heatleaf.figures.theme import MM_PER_INCH, SOFT_INK

FloatArray = NDArray[np.float64]
_MIN_BORDERED = 1.5  # mm; borders of smaller cells would take the colour away
_MIN_CROSSED = 0.9
_MAX_CROSSED = 3_000


def draw_cells(
    canvas: Canvas, spec: HeatmapSpec, panel: Panel, edges: tuple[FloatArray, FloatArray], *, is_raster: bool
) -> None:
    """Draw the body of a panel. edges : of columns and rows, in millimetres."""
    for band in spec.bands_of(panel):
        shown = slice(band.start, band.stop)
        _draw_band(canvas, spec, (panel.matrix[shown], band.scale), (edges[0], edges[1][shown]), is_raster=is_raster)


def _draw_band(
    canvas: Canvas,
    spec: HeatmapSpec,
    cells: tuple[FloatArray, ColourScale],
    edges: tuple[FloatArray, FloatArray],
    *,
    is_raster: bool,
) -> None:
    (matrix, scale), (columns, rows) = cells, edges
    if is_raster:
        matrix, columns, rows = reduce_cells(matrix, columns, rows)
        canvas.cells(columns, rows, scale.colours(matrix), is_raster=True)
        return
    canvas.cells(columns, rows, scale.colours(matrix))
    width, height = float(columns[0, 1] - columns[0, 0]), float(rows[0, 1] - rows[0, 0])
    if spec.cells.has_borders and min(width, height) >= _MIN_BORDERED:
        _draw_borders(canvas, columns, rows)
    _cross_out_missing(canvas, matrix, columns, rows)


def reduce_cells(
    matrix: FloatArray, columns: FloatArray, rows: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Average neighbouring cells that are smaller than a printed pixel, within their block.

    A mean over cells leaves missing ones out; where all are missing it is missing.
    """
    rows_kept = _starts(rows)
    columns_kept = _starts(columns)
    if len(rows_kept) == len(rows) and len(columns_kept) == len(columns):
        return matrix, columns, rows
    known = np.isfinite(matrix)
    sums = np.add.reduceat(np.add.reduceat(np.where(known, matrix, 0.0), rows_kept, axis=0), columns_kept, axis=1)
    counts = np.add.reduceat(np.add.reduceat(known.astype(float), rows_kept, axis=0), columns_kept, axis=1)
    means = np.divide(sums, counts, out=np.full_like(sums, np.nan), where=counts > 0)
    return means, _joined(columns, columns_kept), _joined(rows, rows_kept)


def _starts(edges: FloatArray) -> NDArray[np.intp]:
    """Return where each group of cells begins that together are at least one printed pixel high or wide."""
    pixel = MM_PER_INCH / MAX_RASTER_DPI
    size = float(edges[0, 1] - edges[0, 0])
    per_group = int(np.ceil(pixel / size)) if size < pixel else 1
    starts = [np.arange(start, stop, per_group) for start, stop in runs(edges)]
    return np.concatenate(starts)


def _joined(edges: FloatArray, starts: NDArray[np.intp]) -> FloatArray:
    stops = np.append(starts[1:], len(edges)) - 1
    return np.column_stack([edges[starts, 0], edges[stops, 1]])


def _draw_borders(canvas: Canvas, columns: FloatArray, rows: FloatArray) -> None:
    """Draw white lines between touching cells."""
    lines = []
    for top, bottom in runs(rows):
        for left, right in runs(columns):
            x = (columns[left, 0], columns[right - 1, 1])
            y = (rows[top, 0], rows[bottom - 1, 1])
            lines += [np.array([(x[0], edge), (x[1], edge)]) for edge in rows[top + 1 : bottom, 0]]
            lines += [np.array([(edge, y[0]), (edge, y[1])]) for edge in columns[left + 1 : right, 0]]
    canvas.lines(lines, colour="#FFFFFF", width=0.5)


def _cross_out_missing(canvas: Canvas, matrix: FloatArray, columns: FloatArray, rows: FloatArray) -> None:
    """Draw a stroke through missing cells, so that they are told from values in every palette and in grey print."""
    places = np.argwhere(np.isnan(matrix))
    size = min(float(columns[0, 1] - columns[0, 0]), float(rows[0, 1] - rows[0, 0]))
    if size < _MIN_CROSSED or len(places) > _MAX_CROSSED:
        return
    strokes = [
        np.array([(columns[column, 0], rows[row, 1]), (columns[column, 1], rows[row, 0])])
        for row, column in places.tolist()
    ]
    canvas.lines(strokes, colour=SOFT_INK, width=0.3)
