"""Draw one heatmap of any expression table."""

from __future__ import annotations

import argparse
from argparse import SUPPRESS
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from heatleaf.cli.options import add_clustering, add_reading, positive_number, read_options, read_samples_for

if TYPE_CHECKING:
    from heatleaf.analysis.heatmap.builder import Heatmap

DEFAULT_GENES = "top:500"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("table", type=Path, help="counts, TPM, log values or z-scores: genes in rows")
    parser.add_argument("samples", type=Path, nargs="?", help="sample sheet")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        action="append",
        required=True,
        metavar="FILE",
        help=".pdf, .svg, .png, or .html to open in a browser; repeatable",
    )
    parser.add_argument(
        "--genes", default=DEFAULT_GENES, metavar="FILE|top:N|all", help=f"genes to show ({DEFAULT_GENES})"
    )
    parser.add_argument("--split-columns", metavar="COLUMN|K", help="column of the sheet, or clusters of samples")
    parser.add_argument("--annotate", metavar="COLUMN,...", help="columns of the sheet to draw above the samples")
    parser.add_argument("--title", help="title of the figure")
    parser.add_argument("--export", type=Path, metavar="FOLDER", help="also write matrix, clusters, CDT, GCT, Newick")
    add_rows(parser.add_argument_group("rows and columns"))
    add_look(parser.add_argument_group("look"))
    add_clustering(parser)
    add_reading(parser)


def add_rows(group: argparse._ArgumentGroup) -> None:
    """Add what decides the order of rows and columns."""
    parted = group.add_mutually_exclusive_group()
    parted.add_argument("--kmeans", type=positive_number, metavar="K", help="blocks of genes by k-means")
    parted.add_argument("--fuzzy", type=positive_number, metavar="K", help="soft blocks of genes by fuzzy c-means")
    group.add_argument("--order", metavar="NAME", help="order of the leaves: optimal, fast, tightest, score (optimal)")
    group.add_argument("--keep-row-order", action="store_true", help="genes as listed or by variance, not clustered")
    group.add_argument("--keep-column-order", action="store_true", help="samples as in the table, not clustered")
    group.add_argument("--mark", metavar="N|GENE,...|FILE", help="names to write where not all fit (30)")


def add_look(group: argparse._ArgumentGroup) -> None:
    """Add what changes the look alone."""
    group.add_argument(
        "--normalise", metavar="NAME", help="none, or quantile: all samples alike in distribution (none)"
    )
    group.add_argument("--scale", metavar="NAME", help="z-score, centre or none (z-score)")
    group.add_argument("--limit", type=float, metavar="X", help="value at the ends of the colours")
    group.add_argument(
        "--breaks", metavar="quantile|X,X,...", help="where the colours stand; --breaks=-3,-1,0,1,3 (even)"
    )
    group.add_argument("--fit", metavar="PAGE", help="page to fit, such as nature-single, cell-double, slide-wide")
    group.add_argument("--values", action="store_true", help="write values into cells where they fit")
    group.add_argument(
        "--proof", metavar="EYES", default=SUPPRESS, help="a .png as these eyes see it, such as deuteranopia"
    )


def run(args: argparse.Namespace) -> None:
    """Read the table, draw, write the files."""
    from heatleaf.analysis.choices import require_choices
    from heatleaf.analysis.heatmap.builder import Heatmap
    from heatleaf.analysis.heatmap.given import heatmap_format_of
    from heatleaf.analysis.settings import Settings
    from heatleaf.cli.terminal import print_messages, printable
    from heatleaf.interpret.words import count_of
    from heatleaf.io import read_expression, require_target

    chosen = {name: getattr(args, name, getattr(Settings, name)) for name in ("palette", "linkage_method", "metric")}
    require_choices(**chosen)
    for output in args.output:
        heatmap_format_of(output)
        require_target(output, (args.table, args.samples))
    table = read_expression(args.table, read_options(args))
    heatmap = describe(Heatmap(table, read_samples_for(args, table)), args)
    for output in args.output:
        heatmap.save(output, proof=getattr(args, "proof", ""))
    said = heatmap.export(args.export) if args.export else ()
    print_messages((*heatmap.messages, *said))
    size = f"{count_of(heatmap.spec.n_genes, 'gene')} x {count_of(heatmap.spec.n_samples, 'sample')}"
    print(printable(f"{', '.join(str(output) for output in args.output)}: {size}"))


def describe(heatmap: Heatmap, args: argparse.Namespace) -> Heatmap:
    """Ask the heatmap for what the options say."""
    heatmap = heatmap.show_genes(_names(args.genes))
    heatmap = _describe_rows(heatmap, args)
    if args.split_columns:
        heatmap = heatmap.split_columns(int(args.split_columns) if args.split_columns.isdigit() else args.split_columns)
    if args.annotate:
        heatmap = heatmap.annotate_columns(args.annotate.split(","))
    if args.title:
        heatmap = heatmap.title(args.title)
    if args.normalise:
        heatmap = heatmap.normalise(args.normalise)
    if args.scale:
        heatmap = heatmap.scale(args.scale)
    if args.fit:
        heatmap = heatmap.fit(args.fit)
    breaks = _breaks(args.breaks)
    return heatmap.colours(getattr(args, "palette", None), limit=args.limit, breaks=breaks).cells(values=args.values)


def _describe_rows(heatmap: Heatmap, args: argparse.Namespace) -> Heatmap:
    method, metric = getattr(args, "linkage_method", None), getattr(args, "metric", None)
    heatmap = heatmap.cluster_rows(not args.keep_row_order, method=method, metric=metric, order=args.order)
    heatmap = heatmap.cluster_columns(not args.keep_column_order)
    if hasattr(args, "max_memory"):
        heatmap = heatmap.within_memory(args.max_memory)
    if args.kmeans:
        heatmap = heatmap.split_rows(kmeans=args.kmeans)
    elif args.fuzzy:
        heatmap = heatmap.split_rows(fuzzy=args.fuzzy)
    elif args.keep_row_order:
        heatmap = heatmap.split_rows(None)
    elif getattr(args, "clusters", 0):
        heatmap = heatmap.split_rows(args.clusters)
    if args.mark:
        heatmap = heatmap.mark_genes(int(args.mark) if args.mark.isdigit() else _names(args.mark))
    return heatmap


def _breaks(text: str | None) -> str | list[float] | None:
    """Return a word as it is, and the numbers between commas."""
    from heatleaf.errors import UserError

    if text is None or text.isalpha():
        return text
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        fix = "write --breaks quantile, or numbers such as --breaks=-3,-1,0,1,3"
        raise UserError("option", f"'{text}' are not breaks of colours", where="--breaks", fix=fix) from None


def _names(text: str) -> str | Sequence[str]:
    """Return "all", "top:N" or "auto" as they are; else the genes of a file, or those between commas."""
    from heatleaf.io import read_gene_list

    if text in ("all", "auto") or text.startswith("top:"):
        return text
    if "," in text and not Path(text).exists():
        return [name.strip() for name in text.split(",") if name.strip()]
    return read_gene_list(Path(text))
