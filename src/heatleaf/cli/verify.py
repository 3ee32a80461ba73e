"""Run an analysis again from its run.json, and compare every file with what the first run left."""

from __future__ import annotations

import argparse
import shlex
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from heatleaf.cli.run import add_arguments as add_run_arguments
from heatleaf.cli.run import write_run
from heatleaf.errors import UserError

if TYPE_CHECKING:
    from heatleaf.analysis.verify import Comparison

_N_SHOWN = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="folder that `heatleaf run` left")
    parser.add_argument(
        "--inputs", type=Path, metavar="FOLDER", help="where the input files lie, if not where they were or in DIR"
    )
    parser.add_argument("--quiet", action="store_true", help="print no phases")


def run(args: argparse.Namespace) -> None:
    """Find the inputs, run into a temporary folder, compare, and say what differs and why that may be."""
    from heatleaf.analysis.verify import compare_runs
    from heatleaf.cli.terminal import PhaseLines
    from heatleaf.io.finished_run import open_run

    finished = open_run(args.folder)
    again = arguments_of(finished.record, args.folder, args.inputs)
    with tempfile.TemporaryDirectory(prefix="heatleaf-verify-") as folder:
        again.output = Path(folder)
        write_run(again, PhaseLines(quiet=args.quiet), command=finished.record["command"])
        comparison = compare_runs(finished, open_run(again.output))
    _tell(comparison)
    if not comparison.is_same:
        n_other = len({*comparison.changed, *comparison.missing, *comparison.differing})
        what = f"{n_other} of {comparison.n_files} files are not what the run makes of these inputs"
        fix = "run again into this folder to renew them, or with the versions and inputs of its run.json"
        raise UserError("not_repeated", what, where=str(args.folder), fix=fix)


def arguments_of(record: Mapping[str, Any], folder: Path, inputs: Path | None) -> argparse.Namespace:
    """Return the arguments of the command that run.json holds, with its files found again.

    Raises
    ------
    UserError
        output_folder: no such command. file_missing: an input that is nowhere to be found.
    """
    parser = argparse.ArgumentParser(exit_on_error=False)
    add_run_arguments(parser)
    words = [word.replace("DIR/", f"{folder}/", 1) for word in shlex.split(record["command"])[2:]]
    try:
        args = parser.parse_args(words)
    except (argparse.ArgumentError, SystemExit) as error:
        what = f"the command in its run.json is not understood by this version: {record['command']}"
        raise UserError("output_folder", what, where=str(folder), fix="run heatleaf again into this folder") from error
    places = [
        place
        for place in (inputs, Path(), folder.parent, folder / "input", folder / "quantified", folder)
        if place is not None
    ]
    known = {one["sha256"] for one in record["inputs"]}
    names = {one["file"] for one in record["inputs"]}
    for dest in ("counts", "samples", "tx2gene", "annotation"):
        if (path := getattr(args, dest)) is not None:
            setattr(args, dest, _find(path, places, known))
    if hasattr(args, "gene_sets"):
        args.gene_sets = [_find(path, places, known) if path.name in names else path for path in args.gene_sets]
    if hasattr(args, "bias") and Path(args.bias).name in names:
        args.bias = str(_find(Path(args.bias), places, known))
    return args


def _find(path: Path, places: Iterable[Path], known: set[str]) -> Path:
    """Return the file that was read, by its hash; else one of its name; a folder by its name."""
    from heatleaf.io.checksum import sha256_of

    named = [place / one for place in places for one in dict.fromkeys((path, Path(path.name)))]
    there = [one for one in named if one.exists()]
    if not there:
        fix = "give the folder that it lies in with --inputs"
        raise UserError("file_missing", f"{path.name}, which the run read, is not found", fix=fix)
    return next((one for one in there if one.is_file() and sha256_of(one) in known), there[0])


def _tell(comparison: Comparison) -> None:
    from heatleaf.cli.terminal import printable

    if comparison.is_same:
        print(f"All {comparison.n_files} files are as the run left them and come out again.")
    for title, names in (
        ("Changed since the run", comparison.changed),
        ("Gone since the run", comparison.missing),
        ("Different when run again", comparison.differing),
    ):
        for name in names[:_N_SHOWN]:
            print(printable(f"{title}: {name}"))
        if len(names) > _N_SHOWN:
            print(f"{title}: {len(names) - _N_SHOWN} more files")
    for reason in comparison.reasons:
        print(printable(f"Why that may be: {reason}"))
