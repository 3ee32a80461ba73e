"""Test which gene sets are over-represented in a list of genes."""

from __future__ import annotations

import argparse
from pathlib import Path

from heatleaf.errors import UserError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("genes", type=Path, help="genes, one per line")
    parser.add_argument(
        "--background",
        type=Path,
        metavar="FILE",
        help="all genes that were tested, one per line (needed: what is rare depends on what could have been found)",
    )
    parser.add_argument("--organism", default="", metavar="NAME", help="use the gene sets of this organism")
    parser.add_argument(
        "--gene-sets",
        type=Path,
        action="append",
        default=[],
        metavar="FILE.gmt|NAME",
        help="own sets, or with --organism GO:MF, GO:CC or fetched ones such as reactome; may be repeated",
    )
    parser.add_argument(
        "--allow-unmapped", action="store_true", help="test also when under half of the background is known"
    )
    parser.add_argument(
        "--bias",
        type=Path,
        metavar="FILE",
        help="correct for this length or mean count of each gene, where it decides which genes are in the list",
    )
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="TABLE.tsv", help="the table to write")


def run(args: argparse.Namespace) -> None:
    """Read genes and sets, test, write the table."""
    from heatleaf.analysis.library import enrich_list
    from heatleaf.cli.terminal import print_messages, printable
    from heatleaf.io import read_gene_list, require_target, write_table

    if args.background is None:
        what = "the background is missing: a gene set is over-represented only against all genes that were tested"
        fix = "give them with --background FILE, one per line, such as the column gene_id of the table of all genes"
        raise UserError("option", what, where="--background", fix=fix)
    if not args.organism and not args.gene_sets:
        raise UserError("option", "no gene sets are named", fix="give --organism human or --gene-sets FILE.gmt")
    require_target(args.output, (args.genes, args.background, *args.gene_sets, *([args.bias] if args.bias else [])))
    table = enrich_list(
        read_gene_list(args.genes),
        read_gene_list(args.background),
        organism=args.organism,
        gene_sets=args.gene_sets,
        allow_unmapped=args.allow_unmapped,
        bias=args.bias,
    )
    write_table(table.frame, args.output)
    print_messages(table.messages)
    called = int((table.frame["padj"] < 0.05).sum())
    print(printable(f"{called:,} of {len(table.frame):,} gene sets at padj < 0.05. Table: {args.output}"))
