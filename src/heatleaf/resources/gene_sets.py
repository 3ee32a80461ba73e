"""Gene-set collections of an organism, built-in or fetched, members as symbols."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache

from heatleaf.errors import UserError
from heatleaf.model import GeneSetCollection
from heatleaf.resources.builtin import builtin_file, release_of
from heatleaf.resources.catalogue import collection_names, find_collection, known_organism, refuse_licensed, source_of
from heatleaf.resources.fetched import fetched_collection, read_fetched_sets
from heatleaf.resources.organisms import find_organism, organisms
from heatleaf.resources.pack import read_pack


def gene_sets(
    organism: str, collections: Sequence[str] = ("GO:BP",), gene_ids: Collection[str] = ()
) -> tuple[GeneSetCollection, ...]:
    """Return gene sets of an organism in the order asked for: those that were fetched, else those built in.

    Parameters
    ----------
    organism : str
        A name that `find_organism` or the catalogue knows.
    collections : sequence of str
        "GO:BP", "GO:MF", "GO:CC", "Reactome", "WikiPathways"; case does not matter.
    gene_ids : collection of str
        Of the table that is analysed: systematic names (of yeast, for example) are used where it has those.

    Returns
    -------
    tuple of GeneSetCollection
        Sets by id; members are unique symbols in code-point order. GO: every evidence code, propagated to ancestors.

    Raises
    ------
    UserError
        organism: nothing is there for it. gene_sets: no collection of this name. resources: a collection whose licence
        forbids it, that was not fetched, or whose file is damaged.

    Notes
    -----
    Gene Ontology Consortium, CC BY 4.0; release and packages in `sources()` and, of what was fetched, in its list.

    Examples
    --------
    >>> collection, = gene_sets("human", ["GO:CC"])
    >>> collection.set_names[collection.set_ids.index("GO:0000786")]
    'nucleosome'
    """
    name = name_of_organism(organism)
    return tuple(_read(name, _require_collection(collection), gene_ids) for collection in collections)


def has_gene_sets(organism: str, collection: str) -> bool:
    """Whether gene sets of an organism are built in or were fetched."""
    name = name_of_organism(organism)
    return fetched_collection(name, collection) is not None or collection in _built_in(name)


def name_of_organism(organism: str) -> str:
    """Return the name of an organism of the catalogue, or of one with built-in tables.

    Raises
    ------
    UserError
        organism: neither knows it.
    """
    known = known_organism(organism)
    return known.name if known else find_organism(organism).name


@cache
def builtin_gene_sets(organism: str, collection: str) -> GeneSetCollection:
    """Return built-in gene sets, whatever was fetched."""
    file = builtin_sets_file(organism, collection)
    with builtin_file(file).open("rb") as stream:
        return read_pack(stream, collection, f"{release_of(file)}, CC BY 4.0")


def builtin_sets_file(organism: str, collection: str) -> str:
    """Return the name of the built-in file of a collection."""
    return f"go_{collection.removeprefix('GO:').lower()}_{organism}.npz"


def _built_in(organism: str) -> tuple[str, ...]:
    return next((known.collections for known in organisms() if known.name == organism), ())


def _require_collection(name: str) -> str:
    refuse_licensed(name)
    found = find_collection(name)
    if not found:
        known = ", ".join(collection_names())
        raise UserError("gene_sets", f"'{name}' is not a collection of gene sets", fix=f"choose from {known}")
    return found


def _read(organism: str, collection: str, gene_ids: Collection[str]) -> GeneSetCollection:
    found = fetched_collection(organism, collection)
    if found is not None:
        return read_fetched_sets(*found, gene_ids)
    if collection in _built_in(organism):
        return builtin_gene_sets(organism, collection)
    resource = f"{source_of(collection)}-{organism}"
    what = f"{collection} of {organism} is not built in and was not fetched yet"
    own = "or give your own with --gene-sets FILE.gmt"
    raise UserError("resources", what, fix=f"heatleaf resources fetch {resource} (once, over the network), {own}")
