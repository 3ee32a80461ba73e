"""A heatmap in a notebook: the viewer where the extra is installed, the figure where it is not."""

from __future__ import annotations

import json
import zlib

import numpy as np
import pandas as pd
import pytest

from heatleaf import Heatmap, UserError
from heatleaf.analysis.heatmap import given_back


def make_heatmap() -> Heatmap:
    values = np.random.default_rng(3).normal(8, 1, (20, 6))
    return Heatmap(pd.DataFrame(values, [f"g{i}" for i in range(20)], [f"s{i}" for i in range(6)])).title(
        "Twenty genes"
    )


def test_a_notebook_shows_the_viewer_and_gives_the_selection_back() -> None:
    pytest.importorskip("anywidget", reason="the extra jupyter is not installed")
    heatmap = make_heatmap()
    assert heatmap.selected == []
    shown, _ = heatmap._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in shown
    widget = heatmap.widget()
    assert widget is heatmap.widget(), "each cell shows the same selection"
    assert json.loads(zlib.decompress(widget.document))["title"] == "Twenty genes"
    widget.selected_rows = [4, 0]
    assert heatmap.selected == [heatmap.row_order[0], heatmap.row_order[4]]
    assert heatmap.title("Another").selected == []


def test_without_the_extra_the_figure_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(given_back, "has_widgets", lambda: False)
    heatmap = make_heatmap()
    shown = heatmap._repr_mimebundle_()
    assert list(shown) == ["image/svg+xml"] and "Twenty genes" in shown["image/svg+xml"]
    with pytest.raises(UserError) as refused:
        heatmap.widget()
    assert refused.value.code == "option"
    assert str(refused.value) == (
        "a heatmap to handle in a notebook needs the extra 'jupyter', which is not installed. "
        'Fix: pip install "heatleaf[jupyter]".'
    )
