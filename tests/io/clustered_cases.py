"""Clustered matrices for the tests of exchange formats: one that can be checked by eye, and any that can exist."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from heatleaf.model import ClusteredMatrix
from heatleaf.model.clustered import FloatArray, first_leaves

# every name that a format may be asked to write: formulas, quotes, commas, parentheses, spaces, other scripts
HOSTILE = (
    "=1+1", "-AS1", "@x", '5"-end', '""', '"a"', "a,b", "(a)", "a_b", "it's", "'", "a b", " a", "a ", "<b>",
    "a:b;c", "[a]", "NA", "na", "1e3", "#1", "\ufeffa", "GID", "AID", "EWEIGHT", "GWEIGHT", "GORDER",
    "EORDER", "NAME", "gene_id", "GENE0X",
)  # fmt: skip
names = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=6)
names |= st.sampled_from(HOSTILE)
heights = st.floats(0, allow_nan=False, allow_infinity=False) | st.sampled_from([0.0, 0.1, 0.5, 1.0])


@st.composite
def linkages(draw: st.DrawFn, n_leaves: int) -> FloatArray:
    """Return any tree over leaves in displayed order: ties and inversions too."""
    spans = [(i, 1) for i in range(n_leaves)]  # node and size, from first to last leaf
    rows = []
    for i_merge in range(n_leaves - 1):
        at = draw(st.integers(0, len(spans) - 2))
        (left, n_left), (right, n_right) = spans[at : at + 2]
        rows.append([min(left, right), max(left, right), draw(heights), n_left + n_right])
        spans[at : at + 2] = [(n_leaves + i_merge, n_left + n_right)]
    return np.array(rows, dtype=np.float64).reshape(-1, 4)


@st.composite
def matrices(draw: st.DrawFn) -> ClusteredMatrix:
    """Return any clustered matrix whose names have no control characters."""
    n_genes, n_samples = draw(st.integers(1, 7)), draw(st.integers(1, 5))
    told = names.filter(str.strip)
    gene_ids = draw(st.lists(told, min_size=n_genes, max_size=n_genes, unique=True))
    sample_ids = draw(st.lists(told, min_size=n_samples, max_size=n_samples, unique=True))
    cells = st.floats(allow_nan=True, allow_infinity=False)
    values = draw(st.lists(cells, min_size=n_genes * n_samples, max_size=n_genes * n_samples))
    symbols = draw(st.lists(names | st.just(""), min_size=n_genes, max_size=n_genes))
    steps = draw(st.lists(st.integers(0, 1), min_size=n_genes - 1, max_size=n_genes - 1))
    groups = st.lists(names | st.just(""), min_size=n_samples, max_size=n_samples).map(tuple)
    return ClusteredMatrix(
        tuple(gene_ids),
        tuple(sample_ids),
        np.array(values).reshape(n_genes, n_samples),
        tuple(symbols),
        draw(st.none() | linkages(n_genes)),
        draw(st.none() | linkages(n_samples)),
        np.cumsum([1, *steps]),
        draw(st.just(()) | groups.filter(any)),
        draw(st.dictionaries(names.filter(lambda name: name != "column_group"), groups, max_size=2)),
    )


def branches(linkage: FloatArray) -> set[tuple[int, int, float]]:
    """Return the tree as the span of leaves and the height of each merge: the same however merges are numbered."""
    n_leaves = len(linkage) + 1
    first, sizes = first_leaves(linkage)
    spans = zip(first[n_leaves:].tolist(), sizes[n_leaves:].tolist(), linkage[:, 2].tolist(), strict=True)
    return set(spans)


def small() -> ClusteredMatrix:
    """Return four genes and three samples: two clusters, a missing value, a gene without a symbol, two groups."""
    return ClusteredMatrix(
        ("ENSG1", "ENSG2", "ENSG3", "ENSG4"),
        ("S2", "S1", "S3"),
        np.array([[1.5, -0.5, -1], [1, 0.1 + 0.2, -1], [-1, 0.25, np.nan], [-1, 0.5, 0.5]]),
        ("TP53", "", 'HLA-"A"', "MYC"),
        np.array([[0, 1, 0.1, 2], [2, 3, 0.25, 2], [4, 5, 1.75, 4]]),
        np.array([[0, 1, 0.5, 2], [2, 3, 7.5, 3]]),
        np.array([1, 1, 2, 2]),
        ("treated", "treated", "control"),
        {"cell": ("A549", "", "HeLa S3"), "dose": ("1", "2", "0")},
    )
