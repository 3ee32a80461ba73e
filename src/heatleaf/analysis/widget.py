"""A heatmap in a notebook, through the extra `jupyter`: the viewer draws it, and what is selected comes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import anywidget
import traitlets

from heatleaf.analysis.views import view_of_heatmap
from heatleaf.viewer.bundle import joined_style, notebook_module
from heatleaf.viewer.encode import pack, short_text

if TYPE_CHECKING:
    from heatleaf.analysis.heatmap.builder import Heatmap


class HeatmapWidget(anywidget.AnyWidget):
    """The viewer of one heatmap in a notebook.

    document : the view document as compressed JSON. selected_rows : displayed positions of the rows selected, from 0.
    """

    _esm = notebook_module()
    _css = joined_style()
    document = traitlets.Bytes(b"").tag(sync=True)
    selected_rows = traitlets.List(traitlets.Int()).tag(sync=True)

    def __init__(self, document: bytes, gene_ids: Sequence[str]) -> None:
        super().__init__(document=document)
        self._gene_ids = tuple(gene_ids)

    @property
    def selected(self) -> list[str]:
        """Ids of the genes that are selected, from top to bottom."""
        return [self._gene_ids[i] for i in sorted(self.selected_rows)]


def widget_of(heatmap: Heatmap) -> HeatmapWidget:
    """Make the widget of a heatmap."""
    packed = pack(short_text(view_of_heatmap(heatmap)).encode("ascii"))
    return HeatmapWidget(packed, heatmap.spec.row_ids)
