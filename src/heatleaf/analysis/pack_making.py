"""What fetched files become: gene sets by symbol and tables, as the bytes of packs, with their release."""

from __future__ import annotations

import email.utils
import hashlib
import lzma
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from heatleaf.errors import UserError
from heatleaf.io import read_gene_sets, write_bytes
from heatleaf.io.atomic import DISK
from heatleaf.io.gaf import read_annotations
from heatleaf.io.gene_info import read_gene_info
from heatleaf.io.gtf_genes import read_gene_features
from heatleaf.io.obo import read_ontology
from heatleaf.io.pathway_table import read_pathway_table
from heatleaf.io.zip_member import read_zip_member
from heatleaf.model import GeneSetCollection, Message, note
from heatleaf.reads.reference import Reference, transcript_genes
from heatleaf.resources.catalogue import Plan
from heatleaf.resources.fetched import FetchedFile
from heatleaf.resources.gene_tables import entrez_symbols, gene_table
from heatleaf.resources.organisms import organisms
from heatleaf.resources.pack import pack_bytes, rename_genes, sort_sets
from heatleaf.resources.propagation import propagate

_SHOWN = 3


@dataclass(frozen=True)
class Original:
    """A file that is there: its role, and where from."""

    role: str
    path: Path
    address: str
    sha256: str
    n_bytes: int
    last_modified: str = ""


@dataclass(frozen=True)
class Made:
    """What the originals become: release, files with their content, messages."""

    release: str
    files: tuple[tuple[FetchedFile, bytes], ...]
    messages: tuple[Message, ...] = ()


def make_files(item: Plan, originals: Sequence[Original], folder: Path) -> Made:
    """Make the files of a resource.

    folder : where an archive may be expanded.

    Raises
    ------
    UserError
        The refusals of the readers; gene_sets: none of the genes has a symbol.
    """
    if item.source == "reactome":
        return _make_reactome(item, originals[0], folder)
    return _MAKERS[item.source](item, {original.role: original for original in originals})


def _make_ontology(item: Plan, originals: dict[str, Original]) -> Made:
    ontology = read_ontology(originals["ontology"].path)
    organism = item.organism
    annotations = read_annotations(originals["annotations"].path, organism.taxa, organism.locus_names)
    collections = propagate(ontology, annotations)
    locus_of = dict(zip(annotations.gene_symbols, annotations.locus_names, strict=True))
    day = ontology.release.removeprefix("releases/") or _day(originals["ontology"])
    release = f"GO {day}, annotations {annotations.release or _day(originals['annotations'])}"
    files = tuple(
        _pack(collection, organism.name, [locus_of[gene] for gene in collection.genes])
        for collection in collections.values()
        if collection.set_ids
    )
    return Made(release, files, next(iter(collections.values())).messages)


def _make_reactome(item: Plan, original: Original, folder: Path) -> Made:
    organism = item.organism
    if original.role == "zipped_sets":
        unzipped = folder / "ReactomePathways.gmt"
        write_bytes(unzipped, read_zip_member(original.path, ".gmt", item.files[0].max_bytes))
        try:
            collection = read_gene_sets(unzipped)
        finally:
            DISK.remove(unzipped)
    else:
        collection = read_pathway_table(original.path, organism.published_as, organism.gene_ids)
        if any(known.name == organism.name for known in organisms()):
            collection = _renamed(collection, dict(gene_table(organism.name).symbol_of))
    return _one_pack(collection, item, f"Reactome of {_day(original)}")


def _make_wikipathways(item: Plan, originals: dict[str, Original]) -> Made:
    original = originals["sets"]
    collection = read_gene_sets(original.path)
    if "gene_info" in originals:
        symbols = read_gene_info(originals["gene_info"].path, item.organism.taxa)
    else:
        symbols = dict(entrez_symbols())
    date = re.search(r"\d{8}", original.path.name)
    return _one_pack(_renamed(collection, symbols), item, f"WikiPathways {date[0] if date else _day(original)}")


def _make_genes(item: Plan, originals: dict[str, Original]) -> Made:
    rows = read_gene_features(originals["gtf"].path)
    content = lzma.compress("".join("\t".join(row) + "\n" for row in rows).encode())
    file = _stored_file(f"genes_{item.organism.name}", ".tsv.xz", content)
    return Made(f"Ensembl {item.release}", ((replace(file, n_genes=len(rows)), content),))


def _make_transcripts(item: Plan, originals: dict[str, Original]) -> Made:
    """Keep the files as they are, after a look at whether they name genes."""
    files = []
    for role, original in originals.items():
        found = transcript_genes(Reference((original.path,)))
        content = original.path.read_bytes()
        ending = ".fa.gz" if content.startswith(b"\x1f\x8b") else ".fa"
        file = _stored_file(f"{role}_{item.organism.name}", ending, content)
        files.append((replace(file, collection=role, n_genes=len(set(found.gene_ids))), content))
    return Made(f"Ensembl {item.release}", tuple(files))


_MAKERS: dict[str, Callable[[Plan, dict[str, Original]], Made]] = {
    "go": _make_ontology,
    "wikipathways": _make_wikipathways,
    "genes": _make_genes,
    "transcripts": _make_transcripts,
}


def _renamed(collection: GeneSetCollection, symbols: dict[str, str]) -> GeneSetCollection:
    """Give the genes their symbols, and tell how many have none."""
    renamed, n_lost = rename_genes(collection, symbols)
    if not renamed.set_ids:
        what = f"none of the {n_lost:,} gene ids of {collection.name} is known"
        raise UserError("gene_sets", what, fix="give the file of the organism that is fetched")
    if not n_lost:
        return renamed
    lost = [gene for gene in collection.genes if not symbols.get(gene)]
    first = ", ".join(lost[:_SHOWN])
    what = f"{n_lost:,} of {len(collection.genes):,} gene ids without a symbol are left out (first: {first})"
    return replace(renamed, messages=(*renamed.messages, note("gene_sets", what)))


def _one_pack(collection: GeneSetCollection, item: Plan, release: str) -> Made:
    (name,) = item.collections
    packed = _pack(sort_sets(replace(collection, name=name)), item.organism.name, ())
    return Made(release, (packed,), collection.messages)


def _pack(collection: GeneSetCollection, organism: str, loci: Sequence[str]) -> tuple[FetchedFile, bytes]:
    content = pack_bytes(collection, loci)
    stem = f"{collection.name.replace(':', '_').lower()}_{organism}"
    file = _stored_file(stem, ".npz", content)
    return replace(
        file, collection=collection.name, n_sets=len(collection.set_ids), n_genes=len(collection.genes)
    ), content


def _stored_file(stem: str, ending: str, content: bytes) -> FetchedFile:
    """Name a file by its content, so that a new one never stands in the place of one that the list still names."""
    sha256 = hashlib.sha256(content).hexdigest()
    return FetchedFile(f"{stem}.{sha256[:12]}{ending}", "", sha256, 0, 0)


def _day(original: Original) -> str:
    """Return the day on which the publisher changed a file, or, where nobody says it, its hash."""
    try:
        return email.utils.parsedate_to_datetime(original.last_modified).date().isoformat()
    except (ValueError, TypeError):
        return f"unknown date (sha256 {original.sha256[:12]})"
