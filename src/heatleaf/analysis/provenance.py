"""What an analysis stood on: versions of the programs and releases of the built-in data."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib import metadata

from heatleaf.analysis.settings import Settings
from heatleaf.analysis.study import Study
from heatleaf.resources.builtin import sources

_PACKAGES = ("heatleaf", "numpy", "scipy", "pandas", "matplotlib")


def used_versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that make numbers and figures."""
    return {"python": platform.python_version(), **{name: metadata.version(name) for name in _PACKAGES}}


def used_resources(study: Study, settings: Settings) -> tuple[Mapping[str, str], ...]:
    """Return the built-in data of the study's organism: gene table, and gene sets where no others were given."""
    organism = study.identity.organism
    return tuple(
        {key: str(value) for key, value in source.items()}
        for source in sources()
        if organism and source.get("organism") == organism and not (settings.gene_sets and source.get("collection"))
    )
