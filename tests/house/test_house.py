"""The house itself: imports point one way, pure rooms stay pure, one writer of files, one size to look at."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "heatleaf"
FILES = sorted(SOURCE.rglob("*.py"))
# design.md, section 2: a room may import rooms of lower levels only
LEVELS = {
    "errors": 0,
    "model": 1,
    "io": 3,
    "resources": 3,
    "stats": 4,
    "cluster": 4,
    "enrich": 4,
    "interpret": 4,
    "figures": 4,
    "reads": 4,
    "viewer": 4,
    "analysis": 5,
    "report": 6,
    "web": 6,
    "cli": 7,
    "__init__": 7,
    "__main__": 8,
}
PURE_ROOMS = ("stats", "cluster", "enrich", "interpret")


def room_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            if node.module == "heatleaf":
                names += [f"heatleaf.{alias.name}" for alias in node.names]
            elif node.module:
                names.append(node.module)
        rooms |= {name.split(".")[1] for name in names if name.startswith("heatleaf.")}
    return rooms


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_point_one_way(path: Path) -> None:
    room = room_of(path)
    for other in imported_rooms(path) & LEVELS.keys():
        is_same = other == room
        is_below = LEVELS[other] < LEVELS[room]
        assert is_same or is_below, f"{room} imports {other}"


@pytest.mark.parametrize("path", [path for path in FILES if room_of(path) in PURE_ROOMS], ids=lambda path: path.name)
def test_pure_rooms_touch_nothing_outside(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called not in {"open", "print"}, f"{path}: {called}()"
            is_global_random = re.fullmatch(r"np\.random\.(?!Generator|default_rng|PCG64)\w+", called)
            assert not is_global_random, f"{path}: {called}()"
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = {alias.name for alias in node.names} | {getattr(node, "module", None)}
            assert not names & {"os", "time", "datetime", "pathlib", "logging"}, f"{path}: {names}"


def test_specs_draw_nothing() -> None:
    """A spec is plain values: marks, canvases and files are the business of `draw`."""
    for path in (SOURCE / "figures").rglob("spec.py"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"figures\.(canvas|pdf|svg|png|raster|glyphs|save)\b", text), path


def test_an_analysis_loads_no_slow_library() -> None:
    code = (
        "import sys, heatleaf.analysis.run, heatleaf.report\n"
        "slow = {'matplotlib', 'scipy.stats', 'scipy.interpolate', 'scipy.optimize', 'PIL'} & sys.modules.keys()\n"
        "assert not slow, slow"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_files_are_written_through_the_atomic_writer_only() -> None:
    writes = re.compile(
        r"""open\([^)]*["'][wax]b?\+?["']|\.write_text\(|\.write_bytes\(|os\.replace|(?<!to_df\(\)\.T)\.to_csv\("""
    )
    for path in FILES:
        if path.relative_to(SOURCE).as_posix() != "io/atomic.py":
            assert not writes.search(path.read_text(encoding="utf-8")), path


def test_files_of_tests_have_names_of_their_own() -> None:
    """Two of one name cannot be run together: they are modules without a package."""
    names = [path.name for path in Path(__file__).parents[1].rglob("*.py") if path.name != "conftest.py"]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_public_names_are_sorted_and_importable() -> None:
    import heatleaf

    assert list(heatleaf.__all__) == sorted(heatleaf.__all__)
    assert all(hasattr(heatleaf, name) for name in heatleaf.__all__)


def test_help_loads_no_heavy_library() -> None:
    code = (
        "import sys, heatleaf.cli\n"
        "try: heatleaf.cli.main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'scipy', 'pandas', 'PIL', 'jinja2', 'starlette', 'snakemake'} & sys.modules.keys()\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "heatleaf run" in done.stdout


def test_metrics_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """Function lengths beside those of the models (median 5-9, p90 27-34): for looking at, not for failing on."""
    lengths = sorted(
        (node.end_lineno or 0) - node.lineno + 1
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    )
    with capsys.disabled():
        median, p90 = lengths[len(lengths) // 2], lengths[int(0.9 * len(lengths))]
        print(f"\n{len(lengths)} functions: median {median}, p90 {p90}, longest {lengths[-1]} lines")
    assert lengths
