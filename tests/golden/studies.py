"""Made studies whose truth is known: nothing at all, and a treatment that cannot be told from a batch."""

from __future__ import annotations

import numpy as np
import pandas as pd

from heatleaf.analysis.result import Analysis
from heatleaf.analysis.run import analyse

N_GENES = 3000


def _counts(rng: np.random.Generator, n_samples: int, change: np.ndarray) -> pd.DataFrame:
    """Negative binomial counts, dispersion 0.1; change : natural log units, shape (n_genes, n_samples)."""
    mean = np.exp(rng.normal(4.5, 1.5, (N_GENES, 1)) + change) * rng.uniform(0.7, 1.4, n_samples)
    table = rng.negative_binomial(10, 10 / (10 + mean))
    return pd.DataFrame(table, [f"gene{i:04}" for i in range(N_GENES)], [f"s{i + 1}" for i in range(n_samples)])


def noise_study() -> Analysis:
    """Eight samples without any difference, their groups drawn by lot."""
    counts = _counts(np.random.default_rng(11), 8, np.zeros((N_GENES, 8)))
    sheet = pd.DataFrame({"group": list("ABBABAAB")}, index=counts.columns)
    return analyse(counts, sheet)


def confounded_study() -> Analysis:
    """Eight samples, four treated; all treated ones were prepared in the second batch, which is what differs."""
    is_late = np.repeat([0.0, 1.0], 4)
    change = np.zeros((N_GENES, 8))
    change[:300] = np.random.default_rng(12).normal(0, 1.2, (300, 1)) * is_late
    counts = _counts(np.random.default_rng(13), 8, change)
    sheet = pd.DataFrame({"treatment": ["none"] * 4 + ["drug"] * 4, "batch": ["1"] * 4 + ["2"] * 4}, counts.columns)
    return analyse(counts, sheet)
