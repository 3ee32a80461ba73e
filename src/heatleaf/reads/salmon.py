"""salmon, where it is on PATH: its arguments, and its results in the columns that kallisto writes.

Reference: Patro, Duggal, Love, Irizarry & Kingsford 2017, Nature Methods 14:417.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from heatleaf.errors import UserError
from heatleaf.io.atomic import write_text
from heatleaf.reads.jobs import Quant
from heatleaf.reads.settings import Quantifier
from heatleaf.reads.tools import read_version

INDEX_FOLDER = "salmon_index"
_HEADER = "target_id\tlength\teff_length\test_counts\ttpm\n"
_LIBRARY = {
    (True, "unstranded"): "IU",
    (True, "forward"): "ISF",
    (True, "reverse"): "ISR",
    (False, "unstranded"): "U",
    (False, "forward"): "SF",
    (False, "reverse"): "SR",
}


@dataclass(frozen=True)
class Salmon:
    """A salmon that runs."""

    path: str
    version: str

    name: ClassVar[Quantifier] = "salmon"

    name = "salmon"

    def index_arguments(self, transcripts: Sequence[Path]) -> list[str]:
        """Return the command that makes INDEX_FOLDER in the folder where it runs."""
        return [self.path, "index", "-t", str(transcripts[0]), "-i", INDEX_FOLDER, "-p", "1", "--keepDuplicates"]

    def quant_arguments(self, index: Path, files: Sequence[Path], quant: Quant) -> list[str]:
        """Return the command that quantifies one sample into the folder where it runs; see `Kallisto`."""
        library = _LIBRARY.get((quant.is_paired, quant.strandedness), "A")
        arguments = [self.path, "quant", "-i", str(index / INDEX_FOLDER), "-l", library, "-o", ".", "-p", "1"]
        if quant.bootstraps:
            arguments += ["--numBootstraps", str(quant.bootstraps)]
        if quant.is_paired:
            return [*arguments, "-1", *map(str, files[::2]), "-2", *map(str, files[1::2])]
        length, deviation = quant.fragment_length, quant.fragment_sd
        return [*arguments, "--fldMean", f"{length:g}", "--fldSD", f"{deviation:g}", "-r", *map(str, files)]

    def has_nothing(self, folder: Path) -> bool:
        """Whether there are results although no read was found; salmon writes none."""
        return False

    def finish(self, folder: Path) -> dict[str, Any]:
        """Write abundance.tsv from quant.sf, and return reads and how many of them were found in transcripts.

        Raises
        ------
        UserError
            tool: its results are not there.
        """
        try:
            info = json.loads((folder / "aux_info" / "meta_info.json").read_text(encoding="utf-8"))
            lines = (folder / "quant.sf").read_text(encoding="utf-8").splitlines()[1:]
        except (OSError, ValueError):
            what = "salmon ended without writing its results"
            raise UserError("tool", what, fix="run the same command again") from None
        rows = (line.split("\t") for line in lines)  # Name, Length, EffectiveLength, TPM, NumReads
        text = "".join(f"{name}\t{length}\t{eff}\t{reads}\t{tpm}\n" for name, length, eff, tpm, reads in rows)
        write_text(folder / "abundance.tsv", _HEADER + text)
        return {"n_reads": info["num_processed"], "n_mapped": info["num_mapped"], "n_unique": None}


def find_salmon() -> Salmon:
    """Return the salmon on PATH.

    Raises
    ------
    UserError
        tool: there is none.
    """
    found = shutil.which("salmon")
    if found is None:
        fix = "install salmon, or leave --quantifier away: kallisto is fetched where it is missing"
        raise UserError("tool", "salmon is not on PATH", fix=fix)
    return Salmon(found, read_version([found, "--version"]))
