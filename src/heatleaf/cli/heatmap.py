"""Draw one heatmap of any expression table."""

from __future__ import annotations

import argparse
from pathlib import Path

from heatleaf.cli.options import add_reading, clusters_from, read_options


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("table", type=Path, help="counts, TPM, log values or z-scores: genes in rows")
    parser.add_argument("samples", type=Path, nargs="?", help="sample sheet")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help=".pdf, .svg or .png")
    parser.add_argument("--genes", default="top:500", metavar="FILE|top:N", help="genes to show (top:500)")
    parser.add_argument("--split-columns", default="", metavar="COLUMN", help="column of the sheet that groups samples")
    parser.add_argument("--clusters", type=clusters_from, default=0, metavar="auto|K", help="blocks of genes (auto)")
    parser.add_argument("--palette", default="red-white-blue", metavar="NAME", help="colours (red-white-blue)")
    parser.add_argument("--metric", default="correlation", metavar="NAME", help="distance of genes (correlation)")
    parser.add_argument("--linkage", default="average", metavar="NAME", help="linkage of genes (average)")
    parser.add_argument("--title", default="", help="title of the figure")
    add_reading(parser)


def run(args: argparse.Namespace) -> None:
    """Read the table, draw, write one file."""
    from heatleaf.analysis.table_heatmap import HeatmapOptions, heatmap_of_table
    from heatleaf.cli.terminal import print_messages
    from heatleaf.io import read_expression, read_samples

    table = read_expression(args.table, read_options(args))
    samples = None
    if args.samples:
        samples = read_samples(args.samples, sample_ids=table.sample_ids, sample_column=args.sample_column)
    options = HeatmapOptions(
        genes=args.genes,
        split_columns=args.split_columns,
        clusters=args.clusters,
        palette=args.palette,
        metric=args.metric,
        linkage_method=args.linkage,
        title=args.title,
    )
    heatmap = heatmap_of_table(table, samples, options)
    heatmap.save(args.output)
    print_messages(heatmap.messages)
    print(f"{args.output}: {heatmap.spec.n_genes:,} genes x {heatmap.spec.n_samples:,} samples")
