"""What a user may ask of an analysis: the settings that the page offers, in words, and how a request becomes settings.

A request never names a path: gene sets are names of collections, or files of the study by their role.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from heatleaf.analysis.settings import Settings
from heatleaf.errors import UserError
from heatleaf.web.refusal import RefusalError

MAX_TEXT = 500  # requirement S20: length of a formula
MAX_ITEMS = 100
_PALETTES = (
    "red-white-blue", "red-black-green", "magenta-black-green", "orange-white-purple", "yellow-black-blue",
    "white-blue", "white-teal", "white-purple", "white-brown", "grey",
)  # fmt: skip
_METRICS = ("euclidean", "correlation", "spearman", "kendall", "cosine", "sqeuclidean", "cityblock")
_LINKAGES = ("average", "ward", "complete", "single", "weighted")


@dataclass(frozen=True)
class Option:
    """A setting on the page. kind : "number", "whole", "text", "choice", "yes", "list" or "column"."""

    name: str
    label: str
    help: str
    kind: str
    choices: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 0.0


OPTIONS = (
    Option("alpha", "Adjusted p-value", "Genes and gene sets below it are called.", "number", (), 1e-12, 0.5),
    Option("top", "Genes in the heatmap", "The most variable genes of all.", "whole", (), 2, 20_000),
    Option("clusters", "Clusters", "Blocks of genes; 0 lets the data choose.", "whole", (), 0, 100),
    Option("palette", "Colours", "Of the heatmap.", "choice", _PALETTES),
    Option("limit_quantile", "Share of cells in the colours", "The rest keep the end ones.", "number", (), 0.5, 0.9999),
    Option("metric", "Distance of genes", "Of z-scored genes.", "choice", _METRICS),
    Option("linkage_method", "Linkage of genes", "How the tree joins clusters.", "choice", _LINKAGES),
    Option("row_clustering", "Clusters by", "Cutting the tree, or k-means.", "choice", ("tree", "kmeans")),
    Option("design", "Design", "A formula such as ~ batch + condition; empty proposes one.", "text"),
    Option("remove_batch", "Take out of figures", "Figures are freed of this column; tests never are.", "column"),
    Option("second_opinions", "Second opinions", "Two other methods, and without each sample in turn (slower).", "yes"),
    Option("test", "Differential test", "Without it there are figures only.", "yes"),
    Option("organism", "Organism", "Empty recognises it from the gene ids.", "text"),
    Option("gene_sets", "Gene sets", "Collections such as GO:BP or fetched ones; dropped files are used too.", "list"),
    Option("min_set_size", "Smallest gene set", "In genes of the table.", "whole", (), 1, 10_000),
    Option("max_set_size", "Largest gene set", "In genes of the table.", "whole", (), 2, 50_000),
    Option("bias", "Correct gene-set tests", "Of lists: for the mean count of genes.", "choice", ("", "mean")),
    Option("fit_type", "Dispersion trend", "Of the tests.", "choice", ("parametric", "local", "mean")),
    Option("size_factors", "Size factors", "For library sizes.", "choice", ("auto", "ratio", "poscounts")),
    Option("omnibus", "All levels at once", "Variables of which all levels are tested together.", "list"),
    Option("comparisons", "Comparisons as sums", "Such as mean(low, high) - none.", "list"),
    Option("reduced", "Smaller design", "Test the design against this one.", "text"),
    Option("seed", "Seed", "Of all random draws.", "whole", (), 1, 2**31),
)  # fmt: skip
_BY_NAME = {option.name: option for option in OPTIONS}
_TRIPLES, _PAIRS = "contrasts", "references"


def describe_options() -> list[dict[str, Any]]:
    """Return the settings of the page: name, label, help, kind, choices, limits and default."""
    defaults = default_values()
    return [
        {
            "name": one.name,
            "label": one.label,
            "help": one.help,
            "kind": one.kind,
            "choices": list(one.choices),
            "low": one.low,
            "high": one.high,
            "default": defaults[one.name],
        }
        for one in OPTIONS
    ]


def default_values() -> dict[str, Any]:
    """Return every setting with its default, as JSON values."""
    return Settings().to_json()


def check_asked(asked: object) -> dict[str, Any]:
    """Return the settings of a request that are no defaults.

    Raises
    ------
    RefusalError
        400: a setting that is not known, or a value of another kind.
    """
    if not isinstance(asked, Mapping):
        raise _no_setting("settings")
    defaults = default_values()
    checked = {str(name): _checked(str(name), value) for name, value in asked.items()}
    return {name: value for name, value in checked.items() if value != defaults[name]}


def _checked(name: str, value: Any) -> Any:
    if name in (_TRIPLES, _PAIRS):
        return _lists_of_texts(name, value, 3 if name == _TRIPLES else 2)
    option = _BY_NAME.get(name)
    if option is None:
        raise _no_setting(name)
    if option.kind in ("number", "whole"):
        return _number(option, value)
    if option.kind == "yes":
        return _require(name, value, isinstance(value, bool))
    if option.kind == "list":
        is_list = isinstance(value, list) and len(value) <= MAX_ITEMS and all(_is_text(one) for one in value)
        return _require(name, value, is_list)
    return _require(name, value, _is_text(value) and (not option.choices or value in option.choices))


def _number(option: Option, value: Any) -> Any:
    kinds = int if option.kind == "whole" else (int, float)
    is_number = isinstance(value, kinds) and not isinstance(value, bool)
    if not is_number or not option.low <= value <= option.high:
        kind = "whole number" if option.kind == "whole" else "number"
        sentence = f"{option.label} is not a {kind} from {option.low:g} to {option.high:g}."
        raise RefusalError(400, "option", sentence)
    return value if option.kind == "whole" else float(value)


def _lists_of_texts(name: str, value: Any, length: int) -> list[list[str]]:
    is_list = isinstance(value, list) and len(value) <= MAX_ITEMS
    if not is_list or not all(
        isinstance(one, list) and len(one) == length and all(map(_is_text, one)) for one in value
    ):
        raise _no_setting(name)
    return [[str(text) for text in one] for one in value]


def _is_text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= MAX_TEXT


def _require(name: str, value: Any, is_right: object) -> Any:
    if not is_right:
        raise _no_setting(name)
    return value


def _no_setting(name: str) -> RefusalError:
    return RefusalError(400, "option", f"The setting '{name[:60]}' is not known, or cannot have this value.")


def settings_of(asked: Mapping[str, Any], gene_set_files: Sequence[Path], max_memory: int = 0) -> Settings:
    """Make settings of checked ones.

    Raises
    ------
    UserError
        gene_sets: a file was named that is not of the study.
    """
    values = {name: _as_tuples(value) for name, value in asked.items()}
    named = [str(name) for name in asked.get("gene_sets", ())]
    for name in named:
        if len(Path(name).parts) > 1 or Path(name).suffix or name.startswith((".", "~")):
            what = f"'{name}' is no collection of gene sets"
            raise UserError("gene_sets", what, fix="name a collection, such as GO:BP, or drop the file of sets")
    if named or gene_set_files:
        values["gene_sets"] = (*map(Path, named), *gene_set_files)
    known = {one.name for one in fields(Settings)}
    return Settings(**{name: value for name, value in values.items() if name in known})


def _as_tuples(value: Any) -> Any:
    return tuple(_as_tuples(one) for one in value) if isinstance(value, list) else value
