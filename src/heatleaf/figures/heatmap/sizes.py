"""Lengths of a heatmap in millimetres and points, and how they give way on a page of given width."""

from __future__ import annotations

from dataclasses import dataclass

MARGIN = 4.0
PAPER_MARGIN = 1.5  # on a page of given width, which has margins of its own
GAP = 1.2  # between blocks, visible at print size
PANEL_GAP = 4.0
NAME_SIZE = 6.0
NAME_PITCH = 2.55  # mm from name to name: 6 pt with 1.2 lines
MAX_NAMED_ROWS = 60
BODY_HEIGHT = 165.0
MIN_BODY_HEIGHT = 18.0
MIN_ROW = 0.35  # a printed row below this cannot be seen apart
MAX_BODY_HEIGHT = 180.0
BODY_WIDTH = 86.0
FURTHER_BODY_WIDTH = 34.0  # what each further panel adds
MIN_COLUMN = 0.35
MIN_TITLE = 24.0  # of the last panel, beside whose columns nothing stands
MAX_COLUMN = 9.0
MAX_PAPER_COLUMN = 13.0
MIN_BODY_WIDTH = 18.0
COMFORTABLE_BODY = 0.4  # share of a page's width
PARENT_TREE = 3.5
COLUMN_TREE_HEIGHT = 6.0
SUPPORTED_TREE_HEIGHT = 9.0  # with numbers at its branches
NUMBER_ROOM = 2.2  # above the root of such a tree
HEADER_HEIGHT = 4.8
HEADER_LINE = 2.6  # of a header of two lines
TRACK_GAP = 0.6
AXIS_TRACK_GAP = 2.2
MAX_HEADED_COLUMN = 20.0  # a column may widen so far for the name of its group
MIN_UPRIGHT_HEADER = 2.2
MIN_UPRIGHT_HEADERS = 6
UPRIGHT_BLOCK = 1.6  # height of a header below an upright name
CONNECTOR = 6.0
MAX_NAMED_COLUMNS = 60
MAX_TEXT_TRACK = 30.0
TITLE_SIZE = 8.5
LEGEND_GAP = 3.5
SIDE_LEGEND_ROOM = 47.5  # with its gap


@dataclass(frozen=True)
class Sizes:
    """What side rooms may take: gene names, meanings (0 puts them among the keys), the gene tree."""

    names: float = 40.0
    meanings: float = 44.0
    tree: float = 10.0

    @property
    def has_keyed_blocks(self) -> bool:
        """Tell whether what is said of row blocks stands among the keys, so that their labels are short."""
        return not self.meanings


# From roomy to narrow; the first that leaves enough for the cells is taken.
NATURAL = Sizes()
ON_PAPER = (NATURAL, Sizes(28.0, 34.0, 8.0), Sizes(28.0, 0.0, 8.0), Sizes(18.0, 0.0, 5.0))


@dataclass(frozen=True)
class Room:
    """A page as the layout sees it, in its own millimetres: on paper they are `scale` times as long.

    A page whose type must be larger than ours is laid out on a smaller page and enlarged as a whole.
    """

    width: float
    max_height: float
    scale: float
    is_slide: bool
