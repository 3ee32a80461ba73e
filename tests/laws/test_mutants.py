"""Faults planted in the code that every result rests on (R39): the oracles below must notice each of them."""

from __future__ import annotations

import ast
import copy
import inspect
from collections.abc import Callable, Iterator
from types import FunctionType, ModuleType

import numpy as np
import pytest
from scipy.cluster import hierarchy
from scipy.stats import false_discovery_control

from heatleaf.cluster.chain import _update
from heatleaf.stats.multiple_testing import adjust_bh
from heatleaf.stats.size_factors import _median_ratio

SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Lt: ast.Gt, ast.Gt: ast.Lt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
}  # fmt: skip
OPPOSITES = {"minimum": "maximum", "maximum": "minimum", "log": "log2", "exp": "exp2", "median": "mean", "mean": "sum"}
EQUAL = {
    "sizes[gone] = 1.0",  # a chain from a cluster that is gone leads to a living one: more steps, the same merges
    "map_gene_chunks(compute, (ratios.shape[1], ratios.shape[1]))",  # other chunks, the same numbers
}


def check_adjustment(module: ModuleType) -> None:
    rng = np.random.default_rng(1)
    for n in (1, 2, 7, 40):
        p = np.round(rng.uniform(size=n) ** 3, 2)
        holed = np.concatenate([p, [np.nan]])
        np.testing.assert_allclose(module.adjust_bh(p), false_discovery_control(p), rtol=1e-12)
        np.testing.assert_allclose(module.adjust_bh(holed)[:-1], false_discovery_control(p), rtol=1e-12)
    assert np.isnan(module.adjust_bh([np.nan, 0.5])[0])
    assert module.adjust_bh([]).shape == (0,)
    assert module.adjust_bh([0.5, np.nextafter(1, 2)])[1] == 1  # a p-value that rounding made larger than 1


def check_size_factors(module: ModuleType) -> None:
    counts = np.random.default_rng(2).geometric(0.3, (51, 4)) * np.array([1, 2, 5, 9])
    counts[0, 0] = 0
    usable = counts[(counts > 0).all(axis=1)]
    expected = np.exp(np.median(np.log(usable) - np.log(usable).mean(axis=1, keepdims=True), axis=0))
    np.testing.assert_allclose(module._median_ratio(counts), expected, rtol=1e-12)


def check_update(module: ModuleType) -> None:
    points = np.random.default_rng(3).normal(size=(12, 4))
    for method in ("average", "complete", "weighted", "ward"):
        condensed = hierarchy.distance.pdist(points)
        distances = hierarchy.distance.squareform(condensed)
        distances = distances**2 if method == "ward" else distances
        heights = np.sort(module.merge_by_chain(distances, np.ones(12), method)[2])
        heights = np.sqrt(np.maximum(heights, 0)) if method == "ward" else heights
        np.testing.assert_allclose(heights, np.sort(hierarchy.linkage(condensed, method)[:, 2]), rtol=1e-9)


CHECKS: dict[FunctionType, Callable[[ModuleType], None]] = {
    adjust_bh: check_adjustment,
    _median_ratio: check_size_factors,
    _update: check_update,
}


def mutants(function: FunctionType) -> Iterator[tuple[str, ast.Module]]:
    """Yield the function with one operator, constant or called name exchanged, and where."""
    tree = ast.parse(inspect.getsource(function))
    for i, node in enumerate(ast.walk(tree)):
        changed = copy.deepcopy(tree)
        twin = next(other for j, other in enumerate(ast.walk(changed)) if j == i)
        before = ast.unparse(tree)
        if isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in SWAPS:
            twin.op = SWAPS[type(node.op)]()
        elif isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPS:
            twin.ops = [SWAPS[type(node.ops[0])]()]
        elif isinstance(node, ast.Attribute) and node.attr in OPPOSITES:
            twin.attr = OPPOSITES[node.attr]
        elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
            twin.value = node.value + 1
        if ast.unparse(changed) != before:
            where = next(line for line in ast.unparse(changed).splitlines() if line not in before.splitlines())
            yield where.strip(), changed


def is_found(function: FunctionType, changed: ast.Module) -> bool:
    """Whether the check of a function fails with the changed function in its module."""
    module = inspect.getmodule(function)
    assert module is not None
    original = getattr(module, function.__name__)
    space: dict[str, object] = {}
    exec(compile(ast.fix_missing_locations(changed), "mutant", "exec"), vars(module) | {"annotations": None}, space)
    setattr(module, function.__name__, space[function.__name__])
    try:
        with np.errstate(all="ignore"):
            CHECKS[function](module)
    except Exception:
        return True
    finally:
        setattr(module, function.__name__, original)
    return False


@pytest.mark.parametrize("function", CHECKS, ids=lambda function: function.__name__)
@pytest.mark.filterwarnings("ignore")
def test_every_planted_fault_is_found(function: FunctionType) -> None:
    CHECKS[function](inspect.getmodule(function))
    planted = list(mutants(function))
    assert len(planted) > 4
    assert [where for where, changed in planted if where not in EQUAL and not is_found(function, changed)] == []
