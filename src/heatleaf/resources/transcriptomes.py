"""Fetched transcriptomes: the files of transcripts of an organism, which reads are compared with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from heatleaf.errors import UserError
from heatleaf.resources.catalogue import known_organism, organisms_to_fetch
from heatleaf.resources.fetched import fetched_resources, require_fetched

SOURCE = "transcripts"


@dataclass(frozen=True)
class Transcriptome:
    """Transcripts that were fetched. release : such as "Ensembl 114"."""

    organism: str
    release: str
    paths: tuple[Path, ...]


def fetched_transcriptome(name: str) -> Transcriptome:
    """Find the fetched transcriptome of an organism, by English or Latin name or taxon number.

    Raises
    ------
    UserError
        organism: not known; resources: not fetched yet, or damaged.
    """
    known = known_organism(name)
    if known is None:
        names = ", ".join(organism.name for organism in organisms_to_fetch())
        fix = f"give its transcripts with --transcripts, or choose from {names}"
        raise UserError("organism", f"nothing is known of the organism '{name}'", fix=fix)
    wanted = f"{SOURCE}-{known.name}"
    for resource in fetched_resources():
        if resource.name == wanted:
            paths = tuple(require_fetched(resource, file) for file in resource.files)
            return Transcriptome(known.name, resource.release, paths)
    fix = f"heatleaf resources fetch {known.name} --transcriptome (once, over the network), or give --transcripts"
    raise UserError("resources", f"the transcripts of {known.name} were not fetched yet", fix=fix)


def fetched_transcriptomes() -> tuple[Transcriptome, ...]:
    """List the transcriptomes that are there, without a look at whether they are whole."""
    from heatleaf.resources.fetched import resource_folder

    return tuple(
        Transcriptome(
            resource.organism, resource.release, tuple(resource_folder() / file.file for file in resource.files)
        )
        for resource in fetched_resources()
        if resource.name.startswith(f"{SOURCE}-")
    )
