"""Wheel and source archive: they hold what the program needs and nothing else, and the wheel runs by itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600), pytest.mark.xdist_group("packaging")]

BUILD = """\
import sys
from setuptools import build_meta
folder = sys.argv[1]
build_meta.build_sdist(folder)
build_meta.build_wheel(folder)
"""


def tracked() -> list[str]:
    """Return the files of the repository."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    return [name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def python_of(folder: Path) -> Path:
    venv.create(folder, with_pip=True, symlinks=os.name != "nt")
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with wheel and source archive, built from the files of the repository by the backend it names."""
    root = tmp_path_factory.mktemp("build")
    for name in tracked():
        (root / "tree" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / "tree" / name)
    python = python_of(root / "env")
    install = [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "setuptools>=77"]
    if subprocess.run(install, capture_output=True, check=False).returncode:
        pytest.skip("setuptools cannot be installed here: no package index")
    subprocess.run([python, "-c", BUILD, str(root / "dist")], cwd=root / "tree", capture_output=True, check=True)
    return root / "dist"


def test_the_wheel_holds_the_package_and_nothing_else(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    ours = {name for name in names if ".dist-info/" not in name}
    assert ours == {name.removeprefix("src/") for name in tracked() if name.startswith("src/heatleaf/")}
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    print(f"\nwheel: {wheel.stat().st_size / 1e6:.1f} MB, {len(names)} files")


def test_the_source_archive_builds_the_same(built: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as files:
        names = {name.partition("/")[2] for name in files.getnames()}
    missing = {name for name in tracked() if name.startswith("src/heatleaf/")} - names
    assert missing == set()
    assert {"pyproject.toml", "README.md", "LICENSE"} <= names


def test_the_wheel_runs_the_demo_by_itself(built: Path, tmp_path: Path) -> None:
    """In an environment of its own; only the dependencies come from that of the tests."""
    (wheel,) = built.glob("*.whl")
    python = python_of(tmp_path / "env")
    install = [
        python,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        wheel,
    ]
    subprocess.run(install, capture_output=True, check=True)
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    own = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    (Path(own) / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    where = "import heatleaf; print(heatleaf.__file__)"
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    run = {"cwd": tmp_path, "env": environment, "capture_output": True, "text": True, "check": False}
    assert subprocess.run([python, "-c", where], **run).stdout.startswith(own)
    command = python.with_name("heatleaf")
    done = subprocess.run([command, "demo", "--from-counts", "-o", "out", "--quiet"], **run)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "report.html").stat().st_size > 100_000
    timed = subprocess.run([python, "-X", "importtime", "-c", "import heatleaf.cli"], **run)
    microseconds = timed.stderr.strip().splitlines()[-1].split("|")[1]
    print(f"\nimport of the command line: {int(microseconds) / 1000:.0f} ms on Python {sys.version.split()[0]}")
