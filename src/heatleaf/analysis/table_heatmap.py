"""One heatmap of any expression table: the values are recognised, brought to a log scale, scaled per gene, drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heatleaf.analysis.choices import require_choices, require_two_samples
from heatleaf.analysis.clustering import cluster_genes, split_columns
from heatleaf.analysis.settings import Settings
from heatleaf.analysis.study import annotation_columns
from heatleaf.errors import UserError
from heatleaf.figures.heatmap.spec import HeatmapLook, HeatmapSpec, RowFacts, build_heatmap_spec
from heatleaf.interpret.captions import describe_clustering
from heatleaf.interpret.words import count_of, verb
from heatleaf.io import read_gene_list, write_bytes
from heatleaf.model import ExpressionTable, Message, SampleSheet, ValueKind, note, warning
from heatleaf.resources.gene_identity import gene_symbols, identify_genes
from heatleaf.stats import most_variable, size_factors, vst, z_scores
from heatleaf.stats.design import closest_name

if TYPE_CHECKING:
    from heatleaf.figures.save import ImageFormat

FloatArray = NDArray[np.float64]
_MIN_GENES_FOR_VST = 100  # below, a dispersion trend cannot be seen


@dataclass(frozen=True)
class HeatmapOptions:
    """What a single heatmap shows. genes : a file of gene names, or "top:N". clusters : 0 chooses."""

    genes: str = "top:500"
    split_columns: str = ""
    clusters: int = 0
    palette: str = Settings.palette
    metric: str = Settings.metric
    linkage_method: str = Settings.linkage_method
    max_memory: int = Settings.max_memory
    title: str = ""


class Heatmap:
    """A clustered heatmap of a matrix of genes x samples.

    Parameters
    ----------
    matrix : data frame of genes x samples, or float64 array of shape (n_genes, n_samples)
        Values on a log scale, or z-scores; each gene is scaled to mean 0 and standard deviation 1.
    samples : data frame indexed by sample, optional
    split_columns : str
        Column of `samples` that groups the columns of the figure.
    clusters : int
        Blocks of genes; 0 chooses by mean silhouette width.

    Raises
    ------
    UserError
        no_genes, gene_constant, sheet_lacks, option.

    Examples
    --------
    >>> import numpy as np
    >>> heatmap = Heatmap(np.random.default_rng(1).normal(size=(20, 6)), clusters=2)
    >>> heatmap.spec.n_genes
    20
    """

    def __init__(
        self,
        matrix: pd.DataFrame | FloatArray,
        samples: pd.DataFrame | None = None,
        *,
        split_columns: str = "",
        clusters: int = 0,
        palette: str = "red-white-blue",
        title: str = "",
    ) -> None:
        frame = matrix if isinstance(matrix, pd.DataFrame) else pd.DataFrame(np.asarray(matrix, dtype=float))
        table = ExpressionTable(
            tuple(str(name) for name in frame.index),
            tuple(str(name) for name in frame.columns),
            frame.to_numpy(dtype=np.float64),
            ValueKind.LOG,
        )
        sheet = None
        if samples is not None:
            from heatleaf.analysis.run import sheet_of

            sheet = sheet_of(samples, table.sample_ids)
        options = HeatmapOptions(
            genes=f"top:{len(frame)}", split_columns=split_columns, clusters=clusters, palette=palette, title=title
        )
        drawn = heatmap_of_table(table, sheet, options)
        self.spec: HeatmapSpec = drawn.spec
        self.messages: tuple[Message, ...] = drawn.messages

    @classmethod
    def of_spec(cls, spec: HeatmapSpec, messages: tuple[Message, ...] = ()) -> Heatmap:
        """Make a heatmap of a finished spec."""
        heatmap = cls.__new__(cls)
        heatmap.spec, heatmap.messages = spec, messages
        return heatmap

    def save(self, path: str | Path) -> None:
        """Write the figure; the format follows the ending .pdf, .svg or .png."""
        write_bytes(Path(path), self.render(image_format_of(Path(path))))

    def render(self, image_format: ImageFormat) -> bytes:
        """Return the figure as bytes of a PDF, SVG or PNG file."""
        from heatleaf.figures.heatmap.draw import draw_heatmap
        from heatleaf.figures.save import render
        from heatleaf.figures.theme import drawing

        with drawing():
            return render(draw_heatmap(self.spec), image_format, title=self.spec.title)

    def _repr_png_(self) -> bytes:
        return self.render("png")


def image_format_of(path: Path) -> ImageFormat:
    """Return the format that the ending of a file names.

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
    fix = f"name the file .{', .'.join(IMAGE_FORMATS)}"
    raise UserError("option", what, where=str(path), fix=fix)


def heatmap_of_table(table: ExpressionTable, samples: SampleSheet | None, options: HeatmapOptions) -> Heatmap:
    """Make the heatmap that fits the values of a table.

    Raises
    ------
    UserError
        no_genes: none of the genes asked for is there, or none varies. option: a column or number that cannot be used.
    """
    require_choices(options.palette, options.linkage_method, options.metric)
    if samples is not None:
        position = {name: i for i, name in enumerate(table.sample_ids)}
        keep = [position[name] for name in samples.sample_ids]
        values, sample_ids = table.values[:, keep], samples.sample_ids
    else:
        values, sample_ids = table.values, table.sample_ids
    require_two_samples(sample_ids)
    table = _with_symbols(table)
    scaled, label, messages = _to_log_scale(values, table.value_kind)
    rows, said = _choose_rows(scaled, table, options.genes)
    messages += said
    shown = scaled[rows]
    z = shown if table.value_kind is ValueKind.Z_SCORES else z_scores(shown)
    gene_ids = tuple(table.gene_ids[i] for i in rows)
    how = (options.linkage_method, options.metric)
    tree = cluster_genes(z, gene_ids, how, options.clusters, max_memory=options.max_memory)
    groups, levels = _groups(samples, options.split_columns, len(sample_ids))
    spec = build_heatmap_spec(
        z,
        (gene_ids, [table.gene_symbols[i] or table.gene_ids[i] for i in rows], sample_ids),
        tree.rows,
        split_columns(z, groups, levels, options.split_columns),
        facts=RowFacts(mean_log2=None if table.value_kind is ValueKind.Z_SCORES else shown.mean(axis=1)),
        look=HeatmapLook(
            title=options.title or f"Heatmap of {len(rows):,} of {count_of(len(table.gene_ids), 'gene')}",
            value_label="z-score" if table.value_kind is ValueKind.Z_SCORES else f"row z-score ({label})",
            palette=options.palette,
            annotations=annotation_columns(samples, options.split_columns) if samples is not None else (),
            footnotes=(f"Genes: {describe_clustering(options.metric, options.linkage_method)}.",),
        ),
    )
    return Heatmap.of_spec(spec, (*table.messages, *messages))


def _to_log_scale(values: FloatArray, kind: ValueKind) -> tuple[FloatArray, str, list[Message]]:
    """Transform values by what they are, and say so (B30)."""
    if kind in (ValueKind.LOG, ValueKind.Z_SCORES):
        words = "on a log scale" if kind is ValueKind.LOG else str(kind)
        return (
            values,
            "log scale",
            [note("value_kind", f"the values are {words}: drawn without further transformation")],
        )
    if kind in (ValueKind.TPM, ValueKind.NORMALISED):
        return np.log2(values + 1), "log2(x + 1)", [note("value_kind", f"the values are {kind}: log2(x + 1) was taken")]
    counts = np.round(values).astype(np.int64)
    if len(counts) < _MIN_GENES_FOR_VST:
        logs = np.log2(counts / size_factors(counts) + 1)
        what = f"the values are {kind} of few genes: normalised, then log2(x + 1) was taken"
        return logs, "log2(x + 1)", [note("value_kind", what)]
    what = f"the values are {kind}: normalised and variance-stabilised (VST)"
    return vst(counts), "VST", [note("value_kind", what)]


def _choose_rows(values: FloatArray, table: ExpressionTable, wanted: str) -> tuple[NDArray[np.intp], list[Message]]:
    complete = np.asarray(np.isfinite(values).all(axis=1), dtype=bool)
    varies = np.ptp(np.where(complete[:, None], values, 0.0), axis=1) > 0
    usable: NDArray[np.bool_] = np.logical_and(complete, varies)
    top = wanted.removeprefix("top:")
    if wanted.startswith("top:"):
        if not top.isdigit() or int(top) < 1:
            raise UserError("option", f"'{wanted}' is not top:N", where="--genes", fix="write top:500, or name a file")
        rows = np.flatnonzero(usable)
        chosen = rows[most_variable(values[rows], min(int(top), len(rows)))] if len(rows) else rows
        messages = _left_out(~usable, table, complete)
    else:
        chosen, messages = _named_rows(read_gene_list(Path(wanted)), table, usable)
    if not len(chosen):
        raise UserError("no_genes", "no gene is left to draw: none varies between the samples", where=table.format_name)
    return chosen, messages


def _left_out(gone: NDArray[np.bool_], table: ExpressionTable, complete: NDArray[np.bool_]) -> list[Message]:
    missing, constant = np.flatnonzero(~complete), np.flatnonzero(gone & complete)
    messages = []
    if len(missing):
        are = verb(len(missing), "has missing values and is", "have missing values and are")
        what = f"{count_of(len(missing), 'gene')} {are} not drawn (first: {table.gene_ids[missing[0]]})"
        messages.append(warning("not_shown", what))
    if len(constant):
        are = verb(len(constant), "does not vary and is", "do not vary and are")
        what = f"{count_of(len(constant), 'gene')} {are} not drawn (first: {table.gene_ids[constant[0]]})"
        messages.append(note("gene_constant", what))
    return messages


def _named_rows(
    names: Sequence[str], table: ExpressionTable, usable: NDArray[np.bool_]
) -> tuple[NDArray[np.intp], list[Message]]:
    position = {symbol: i for i, symbol in enumerate(table.gene_symbols) if symbol}
    position |= {gene_id: i for i, gene_id in enumerate(table.gene_ids)}
    unknown = [name for name in names if name not in position]
    alike = _differing_by_case(unknown, position)
    if len(unknown) == len(names):
        raise UserError(
            "no_genes",
            f"none of the {count_of(len(names), 'gene')} is in the table (first: {names[0]})",
            where="--genes",
            fix=alike or f"name genes as the table does, such as {table.gene_ids[0]}",
        )
    rows = np.array(list(dict.fromkeys(position[name] for name in names if name in position)), dtype=np.intp)
    messages = []
    if unknown:
        are = verb(len(unknown), "is", "are")
        what = f"{len(unknown):,} of {len(names):,} genes {are} not in the table (first: {', '.join(unknown[:5])})"
        messages.append(warning("not_shown", what, fix=alike))
    flat = rows[~usable[rows]]
    if len(flat):
        names_shown = f"{count_of(len(flat), 'gene')} without variation or with missing values"
        what = f"{names_shown} not drawn (first: {table.gene_ids[flat[0]]})"
        messages.append(warning("not_shown", what))
    return rows[usable[rows]], messages


def _differing_by_case(unknown: Sequence[str], position: Mapping[str, int]) -> str:
    """Name the first genes that the table has in other upper and lower case, "" where there are none."""
    if not unknown:
        return ""
    folded = {name.casefold(): name for name in position}
    pairs = [(name, folded[name.casefold()]) for name in unknown if name.casefold() in folded]
    if not pairs:
        return ""
    shown = ", ".join(f"{known} for {name}" for name, known in pairs[:5])
    return f"mind upper and lower case; did you mean {shown}?"


def _groups(samples: SampleSheet | None, column: str, n_samples: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if not column:
        return ("",) * n_samples, ("",)
    if samples is None or column not in samples.columns:
        known = ", ".join(samples.columns) if samples else "there is no sample sheet"
        fix = closest_name(column, tuple(samples.columns)) if samples else "give a sample sheet after the table"
        what = f"'{column}' is not a column of the sample sheet ({known})"
        raise UserError("design_column", what, where="--split-columns", fix=fix)
    values = samples.columns[column]
    return values, tuple(dict.fromkeys(values))


def _with_symbols(table: ExpressionTable) -> ExpressionTable:
    """Name the genes of a table that brings no symbols, as `prepare_study` does."""
    if any(table.gene_symbols):
        return table
    return replace(table, gene_symbols=gene_symbols(table.gene_ids, identify_genes(table.gene_ids)))
