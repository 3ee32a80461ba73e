"""The organisms with built-in tables, and the names people give them."""

from __future__ import annotations

from dataclasses import dataclass

from heatleaf.errors import UserError


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
    """List the organisms with built-in tables.

    Examples
    --------
    >>> [organism.name for organism in organisms()]
    ['human', 'mouse', 'rat', 'zebrafish', 'fly', 'worm']
    """
    return _ORGANISMS


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
    for organism in _ORGANISMS:
        if wanted in (organism.name, organism.latin_name.casefold(), str(organism.taxon)):
            return organism
    raise UserError(
        "organism",
        f"no built-in data for the organism '{name}'; built in are {', '.join(item.name for item in _ORGANISMS)}",
        fix="choose one of these, or give gene sets of your organism with --gene-sets FILE.gmt",
    )
