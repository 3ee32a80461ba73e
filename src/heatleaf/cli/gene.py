"""Draw genes sample by sample, from the folder that a run left."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("genes", nargs="+", metavar="GENE", help="gene ids or symbols")
    parser.add_argument("folder", type=Path, metavar="DIR", help="folder that `heatleaf run` left")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help=".pdf, .svg or .png")


def run(args: argparse.Namespace) -> None:
    """Find the genes in the tables of the folder and write one figure with a panel for each."""
    from heatleaf.analysis.gene_plots import plot_genes
    from heatleaf.analysis.heatmap.given import image_format_of
    from heatleaf.cli.terminal import printable
    from heatleaf.interpret.words import count_of

    image_format_of(args.output)
    figure = plot_genes(args.folder, args.genes)
    figure.save(args.output)
    size = f"{count_of(len(figure.spec.panels), 'gene')} x {count_of(len(figure.spec.colours), 'sample')}"
    print(printable(f"{args.output}: {size}"))
