"""Draw one heatmap of any expression table."""

from __future__ import annotations

import argparse
from argparse import SUPPRESS
from pathlib import Path

from heatleaf.cli.options import add_clustering, add_reading, read_options, read_samples_for


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("table", type=Path, help="counts, TPM, log values or z-scores: genes in rows")
    parser.add_argument("samples", type=Path, nargs="?", help="sample sheet")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help=".pdf, .svg or .png")
    parser.add_argument("--genes", default=SUPPRESS, metavar="FILE|top:N", help="genes to show (top:500)")
    parser.add_argument("--split-columns", default=SUPPRESS, metavar="COLUMN", help="column that groups samples")
    parser.add_argument("--title", default=SUPPRESS, help="title of the figure")
    add_clustering(parser)
    add_reading(parser)


def run(args: argparse.Namespace) -> None:
    """Read the table, draw, write one file."""
    from heatleaf.analysis.choices import require_choices
    from heatleaf.analysis.table_heatmap import HeatmapOptions, heatmap_of_table, image_format_of
    from heatleaf.cli.terminal import print_messages
    from heatleaf.interpret.words import count_of
    from heatleaf.io import read_expression, require_target

    given = {name: value for name, value in vars(args).items() if name in HeatmapOptions.__dataclass_fields__}
    options = HeatmapOptions(**given)
    require_choices(options.palette, options.linkage_method, options.metric)
    image_format_of(args.output)
    require_target(args.output, (args.table, args.samples))
    table = read_expression(args.table, read_options(args))
    heatmap = heatmap_of_table(table, read_samples_for(args, table), options)
    heatmap.save(args.output)
    print_messages(heatmap.messages)
    size = f"{count_of(heatmap.spec.n_genes, 'gene')} x {count_of(heatmap.spec.n_samples, 'sample')}"
    print(f"{args.output}: {size}")
