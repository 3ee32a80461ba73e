"""Say why a gene is called, or not, from the folder that a run left."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("gene", metavar="GENE", help="gene id or symbol")
    parser.add_argument("folder", type=Path, metavar="DIR", help="folder that `heatleaf run` left")


def run(args: argparse.Namespace) -> None:
    """Find the gene in the tables of the folder and print a paragraph for each comparison."""
    from heatleaf.analysis.explain import why_in_folder
    from heatleaf.cli.terminal import print_paragraphs

    print_paragraphs(why_in_folder(args.folder, args.gene))
