"""What was fetched: the folder on this computer, its list resources.json, and whether its files are whole.

The list is the one truth: a file that it does not name does not exist for the program, and a file is only read if its
hash is the one in the list. Nothing here writes; `heatleaf.analysis.fetching` does.
"""

from __future__ import annotations

import hashlib
import io
import json
import lzma
import os
import sys
from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from heatleaf.errors import UserError
from heatleaf.model import GeneSetCollection
from heatleaf.resources.builtin import builtin_file, sources
from heatleaf.resources.pack import read_pack

FOLDER = "HEATLEAF_RESOURCES"
LIST = "resources.json"
LIST_VERSION = 1


@dataclass(frozen=True)
class FetchedFile:
    """One file of a fetched resource; collection : of its gene sets, "" for a gene table."""

    file: str
    collection: str
    sha256: str
    n_sets: int
    n_genes: int


@dataclass(frozen=True)
class OriginalFile:
    """A file that a resource was made from. address : "" where it was given by hand."""

    file: str
    address: str
    sha256: str
    n_bytes: int


@dataclass(frozen=True)
class FetchedResource:
    """A resource that is there. release : as the originals say it. fetched : day, as 2026-11-22."""

    name: str
    what: str
    organism: str
    release: str
    licence: str
    credit: str
    fetched: str
    originals: tuple[OriginalFile, ...]
    files: tuple[FetchedFile, ...]

    def file_of(self, collection: str) -> FetchedFile | None:
        """Return the file of a collection ("" for the gene table), None where there is none."""
        return next((file for file in self.files if file.collection == collection), None)


def resource_folder() -> Path:
    """Return the folder of fetched resources: HEATLEAF_RESOURCES, else a folder in the system's place for caches."""
    if chosen := os.environ.get(FOLDER):
        return Path(chosen)
    home = Path("~")
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = home / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    try:
        return base.expanduser() / "heatleaf" / "resources"
    except RuntimeError:  # an account without a home
        return base / "heatleaf" / "resources"


def fetched_resources() -> tuple[FetchedResource, ...]:
    """Return what was fetched, by name.

    Raises
    ------
    UserError
        resources: the list cannot be read.
    """
    path = resource_folder() / LIST
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except OSError as error:
        what = f"the list of fetched resources cannot be read ({error.strerror or error})"
        fix = f"make it readable, or set {FOLDER} to another folder"
        raise UserError("resources", what, where=str(path), fix=fix) from None
    except UnicodeDecodeError as error:
        raise _damaged_list(path, str(error)) from None
    try:
        return tuple(_resource(item) for item in json.loads(text)["resources"])
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged_list(path, str(error)) from None


def list_text(resources: Collection[FetchedResource]) -> str:
    """Return the list as text."""
    rows = [asdict(resource) for resource in sorted(resources, key=lambda resource: resource.name)]
    return json.dumps({"version": LIST_VERSION, "resources": rows}, indent=1, ensure_ascii=False) + "\n"


def fetched_collection(organism: str, collection: str) -> tuple[FetchedResource, FetchedFile] | None:
    """Return the fetched resource of an organism that holds a collection ("" for its gene table), and the file."""
    for resource in fetched_resources():
        file = resource.file_of(collection)
        if resource.organism == organism and file is not None:
            return resource, file
    return None


def read_fetched_sets(
    resource: FetchedResource, file: FetchedFile, gene_ids: Collection[str] = ()
) -> GeneSetCollection:
    """Read fetched gene sets.

    Raises
    ------
    UserError
        resources: the file is absent or damaged.
    """
    source = f"{resource.release}, {resource.licence}"
    try:
        return read_pack(io.BytesIO(_read_whole(resource, file)), file.collection, source, gene_ids)
    except ValueError:
        raise _damaged(resource, file, "cannot be read by this version") from None


def read_fetched_table(resource: FetchedResource, file: FetchedFile, n_columns: int) -> tuple[list[str], ...]:
    """Read a fetched table as columns of text.

    Raises
    ------
    UserError
        resources: the file is absent or damaged.
    """
    cells = lzma.decompress(_read_whole(resource, file)).decode().rstrip("\n").replace("\n", "\t").split("\t")
    return tuple(cells[column::n_columns] for column in range(n_columns))


def require_fetched(resource: FetchedResource, file: FetchedFile) -> Path:
    """Return where a fetched file is, after a look at whether it is whole (0.1 s for a human transcriptome).

    Raises
    ------
    UserError
        resources: the file is absent or damaged.
    """
    path = resource_folder() / file.file
    try:
        with path.open("rb") as handle:
            sha256 = hashlib.file_digest(handle, "sha256").hexdigest()
    except OSError as error:
        raise _damaged(resource, file, f"cannot be read ({error.strerror or error})") from None
    if sha256 != file.sha256:
        raise _damaged(resource, file, "is damaged: it is not what was fetched")
    return path


def check_files() -> tuple[list[str], list[str]]:
    """Hash every built-in and every fetched file; return the names of whole files, and a sentence for each other."""
    whole, faults = [], []
    for source in sources():
        name = str(source["file"])
        found = hashlib.sha256(builtin_file(name).read_bytes()).hexdigest()
        if found == source["sha256"]:
            whole.append(name)
        else:
            faults.append(f"{name}: is not the file that came with the program. Fix: install heatleaf again.")
    for resource in fetched_resources():
        for file in resource.files:
            try:
                _read_whole(resource, file)
                whole.append(file.file)
            except UserError as error:
                faults.append(str(error))
    return whole, faults


def _read_whole(resource: FetchedResource, file: FetchedFile) -> bytes:
    """Read a file whose hash is the one in the list (about 3 ms for a megabyte)."""
    try:
        content = (resource_folder() / file.file).read_bytes()
    except OSError as error:
        raise _damaged(resource, file, f"cannot be read ({error.strerror or error})") from None
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise _damaged(resource, file, "is damaged: it is not what was fetched")
    return content


def _resource(item: dict[str, Any]) -> FetchedResource:
    originals = tuple(OriginalFile(**original) for original in item.pop("originals"))
    files = tuple(FetchedFile(**file) for file in item.pop("files"))
    return FetchedResource(**item, originals=originals, files=files)


def _damaged(resource: FetchedResource, file: FetchedFile, what: str) -> UserError:
    where = str(resource_folder() / file.file)
    return UserError("resources", what, where=where, fix=f"heatleaf resources fetch {resource.name}")


def _damaged_list(path: Path, reason: str) -> UserError:
    what = f"the list of fetched resources cannot be read ({reason})"
    return UserError("resources", what, where=str(path), fix="delete this file and fetch again")
