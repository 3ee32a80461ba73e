"""What can be fetched, from which addresses, under which licence: the file catalogue.json, and plans made of it."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from heatleaf.errors import UserError
from heatleaf.resources.builtin import builtin_file

MIRROR = "HEATLEAF_MIRROR"  # an address that holds the same files as HOST/PATH, for institutes that close the network


@dataclass(frozen=True)
class KnownOrganism:
    """An organism of which something can be fetched.

    published_as : Latin name that pathway collections use. annotations, gene_info : names of its files there.
    gene_ids, locus_names : regular expressions of stable ids and of systematic names. sources : names of sources.
    """

    name: str
    latin_name: str
    published_as: str
    taxa: tuple[int, ...]
    annotations: str
    gene_info: str
    gene_ids: str
    locus_names: str
    sources: tuple[str, ...]

    @property
    def id_prefix(self) -> str:
        """The letters that its stable gene ids begin with."""
        match = re.match(r"[A-Za-z]+", self.gene_ids)
        return match[0] if match else ""


@dataclass(frozen=True)
class FilePlan:
    """One file to fetch.

    role : what it is for. pattern : regular expression of its name. url : its address, or "" where the page `index`
    lists the name (and in CHECKSUMS files the checksum).
    """

    role: str
    pattern: str
    url: str
    index: str
    max_bytes: int

    @property
    def name(self) -> str:
        """The name of the file, or how it looks."""
        return urlsplit(self.url).path.rpartition("/")[2] or re.sub(r"\\d\{8\}|\[[^]]*\]\+", "*", self.pattern).replace(
            "\\", ""
        )

    @property
    def where_from(self) -> str:
        """The address, for people."""
        return self.url or f"{self.index.removesuffix('CHECKSUMS')}{self.name}"


@dataclass(frozen=True)
class Plan:
    """A resource and the files that it is made of. release : "" for the current one, which its files tell."""

    name: str
    source: str
    title: str
    organism: KnownOrganism
    collections: tuple[str, ...]
    release: str
    licence: str
    credit: str
    files: tuple[FilePlan, ...] = field(repr=False)


def plan(name: str, release: str = "") -> tuple[Plan, ...]:
    """Say what has to be fetched for a name.

    Parameters
    ----------
    name : str
        An organism: its Gene Ontology, and its gene table where none is built in; or one resource, such as
        "reactome-mouse".
    release : str
        Of one resource; "" for the current one.

    Raises
    ------
    UserError
        resources: nothing of this name, or its licence forbids it; option: a release that cannot be chosen.

    Examples
    --------
    >>> [item.name for item in plan("mouse")], [file.name for file in plan("mouse")[0].files]
    (['go-mouse'], ['go-basic.obo', 'mgi.gaf.gz'])
    """
    wanted = name.strip().casefold().replace(" ", "_")
    refuse_licensed(wanted)
    found = known_organism(wanted)
    names = _automatic(found) if found else (wanted,)
    if release and len(names) > 1:
        what = "a release belongs to one resource"
        raise UserError("option", what, where="--release", fix=f"name one: {', '.join(names)}")
    plans = []
    for one in names:
        source, _, organism = one.partition("-")
        entry, known = _sources().get(source), known_organism(organism)
        if entry is None or known is None or source not in known.sources:
            raise _unknown(name, source)
        plans.append(_plan_of(entry, known, release))
    return tuple(plans)


def known_organism(name: str) -> KnownOrganism | None:
    """Return the organism of the catalogue by English or Latin name or taxon, None where there is none."""
    wanted = name.strip().casefold().replace("_", " ")
    for organism in organisms_to_fetch():
        latin = {organism.latin_name.casefold(), organism.published_as.casefold()}
        if wanted in {organism.name, *latin, *map(str, organism.taxa)}:
            return organism
    return None


@cache
def organisms_to_fetch() -> tuple[KnownOrganism, ...]:
    """List the organisms of the catalogue."""
    return tuple(
        KnownOrganism(
            item["name"],
            item["latin_name"],
            item.get("published_as", item["latin_name"]),
            tuple(item["taxa"]),
            item["annotations"],
            item["gene_info"],
            item["gene_ids"],
            item.get("locus_names", ""),
            tuple(item["sources"]),
        )
        for item in _catalogue()["organisms"]
    )


def collection_names() -> tuple[str, ...]:
    """List the names of gene-set collections.

    Examples
    --------
    >>> collection_names()
    ('GO:BP', 'GO:MF', 'GO:CC', 'Reactome', 'WikiPathways')
    """
    return tuple(name for source in _sources().values() for name in source["collections"])


def find_collection(name: str) -> str:
    """Return the collection of this name, whatever its case, or "".

    Examples
    --------
    >>> find_collection("reactome"), find_collection("sets.gmt")
    ('Reactome', '')
    """
    wanted = name.strip().casefold()
    return next((known for known in collection_names() if known.casefold() == wanted), "")


def source_of(collection: str) -> str:
    """Return the name of the source that holds a collection."""
    return next(name for name, source in _sources().items() if collection in source["collections"])


def refuse_licensed(name: str) -> None:
    """Refuse what others may not hand on, and say what to do instead.

    Raises
    ------
    UserError
        resources.
    """
    for item in _catalogue()["not_fetched"]:
        if any(word in re.split(r"[^a-z]+", name.casefold()) for word in item["names"]):
            raise UserError("resources", f"{item['title']} is not fetched: {item['why']}", fix=item["instead"])


@cache
def _catalogue() -> dict[str, Any]:
    catalogue: dict[str, Any] = json.loads(builtin_file("catalogue.json").read_text(encoding="utf-8"))
    return catalogue


def _sources() -> dict[str, dict[str, Any]]:
    return {source["name"]: source for source in _catalogue()["sources"]}


def _automatic(organism: KnownOrganism) -> tuple[str, ...]:
    """Return what `run` uses of an organism without being told."""
    return tuple(f"{source}-{organism.name}" for source in organism.sources if source in ("go", "genes"))


def _unknown(name: str, source: str) -> UserError:
    organisms = organisms_to_fetch()
    fitting = [f"{source}-{organism.name}" for organism in organisms if source in organism.sources]
    fix = f"choose from {', '.join(fitting or [organism.name for organism in organisms])}"
    return UserError("resources", f"nothing called '{name}' can be fetched", fix=f"{fix} (heatleaf resources list)")


def _plan_of(source: dict[str, Any], organism: KnownOrganism, release: str) -> Plan:
    if release and not source["release_example"]:
        what = f"{source['title']} has no address for a release of your choice"
        raise UserError("option", what, where="--release", fix="leave it out to fetch the current one")
    if release and not re.fullmatch(re.sub(r"\d", r"\\d", re.escape(source["release_example"])), release):
        what = f"'{release}' is not a release of {source['title']}"
        raise UserError("option", what, where="--release", fix=f"write it like {source['release_example']}")
    chosen = release or source.get("release", "")
    return Plan(
        f"{source['name']}-{organism.name}",
        source["name"],
        f"{source['title']} of {organism.name}",
        organism,
        tuple(source["collections"]),
        chosen,
        source["licence"],
        source["credit"].replace("{release}", chosen),
        tuple(_file_plan(item, organism, chosen) for item in source["files"] if _is_for(item, organism.name)),
    )


def _is_for(item: dict[str, Any], organism: str) -> bool:
    return organism in item.get("only", [organism]) and organism not in item.get("except", [])


def _file_plan(item: dict[str, Any], organism: KnownOrganism, release: str) -> FilePlan:
    words = _words(organism, release, item.get("release_minus", 0))
    key = "of_release" if release and "of_release" in item else "address"
    index_key = "index_of_release" if release and "index_of_release" in item else "index"
    url = _fill(item.get(key, ""), words)
    name = _fill(item.get("file", ""), words) or re.escape(url.rpartition("/")[2])
    return FilePlan(
        item["role"], name, _mirrored(url), _mirrored(_fill(item.get(index_key, ""), words)), item["megabytes"] * 10**6
    )


def _words(organism: KnownOrganism, release: str, minus: int) -> dict[str, str]:
    underscored = organism.latin_name.replace(" ", "_")
    return {
        "annotations": organism.annotations,
        "gene_info": organism.gene_info,
        "Genus_species": underscored,
        "genus_species": underscored.lower(),
        "Published_as": organism.published_as.replace(" ", "_"),
        "release": str(int(release) - minus) if minus else release,
    }


def _fill(template: str, words: dict[str, str]) -> str:
    for key, word in words.items():
        template = template.replace("{" + key + "}", word)
    return template


def _mirrored(url: str) -> str:
    mirror = os.environ.get(MIRROR, "").rstrip("/")
    return f"{mirror}/{url.partition('://')[2]}" if mirror and url else url
