"""Write docs/house_metrics.md: sizes of our functions and files beside those of code bases that we learned from.

The numbers of others were measured the same way on their sources, and are kept here as they were.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "house_metrics.md"
# project, lines of source, of tests, function length (median/p90/p99/max), longest file, annotated %, docstrings % of
# public functions, groups of modules that import each other in a circle
OTHERS = """\
dnaio|2,887|1,752 (0.61)|5/28/100/130|338|44|23|1
cutadapt|9,360|5,585 (0.60)|5/28/72/365|1,602|35|28|0
seaborn|29,166|22,986 (0.79)|12/61/172/388|3,466|25|48|0
starlette|6,712|10,845 (1.62)|5/27/60/149|876|98|10|0
httpx|8,827|8,923 (1.01)|9/34/80/133|2,019|100|48|0
datasette|29,181|39,742 (1.36)|9/49/227/492|3,314|13|26|0
PyDESeq2|4,678|1,524 (0.33)|33/89/155/166|1,579|79|69|1
Marsilea|12,885|3,806 (0.30)|7/40/103/214|1,728|2|34|0
MultiQC|93,763|3,746 (0.04)|30/88/232/696|2,017|21|68|1
snakemake|37,403|8,910 (0.24)|6/29/134/1485|3,528|16|21|1
"""
COLUMNS = (
    "project", "source lines", "test lines (ratio)", "function lines: median/p90/p99/max", "longest file",
    "annotated %", "docstrings of public %", "circles of imports",
)  # fmt: skip


@dataclass(frozen=True)
class Function:
    """One function: its length in lines, whether all its arguments and its result have types, and a docstring."""

    n_lines: int
    is_annotated: bool
    is_public: bool
    has_docstring: bool


def functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            typed = all(one.annotation is not None or one.arg in ("self", "cls") for one in arguments)
            yield Function(
                (node.end_lineno or node.lineno) - node.lineno + 1,
                typed and node.returns is not None,
                not node.name.startswith("_"),
                ast.get_docstring(node) is not None,
            )


def n_lines(paths: list[Path]) -> int:
    return sum(len(path.read_text(encoding="utf-8").splitlines()) for path in paths)


def n_circles(files: list[Path], source: Path) -> int:
    """Count the groups of modules that import each other in a circle when they are loaded."""
    names = {module_name(path, source): path for path in files}
    imports = {name: set(loaded_by(path, names)) - {name} for name, path in names.items()}
    reach = {name: reached(name, imports) for name in names}
    groups = {
        frozenset(other for other in reach[name] if name in reach[other]) for name in names if name in reach[name]
    }
    return len(groups)


def module_name(path: Path, source: Path) -> str:
    parts = path.relative_to(source.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def loaded_by(path: Path, names: dict[str, Path]) -> Iterator[str]:
    """Yield the modules that a module imports at its top level."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            within = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (
                name if name in names else node.module for name in within if node.module in names or name in names
            )
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in names)


def reached(start: str, imports: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    to_follow = set(imports[start])
    while to_follow:
        name = to_follow.pop()
        seen.add(name)
        to_follow |= imports.get(name, set()) - seen
    return seen


def our_row() -> str:
    source = ROOT / "src" / "heatleaf"
    files, tests = sorted(source.rglob("*.py")), sorted((ROOT / "tests").rglob("*.py"))
    found = sorted((one for path in files for one in functions(path)), key=lambda one: one.n_lines)
    lengths = [one.n_lines for one in found]
    at = [lengths[int(share * (len(lengths) - 1))] for share in (0.5, 0.9, 0.99, 1)]
    public = [one for one in found if one.is_public]
    n_source, n_tests = n_lines(files), n_lines(tests)
    longest = max(len(path.read_text(encoding="utf-8").splitlines()) for path in files)
    annotated = sum(one.is_annotated for one in found) / len(found)
    documented = sum(one.has_docstring for one in public) / len(public)
    cells = ["**heatleaf**", f"{n_source:,}", f"{n_tests:,} ({n_tests / n_source:.2f})", "/".join(map(str, at))]
    cells += [f"{longest:,}", f"{100 * annotated:.0f}", f"{100 * documented:.0f}", str(n_circles(files, source))]
    return "|".join(cells)


def main() -> None:
    from heatleaf.io import write_text

    header = [
        "# The size of the house",
        "",
        "Measured by `python scripts/house_metrics.py` (Python files only), beside code bases that it learned from.",
        "To be looked at: what tests hold is the direction of imports, and complexity of at most 12.",
        "",
        f"| {' | '.join(COLUMNS)} |",
        f"|{'---|' * len(COLUMNS)}",
    ]
    rows = [f"| {' | '.join(row.split('|'))} |" for row in (our_row(), *OTHERS.splitlines())]
    write_text(PAGE, "\n".join([*header, *rows]) + "\n")


if __name__ == "__main__":
    main()
