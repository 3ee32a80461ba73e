"""Weighted normal equations X'WX of many genes at once, by closed loops over the few coefficients.

Symmetric matrices are packed: row k = i (i + 1) / 2 + j holds element (i, j), j <= i, of every gene. With five
coefficients a Cholesky factor of 4,096 genes takes 35 vector operations, some ten times less than LAPACK gene by gene.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

# OpenBLAS spreads larger products over threads, which then compete with the threads over genes: 200 samples took three
# times the CPU time. Below it one thread computes, however many the library was told to use.
ONE_THREAD_PRODUCT = 2**18


def product(rows: FloatArray, columns: FloatArray, out: FloatArray | None = None) -> FloatArray:
    """Return the matrix product of a few rows with the columns of many genes, in cuts that one thread computes.

    rows : float64 array of shape (n_rows, n). columns : (n, n_genes). Returns (n_rows, n_genes).
    """
    n_genes = columns.shape[1]
    result = np.empty((rows.shape[0], n_genes)) if out is None else out
    width = max(ONE_THREAD_PRODUCT // rows.size, 1)
    for start in range(0, n_genes, width):
        np.matmul(rows, columns[:, start : start + width], out=result[:, start : start + width])
    return result


def pair_index(i: int, j: int) -> int:
    """Return the packed position of element (i, j)."""
    return i * (i + 1) // 2 + j if i >= j else j * (j + 1) // 2 + i


def pair_products(model_matrix: FloatArray) -> FloatArray:
    """Return x_i x_j of each sample, packed: shape (n_pairs, n_samples)."""
    p = model_matrix.shape[1]
    return np.array([model_matrix[:, i] * model_matrix[:, j] for i in range(p) for j in range(i + 1)])


def pair_multiplicity(n_coefficients: int) -> FloatArray:
    """Return how often each packed element, shape (n_pairs,), is in the whole matrix: 1 on the diagonal, 2 off it."""
    return np.array([1.0 if i == j else 2.0 for i in range(n_coefficients) for j in range(i + 1)])


def cholesky(packed: FloatArray, n_coefficients: int) -> FloatArray:
    """Factor A = L L' for each gene; NaN where A is not positive definite.

    packed : float64 array of shape (n_pairs, n_genes). Returns L, packed alike.
    """
    factor = np.empty_like(packed)
    with np.errstate(invalid="ignore", divide="ignore"):
        for i in range(n_coefficients):
            for j in range(i + 1):
                rest = packed[pair_index(i, j)].copy()
                for k in range(j):
                    rest -= factor[pair_index(i, k)] * factor[pair_index(j, k)]
                factor[pair_index(i, j)] = np.sqrt(rest) if i == j else rest / factor[pair_index(j, j)]
    return factor


def log_determinant(factor: FloatArray, n_coefficients: int) -> FloatArray:
    """Return log det A, shape (n_genes,), from the Cholesky factor, shape (n_pairs, n_genes)."""
    total = np.log(factor[0])
    for i in range(1, n_coefficients):
        total += np.log(factor[pair_index(i, i)])
    return np.asarray(2.0 * total)


def solve(factor: FloatArray, right_side: FloatArray) -> FloatArray:
    """Solve A b = right_side per gene; right_side and result of shape (n_coefficients, n_genes)."""
    p = right_side.shape[0]
    solution = right_side.copy()
    for i in range(p):
        for k in range(i):
            solution[i] -= factor[pair_index(i, k)] * solution[k]
        solution[i] /= factor[pair_index(i, i)]
    for i in reversed(range(p)):
        for k in range(i + 1, p):
            solution[i] -= factor[pair_index(k, i)] * solution[k]
        solution[i] /= factor[pair_index(i, i)]
    return solution


def invert(factor: FloatArray, n_coefficients: int) -> FloatArray:
    """Return A^-1 from the Cholesky factor, both packed, of shape (n_pairs, n_genes)."""
    p = n_coefficients
    lower = np.zeros_like(factor)
    for j in range(p):
        lower[pair_index(j, j)] = 1.0 / factor[pair_index(j, j)]
        for i in range(j + 1, p):
            total = factor[pair_index(i, j)] * lower[pair_index(j, j)]
            for k in range(j + 1, i):
                total += factor[pair_index(i, k)] * lower[pair_index(k, j)]
            lower[pair_index(i, j)] = -total / factor[pair_index(i, i)]
    inverse = np.empty_like(factor)
    for i in range(p):
        for j in range(i + 1):
            inverse[pair_index(i, j)] = sum(lower[pair_index(k, i)] * lower[pair_index(k, j)] for k in range(i, p))
    return inverse


def unpack(packed: FloatArray, n_coefficients: int) -> FloatArray:
    """Return packed matrices as an array of shape (n_genes, n_coefficients, n_coefficients)."""
    order = [[pair_index(i, j) for j in range(n_coefficients)] for i in range(n_coefficients)]
    return np.ascontiguousarray(np.moveaxis(packed[np.array(order)], 2, 0))
