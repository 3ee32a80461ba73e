"""Dendrograms as plain brackets in leaf units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
MAX_WRITTEN_LEAVES = 40


@dataclass(frozen=True, eq=False)
class Tree:
    """A dendrogram over displayed positions.

    links : float64 array of shape (n_merges, 5): position of the left and right child, height of the left and right
    child, height of the merge. Positions count displayed leaves from 0; heights run 0-1.
    is_sqrt : whether heights are square roots, which opens trees that would be a comb.
    support : float64 array of shape (n_merges,), share 0-1 of resamples in which the branch returns, NaN where it was
    not measured; None where none was.
    """

    links: FloatArray
    is_sqrt: bool = False
    support: FloatArray | None = None

    @property
    def has_written_support(self) -> bool:
        """Tell whether support is written at the branches: where there are few."""
        return (
            self.support is not None and len(self.links) < MAX_WRITTEN_LEAVES and bool(np.isfinite(self.support).any())
        )


def tree_over(
    linkage: FloatArray, order: NDArray[np.int64], *, first: int = 0, support: FloatArray | None = None
) -> Tree:
    """Lay a linkage over its leaves in displayed order, the topmost leaf at position `first`.

    linkage : SciPy format, shape (n_leaves - 1, 4). order : leaf indices in displayed order. support : of each merge.
    """
    n_leaves = len(order)
    position = np.empty(2 * n_leaves - 1)
    position[order] = first + np.arange(n_leaves)
    height = np.zeros(2 * n_leaves - 1)
    links = np.empty((n_leaves - 1, 5))
    for i, (a, b, merge_height, _) in enumerate(linkage):
        left, right = int(a), int(b)
        if position[left] > position[right]:
            left, right = right, left
        links[i] = position[left], position[right], height[left], height[right], merge_height
        position[n_leaves + i] = (position[left] + position[right]) / 2
        height[n_leaves + i] = merge_height
    return Tree(links, support=support)


def scale_trees(trees: tuple[Tree, ...]) -> tuple[Tree, ...]:
    """Bring trees to one height of 1, by square roots when most merges lie below a fifth of the top."""
    heights = np.concatenate([tree.links[:, 4] for tree in trees]) if trees else np.zeros(0)
    top = float(heights.max(initial=0.0))
    if top <= 0:
        return trees
    is_sqrt = bool(np.median(heights) < top / 5)
    scaled = []
    for tree in trees:
        links = tree.links.copy()
        links[:, 2:] = np.clip(links[:, 2:] / top, 0, 1)
        if is_sqrt:
            links[:, 2:] = np.sqrt(links[:, 2:])
        scaled.append(Tree(links, is_sqrt, tree.support))
    return tuple(scaled)
