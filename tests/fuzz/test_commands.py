"""Damaged inputs through whole commands: exit code 0 or 1, one sentence, no traceback, nothing half-written."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from mutants import mutate

from heatleaf.cli import main

N_MUTANTS = 15


def good_files() -> dict[str, bytes]:
    rng = np.random.default_rng(2)
    mean = rng.lognormal(4, 1, (110, 1)) * np.where((np.arange(110) < 30)[:, None] & (np.arange(4) > 1), 6, 1)
    rows = ["\t".join([f"G{i}", *map(str, row)]) for i, row in enumerate(rng.poisson(mean).tolist())]
    genes = "\n".join(f"G{i}" for i in range(110))
    return {
        "counts.tsv": "\n".join(["gene\ta1\ta2\tb1\tb2", *rows, ""]).encode(),
        "samples.csv": b"sample,group,age\na1,a,30\na2,a,41\nb1,b,28\nb2,b,39\n",
        "genes.txt": "\n".join(f"G{i}" for i in range(30)).encode(),
        "all.txt": genes.encode(),
        "sets.gmt": ("planted\t\t" + "\t".join(f"G{i}" for i in range(25)) + "\nother\t\tG40\tG41\tG42\n").encode(),
    }


COMMANDS = {
    "design samples.csv counts.tsv": ("samples.csv", "counts.tsv"),
    "differential counts.tsv samples.csv -o out/table.tsv": ("counts.tsv", "samples.csv"),
    "enrich genes.txt --background all.txt --gene-sets sets.gmt -o out/table.tsv": (
        "genes.txt", "all.txt", "sets.gmt",
    ),
    "heatmap counts.tsv samples.csv -o out/figure.svg --split-columns group --genes top:40": (
        "counts.tsv", "samples.csv",
    ),
}  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.split()[0])
def test_commands_do_their_work_or_refuse(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    good = good_files()
    codes = set()
    for seed in range(N_MUTANTS):
        rng = random.Random(f"{command} {seed}")
        victim = rng.choice(COMMANDS[command])
        content = mutate(mutate(good[victim], rng), rng)
        for name, data in {**good, victim: content}.items():
            Path(name).write_bytes(data)
        try:
            code = main(command.split())
        except Exception as error:
            error.add_note(f"mutant {seed} of {victim}: {content!r}"[:3000])
            raise
        said = capsys.readouterr()
        codes.add(code)
        assert code in (0, 1)
        if code == 1:
            assert said.err.splitlines()[-1].startswith("heatleaf: error [")
            assert not Path("out").exists() or not list(Path("out").iterdir())
        for path in Path("out").glob("*"):
            path.unlink()
    assert codes == {0, 1}
