"""Where the samples lie: principal components and distances between samples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heatleaf.model import Message, note
from heatleaf.stats.scaling import most_variable

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Pca:
    """Principal components of samples.

    scores : float64 (n_samples, n_components), units of the matrix. loadings : (n_top, n_components), unit length.
    explained : fraction 0-1 of the variance, (n_components,). genes : positions of the rows used, (n_top,).
    """

    scores: FloatArray
    explained: FloatArray
    loadings: FloatArray
    genes: NDArray[np.intp]
    messages: tuple[Message, ...] = ()


def pca(matrix: ArrayLike, n_top: int = 500, n_components: int = 8) -> Pca:
    """Compute the principal components of samples from the most variable genes, centred and not scaled.

    Parameters
    ----------
    matrix : array of shape (n_genes, n_samples)
        Transformed values, such as from `vst`.
    n_top : int
        Genes with the largest variance that are used.
    n_components : int
        At most; never more than samples - 1 (or genes).

    Returns
    -------
    Pca
        The sign of each component makes its largest loading positive (N32). Where nothing varies the scores and the
        fractions are 0 and a note says so.
    """
    values = np.asarray(matrix, dtype=np.float64)
    genes = most_variable(values, n_top)
    centred = (values[genes] - values[genes].mean(axis=1, keepdims=True)).T
    n = max(min(n_components, centred.shape[0] - 1, centred.shape[1]), 0)
    u, singular, vt = np.linalg.svd(centred, full_matrices=False)
    u, singular, vt = u[:, :n], singular[:n], vt[:n]
    total = float(np.sum(centred**2))
    largest = np.argmax(np.abs(vt), axis=1)
    sign = np.where(vt[np.arange(n), largest] < 0, -1.0, 1.0)
    scores = u * (singular * sign)
    messages = (
        () if total > 0 else (note("gene_constant", "no gene varies between samples: all samples are one point"),)
    )
    explained = singular**2 / total if total > 0 else np.zeros(n)
    return Pca(scores, explained, (vt * sign[:, None]).T, genes, messages)


def sample_distances(matrix: ArrayLike) -> FloatArray:
    """Return Euclidean distances between the columns of a matrix.

    matrix : array of shape (n_genes, n_samples). Returns float64 (n_samples, n_samples), symmetric, diagonal 0;
    identical samples have distance exactly 0 (N19).
    """
    columns = np.asarray(matrix, dtype=np.float64).T
    distances = np.zeros((len(columns), len(columns)))
    for i in range(len(columns) - 1):
        differences = columns[i + 1 :] - columns[i]
        distances[i, i + 1 :] = np.sqrt(np.sum(differences * differences, axis=1))
    return np.asarray(distances + distances.T)
