"""The sample sheet: one row per sample, columns as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from heatleaf.model.counts import SourceFile
from heatleaf.model.message import Message

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class SampleSheet:
    """What is known of the samples, in the order of the count table it was matched to.

    columns : column name -> one text value per sample ("" where empty), without the column of sample names.
    origin : "sheet" when a user gave it, "names" when groups were read from the sample names.
    source : path as given, source_file : the bytes that were read; "" and None where there is no file.
    """

    sample_ids: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]
    origin: str = "sheet"
    source: str = ""
    messages: tuple[Message, ...] = field(default=())
    source_file: SourceFile | None = None

    def __post_init__(self) -> None:
        for name, values in self.columns.items():
            if len(values) != len(self.sample_ids):
                raise ValueError(f"column {name!r} does not have one value per sample")

    def __repr__(self) -> str:
        return f"<SampleSheet: {len(self.sample_ids):,} samples, columns {', '.join(self.columns)}>"

    @property
    def file_name(self) -> str:
        """The name that messages show: the file without its folders, "" where there is none."""
        return PurePath(self.source).name

    def numbers(self, column: str) -> tuple[float, ...] | None:
        """Return a column as numbers, or None if any value is not a finite number; 1_2 is a name, not twelve."""
        try:
            values = tuple(float(text) for text in self.columns[column] if "_" not in text)
        except ValueError:
            return None
        if len(values) < len(self.sample_ids):
            return None
        return values if all(abs(value) < float("inf") for value in values) else None

    @property
    def frame(self) -> pd.DataFrame:
        """The sheet as a data frame of text, indexed by sample."""
        import pandas as pd

        return pd.DataFrame(dict(self.columns), index=list(self.sample_ids), dtype=object)

    def take_samples(self, sample_ids: Sequence[str]) -> SampleSheet:
        """Return the sheet with these samples, in this order."""
        position = {name: i for i, name in enumerate(self.sample_ids)}
        rows = [position[name] for name in sample_ids]
        columns = {name: tuple(values[i] for i in rows) for name, values in self.columns.items()}
        return replace(self, sample_ids=tuple(sample_ids), columns=columns)
