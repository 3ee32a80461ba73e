"""Say what a sample sheet can answer, with which options, and which changes its counts can show."""

from __future__ import annotations

import argparse
from pathlib import Path

from heatleaf.cli.options import add_question, add_reading, read_counts_for, read_sheet_for, settings_from


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("samples", type=Path, help="sample sheet")
    parser.add_argument("counts", type=Path, nargs="?", help="count table; its dispersions tell the power")
    add_question(parser)
    add_reading(parser)


def run(args: argparse.Namespace) -> None:
    """Read the sheet, and the counts where they are given, and print the advice."""
    from heatleaf.analysis.coach import advise
    from heatleaf.cli.terminal import print_messages, print_paragraphs
    from heatleaf.io import read_samples

    settings = settings_from(args)
    if args.counts is None:
        advice = advise(read_samples(args.samples, sample_column=args.sample_column), settings=settings)
    else:
        counts = read_counts_for(args)
        advice = advise(read_sheet_for(args, counts), counts, settings)
    print_messages(advice.messages)
    for title, lines in advice.sections:
        print_paragraphs("\n".join((f"\n{title}", *lines)))
