"""What a heatmap gives back: tables of its genes, the figure as a file, a page or a notebook cell to handle it in."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from heatleaf import __version__
from heatleaf.analysis.heatmap.given import heatmap_format_of
from heatleaf.analysis.heatmap.inputs import fingerprint
from heatleaf.errors import UserError
from heatleaf.io import write_bytes
from heatleaf.model import ClusteredMatrix

if TYPE_CHECKING:
    import pandas as pd

    from heatleaf.analysis.heatmap.builder import Heatmap
    from heatleaf.figures.save import ImageFormat


def clusters_of(clustered: ClusteredMatrix) -> pd.DataFrame:
    """Return the genes from top to bottom with symbol, cluster and position."""
    import pandas as pd

    columns = {
        "gene_id": list(clustered.gene_ids),
        "gene_symbol": list(clustered.gene_symbols),
        "cluster": clustered.clusters.labels,
        "position": np.arange(1, len(clustered.gene_ids) + 1),
    }
    return pd.DataFrame(columns)


def memberships_of(clustered: ClusteredMatrix) -> pd.DataFrame:
    """Return how far each gene belongs to each soft cluster, from top to bottom; no column where none is soft."""
    import pandas as pd

    soft = clustered.memberships
    columns = [] if soft is None else [f"C{number}" for number in range(1, soft.shape[1] + 1)]
    return pd.DataFrame(soft, list(clustered.gene_ids), columns)


def save(heatmap: Heatmap, path: Path, proof: str) -> None:
    """Write the figure in the format that the ending names.

    Raises
    ------
    UserError
        option: another ending; a proof, or heatmaps below each other, as .html.
    """
    chosen = heatmap_format_of(path)
    if chosen != "html":
        write_bytes(path, heatmap.render(chosen, proof=proof))
        return
    if proof:
        what = f"'{proof}' is not a proof that can be made as HTML"
        raise UserError("option", what, where="proof", fix="save a .png")
    require_page(heatmap)
    from heatleaf.analysis.views import page_of_heatmap

    write_bytes(path, page_of_heatmap(heatmap))


def render_heatmap(heatmap: Heatmap, image_format: ImageFormat, dpi: int, proof: str) -> bytes:
    """Return the figure as bytes of a file, which carries what it was made with."""
    from heatleaf.figures.heatmap.draw import draw_heatmap
    from heatleaf.figures.save import render

    spec = heatmap.spec
    capsule = {"heatleaf": __version__, "settings": heatmap.settings, "input": fingerprint(heatmap.table)}
    return render(draw_heatmap(spec), image_format, title=spec.title, dpi=dpi, proof=proof, capsule=capsule)


def require_page(heatmap: Heatmap) -> None:
    """Refuse to put heatmaps that stand below each other into a page or a notebook to handle (code "option")."""
    if heatmap.is_stack:
        what = "heatmaps below each other have no page to handle them in"
        raise UserError("option", what, fix="save a .pdf, .svg or .png, or each heatmap as its own .html")


def require_widgets() -> None:
    """Refuse where the extra for notebooks is not installed (code "option")."""
    if not has_widgets():
        what = "a heatmap to handle in a notebook needs the extra 'jupyter', which is not installed"
        raise UserError("option", what, fix='pip install "heatleaf[jupyter]"')


def has_widgets() -> bool:
    """Tell whether the extra for notebooks is installed."""
    return find_spec("anywidget") is not None
