"""Do everything, from reads to report, on the built-in example: a simulated study of six samples."""

from __future__ import annotations

import argparse
from pathlib import Path

from heatleaf.cli.run import add_arguments as add_run_arguments
from heatleaf.cli.run import run as run_counts


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "-o", "--output", type=Path, default=Path("heatleaf-demo"), metavar="DIR", help="folder (heatleaf-demo)"
    )
    parser.add_argument("--from-counts", action="store_true", help="leave the reads out and start from counts (faster)")
    parser.add_argument("--quiet", action="store_true", help="print no phases and no notes")


def run(args: argparse.Namespace) -> None:
    """Write the example as files a user could have, and take the way of `heatleaf run`."""
    from heatleaf.analysis.demo_inputs import must_fetch_kallisto, why_no_reads, write_demo_counts, write_demo_reads
    from heatleaf.resources import demo_study

    study = demo_study()
    print(f"{study.description}\n", flush=True)
    if not args.from_counts and must_fetch_kallisto():
        print("Fetching kallisto, which counts the reads; this is done once ...\n", flush=True)
    reason = "" if args.from_counts else why_no_reads()
    if reason:
        print(f"This demonstration starts from counts, not from reads: {reason}.\n", flush=True)
    write = write_demo_counts if args.from_counts or reason else write_demo_reads
    inputs = write(study, args.output / "input")
    parser = argparse.ArgumentParser()
    add_run_arguments(parser)
    # The example plants four programmes, and shows that the number of clusters can be said.
    arguments = [str(inputs.source), str(inputs.samples), "-o", str(args.output), "--clusters", "4"]
    if inputs.transcripts:  # fewer genes than the default 500 are far above the noise of so few reads
        arguments += ["--transcripts", str(inputs.transcripts), "--top", "400"]
    arguments += ["--quiet"] if args.quiet else []
    run_counts(parser.parse_args(arguments))
