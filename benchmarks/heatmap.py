"""One clustered, split and annotated heatmap to PDF beside seaborn, PyComplexHeatmap and R ComplexHeatmap.

Cold processes: every tool reads the same table of log values, scales each gene, clusters genes by 1 - r with average
linkage, and writes a PDF. seaborn has no splits and no key of annotations. Python peers run where PEERS names an
interpreter that has them, R where Rscript has ComplexHeatmap; a peer that is absent is named as skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from alternate import measure, print_costs

HERE = Path(__file__).parent
PYTHON_PEERS = {"seaborn": "seaborn", "PyComplexHeatmap": "PyComplexHeatmap"}
SIZES = ((500, 24), (5_000, 24))


def write_study(folder: Path, n_genes: int, n_samples: int) -> tuple[Path, Path]:
    """Write log values with four patterns of genes, and a sheet of groups and batches."""
    rng = np.random.default_rng(1)
    is_treated, is_second = np.arange(n_samples) >= n_samples // 2, np.arange(n_samples) % 2 == 1
    patterns = np.stack([is_treated, ~is_treated, is_second, is_treated & is_second]).astype(float)
    values = 8 + 2 * patterns[rng.integers(0, 4, n_genes)] + rng.normal(size=(n_genes, n_samples))
    matrix, sheet = folder / f"values_{n_genes}.tsv", folder / f"samples_{n_genes}.tsv"
    names = [f"s{i + 1:02d}" for i in range(n_samples)]
    rows = ["gene\t" + "\t".join(names)]
    rows += [f"gene{i}\t" + "\t".join(f"{value:.4f}" for value in row) for i, row in enumerate(values)]
    matrix.write_text("\n".join(rows) + "\n")
    groups = np.where(is_treated, "treated", "control")
    lines = [f"{name}\t{group}\tb{1 + second}" for name, group, second in zip(names, groups, is_second, strict=True)]
    sheet.write_text("sample\tgroup\tbatch\n" + "\n".join(lines) + "\n")
    return matrix, sheet


def find_peers() -> dict[str, list[str]]:
    """Return the beginning of the command of each peer that is here, and say which are not."""
    peers: dict[str, list[str]] = {}
    python = os.environ.get("PEERS", sys.executable)
    for name, package in PYTHON_PEERS.items():
        if _runs([python, "-c", f"import {package}"]):
            peers[name] = [python, str(HERE / "peer_heatmap.py"), name]
        else:
            print(f"skipped: {name} (PEERS names no interpreter that has it)")
    rscript = shutil.which("Rscript")
    if rscript and _runs([rscript, "-e", "library(ComplexHeatmap)"]):
        peers["R ComplexHeatmap"] = [rscript, str(HERE / "peer_heatmap.R")]
    else:
        print("skipped: R ComplexHeatmap (no Rscript that has it)")
    return peers


def _runs(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def main() -> None:
    peers = find_peers()
    heatleaf = str(Path(sys.executable).with_name("heatleaf"))
    options = ["--linkage", "average", "--metric", "correlation", "--clusters", "4", "--split-columns", "group"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for n_genes, n_samples in SIZES:
            matrix, sheet = write_study(folder, n_genes, n_samples)
            inputs = [str(matrix), str(sheet)]
            figures = {peer: folder / f"{i}.pdf" for i, peer in enumerate(["heatleaf", *peers])}
            commands = {peer: [*start, *inputs, str(figures[peer])] for peer, start in peers.items()}
            genes = ["--genes", f"top:{n_genes}"]
            commands["heatleaf"] = [heatleaf, "heatmap", *inputs, "-o", str(figures["heatleaf"]), *genes, *options]
            costs = measure(commands, n_repeats=int(os.environ.get("REPEATS", "5")))
            print(f"\n{n_genes:,} genes x {n_samples} samples")
            print_costs(costs, "heatleaf")
            print("PDF kB: " + ", ".join(f"{peer} {figures[peer].stat().st_size / 1000:.0f}" for peer in commands))


if __name__ == "__main__":
    main()
