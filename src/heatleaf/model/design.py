"""The question: which variables explain the counts, and which comparison is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heatleaf.model.message import Message


@dataclass(frozen=True)
class Factor:
    """A grouping variable: its levels (reference first) and the level of each sample."""

    name: str
    levels: tuple[str, ...]
    values: tuple[str, ...]

    @property
    def reference_level(self) -> str:
        """The level that others are compared with."""
        return self.levels[0]


@dataclass(frozen=True, eq=False)
class Design:
    """A formula applied to the samples.

    factors, covariates : the grouping and the numeric variables of the formula.
    model_matrix : float64 array of shape (n_samples, n_coefficients), full column rank, no wide scales.
    coefficient_names : "Intercept", "dex_treated_vs_control", ... as DESeq2 spells them.
    """

    formula: str
    sample_ids: tuple[str, ...]
    factors: Mapping[str, Factor]
    covariates: Mapping[str, tuple[float, ...]]
    model_matrix: NDArray[np.float64]
    coefficient_names: tuple[str, ...]
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True)
class Question:
    """Something that a sample sheet can answer.

    kind : "levels", "omnibus", "several", "other", "interaction", "within", "slope". words : what it is about, by kind:
    variables and levels. design : formula; options : of the command line, each with its arguments.
    """

    kind: str
    words: tuple[str, ...]
    design: str
    options: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Pairing:
    """A variable whose levels (donors, batches) were seen under the tested levels.

    n_whole, n_levels : levels seen under every tested level, and all. is_single : no level has two samples of one kind.
    broken : levels that lack a tested level.
    """

    variable: str
    tested: str
    n_whole: int
    n_levels: int
    is_single: bool
    broken: tuple[str, ...]


@dataclass(frozen=True)
class CrossTable:
    """Numbers of samples by two variables of which one tells much of the other; rows of counts by level."""

    row_variable: str
    column_variable: str
    row_levels: tuple[str, ...]
    column_levels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, eq=False)
class Contrast:
    """A comparison: tested over reference level of a factor, as weights of the coefficients.

    tested_level, reference_level : the two sides in words; of a comparison of cells what was written of each.
    vector : float64 array of shape (n_coefficients,); the log2 fold change is vector @ coefficients.
    tested_samples, reference_samples : samples of the groups that are added and of those taken away; empty where the
        comparison names coefficients and not groups.
    """

    factor: str
    tested_level: str
    reference_level: str
    vector: NDArray[np.float64]
    tested_samples: tuple[str, ...] = ()
    reference_samples: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name used in files: factor_tested_vs_reference."""
        return f"{self.factor}_{self.tested_level}_vs_{self.reference_level}"

    @property
    def title(self) -> str:
        """The name used in sentences and figures: tested vs reference."""
        return f"{self.tested_level} vs {self.reference_level}"
