"""The same input, settings and versions give the same bytes (R7, R10, R11, R12, R34), in whole runs as users make them.

Everything but the clock times in run.json must be equal: tables, specs, workbook, report, SVG, PDF and PNG.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from run_contents import contents

pytestmark = [pytest.mark.xdist_group("command line"), pytest.mark.timeout(300)]

# The number of processors and workers is set before anything of heatleaf asks for it.
MACHINE = """\
import os, sys
n_processors, n_workers = int(sys.argv[1]), int(sys.argv[2])
os.cpu_count = lambda: n_processors
import heatleaf.stats.chunks as chunks
chunks.DEFAULT_WORKERS = n_workers
from heatleaf.cli import main
sys.exit(main(sys.argv[3:]))
"""
Runs = dict[str, Path]


def write_inputs(folder: Path) -> None:
    folder.mkdir(parents=True)
    rng = np.random.default_rng(5)
    mean = rng.lognormal(5, 1, (400, 1)) * np.where((np.arange(400) < 90)[:, None] & (np.arange(6) > 2), 4, 1)
    counts = rng.negative_binomial(10, 10 / (10 + mean)).tolist()
    # names that sort and change case differently by language: dotted and dotless i, umlauts, ligatures
    genes = ["İX1", "ıx2", "IX3", "ix4", "ÄB1", "zb1", "Ǆ1", *(f"Gene{i}" for i in range(393))]
    rows = ["\t".join([gene, *map(str, row)]) for gene, row in zip(genes, counts, strict=True)]
    header = "gene\t" + "\t".join(f"s{i}" for i in range(6))
    (folder / "counts.tsv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    sheet = "".join(f"s{i},{'ıi'[i // 3]}lk,{'ab'[i % 2]}\n" for i in range(6))
    (folder / "samples.csv").write_text(f"id,Zustand,batch\n{sheet}", encoding="utf-8")
    sets = "\n".join(f"S{k}\t\t" + "\t".join(genes[k * 20 : k * 20 + 60]) for k in range(12))
    (folder / "sets.gmt").write_text(sets + "\n", encoding="utf-8")


def run(folder: Path, words: list[str], machine: tuple[int, int] = (2, 2), **environment: str) -> None:
    base = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG", "TZ"))}
    command = [sys.executable, "-c", MACHINE, *map(str, machine), "run", *words, "--gene-sets", "sets.gmt", "--quiet"]
    command += ["--contrast", "Zustand", "ilk", "ılk"]
    done = subprocess.run(
        command, cwd=folder, env={**base, **environment}, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """Four runs: a plain one, one elsewhere at another time in another language, and two on other machines."""
    root = tmp_path_factory.mktemp("same")
    write_inputs(root / "here")
    shutil.copytree(root / "here", root / "a folder/Ärger/there")
    relative = ["counts.tsv", "samples.csv", "-o", "out"]
    there = root / "a folder/Ärger/there"
    whole = [str(there / "counts.tsv"), str(there / "samples.csv"), "-o", str(root / "other out")]
    run(root / "here", relative, PYTHONHASHSEED="0", TZ="UTC", LC_ALL="C.UTF-8")
    turkish = {"LC_ALL": "tr_TR.UTF-8", "LANG": "de_DE.UTF-8", "LC_NUMERIC": "de_DE.UTF-8", "PYTHONUTF8": "1"}
    run(there, whole, PYTHONHASHSEED="4711", TZ="Asia/Tokyo", **turkish)
    for name, machine in (("one", (1, 1)), ("many", (8, 5))):
        shutil.copytree(root / "here", root / name, ignore=shutil.ignore_patterns("out"))
        run(root / name, relative, machine, OPENBLAS_NUM_THREADS=str(machine[0]), OMP_NUM_THREADS=str(machine[0]))
    return {"here": root / "here/out", "there": root / "other out", "one": root / "one/out", "many": root / "many/out"}


def differences(one: Path, other: Path) -> list[str]:
    left, right = contents(one), contents(other)
    assert len(left) > 40
    return sorted(name for name in left.keys() | right.keys() if left.get(name) != right.get(name))


def test_another_place_time_and_language_change_no_byte(runs: Runs) -> None:
    """R7, R10, R34: folder, way of naming files, time zone, locale, hash seed."""
    assert differences(runs["here"], runs["there"]) == []


@pytest.mark.parametrize("machine", ["one", "many"])
def test_the_number_of_workers_changes_no_byte(runs: Runs, machine: str) -> None:
    """R12: processors, worker threads, threads of the linear algebra."""
    assert differences(runs["here"], runs[machine]) == []


def test_times_are_utc(runs: Runs) -> None:
    """R34: ISO 8601 with its offset, whatever the time zone; in run.json only."""
    record = json.loads((runs["there"] / "run.json").read_text(encoding="utf-8"))
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", record["times"]["started"])
    for path in runs["there"].rglob("*"):
        if path.suffix in (".tsv", ".md", ".html", ".svg"):
            assert record["times"]["started"][:10] not in path.read_text(encoding="utf-8"), path.name


def no_clock_in_zip(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert set(re.findall(r"20\d\d-\d\d-\d\dT", core)) <= {"2000-01-01T"}


def no_clock_in_png(data: bytes) -> None:
    at, kinds = 8, set()
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        kinds.add(kind)
        at += length + 12
    assert kinds >= {b"IHDR", b"IDAT", b"IEND"} and b"tIME" not in kinds


def no_clock_in_pdf(data: bytes) -> None:
    assert data.startswith(b"%PDF") and b"CreationDate" not in data and b"ModDate" not in data


@pytest.mark.parametrize(
    ("ending", "check"),
    [(".xlsx", no_clock_in_zip), (".png", no_clock_in_png), (".pdf", no_clock_in_pdf)],
    ids=["xlsx", "png", "pdf"],
)
def test_compressed_parts_hold_no_clock(runs: Runs, ending: str, check: Callable[[bytes], None]) -> None:
    """R11."""
    files = [path for path in runs["here"].rglob(f"*{ending}")]
    assert files
    for path in files:
        check(path.read_bytes())
