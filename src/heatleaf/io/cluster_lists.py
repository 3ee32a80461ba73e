"""What is shown as plain tables and lists: the matrix, the clusters of its genes, and one list of genes per cluster."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from heatleaf.errors import UserError
from heatleaf.io.atomic import write_text
from heatleaf.io.exchange import (
    ExchangeFile,
    format_rows,
    format_text,
    named_in_refusals,
    open_exchange,
    read_grid,
    read_values,
    require_writable,
)
from heatleaf.io.layout import offset_of, split_line
from heatleaf.io.parse_cells import Grid
from heatleaf.io.source import Source
from heatleaf.io.text import read_text
from heatleaf.model import ClusteredMatrix, Clusters
from heatleaf.model.counts import require_unique

FloatArray = NDArray[np.float64]
_GENE_COLUMNS = ("gene_id", "gene_symbol")
_CLUSTER_COLUMNS = (*_GENE_COLUMNS, "cluster", "position")
LIST_NAME = re.compile(r"cluster_([1-9][0-9]{0,8})\.txt")


def write_matrix(path: Path | str, clustered: ClusteredMatrix) -> None:
    """Write gene ids, symbols and values as a table, top to bottom as displayed; a missing value is NA.

    Raises
    ------
    UserError
        name_hostile (a tab, a line end or another control character), output_write.
    """
    path = Path(path)
    _require_genes_writable(clustered, path.name)
    require_writable(clustered.sample_ids, "sample name", path.name)
    header = "\t".join([*_GENE_COLUMNS, *map(format_text, clustered.sample_ids)])
    rows = format_rows([clustered.gene_ids, clustered.gene_symbols], clustered.values)
    write_text(path, "\n".join([header, *rows, ""]))


def read_matrix(path: Path | str) -> ClusteredMatrix:
    """Read what `write_matrix` wrote: one cluster, no trees.

    Raises
    ------
    UserError
        format (other first columns), row_length, value_text, gene_duplicate, sample_duplicate, name_empty, and the
        refusals of any file.
    """
    file = open_exchange(path)
    header = _read_header(file, _GENE_COLUMNS)
    grid = _read_body(file, len(header))
    with named_in_refusals(file.name):
        return ClusteredMatrix(
            tuple(grid.texts(0)),
            tuple(header[2:]),
            read_values(grid, range(2, len(header)), file.name),
            tuple(grid.texts(1)),
            messages=file.messages,
        )


def write_clusters(path: Path | str, clustered: ClusteredMatrix) -> None:
    """Write gene id, symbol, cluster (1..k from top to bottom) and position (1 at the top) of each gene.

    Raises
    ------
    UserError
        name_hostile (a tab, a line end or another control character), output_write.
    """
    path = Path(path)
    _require_genes_writable(clustered, path.name)
    numbers = np.column_stack([clustered.clusters.labels, np.arange(1, len(clustered.gene_ids) + 1)])
    rows = format_rows([clustered.gene_ids, clustered.gene_symbols], numbers.astype(np.float64))
    write_text(path, "\n".join(["\t".join(_CLUSTER_COLUMNS), *rows, ""]))


def read_clusters(path: Path | str) -> tuple[Clusters, tuple[str, ...]]:
    """Read what `write_clusters` wrote: the clusters, and the symbol of each gene.

    Raises
    ------
    UserError
        format (other columns), row_length, value_text, gene_duplicate, clusters (rows that are not in displayed
        order, or numbers that do not count 1, 2, 3 ...), and the refusals of any file.
    """
    file = open_exchange(path)
    if len(_read_header(file, _CLUSTER_COLUMNS)) > len(_CLUSTER_COLUMNS):
        raise _other_columns(file, _CLUSTER_COLUMNS)
    grid = _read_body(file, len(_CLUSTER_COLUMNS))
    gene_ids = tuple(grid.texts(0))
    with named_in_refusals(file.name):
        require_unique(gene_ids, "gene_duplicate", "gene")
    numbers, positions = read_values(grid, range(2, 4), file.name).T
    steps = np.diff(numbers, prepend=0)
    is_wrong = ((steps != 0) & (steps != 1)) | (positions != np.arange(1, len(positions) + 1))
    is_wrong[0] |= steps[0] != 1
    if is_wrong.any():
        row = int(is_wrong.argmax())
        what = f"gene {gene_ids[row]}: clusters count 1, 2, 3 and positions 1, 2, 3 from top to bottom"
        where = f"{file.name} line {int(grid.lines[row]):,}"
        raise UserError("clusters", what, where=where, fix="sort the rows by position, or export the table again")
    return Clusters(gene_ids, numbers.astype(np.int64)), tuple(grid.texts(1))


def write_memberships(path: Path | str, clustered: ClusteredMatrix) -> None:
    """Write how far each gene belongs to each soft cluster, 0-1: one column per cluster, the topmost first.

    Raises
    ------
    UserError
        name_hostile (a tab, a line end or another control character), output_write.
    """
    path, soft = Path(path), clustered.memberships
    assert soft is not None, "asked for only where clusters are soft"
    _require_genes_writable(clustered, path.name)
    header = "\t".join([*_GENE_COLUMNS, *(f"cluster_{number}" for number in range(1, soft.shape[1] + 1))])
    rows = format_rows([clustered.gene_ids, clustered.gene_symbols], soft)
    write_text(path, "\n".join([header, *rows, ""]))


def read_memberships(path: Path | str) -> tuple[tuple[str, ...], FloatArray]:
    """Read what `write_memberships` wrote: gene ids, and memberships of shape (n_genes, n_clusters), NaN where NA.

    Raises
    ------
    UserError
        As `read_matrix`.
    """
    table = read_matrix(path)
    return table.gene_ids, table.values


def write_gene_lists(folder: Path | str, clustered: ClusteredMatrix) -> tuple[Path, ...]:
    """Write the gene ids of each cluster as displayed, one per line, into cluster_1.txt, cluster_2.txt ...

    Returns
    -------
    tuple of paths
        One file per cluster.

    Raises
    ------
    UserError
        name_hostile (a control character, or a name that begins like a comment), output_write.
    """
    folder, clusters = Path(folder), clustered.clusters
    require_writable(clusters.gene_ids, "gene id", folder.name)
    comment = next((name for name in clusters.gene_ids if name[0] in "#\ufeff"), None)
    if comment is not None:
        what = f"the gene id {comment!a} begins with a sign that a list of genes cannot begin with"
        raise UserError("name_hostile", what, where=folder.name, fix="rename the gene")
    paths = []
    for number in range(1, clusters.n_clusters + 1):
        paths.append(folder / f"cluster_{number}.txt")
        write_text(paths[-1], "\n".join([*clusters.members(number), ""]))
    return tuple(paths)


def read_gene_lists(folder: Path | str) -> Clusters:
    """Read the lists of all clusters of a folder.

    Raises
    ------
    UserError
        file_missing (no list, or a number left out), gene_duplicate, and the refusals of any file.
    """
    folder = Path(folder)
    found = {int(match[1]): path for path in folder.glob("cluster_*.txt") if (match := LIST_NAME.fullmatch(path.name))}
    absent = next(number for number in range(1, len(found) + 2) if number not in found)
    if absent <= max(found, default=1):
        fix = "give the folder with the lists of all clusters"
        raise UserError("file_missing", f"cluster_{absent}.txt is not there", where=folder.name, fix=fix)
    members = [_genes(found[number]) for number in sorted(found)]
    gene_ids = tuple(name for names in members for name in names)
    with named_in_refusals(folder.name):
        require_unique(gene_ids, "gene_duplicate", "gene")
    labels = np.repeat(np.arange(1, len(members) + 1), [len(names) for names in members])
    return Clusters(gene_ids, labels)


def _genes(path: Path) -> list[str]:
    """Return the lines of a list, whatever its first gene is called."""
    return [line for line in read_text(Source(path)).split("\n") if line]


def _require_genes_writable(clustered: ClusteredMatrix, name: str) -> None:
    require_writable(clustered.gene_ids, "gene id", name)
    require_writable(clustered.gene_symbols, "gene symbol", name)


def _read_header(file: ExchangeFile, columns: tuple[str, ...]) -> list[str]:
    """Return the header, refusing one that does not begin with some columns."""
    header = split_line(file.text.partition("\n")[0], "\t")
    if tuple(header[: len(columns)]) != columns:
        raise _other_columns(file, columns)
    return header


def _read_body(file: ExchangeFile, n_columns: int) -> Grid:
    return read_grid(file, offset_of([file.text.partition("\n")[0]], 1), n_columns)


def _other_columns(file: ExchangeFile, columns: tuple[str, ...]) -> UserError:
    fix = "give the table as it was exported, separated by tabs"
    return UserError("format", f"does not have the columns {', '.join(columns)}", where=file.name, fix=fix)
