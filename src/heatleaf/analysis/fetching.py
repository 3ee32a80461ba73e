"""Fetch resources: bring their files, make packs of them, put them into the folder of resources. Only when asked.

The order: lock the folder, see which files are given by hand, download the others, read all, write the packs under
names that hold their hash, and at the end the list, by which all of a resource appears at once.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from heatleaf.analysis.pack_making import Made, Original, make_files
from heatleaf.errors import UserError
from heatleaf.io import OutputFolder, write_bytes, write_text
from heatleaf.io.atomic import DISK, Disk
from heatleaf.io.checksum import sha256_of
from heatleaf.io.download import Downloaded, Patience, Progress, RemoteFile, download, forget
from heatleaf.model import Message
from heatleaf.resources.catalogue import FilePlan, Plan, plan
from heatleaf.resources.fetched import (
    LIST,
    FetchedResource,
    OriginalFile,
    fetched_resources,
    list_text,
    resource_folder,
)

_DOWNLOADS = "downloads"
_INDEX_BYTES = 5_000_000
_SHOWN = 3


@dataclass(frozen=True)
class FetchOptions:
    """How to fetch. given : files that were downloaded by hand. offline : do not use the network."""

    release: str = ""
    given: tuple[Path, ...] = ()
    offline: bool = False
    patience: Patience = Patience()  # noqa: RUF009  # frozen
    disk: Disk = DISK
    progress: Progress | None = None


def fetch(
    names: Sequence[str], options: FetchOptions = FetchOptions()
) -> tuple[tuple[FetchedResource, ...], tuple[Message, ...]]:
    """Fetch what names stand for, and make gene sets and tables of it.

    Parameters
    ----------
    names : sequence of str
        Organisms or single resources, as `resources.catalogue.plan` understands them.

    Returns
    -------
    resources : tuple of FetchedResource
        What is there now.
    messages : tuple of Message
        What was left out on the way.

    Raises
    ------
    UserError
        resources, option: of the plan; download, too_large: of the network; output_running: another fetch is at work;
        output_write; format, gzip_damaged, gene_sets and others: of the files.
    """
    plans = [item for name in names for item in plan(name, options.release)]
    given = _GivenFiles(options.given)
    given.require_used(plans)
    if options.offline:
        _refuse_missing(names, plans, given)
    with _locked(names) as folder:
        place = (folder / _DOWNLOADS, by_hand(names, plans, given))
        done = [_fetch_one(item, given, place, options) for item in plans]
        _remove_downloads(folder / _DOWNLOADS, options.disk)
    return tuple(resource for resource, _ in done), tuple(message for _, said in done for message in said)


class _GivenFiles:
    """Files that the user downloaded; a folder stands for the files in it."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self.paths = [inner for path in paths for inner in (sorted(path.iterdir()) if path.is_dir() else [path])]
        self.folders = [path for path in paths if path.is_dir()]
        for path in paths:
            if not path.exists():
                raise UserError("file_missing", "does not exist", where=str(path), fix="check the path after --from")

    def find(self, wanted: FilePlan) -> Path | None:
        """Return the file for a plan, also where a browser has expanded it."""
        expanded = wanted.pattern.removesuffix(r"\.gz")
        names = re.compile(f"(?:{wanted.pattern})|(?:{expanded})")
        return next((path for path in self.paths if names.fullmatch(path.name)), None)

    def require_used(self, plans: Sequence[Plan]) -> None:
        """Refuse a file that nothing was made of: its name is not what the publisher calls it."""
        found = {self.find(wanted) for item in plans for wanted in item.files}
        unused = [path for path in self.paths if path not in found and path.parent not in self.folders]
        if unused:
            names = ", ".join(wanted.name for item in plans for wanted in item.files)
            what = f"is none of the files of {plans[0].name}"
            raise UserError("option", what, where=unused[0].name, fix=f"keep the names of the publisher: {names}")


def by_hand(names: Sequence[str], plans: Sequence[Plan], given: _GivenFiles) -> str:
    """Say which files to download where there is a network, and what to do with them."""
    wanted = dict.fromkeys(file for item in plans for file in item.files if given.find(file) is None)
    if not wanted:
        return ""
    addresses = _listed(dict.fromkeys(file.where_from for file in wanted))
    files = " ".join(f"--from {name}" for name in dict.fromkeys(file.name for file in wanted))
    return f"on a computer with network download {addresses}, then: heatleaf resources fetch {' '.join(names)} {files}"


def _listed(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def _refuse_missing(names: Sequence[str], plans: Sequence[Plan], given: _GivenFiles) -> None:
    missing = dict.fromkeys(file.name for item in plans for file in item.files if given.find(file) is None)
    if missing:
        what = f"--offline is given, and {_listed(missing)} {'is' if len(missing) == 1 else 'are'} not"
        raise UserError("download", what, where=" ".join(names), fix=by_hand(names, plans, given))


@contextmanager
def _locked(names: Sequence[str]) -> Iterator[Path]:
    """Hold the folder of resources for one fetch at a time, and speak of it rather than of an output folder."""
    path = resource_folder()
    fixes = {
        "output_running": f"wait until it is done, then: heatleaf resources fetch {' '.join(names)}",
        "output_folder": "set HEATLEAF_RESOURCES to a folder that you may write to",
        "output_write": "free some space, or set HEATLEAF_RESOURCES to another folder; then fetch again, which goes on",
    }
    try:
        with OutputFolder(path):
            yield path
    except UserError as error:
        if error.code not in fixes or "-o" not in error.fix:
            raise
        what = error.what.replace("another run is writing into this folder", "another fetch is at work")
        raise UserError(error.code, what, where=error.where, fix=fixes[error.code]) from error


def _fetch_one(
    item: Plan, given: _GivenFiles, place: tuple[Path, str], options: FetchOptions
) -> tuple[FetchedResource, tuple[Message, ...]]:
    """Bring the files of one resource, make packs, and enter them into the list."""
    originals = [_bring(wanted, given, place, options) for wanted in item.files]
    try:
        made = make_files(item, originals, place[0])
    except UserError:
        for original in originals:
            if original.address:  # what was downloaded and cannot be read must be downloaded anew
                forget(original.path, options.disk)
        raise
    resource = FetchedResource(
        item.name,
        item.title,
        item.organism.name,
        made.release,
        item.licence,
        item.credit,
        datetime.datetime.now(datetime.UTC).date().isoformat(),
        tuple(OriginalFile(one.path.name, one.address, one.sha256, one.n_bytes) for one in originals),
        tuple(file for file, _ in made.files),
    )
    _store(resource, made, options.disk)
    return resource, made.messages


def _bring(wanted: FilePlan, given: _GivenFiles, place: tuple[Path, str], options: FetchOptions) -> Original:
    """Take a file given by hand, else download it."""
    if (path := given.find(wanted)) is not None:
        return Original(wanted.role, path, "", sha256_of(path), path.stat().st_size)
    downloads, fix = place

    def get(remote: RemoteFile, progress: Progress | None = None) -> Downloaded:
        return download(remote, downloads, patience=options.patience, progress=progress, disk=options.disk)

    name, url, checksum = wanted.name, wanted.url, ""
    if not url:
        name, checksum = _look_up(wanted, get, fix, options.disk)
        url = f"{wanted.index.rpartition('/')[0]}/{name}"
    done = get(RemoteFile(name, url, wanted.max_bytes, checksum, fix), options.progress)
    return Original(wanted.role, done.path, done.url, done.sha256, done.n_bytes, done.last_modified)


def _look_up(wanted: FilePlan, get: Callable[[RemoteFile], Downloaded], fix: str, disk: Disk) -> tuple[str, str]:
    """Find the name of a file, and its checksum where one is given, on the page that lists it."""
    page = get(RemoteFile(f"{wanted.role}-index", wanted.index, _INDEX_BYTES, by_hand=fix)).path
    text = page.read_text(encoding="utf-8", errors="replace")
    forget(page, disk)
    names = sorted({match[0] for match in re.finditer(rf"(?<![\w.-]){wanted.pattern}(?![\w.-])", text)})
    if not names:
        what = f"is not listed at {wanted.index}"
        raise UserError("download", what, where=wanted.name, fix=fix)
    checksum = re.search(rf"^(\d+)\s+(\d+)\s+{re.escape(names[-1])}$", text, flags=re.MULTILINE)
    return names[-1], f"sum:{int(checksum[1])}:{int(checksum[2])}" if checksum else ""


def _store(resource: FetchedResource, made: Made, disk: Disk) -> None:
    """Write the packs, then the list, then remove packs that it no longer names."""
    folder = resource_folder()
    for file, content in made.files:
        write_bytes(folder / file.file, content, disk)
    before = fetched_resources()
    now = (*(old for old in before if old.name != resource.name), resource)
    write_text(folder / LIST, list_text(now), disk)
    kept = {file.file for one in now for file in one.files}
    for name in {file.file for one in before for file in one.files} - kept:
        disk.remove(folder / name)


def _remove_downloads(downloads: Path, disk: Disk) -> None:
    for path in sorted(downloads.glob("*")) if downloads.is_dir() else ():
        disk.remove(path)
    if downloads.is_dir():
        downloads.rmdir()
