"""Ontologies in OBO files (format 1.2 and 1.4), as the Gene Ontology gives them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from heatleaf.errors import UserError
from heatleaf.io.source import Source
from heatleaf.io.text import read_text
from heatleaf.model import Ontology

# Along these a gene of the child belongs to the parent, as in GO.db; has_part, occurs_in and others lead elsewhere.
RELATIONS = frozenset({"part_of", "regulates", "positively_regulates", "negatively_regulates"})
_MEND = "download it again; heatleaf resources fetch does that"
_TERM_ID = re.compile(r"[A-Za-z]\w*:\S+")


@dataclass
class _Term:
    """One stanza: its first line, id, name, namespace, and the lines and ids of its parents."""

    line: int
    term_id: str = ""
    name: str = ""
    namespace: str = ""
    is_obsolete: bool = False
    parents: list[tuple[int, str]] = field(default_factory=list)
    alternative_ids: list[str] = field(default_factory=list)


def read_ontology(path: Path | str) -> Ontology:
    """Read the terms of an OBO file and the relations over which annotations are propagated.

    Parameters
    ----------
    path : path
        Plain or compressed.

    Returns
    -------
    Ontology
        Without obsolete terms; relations is_a, part_of, regulates, positively_regulates, negatively_regulates.

    Raises
    ------
    UserError
        format, with file and line: no OBO file, a line without a colon, a term without id or name or defined twice, a
        parent that is no term of the file, relations in a circle; and the refusals of any file.

    Notes
    -----
    The OBO Flat File Format 1.4, sections 3 and 4. O(file); about 1 s for the Gene Ontology.
    """
    source = Source(Path(path))
    source.refuse_other_kinds()
    lines = read_text(source).split("\n")
    header, start = _read_header(lines, source.name)
    terms = list(_read_terms(lines, start, source.name))
    if not terms:
        raise _damaged("has no terms", source.name)
    return _assemble(terms, header, source.name)


def _read_header(lines: list[str], name: str) -> tuple[dict[str, str], int]:
    """Return the header by tag, and the position of the first stanza."""
    if not lines[0].startswith("format-version:"):
        raise _damaged("is not an OBO file: it does not begin with format-version", name, 1)
    header: dict[str, str] = {}
    for i, line in enumerate(lines):
        if line.startswith("["):
            return header, i
        tag, _, value = line.partition(":")
        header.setdefault(tag, value.strip())
    return header, len(lines)


def _read_terms(lines: list[str], start: int, name: str) -> Iterator[_Term]:
    """Yield the [Term] stanzas; others ([Typedef], [Instance]) are passed over."""
    term: _Term | None = None
    for number, line in enumerate(lines[start:], start=start + 1):
        if line.startswith("["):
            if term is not None:
                yield _finished(term, name)
            if not line.rstrip().endswith("]"):
                raise _damaged(f"has a stanza that is cut: '{line[:40]}'", name, number)
            term = _Term(number) if line.startswith("[Term]") else None
        elif term is not None and line and not line.startswith("!"):
            tag, colon, value = line.partition(": ")
            if not colon:
                raise _damaged(f"has a line that is not 'tag: value': '{line[:40]}'", name, number)
            if tag in _TAKEN:
                _take(term, tag, value, number)
    if term is not None:
        yield _finished(term, name)


_TAKEN = frozenset({"id", "name", "namespace", "is_a", "relationship", "alt_id", "is_obsolete"})


def _take(term: _Term, tag: str, value: str, number: int) -> None:
    """Take what a tag says of a term; what follows `!` and `{` is a remark."""
    if tag == "is_a":
        term.parents.append((number, value.split(" ", 1)[0]))
    elif tag == "relationship":
        relation, _, target = value.partition(" ")
        if relation in RELATIONS:
            term.parents.append((number, target.split(" ", 1)[0]))
    elif tag == "alt_id":
        term.alternative_ids.append(value.split(" ", 1)[0])
    elif tag == "is_obsolete":
        term.is_obsolete = value.startswith("true")
    elif tag == "id":
        term.term_id = value.split(" ", 1)[0]
    else:
        setattr(term, tag, value.strip())


def _finished(term: _Term, name: str) -> _Term:
    if not _TERM_ID.fullmatch(term.term_id):
        raise _damaged("has a term without an id", name, term.line)
    if not term.name:
        raise _damaged(f"ends early or is damaged: the term {term.term_id} has no name", name, term.line)
    return term


def _assemble(terms: list[_Term], header: dict[str, str], name: str) -> Ontology:
    """Number the terms and their relations."""
    position: dict[str, int] = {}
    lines: dict[str, int] = {}
    for term in terms:
        if term.term_id in lines:
            what = f"defines {term.term_id} twice, on lines {lines[term.term_id]:,} and {term.line:,}"
            raise _damaged(what, name, term.line)
        lines[term.term_id] = term.line
    kept = [term for term in terms if not term.is_obsolete]
    position = {term.term_id: i for i, term in enumerate(kept)}
    edges = [(position[term.term_id], _position_of(parent, position, name)) for term in kept for parent in term.parents]
    pairs = np.array(sorted(set(edges)), dtype=np.int32).reshape(-1, 2)
    default = header.get("default-namespace", header.get("ontology", ""))
    ontology = Ontology(
        tuple(position),
        tuple(term.name for term in kept),
        tuple(term.namespace or default for term in kept),
        pairs[:, 0].copy(),
        pairs[:, 1].copy(),
        {former: term.term_id for term in kept for former in term.alternative_ids},
        frozenset(term.term_id for term in terms if term.is_obsolete),
        header.get("data-version", ""),
    )
    _refuse_circle(ontology, [term.line for term in kept], name)
    return ontology


def _position_of(parent: tuple[int, str], position: dict[str, int], name: str) -> int:
    line, term_id = parent
    if term_id not in position:
        raise _damaged(f"ends early or is damaged: {term_id} is a parent but no term of the file", name, line)
    return position[term_id]


def _refuse_circle(ontology: Ontology, lines: list[int], name: str) -> None:
    """Take terms without children away until none is left (Kahn 1962); what remains lies on or above a circle."""
    n_terms = len(ontology.term_ids)
    parents_of: list[list[int]] = [[] for _ in range(n_terms)]
    n_children = np.bincount(ontology.parents, minlength=n_terms).tolist()
    for child, parent in zip(ontology.children.tolist(), ontology.parents.tolist(), strict=True):
        parents_of[child].append(parent)
    free = [term for term in range(n_terms) if not n_children[term]]
    for term in free:  # grows while it is gone through
        for parent in parents_of[term]:
            n_children[parent] -= 1
            if not n_children[parent]:
                free.append(parent)
    if len(free) < n_terms:
        first = next(term for term in range(n_terms) if n_children[term])
        raise _damaged(f"has relations in a circle, through or below {ontology.term_ids[first]}", name, lines[first])


def _damaged(what: str, name: str, line: int = 0) -> UserError:
    return UserError("format", what, where=f"{name} line {line:,}" if line else name, fix=_MEND)
