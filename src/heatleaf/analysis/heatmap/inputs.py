"""What a user hands to a heatmap becomes one expression table: recognised, turned the right way, and said."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from heatleaf.errors import UserError
from heatleaf.io.value_kind import describe_values, recognise_values
from heatleaf.model import CountTable, ExpressionTable, Message, ValueKind, note, warning
from heatleaf.model.counts import require_unique
from heatleaf.resources.gene_identity import gene_symbols, identify_genes

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
_GENE_LIKE = 0.5  # share of names that a built-in gene table knows
_MIN_GENES = 10  # a few short names ("a", "ct") are symbols of some organism by chance


def table_of(matrix: Any, sample_names: Sequence[str] = ()) -> ExpressionTable:
    """Take a matrix of genes x samples, whatever holds it.

    Parameters
    ----------
    matrix : data frame or array of shape (n_genes, n_samples), CountTable, ExpressionTable, or AnnData
        AnnData has samples in rows and is turned. NaN is a missing cell.
    sample_names : names of the sample sheet, which tell a table with samples in rows; () where there is none.

    Returns
    -------
    ExpressionTable
        Its messages say what the values are and whether the table was turned.

    Raises
    ------
    UserError
        table_header_only: no gene or no sample. gene_duplicate, sample_duplicate. value_text: a cell that is not a
        number. matrix_not_finite: an infinite value.
    """
    if isinstance(matrix, ExpressionTable):
        return _with_symbols(matrix)
    if isinstance(matrix, CountTable):
        return _with_symbols(_table_of_counts(matrix))
    frame = _frame_of(matrix)
    frame, messages = _upright(frame, sample_names)
    gene_ids, sample_ids = tuple(str(name) for name in frame.index), tuple(str(name) for name in frame.columns)
    if not gene_ids or not sample_ids:
        raise UserError("table_header_only", f"the matrix has {len(gene_ids):,} genes and {len(sample_ids):,} samples")
    require_unique(gene_ids, "gene_duplicate", "gene")
    require_unique(sample_ids, "sample_duplicate", "sample")
    values = _numbers(frame)
    kind = recognise_values(values, is_estimate=False)
    messages.append(note("value_kind", describe_values(kind, values)))
    return _with_symbols(ExpressionTable(gene_ids, sample_ids, values, kind, messages=tuple(messages)))


def fingerprint(table: ExpressionTable) -> dict[str, object]:
    """Return the hashes of the files that a table came from, and of its names and values."""
    digest = hashlib.sha256("\n".join((*table.gene_ids, "", *table.sample_ids)).encode())
    digest.update(np.ascontiguousarray(table.values).tobytes())
    files = {source.name: source.sha256 for source in table.sources}
    return {"files": files, "values_sha256": digest.hexdigest()}


def _table_of_counts(counts: CountTable) -> ExpressionTable:
    return ExpressionTable(
        counts.gene_ids,
        counts.sample_ids,
        counts.counts.astype(np.float64),
        ValueKind.COUNTS,
        counts.gene_symbols,
        format_name=counts.format_name,
        sources=counts.sources,
        messages=counts.messages,
    )


def _frame_of(matrix: Any) -> pd.DataFrame:
    import pandas as pd

    if isinstance(matrix, pd.DataFrame):
        return matrix
    if (
        hasattr(matrix, "obs_names") and hasattr(matrix, "var_names") and hasattr(matrix, "X")
    ):  # AnnData: samples x genes
        values = matrix.X.toarray() if hasattr(matrix.X, "toarray") else np.asarray(matrix.X)
        return pd.DataFrame(values.T, index=list(matrix.var_names), columns=list(matrix.obs_names))
    values = np.asarray(matrix)
    if values.ndim != 2:
        raise UserError(
            "table_header_only", f"a matrix has genes in rows and samples in columns, not shape {values.shape}"
        )
    genes = [f"gene {i + 1}" for i in range(values.shape[0])]
    return pd.DataFrame(values, index=genes, columns=[f"sample {i + 1}" for i in range(values.shape[1])])


def _upright(frame: pd.DataFrame, sample_names: Sequence[str]) -> tuple[pd.DataFrame, list[Message]]:
    """Turn a table that has samples in rows, where the names leave no doubt (requirement B25)."""
    rows, columns = [str(name) for name in frame.index], [str(name) for name in frame.columns]
    if sample_names:
        known = set(sample_names)
        has_samples_in_rows = known.issuperset(rows) and not known.intersection(columns)
    else:
        has_samples_in_rows = len(columns) > max(len(rows), _MIN_GENES) and _are_genes(columns) and not _are_genes(rows)
    if not has_samples_in_rows:
        return frame, []
    what = f"the table has samples in rows ({', '.join(rows[:3])} ...): it was turned, genes are in rows now"
    return frame.T, [warning("transposed", what, fix="give it with genes in rows to silence this")]


def _are_genes(names: Sequence[str]) -> bool:
    return identify_genes(names).share_recognised > _GENE_LIKE


def _numbers(frame: pd.DataFrame) -> FloatArray:
    try:
        values: FloatArray = frame.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError):
        texts = [name for name in frame.columns if frame[name].dtype.kind not in "biuf"]
        what = f"column '{texts[0] if texts else frame.columns[0]}' holds values that are not numbers"
        fix = f"leave it out: matrix.drop(columns={texts[:3]!r}), or set_index() if it names the genes"
        raise UserError("value_text", what, fix=fix) from None
    if np.isinf(values).any():
        i_gene, i_sample = (int(i) for i in np.argwhere(np.isinf(values))[0])
        where = f"gene {frame.index[i_gene]}, sample {frame.columns[i_sample]}"
        fix = "log2(x + 1) keeps zeros finite; NaN marks a missing value"
        raise UserError("matrix_not_finite", "a value is infinite", where=where, fix=fix)
    return values


def _with_symbols(table: ExpressionTable) -> ExpressionTable:
    """Name the genes of a table that brings no symbols, as `prepare_study` does."""
    if any(table.gene_symbols):
        return table
    return replace(table, gene_symbols=gene_symbols(table.gene_ids, identify_genes(table.gene_ids)))
