"""Checks of counts before any number is made of them, and of what the sheet says beyond the design."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from heatleaf.errors import UserError
from heatleaf.model import CountTable, Design, Factor, Message, SampleSheet, note, warning
from heatleaf.stats.design import is_missing
from heatleaf.stats.estimability import determines, same_information

MAX_LIBRARY_RATIO = 50  # requirement B54
FEW_GENES = 100  # requirement B58
SHOWN = 5


def check_counts(table: CountTable, *, for_test: bool = True) -> tuple[Message, ...]:
    """Check that size factors, and where asked a test, can be made of these counts.

    Parameters
    ----------
    table : CountTable
    for_test : bool
        Whether a differential test will follow; one sample is refused then, and noted otherwise.

    Returns
    -------
    tuple of Message
        Warnings: library_size, sample_identical, few_genes. Notes: size_factors_positive, one_sample.

    Raises
    ------
    UserError
        few_genes (one gene), counts_zero, sample_zero, one_sample, sample_identical (all), gene_constant.

    Notes
    -----
    Time and memory grow with the number of counts; no count is changed.
    """
    source = table.sources[0].name if len(table.sources) == 1 else ""
    messages = _check_size(table, source, for_test=for_test)
    lib_size = table.counts.sum(axis=0, dtype=np.float64)
    _refuse_zero(table, lib_size, source)
    messages += _check_lib_size(table, lib_size)
    if table.n_samples > 1:
        messages += _check_copies(table, source)
        _refuse_constant(table, lib_size, source)
        messages += _check_zero_genes(table)
    return tuple(messages)


def check_confounding(sheet: SampleSheet, design: Design) -> tuple[Message, ...]:
    """Warn of columns that are not in the design and separate the samples just as a factor of the design does.

    Columns with one value, with a value per sample or with empty cells are passed over.
    """
    messages = []
    for name, values in sheet.columns.items():
        levels = tuple(dict.fromkeys(values))
        is_used = name in design.factors or name in design.covariates
        if is_used or not 1 < len(levels) < len(values) or any(map(is_missing, levels)):
            continue
        other = Factor(name, levels, values)
        for factor in design.factors.values():
            if determines(factor, other) and determines(other, factor):
                what = f"{same_information(factor, other)} ({name} is not in the design)"
                fix = f"nothing, if {name} only describes {factor.name}; else a difference may come from either"
                messages.append(warning("not_full_rank", what, where=sheet.file_name, fix=fix))
    return tuple(messages)


def _check_size(table: CountTable, source: str, *, for_test: bool) -> list[Message]:
    """Check the numbers of genes and samples (B58, B59)."""
    messages = []
    if table.n_genes <= 1:
        plural = "gene" if table.n_genes == 1 else "genes"
        what = f"{table.n_genes} {plural}: size factors need at least 2 (and sensibly > 1,000) genes"
        raise UserError("few_genes", what, where=source, fix="give the table of all genes")
    if table.n_genes < FEW_GENES:
        what = f"{table.n_genes} genes: size factors and dispersions are uncertain below {FEW_GENES} genes"
        messages.append(warning("few_genes", what, where=source, fix="give the table of all genes"))
    if table.n_samples == 1 and for_test:
        what = f"one sample ({table.sample_ids[0]}): nothing to compare"
        raise UserError("one_sample", what, where=source, fix="give a table of at least two samples per group")
    if table.n_samples == 1:
        messages.append(note("one_sample", f"one sample ({table.sample_ids[0]}): figures without a test", where=source))
    return messages


def _refuse_zero(table: CountTable, lib_size: NDArray[np.float64], source: str) -> None:
    """Refuse a table or samples without a single read (B52, B53)."""
    if not lib_size.any():
        fix = "check strandedness and annotation of the counting step"
        raise UserError("counts_zero", "all counts are zero", where=source, fix=fix)
    empty = [name for name, size in zip(table.sample_ids, lib_size, strict=True) if size == 0]
    if len(empty) == 1:
        what, fix = f"sample {empty[0]} has no reads (sum 0)", "exclude it in the sample sheet"
        raise UserError("sample_zero", what, where=source, fix=fix)
    if empty:
        what = f"{len(empty)} samples have no reads (sum 0): {_listed(empty)}"
        raise UserError("sample_zero", what, where=source, fix="exclude them in the sample sheet")


def _check_lib_size(table: CountTable, lib_size: NDArray[np.float64]) -> list[Message]:
    """Warn of library sizes that differ more than 50-fold (B54)."""
    low, high = int(np.argmin(lib_size)), int(np.argmax(lib_size))
    if lib_size[high] <= MAX_LIBRARY_RATIO * lib_size[low]:
        return []
    what = (
        f"library size from {_reads(lib_size[low])} ({table.sample_ids[low]}) "
        f"to {_reads(lib_size[high])} ({table.sample_ids[high]})"
    )
    return [warning("library_size", what, fix="consider to leave the small sample out")]


def _reads(number: float) -> str:
    """Return 12,003, or 31 M from ten million on."""
    return f"{number / 1e6:,.0f} M" if number >= 1e7 else f"{number:,.0f}"


def _check_copies(table: CountTable, source: str) -> list[Message]:
    """Refuse samples that are all identical, warn where some are (B55)."""
    groups: dict[bytes, list[str]] = {}
    for name, column in zip(table.sample_ids, table.counts.T, strict=True):
        digest = hashlib.blake2b(np.ascontiguousarray(column).data).digest()
        groups.setdefault(digest, []).append(name)
    if len(groups) == 1:
        what = f"all {table.n_samples} samples have identical counts"
        raise UserError("sample_identical", what, where=source, fix="check the step that joined the samples")
    copies = [names for names in groups.values() if len(names) > 1]
    return [
        warning("sample_identical", f"{_joined(names)} are identical: was one file copied?", where=source)
        for names in copies
    ]


def _refuse_constant(table: CountTable, lib_size: NDArray[np.float64], source: str) -> None:
    """Refuse a table in which no gene's share of the reads varies (B56)."""
    first = table.counts[:, 0]
    for i_sample in range(1, table.n_samples):
        # products of counts and library sizes may be rounded beyond 2^53; a rounding error is no variation
        expected = first * lib_size[i_sample]
        if not np.allclose(table.counts[:, i_sample] * lib_size[0], expected, rtol=1e-12, atol=0.0):
            return
    what = "no gene varies between samples; they differ in library size only"
    raise UserError("gene_constant", what, where=source, fix="check the step that joined the samples")


def _check_zero_genes(table: CountTable) -> list[Message]:
    """Note that the median of ratios has no gene without a zero (B57)."""
    if table.counts.all(axis=1).any():
        return []
    what = "every gene has a zero in some sample: size factors by the positive-counts method"
    return [note("size_factors_positive", what)]


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def _joined(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"
