"""OBO files: what is read of them, and that damaged ones are refused with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from heatleaf.errors import UserError
from heatleaf.io.obo import read_ontology

OBO = """\
format-version: 1.2
data-version: releases/2024-06-17
default-namespace: gene_ontology

[Term]
id: GO:0000001
name: root
namespace: biological_process

[Term]
id: GO:0000002
name: middle
namespace: biological_process
alt_id: GO:0000099
def: "A text with colon: and all." [X:1]
is_a: GO:0000001 ! root

! a remark
[Term]
id: GO:0000003
name: leaf {with="qualifier"}
namespace: biological_process
is_a: GO:0000002 {source="X"} ! middle
is_a: GO:0000002 ! middle
relationship: part_of GO:0000001 ! root
relationship: has_part GO:0000404 ! not a relation that hands on
relationship: occurs_in CL:0000001
relationship: negatively_regulates GO:0000002 ! middle

[Term]
id: GO:0000004
name: obsolete thing
namespace: biological_process
is_obsolete: true

[Typedef]
id: part_of
name: part of
is_transitive: true
"""


def write(tmp_path: Path, text: str, name: str = "go-basic.obo") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_terms_relations_and_release(tmp_path: Path) -> None:
    ontology = read_ontology(write(tmp_path, OBO))
    assert ontology.term_ids == ("GO:0000001", "GO:0000002", "GO:0000003")
    assert ontology.names[1] == "middle"
    assert set(ontology.namespaces) == {"biological_process"}
    edges = list(zip(ontology.children.tolist(), ontology.parents.tolist(), strict=True))
    assert edges == [(1, 0), (2, 0), (2, 1)]
    assert ontology.alternative_ids == {"GO:0000099": "GO:0000002"}
    assert ontology.obsolete_ids == {"GO:0000004"}
    assert ontology.release == "releases/2024-06-17"


def test_a_term_without_namespace_has_the_default(tmp_path: Path) -> None:
    ontology = read_ontology(write(tmp_path, OBO.replace("namespace: biological_process\nalt", "alt")))
    assert ontology.namespaces[1] == "gene_ontology"


@pytest.mark.parametrize(
    ("before", "after", "where", "what"),
    [
        ("format-version: 1.2\n", "", "line 1", "is not an OBO file: it does not begin with format-version"),
        ("name: middle\n", "name: middle\nnot a tag\n", "line 13", "has a line that is not 'tag: value': 'not a tag'"),
        ("id: GO:0000002\n", "", "line 10", "has a term without an id"),
        ("name: middle\n", "", "line 10", "ends early or is damaged: the term GO:0000002 has no name"),
        ("id: GO:0000002\n", "id: GO:0000001\n", "line 10", "defines GO:0000001 twice, on lines 5 and 10"),
        (
            "is_a: GO:0000001 ! root",
            "is_a: GO:0000777 ! lost",
            "line 16",
            "ends early or is damaged: GO:0000777 is a parent but no term of the file",
        ),
        ("[Term]\nid: GO:0000004", "[Ter", "line 30", "has a stanza that is cut: '[Ter'"),
        (
            "name: root\n",
            "name: root\nis_a: GO:0000003\n",
            "line 5",
            "has relations in a circle, through or below GO:0000001",
        ),
    ],
)
def test_damage_is_refused_with_its_line(tmp_path: Path, before: str, after: str, where: str, what: str) -> None:
    with pytest.raises(UserError) as caught:
        read_ontology(write(tmp_path, OBO.replace(before, after, 1)))
    assert caught.value.code == "format"
    assert str(caught.value) == (
        f"go-basic.obo {where}: {what}. Fix: download it again; heatleaf resources fetch does that."
    )


def test_a_file_without_terms_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        read_ontology(write(tmp_path, "format-version: 1.2\n\n[Typedef]\nid: part_of\n"))
    assert (caught.value.code, caught.value.what) == ("format", "has no terms")


def test_a_file_that_ends_early_is_refused_or_lacks_whole_terms_only(tmp_path: Path) -> None:
    whole = read_ontology(write(tmp_path, OBO))
    lines = OBO.split("\n")
    for n_lines in range(1, lines.index("[Typedef]")):
        try:
            part = read_ontology(write(tmp_path, "\n".join(lines[:n_lines])))
        except UserError as error:
            assert error.code == "format"
        else:
            assert set(part.term_ids) <= set(whole.term_ids) | whole.obsolete_ids


@pytest.mark.data
def test_the_generic_slim_is_read(data: Path) -> None:
    ontology = read_ontology(data / "genesets" / "goslim_generic.obo")
    assert "GO:0008150" in ontology.term_ids
    assert len(ontology.term_ids) > 130
