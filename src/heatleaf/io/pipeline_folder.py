"""Folders that a whole pipeline left: which of the tables in them are the counts, and which file names the genes."""

from __future__ import annotations

import re
from pathlib import Path

from heatleaf.errors import UserError

QUANTIFIED = "quantify.json"  # what `heatleaf quantify` leaves beside counts.tsv
_MERGED = re.compile(r"(?P<tool>[a-z_]+)\.merged\.gene_counts(?P<scaled>_length_scaled)?\.tsv(?:\.gz)?", re.IGNORECASE)
_TX2GENE = re.compile(r".*tx2gene.*\.[ct]sv(?:\.gz)?", re.IGNORECASE)
_DEPTHS = ("*", "*/*")  # nf-core/rnaseq: results/star_salmon/salmon.merged.gene_counts.tsv


def find_merged_table(folder: Path) -> Path | None:
    """Find the one table of gene counts of a pipeline: of `heatleaf quantify`, or of nf-core/rnaseq.

    Raises
    ------
    UserError
        format: tables of several quantifiers.
    """
    where = f"{folder.name}/"
    if (folder / QUANTIFIED).is_file() and (folder / "counts.tsv").is_file():
        return folder / "counts.tsv"
    found = _files(folder, _MERGED)
    if not found:
        return None
    tools = {(path.parent, match["tool"].lower()) for path, match in found}
    if len(tools) > 1:
        shown = ", ".join(sorted(path.relative_to(folder).as_posix() for path, _ in found))
        what = f"holds gene counts of several quantifiers: {shown}"
        raise UserError("format", what, where=where, fix="give one of these files")
    return max(found, key=lambda item: item[1]["scaled"] is not None)[0]


def find_tx2gene(folder: Path) -> Path | None:
    """Find the one table of transcripts and genes that a pipeline left beside its results, None without one."""
    found = [path for path, _ in _files(folder, _TX2GENE)]
    return found[0] if len(found) == 1 else None


def _files(folder: Path, pattern: re.Pattern[str]) -> list[tuple[Path, re.Match[str]]]:
    """Return the files of a folder, and of the folders in it, whose names match."""
    paths = sorted(path for depth in _DEPTHS for path in folder.glob(depth))
    matches = ((path, pattern.fullmatch(path.name)) for path in paths)
    return [(path, match) for path, match in matches if match and path.is_file()]
