"""Tracks beside a heatmap from data frames: matched by name, levels and numbers told apart by what the columns hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from heatleaf.analysis.heatmap.by_name import Kind, positions_by_name
from heatleaf.analysis.heatmap.given import texts_of
from heatleaf.figures.heatmap.tracks import Annotation, Side, TrackKind

if TYPE_CHECKING:
    import pandas as pd

Frames: TypeAlias = "Mapping[TrackKind | None, pd.DataFrame | pd.Series | None]"


def tracks_from(given: Frames, wanted: Sequence[str], kind: Kind, side: Side) -> tuple[Annotation, ...]:
    """Make a track of each column of the frames given, one entry for each wanted name.

    given : kind of track -> data frame or series indexed by sample or gene; None as kind tells numbers from levels
    by the type of the column.

    Raises
    ------
    UserError
        sheet_lacks: a name that a frame lacks. sample_duplicate, gene_duplicate.
    """
    tracks = []
    for track_kind, frame in given.items():
        if frame is None:
            continue
        table = _as_frame(frame, kind)
        names = [str(name) for name in table.index]
        rows = table.iloc[positions_by_name(wanted, names, kind, where=f"the annotation of {kind}s")]
        tracks += [_track(str(name), rows[name], track_kind, side) for name in table.columns]
    return tuple(tracks)


def _as_frame(given: pd.DataFrame | pd.Series, kind: Kind) -> pd.DataFrame:
    import pandas as pd

    return given.to_frame(str(given.name or kind)) if isinstance(given, pd.Series) else given


def _track(name: str, values: pd.Series, kind: TrackKind | None, side: Side) -> Annotation:
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    is_number = is_numeric_dtype(values) and not is_bool_dtype(values)
    chosen: TrackKind = kind or ("numbers" if is_number else "levels")
    if chosen in ("levels", "text"):
        return Annotation(name, texts_of(values), chosen, side)
    if not is_number:
        return Annotation(name, texts_of(values), chosen, side)  # refused with its name where the track is made
    return Annotation(name, values.to_numpy(dtype=np.float64, na_value=np.nan), chosen, side)
