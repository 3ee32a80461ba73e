"""The command line: one file per subcommand, each with `add_arguments` and `run`. No numbers are made here.

Exit codes: 0 done, 1 the input was refused, 2 wrong usage, 130 interrupted. A traceback only with --debug.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

from heatleaf import __version__
from heatleaf.cli import app, demo, design, differential, enrich, gene, heatmap, quantify, resources, run, verify, why
from heatleaf.cli.terminal import printable
from heatleaf.errors import UserError

# Our own chunks use the cores; threads of the linear algebra library on top of them only get in each other's way
# (measured: linkage 1.3 to 1.6 times slower). It reads this when NumPy is first imported, which is after this line.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

_COMMANDS = (run, app, quantify, heatmap, design, differential, enrich, gene, why, resources, verify, demo)
_DESCRIPTION = "From a count table to an expression heatmap that can be trusted, and what it means."
_EXAMPLES = """\
examples:
  heatleaf demo                                      the built-in example, complete
  heatleaf run counts.csv samples.csv -o results     your count table, complete analysis
  heatleaf heatmap table.xlsx -o heatmap.pdf         any expression table, one figure
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    parser = make_parser()
    try:
        args = parser.parse_args(argv)
    except SystemExit as stop:
        return int(stop.code or 0)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        args.run(args)
    except UserError as error:
        return _refuse(error, debug=args.debug)
    except MemoryError as error:
        too_large = UserError(
            "memory", "there is not enough memory for this table", fix="leave out genes without counts, or samples"
        )
        return _refuse(too_large.with_traceback(error.__traceback__), debug=args.debug)
    except KeyboardInterrupt:
        print("heatleaf: interrupted; nothing half-written is left", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of a pipe has gone: leave quietly, and keep Python from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 0


def entry() -> NoReturn:
    """Be the console script: one piece of work in one process.

    So looking for cyclic garbage, and giving memory back at the end that the system takes back anyway, only cost time
    (measured on 64,000 genes: 6 % and 0.3 s).
    """
    gc.disable()
    code = main()
    try:
        sys.stdout.flush()
    except BrokenPipeError:  # of little text it is noticed only here
        code = 1
    with contextlib.suppress(BrokenPipeError):
        sys.stderr.flush()
    os._exit(code)


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="heatleaf",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"heatleaf {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in _COMMANDS:
        name = command.__name__.rpartition(".")[2]
        text = (command.__doc__ or "").splitlines()[0]
        sub = commands.add_parser(name, help=text, description=text)
        command.add_arguments(sub)
        sub.add_argument("--debug", action="store_true", help="show the traceback of a refusal")
        sub.set_defaults(run=command.run)
    return parser


def _refuse(error: UserError, *, debug: bool) -> int:
    if debug:
        raise error
    print(f"heatleaf: error [{error.code}] {printable(str(error))}", file=sys.stderr)
    return 1


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
