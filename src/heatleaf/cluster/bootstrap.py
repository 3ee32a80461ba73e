"""How often each branch of a tree returns: multiscale bootstrap of the columns that its rows are compared over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np

from heatleaf.cluster.clustering import Clustering, PlacedTree
from heatleaf.cluster.kendall import n_pairs
from heatleaf.cluster.linking import Linking
from heatleaf.cluster.many_trees import merge_many
from heatleaf.cluster.observations import FloatArray
from heatleaf.cluster.resampling import drawn_distances
from heatleaf.cluster.stability import leaves_below

SCALES = tuple(round(0.5 + 0.1 * i, 1) for i in range(10))  # as Suzuki & Shimodaira 2006
N_PER_SCALE = 200
FEWEST = 50  # draws at a scale: with fewer, shares say little
MAX_DRAWN = 1_500_000  # values drawn at one scale: about a quarter of a second for all scales
MAX_LEAVES = 64  # above, a branch is too small a part of the figure to bear a number
MIN_COLUMNS = 20  # below, a draw is too coarse to speak of a trend over scales
_RARE = 1e-3  # shares nearer to 0 or 1 tell nothing of a trend over scales
_CELLS = 1_000_000  # values held at a time


@dataclass(frozen=True, eq=False)
class BranchSupport:
    """Support of each merge of a tree: float64 arrays of shape (n_leaves - 1,), 0-1, NaN for the last, which joins all.

    au : approximately unbiased probability (1 - p). bp : share of draws as large as the data in which the branch
    returned. n_per_scale : draws at each of the scales.
    """

    au: FloatArray
    bp: FloatArray
    n_per_scale: int


def branch_support(
    values: FloatArray,
    tree: FloatArray,
    linking: Linking,
    *,
    rng: np.random.Generator,
    n_per_scale: int = N_PER_SCALE,
    returned_from: float = 1.0,
) -> BranchSupport:
    """Tell how far each branch of a tree is supported by the columns.

    Parameters
    ----------
    values : float64 array of shape (n_leaves, n_columns), the rows that were linked, finite. For a tree of samples rows
        are samples and columns genes.
    tree : float64 array of shape (n_leaves - 1, 4), their linkage, and linking : how it was made
    rng : source of the draws. n_per_scale : draws at each of 10 scales
    returned_from : Jaccard similarity from which a branch counts as returned; 1 asks for the same leaves

    Returns
    -------
    BranchSupport

    Notes
    -----
    At scale r, round(r n) of n columns are drawn with replacement and the rows linked again; pi(r) is the share of
    draws in which the branch returned. By Shimodaira 2002, 2004 the probit psi(r) = -qnorm(pi(r)) is about
    v sqrt(r) + c / sqrt(r), v the signed distance of the data from the boundary, c its curvature. Both are fitted by
    least squares weighted with the inverse variance of psi, over the scales whose share is neither 0 nor 1;
    AU = 1 - pnorm(v - c). With fewer than two such scales AU is 1 where the mean share is above one half, else 0
    (Suzuki & Shimodaira 2006).

    What is claimed: the branch would return with other genes of this kind, drawn one by one. Genes act together, so
    that they are fewer witnesses than they seem, and values are rather too high; that other samples would come apart
    alike is not claimed. Of the draws alone, the standard error of BP is at most 0.5 / sqrt(n_per_scale), 0.035 for
    200. Time O(10 n_per_scale (n_leaves n_columns + n_leaves^2)).
    """
    n_columns = values.shape[1]
    branches = np.arange(len(tree) - 1)
    is_below = leaves_below(tree, branches)
    sizes = [max(2, round(scale * n_columns)) for scale in SCALES]
    shares = np.array(
        [_share_returned(values, is_below, linking, (rng, size, n_per_scale), returned_from) for size in sizes]
    )
    scales = np.array(sizes) / n_columns
    at_one = SCALES.index(1.0)
    au = [_approximately_unbiased(shares[:, i], scales, n_per_scale) for i in branches]
    return BranchSupport(np.array([*au, np.nan])[-len(tree) :], np.append(shares[at_one], np.nan), n_per_scale)


def affordable_draws(n_values: int) -> int:
    """Return how many draws at each scale a matrix of so many values gets by default: fewer if large, at last none."""
    n_draws = min(N_PER_SCALE, MAX_DRAWN // max(n_values, 1))
    return n_draws if n_draws >= FEWEST else 0


def support_branches(
    clustering: Clustering,
    values: FloatArray,
    *,
    rng: np.random.Generator,
    linking: Linking | None = None,
    n_per_scale: int | None = None,
) -> Clustering:
    """Give each tree of a clustering the support of its branches (AU), as `branch_support` measures it.

    Parameters
    ----------
    clustering : of the rows of `values`; for a heatmap its samples
    values : float64 array of shape (n_rows, n_columns); linking : as they were linked
    rng : source of the draws. n_per_scale : draws at each of 10 scales, by default `affordable_draws`; 0 for none

    Returns
    -------
    Clustering
        Trees of fewer than three leaves or more than MAX_LEAVES, and trees of rows with missing values, are left as
        they are; so are all where fewer than MIN_COLUMNS columns could be drawn.
    """
    linking = linking or Linking()
    n_compared = n_pairs(values.shape[1]) if linking.metric == "kendall" else values.shape[1]
    n_per_scale = affordable_draws(len(values) * n_compared) if n_per_scale is None else n_per_scale
    if not n_per_scale:
        return clustering
    trees = tuple(_with_support(tree, clustering, values, linking, (rng, n_per_scale)) for tree in clustering.trees)
    return replace(clustering, trees=trees)


def _with_support(
    tree: PlacedTree,
    clustering: Clustering,
    values: FloatArray,
    linking: Linking,
    draws: tuple[np.random.Generator, int],
) -> PlacedTree:
    n_leaves = len(tree.order)
    rows = np.empty(n_leaves, dtype=np.int64)
    rows[tree.order] = clustering.order[tree.first : tree.first + n_leaves]
    leaves = values[rows]
    if not 3 <= n_leaves <= MAX_LEAVES or values.shape[1] < MIN_COLUMNS or np.isnan(leaves).any():
        return tree
    rng, n_per_scale = draws
    return replace(tree, support=branch_support(leaves, tree.linkage, linking, rng=rng, n_per_scale=n_per_scale).au)


def _share_returned(
    values: FloatArray,
    is_below: FloatArray,
    linking: Linking,
    draws: tuple[np.random.Generator, int, int],
    returned_from: float,
) -> FloatArray:
    """Return the share of draws in which each branch returned; draws : generator, columns and number of draws."""
    rng, n_drawn, n_draws = draws
    n_leaves, n_columns = values.shape
    n_returned = np.zeros(is_below.shape[1])
    step = max(1, _CELLS // (n_leaves * max(n_drawn, n_leaves)))
    for start in range(0, n_draws, step):
        i_columns = rng.integers(0, n_columns, (min(step, n_draws - start), n_drawn))
        drawn = np.ascontiguousarray(values[:, i_columns].transpose(1, 0, 2))
        distances, is_present = drawn_distances(drawn, linking.method, linking.metric)
        in_set = np.broadcast_to(is_below, (len(drawn), *is_below.shape))
        jaccard = merge_many(distances, linking.method, in_set, is_present).jaccard().max(axis=1)
        n_returned += (jaccard >= returned_from - 1e-9).sum(axis=0)
    return n_returned / n_draws


def _approximately_unbiased(shares: FloatArray, scales: FloatArray, n_draws: int) -> float:
    """Return AU from the shares at each scale."""
    is_used = (shares > _RARE) & (shares < 1 - _RARE)
    if np.count_nonzero(is_used) < 2:
        return float(shares.mean() > 0.5)
    normal = NormalDist()
    share = shares[is_used]
    psi = np.array([-normal.inv_cdf(p) for p in share])
    density = np.array([normal.pdf(z) for z in psi])
    weights = density * np.sqrt(n_draws / (share * (1 - share)))  # 1 / standard error of psi
    roots = np.sqrt(scales[is_used])
    terms = np.column_stack([roots, 1 / roots])
    (distance, curvature), *_ = np.linalg.lstsq(terms * weights[:, None], psi * weights, rcond=None)
    return 1.0 - normal.cdf(distance - curvature)
