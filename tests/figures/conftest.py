"""Made results of a test, and what is asked of every drawn figure."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.special import log_ndtr

from heatleaf.figures.canvas import Canvas, TextMark
from heatleaf.model import Contrast, DifferentialResult


def make_result(
    lfc: np.ndarray,
    stat: np.ndarray,
    *,
    base_mean: np.ndarray | None = None,
    padj: np.ndarray | None = None,
    symbols: tuple[str, ...] | None = None,
    shrunken: np.ndarray | None = None,
    tested_level: str = "treated",
    alpha: float = 0.05,
) -> DifferentialResult:
    lfc, stat = np.asarray(lfc, dtype=float), np.asarray(stat, dtype=float)
    n_genes = len(lfc)
    log10_p = (log_ndtr(-np.abs(stat)) + np.log(2)) / np.log(10)
    p_value = 10.0**log10_p
    return DifferentialResult(
        contrast=Contrast("dex", tested_level, "control", np.array([0.0, 1.0])),
        gene_ids=tuple(f"ENSG{i:05d}" for i in range(n_genes)),
        gene_symbols=symbols or tuple(f"SYM{i}" for i in range(n_genes)),
        base_mean=np.full(n_genes, 100.0) if base_mean is None else np.asarray(base_mean, dtype=float),
        log2_fold_change=lfc,
        lfc_se=np.abs(lfc) / np.maximum(np.abs(stat), 1e-9),
        stat=stat,
        p_value=p_value,
        log10_p=log10_p,
        padj=np.minimum(p_value * 10, 1.0) if padj is None else np.asarray(padj, dtype=float),
        lfc_shrunken=lfc * 0.8 if shrunken is None else np.asarray(shrunken, dtype=float),
        status=tuple("all_zero" if np.isnan(value) else "tested" for value in stat),
        outlier_sample=("",) * n_genes,
        alpha=alpha,
        filter_threshold=0.0,
    )


def noise_and_signal(n_genes: int = 3000, seed: int = 1) -> DifferentialResult:
    rng = np.random.default_rng(seed)
    lfc, stat = rng.normal(0, 0.5, n_genes), rng.normal(0, 1, n_genes)
    strong = rng.permutation(n_genes)[: n_genes // 10]
    stat[strong] = rng.normal(0, 9, len(strong))
    lfc = np.abs(lfc) * np.sign(stat)
    lfc[strong] *= 4
    base_mean = 10 ** rng.uniform(0, 5, n_genes)
    base_mean[:20], lfc[:20], stat[:20] = 0.0, np.nan, np.nan
    return make_result(lfc, stat, base_mean=base_mean)


def check_canvas(canvas: Canvas) -> None:
    """Nothing is cut off, no type is below 5 pt, and no two texts meet."""
    texts = [mark for mark in canvas.marks if isinstance(mark, TextMark)]
    assert texts
    for mark in texts:
        left, top, right, bottom = mark.box
        assert left >= 0 and top >= 0 and right <= canvas.width and bottom <= canvas.height, f"{mark.text!r} is cut off"
        assert mark.size * canvas.scale >= 5.0 - 1e-9
    for i, mark in enumerate(texts):
        for other in texts[i + 1 :]:
            across = min(mark.box[2], other.box[2]) - max(mark.box[0], other.box[0])
            down = min(mark.box[3], other.box[3]) - max(mark.box[1], other.box[1])
            assert across <= 0.1 or down <= 0.15, f"{mark.text!r} meets {other.text!r}"


@pytest.fixture()
def make() -> Callable[..., DifferentialResult]:
    return make_result


@pytest.fixture(scope="session")
def noisy() -> DifferentialResult:
    return noise_and_signal()


@pytest.fixture(scope="session")
def noisy_large() -> DifferentialResult:
    return noise_and_signal(64_000)


@pytest.fixture()
def check() -> Callable[[Canvas], None]:
    return check_canvas
