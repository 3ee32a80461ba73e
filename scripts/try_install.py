"""Install the wheel into clean environments, with the newest and the oldest dependencies, and run the demo in each.

    python scripts/try_install.py python3.11 python3.12 ...

The oldest are the lower bounds of pyproject.toml. By hand, before a release: each environment takes a minute or two.
"""

# ruff: noqa: S603, S607 - it starts what it has just installed

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
PIP = ["-m", "pip", "--disable-pip-version-check", "--quiet"]


def oldest() -> str:
    """Return a constraint for the lower bound of each dependency."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    bounds = (re.match(r"([\w.-]+)>=([\w.]+)", name) for name in project["dependencies"])
    return "".join(f"{bound[1]}=={bound[2]}.*\n" for bound in bounds if bound)


def attempt(python: str, wheel: Path, constraints: str, folder: Path) -> str:
    """Return what came of installing the wheel and running the demo."""
    subprocess.run([python, "-m", "venv", folder / "env"], check=True)
    own = folder / "env" / "bin" / "python"
    options: list[str | Path] = []
    if constraints:
        (folder / "constraints.txt").write_text(constraints, encoding="utf-8")
        options = ["--only-binary", ":all:", "-c", folder / "constraints.txt"]
    installed = subprocess.run([own, *PIP, "install", *options, wheel], capture_output=True, text=True, check=False)
    if installed.returncode:
        return f"not to be installed: {installed.stderr.strip().splitlines()[-1]}"
    size = subprocess.run(["du", "-sm", folder / "env"], capture_output=True, text=True, check=True).stdout.split()[0]
    began = time.perf_counter()
    command = [folder / "env" / "bin" / "heatleaf", "demo", "--from-counts", "-o", folder / "out", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - began
    return done.stderr[-2000:] if done.returncode else f"demo in {seconds:.0f} s, environment of {size} MB"


def main(pythons: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        build = [sys.executable, *PIP, "wheel", "--no-deps", "-w", folder, str(ROOT)]
        subprocess.run(build, check=True)
        (wheel,) = Path(folder).glob("*.whl")
        print(f"{wheel.name}: {wheel.stat().st_size / 1e6:.1f} MB")
        for python in pythons or [sys.executable]:
            for name, constraints in (("newest", ""), ("oldest", oldest())):
                with tempfile.TemporaryDirectory() as place:
                    print(f"{python}, {name}: {attempt(python, wheel, constraints, Path(place))}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
