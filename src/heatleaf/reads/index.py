"""Indices of transcripts, made once and kept: one folder for each program, version and content of the FASTA files."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

from heatleaf.errors import UserError
from heatleaf.io.atomic import atomic_folder, atomic_write
from heatleaf.io.checksum import sha256_of
from heatleaf.io.source import Source
from heatleaf.reads.jobs import IndexJob, write_json
from heatleaf.reads.kallisto import Kallisto
from heatleaf.reads.reference import Reference
from heatleaf.reads.salmon import Salmon
from heatleaf.reads.tools import run_tool
from heatleaf.resources.fetched import resource_folder

RECORD = "index.json"
_KEY_LENGTH = 20
_NO_LIMIT = 1 << 62


def make_tool(name: str, path: str, version: str) -> Kallisto | Salmon:
    """Return a program that was found before, perhaps on another machine."""
    return Salmon(path, version) if name == "salmon" else Kallisto(path, version)


def index_key(tool: Kallisto | Salmon, reference: Reference) -> str:
    """Return the name of an index: the same transcripts for the same version of a program share it."""
    digests = [sha256_of(path) for path in reference.transcripts]
    text = json.dumps([tool.name, tool.version, digests])
    return hashlib.sha256(text.encode()).hexdigest()[:_KEY_LENGTH]


def index_folder(key: str) -> Path:
    """Return where an index is, or will be."""
    return resource_folder() / "indices" / key


def has_index(folder: Path) -> bool:
    """Whether an index is there with all its files, each of the size it was made with."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        return all((folder / name).stat().st_size == size for name, size in record["files"].items())
    except (OSError, ValueError, KeyError):
        return False


def make_index(job: IndexJob) -> None:
    """Make an index unless it is there; what a killed run left of it is never taken for one.

    Raises
    ------
    UserError
        tool; output_write.
    """
    folder = Path(job.folder)
    if has_index(folder):
        return
    tool = make_tool(job.quantifier, job.tool, job.version)
    with atomic_folder(folder) as made:
        transcripts = [Path(path) for path in job.transcripts]
        if len(transcripts) > 1 and isinstance(tool, Salmon):  # salmon takes one file
            transcripts = [_join(transcripts, made / "transcripts.fa")]
        run_tool(tool.index_arguments(transcripts), Path(job.logs) / "index.log", folder=made, hours=job.hours)
        (made / "transcripts.fa").unlink(missing_ok=True)
        shutil.rmtree(made / "tmp", ignore_errors=True)  # kallisto's own
        files = {path.relative_to(made).as_posix(): path.stat().st_size for path in made.rglob("*") if path.is_file()}
        if not files:
            raise UserError("tool", f"{tool.name} ended without writing its index", fix="run the same command again")
        made_from = [Path(path).name for path in job.transcripts]
        about = {"quantifier": tool.name, "version": tool.version, "key": job.key, "transcripts": made_from}
        write_json(made / RECORD, {**about, "files": files})


def _join(paths: list[Path], target: Path) -> Path:
    """Write several FASTA files as one, expanded."""
    with atomic_write(target) as handle:
        for path in paths:
            last = b""
            for block in Source(path, _NO_LIMIT).blocks():
                handle.write(block)
                last = block
            if not last.endswith(b"\n"):
                handle.write(b"\n")
    return target
