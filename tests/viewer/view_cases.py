"""Heatmaps for tests of the page: ordinary, hostile, and the smallest and oddest that there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from heatleaf import Heatmap

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    '"></script><script>alert(2)</script>',
    "evil\u202egnp.exe",
    "N" * 300,
    '=HYPERLINK("http://evil.example","x")',
    "javascript:alert(3)",
    "\u0001control",
    "__proto__",
    "constructor",
    "</style><svg onload=alert(4)>",
    "{{constructor.constructor('alert(5)')()}}",
    "遺伝子 µ-β",
)


def wait_until_painted(tab: Any) -> None:
    """Wait for the first picture; asked from outside, as the policy of a page lets nobody evaluate text in it."""
    for _ in range(300):
        if tab.evaluate("performance.getEntriesByName('heatleaf:painted').length > 0"):
            return
        tab.wait_for_timeout(100)
    raise AssertionError("no picture after 30 s")


def make_values(n_genes: int = 60, n_samples: int = 12) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Log values with two patterns of genes, and a sheet of groups and batches."""
    rng = np.random.default_rng(3)
    values = rng.normal(8, 1, (n_genes, n_samples))
    values[: n_genes // 2, n_samples // 2 :] += 3
    samples = [f"s{i}" for i in range(n_samples)]
    groups = ["control"] * (n_samples // 2) + ["treated"] * (n_samples - n_samples // 2)
    sheet = pd.DataFrame({"group": groups, "batch": ["b1", "b2"] * (n_samples // 2)}, index=samples)
    return pd.DataFrame(values, [f"g{i}" for i in range(n_genes)], samples), sheet


def hostile() -> Heatmap:
    """Names that try to run script in every place that a name can reach."""
    values, sheet = make_values()
    values.index = pd.Index([*HOSTILE, *values.index[len(HOSTILE) :]])
    values.columns = sheet.index = pd.Index([*HOSTILE[:4], *values.columns[4:]])
    column = HOSTILE[0]
    sheet = sheet.rename(columns={"group": column, "batch": "__proto__"}).replace({"b1": HOSTILE[1], "b2": HOSTILE[9]})
    values.iloc[3, 2] = np.nan
    return Heatmap(values, sheet, split_columns=column).title(f"{HOSTILE[1]} {HOSTILE[0]}")


def two_panels() -> Heatmap:
    values, _ = make_values()
    other = Heatmap(values).scale("none").colours("white-blue").title("values")
    return Heatmap(values).split_rows(3).title("z").beside(other)


def parked() -> Heatmap:
    values, sheet = make_values()
    values.iloc[5] = 7.0
    return Heatmap(values, sheet, split_columns="group").show_genes("all").split_rows(2)


CASES: dict[str, Callable[[], Heatmap]] = {
    "ordinary": lambda: Heatmap(*make_values()).split_columns("group").split_rows(2).title("Two patterns"),
    "one gene": lambda: Heatmap(make_values(1)[0]),
    "two samples": lambda: Heatmap(make_values(5, 2)[0]),
    "kmeans": lambda: Heatmap(*make_values()).split_rows(kmeans=3),
    "not clustered": lambda: Heatmap(make_values()[0]).cluster_rows(False).cluster_columns(False).split_rows(None),
    "z-scores": lambda: Heatmap(pd.DataFrame(Heatmap(make_values()[0]).spec.matrix)),
    "parked": parked,
    "two panels": two_panels,
    "more rows than pixels": lambda: Heatmap(make_values(3_000, 6)[0]).split_rows(4),
    "hostile": hostile,
}
