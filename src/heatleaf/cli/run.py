"""Analyse a count table completely: heatmaps, tests, gene sets, figures, report."""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path

from heatleaf.cli.options import (
    add_question,
    add_reading,
    clusters_from,
    fraction,
    make_settings,
    positive_number,
    question_settings,
    read_options,
    read_samples_for,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("counts", type=Path, help="count table, or a folder of files of a quantifier")
    parser.add_argument("samples", type=Path, nargs="?", help="sample sheet; without it groups are read from the names")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="folder for the results")
    add_question(parser)
    parser.add_argument("--no-test", action="store_true", help="figures without differential testing")
    sets = parser.add_argument_group("gene sets")
    sets.add_argument("--organism", default="", metavar="NAME", help="if the gene ids do not tell it")
    sets.add_argument("--gene-sets", type=Path, action="append", default=[], metavar="FILE.gmt", help="may be repeated")
    sets.add_argument("--min-set-size", type=positive_number, default=10, metavar="N", help="smallest gene set (10)")
    sets.add_argument("--max-set-size", type=positive_number, default=500, metavar="N", help="largest gene set (500)")
    sets.add_argument("--seed", type=positive_number, default=1, metavar="N", help="seed of ranked enrichment (1)")
    figure = parser.add_argument_group("heatmap")
    figure.add_argument("--top", type=positive_number, default=500, metavar="N", help="most variable genes (500)")
    figure.add_argument("--clusters", type=clusters_from, default=0, metavar="auto|K", help="blocks of genes (auto)")
    figure.add_argument("--palette", default="red-white-blue", metavar="NAME", help="colours (red-white-blue)")
    figure.add_argument("--metric", default="correlation", metavar="NAME", help="distance of genes (correlation)")
    figure.add_argument("--linkage", default="average", metavar="NAME", help="linkage of genes (average)")
    figure.add_argument("--limit-quantile", type=fraction, default=0.99, metavar="Q", help="cells within limits (0.99)")
    parser.add_argument("--quiet", action="store_true", help="print no phases and no notes")
    add_reading(parser)


def run(args: argparse.Namespace) -> None:
    """Read, analyse, write, and say what was found."""
    settings = make_settings(
        **question_settings(args),
        organism=args.organism,
        gene_sets=tuple(args.gene_sets),
        top=args.top,
        clusters=args.clusters,
        min_set_size=args.min_set_size,
        max_set_size=args.max_set_size,
        seed=args.seed,
        palette=args.palette,
        limit_quantile=args.limit_quantile,
        metric=args.metric,
        linkage_method=args.linkage,
        test=not args.no_test,
    )
    run_analysis(args, settings)


def run_analysis(args: argparse.Namespace, settings: object) -> None:
    """Do the work of `run` and `demo`: everything is read and computed before anything is written."""
    from heatleaf.analysis.run import analyse
    from heatleaf.cli.terminal import PhaseLines, print_messages, print_summary
    from heatleaf.io import OutputFolder, read_counts
    from heatleaf.report import write_folder

    phases = PhaseLines(quiet=args.quiet)
    with OutputFolder(args.output) as folder:
        phases("start", "reading")
        counts = read_counts(args.counts, read_options(args))
        samples = read_samples_for(args, counts)
        phases("end", f"{counts.format_name}, {counts.n_genes:,} genes x {counts.n_samples:,} samples")
        analysis = analyse(counts, samples, settings, report=phases)  # type: ignore[arg-type]
        phases("start", "writing")
        files = write_folder(analysis, folder, command=_command())
        phases("end", f"{len(files)} files")
        messages = (*folder.messages, *analysis.messages)
    if not args.quiet:
        print_messages(messages)
    print_summary(analysis, args.output, phases.seconds)


def _command() -> str:
    return shlex.join(["heatleaf", *sys.argv[1:]])
