"""CDT tables with their trees, as Cluster 3.0 writes and Java TreeView reads them (Eisen et al. 1998, PNAS 95:14863).

x.cdt holds the matrix in displayed order; x.gtr and x.atr beside it hold the trees of genes and samples.
"""

from __future__ import annotations

from pathlib import Path

from heatleaf.errors import UserError
from heatleaf.io.atomic import write_bytes
from heatleaf.io.cdt import (
    GENE_KEY,
    GENE_WEIGHT,
    SAMPLE_KEY,
    SAMPLE_WEIGHT,
    CdtColumns,
    cdt_columns,
    detect_cdt_layout,
    names_apart,
)
from heatleaf.io.exchange import (
    FloatArray,
    format_rows,
    format_text,
    named_in_refusals,
    open_exchange,
    read_grid,
    read_values,
    require_writable,
)
from heatleaf.io.layout import Layout, split_line
from heatleaf.io.parse_cell import parse_cell
from heatleaf.io.parse_cells import Grid
from heatleaf.io.tree_file import GENE_WORD, SAMPLE_WORD, format_tree, leaf_keys, parse_tree
from heatleaf.model import ClusteredMatrix, Message, note
from heatleaf.model.counts import require_unique

_GENE_TREE, _SAMPLE_TREE = ".gtr", ".atr"


def write_tree_view(path: Path | str, clustered: ClusteredMatrix) -> tuple[Path, ...]:
    """Write a CDT table, and its trees beside it under the same name with the endings .gtr and .atr.

    Parameters
    ----------
    path : ends in .cdt.

    Returns
    -------
    tuple of paths
        The files that were written; the table last, so that it never stands without its trees.

    Raises
    ------
    UserError
        option (another ending), name_hostile (a tab, a line end or another control character), output_write.

    Notes
    -----
    Numbers have the fewest digits that read back as the same float64; a missing value is an empty cell. NAME is the
    symbol, or the id where there is none, as in Cluster 3.0. All weights are 1. How heights are written: `tree_file`.
    Clusters and annotation have no place in the format.
    """
    path = Path(path)
    if path.suffix.lower() != ".cdt":
        raise UserError("option", "the trees are found by the ending .cdt", where=path.name, fix="name the file x.cdt")
    require_writable(clustered.gene_ids, "gene id", path.name)
    require_writable(clustered.gene_symbols, "gene symbol", path.name)
    require_writable(clustered.sample_ids, "sample name", path.name)
    trees = {
        path.with_suffix(ending): format_tree(tree, word)
        for ending, word, tree in (
            (_GENE_TREE, GENE_WORD, clustered.row_tree),
            (_SAMPLE_TREE, SAMPLE_WORD, clustered.column_tree),
        )
        if tree is not None
    }
    table = "\n".join(_table_lines(clustered)) + "\n"
    for tree_path, data in trees.items():
        write_bytes(tree_path, data)
    write_bytes(path, table.encode("utf-8"))
    return (*trees, path)


def read_tree_view(path: Path | str) -> ClusteredMatrix:
    """Read a CDT table, and the trees beside it where it refers to them.

    Returns
    -------
    ClusteredMatrix
        One cluster, no groups. A NAME that repeats the id is no symbol.

    Raises
    ------
    UserError
        file_missing (a tree that the table refers to), row_length, value_text, gene_duplicate, sample_duplicate,
        name_empty, clusters (a tree that does not fit the table), and the refusals of any file.
    """
    path = Path(path)
    file = open_exchange(path)
    layout = detect_cdt_layout(file.text.encode("utf-8"), file.name)
    columns = cdt_columns(layout.header)
    grid = read_grid(file, layout.offset, layout.n_columns)
    gene_ids = tuple(grid.texts(columns.gene))
    keys = grid.texts(columns.key) if columns.key is not None else None
    names = grid.texts(columns.name) if columns.name is not None else []
    with named_in_refusals(file.name):
        return ClusteredMatrix(
            gene_ids,
            layout.header[columns.first_sample :],
            read_values(grid, range(columns.first_sample, layout.n_columns), file.name),
            tuple(names_apart(names, gene_ids)),
            row_linkage=_read_tree(path, _GENE_TREE, keys),
            column_linkage=_read_tree(path, _SAMPLE_TREE, _sample_keys(layout, columns, file.name)),
            messages=(*file.messages, *_not_kept(layout, columns, grid, file.name)),
        )


def _table_lines(clustered: ClusteredMatrix) -> list[str]:
    n_genes, n_samples = clustered.values.shape
    names = [symbol or gene_id for symbol, gene_id in zip(clustered.gene_symbols, clustered.gene_ids, strict=True)]
    texts: list[list[str]] = [list(clustered.gene_ids), names, ["1"] * n_genes]
    header = ["gene_id", "NAME", GENE_WEIGHT]
    if clustered.row_linkage is not None:
        texts.insert(0, leaf_keys(GENE_WORD, n_genes))
        header.insert(0, GENE_KEY)
    gap = [""] * (len(header) - 1)
    above = [[*header, *map(format_text, clustered.sample_ids)]]
    if clustered.column_linkage is not None:
        above.append([SAMPLE_KEY, *gap, *leaf_keys(SAMPLE_WORD, n_samples)])
    above.append([SAMPLE_WEIGHT, *gap, *["1"] * n_samples])
    return ["\t".join(cells) for cells in above] + format_rows(texts, clustered.values, missing="")


def _sample_keys(layout: Layout, columns: CdtColumns, name: str) -> list[str] | None:
    """Return the keys of the samples, None where the table has no row of them."""
    rows = [(i, split_line(line, "\t")) for i, line in enumerate(layout.comments, 2)]
    found = next(((line, cells) for line, cells in rows if cells[0].upper() == SAMPLE_KEY), None)
    if found is None:
        return None
    line, cells = found
    if len(cells) != layout.n_columns:
        what = f"the row {SAMPLE_KEY} has {len(cells):,} fields, the header has {layout.n_columns:,}"
        raise UserError("row_length", what, where=f"{name} line {line:,}", fix="export the CDT file again")
    return cells[columns.first_sample :]


def _read_tree(path: Path, ending: str, keys: list[str] | None) -> FloatArray | None:
    """Read the tree beside a table, None where the table has no keys for one."""
    if keys is None or len(keys) < 2:
        return None
    paths = [path.with_suffix(each) for each in (ending, ending.upper())]
    tree_path = next((each for each in paths if each.is_file()), None)
    if tree_path is None:
        kind, where = ("genes", GENE_KEY) if ending == _GENE_TREE else ("samples", SAMPLE_KEY)
        what = f"not found, although {path.name} refers to it ({where}): it holds the tree of the {kind}"
        fix = f"put it beside {path.name}; `heatleaf heatmap` reads the table without its trees"
        raise UserError("file_missing", what, where=paths[0].name, fix=fix)
    with named_in_refusals(path.name):
        require_unique(keys, "clusters", "GID or AID")
    return parse_tree(open_exchange(tree_path), keys, path.name)


def _not_kept(layout: Layout, columns: CdtColumns, grid: Grid, name: str) -> list[Message]:
    """Say what a table of another program holds that has no place in a ClusteredMatrix."""
    known = {columns.key, columns.gene, columns.name}
    aside = []
    for i in range(columns.first_sample):
        is_weight = layout.header[i].upper() == GENE_WEIGHT
        if i not in known and not (is_weight and _are_one(grid.texts(i))):
            aside.append(layout.header[i] or f"column {i + 1}")
    for line in layout.comments:
        word, *cells = line.split("\t")
        is_weight = word.upper() == SAMPLE_WEIGHT and _are_one(cells[columns.first_sample - 1 :])
        if word.upper() != SAMPLE_KEY and not is_weight:
            aside.append(word)
    return [note("format", f"set aside: {', '.join(aside)}", where=name)] if aside else []


def _are_one(weights: list[str]) -> bool:
    return all(parse_cell(text) == 1 for text in weights)
