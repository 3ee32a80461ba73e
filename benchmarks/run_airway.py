"""`heatleaf run` on the airway study beside R with DESeq2 and pheatmap: cold process to finished files.

Needs the folder of real data and Rscript with DESeq2, pheatmap and ggplot2. Heatleaf does more in its time: shrunken
fold changes, gene sets, report, workbook, three formats of each figure.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from alternate import measure, print_costs

HERE = Path(__file__).parent
DATA = Path(os.environ.get("HEATLEAF_TEST_DATA", HERE.parents[1] / "shared" / "data")) / "airway"


def main() -> None:
    rscript = shutil.which("Rscript")
    if not DATA.is_dir() or not rscript:
        print("skipped: needs the airway data and Rscript")
        return
    heatleaf = Path(sys.executable).with_name("heatleaf")
    counts, sheet = str(DATA / "counts.csv.gz"), str(DATA / "metadata.csv")
    with tempfile.TemporaryDirectory() as folder:
        commands = {
            "R: DESeq2, pheatmap": [rscript, str(HERE / "peer_airway.R"), counts, sheet, f"{folder}/r"],
            "heatleaf run": [str(heatleaf), "run", counts, sheet, "-o", f"{folder}/h", "--quiet"],
        }
        costs = measure(commands, n_repeats=int(os.environ.get("REPEATS", "5")))
    print_costs(costs, "R: DESeq2, pheatmap")


if __name__ == "__main__":
    main()
