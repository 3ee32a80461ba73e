"""Analyse a count table completely: heatmaps, tests, gene sets, figures, report."""

from __future__ import annotations

import argparse
from argparse import SUPPRESS
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from heatleaf.cli.options import (
    add_clustering,
    add_question,
    add_reading,
    fraction,
    positive_number,
    read_counts_for,
    read_samples_for,
    reading_inputs,
    reading_words,
    settings_from,
)
from heatleaf.cli.quantify import add_quantifying, counts_of_reads

if TYPE_CHECKING:
    from heatleaf.analysis.result import Analysis
    from heatleaf.analysis.settings import Settings
    from heatleaf.analysis.study import Study
    from heatleaf.cli.terminal import PhaseLines
    from heatleaf.model import CountTable, Message, SampleSheet

# Measured: a folder of 64,102 genes x 8 samples; figures and report hardly grow with the table, tables do.
_FIXED_OUTPUT = 10_000_000
_OUTPUT_PER_COUNT = 100
_MAX_HANDED_OVER = 20_000_000  # bytes of a count table


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "counts", type=Path, help="count table; folder of a quantifier's results; folder or sample sheet of reads"
    )
    parser.add_argument("samples", type=Path, nargs="?", help="sample sheet; without it groups are read from the names")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="folder for the results")
    add_question(parser)
    parser.add_argument(
        "--no-test", dest="test", action="store_false", default=SUPPRESS, help="figures without differential testing"
    )
    parser.add_argument(
        "--second-opinions",
        action="store_true",
        default=SUPPRESS,
        help="test by two other methods too, and without each sample in turn (slower)",
    )
    _add_gene_sets(parser)
    add_clustering(parser)
    parser.add_argument(
        "--row-clustering", choices=("tree", "kmeans"), default=SUPPRESS, help="blocks of genes by a cut tree (tree)"
    )
    parser.add_argument(
        "--remove-batch",
        default=SUPPRESS,
        metavar="COLUMN",
        help="take differences of this column out of what figures show, never out of tests",
    )
    parser.add_argument("--top", type=positive_number, default=SUPPRESS, metavar="N", help="most variable genes (500)")
    parser.add_argument(
        "--limit-quantile", type=fraction, default=SUPPRESS, metavar="Q", help="share of cells in the colours (0.99)"
    )
    parser.add_argument("--quiet", action="store_true", help="print no phases and no notes")
    add_reading(parser)
    add_quantifying(parser)


def _add_gene_sets(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("gene sets")
    group.add_argument("--organism", default=SUPPRESS, metavar="NAME", help="if the gene ids do not tell it")
    group.add_argument(
        "--gene-sets",
        type=Path,
        action="append",
        default=SUPPRESS,
        metavar="FILE.gmt|NAME",
        help="own sets, or GO:BP, GO:MF, GO:CC, or fetched ones such as reactome; may be repeated",
    )
    group.add_argument(
        "--allow-unmapped",
        action="store_true",
        default=SUPPRESS,
        help="test the sets of --gene-sets also when under half of the gene ids are known",
    )
    group.add_argument(
        "--bias",
        default=SUPPRESS,
        metavar="mean|FILE",
        help="correct gene-set tests of lists for the mean count of genes, or for their lengths in FILE",
    )
    group.add_argument("--min-set-size", type=positive_number, default=SUPPRESS, metavar="N", help="smallest set (10)")
    group.add_argument("--max-set-size", type=positive_number, default=SUPPRESS, metavar="N", help="largest set (500)")
    group.add_argument("--seed", type=positive_number, default=SUPPRESS, metavar="N", help="of all random draws (1)")


def run(args: argparse.Namespace) -> None:
    """Read, analyse, write, and say what was found."""
    from heatleaf.cli.terminal import PhaseLines, print_messages, print_summary

    phases = PhaseLines(quiet=args.quiet)
    args, said = counts_of_reads(args, phases)
    analysis, messages = write_run(args, phases)
    if not args.quiet:
        print_messages((*said, *messages))
    print_summary(analysis, args.output, phases.seconds)


def write_run(
    args: argparse.Namespace, phases: PhaseLines, *, command: str = ""
) -> tuple[Analysis, tuple[Message, ...]]:
    """Read, analyse, write; return what to say. Everything is computed before anything is written.

    command : what the results say repeats them, if not what is made from the arguments.
    """
    from heatleaf.interpret.words import count_of
    from heatleaf.io import OutputFolder

    settings = settings_from(args)
    with OutputFolder(args.output) as folder, phases.telling_memory():
        phases("start", "reading")
        reading = _begin_reading(args, settings)
        from heatleaf.analysis.run import analyse, go_on_from  # slow to load, and a second process reads meanwhile
        from heatleaf.report import repeat_command, write_folder

        study, counts, samples = reading()
        phases(
            "end", f"{counts.format_name}, {count_of(counts.n_genes, 'gene')} x {count_of(counts.n_samples, 'sample')}"
        )
        folder.require_space(_FIXED_OUTPUT + _OUTPUT_PER_COUNT * counts.counts.size)
        reuse = go_on_from(study, counts, samples, settings)
        analysis = analyse(counts, samples, settings, report=phases, reuse=reuse)
        phases("start", "writing")
        command = command or repeat_command(analysis, reading=reading_words(args))
        files = write_folder(analysis, folder, command=command, times=phases.times, inputs=reading_inputs(args))
        phases("end", f"{len(files)} files")
        return analysis, (*folder.messages, *analysis.messages)


def _begin_reading(
    args: argparse.Namespace, settings: Settings
) -> Callable[[], tuple[Study, CountTable, SampleSheet | None]]:
    """Begin to read and to check what was given, and return what waits for the end.

    A second process does it while this one loads the analysis; a large table is read here, as handing it over takes
    its memory three times.
    """
    from heatleaf.analysis.beside import Beside
    from heatleaf.analysis.study import prepare_study

    def read() -> tuple[Study, CountTable, SampleSheet | None]:
        counts = read_counts_for(args)
        samples = read_samples_for(args, counts)
        return prepare_study(counts, samples, settings), counts, samples

    if args.counts.is_file() and args.counts.stat().st_size <= _MAX_HANDED_OVER:
        return Beside(read).result
    found = read()
    return lambda: found
