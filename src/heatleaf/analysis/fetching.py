"""Fetch resources: bring their files, make packs of them, put them into the folder of resources. Only when asked.

The order: lock the folder, see which files are given by hand, download the others, read all, write the packs under
names that hold their hash, and at the end the list, by which all of a resource appears at once.
"""

from __future__ import annotations

import datetime
import email.utils
import hashlib
import lzma
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from heatleaf.errors import UserError
from heatleaf.io import OutputFolder, read_gene_sets, write_bytes, write_text
from heatleaf.io.atomic import DISK, Disk
from heatleaf.io.download import Downloaded, Patience, Progress, RemoteFile, download, forget, sha256_of
from heatleaf.io.gaf import read_annotations
from heatleaf.io.gene_info import read_gene_info
from heatleaf.io.gtf_genes import read_gene_features
from heatleaf.io.obo import read_ontology
from heatleaf.io.pathway_table import read_pathway_table
from heatleaf.io.zip_member import read_zip_member
from heatleaf.model import GeneSetCollection, Message, note
from heatleaf.resources.catalogue import FilePlan, Plan, plan
from heatleaf.resources.fetched import (
    LIST,
    FetchedFile,
    FetchedResource,
    OriginalFile,
    fetched_resources,
    list_text,
    resource_folder,
)
from heatleaf.resources.gene_tables import entrez_symbols, gene_table
from heatleaf.resources.organisms import organisms
from heatleaf.resources.pack import pack_bytes, rename_genes, sort_sets
from heatleaf.resources.propagation import propagate

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


@dataclass(frozen=True)
class _Original:
    """A file that is there: its role, and where from."""

    role: str
    path: Path
    address: str
    sha256: str
    n_bytes: int
    last_modified: str = ""


@dataclass(frozen=True)
class _Made:
    """What the originals become: release, files with their content, messages."""

    release: str
    files: tuple[tuple[FetchedFile, bytes], ...]
    messages: tuple[Message, ...] = ()


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
        _refuse_missing(plans, given)
    with _locked(names) as folder:
        done = [_fetch_one(item, given, folder / _DOWNLOADS, options) for item in plans]
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


def by_hand(plans: Sequence[Plan], given: _GivenFiles) -> str:
    """Say which files to download where there is a network, and what to do with them."""
    wanted = list(dict.fromkeys(file for item in plans for file in item.files if given.find(file) is None))
    addresses = " and ".join(dict.fromkeys(file.where_from for file in wanted))
    names = " ".join(f"--from {name}" for name in dict.fromkeys(file.name for file in wanted))
    return f"on a computer with network download {addresses}, then: heatleaf resources fetch {plans[0].name} {names}"


def _refuse_missing(plans: Sequence[Plan], given: _GivenFiles) -> None:
    missing = [file.name for item in plans for file in item.files if given.find(file) is None]
    if missing:
        what = (
            f"--offline is given, and {' and '.join(dict.fromkeys(missing))} {'is' if len(missing) == 1 else 'are'} not"
        )
        raise UserError("download", what, where=plans[0].name, fix=by_hand(plans, given))


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
    item: Plan, given: _GivenFiles, downloads: Path, options: FetchOptions
) -> tuple[FetchedResource, tuple[Message, ...]]:
    """Bring the files of one resource, make packs, and enter them into the list."""
    fix = by_hand((item,), given)
    originals = [_bring(wanted, given, (downloads, fix), options) for wanted in item.files]
    try:
        made = _MAKERS[item.source](item, {original.role: original for original in originals})
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


def _bring(wanted: FilePlan, given: _GivenFiles, place: tuple[Path, str], options: FetchOptions) -> _Original:
    """Take a file given by hand, else download it."""
    if (path := given.find(wanted)) is not None:
        return _Original(wanted.role, path, "", sha256_of(path), path.stat().st_size)
    downloads, fix = place

    def get(remote: RemoteFile) -> Downloaded:
        return download(remote, downloads, patience=options.patience, progress=options.progress, disk=options.disk)

    name, url, checksum = wanted.name, wanted.url, ""
    if not url:
        name, checksum = _look_up(wanted, get, fix, options.disk)
        url = f"{wanted.index.rpartition('/')[0]}/{name}"
    done = get(RemoteFile(name, url, wanted.max_bytes, checksum, fix))
    return _Original(wanted.role, done.path, done.url, done.sha256, done.n_bytes, done.last_modified)


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


def _store(resource: FetchedResource, made: _Made, disk: Disk) -> None:
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


# --- what the files become


def _make_ontology(item: Plan, originals: dict[str, _Original]) -> _Made:
    ontology = read_ontology(originals["ontology"].path)
    organism = item.organism
    annotations = read_annotations(originals["annotations"].path, organism.taxa, organism.locus_names)
    collections, order = propagate(ontology, annotations)
    loci = [annotations.locus_names[i] for i in order.tolist()]
    day = ontology.release.removeprefix("releases/") or _day(originals["ontology"])
    release = f"GO {day}, annotations {annotations.release or _day(originals['annotations'])}"
    files = tuple(_pack(collection, organism.name, loci) for collection in collections.values())
    return _Made(release, files, next(iter(collections.values())).messages)


def _make_reactome(item: Plan, originals: dict[str, _Original]) -> _Made:
    organism = item.organism
    if "zipped_sets" in originals:
        original = originals["zipped_sets"]
        unzipped = resource_folder() / _DOWNLOADS / "ReactomePathways.gmt"
        write_bytes(unzipped, read_zip_member(original.path, ".gmt", item.files[0].max_bytes))
        try:
            collection = read_gene_sets(unzipped)
        finally:
            DISK.remove(unzipped)
    else:
        original = originals["pathway_table"]
        collection = read_pathway_table(original.path, organism.published_as, organism.gene_ids)
        if any(known.name == organism.name for known in organisms()):
            collection = _renamed(collection, dict(gene_table(organism.name).symbol_of))
    return _one_pack(collection, item, f"Reactome of {_day(original)}")


def _make_wikipathways(item: Plan, originals: dict[str, _Original]) -> _Made:
    original = originals["sets"]
    collection = read_gene_sets(original.path)
    if "gene_info" in originals:
        symbols = read_gene_info(originals["gene_info"].path, item.organism.taxa)
    else:
        symbols = dict(entrez_symbols())
    date = re.search(r"\d{8}", original.path.name)
    return _one_pack(_renamed(collection, symbols), item, f"WikiPathways {date[0] if date else _day(original)}")


def _make_genes(item: Plan, originals: dict[str, _Original]) -> _Made:
    rows = read_gene_features(originals["gtf"].path)
    content = lzma.compress("".join("\t".join(row) + "\n" for row in rows).encode())
    file = _stored_file(f"genes_{item.organism.name}", ".tsv.xz", content)
    return _Made(f"Ensembl {item.release}", ((replace(file, n_genes=len(rows)), content),))


_MAKERS: dict[str, Callable[[Plan, dict[str, _Original]], _Made]] = {
    "go": _make_ontology,
    "reactome": _make_reactome,
    "wikipathways": _make_wikipathways,
    "genes": _make_genes,
}


def _renamed(collection: GeneSetCollection, symbols: dict[str, str]) -> GeneSetCollection:
    """Give the genes their symbols, and tell how many have none."""
    renamed, n_lost = rename_genes(collection, symbols)
    if not renamed.set_ids:
        what = f"none of the {n_lost:,} gene ids of {collection.name} is known"
        raise UserError("gene_sets", what, fix="give the file of the organism that is fetched")
    if not n_lost:
        return renamed
    lost = [gene for gene in collection.genes if not symbols.get(gene)]
    first = ", ".join(lost[:_SHOWN])
    what = f"{n_lost:,} of {len(collection.genes):,} gene ids without a symbol are left out (first: {first})"
    return replace(renamed, messages=(*renamed.messages, note("gene_sets", what)))


def _one_pack(collection: GeneSetCollection, item: Plan, release: str) -> _Made:
    (name,) = item.collections
    packed = _pack(sort_sets(replace(collection, name=name)), item.organism.name, ())
    return _Made(release, (packed,), collection.messages)


def _pack(collection: GeneSetCollection, organism: str, loci: Sequence[str]) -> tuple[FetchedFile, bytes]:
    content = pack_bytes(collection, loci)
    stem = f"{collection.name.replace(':', '_').lower()}_{organism}"
    file = _stored_file(stem, ".npz", content)
    return replace(
        file, collection=collection.name, n_sets=len(collection.set_ids), n_genes=len(collection.genes)
    ), content


def _stored_file(stem: str, ending: str, content: bytes) -> FetchedFile:
    """Name a file by its content, so that a new one never stands in the place of one that the list still names."""
    sha256 = hashlib.sha256(content).hexdigest()
    return FetchedFile(f"{stem}.{sha256[:12]}{ending}", "", sha256, 0, 0)


def _day(original: _Original) -> str:
    """Return the day on which the publisher changed a file, or, where nobody says it, its hash."""
    try:
        return email.utils.parsedate_to_datetime(original.last_modified).date().isoformat()
    except (ValueError, TypeError):
        return f"unknown date (sha256 {original.sha256[:12]})"
