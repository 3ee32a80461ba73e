"""The folder of a finished run, read back: its run.json, and single genes of its tables without reading them whole."""

from __future__ import annotations

import contextlib
import csv
import json
import mmap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from heatleaf.errors import UserError
from heatleaf.io.table_writer import MISSING

NORM_COUNTS = "tables/normalized_counts.tsv"
SCHEMA_VERSIONS = (1,)


@dataclass(frozen=True, eq=False)
class FinishedRun:
    """A folder that `heatleaf run` left. record : the values of its run.json."""

    folder: Path
    record: Mapping[str, Any]

    def gene_names(self) -> Iterator[tuple[str, str]]:
        """Yield id and symbol of each gene."""
        path = self._table(NORM_COUNTS)
        with self._told_damage(NORM_COUNTS), path.open(encoding="utf-8", newline="") as lines:
            next(lines, "")
            for line in lines:
                gene_id, symbol = (_cells(line) if chr(34) in line else line.split("\t", 2))[:2]
                yield gene_id, symbol

    def find_gene(self, name: str) -> list[tuple[str, str]]:
        """Return id and symbol of the genes with this id or symbol; exact matches first, else case is forgiven."""
        names = list(self.gene_names())
        exact = [pair for pair in names if name in pair]
        return exact or [pair for pair in names if name.casefold() in (pair[0].casefold(), pair[1].casefold())]

    def row(self, table: str, gene_id: str) -> dict[str, str]:
        """Return the row of a gene in one of the tables, by column name; empty where the gene is not in it.

        table : file name within the folder, such as "tables/vst.tsv"; its first column is gene_id.
        """
        path = self._table(table)
        with (
            self._told_damage(table),
            path.open("rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
        ):
            header = content[: content.find(b"\n")].decode()
            written = f'"{gene_id.replace(chr(34), chr(34) * 2)}"' if set(gene_id) & set('\t\n\r"') else gene_id
            start = content.find(f"\n{written}\t".encode())
            if start < 0:
                return {}
            end = content.find(b"\n", start + 1)
            line = content[start + 1 : end if end > 0 else len(content)].decode()
            return dict(zip(_cells(header), _cells(line), strict=True))

    def columns(self, table: str, *names: str) -> tuple[list[str], ...]:
        """Return whole columns of one of the tables, as text; empty ones where the run did not write the table.

        table : file name within the folder, such as "tables/heatmap_clusters.tsv".
        """
        path = self.folder / table
        if not path.is_file():
            return tuple([] for _ in names)
        with path.open(encoding="utf-8", newline="") as lines:
            rows = csv.reader(lines, delimiter="\t")
            header = next(rows)
            places = [header.index(name) for name in names]
            picked = [[row[i] for i in places] for row in rows]
        return tuple([row[i] for row in picked] for i in range(len(names)))

    def norm_counts(self, gene_id: str) -> list[float]:
        """Return the normalised counts of a gene, in the order of the samples of run.json."""
        cells = list(self.row(NORM_COUNTS, gene_id).values())[2:]
        with self._told_damage(NORM_COUNTS):
            return [number(cell) for cell in cells]

    @contextlib.contextmanager
    def _told_damage(self, table: str) -> Iterator[None]:
        """Refuse a table that does not hold what we wrote: lines cut short, text in place of numbers, no UTF-8."""
        try:
            yield
        except (ValueError, csv.Error) as error:
            what = f"{table} in {self.folder} is damaged, or was changed after the run"
            raise UserError("output_folder", what, fix="run heatleaf again into this folder") from error

    def _table(self, name: str) -> Path:
        path = self.folder / name
        if not path.is_file():
            what = f"{name} is not in {self.folder}"
            raise UserError("file_missing", what, fix="run heatleaf again into this folder")
        return path


def open_run(folder: Path) -> FinishedRun:
    """Open the folder of a finished run.

    Raises
    ------
    UserError
        file_missing: no such folder, or no run.json in it. output_folder: a run.json that cannot be read, or of another
        version of the program (requirement R38).
    """
    path = folder / "run.json"
    if not path.is_file():
        what = f"{folder} is not a folder that heatleaf run left: it has no run.json"
        raise UserError("file_missing", what, fix="give the folder that stood after -o")
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        version = record["schema_version"]
    except (ValueError, KeyError, TypeError) as error:
        raise UserError("output_folder", f"{path} cannot be read", fix="run heatleaf again into this folder") from error
    if version not in SCHEMA_VERSIONS or "samples" not in record:
        what = f"{path} was written by another version of heatleaf (schema {version})"
        raise UserError("output_folder", what, fix="run heatleaf again into this folder")
    return FinishedRun(folder, record)


def number(cell: str) -> float:
    """Read a cell of a table that we wrote; NaN for NA and for a cell without a number."""
    return float("nan") if cell in (MISSING, "") else float(cell)


def _cells(line: str) -> list[str]:
    if '"' not in line:
        return line.rstrip("\r\n").split("\t")
    return next(csv.reader([line.rstrip("\r\n")], delimiter="\t"))
