"""What the source must not hold (S16, S17), and that its dependencies are pinned (S24)."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "src" / "heatleaf").rglob("*.py"))
RUNS_DATA = {"eval", "exec", "compile", "__import__", "yaml.load", "yaml.unsafe_load", "marshal.loads", "shelve.open"}
UNSAFE_MODULES = {"pickle", "cPickle", "dill", "joblib", "shelve", "marshal"}


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def imports(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    names = {alias.name.split(".")[0] for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return names | {(node.module or "").split(".")[0] for node in nodes if isinstance(node, ast.ImportFrom)}


def keywords(call: ast.Call) -> dict[str | None, str]:
    return {word.arg: ast.unparse(word.value) for word in call.keywords}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT / "src" / "heatleaf")))
def test_nothing_runs_data_as_code(path: Path) -> None:
    """S16."""
    assert not imports(path) & UNSAFE_MODULES
    for name, call in calls(path):
        assert name not in RUNS_DATA, ast.unparse(call)
        if name in ("np.load", "numpy.load"):
            assert keywords(call).get("allow_pickle", "False") == "False", ast.unparse(call)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT / "src" / "heatleaf")))
def test_no_shell_is_started(path: Path) -> None:
    """S17: subprocesses get lists of arguments."""
    for name, call in calls(path):
        assert name not in {"os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"}
        assert not name.startswith(("os.spawn", "asyncio.create_subprocess_shell"))
        if name.startswith("subprocess."):
            assert keywords(call).get("shell", "False") == "False", ast.unparse(call)
            assert not call.args or not isinstance(call.args[0], ast.Constant | ast.JoinedStr), ast.unparse(call)


def test_every_dependency_is_pinned() -> None:
    """S24: what pyproject.toml asks for has one version in constraints.txt, which CI installs by."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *(name for names in project["optional-dependencies"].values() for name in names)]
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[\w.-]+==[\w.+!-]+", pin) for pin in pins)
    pinned = {normal(pin.partition("==")[0]) for pin in pins}
    names = {normal(re.split(r"[\[<>=;~ ]", name)[0]) for name in asked} - {"heatleaf"}
    assert names and names <= pinned
    assert "constraints.txt" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
