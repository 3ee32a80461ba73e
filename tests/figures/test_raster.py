"""Pixels of a canvas: laws of coverage, and matplotlib's Agg as an oracle for lines, circles and shapes."""

from __future__ import annotations

import numpy as np
import pytest

from heatleaf.figures.canvas import BoxMark, Canvas, CloudMark, DotMark, ShapeMark
from heatleaf.figures.raster import cloud_image, draw_pixels
from heatleaf.figures.shapes import outline_of
from heatleaf.figures.theme import MM_PER_INCH
from heatleaf.figures.ticks import round_ticks

DPI = 254.0  # ten pixels to the millimetre
BLACK = "#000000"


def ink(canvas: Canvas) -> np.ndarray:
    """Share 0-1 of black in each pixel."""
    return 1.0 - draw_pixels(canvas, DPI).mean(axis=2) / 255.0


def agg_ink(width: float, height: float, points: np.ndarray, *, is_filled: bool, line: float = 0.0) -> np.ndarray:
    """Draw a path, places in mm from the upper left, by matplotlib."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    figure = Figure(figsize=(width / MM_PER_INCH, height / MM_PER_INCH), dpi=DPI, facecolor="white")
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(height, 0))
    axes.set_axis_off()
    look = {"facecolor": BLACK if is_filled else "none", "edgecolor": BLACK, "linewidth": line}
    axes.add_artist(PathPatch(Path(points), capstyle="round", joinstyle="round", snap=False, **look))
    drawn = FigureCanvasAgg(figure)
    drawn.draw()
    return 1.0 - np.asarray(drawn.buffer_rgba())[:, :, :3].mean(axis=2) / 255.0


@pytest.mark.parametrize("width", [0.4, 1.0, 2.4])
def test_a_slanted_line_is_as_dark_as_matplotlib_draws_it(width: float) -> None:
    points = np.array([(1.03, 1.2), (8.41, 5.77), (3.2, 8.9)])
    canvas = Canvas(10, 10)
    canvas.lines([points], colour=BLACK, width=width)
    expected = agg_ink(10, 10, points, is_filled=False, line=width)
    assert ink(canvas).sum() == pytest.approx(expected.sum(), rel=0.12)
    assert np.abs(ink(canvas) - expected).max() < 0.45  # at single pixels where it bends


@pytest.mark.parametrize("shape", ["s", "D", "P", "X", "p", "v", "<", ">", "^"])
def test_a_shape_covers_what_matplotlib_fills(shape: str) -> None:
    centre, radius = np.array([5.13, 4.87]), 2.21
    canvas = Canvas(10, 10)
    canvas.marks.append(ShapeMark(centre[None], shape, radius, BLACK))  # type: ignore[arg-type]
    outline = outline_of(shape) * radius + centre  # type: ignore[arg-type]
    expected = agg_ink(10, 10, np.concatenate([outline, outline[:1]]), is_filled=True)
    assert np.abs(ink(canvas) - expected).max() < 0.2
    assert ink(canvas).sum() == pytest.approx(expected.sum(), rel=0.01)


@pytest.mark.parametrize("radius", [0.2, 0.35, 2.0])
def test_the_area_of_a_circle_is_that_of_a_circle(radius: float) -> None:
    canvas = Canvas(6, 6)
    canvas.dots(np.array([(3.021, 2.987)]), radius=radius, colour=BLACK)
    assert ink(canvas).sum() / 100 == pytest.approx(np.pi * radius**2, rel=0.06)


def test_a_box_covers_each_pixel_by_its_share() -> None:
    canvas = Canvas(2, 2)
    canvas.rectangle((0.35, 0.5, 1.0, 0.25), BLACK)
    drawn = ink(canvas)
    assert drawn[5, 3:14].round(2).tolist() == [0.5, *[1.0] * 9, 0.5]
    assert drawn[7, 8] == pytest.approx(0.5, abs=0.01)
    assert drawn.sum() == pytest.approx(25.0, abs=0.1)


def test_level_and_upright_lines_keep_to_whole_pixels() -> None:
    canvas = Canvas(4, 4)
    canvas.lines([np.array([(0.5, 1.234), (3.5, 1.234)]), np.array([(2.017, 0.5), (2.017, 3.5)])], width=0.28)
    drawn = 1.0 - draw_pixels(canvas, DPI)[:, :, 0] / 255.0
    assert (drawn[:, 10] > 0.1).sum() == 1
    assert (drawn[30] > 0.1).sum() == 1


def test_circles_let_through_what_lies_beneath() -> None:
    canvas = Canvas(4, 4)
    mark = DotMark(np.array([(2.0, 2.0), (2.0, 2.0)]), 0.3, BLACK, 0.5)
    canvas.marks.append(mark)
    assert ink(canvas)[20, 20] == pytest.approx(0.75, abs=0.01)
    alone = Canvas(4, 4)
    alone.marks.append(BoxMark((0, 0, 4, 4), BLACK, 0.25))
    assert ink(alone)[20, 20] == pytest.approx(0.25, abs=0.01)


@pytest.mark.parametrize("n_dots", [3, 600])
def test_an_edged_circle_covers_those_before_it(n_dots: int) -> None:
    """Many and few circles are drawn in two ways, which agree."""
    centres = np.full((n_dots, 2), 2.0)
    centres[:-1, 0] = 1.6
    canvas = Canvas(4, 4)
    canvas.marks.append(DotMark(centres, 0.5, "#FFFFFF", 1.0, BLACK, 0.3))
    drawn = ink(canvas)
    assert drawn[20, 18:22].max() < 0.05  # within the last circle nothing is left of the others
    assert drawn[20, 11] > 0.5 and drawn[20, 24:26].max() > 0.5


def test_cells_keep_their_colours_and_shrunk_images_their_mean() -> None:
    rng = np.random.default_rng(1)
    cells = rng.integers(0, 256, (7, 5, 3), dtype=np.uint8)
    canvas = Canvas(10, 14)
    canvas.image((0, 0, 10, 14), cells)
    drawn = draw_pixels(canvas, DPI)
    assert (drawn[10::20, 10::20] == cells).all()
    fine = rng.integers(0, 256, (400, 300, 3), dtype=np.uint8)
    small = Canvas(3, 4)
    small.image((0, 0, 3, 4), fine)
    assert np.abs(draw_pixels(small, DPI).mean() - fine.mean()) < 1.0
    blocks = fine.reshape(40, 10, 30, 10, 3).mean(axis=(1, 3))
    assert np.abs(draw_pixels(small, DPI) - blocks).max() <= 1.0


def test_what_lies_beyond_the_page_is_cut_off() -> None:
    canvas = Canvas(3, 3)
    canvas.rectangle((-1, -1, 2, 2), BLACK)
    canvas.dots(np.array([(3.0, 3.0), (-5.0, 9.0)]), radius=1.0, colour=BLACK)
    canvas.lines([np.array([(-4.0, 1.5), (9.0, 2.5)])], colour=BLACK)
    canvas.text(2.5, 1.5, "a long line of text", size=8)
    canvas.image((2.0, -1.0, 4.0, 2.0), np.zeros((2, 2, 3), dtype=np.uint8))
    assert draw_pixels(canvas, DPI).shape == (30, 30, 3)
    assert ink(canvas)[2, 2] == 1.0


def test_letters_stand_where_text_is_measured() -> None:
    level, upright = Canvas(30, 30), Canvas(30, 30)
    level.text(5, 8, "HHHHHHHH", size=10, colour=BLACK)
    upright.text(20, 25, "HHHHHHHH", size=10, colour=BLACK, style="upright")
    for canvas in (level, upright):
        left, top, right, bottom = canvas.marks[0].box  # type: ignore[union-attr]
        rows, columns = np.nonzero(ink(canvas) > 0.3)
        assert left - 0.1 <= columns.min() / 10 and columns.max() / 10 <= right + 0.1
        assert top - 0.1 <= rows.min() / 10 and rows.max() / 10 <= bottom + 0.1
        lengths = right - left, bottom - top
        reached = (np.ptp(columns) + 1) / 10, (np.ptp(rows) + 1) / 10
        assert max(reached) == pytest.approx(max(lengths), abs=0.6)  # less the white beside the first and last letter


def test_a_cloud_is_an_image_of_few_colours() -> None:
    rng = np.random.default_rng(1)
    dots = tuple(DotMark(rng.uniform(2, 38, (4000, 2)), 0.3, colour, 0.7) for colour in ("#B2182B", "#2166AC"))
    image = cloud_image(CloudMark((0.0, 0.0, 40.0, 40.0), dots))
    assert len(np.unique(image.pixels.reshape(-1, 3), axis=0)) <= 256
    assert (image.pixels[0] == 255).all()


@pytest.mark.parametrize(
    ("ends", "n_most", "expected"),
    [
        ((-10.2, 10.2), 8, ["\u221210", "\u22125", "0", "5", "10"]),
        ((0.0, 5900.0), 6, ["0", "1,000", "2,000", "3,000", "4,000", "5,000"]),
        ((-0.31, 0.33), 6, ["\u22120.2", "0.0", "0.2"]),
        ((0.0, 1.4), 6, ["0.0", "0.5", "1.0"]),
    ],
)
def test_ticks_are_round(ends: tuple[float, float], n_most: int, expected: list[str]) -> None:
    assert [text for _, text in round_ticks(*ends, n_most)] == expected
    assert all(ends[0] <= at <= ends[1] for at, _ in round_ticks(*ends, n_most))


def test_counts_have_whole_ticks() -> None:
    assert [text for _, text in round_ticks(0, 2.5, 6, whole=True)] == ["0", "1", "2"]
