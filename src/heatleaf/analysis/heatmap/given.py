"""What a user gives to a step of the heatmap builder, checked: groups by name, numbers, samples, names of files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from heatleaf.analysis.choices import ORDERS, require_choices, require_one_of
from heatleaf.analysis.heatmap.by_name import Kind, positions_by_name
from heatleaf.analysis.heatmap.request import AUTO, Arrangement, RowSplit
from heatleaf.errors import UserError
from heatleaf.model import ExpressionTable, SampleSheet
from heatleaf.stats.design import closest_name

if TYPE_CHECKING:
    import pandas as pd

    from heatleaf.figures.save import ImageFormat


def sheet_of(samples: pd.DataFrame | SampleSheet, sample_ids: tuple[str, ...]) -> SampleSheet:
    """Match a data frame of samples to the samples of a matrix by the names of its index."""
    if isinstance(samples, SampleSheet):
        return samples.take_samples(
            [
                samples.sample_ids[i]
                for i in positions_by_name(sample_ids, samples.sample_ids, "sample", where="the sample sheet")
            ]
        )
    rows = samples.iloc[positions_by_name(sample_ids, names_of(samples), "sample", where="the data frame of samples")]
    return SampleSheet(sample_ids, {str(name): texts_of(rows[name]) for name in rows.columns})


def names_of(samples: pd.DataFrame | SampleSheet) -> tuple[str, ...]:
    """Return the sample names of a sheet."""
    if isinstance(samples, SampleSheet):
        return samples.sample_ids
    return tuple(str(name) for name in samples.index)


def texts_of(values: pd.Series) -> tuple[str, ...]:
    """Return values as text, "" where missing."""
    return tuple("" if is_missing else str(value) for value, is_missing in zip(values, values.isna(), strict=True))


def groups_by_name(given: Any, wanted: Sequence[str], kind: Kind, *, where: str) -> Mapping[str, str]:
    """Return the group of each wanted name: of a Series or mapping by name, of a plain sequence by position.

    Raises
    ------
    UserError
        sheet_lacks: a name without a group. option: a sequence of another length.
    """
    if isinstance(given, Mapping):
        names, groups = [str(name) for name in given], [str(group) for group in given.values()]
    elif hasattr(given, "index") and hasattr(given, "to_numpy"):
        names, groups = [str(name) for name in given.index], list(texts_of(given))
    else:
        groups = [str(group) for group in given]
        if len(groups) != len(wanted):
            what = f"{len(groups):,} groups were given for {len(wanted):,} {kind}s"
            raise UserError("option", what, where=where, fix=f"give one for each {kind}, or a Series indexed by {kind}")
        names = list(wanted)
    positions = positions_by_name(wanted, names, kind, where=where)
    return {name: groups[i] for name, i in zip(wanted, positions, strict=True)}


def row_split_of(
    given: Any, gene_ids: Sequence[str], *, height: float | None, kmeans: int | None, fuzzy: int | None
) -> RowSplit:
    """Return how genes are put into blocks, of what `Heatmap.split_rows` was given.

    Raises
    ------
    UserError
        option: a word that is none, a number below 1. sheet_lacks: as `groups_by_name`.
    """
    if kmeans is not None:
        return RowSplit("kmeans", positive(kmeans, "kmeans"))
    if fuzzy is not None:
        return RowSplit("fuzzy", positive(fuzzy, "fuzzy"))
    if height is not None:
        return RowSplit("height", height=float(height))
    if given is None:
        return RowSplit("none")
    if isinstance(given, str):
        if given != AUTO:
            raise UserError("option", f"'{given}' is no way to split rows", fix="give a number, 'auto' or groups")
        return RowSplit()
    if isinstance(given, int | np.integer):
        return RowSplit("number", positive(given, "split_rows"))
    return RowSplit("groups", groups=groups_by_name(given, gene_ids, "gene", where="split_rows"))


def marks_of(genes: str | int | Sequence[str], table: ExpressionTable) -> str | int | tuple[str, ...]:
    """Return which names are written where not all fit: "auto", a number, or genes of the table.

    Raises
    ------
    UserError
        no_genes: a gene that is not in the table. option: a number below 1.
    """
    if isinstance(genes, int | np.integer):
        return positive(genes, "mark_genes")
    if genes == AUTO:
        return AUTO
    asked = (genes,) if isinstance(genes, str) else tuple(genes)
    known = {*table.gene_ids, *table.gene_symbols}
    for gene in asked:
        if gene not in known:
            near = closest_name(gene, tuple(sorted(known - {""})))
            raise UserError("no_genes", f"'{gene}' is not in the matrix", where="mark_genes", fix=near)
    return asked


def require_columns(sheet: SampleSheet | None, names: Sequence[str], where: str) -> SampleSheet:
    """Return the sheet, if it has these columns.

    Raises
    ------
    UserError
        design_column, with the closest column.
    """
    columns = tuple(sheet.columns) if sheet else ()
    for name in names:
        if name not in columns:
            known = ", ".join(columns) or "there is no sample sheet"
            fix = closest_name(name, columns) or "give a data frame of samples after the matrix"
            what = f"'{name}' is not a column of the sample sheet ({known})"
            raise UserError("design_column", what, where=where, fix=fix)
    return sheet or SampleSheet((), {})


def refuse_both_ways(has_both: bool) -> None:  # noqa: FBT001  # the answer to the question that its name asks
    """Refuse heatmaps that stand both beside and below others (code "option")."""
    if has_both:
        what = "heatmaps stand beside each other or below each other, not both"
        raise UserError("option", what, fix="save them as two figures")


def positive(number: Any, where: str) -> int:
    """Return a whole number of at least 1."""
    if number != int(number) or number < 1:
        raise UserError("option", f"{number} is not a whole number of 1 or more", where=where)
    return int(number)


def breaks_of(given: Sequence[float] | str | None) -> tuple[float, ...] | str | None:
    """Return the breaks of colours as given: "even", "quantile", numbers, or None.

    Raises
    ------
    UserError
        option: another word.
    """
    if isinstance(given, str):
        require_one_of("breaks", given, ("even", "quantile"))
        return given
    return None if given is None else tuple(float(value) for value in given)


def arranged(
    now: Arrangement,
    *,
    is_clustered: bool,
    method: str | None = None,
    metric: str | None = None,
    order: str | None = None,
) -> Arrangement:
    """Change what is given of an arrangement.

    Raises
    ------
    UserError
        option: a linkage, distance or order that is not known.
    """
    changed = replace(
        now,
        is_clustered=is_clustered,
        method=method or now.method,
        metric=metric or now.metric,
        order=order or now.order,
    )
    require_choices("red-white-blue", changed.method, changed.metric)
    require_one_of("order", changed.order, ORDERS)
    return changed


def heatmap_format_of(path: Path) -> ImageFormat | Literal["html"]:
    """Return the format that the ending of a file names: a figure, or a page that opens in a browser.

    Raises
    ------
    UserError
        option: none of .pdf, .svg, .png, .html.
    """
    return "html" if path.suffix.lower() == ".html" else image_format_of(path, further=("html",))


def image_format_of(path: Path, *, further: Sequence[str] = ()) -> ImageFormat:
    """Return the format that the ending of a file names; further : formats that a refusal names besides.

    Raises
    ------
    UserError
        option: none of .pdf, .svg, .png.
    """
    from heatleaf.figures.save import IMAGE_FORMATS

    for image_format in IMAGE_FORMATS:
        if path.suffix.lower() == f".{image_format}":
            return image_format
    ending = path.suffix.lower().lstrip(".")
    what = f"'{ending}' is not a format of figures" if ending else "the name has no ending that tells the format"
    fix = f"name the file .{', .'.join((*IMAGE_FORMATS, *further))}"
    raise UserError("option", what, where=str(path), fix=fix)
