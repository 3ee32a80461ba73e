"""What kind of gene ids a table has, from which organism, and their symbols: decided from the ids alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from heatleaf.model import Message, note, warning
from heatleaf.resources.gene_tables import entrez_symbols, gene_table
from heatleaf.resources.gene_verdicts import audit_genes
from heatleaf.resources.organisms import find_organism, organisms

GeneKind = Literal["ensembl", "symbol", "entrez", "flybase", "wormbase", "unknown"]

# Group 1 is the prefix ("" for digits alone), group 2 the version; one pass over the ids is all that the speed allows.
_STABLE_ID = re.compile(
    r"(ENS(?:[A-Z]{3,4})?G(?=\d{11}(?!\d))|FBgn(?=\d{7}(?!\d))|WBGene(?=\d{8}(?!\d))|(?=\d+\Z))"
    r"\d+(\.\d+(?:_PAR_Y)?)?"
)
_NO_PREFIX = "name"  # stands for the prefix of an id that has the form of no stable id
_KIND_OF_PREFIX: dict[str, GeneKind] = {_NO_PREFIX: "symbol", "": "entrez", "FBgn": "flybase", "WBGene": "wormbase"}
_KIND_WORDS = {
    "ensembl": "Ensembl ids",
    "symbol": "gene symbols",
    "entrez": "Entrez ids",
    "flybase": "FlyBase ids",
    "wormbase": "WormBase ids",
    "unknown": "other names",
}
# Spike-ins and a few odd rows are common in clean tables; below this share a second kind is not worth a warning.
_MIXED_SHARE = 0.05
# Half of the names known to one organism's table is far above what two unrelated organisms share by exact case.
_RECOGNISED_SHARE = 0.5
# Organisms are compared by symbol until one fits; those that share many spellings are compared together (mouse with
# rat; human with zebrafish, of whose symbols Ensembl projects two in five from human, in upper case).
_SYMBOL_ROUNDS = (("human", "zebrafish"), ("mouse", "rat"), ("fly", "worm"))


@dataclass(frozen=True)
class GeneIdentity:
    """What the gene ids of a table are.

    organism : "" where none fits. share_recognised : fraction 0-1 of the ids that the built-in table knows.
    n_versioned : ids with an Ensembl version. messages : how it was recognised, and what looks wrong.
    """

    kind: GeneKind
    organism: str
    share_recognised: float
    n_genes: int
    n_versioned: int = 0
    messages: tuple[Message, ...] = ()


def identify_genes(gene_ids: Sequence[str], organism: str = "") -> GeneIdentity:
    """Recognise the kind and the organism of gene ids from their content.

    Parameters
    ----------
    gene_ids : sequence of str
        Gene ids as given, not changed.
    organism : str
        The organism as the user named it; it is used, with a warning if the ids look like another one. "" to decide.

    Returns
    -------
    GeneIdentity
        With messages gene_kind, gene_mixed, gene_digits, gene_version, gene_sets_overlap.

    Raises
    ------
    UserError
        organism: the organism named is not built in.

    Notes
    -----
    Stable ids are told by their form; names by the organism whose symbols hold most of them in exact case.
    O(n_genes); only the tables that are needed are read.

    Examples
    --------
    >>> identity = identify_genes(["ENSG00000141510", "ENSG00000136997"])
    >>> identity.kind, identity.organism
    ('ensembl', 'human')
    """
    wanted = find_organism(organism).name if organism else ""
    matches = [_STABLE_ID.fullmatch(gene_id) for gene_id in gene_ids]
    versioned = [match[0] for match in matches if match and match[2]]
    prefixes = Counter([match[1] if match else _NO_PREFIX for match in matches])
    tally = _tally_kinds(prefixes)
    kind: GeneKind = max(tally, key=lambda item: tally[item]) if tally else "unknown"
    found, share = _find_organism(kind, prefixes, gene_ids)
    if kind == "symbol" and share < _RECOGNISED_SHARE:
        kind, found = "unknown", ""
    if wanted and wanted != found:
        share = _share_known(wanted, kind, gene_ids)
    identity = GeneIdentity(kind, wanted or found, share, len(gene_ids), len(versioned))
    messages = [
        *_describe_kind(identity, gene_ids),
        *_describe_mixture(tally, kind),
        *_describe_versions(identity, versioned),
        *_describe_conflict(wanted, found),
    ]
    return replace(identity, messages=tuple(messages))


def gene_symbols(gene_ids: Sequence[str], identity: GeneIdentity) -> tuple[str, ...]:
    """Give each gene its current symbol: "" where unknown, or where the organism is.

    Versions of Ensembl ids are ignored, former symbols and aliases of one gene become its symbol. Several ids may share
    a symbol; `audit_genes` tells what became of each.

    Examples
    --------
    >>> genes = ("ENSG00000141510.18", "ENSG99999999999")
    >>> gene_symbols(genes, identify_genes(genes))
    ('TP53', '')
    """
    if not identity.organism:
        return ("",) * len(gene_ids)
    return audit_genes(gene_ids, identity.organism).symbols


def _plain_ids(gene_ids: Sequence[str]) -> list[str]:
    return [gene_id.split(".", 1)[0] for gene_id in gene_ids]


def _tally_kinds(prefixes: Counter[str]) -> Counter[GeneKind]:
    """Count ids by kind; a name in no stable form may be a symbol, which the tables decide later."""
    tally: Counter[GeneKind] = Counter()
    for prefix, n_ids in prefixes.items():
        tally[_KIND_OF_PREFIX.get(prefix, "ensembl")] += n_ids
    return tally


def _find_organism(kind: GeneKind, prefixes: Counter[str], gene_ids: Sequence[str]) -> tuple[str, float]:
    """Find the organism whose table knows the largest share of the ids, and that share."""
    if kind == "symbol":
        return _organism_by_symbol(gene_ids)
    if kind == "entrez":
        share = _share_known("human", kind, gene_ids)
        return ("human", share) if share >= _RECOGNISED_SHARE else ("", 0.0)
    by_prefix = {item.id_prefix: item.name for item in organisms()}
    known = {prefix: n for prefix, n in prefixes.items() if prefix in by_prefix}
    if not known:
        return "", 0.0
    name = by_prefix[max(known, key=lambda prefix: known[prefix])]
    return name, _share_known(name, kind, gene_ids)


def _organism_by_symbol(gene_ids: Sequence[str]) -> tuple[str, float]:
    for names in _SYMBOL_ROUNDS:
        shares = {name: _share_known(name, "symbol", gene_ids) for name in names}
        best = max(shares, key=lambda name: shares[name])
        if shares[best] >= _RECOGNISED_SHARE:
            return best, shares[best]
    return "", 0.0


def _share_known(organism: str, kind: GeneKind, gene_ids: Sequence[str]) -> float:
    """Return the fraction of the ids that the organism's table knows."""
    if not gene_ids:
        return 0.0
    known: Collection[str]
    if kind in ("symbol", "unknown"):
        known = gene_table(organism).known_symbols
    elif kind == "entrez":
        known = entrez_symbols() if organism == "human" else ()
    else:
        known = gene_table(organism).symbol_of
        gene_ids = _plain_ids(gene_ids)
    return sum(gene_id in known for gene_id in gene_ids) / len(gene_ids)


def _describe_kind(identity: GeneIdentity, gene_ids: Sequence[str]) -> list[Message]:
    words = _KIND_WORDS[identity.kind]
    if identity.kind == "unknown" or not identity.organism:
        first = ", ".join(repr(gene_id) for gene_id in gene_ids[:3])
        what = f"the gene ids are not recognised as ids of a built-in organism (first: {first})"
        fix = "built-in gene sets cannot be used; give your own with --gene-sets FILE.gmt"
        return [note("gene_kind", what, fix=fix)]
    known = f"{100 * identity.share_recognised:.0f} % of {identity.n_genes:,} are in {_table_words(identity)}"
    messages = [note("gene_kind", f"gene ids recognised as {words} of {identity.organism}; {known}")]
    if identity.kind == "entrez":
        messages.insert(0, note("gene_digits", "ids are digits; treated as Entrez ids"))
    return messages


def _table_words(identity: GeneIdentity) -> str:
    return f"the built-in table ({gene_table(identity.organism).release})"


def _describe_mixture(tally: Counter[GeneKind], kind: GeneKind) -> list[Message]:
    """Warn when a second kind of id makes up a share worth telling (B40)."""
    total = tally.total()
    shares = [(item, n / total) for item, n in tally.most_common() if n / total >= _MIXED_SHARE]
    if len(shares) < 2:
        return []
    words = {**_KIND_WORDS, "symbol": _KIND_WORDS["unknown"]} if kind == "unknown" else _KIND_WORDS
    parts = ", ".join(f"{100 * share:.0f} % {words[item]}" for item, share in shares)
    what = f"ids look mixed: {parts}"
    return [warning("gene_mixed", what, fix="use one kind of id; the ids were kept as they are")]


def _describe_versions(identity: GeneIdentity, versioned: Sequence[str]) -> list[Message]:
    """Tell of Ensembl versions (B39)."""
    n_versioned, n_plain = len(versioned), identity.n_genes - len(versioned)
    if not n_versioned:
        return []
    if n_plain > _MIXED_SHARE * identity.n_genes or n_versioned <= n_plain:
        what = f"{n_versioned:,} ids carry a version (first: {versioned[0]}), {n_plain:,} do not; not merged"
        return [warning("gene_version", what, fix="use ids with versions or without them, not both")]
    what = f"{n_versioned:,} ids carry a version (first: {versioned[0]}); it is kept, and ignored to find symbols"
    return [note("gene_version", what)]


def _describe_conflict(wanted: str, found: str) -> list[Message]:
    """Warn when the ids look like another organism than the one named (B85)."""
    if not wanted or not found or wanted == found:
        return []
    what = f"the gene ids look like {found}, but the organism given is {wanted}"
    return [warning("gene_sets_overlap", what, fix=f"use --organism {found}, or check the table")]
