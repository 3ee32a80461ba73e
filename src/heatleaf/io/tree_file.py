"""The trees beside a CDT table (GTR of genes, ATR of samples): one line per merge, bottom up, with its similarity.

The similarity of a merge is 1 - height, in decimal and without rounding, so that a height reads back as it was. Of a
tree of correlation distances that is the correlation itself, as Cluster 3.0 writes it. Heights of other distances
(Ward, Euclidean) are written by the same rule and may lie below -1: they are not scaled, as Cluster 3.0 scales them,
since the heights could not be had back; Java TreeView draws from the lowest similarity to 1, so the picture is the
same.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from heatleaf.errors import UserError
from heatleaf.io.exact import exact, format_exact, parse_exact, subtract
from heatleaf.io.exchange import ExchangeFile, FloatArray
from heatleaf.model.clustered import Dendrogram, first_leaves

GENE_WORD, SAMPLE_WORD = "GENE", "ARRY"
_ONE = Decimal(1)
_HEADER = ("NODEID", "LEFT", "RIGHT", "CORRELATION")
_AGAIN = "export the CDT table and its trees again, together"


def leaf_keys(word: str, n_leaves: int) -> list[str]:
    """Return the keys of leaves: GENE0X, GENE1X ... or ARRY0X ..., numbered as displayed."""
    return [f"{word}{i}X" for i in range(n_leaves)]


def format_tree(tree: Dendrogram, word: str) -> bytes:
    """Write a tree; the child that is displayed first is the left one."""
    n_leaves = len(tree.leaf_names)
    keys = [*leaf_keys(word, n_leaves), *(f"NODE{i}X" for i in range(1, n_leaves))]
    lines = []
    for i_merge, (left, right, height) in enumerate(tree.merges, n_leaves):
        similarity = format_exact(subtract(_ONE, exact(height)))
        lines.append(f"{keys[i_merge]}\t{keys[left]}\t{keys[right]}\t{similarity}\n")
    return "".join(lines).encode("utf-8")


def parse_tree(file: ExchangeFile, leaves: Sequence[str], table_name: str) -> FloatArray:
    """Read a tree over the leaves of a table.

    Parameters
    ----------
    leaves : the keys of the table's rows or columns, in its order. table_name : of the table, for messages.

    Returns
    -------
    float64 array of shape (n_leaves - 1, 4): merges in the order of the file, height = 1 - similarity.

    Raises
    ------
    UserError
        row_length, value_text (similarity), format (a header without CORRELATION), clusters (a key that is unknown,
        used twice or defined twice; too few or too many merges).
    """
    node_of = {key: i for i, key in enumerate(leaves)}
    is_used = [False] * (2 * len(leaves))
    merges: list[tuple[int, int, float]] = []
    for line, (key, *children, similarity) in _merges(file):
        where = f"{file.name} line {line:,}"
        left, right = sorted(_take(child, node_of, is_used, where, table_name) for child in children)
        if key in node_of:
            raise UserError("clusters", f"{key} is defined a second time", where=where, fix=_AGAIN)
        node_of[key] = len(leaves) + len(merges)
        merges.append((left, right, _height(similarity, where)))
    if len(merges) != len(leaves) - 1:
        what = f"joins {len(merges) + 1:,} of the {len(leaves):,} rows or columns of {table_name}; it is cut off"
        raise UserError("clusters", what, where=file.name, fix=_AGAIN)
    linkage = np.array([(*merge, 0.0) for merge in merges]).reshape(-1, 4)
    linkage[:, 3] = first_leaves(linkage)[1][len(leaves) :]
    return linkage


def _merges(file: ExchangeFile) -> list[tuple[int, list[str]]]:
    """Return key, left, right and similarity of each line; a header line says where they stand."""
    rows = [(number, line.split("\t")) for number, line in file.lines]
    columns = [0, 1, 2, 3]
    if rows and rows[0][1][0].upper() == _HEADER[0]:
        names = [name.upper() for name in rows.pop(0)[1]]
        if not set(_HEADER) <= set(names):
            what = f"line 1 has no column {' or '.join(sorted(set(_HEADER) - set(names)))}"
            raise UserError("format", what, where=file.name, fix=_AGAIN)
        columns = [names.index(name) for name in _HEADER]
    for number, cells in rows:
        if len(cells) <= max(columns):
            what = f"has {len(cells)} fields; a merge has a node, its two children and their similarity"
            raise UserError("row_length", what, where=f"{file.name} line {number:,}", fix=_AGAIN)
    return [(number, [cells[column].strip() for column in columns]) for number, cells in rows]


def _take(child: str, node_of: dict[str, int], is_used: list[bool], where: str, table_name: str) -> int:
    """Return the number of a child, which no merge before has taken."""
    node = node_of.get(child)
    if node is None:
        what = f"{child or 'an empty cell'} is neither in {table_name} nor a node of a line before"
        raise UserError("clusters", what, where=where, fix=_AGAIN)
    if is_used[node]:
        raise UserError("clusters", f"{child} is joined a second time", where=where, fix=_AGAIN)
    is_used[node] = True
    return node


def _height(text: str, where: str) -> float:
    similarity = parse_exact(text)
    if similarity is None:
        raise UserError("value_text", f"the similarity '{text[:60]}' is not a number", where=where, fix=_AGAIN)
    return float(subtract(_ONE, similarity))
