"""What the map of gene sets shows, as plain values: places in mm from the upper left corner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.heatmap.scale import ColourScale
from heatleaf.figures.page import EDGE_MM, Margins, Page, lay_out, to_json
from heatleaf.figures.terms.facts import Sides, TermFacts, wrap_name
from heatleaf.figures.terms.keys import KEY_MM, SizeKey, change_scale, hex_colours
from heatleaf.figures.terms.sides import Heading, place_sides
from heatleaf.figures.text import line_height, text_width
from heatleaf.figures.theme import SMALL_SIZE

FloatArray = NDArray[np.float64]

_RADIUS_MM = 2.6
_DOT_GAP_MM = 0.9  # between the dots of a group, so that lines between them can be seen
_LABEL_MM = 33.0
_LABEL_LINES = 3
_N_ANGLES = 48


@dataclass(frozen=True)
class TermDot:
    """A set: middle and radius of its dot, its colour and its name."""

    x: float
    y: float
    radius: float
    colour: str
    name: str


@dataclass(frozen=True)
class GroupLabel:
    """The name of a group of sets, in lines. x, y : middle of the first line. note : number of sets, "" for one."""

    lines: tuple[str, ...]
    x: float
    y: float
    note: str


@dataclass(frozen=True, eq=False)
class TermMapSpec:
    """Sets as dots, in groups with a name beneath.

    links : places of the dots that lines join, within groups and between them. headings : above each direction.
    """

    page: Page
    dots: tuple[TermDot, ...]
    labels: tuple[GroupLabel, ...]
    inner_links: tuple[tuple[int, int], ...]
    outer_links: tuple[tuple[int, int], ...]
    headings: tuple[Heading, ...]
    size_key: SizeKey
    scale: ColourScale

    def to_json(self) -> object:
        """Return the spec as JSON values."""
        return to_json(self)


@dataclass(frozen=True, eq=False)
class _Group:
    """Sets of one leader: their positions, places of their dots around (0, 0), and the box with the name."""

    members: tuple[int, ...]
    places: FloatArray
    lines: tuple[str, ...]
    note: str
    size: tuple[float, float]
    dots_height: float


def build_term_map_spec(
    terms: Sequence[TermFacts], links: Sequence[tuple[int, int]], sides: Sides, *, n_called: int
) -> TermMapSpec:
    """Describe how gene sets hang together.

    Parameters
    ----------
    terms : sequence of TermFacts
        At least one; the leader of each is among them.
    links : pairs of positions
        Sets that share many of their genes found.
    n_called : int
        Sets called in all, of which these are the most certain.
    """
    size_key = SizeKey("genes found", max(term.n_found for term in terms), _RADIUS_MM)
    radii = np.array([size_key.radius_of(term.n_found) for term in terms])
    groups = [_group(members, radii, terms) for members in _members(terms)]
    directions = [terms[group.members[0]].direction for group in groups]
    group_of = {member: number for number, group in enumerate(groups) for member in group.members}
    between = sorted({(group_of[i], group_of[j]) for i, j in links if group_of[i] != group_of[j]})
    centres, headings, (width, height) = place_sides(
        np.array([group.size for group in groups]), between, directions, sides
    )
    page = lay_out(
        f"Map of gene sets: {sides.title}",
        sides.factor,
        _left_out(len(terms), n_called),
        width=width + 2 * EDGE_MM,
        panel_height=height,
        margins=Margins(EDGE_MM, EDGE_MM, 2.0, KEY_MM + 5.0),
    )
    origin = np.array([EDGE_MM, page.panel_top])
    scale = change_scale([term.change for term in terms], "median log₂ fold change of these genes")
    colours = hex_colours(scale, [term.change for term in terms])
    dots: dict[int, TermDot] = {}
    labels = []
    for group, centre in zip(groups, centres + origin, strict=True):
        top = centre[1] - group.size[1] / 2
        middle = np.array([centre[0], top + group.dots_height / 2])
        for member, place in zip(group.members, group.places, strict=True):
            x, y = np.round(place + middle, 3).tolist()
            dots[member] = TermDot(x, y, float(radii[member]), colours[member], terms[member].name)
        y = top + group.dots_height + line_height(SMALL_SIZE) / 2 + 0.5
        labels.append(GroupLabel(group.lines, round(float(centre[0]), 3), round(float(y), 3), group.note))
    return TermMapSpec(
        page=page,
        dots=tuple(dots[i] for i in range(len(terms))),
        labels=tuple(labels),
        inner_links=tuple((i, j) for i, j in links if group_of[i] == group_of[j]),
        outer_links=tuple((i, j) for i, j in links if group_of[i] != group_of[j]),
        headings=tuple(heading.moved(*origin.tolist()) for heading in headings),
        size_key=size_key,
        scale=scale,
    )


def _members(terms: Sequence[TermFacts]) -> list[tuple[int, ...]]:
    """Group sets by direction and leader, the leader first in each."""
    groups: dict[tuple[int, str], list[int]] = {}
    for i, term in enumerate(terms):
        groups.setdefault((term.direction, term.leader), []).append(i)
    return [tuple(sorted(members, key=lambda i: not terms[i].is_leader)) for members in groups.values()]


def _group(members: tuple[int, ...], radii: FloatArray, terms: Sequence[TermFacts]) -> _Group:
    places = _pack(radii[list(members)] + _DOT_GAP_MM)
    own = radii[list(members)][:, None]
    low, high = (places - own).min(axis=0), (places + own).max(axis=0)
    places = places - (low + high) / 2
    lines = wrap_name(terms[members[0]].name, _LABEL_MM, SMALL_SIZE, max_lines=_LABEL_LINES)
    note = f"{len(members)} sets" if len(members) > 1 else ""
    width = max([float(high[0] - low[0]), *(text_width(line, SMALL_SIZE) for line in (*lines, note))])
    dots_height = float(high[1] - low[1])
    n_lines = len(lines) + bool(note)
    return _Group(
        members, places, lines, note, (width, dots_height + 0.5 + n_lines * line_height(SMALL_SIZE)), dots_height
    )


def _pack(radii: FloatArray) -> FloatArray:
    """Place circles around the first, each as near to the middle as it can touch those before; shape (n, 2)."""
    places = np.zeros((1, 2))
    angle = np.arange(_N_ANGLES) * (2 * np.pi / _N_ANGLES)
    ring = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    for i in range(1, len(radii)):
        reach = radii[:i] + radii[i]
        candidates = (places[:, None] + reach[:, None, None] * ring[None]).reshape(-1, 2)
        apart = np.hypot(*np.moveaxis(candidates[:, None] - places[None], -1, 0))
        is_free = (apart >= reach[None] - 1e-9).all(axis=1)
        # a group is wider than high, as its name is
        away = np.where(is_free, np.round(np.hypot(candidates[:, 0], 1.3 * candidates[:, 1]), 6), np.inf)
        places = np.concatenate([places, candidates[[int(away.argmin())]]])
    return places


def _left_out(n_shown: int, n_called: int) -> str:
    which = f"The {n_shown} most certain of {n_called:,} sets called. " if n_shown < n_called else ""
    return f"{which}Each dot is a set; a line joins two that share half or more of the genes found for the smaller."
