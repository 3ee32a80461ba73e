"""Put the figure of running scores on a canvas."""

from __future__ import annotations

import numpy as np

from heatleaf.figures.canvas import Canvas, CellsMark
from heatleaf.figures.page import open_canvas
from heatleaf.figures.terms.running.spec import RankingPanel, RunningPanel, RunningSpec
from heatleaf.figures.terms.sides import direction_colour
from heatleaf.figures.text import line_height, shorten_sentence
from heatleaf.figures.theme import INK, RULE, SMALL_SIZE, SOFT_INK, TEXT_SIZE

_SHADES = {1: "#FBE6E0", -1: "#E1ECF6"}
_BAR = "#AEB6BD"
_OTHERS = "#8A9299"


def draw_running(spec: RunningSpec) -> Canvas:
    """Draw the figure."""
    canvas = open_canvas(spec.page)
    for panel in spec.panels:
        _draw_panel(canvas, panel)
    for number, ranking in enumerate(spec.rankings):
        _draw_ranking(canvas, ranking, spec.ends)
        if number == 0:
            left, top, _, height = ranking.box
            canvas.text(
                left - 8.3,
                top + height / 2,
                "statistic",
                size=SMALL_SIZE,
                colour=SOFT_INK,
                anchor="center",
                style="upright",
            )
    left, top, _, height = spec.panels[0].box
    canvas.text(
        left - 8.3, top + height / 2, "running sum", size=SMALL_SIZE, colour=SOFT_INK, anchor="center", style="upright"
    )
    return canvas


def _draw_panel(canvas: Canvas, panel: RunningPanel) -> None:
    left, top, width, height = panel.box
    y = panel.title_y + line_height(TEXT_SIZE) / 2
    for line in panel.title:
        canvas.text(left - 8.0, y, line, style="bold")
        y += line_height(TEXT_SIZE)
    canvas.text(left - 8.0, y, panel.note, size=SMALL_SIZE, colour=SOFT_INK)
    start, end = panel.leading
    colour = direction_colour(panel.direction)
    canvas.rectangle((start, top, end - start, height), _SHADES[panel.direction])
    canvas.lines([np.array([(left, panel.zero), (left + width, panel.zero)])], colour=RULE, width=0.4)
    canvas.lines([np.array([(left, top), (left, top + height)])], colour=INK, width=0.5)
    for at, number in panel.ticks:
        canvas.lines([np.array([(left - 0.8, at), (left, at)])], colour=INK, width=0.5)
        canvas.text(left - 1.4, at, number, size=SMALL_SIZE, anchor="right")
    canvas.lines([panel.curve], colour=colour, width=1.1)
    is_leading = (panel.members >= start) & (panel.members <= end)
    for members, shade in ((panel.members[~is_leading], _OTHERS), (panel.members[is_leading], colour)):
        ticks = [np.array([(x, panel.ticks_top), (x, panel.ticks_top + 2.4)]) for x in members.tolist()]
        canvas.lines(ticks, colour=shade, width=0.3)


def _draw_ranking(canvas: Canvas, panel: RankingPanel, ends: tuple[str, str]) -> None:
    left, top, width, height = panel.box
    bottom = top + height
    canvas.marks.append(CellsMark(panel.bars, _BAR))
    canvas.lines([np.array([(left, top), (left, bottom), (left + width, bottom)])], colour=INK, width=0.5)
    for at, number in panel.ticks:
        canvas.lines([np.array([(left - 0.8, at), (left, at)])], colour=INK, width=0.5)
        canvas.text(left - 1.4, at, number, size=SMALL_SIZE, anchor="right")
    for at, number in panel.rank_ticks:
        canvas.lines([np.array([(at, bottom), (at, bottom + 0.8)])], colour=INK, width=0.5)
        canvas.text(at, bottom + 2.3, number, size=SMALL_SIZE, anchor="center")
    canvas.text(left + width / 2, bottom + 5.0, "rank of the gene", size=SMALL_SIZE, anchor="center")
    for direction, words, x in ((1, ends[0], left), (-1, ends[1], left + width)):
        shown = shorten_sentence(words, width / 2 - 1.0, SMALL_SIZE)
        colour = direction_colour(direction)
        canvas.text(x, bottom + 8.0, shown, size=SMALL_SIZE, colour=colour, anchor="left" if direction > 0 else "right")
