"""Tables for peer_deseq2.R, and runs of it: DESeq2 is a peer of the benchmarks, never a dependency."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

SCRIPT = Path(__file__).with_name("peer_deseq2.R")


@dataclass(frozen=True)
class Spent:
    """Seconds of wall and CPU time inside the process, without loading and reading; peak memory of the process, MB."""

    wall: float
    cpu: float
    peak_mb: float


def is_installed() -> bool:
    """Tell whether R with DESeq2 can be run here."""
    if shutil.which("Rscript") is None:
        return False
    test = ["Rscript", "-e", "quit(status = !requireNamespace('DESeq2', quietly = TRUE))"]
    return subprocess.run(test, capture_output=True, check=False).returncode == 0


def write_folder(
    folder: Path, counts: np.ndarray, genes: tuple[str, ...], samples: pd.DataFrame, references: Mapping[str, str]
) -> None:
    """Write counts (n_genes, n_samples), the sheet, and the reference level of each factor."""
    folder.mkdir(parents=True, exist_ok=True)
    np.ascontiguousarray(counts.T, dtype=np.int32).tofile(folder / "counts.bin")
    (folder / "genes.txt").write_text("\n".join(genes) + "\n")
    (folder / "references.txt").write_text("".join(f"{name}={level}\n" for name, level in references.items()))
    samples.to_csv(folder / "samples.csv")


def run_deseq2(folder: Path, mode: str, formula: str, reduced: str = "~ 1", contrast: str = "0") -> Spent:
    """Run the script on a folder; mode "test", "vst" or "agree"."""
    command = ["Rscript", str(SCRIPT), str(folder), mode, formula, reduced, contrast]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    wall, cpu, peak = map(float, done.stdout.split()[:3])
    return Spent(wall, cpu, peak)
