"""Tables of genes and samples: any expression values, and counts that may be tested."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePath
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from heatleaf.errors import UserError
from heatleaf.model.message import Message

if TYPE_CHECKING:
    import pandas as pd

MAX_EXACT = 2**53  # largest whole number up to which every whole number is a float64


class ValueKind(StrEnum):
    """What the values of a table are, as recognised from the values themselves."""

    COUNTS = "counts"
    ESTIMATED_COUNTS = "estimated counts"
    TPM = "TPM"
    NORMALISED = "normalised"
    LOG = "log scale"
    Z_SCORES = "z-scores"


@dataclass(frozen=True)
class SourceFile:
    """A file that was read: its path as given, the SHA-256 of its bytes as stored, its size in bytes."""

    path: str
    sha256: str
    size: int

    @property
    def name(self) -> str:
        """The name that messages show: the file without its folders."""
        return PurePath(self.path).name


@dataclass(frozen=True, eq=False)
class ExpressionTable:
    """Expression values, genes x samples, of any kind.

    gene_ids, sample_ids : unique names; gene_symbols : one per gene, "" where unknown.
    values : float64 array of shape (n_genes, n_samples); NaN where a cell is missing.
    summary_rows : rows such as HTSeq's `__no_feature`, one value per sample, kept out of the genes.
    format_name : the format that was recognised, in words ("featureCounts table").
    line_numbers : the 1-based file line of each gene, () where genes are not lines of one file.
    """

    gene_ids: tuple[str, ...]
    sample_ids: tuple[str, ...]
    values: NDArray[np.float64]
    value_kind: ValueKind
    gene_symbols: tuple[str, ...] = ()
    summary_rows: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    format_name: str = ""
    sources: tuple[SourceFile, ...] = ()
    messages: tuple[Message, ...] = ()
    line_numbers: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.values.shape != (len(self.gene_ids), len(self.sample_ids)):
            raise ValueError("values do not have the shape (n_genes, n_samples)")
        if not self.gene_symbols:
            object.__setattr__(self, "gene_symbols", ("",) * len(self.gene_ids))

    def __repr__(self) -> str:
        return f"<ExpressionTable: {len(self.gene_ids):,} genes x {len(self.sample_ids):,} samples, {self.value_kind}>"


@dataclass(frozen=True, eq=False)
class CountTable:
    """Raw counts, genes x samples: whole, complete, not negative, exact; names unique.

    counts : int64 array of shape (n_genes, n_samples). gene_symbols : one per gene, "" where unknown.
    """

    gene_ids: tuple[str, ...]
    sample_ids: tuple[str, ...]
    counts: NDArray[np.int64]
    gene_symbols: tuple[str, ...] = ()
    summary_rows: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    format_name: str = ""
    sources: tuple[SourceFile, ...] = ()
    messages: tuple[Message, ...] = ()

    def __post_init__(self) -> None:
        if self.counts.shape != (len(self.gene_ids), len(self.sample_ids)):
            raise ValueError("counts do not have the shape (n_genes, n_samples)")
        if self.counts.dtype != np.int64:
            raise ValueError("counts are not int64")
        if not self.gene_symbols:
            object.__setattr__(self, "gene_symbols", ("",) * len(self.gene_ids))

    def __repr__(self) -> str:
        return f"<CountTable: {self.n_genes:,} genes x {self.n_samples:,} samples>"

    @property
    def n_genes(self) -> int:
        """Number of genes."""
        return len(self.gene_ids)

    @property
    def n_samples(self) -> int:
        """Number of samples."""
        return len(self.sample_ids)

    @property
    def frame(self) -> pd.DataFrame:
        """The counts as a data frame, genes x samples."""
        import pandas as pd

        return pd.DataFrame(self.counts, index=list(self.gene_ids), columns=list(self.sample_ids))

    @classmethod
    def from_frame(cls, frame: pd.DataFrame) -> CountTable:
        """Check a data frame of genes x samples and take it as counts.

        Raises
        ------
        UserError
            gene_duplicate, sample_duplicate, value_text, value_missing, value_negative, value_fraction, value_large.
        """
        gene_ids = tuple(str(name) for name in frame.index)
        sample_ids = tuple(str(name) for name in frame.columns)
        require_unique(gene_ids, "gene_duplicate", "gene")
        require_unique(sample_ids, "sample_duplicate", "sample")
        try:
            values = frame.to_numpy(dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise UserError("value_text", f"the data frame holds values that are not numbers ({error})") from None
        return cls(gene_ids, sample_ids, whole_counts(values, gene_ids, sample_ids))

    def take_samples(self, sample_ids: Sequence[str]) -> CountTable:
        """Return the table with these samples, in this order."""
        position = {name: i for i, name in enumerate(self.sample_ids)}
        columns = [position[name] for name in sample_ids]
        summaries = {row: tuple(values[i] for i in columns) for row, values in self.summary_rows.items()}
        return CountTable(
            self.gene_ids,
            tuple(sample_ids),
            np.ascontiguousarray(self.counts[:, columns]),
            self.gene_symbols,
            summaries,
            self.format_name,
            self.sources,
            self.messages,
        )


def require_unique(names: Sequence[str], code: str, kind: str) -> None:
    """Refuse names that occur more than once, naming the first of them and how many there are."""
    if len(set(names)) == len(names):
        return
    seen: set[str] = set()
    repeated = {name: None for name in names if name in seen or seen.add(name)}  # type: ignore[func-returns-value]
    first = next(iter(repeated))
    raise UserError(
        code,
        f"{len(repeated):,} {kind} name{'s occur' if len(repeated) > 1 else ' occurs'} more than once "
        f"(first: '{first}', {list(names).count(first)} times)",
        fix="give each its own name",
    )


def whole_counts(values: NDArray[np.float64], gene_ids: Sequence[str], sample_ids: Sequence[str]) -> NDArray[np.int64]:
    """Check that values are complete, whole, exact and not negative, and return them as int64.

    values : float64 array of shape (n_genes, n_samples).

    Raises
    ------
    UserError
        value_missing, value_negative, value_fraction, value_large, each with the first cell and how many there are.
    """

    def refuse(bad: NDArray[np.bool_], code: str, what: str, fix: str) -> None:
        if not bad.any():
            return
        i_gene, i_sample = divmod(int(np.argmax(bad)), bad.shape[1])
        value = values[i_gene, i_sample]
        first = f"first: gene {gene_ids[i_gene]}, sample {sample_ids[i_sample]}, value {value:.10g}"
        raise UserError(code, f"{int(bad.sum()):,} of {bad.size:,} values {what} ({first})", fix=fix)

    refuse(
        ~np.isfinite(values), "value_missing", "are missing or infinite", "counts must be complete; 0 means no reads"
    )
    refuse(values < 0, "value_negative", "are negative", "counts cannot be negative; give the raw counts")
    refuse(values > MAX_EXACT, "value_large", "exceed 2^53 and cannot be represented exactly", "give the raw counts")
    refuse(values != np.floor(values), "value_fraction", "are fractional", "give the raw counts")
    return values.astype(np.int64)
