"""Pages that figures are made for: column widths of journals and sizes of slides."""

from __future__ import annotations

from dataclasses import dataclass

from heatleaf.errors import UserError


@dataclass(frozen=True)
class Paper:
    """A page: its width in mm, the height that may not be passed, the smallest type in points, and who says so."""

    name: str
    width: float
    max_height: float
    min_type: float
    source: str
    is_slide: bool = False


def find_paper(name: str) -> Paper | None:
    """Return the page of a name, None for the empty name.

    Raises
    ------
    UserError
        option, when there is no page of this name.
    """
    if not name:
        return None
    if name not in PAPERS:
        fix = f"choose one of: {', '.join(PAPERS)}"
        raise UserError("option", f"'{name}' is not a page that Heatleaf knows", where="paper", fix=fix)
    return PAPERS[name]


_NATURE = "Nature research figure guide: Building and exporting figure panels"
_CELL = "Cell Press: Figure guidelines"
_SCIENCE = "Science: Preparing your art and figures"
_PNAS = "PNAS: Digital art guidelines"
_PLOS = "PLOS: Figure guidelines"

# millimetres and points as published; sizes of type are the smallest that the guide allows in the printed figure
PAPERS: dict[str, Paper] = {
    paper.name: paper
    for paper in (
        Paper("nature-single", 89.0, 170.0, 5.0, _NATURE),
        Paper("nature-double", 183.0, 170.0, 5.0, _NATURE),
        Paper("cell-single", 85.0, 200.0, 6.0, _CELL),
        Paper("cell-middle", 114.0, 200.0, 6.0, _CELL),
        Paper("cell-double", 174.0, 200.0, 6.0, _CELL),
        Paper("science-single", 57.0, 220.0, 6.0, _SCIENCE),
        Paper("science-middle", 121.0, 220.0, 6.0, _SCIENCE),
        Paper("science-double", 184.0, 220.0, 6.0, _SCIENCE),
        Paper("pnas-single", 87.0, 225.0, 6.0, _PNAS),
        Paper("pnas-middle", 114.0, 225.0, 6.0, _PNAS),
        Paper("pnas-double", 178.0, 225.0, 6.0, _PNAS),
        Paper("plos-middle", 132.0, 222.3, 8.0, _PLOS),
        Paper("plos-double", 190.5, 222.3, 8.0, _PLOS),
        Paper("slide-wide", 338.7, 190.5, 12.0, "16:9 slides of 13.33 x 7.5 inches", is_slide=True),
        Paper("slide-classic", 254.0, 190.5, 12.0, "4:3 slides of 10 x 7.5 inches", is_slide=True),
    )
}
