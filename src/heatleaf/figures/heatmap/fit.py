"""A heatmap on a page of given width: side rooms give way step by step, then type down to what the page allows."""

from __future__ import annotations

from collections.abc import Iterator

from heatleaf.errors import UserError
from heatleaf.figures.heatmap.layout import HeatmapLayout, lay_out_page
from heatleaf.figures.heatmap.parts import HeatmapSpec
from heatleaf.figures.heatmap.sizes import (
    COMFORTABLE_BODY,
    MIN_BODY_WIDTH,
    MIN_COLUMN,
    ON_PAPER,
    Room,
    Sizes,
)
from heatleaf.figures.paper import PAPERS, Paper
from heatleaf.figures.theme import SMALL_SIZE


def lay_out(spec: HeatmapSpec) -> HeatmapLayout:
    """Place everything of a heatmap; on a page where the spec names one.

    Raises
    ------
    UserError
        paper: the heatmap does not fit the page at the smallest type that it allows.
    """
    if spec.paper is None:
        return lay_out_page(spec)
    fallback = None
    for room, sizes in _attempts(spec.paper):
        layout = lay_out_page(spec, sizes, room)
        if not _fits(layout, room, spec):
            continue
        if layout.across.body_width >= COMFORTABLE_BODY * room.width:
            return layout
        fallback = fallback or layout
    if fallback is None:
        raise _refusal(spec, spec.paper)
    return fallback


def _attempts(paper: Paper) -> Iterator[tuple[Room, Sizes]]:
    """Yield rooms and sizes from roomy to narrow: our own type first, then the smallest that the page allows."""
    least = paper.min_type / SMALL_SIZE
    for scale in sorted({max(1.0, least), least}, reverse=True):
        room = Room(paper.width / scale, paper.max_height / scale, scale, paper.is_slide)
        yield from ((room, sizes) for sizes in ON_PAPER)


def _fits(layout: HeatmapLayout, room: Room, spec: HeatmapSpec) -> bool:
    cell, across = layout.across.cell, layout.across
    return (
        cell >= MIN_COLUMN
        and across.body_width >= min(MIN_BODY_WIDTH, 5.0 * sum(panel.n_samples for panel in spec.panels))
        and across.content_right <= room.width + 1e-6
        and layout.height <= room.max_height + 1e-6
    )


def _refusal(spec: HeatmapSpec, paper: Paper) -> UserError:
    """Say what was asked of the page, and which pages would do."""
    n_columns = sum(panel.n_samples for panel in spec.panels)
    what = (
        f"a heatmap of {spec.n_genes:,} genes and {n_columns:,} columns with all that stands beside it does not fit "
        f"{paper.name} ({paper.width:g} x {paper.max_height:g} mm, type of at least {paper.min_type:g} points)"
    )
    wider = [other.name for other in PAPERS.values() if other.width > paper.width and not other.is_slide]
    choice = f"take a wider page ({', '.join(wider)}), " if wider else ""
    return UserError("paper", what, where="paper", fix=f"{choice}show fewer tracks or samples, or leave the page out")
