"""Do everything on the built-in example, a simulated study of six samples."""

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
    parser.add_argument("--quiet", action="store_true", help="print no phases and no notes")


def run(args: argparse.Namespace) -> None:
    """Write the example as files a user could have, and take the way of `heatleaf run`."""
    from heatleaf.io import OutputFolder, write_text
    from heatleaf.resources import demo_study

    study = demo_study()
    inputs = args.output / "input"
    counts, samples = inputs / "demo_counts.tsv", inputs / "demo_samples.tsv"
    with OutputFolder(inputs):
        write_text(counts, study.counts_text)
        write_text(samples, study.samples_text)
    print(f"{study.description}\n", flush=True)
    parser = argparse.ArgumentParser()
    add_run_arguments(parser)
    # The example plants four programmes, and shows that the number of clusters can be said.
    arguments = [str(counts), str(samples), "-o", str(args.output), "--clusters", "4"]
    arguments += ["--quiet"] if args.quiet else []
    run_counts(parser.parse_args(arguments))
