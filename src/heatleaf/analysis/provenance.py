"""What an analysis stood on: versions of the programs and releases of the built-in data."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib import metadata

from heatleaf.analysis.enrichment import collection_asked
from heatleaf.analysis.settings import Settings
from heatleaf.analysis.study import Study
from heatleaf.resources.builtin import sources
from heatleaf.resources.fetched import FetchedFile, FetchedResource, fetched_collection
from heatleaf.resources.gene_sets import builtin_sets_file

_PACKAGES = ("heatleaf", "numpy", "scipy", "pandas", "pillow")

_SOURCE_KEYS = ("file", "release", "licence", "package", "credit", "sha256")


def used_versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that make numbers and figures."""
    return {"python": platform.python_version(), **{name: metadata.version(name) for name in _PACKAGES}}


def used_resources(study: Study, settings: Settings) -> tuple[Mapping[str, str], ...]:
    """Return the data that this study used: name, release, licence, where it comes from, and the hash of each file."""
    organism = study.identity.organism
    used = {f"genes_{organism}.tsv.xz"}
    if study.identity.kind == "entrez":
        used.add(f"entrez_{organism}.tsv.xz")
    if study.audit is not None and study.audit.counts.keys() & {"former", "alias", "ambiguous"}:
        used.add(f"names_{organism}.tsv.xz")
    named = [collection_asked(path) for path in settings.gene_sets]
    collections = dict.fromkeys(name for name in named if name) if settings.gene_sets else ["GO:BP"]
    fetched = [found for name in ("", *collections) if organism and (found := fetched_collection(organism, name))]
    are_fetched = {file.collection for _, file in fetched}
    used |= {builtin_sets_file(organism, name) for name in collections if name not in are_fetched}
    built_in = [
        {"name": str(source["what"]), **{key: str(source[key]) for key in _SOURCE_KEYS}}
        for source in sources()
        if source["file"] in used
    ]
    return (*built_in, *(_fetched_source(*found) for found in fetched))


def _fetched_source(resource: FetchedResource, file: FetchedFile) -> dict[str, str]:
    originals = "; ".join(f"{one.address or one.file} sha256 {one.sha256}" for one in resource.originals)
    return {
        "name": f"{resource.what}, {file.collection}" if len(resource.files) > 1 else resource.what,
        "file": file.file,
        "release": resource.release,
        "licence": resource.licence,
        "package": f"fetched {resource.fetched}: {originals}",
        "credit": resource.credit,
        "sha256": file.sha256,
    }
