"""What became of each gene id: a verdict that rests on the id and the organism alone, never on the other ids.

In this order: ids of the gene table, symbols, NCBI (Entrez) ids, former symbols, aliases, dates made by Excel. A
current symbol wins over a former one, and that over an alias; a name of several genes is ambiguous and never guessed.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal, NamedTuple, get_args

from heatleaf.errors import UserError
from heatleaf.model import Message, note, warning
from heatleaf.resources.excel_dates import names_of_date, read_date, read_serial
from heatleaf.resources.gene_tables import GeneTable, entrez_only_symbols, entrez_symbols, former_names, gene_table
from heatleaf.resources.organisms import find_organism, organisms

VerdictName = Literal["mapped", "former", "alias", "retired", "ambiguous", "unknown", "date", "number", "spike-in"]

_WORDS: dict[VerdictName, tuple[str, str]] = {
    "mapped": ("is current", "are current"),
    "former": ("is a former symbol", "are former symbols"),
    "alias": ("is an alias", "are aliases"),
    "retired": ("is retired", "are retired"),
    "ambiguous": ("could be several genes", "could be several genes"),
    "unknown": ("is unknown", "are unknown"),
    "date": ("is a date made by Excel", "are dates made by Excel"),
    "number": ("is a number made by Excel", "are numbers made by Excel"),
    "spike-in": ("is a spike-in", "are spike-ins"),
}
_ENOUGH = 0.5  # under this share of known ids the organism is wrong, or the ids are no genes

_VERSIONED = re.compile(r"((?:ENS(?:[A-Z]{3,4})?G|FBgn|WBGene)\d+)\.\d+(?:_PAR_Y)?")
_STABLE = re.compile(r"(ENS(?:[A-Z]{3,4})?G|FBgn|WBGene)\d+(?:\.\d+(?:_PAR_Y)?)?")
_TRANSCRIPT = re.compile(r"ENS(?:[A-Z]{3,4})?[TPE]\d{11}(?:\.\d+)?|[NX][MRP]_\d{6,}(?:\.\d+)?")
_SPIKE_IN = re.compile(r"ERCC-00\d{3}|SIRV\d+\w*")
_PLACEHOLDER = re.compile(r"LOC(\d+)")  # how RefSeq names a gene without a symbol: by its NCBI id
_FLOAT = re.compile(r"\d(?:\.\d+)?E\+\d+", re.IGNORECASE)


class Verdict(NamedTuple):
    """What became of one id. symbol : current symbol of the one gene that it names, else "". note : why, in words."""

    verdict: VerdictName
    symbol: str
    note: str = ""


@dataclass(frozen=True)
class GeneAudit:
    """The verdict of each gene id of a table.

    symbols : current symbols, "" where the id names no gene, several genes, or a gene without a symbol.
    """

    organism: str
    release: str
    gene_ids: tuple[str, ...]
    verdicts: tuple[VerdictName, ...]
    symbols: tuple[str, ...]
    notes: tuple[str, ...]

    @cached_property
    def counts(self) -> dict[VerdictName, int]:
        """Number of ids by verdict, in the order of `VerdictName`, without those of no id."""
        found = Counter(self.verdicts)
        return {verdict: found[verdict] for verdict in get_args(VerdictName) if found[verdict]}

    @cached_property
    def n_mapped(self) -> int:
        """Number of ids that name one gene."""
        one_gene = ("mapped", "former", "alias", "retired")
        pairs = zip(self.verdicts, self.symbols, strict=True)
        return sum(verdict in one_gene and (symbol != "" or verdict == "mapped") for verdict, symbol in pairs)

    @property
    def are_names(self) -> bool:
        """Whether most ids are names, such as symbols, and not numbers of a database."""
        n_numbered = sum(gene_id.isdigit() or _STABLE.fullmatch(gene_id) is not None for gene_id in self.gene_ids)
        return n_numbered < len(self.gene_ids) / 2

    @property
    def is_poor(self) -> bool:
        """Whether fewer than half of the ids, spike-ins apart, name a gene of the organism."""
        n_genes = len(self.gene_ids) - self.counts.get("spike-in", 0)
        return self.n_mapped < _ENOUGH * n_genes

    @property
    def messages(self) -> tuple[Message, ...]:
        """Counts by verdict, genes with several ids, and a warning when fewer than half are known."""
        return (*_tell_poor(self), *_tell_counts(self), *_tell_shared(self))


def audit_genes(gene_ids: Sequence[str], organism: str) -> GeneAudit:
    """Judge each gene id of an organism.

    Parameters
    ----------
    gene_ids : sequence of str
        Ids as given: Ensembl with or without version, FlyBase, WormBase, symbols of any age, aliases, human Entrez ids;
        mixed as they come.
    organism : str
        A name that `find_organism` knows.

    Raises
    ------
    UserError
        organism: nothing is built in for it.

    Notes
    -----
    Former symbols and aliases: HGNC and NCBI (human), MGI (mouse), RGD (rat); see `sources()`. The last two do not
    tell former symbols from aliases, so all are aliases. O(n_genes): 60,000 ids take about 0.1 s, and the tables
    0.2 s the first time.

    Examples
    --------
    >>> audit = audit_genes(["ENSG00000141510.18", "SEPT4", "HER2", "NOGENE"], "human")
    >>> list(zip(audit.verdicts, audit.symbols))
    [('mapped', 'TP53'), ('former', 'SEPTIN4'), ('alias', 'ERBB2'), ('unknown', '')]
    """
    judge = _judge_of(find_organism(organism).name)
    found = [judge.judge(gene_id) for gene_id in gene_ids]
    verdicts, symbols, notes = zip(*found, strict=True) if found else ((), (), ())
    return GeneAudit(judge.table.organism, judge.table.release, tuple(gene_ids), verdicts, symbols, notes)


def require_mapped(audit: GeneAudit, *, where: str = "") -> None:
    """Refuse gene sets for ids of which fewer than half are known.

    Raises
    ------
    UserError
        gene_ids_unmapped.
    """
    if audit.is_poor:
        what = f"{_poor_words(audit)}, and gene sets were asked for"
        fix = "check the ids and --organism; --allow-unmapped tests the gene sets with the ids that are known"
        raise UserError("gene_ids_unmapped", what, where=where, fix=fix)


@cache
def _judge_of(organism: str) -> _Judge:
    return _Judge(gene_table(organism))


class _Judge:
    """Judges ids of one organism; tables beyond its gene table are read when an id needs them."""

    def __init__(self, table: GeneTable) -> None:
        self.table = table
        self._is_human = table.organism == "human"

    def judge(self, gene_id: str) -> Verdict:
        """Judge one id."""
        return self._as_id(gene_id) or self._as_symbol(gene_id) or self._as_former(gene_id) or self._as_other(gene_id)

    def _as_id(self, gene_id: str) -> Verdict | None:
        plain = gene_id
        if "." in gene_id and (match := _VERSIONED.fullmatch(gene_id)):
            plain = match[1]
        symbol = self.table.symbol_of.get(plain)
        if symbol is None:
            return None
        if plain in self.table.retired_ids:
            return Verdict("retired", symbol, f"not in {self.table.release} under this id")
        return Verdict("mapped", symbol, "" if symbol else "a gene without a symbol")

    def _as_symbol(self, name: str) -> Verdict | None:
        if name not in self.table.known_symbols:
            if not self._is_human or _STABLE.fullmatch(name):
                return None
            if symbol := entrez_symbols().get(name):
                return Verdict("mapped", symbol)
            if name not in entrez_only_symbols():
                return None
        former, _ = former_names(self.table.organism).get(name, ("", ""))
        return Verdict("mapped", name, f"also a former symbol of {_listed(former)}" if former else "")

    def _as_former(self, name: str) -> Verdict | None:
        found = former_names(self.table.organism).get(name)
        if found is None:
            if self._is_human and (match := _PLACEHOLDER.fullmatch(name)):
                symbol = entrez_symbols().get(match[1], "")
                return Verdict("former", symbol, f"NCBI's name for {symbol} before it had one") if symbol else None
            return None
        former, aliases = found
        if not (former or aliases):
            return Verdict("retired", "", "withdrawn without a successor")
        also = f"; also an alias of {_listed(aliases)}" if aliases else ""
        if former:
            said = f"former symbol of {_listed(former)}{also}"
            return Verdict("ambiguous", "", said) if "|" in former else Verdict("former", former, said)
        said = f"{self._alias_words} of {_listed(aliases)}"
        return Verdict("ambiguous", "", said) if "|" in aliases else Verdict("alias", aliases, said)

    @property
    def _alias_words(self) -> str:
        return "alias" if self._is_human else "former symbol or alias"

    def _as_other(self, name: str) -> Verdict:
        if _STABLE.fullmatch(name):
            return Verdict("unknown", "", self._explain_unknown(name))
        if _SPIKE_IN.fullmatch(name):
            return Verdict("spike-in", "", "RNA that was added, not a gene")
        if found := read_date(name):
            return Verdict("date", "", self._explain_date(*found))
        if (found := read_serial(name)) and names_of_date(*found, self._known):
            return Verdict("date", "", self._explain_date(*found))
        if _FLOAT.fullmatch(name):
            return Verdict("number", "", "made by Excel from an id such as 2310009E13")
        written = self._written_as.get(name.casefold(), "")
        # Human symbols are upper case but for 'orf', so upper case is a spelling of them; Actb is a mouse gene.
        if written and self._is_human and name.isupper():
            verdict, symbol, said = self.judge(written)
            return Verdict(verdict, symbol, "; ".join(filter(None, (f"written {written}", said))))
        if written:
            return Verdict("unknown", "", f"as {written} but for upper and lower case")
        return Verdict("unknown", "", self._explain_unknown(name))

    @cached_property
    def _written_as(self) -> dict[str, str]:
        """Name in lower case -> the one name written so, "" for several; symbols come before former names."""
        found: dict[str, str] = {}
        symbols = self.table.known_symbols
        for names in (self._known - symbols, symbols):
            folded: dict[str, str] = {}
            for name in names:
                key = name.casefold()
                folded[key] = "" if key in folded else name
            found |= folded
        return found

    def _explain_date(self, month: int, day: int) -> str:
        """Name what the date was: symbols, present or former, before aliases, and these before unclear names."""
        names = {name: self.judge(name) for name in names_of_date(month, day, self._known)}
        for kinds in (("mapped", "former"), ("alias",), ("ambiguous",)):
            of_kind = {name: one for name, one in names.items() if one.verdict in kinds}
            told = {one.symbol or one.note: name for name, one in reversed(of_kind.items())}  # one spelling of each
            if told:
                was = [name if name == now else f"{name} ({now})" for now, name in sorted(told.items())]
                return f"made by Excel, perhaps from {' or '.join(was)}"
        return "made by Excel"

    @cached_property
    def _known(self) -> frozenset[str]:
        return self.table.known_symbols.union(former_names(self.table.organism))

    @cached_property
    def _organism_of(self) -> dict[str, str]:
        """Prefix of Ensembl ids -> organism; what was fetched is looked up once."""
        return {organism.id_prefix: organism.name for organism in organisms()}

    def _explain_unknown(self, name: str) -> str:
        if name.isdigit():
            return "not a human gene of NCBI" if self._is_human else "NCBI ids are built in for human only"
        if _TRANSCRIPT.fullmatch(name):
            return "a transcript or protein, not a gene"
        if (match := _STABLE.fullmatch(name)) is not None:
            other = self._organism_of.get(match[1], "")
            if other != self.table.organism:
                return f"an id of {other or 'another organism'}"
        return f"not in {self.table.release}"


def _listed(symbols: str) -> str:
    return symbols.replace("|", ", ")


def _poor_words(audit: GeneAudit) -> str:
    unknown = [gene for gene, verdict in zip(audit.gene_ids, audit.verdicts, strict=True) if verdict == "unknown"]
    first = f" (first unknown: {', '.join(unknown[:3])})" if unknown else ""
    return f"only {audit.n_mapped:,} of {len(audit.gene_ids):,} gene ids are known as genes of {audit.organism}{first}"


def _tell_poor(audit: GeneAudit) -> list[Message]:
    if not audit.is_poor:
        return []
    return [warning("gene_ids_unmapped", _poor_words(audit), fix="check the ids and --organism")]


def _tell_counts(audit: GeneAudit) -> list[Message]:
    """Count ids by verdict; nothing where each is the current id of a gene with a symbol."""
    n_ids, n_bare = len(audit.gene_ids), audit.symbols.count("")
    if audit.counts.get("mapped", 0) == n_ids and not n_bare:
        return []
    parts = [f"{n:,} {_WORDS[verdict][n != 1]}" for verdict, n in audit.counts.items()]
    what = f"of {n_ids:,} gene ids {', '.join(parts)}"
    if n_bare:
        what += f"; {n_bare:,} without a symbol are shown by id and belong to no built-in gene set"
    return [note("gene_verdicts", f"{what} (heatleaf run lists each in tables/gene_ids.tsv)")]


def _tell_shared(audit: GeneAudit) -> list[Message]:
    """Tell of genes with several ids, such as a former and the current symbol.

    Current Ensembl ids that share a symbol (Y_RNA) are genes of their own and not meant.
    """
    ids_of: defaultdict[str, list[str]] = defaultdict(list)
    other = set()
    for gene_id, verdict, symbol in zip(audit.gene_ids, audit.verdicts, audit.symbols, strict=True):
        if symbol:
            ids_of[symbol].append(gene_id)
            if verdict != "mapped" or gene_id == symbol:
                other.add(symbol)
    shared = [symbol for symbol, ids in ids_of.items() if len(ids) > 1 and symbol in other]
    if not shared:
        return []
    first = f"{' and '.join(ids_of[shared[0]][:3])} are {shared[0]}"
    genes = "gene has" if len(shared) == 1 else "genes have"
    what = f"{len(shared):,} {genes} more than one id (first: {first}); gene sets count each gene once"
    return [note("gene_shared", what)]
