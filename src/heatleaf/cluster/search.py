"""The search for the nearest clusters of many clusters at once, in single precision with a proven error.

Squared distances come as tiles of a matrix product, q_a + q_b - 2 mean_a mean_b with q = |mean|^2 + scatter. `tiles`
says why they are small.

1. Against a sample of the clusters each row gets a limit that about RANK * SAMPLE_STEP clusters lie below.
2. All pairs below the limits are found; where nearly every cluster is searched each pair is looked at once.
3. They are ranked by their single-precision distance. Those that rounding cannot tell from the best are measured in
   double precision, and the limit less the error bounds all clusters that were not found.

Single precision therefore decides how much is searched, never what is merged. Rows that it cannot resolve (many
clusters within the error of the best) are searched in double precision.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from heatleaf.cluster.neighbours import WIDTH, Candidates, Clusters
from heatleaf.cluster.observations import FloatArray, IntArray
from heatleaf.cluster.tiles import TILE_DEPTH, tile_side

SAMPLE_STEP = 12  # one cluster in 12 is looked at to set the limit of a row,
RANK = 2  # which is its second nearest: about 24 clusters lie below
MANY = 8  # parts of the sample below the limit, of at most 64, from which on a row counts as not resolved
# A group of tiles: 2 MB in single precision. Smaller ones are a little quicker on one thread; two threads then wait for
# each other between the many short calls.
ROWS, COLUMNS = 512, 1_024
FEW_PAIRS = 4_000_000  # a search of fewer is quicker in one thread
FAR = 1e30  # squared length of the points that fill the last tile; data is scaled to at most 1

AnyFloats = NDArray[Any]
Pairs = tuple[IntArray, IntArray, FloatArray]  # row, column, distance
Map = Callable[..., Iterable[Any]]


@contextmanager
def in_threads(n_workers: int) -> Iterator[Map]:
    """Give a `map` that works in threads; results keep their order."""
    if n_workers == 1:
        yield map
        return
    with ThreadPoolExecutor(n_workers) as pool:
        yield pool.map


def search(clusters: Clusters, slots: IntArray, run: Map = map) -> Candidates:
    """Find the nearest candidates of some clusters among all that are left.

    run : `map`, or one that works in threads; the result does not depend on it
    """
    keys = _Keys(clusters, np.float32)
    run = run if len(slots) * len(keys.slots) >= FEW_PAIRS else map
    limits, is_resolved = keys.limits(slots, run)
    parts = []
    if not is_resolved.all():
        exact, hard = _Keys(clusters, np.float64), slots[~is_resolved]
        parts.append(exact.search(hard, exact.limits(hard, run)[0], run))
    if is_resolved.any():
        slots, limits = slots[is_resolved], limits[is_resolved]
        find = keys.search_all if keys.is_even and 2 * len(slots) > len(keys.slots) else keys.search
        parts.append(find(slots, limits, run))
    return Candidates.join(parts)


class _Keys:
    """Distances of clusters to all that are left, as tiles of a matrix product in one precision.

    The distance is D w, D the squared distance (with scatters) and w = 1 / (h_a + h_b), where h is 1/2 for average
    linkage and 1 / (2 size) for Ward. The product of (mean_a, 1, q_a - h_a limit, limit) and (-2 mean_b, q_b, 1, -h_b)
    is D - limit (h_a + h_b): not positive where the distance is within the limit of row a, and D if that is 0.
    Rows and columns are known by their place among the clusters left.
    """

    def __init__(self, clusters: Clusters, dtype: type) -> None:
        self.clusters, self.dtype = clusters, dtype
        self.slots = np.flatnonzero(clusters.is_left)
        self.place = np.full(len(clusters.sizes), -1)
        self.place[self.slots] = np.arange(len(self.slots))
        self.means = clusters.means.take(self.slots, axis=0)
        self.lengths = np.einsum("ij,ij->i", self.means, self.means) + clusters.scatters[self.slots]
        self.halves = 0.5 / clusters.sizes[self.slots] if clusters.method == "ward" else np.full(len(self.slots), 0.5)
        self.is_even = bool((self.halves == self.halves[0]).all())
        depth = self.means.shape[1] + 3
        self.side = tile_side(depth)
        self.packing = _Packing(len(self.slots))
        self.unit = (depth + 8) * float(np.finfo(dtype).eps) / 2.0

    def slack(self, rows: IntArray, limits: FloatArray) -> FloatArray:
        """Bound the error of distances up to a limit.

        Rounding of inputs and sums is at most unit * (2 q_a + 2 q_b + limit (h_a + h_b)), and q_b <= 2 q_a + 2 D.
        """
        weight = 1.0 / (self.halves[rows] + self.halves.min())
        tiny = float(np.finfo(self.dtype).tiny) * 2.0**20  # products may vanish
        in_ranks = 2.0**-22 * limits  # ranks are by single-precision numbers
        slack: FloatArray = 6.0 * self.unit * (self.lengths[rows] * weight + limits) + in_ranks + tiny * weight
        return slack

    def limits(self, slots: IntArray, run: Map) -> tuple[FloatArray, NDArray[np.bool_]]:
        """Return a distance that the nearest clusters of each lie below, and whether few others do."""
        sample = np.arange(0, len(self.slots), SAMPLE_STEP)
        right = self._right(sample)
        places = self.place[slots]
        parts = list(run(lambda block: self._limits(places[block], sample, right), self._blocks(len(places))))
        return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])

    def _limits(self, rows: IntArray, sample: IntArray, right: AnyFloats) -> tuple[FloatArray, NDArray[np.bool_]]:
        keys = self._product(self._left(rows, np.zeros(len(rows))), right)
        n_tiles, n_row_tiles, height, side = keys.shape
        if not self.is_even:
            of_rows, of_columns = np.ones(n_row_tiles * height), np.zeros(n_tiles * side)
            of_rows[: len(rows)], of_columns[: len(sample)] = self.halves[rows], self.halves[sample]
            sums = of_rows.reshape(1, n_row_tiles, height, 1) + of_columns.reshape(n_tiles, 1, 1, side)
            keys /= sums.astype(self.dtype)
        own = np.flatnonzero(rows % SAMPLE_STEP == 0)
        at = rows[own] // SAMPLE_STEP
        keys[at // side, own // height, own % height, at % side] = np.inf
        least = keys.min(axis=0).reshape(-1, side)[: len(rows)].astype(np.float64)
        if self.is_even:
            least *= 0.5 / self.halves[0]
        limits = np.partition(least, RANK - 1, axis=1)[:, RANK - 1]
        limits = np.maximum(limits, 0.0)
        limits += 5.0 * self.slack(rows, limits)
        return limits, np.count_nonzero(least <= limits[:, None], axis=1) < MANY

    def search(self, slots: IntArray, limits: FloatArray, run: Map) -> Candidates:
        """Find the candidates of some clusters."""
        right = self._right(np.arange(len(self.slots)))
        places = self.place[slots]
        blocks = self._blocks(len(slots))
        return Candidates.join(list(run(lambda part: self._search_block(places[part], limits[part], right), blocks)))

    def _blocks(self, n_rows: int) -> list[slice]:
        """Divide rows among threads: at least four blocks, unless they would be smaller than a tile."""
        step = min(max(-(-n_rows // (4 * self.side)), 1) * self.side, ROWS)
        return [slice(start, start + step) for start in range(0, n_rows, step)]

    def _search_block(self, rows: IntArray, limits: FloatArray, right: AnyFloats) -> Candidates:
        i_row, columns, values = self._below(self._left(rows, limits), right, lambda last: 0.0)
        is_other = rows[i_row] != columns
        i_row, columns, values = i_row[is_other], columns[is_other], values[is_other]
        distances = limits[i_row] + values / (self.halves[rows[i_row]] + self.halves[columns])
        return self._rank(rows, limits, self.packing.pack(i_row, columns, distances), self.slots)

    def search_all(self, slots: IntArray, limits: FloatArray, run: Map) -> Candidates:
        """Find the candidates of nearly all clusters, looking at each pair once."""
        n_places = len(self.slots)
        bars = np.full(n_places, -np.inf)
        bars[self.place[slots]] = limits
        order = np.argsort(bars, kind="stable")  # so that of a group of tiles the last column has the largest limit
        bars = bars[order]
        left, right = self._left(order, np.zeros(n_places)), self._right(order)
        step, names = self.packing.n_rows, self.slots[order]
        stripes = range(0, n_places, min(ROWS, step))
        found = list(run(lambda start: self._search_stripe(start, left, right, bars), stripes))
        n_others = n_places - len(slots)

        def rank(block: int) -> Candidates:
            first, stop = max(block * step, n_others), min((block + 1) * step, n_places)
            pairs = np.concatenate([pieces[block] for pieces in found])
            pairs -= self.packing.pack(first % step, 0, np.zeros(1))
            return self._rank(order[first:stop], bars[first:stop], pairs, names)

        return Candidates.join(list(run(rank, range(n_others // step, -(-n_places // step)))))

    def _search_stripe(self, start: int, left: AnyFloats, right: AnyFloats, bars: FloatArray) -> list[IntArray]:
        """Return the pairs within the limit of a row, one of them in a stripe of ROWS and the other after it.

        They are packed, in a list for each block of rows.
        """
        first = start // self.side
        weight = 0.5 / self.halves[0]

        def bar(stop: int) -> float:
            return float(bars[min(start + stop, len(bars)) - 1] / weight * (1.0 + 2.0**-20))

        height = min(ROWS, self.packing.n_rows)
        rows, columns, values = self._below(left[:, first : first + height // self.side], right[first:], bar)
        rows, columns, distances = start + rows, start + columns, values * weight
        is_row = (distances <= bars[rows]) & (rows < columns)
        is_column = (distances <= bars[columns]) & (rows < columns)
        pack, step = self.packing.pack, self.packing.n_rows
        later, own = columns[is_column], pack(rows[is_row] % step, columns[is_row], distances[is_row])
        ends = np.searchsorted(later // step, np.arange(1, -(-len(bars) // step)))  # columns come tile by tile
        pieces = np.split(pack(later % step, rows[is_column], distances[is_column]), ends)
        pieces[start // step] = np.concatenate([pieces[start // step], own])
        return pieces

    def _below(self, left: AnyFloats, right: AnyFloats, bar: Callable[[int], float]) -> Pairs:
        """Return rows, columns and values of the products up to a bar, which may depend on the last column."""
        group = COLUMNS // self.side
        places, values = [], []
        for first in range(0, len(right), group):
            keys = self._product(left, right[first : first + group])
            below = np.flatnonzero(keys <= bar((first + len(keys)) * self.side))
            places.append(below + first * keys[0].size)
            values.append(keys.ravel().take(below))
        found = np.concatenate(places)
        tiles, rows = np.divmod(found >> (self.side.bit_length() - 1), left.shape[1] * left.shape[2])
        return rows, tiles * self.side + (found & (self.side - 1)), np.concatenate(values).astype(np.float64)

    def _left(self, rows: IntArray, limits: FloatArray) -> AnyFloats:
        """Return tiles of rows, shape (1, n_tiles, height, depth), the last filled up with points far away."""
        height = self.side if len(rows) >= self.side else 2 ** int(np.ceil(np.log2(len(rows))))
        n_tiles = -(-len(rows) // height)
        tiles = np.zeros((n_tiles * height, self.means.shape[1] + 3), dtype=self.dtype)
        tiles[: len(rows), :-3] = self.means.take(rows, axis=0)
        tiles[:, -3] = 1.0
        tiles[: len(rows), -2] = self.lengths[rows] - self.halves[rows] * limits
        tiles[len(rows) :, -2] = FAR
        tiles[: len(rows), -1] = limits
        return tiles.reshape(1, n_tiles, height, -1)

    def _right(self, columns: IntArray) -> AnyFloats:
        """Return tiles of columns, shape (n_tiles, 1, depth, side), the last filled up with points far away."""
        n_tiles = -(-len(columns) // self.side)
        tiles = np.zeros((n_tiles * self.side, self.means.shape[1] + 3), dtype=self.dtype)
        tiles[: len(columns), :-3] = -2.0 * self.means.take(columns, axis=0)
        tiles[: len(columns), -3] = self.lengths[columns]
        tiles[len(columns) :, -3] = FAR
        tiles[:, -2] = 1.0
        tiles[: len(columns), -1] = -self.halves[columns]
        return np.ascontiguousarray(tiles.reshape(n_tiles, 1, self.side, -1).swapaxes(2, 3))

    def _product(self, left: AnyFloats, right: AnyFloats) -> AnyFloats:
        """Return a group of tiles, shape (n_tiles, n_row_tiles, height, side)."""
        result = left[..., :TILE_DEPTH] @ right[..., :TILE_DEPTH, :]
        for start in range(TILE_DEPTH, left.shape[-1], TILE_DEPTH):
            result += left[..., start : start + TILE_DEPTH] @ right[..., start : start + TILE_DEPTH, :]
        return result

    def _rank(self, rows: IntArray, limits: FloatArray, pairs: IntArray, names: IntArray) -> Candidates:
        """Keep the nearest of the pairs found for some rows, packed by position in rows; names : slots of columns."""
        pairs.sort()
        pack, unpack = self.packing.pack, self.packing.unpack
        ends = np.searchsorted(pairs, pack(np.arange(1, len(rows) + 1), 0, np.zeros(len(rows))))
        starts = np.concatenate([[0], ends[:-1]])
        slots, slack = self.slots[rows], self.slack(rows, limits)
        at = starts[:, None] + np.arange(WIDTH + 1)
        is_found = at < ends[:, None]
        distances, columns = unpack(pairs.take(np.minimum(at, len(pairs) - 1)))
        candidates = np.where(is_found, names.take(columns), slots[:, None])[:, :WIDTH].astype(np.int32)
        bounds = np.where(is_found[:, WIDTH], distances[:, WIDTH], limits) - slack
        bars = pack(np.arange(len(rows)), len(self.slots), distances[:, 0] + 2.0 * slack)
        rivals = np.searchsorted(pairs, bars, side="right") - starts
        others = names[unpack(pairs[_ranges(starts, rivals)])[1]]
        nearest, nearest_distances = self._measure(slots, rivals, others)
        return Candidates(slots, candidates, bounds, nearest, nearest_distances)

    def _measure(self, slots: IntArray, rivals: IntArray, others: IntArray) -> tuple[IntArray, FloatArray]:
        """Return the nearest of the others of each row and its distance; ties to the smallest slot."""
        distances = self.clusters.distances(np.repeat(slots, rivals), others)
        starts = np.cumsum(rivals) - rivals
        least = np.minimum.reduceat(distances, starts)
        ties = np.where(distances == np.repeat(least, rivals), others, len(self.clusters.sizes))
        return np.minimum.reduceat(ties, starts), least


@dataclass(frozen=True)
class _Packing:
    """Pairs as numbers that sort by row, distance and column: a positive float sorts as its 31 bits do.

    n_columns : columns that there are, at most; takes n_bits. n_rows : rows from 0 that fit beside them.
    """

    n_columns: int

    @property
    def n_bits(self) -> int:
        return self.n_columns.bit_length()

    @property
    def n_rows(self) -> int:
        return min(4_096, 1 << (31 - self.n_bits))

    def pack(self, rows: IntArray | int, columns: IntArray | int, distances: FloatArray) -> IntArray:
        """Pack pairs."""
        bits = np.maximum(distances, 0.0).astype(np.float32).view(np.int32).astype(np.int64)
        packed: IntArray = (((rows << 31) | bits) << self.n_bits) | columns
        return packed

    def unpack(self, packed: IntArray) -> tuple[FloatArray, IntArray]:
        """Return the distances and columns of packed pairs."""
        bits = ((packed >> self.n_bits) & (2**31 - 1)).astype(np.int32)
        return bits.view(np.float32).astype(np.float64), packed & (2**self.n_bits - 1)


def _ranges(starts: IntArray, counts: IntArray) -> IntArray:
    """Return the positions start, start + 1, ... of each range, one after another."""
    positions: IntArray = np.arange(counts.sum()) + np.repeat(starts - (np.cumsum(counts) - counts), counts)
    return positions
