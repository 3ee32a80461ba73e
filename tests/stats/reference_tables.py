"""The real and the planted tables with the reference's results, read without the rooms above stats."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from heatleaf.model import Contrast, CountTable, Design, Factor

REFERENCE = Path(__file__).parent / "reference"


@dataclass(frozen=True, eq=False)
class Case:
    counts: CountTable
    design: Design

    def contrast(self, factor: str, tested: str, reference: str) -> Contrast:
        first = self.design.factors[factor].reference_level
        vector = np.zeros(len(self.design.coefficient_names))
        for level, weight in ((tested, 1.0), (reference, -1.0)):
            if level != first:
                vector[self.design.coefficient_names.index(f"{factor}_{level}_vs_{first}")] += weight
        return Contrast(factor, tested, reference, vector)


def make_design(samples: pd.DataFrame, levels: dict[str, list[str]]) -> Design:
    """Code factors (with levels, reference first) and numeric columns (with an empty list)."""
    columns, names, factors, covariates = [np.ones(len(samples))], ["Intercept"], {}, {}
    for name, order in levels.items():
        if not order:
            covariates[name] = tuple(samples[name].astype(float))
            columns.append(samples[name].to_numpy(float))
            names.append(name)
            continue
        factors[name] = Factor(name, tuple(order), tuple(samples[name]))
        for level in order[1:]:
            columns.append((samples[name] == level).to_numpy(float))
            names.append(f"{name}_{level}_vs_{order[0]}")
    matrix = np.column_stack(columns)
    return Design("~ " + " + ".join(levels), tuple(samples.index), factors, covariates, matrix, tuple(names))


def make_table(frame: pd.DataFrame) -> CountTable:
    values = np.ascontiguousarray(frame.to_numpy(np.int64))
    return CountTable(tuple(map(str, frame.index)), tuple(frame.columns), values)


@cache
def real_case(data: Path, name: str) -> Case:
    folder = data / name
    if name == "pasilla":
        counts = pd.read_csv(folder / "pasilla_gene_counts.tsv", sep="\t", index_col=0)
        samples = pd.read_csv(folder / "pasilla_sample_annotation.csv")
        samples.index = samples["file"].str.replace("fb", "")
        samples["type"] = samples["type"].str.replace("-", "_")
        levels = {"type": ["single_read", "paired_end"], "condition": ["untreated", "treated"]}
    else:
        counts = pd.read_csv(folder / "counts.csv.gz", index_col=0)
        samples = pd.read_csv(folder / "metadata.csv", index_col=0)
        levels = {
            "airway": {"celltype": ["N61311", "N052611", "N080611", "N061011"], "dex": ["control", "treated"]},
            "gse96870": {"sex": ["Female", "Male"], "time": ["Day0", "Day4", "Day8"]},
        }[name]
    return Case(make_table(counts), make_design(samples.loc[counts.columns], levels))


def planted_case(name: str) -> tuple[Case, pd.DataFrame]:
    reference = pd.read_csv(REFERENCE / f"{name}.csv.gz", index_col=0)
    samples = pd.read_csv(REFERENCE / f"{name}_samples.csv", index_col=0)
    numeric = samples.dtypes.map(pd.api.types.is_numeric_dtype)
    levels = {c: [] if numeric[c] else sorted(samples[c].unique()) for c in samples.columns}
    return Case(make_table(reference[list(samples.index)]), make_design(samples, levels)), reference


def planted_design(name: str) -> tuple[Case, pd.DataFrame]:
    """A case of planted_designs.R: the model matrix is that of R's formula."""
    reference = pd.read_csv(REFERENCE / f"{name}.csv.gz", index_col=0)
    samples = pd.read_csv(REFERENCE / f"{name}_samples.csv", index_col=0)
    matrix = pd.read_csv(REFERENCE / f"{name}_model.csv", index_col=0)
    factors = {c: Factor(c, tuple(dict.fromkeys(samples[c])), tuple(samples[c])) for c in samples.columns}
    ids = tuple(samples.index)
    design = Design("", ids, factors, {}, matrix.to_numpy(np.float64), tuple(matrix.columns))
    return Case(make_table(reference[list(ids)]), design), reference
