"""Trees in Newick format, with branch lengths: what viewers of dendrograms and phylogenies read.

The length of a branch is the height of the merge above it less that below it, in decimal and without rounding, so that
every leaf is equally far from the root and heights read back as they were. No function here calls itself: a tree may be
as deep as it has leaves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import numpy as np

from heatleaf.errors import UserError
from heatleaf.io.atomic import write_text
from heatleaf.io.exact import add, exact, format_exact, parse_exact, subtract
from heatleaf.io.exchange import named_in_refusals, open_exchange, require_writable
from heatleaf.model.clustered import Dendrogram, FloatArray

_PLAIN_NAME = re.compile(r"""[^\s()\[\]'"_:;,]+""")  # an unquoted underscore means a blank to some readers
_TOKEN = re.compile(
    r"(?P<gap>\s+|\[[^\]]*\])|(?P<mark>[(),:;])|(?P<quoted>'[^']*(?:''[^']*)*')|(?P<word>[^\s()\[\]':;,]+)"
)
_ROUNDING = Decimal("1e-6")  # share of the whole height by which leaves may differ in files with rounded lengths
_AGAIN = "export the tree again, with branch lengths"


def write_newick(path: Path | str, tree: Dendrogram) -> None:
    """Write a tree as one line; leaves stand in displayed order.

    Raises
    ------
    UserError
        name_empty, name_hostile (a tab, a line end or another control character), output_write.

    Notes
    -----
    Names with a blank, an underscore, a quote or one of ()[]:;, are in single quotes, with quotes doubled (the standard
    of Olsen and Felsenstein); all others stand as they are.

    Examples
    --------
    >>> format_newick(Dendrogram(("a", "b c"), np.array([[0, 1, 0.5, 2]])))
    "(a:0.5,'b c':0.5);"
    """
    path = Path(path)
    require_writable(tree.leaf_names, "name", path.name)
    if not all(tree.leaf_names):
        raise UserError("name_empty", "a leaf has no name", where=path.name, fix="name every gene and sample")
    write_text(path, format_newick(tree) + "\n")


def read_newick(path: Path | str) -> Dendrogram:
    """Read one tree whose leaves are equally far from its root, as trees of a hierarchical clustering are.

    Returns
    -------
    Dendrogram
        Leaves in the order of the file, merges by height. Names as they stand (an underscore stays one); names of
        inner nodes and comments are passed over.

    Raises
    ------
    UserError
        format (not Newick, with line and column; more than one tree; a node with other than two branches),
        value_text (a length), name_empty, gene_duplicate, clusters (leaves at different distances from the root),
        and the refusals of any file.
    """
    file = open_exchange(path)
    parser = _Parser(file.name, file.text)
    parser.parse()
    heights = _heights(parser)
    with named_in_refusals(file.name):
        return Dendrogram(tuple(parser.leaf_names), _linkage(parser, heights))


def format_newick(tree: Dendrogram) -> str:
    """Return a tree as text."""
    n_leaves = len(tree.leaf_names)
    merges = tree.merges
    lengths = _branch_lengths(tree)
    parts: list[str] = []
    waiting: list[int | str] = [2 * n_leaves - 2]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            parts.append(item)
        elif item < n_leaves:
            parts.append(_format_name(tree.leaf_names[item]) + lengths[item])
        else:
            left, right, _ = merges[item - n_leaves]
            waiting += [f"){lengths[item]}", right, ",", left, "("]
    return "".join(parts) + ";"


def _branch_lengths(tree: Dendrogram) -> list[str]:
    """Return ":length" for each node, "" for the root."""
    heights = [Decimal(0)] * len(tree.leaf_names)
    lengths = [""] * (2 * len(tree.leaf_names) - 1)
    for left, right, height in tree.merges:
        heights.append(exact(height))
        for child in (left, right):
            lengths[child] = f":{format_exact(subtract(heights[-1], heights[child]))}"
    return lengths


def _format_name(name: str) -> str:
    return name if _PLAIN_NAME.fullmatch(name) else "'" + name.replace("'", "''") + "'"


@dataclass
class _Node:
    """What is read of a node. at : where it begins in the text."""

    at: int
    children: list[int] = field(default_factory=list)
    length: Decimal | None = None
    leaf: int = -1
    has_label: bool = False


@dataclass
class _Parser:
    """Reads a text from left to right. nodes : children before parents, the root last."""

    file_name: str
    text: str
    nodes: list[_Node] = field(default_factory=list)
    leaf_names: list[str] = field(default_factory=list)

    def parse(self) -> None:
        """Read the one tree of the text."""
        tokens = self._tokens()
        opened: list[_Node] = []
        current: _Node | None = None  # the node that was just read, None where one has to begin
        at = 0
        for at, kind, sign in tokens:
            if sign == "(" and kind == "mark" and current is None:
                opened.append(_Node(at))
            elif kind != "mark":
                current = self._label(current, sign, at)
            elif current is None:
                if sign in ",):":
                    raise self.refusal(at, "a leaf has no name", code="name_empty")
                raise self.refusal(at, "the text ends where a leaf is expected: it is cut off or empty")
            elif sign == ":":
                self._read_length(current, tokens, at)
            elif sign == ";":
                return self._finish(opened, tokens, at)
            elif sign == "(" or not opened:
                raise self.refusal(at, f"'{sign}' is unexpected")
            else:
                opened[-1].children.append(len(self.nodes) - 1)
                current = self._close(opened.pop()) if sign == ")" else None
        raise self.refusal(at, "the text ends without a semicolon: it is cut off")

    def _tokens(self) -> Iterator[tuple[int, str, str]]:
        at = 0
        while at < len(self.text):
            match = _TOKEN.match(self.text, at)
            if match is None:
                sign = self.text[at]
                is_open = sign in "'["
                raise self.refusal(at, f"{sign} is opened and never closed" if is_open else f"'{sign}' is unexpected")
            if match.lastgroup and match.lastgroup != "gap":
                yield at, match.lastgroup, match.group()
            at = match.end()

    def _label(self, current: _Node | None, token: str, at: int) -> _Node:
        """Take a name: of a new leaf, or of the inner node that was just closed."""
        if current is not None:
            if current.leaf >= 0 or current.has_label or current.length is not None:
                raise self.refusal(at, f"'{token[:40]}' is unexpected: names with a blank stand in single quotes")
            current.has_label = True
            return current
        name = token[1:-1].replace("''", "'") if token[0] == "'" else token
        if not name.strip():
            raise self.refusal(at, "a leaf has no name", code="name_empty")
        self.nodes.append(_Node(at, leaf=len(self.leaf_names)))
        self.leaf_names.append(name)
        return self.nodes[-1]

    def _read_length(self, node: _Node, tokens: Iterator[tuple[int, str, str]], at: int) -> None:
        _, kind, token = next(tokens, (at, "mark", ""))
        length = parse_exact(token) if kind == "word" else None
        if length is None or node.length is not None:
            raise self.refusal(at, f"'{token[:40]}' is not the length of a branch", code="value_text")
        node.length = length

    def _close(self, node: _Node) -> _Node:
        if len(node.children) != 2:
            n_children = len(node.children)
            what = f"a node has {n_children:,} branch{'es' if n_children > 1 else ''}; a clustering joins two at a time"
            raise self.refusal(node.at, what)
        for child in node.children:
            if self.nodes[child].length is None:
                raise self.refusal(self.nodes[child].at, "a branch has no length")
        self.nodes.append(node)
        return node

    def _finish(self, opened: list[_Node], tokens: Iterator[tuple[int, str, str]], at: int) -> None:
        if opened:
            raise self.refusal(opened[-1].at, "a parenthesis is never closed")
        more = next(tokens, None)
        if more is not None:
            raise self.refusal(more[0], "the file holds more than one tree")

    def refusal(self, at: int, what: str, *, code: str = "format") -> UserError:
        """Make a refusal that names the line and column of a place in the text."""
        line, column = self.text.count("\n", 0, at) + 1, at - self.text.rfind("\n", 0, at)
        return UserError(code, what, where=f"{self.file_name} line {line:,}, column {column:,}", fix=_AGAIN)


def _heights(parser: _Parser) -> list[Decimal]:
    """Return the height of each node over its leaves, refusing leaves at different distances from the root."""
    heights: list[Decimal] = []
    spreads: list[tuple[Decimal, _Node]] = []
    for node in parser.nodes:
        ways = [add(heights[child], parser.nodes[child].length or Decimal(0)) for child in node.children] or [
            Decimal(0)
        ]
        heights.append(max(ways))
        spreads.append((subtract(max(ways), min(ways)), node))
    limit = abs(heights[-1]) * _ROUNDING
    for spread, node in spreads:
        if spread > limit:
            what = f"is no tree of a clustering: leaves below one node differ in height by {float(spread):.6g}"
            raise parser.refusal(node.at, what, code="clusters")
    return heights


def _linkage(parser: _Parser, heights: list[Decimal]) -> FloatArray:
    """Return the merges by height, then by size, then from first to last leaf; children before parents always."""
    firsts: list[int] = []
    sizes: list[int] = []
    tops: list[Decimal] = []  # the highest merge at or below a node: in an inversion a child is above its parent
    for node, height in zip(parser.nodes, heights, strict=True):
        below = node.children
        firsts.append(firsts[below[0]] if below else node.leaf)
        sizes.append(sum(sizes[child] for child in below) or 1)
        tops.append(max([height, *(tops[child] for child in below)]))
    inner = [i for i, node in enumerate(parser.nodes) if node.leaf < 0]
    inner.sort(key=lambda i: (tops[i], sizes[i], firsts[i]))
    number = {i: node.leaf for i, node in enumerate(parser.nodes)}
    number |= {i: len(parser.leaf_names) + position for position, i in enumerate(inner)}
    rows = [[*(number[child] for child in parser.nodes[i].children), float(heights[i]), sizes[i]] for i in inner]
    return np.array(rows, dtype=np.float64).reshape(-1, 4)
