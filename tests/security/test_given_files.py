"""What a run opens (R3): inputs are only read, everything that is written lies in the folder that was named."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np

WATCHED = """\
import os, sys
opened = []
def look(event, arguments):
    if event == "open":
        path, mode, flags = arguments
        writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
        is_writing = flags & writing if mode is None else set(mode) & set("wxa+")
        if is_writing and isinstance(path, (str, bytes, os.PathLike)):
            opened.append(os.path.abspath(os.fsdecode(path)))
    if event in ("os.remove", "os.rename", "shutil.rmtree", "os.truncate", "os.chmod"):
        paths = [path for path in arguments[:2] if isinstance(path, (str, bytes, os.PathLike))]
        opened.extend(os.path.abspath(os.fsdecode(path)) for path in paths)
sys.addaudithook(look)
from heatleaf.cli import main
code = main(sys.argv[1:])
print("\\n".join(opened))
sys.exit(code)
"""


def test_a_run_opens_for_writing_only_below_its_folder(tmp_path: Path) -> None:
    """R3: an audit hook sees every file that Python opens, renames or removes."""
    rng = np.random.default_rng(1)
    rows = (f"G{i}\t" + "\t".join(map(str, row)) for i, row in enumerate(rng.integers(1, 99, (120, 4)).tolist()))
    inputs, out = tmp_path / "inputs", tmp_path / "out"
    inputs.mkdir()
    (inputs / "counts.tsv").write_text("\n".join(["gene\ta_1\ta_2\tb_1\tb_2", *rows]) + "\n", encoding="utf-8")
    words = ["run", str(inputs / "counts.tsv"), "-o", str(out), "--quiet"]
    done = subprocess.run([sys.executable, "-c", WATCHED, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    opened = [Path(line) for line in done.stdout.splitlines() if line.startswith("/")]
    # apart from byte code, and what Python's processes share with their children
    written = [path for path in opened if not {"__pycache__", "dev"} & set(path.parts)]
    assert any(path.is_relative_to(out) for path in written)
    assert [path for path in written if not path.is_relative_to(out)] == []
