"""Test which genes differ and write one table."""

from __future__ import annotations

import argparse
from pathlib import Path

from heatleaf.cli.options import add_question, add_reading, read_counts_for, read_samples_for, settings_from
from heatleaf.errors import UserError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("counts", type=Path, help="count table, or a folder of files of a quantifier")
    parser.add_argument("samples", type=Path, help="sample sheet")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="TABLE.tsv", help="the table to write")
    add_question(parser)
    add_reading(parser)


def run(args: argparse.Namespace) -> None:
    """Read, test, write the table of one comparison."""
    from heatleaf.analysis.library import compare_levels
    from heatleaf.cli.terminal import print_messages
    from heatleaf.io import require_target, write_table

    settings = settings_from(args)
    require_target(args.output, (args.counts, args.samples))
    counts = read_counts_for(args)
    samples = read_samples_for(args, counts)
    study, results = compare_levels(counts, samples, settings)
    if len(results) != 1:
        asked = ", ".join(f"--contrast {c.factor} {c.tested_level} {c.reference_level}" for c in study.contrasts)
        raise UserError(
            "contrast",
            f"{len(results)} comparisons can be made, and one table holds one",
            where="--contrast",
            fix=f"choose one: {asked}" if asked else "give --design and --contrast",
        )
    result = results[0]
    write_table(result.table, args.output)
    print_messages((*study.messages, *result.messages))
    up, down = int(result.is_up.sum()), int(result.is_down.sum())
    print(f"{result.contrast.title}: {up:,} genes up, {down:,} down at padj < {result.alpha:g}. Table: {args.output}")
