"""The Cox-Reid adjusted profile likelihood of the dispersion: computed at few points per gene, followed anywhere.

As a function of log dispersion the likelihood of a gene is smooth. It is computed at nodes that all genes share, where
log-gamma functions of whole counts are looked up in a table, and each gene follows the polynomial through its nodes.
A search then costs the same for 6 and for 600 samples. Arrays are samples x genes.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from heatleaf.stats import normal_equations as ne

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.intp]

# The nearest singularities of the likelihood are pi away from the real axis of log dispersion. Polynomials through n
# Chebyshev nodes of a panel of half width h then err by about (pi / h + sqrt((pi / h)^2 + 1))^-n: 8.5^-10 = 5e-10
# of the part of the likelihood that is not a line. The search stops at gains of 1e-6.
HALF_WIDTH = 0.75
SPACING = 0.25  # of the centres of panels: a gene in the nearest one can move by 0.62 either way
N_NODES = 10
LOWEST_LOG, HIGHEST_LOG = -30.0, 10.0  # of dispersions at which the likelihood is wanted
TABLE_SIZE = 4096  # counts below it are looked up: one node's table is 32 kB, as large as a first-level cache
ROUNDED_ONE = 1.0 + 1e-9  # the end of a panel belongs to it
NO_PANEL = np.iinfo(np.int64).min

_NODES = HALF_WIDTH * np.cos(np.pi * (np.arange(N_NODES) + 0.5) / N_NODES)
_TO_POWERS = np.linalg.inv(np.vander(_NODES / HALF_WIDTH, N_NODES, increasing=True))


def panel_of(log_alpha: FloatArray) -> NDArray[np.int64]:
    """Return the number of the panel whose centre is nearest to each natural log of a dispersion, any shape."""
    return np.rint(log_alpha / SPACING).astype(np.int64)


class RisingProducts:
    """Tables of log G(y + s) - log G(s) - y log s = sum over j < y of log(1 + j / s), at the nodes of all panels.

    Filled where they are asked for, from any thread.
    """

    def __init__(self) -> None:
        self._first = int(np.rint(LOWEST_LOG / SPACING))
        n_panels = int(np.rint(HIGHEST_LOG / SPACING)) - self._first + 1
        self._values = np.empty((N_NODES, n_panels, TABLE_SIZE))  # pages that are never filled take no memory
        self._filled = np.zeros(n_panels, dtype=bool)
        self._filling = Lock()

    def rows(self, panels: NDArray[np.int64]) -> IndexArray:
        """Return where in a node's tables those of these panels begin, filled."""
        numbers = panels - self._first
        wanted = np.zeros_like(self._filled)
        wanted[numbers] = True
        with self._filling:
            for number in np.flatnonzero(wanted & ~self._filled):
                self._fill(int(number))
        return np.asarray(numbers * TABLE_SIZE)

    def _fill(self, number: int) -> None:
        alpha = np.exp((number + self._first) * SPACING + _NODES)
        self._values[:, number, 0] = 0.0
        steps = np.log1p(alpha[:, None] * np.arange(TABLE_SIZE - 1.0))
        np.cumsum(steps, axis=1, out=self._values[:, number, 1:])
        self._filled[number] = True

    def at(self, node: int) -> FloatArray:
        """Return the tables of a node, one panel after the other."""
        return np.asarray(self._values[node].reshape(-1))


@dataclass(frozen=True, eq=False)
class Profile:
    """What the likelihood of the dispersion of some genes needs.

    counts, mu : float64 arrays of shape (n_samples, n_genes). looked_up : counts cut to the table, intp.
    pairs : packed products of the model matrix's columns, (n_pairs, n_samples).
    """

    counts: FloatArray
    mu: FloatArray
    looked_up: IndexArray
    pairs: FloatArray
    n_coefficients: int

    @classmethod
    def of(cls, counts: FloatArray, mu: FloatArray, model_matrix: FloatArray) -> Profile:
        """Prepare the profile of genes with these counts and fitted means (> 0)."""
        looked_up = np.minimum(counts, TABLE_SIZE - 1).astype(np.intp)
        return cls(counts, mu, looked_up, ne.pair_products(model_matrix), model_matrix.shape[1])

    def take(self, genes: IndexArray) -> Profile:
        """Return the profile of some of the genes."""
        if len(genes) == self.counts.shape[1]:
            return self
        counts, mu, looked_up = self.counts[:, genes], self.mu[:, genes], self.looked_up[:, genes]
        return Profile(counts, mu, looked_up, self.pairs, self.n_coefficients)

    def log_likelihood(self, panels: NDArray[np.int64], tables: RisingProducts) -> FloatArray:
        """Return the adjusted log-likelihood of each gene at the nodes of its panel, shape (n_nodes, n_genes).

        Notes
        -----
        sum over samples of log G(y + s) - log G(s) - y log s - (y + s) log(1 + mu / s), s = 1 / dispersion, less
        log det(X'WX) / 2 with W = 1 / (1 / mu + 1 / s) (Love, Huber & Anders 2014, eq. 3 and following; Cox & Reid
        1987). The usual terms are arranged so that none grows without bounds as s does.
        """
        value = np.empty((N_NODES, len(panels)))
        packed = np.empty((len(self.pairs), *value.shape))
        places = self.looked_up + tables.rows(panels)
        large_count, large_gene = self._large_counts()
        scaled, logs, found = (np.empty_like(self.mu) for _ in range(3))
        for k, node in enumerate(_NODES):
            alpha = np.exp(panels * SPACING + node)
            np.multiply(self.mu, alpha, out=scaled)
            np.log1p(scaled, out=logs)
            tables.at(k).take(places, out=found, mode="clip")
            value[k] = found.sum(axis=0) - logs.sum(axis=0) / alpha
            value[k] -= np.multiply(self.counts, logs, out=logs).sum(axis=0)
            if len(large_count):
                cut = tables.at(k)[places.reshape(-1)[large_gene[1]]]
                beyond = _log_rising_product(large_count, alpha[large_gene[0]]) - cut
                value[k] += np.bincount(large_gene[0], beyond, minlength=len(panels))
            scaled += 1.0
            np.divide(self.mu, scaled, out=scaled)
            ne.product(self.pairs, scaled, out=packed[:, k])
        factor = ne.cholesky(packed.reshape(len(packed), -1), self.n_coefficients)
        value -= 0.5 * ne.log_determinant(factor, self.n_coefficients).reshape(value.shape)
        return value

    def _large_counts(self) -> tuple[FloatArray, IndexArray]:
        """Return the counts beyond the table, and the gene and the flat position of each, (2, n)."""
        if self.counts.max(initial=0.0) < TABLE_SIZE:
            return np.empty(0), np.empty((2, 0), dtype=np.intp)
        flat = np.flatnonzero(self.counts >= TABLE_SIZE)
        return self.counts.reshape(-1)[flat], np.array([flat % self.counts.shape[1], flat])


def _log_rising_product(counts: FloatArray, alpha: FloatArray) -> FloatArray:
    """Return what `RisingProducts` holds, for counts of 100 and more, by Stirling's series."""
    size = 1.0 / alpha
    z = counts + size
    excess = np.where(size > 100.0, _stirling_excess(size), _exact_excess(np.minimum(size, 100.0)))
    return np.asarray((z - 0.5) * np.log1p(alpha * counts) - counts + (_stirling_excess(z) - excess))


def _stirling_excess(z: FloatArray) -> FloatArray:
    """Return log G(z) less Stirling's leading terms, for z > 100 to 1e-18 (Abramowitz & Stegun 6.1.41)."""
    square = z * z
    return np.asarray((1.0 / 12.0 - (1.0 / 360.0 - 1.0 / (1260.0 * square)) / square) / z)


def _exact_excess(z: FloatArray) -> FloatArray:
    """Return the same for smaller z."""
    return np.asarray(gammaln(z) - ((z - 0.5) * np.log(z) - z + 0.5 * np.log(2.0 * np.pi)))


class Panels:
    """The likelihood of each gene as a polynomial around where its search is; computed anew when it leaves there."""

    def __init__(self, profile: Profile, tables: RisingProducts) -> None:
        n_genes = profile.counts.shape[1]
        self.profile = profile
        self._tables = tables
        self._number = np.full(n_genes, NO_PANEL)
        self._powers = np.zeros((N_NODES, n_genes))

    def log_likelihood(self, genes: IndexArray, log_alpha: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the adjusted log-likelihood of these genes, each at its dispersion, and the derivative.

        genes : positions, (n,), rising. log_alpha : natural log, (n,).
        """
        place = self._place(genes, log_alpha)
        outside = ~(np.abs(place) <= ROUNDED_ONE)
        if outside.any():
            self._enter(genes[outside], panel_of(log_alpha[outside]))
            place = self._place(genes, log_alpha)
        return self._follow(genes, place)

    def last_inside(self, genes: IndexArray, here: FloatArray, log_alpha: FloatArray) -> FloatArray:
        """Return how far a step gets from `here` to `log_alpha` within the gene's panel; unchanged from outside it."""
        place = self._place(genes, log_alpha)
        leaves = (np.abs(self._place(genes, here)) <= 1.0) & (np.abs(place) > 1.0)
        end = self._number[genes] * SPACING + np.sign(place) * HALF_WIDTH
        return np.where(leaves, end, log_alpha)

    def _place(self, genes: IndexArray, log_alpha: FloatArray) -> FloatArray:
        """Return where in its panel a dispersion is: -1 and 1 are the ends."""
        return np.asarray((log_alpha - self._number[genes] * SPACING) / HALF_WIDTH)

    def _enter(self, genes: IndexArray, numbers: NDArray[np.int64]) -> None:
        """Compute the polynomials of genes in these panels."""
        values = self.profile.take(genes).log_likelihood(numbers, self._tables)
        self._number[genes] = numbers
        self._powers[:, genes] = _TO_POWERS @ values

    def _follow(self, genes: IndexArray, place: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return value and derivative of the polynomials by Horner's rule."""
        powers = self._powers if len(genes) == self._powers.shape[1] else self._powers[:, genes]
        value, slope = powers[-1].copy(), np.zeros_like(place)
        for row in powers[-2::-1]:
            slope *= place
            slope += value
            value *= place
            value += row
        slope /= HALF_WIDTH
        return value, slope
