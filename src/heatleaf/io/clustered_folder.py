"""A heatmap in every format that other programs read, under fixed names in one folder."""

from __future__ import annotations

from pathlib import Path

from heatleaf.errors import UserError
from heatleaf.io.atomic import DISK
from heatleaf.io.cls import write_cls
from heatleaf.io.cluster_lists import LIST_NAME, write_clusters, write_gene_lists, write_matrix, write_memberships
from heatleaf.io.gct import write_gct
from heatleaf.io.newick import write_newick
from heatleaf.io.tree_view import write_tree_view
from heatleaf.model import ClusteredMatrix, Message, warning

_OPTIONAL = ("{}.gtr", "{}.atr", "{}.cls", "{}_rows.nwk", "{}_columns.nwk", "{}_memberships.tsv")


def export_clustered(
    folder: Path | str, clustered: ClusteredMatrix, *, stem: str = "heatmap"
) -> tuple[tuple[Path, ...], tuple[Message, ...]]:
    """Write a heatmap as tables, lists, trees, CDT, GCT and CLS.

    Parameters
    ----------
    stem : what all names begin with.

    Returns
    -------
    paths, messages
        Every file that was written: <stem>_matrix.tsv, <stem>_clusters.tsv, <stem>_genes/cluster_1.txt ..., <stem>.gct,
        <stem>.cdt; where there are trees <stem>.gtr, <stem>.atr, <stem>_rows.nwk and <stem>_columns.nwk; where columns
        are split <stem>.cls; where clusters are soft <stem>_memberships.tsv. A warning where groups have names that a
        CLS file cannot hold; then there is none.

    Raises
    ------
    UserError
        name_hostile, column_duplicate, output_write.

    Notes
    -----
    Each file appears complete or not at all. Of an earlier export under the same names, files that this one does not
    make (a tree, the list of a further cluster) are removed: they would be taken for its own.
    """
    folder = Path(folder)
    table, clusters, gct, cdt = (
        folder / f"{stem}{ending}" for ending in ("_matrix.tsv", "_clusters.tsv", ".gct", ".cdt")
    )
    write_matrix(table, clustered)
    write_clusters(clusters, clustered)
    lists = write_gene_lists(folder / f"{stem}_genes", clustered)
    write_gct(gct, clustered)
    trees = []
    for ending, tree in (("rows", clustered.row_tree), ("columns", clustered.column_tree)):
        if tree is not None:
            trees.append(folder / f"{stem}_{ending}.nwk")
            write_newick(trees[-1], tree)
    soft = [folder / f"{stem}_memberships.tsv"] if clustered.memberships is not None else []
    for path in soft:
        write_memberships(path, clustered)
    classes, messages = _write_groups(folder / f"{stem}.cls", clustered)
    paths = (table, clusters, *soft, *lists, gct, *write_tree_view(cdt, clustered), *trees, *classes)
    _remove_others(folder, stem, paths)
    return paths, messages


def _write_groups(path: Path, clustered: ClusteredMatrix) -> tuple[tuple[Path, ...], tuple[Message, ...]]:
    """Write the blocks of columns, where there are any whose names the format can hold."""
    if not any(clustered.column_groups):
        return (), ()
    try:
        write_cls(path, clustered.column_groups)
    except UserError as error:
        if error.code not in ("name_hostile", "name_empty"):
            raise
        return (), (warning(error.code, f"not written: {error.what}", where=error.where, fix=error.fix),)
    return (path,), ()


def _remove_others(folder: Path, stem: str, paths: tuple[Path, ...]) -> None:
    """Remove the files of an earlier export that this one does not make."""
    lists = [path for path in (folder / f"{stem}_genes").iterdir() if LIST_NAME.fullmatch(path.name)]
    for path in [*lists, *(folder / name.format(stem) for name in _OPTIONAL)]:
        if path not in paths:
            DISK.remove(path)
