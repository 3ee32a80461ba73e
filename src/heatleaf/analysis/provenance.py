"""What an analysis stood on: versions of the programs and releases of the built-in data."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib import metadata

from heatleaf.analysis.settings import Settings
from heatleaf.analysis.study import Study
from heatleaf.resources.builtin import sources

_PACKAGES = ("heatleaf", "numpy", "scipy", "pandas", "matplotlib")

_SOURCE_KEYS = ("file", "release", "licence", "package", "credit")


def used_versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that make numbers and figures."""
    return {"python": platform.python_version(), **{name: metadata.version(name) for name in _PACKAGES}}


def used_resources(study: Study, settings: Settings) -> tuple[Mapping[str, str], ...]:
    """Return the built-in data that this study used: name, release, licence and where it comes from."""
    organism = study.identity.organism
    used = {f"genes_{organism}.tsv.xz"}
    if study.identity.kind == "entrez":
        used.add(f"entrez_{organism}.tsv.xz")
    if not settings.gene_sets:
        used.add(f"go_bp_{organism}.npz")
    return tuple(
        {"name": str(source["what"]), **{key: str(source[key]) for key in _SOURCE_KEYS}}
        for source in sources()
        if source["file"] in used
    )
