"""List, fetch and verify gene sets and gene tables beyond those that are built in."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from heatleaf.errors import UserError

_STEP = 0.5  # seconds between two updates of the line of progress


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "action",
        choices=("list", "fetch", "verify"),
        help="list what is there and what can be fetched; fetch (the only command that uses the network); "
        "verify that every file is whole",
    )
    parser.add_argument("names", nargs="*", metavar="ORGANISM|NAME", help="what to fetch: mouse, reactome-human, ...")
    parser.add_argument("--release", default="", metavar="NAME", help="of one resource, in place of the current one")
    parser.add_argument(
        "--from",
        dest="given",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="file downloaded by hand, or a folder of them; may be repeated",
    )
    parser.add_argument(
        "--transcriptome", action="store_true", help="fetch the transcripts of the organisms, for heatleaf quantify"
    )
    parser.add_argument("--offline", action="store_true", help="use no network, only files given with --from")


def run(args: argparse.Namespace) -> None:
    """Do what was asked."""
    if args.action == "fetch":
        _fetch(args)
        return
    if args.names or args.given or args.release:
        what = f"'{args.action}' takes no names and no files"
        raise UserError("option", what, fix="leave them out, or use: heatleaf resources fetch")
    _list() if args.action == "list" else _verify()


def _fetch(args: argparse.Namespace) -> None:
    from heatleaf.analysis.fetching import FetchOptions, fetch
    from heatleaf.cli.terminal import print_messages
    from heatleaf.resources.fetched import resource_folder
    from heatleaf.resources.transcriptomes import SOURCE

    if not args.names:
        raise UserError("option", "nothing to fetch is named", fix="heatleaf resources list shows what there is")
    names = [f"{SOURCE}-{name}" for name in map(_plain_name, args.names)] if args.transcriptome else args.names
    line = _ProgressLine()
    options = FetchOptions(args.release, tuple(args.given), args.offline, progress=line)
    try:
        resources, messages = fetch(names, options)
    finally:
        line.end()
    print_messages(messages)
    for resource in resources:
        sets = ", ".join(f"{file.n_sets:,} sets of {file.collection}" for file in resource.files if file.n_sets)
        kept = sets or ("transcripts" if resource.name.startswith(SOURCE) else "gene table")
        n_genes = max(file.n_genes for file in resource.files)
        print(f"{resource.name}: {kept}, {n_genes:,} genes; {resource.release} ({resource.licence})")
    print(f"Kept in {resource_folder()}")


def _plain_name(name: str) -> str:
    """Return the name that the catalogue uses for an organism, else the name that was given."""
    from heatleaf.resources.catalogue import known_organism

    known = known_organism(name)
    return known.name if known else name


def _list() -> None:
    from heatleaf.resources.builtin import sources
    from heatleaf.resources.catalogue import organisms_to_fetch
    from heatleaf.resources.fetched import fetched_resources, resource_folder

    print("Built in:")
    for source in sources():
        print(f"  {source['what']}: {source['release']}")
    print(f"\nFetched, in {resource_folder()}:")
    for resource in fetched_resources():
        names = ", ".join(file.collection or "gene table" for file in resource.files)
        print(f"  {resource.name:<24}{names}: {resource.release}, {resource.licence}, fetched {resource.fetched}")
    print("  (a fetched collection is used in place of the built-in one)" if fetched_resources() else "  nothing")
    print("\nCan be fetched, by organism (its Gene Ontology) or by name:")
    for organism in organisms_to_fetch():
        names = " ".join(f"{source}-{organism.name}" for source in organism.sources)
        print(f"  {organism.name:<12} {names}")
    print("\nKEGG and MSigDB are not fetched, because of their licences: give your own file with --gene-sets FILE.gmt")


def _verify() -> None:
    from heatleaf.resources.fetched import check_files

    whole, faults = check_files()
    print(f"{len(whole)} files are whole")
    if faults:
        for fault in faults[1:]:
            print(fault, file=sys.stderr)
        first, _, fix = faults[0].partition(" Fix: ")
        raise UserError("resources", first, fix=fix)


class _ProgressLine:
    """One line for each file on a terminal, that grows; nothing where the output goes into a file."""

    def __init__(self) -> None:
        self._last = 0.0
        self._is_open = False

    def __call__(self, name: str, done: int, total: int) -> None:
        now = time.monotonic()
        if not sys.stderr.isatty() or (now - self._last < _STEP and done != total):
            return
        self._last = now
        self._is_open = True
        share = f" of {total / 1e6:,.1f} MB ({100 * done / total:.0f} %)" if total else " MB"
        print(f"\r  {name}: {done / 1e6:,.1f}{share}   ", end="", file=sys.stderr, flush=True)
        if done == total:
            self.end()

    def end(self) -> None:
        """Begin a new line if one is open."""
        if self._is_open:
            print(file=sys.stderr)
            self._is_open = False
