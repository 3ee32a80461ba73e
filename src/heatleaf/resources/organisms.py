"""The organisms with built-in tables, and the names people give them."""

from __future__ import annotations

from dataclasses import dataclass

from heatleaf.errors import UserError
from heatleaf.resources.catalogue import known_organism, organisms_to_fetch
from heatleaf.resources.fetched import fetched_resources


@dataclass(frozen=True)
class Organism:
    """An organism with a built-in gene table.

    collections : names of its built-in gene-set collections. id_prefix : what its stable gene ids start with.
    """

    name: str
    latin_name: str
    taxon: int
    id_prefix: str
    collections: tuple[str, ...] = ()


_ORGANISMS = (
    Organism("human", "Homo sapiens", 9606, "ENSG", ("GO:BP", "GO:MF", "GO:CC")),
    Organism("mouse", "Mus musculus", 10090, "ENSMUSG"),
    Organism("rat", "Rattus norvegicus", 10116, "ENSRNOG"),
    Organism("zebrafish", "Danio rerio", 7955, "ENSDARG"),
    Organism("fly", "Drosophila melanogaster", 7227, "FBgn"),
    Organism("worm", "Caenorhabditis elegans", 6239, "WBGene"),
)


def organisms() -> tuple[Organism, ...]:
    """List the organisms with built-in tables, and those whose table was fetched.

    Examples
    --------
    >>> [organism.name for organism in organisms()]
    ['human', 'mouse', 'rat', 'zebrafish', 'fly', 'worm']
    """
    return (*_ORGANISMS, *_fetched_organisms())


def _fetched_organisms() -> tuple[Organism, ...]:
    """List the organisms of the catalogue whose gene table was fetched."""
    fetched = {resource.organism for resource in fetched_resources() if resource.file_of("") is not None}
    built_in = {organism.name for organism in _ORGANISMS}
    return tuple(
        Organism(known.name, known.latin_name, known.taxa[0], known.id_prefix)
        for known in organisms_to_fetch()
        if known.name in fetched - built_in
    )


def find_organism(name: str) -> Organism:
    """Find an organism by its English or Latin name or taxon number; case and `_` do not matter.

    Raises
    ------
    UserError
        organism: nothing is built in for it.

    Examples
    --------
    >>> find_organism("homo_sapiens").name
    'human'
    """
    wanted = name.strip().casefold().replace("_", " ")
    for organism in organisms():
        if wanted in (organism.name, organism.latin_name.casefold(), str(organism.taxon)):
            return organism
    if (known := known_organism(name)) is not None:
        what = f"the gene table of {known.name} was not fetched yet"
        raise UserError("organism", what, fix=f"heatleaf resources fetch {known.name} (once, over the network)")
    raise UserError(
        "organism",
        f"no built-in data for the organism '{name}'; built in are {', '.join(item.name for item in _ORGANISMS)}",
        fix="choose one of these, or give gene sets of your organism with --gene-sets FILE.gmt",
    )
