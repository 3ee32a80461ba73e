"""Test which genes differ, in one comparison or between all levels at once, and write one table."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from heatleaf.cli.options import add_question, add_reading, read_counts_for, read_samples_for, settings_from
from heatleaf.errors import UserError

if TYPE_CHECKING:
    from heatleaf.analysis.study import Study
    from heatleaf.analysis.testing import StudyTests
    from heatleaf.model import DifferentialResult, OmnibusResult


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
    from heatleaf.cli.terminal import print_messages, printable
    from heatleaf.io import require_target, write_table

    settings = settings_from(args)
    require_target(args.output, (args.counts, args.samples))
    counts = read_counts_for(args)
    samples = read_samples_for(args, counts)
    study, tests = compare_levels(counts, samples, settings)
    result = _chosen(study, tests, is_omnibus=bool(settings.omnibus or settings.reduced))
    write_table(result.table, args.output)
    print_messages((*study.messages, *getattr(result, "messages", ())))
    print(printable(f"{_found(result)} at padj < {result.alpha:g}. Table: {args.output}"))


def _chosen(study: Study, tests: StudyTests, *, is_omnibus: bool) -> DifferentialResult | OmnibusResult:
    """Return the one result that the table is to hold."""
    made: tuple[DifferentialResult | OmnibusResult, ...] = tests.omnibus if is_omnibus else tests.results
    if len(made) == 1:
        return made[0]
    if is_omnibus:
        what = f"{len(made)} tests were asked for, and one table holds one"
        raise UserError("contrast", what, where="--omnibus", fix="give one --omnibus FACTOR or one --reduced FORMULA")
    asked = ", ".join(f"--contrast {c.factor} {c.tested_level} {c.reference_level}" for c in study.contrasts)
    more = f"; or all at once: --omnibus {study.contrasts[0].factor}" if len(study.contrasts) > 1 else ""
    raise UserError(
        "contrast",
        f"{len(made)} comparisons can be made, and one table holds one",
        where="--contrast",
        fix=f"choose one: {asked}{more}" if asked else "give --design and --contrast",
    )


def _found(result: DifferentialResult | OmnibusResult) -> str:
    from heatleaf.model import DifferentialResult

    if isinstance(result, DifferentialResult):
        up, down = int(result.is_up.sum()), int(result.is_down.sum())
        return f"{result.contrast.title}: {up:,} genes up, {down:,} down"
    return f"{result.title}: {int(result.is_significant.sum()):,} genes"
