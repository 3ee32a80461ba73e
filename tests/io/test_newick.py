"""Newick trees: heights come back to the last bit, and malformed text is refused with its line and column."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from clustered_cases import branches, linkages, names, small
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heatleaf.errors import UserError
from heatleaf.io import read_newick, write_newick
from heatleaf.io.newick import format_newick
from heatleaf.model import Dendrogram
from heatleaf.model.clustered import FloatArray

MANY = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


def read_text(text: str, folder: Path) -> Dendrogram:
    (folder / "t.nwk").write_text(text, encoding="utf-8")
    return read_newick(folder / "t.nwk")


@st.composite
def trees(draw: st.DrawFn) -> Dendrogram:
    n_leaves = draw(st.integers(2, 8))
    leaves = st.lists(names.filter(str.strip), min_size=n_leaves, max_size=n_leaves, unique=True)
    return Dendrogram(tuple(draw(leaves)), draw(linkages(n_leaves)))


@MANY
@given(trees())
def test_what_was_written_is_read_back(tmp_path: Path, tree: Dendrogram) -> None:
    """R9: names and heights exactly, ties and inversions too; merges are numbered by height."""
    write_newick(tmp_path / "t.nwk", tree)
    back = read_newick(tmp_path / "t.nwk")
    assert back.leaf_names == tree.leaf_names
    assert branches(back.linkage) == branches(tree.linkage)
    assert format_newick(back) == format_newick(tree)
    is_ascending = bool((np.diff(tree.linkage[:, 2]) > 0).all())
    assert not is_ascending or np.array_equal(back.linkage, tree.linkage)


def test_the_text_is_as_the_standard_has_it() -> None:
    tree = Dendrogram(("a.1-x", "b_c", "it's", "1e3"), small().row_linkage)  # type: ignore[arg-type]
    assert format_newick(tree) == "((a.1-x:0.1,'b_c':0.1):1.65,('it''s':0.25,1e3:0.25):1.5);"
    assert format_newick(Dendrogram(("only",), np.empty((0, 4)))) == "only;"
    tiny = np.array([[0, 1, 1e-9, 2], [2, 3, 2e22, 3]])
    assert format_newick(Dendrogram(("a", "b", "c"), tiny)) == (
        "((a:1E-9,b:1E-9):19999999999999999999999.999999999,c:2E22);"
    )


def ladder(n_leaves: int) -> FloatArray:
    """Return the deepest tree there is: one leaf after the other joins."""
    rising = np.sort(np.random.default_rng(1).random(n_leaves - 1))
    before = np.arange(n_leaves - 1, 2 * n_leaves - 2)
    before[0] = 0
    return np.column_stack([before, np.arange(1, n_leaves), rising, np.arange(2, n_leaves + 1)])


def test_fifty_thousand_leaves_do_not_need_recursion(tmp_path: Path) -> None:
    tree = Dendrogram(tuple(f"g_{i}" for i in range(50_000)), ladder(50_000))
    write_newick(tmp_path / "t.nwk", tree)
    back = read_newick(tmp_path / "t.nwk")
    assert back.leaf_names == tree.leaf_names and np.array_equal(back.linkage, tree.linkage)


def test_other_programs_files_are_read(tmp_path: Path) -> None:
    """Names of inner nodes, comments, line ends, rounded lengths, unquoted underscores."""
    text = "[a clustering]\n(\n (a_1:0.333333,\tb:0.333334)node1:0.666667,\n c:1.000000[&x=1])root:0.0 ;\n"
    back = read_text(text, tmp_path)
    assert back.leaf_names == ("a_1", "b", "c")
    assert back.linkage.tolist() == [[0, 1, 0.333334, 2], [2, 3, 1.000001, 3]]


@pytest.mark.parametrize(
    ("text", "code", "sentence"),
    [
        ("((a:1,b:1):1,c:2)", "format", r"t\.nwk line 1, column 17: the text ends without a semicolon: it is cut off"),
        ("((a:1,b:1):1,c:2;", "format", r"line 1, column 1: a parenthesis is never closed"),
        ("((a:1,\nb:1:1);", "value_text", r"line 2, column 4: '1' is not the length of a branch"),
        ("((a:1,b:1):1,c:2));", "format", r"line 1, column 18: '\)' is unexpected"),
        ("((a:1,b:1):1,c:2);(a:1,b:1);", "format", r"line 1, column 19: the file holds more than one tree"),
        ("(a:1,b:1,c:1);", "format", r"line 1, column 1: a node has 3 branches; a clustering joins two at a time"),
        ("((a:1):1,b:2);", "format", r"line 1, column 2: a node has 1 branch; a clustering"),
        ("(a,b);", "format", r"line 1, column 2: a branch has no length"),
        ("(a:1,b:x);", "value_text", r"line 1, column 7: 'x' is not the length"),
        ("(a:1,b:1e999);", "value_text", r"line 1, column 7: '1e999' is not the length"),
        ("(a:1,b:);", "value_text", r"line 1, column 7: '\)' is not the length"),
        ("(a:1,:1);", "name_empty", r"line 1, column 6: a leaf has no name"),
        ("(a:1,'':1);", "name_empty", r"line 1, column 6: a leaf has no name"),
        ("(a:1,'b:1);", "format", r"line 1, column 6: ' is opened and never closed"),
        ("(a:1,[b:1);", "format", r"line 1, column 6: \[ is opened and never closed"),
        ("(a:1,b c:1);", "format", r"line 1, column 8: 'c' is unexpected: names with a blank stand in single quotes"),
        ("(a:1,b:1]);", "format", r"line 1, column 9: '\]' is unexpected"),
        ("(a:1,b:1)(c:1,d:1);", "format", r"line 1, column 10: '\(' is unexpected"),
        (";", "format", r"line 1, column 1: the text ends where a leaf is expected"),
        ("(a:1,b:1),c:1;", "format", r"line 1, column 10: ',' is unexpected"),
        ("((a:1,b:1):1,a:2);", "gene_duplicate", r"t\.nwk: 1 leaf name occurs more than once \(first: 'a'"),
        (
            "((a:1,b:1):1,c:1);",
            "clusters",
            r"column 1: is no tree of a clustering: leaves below .* differ in height by 1\.",
        ),
    ],
)
def test_malformed_text_is_refused_with_its_place(tmp_path: Path, text: str, code: str, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence) as refusal:
        read_text(text, tmp_path)
    assert refusal.value.code == code and refusal.value.fix


@MANY
@given(st.text("(),:;'[]ab1.e- _\n", max_size=30))
def test_any_text_is_read_or_refused(tmp_path: Path, text: str) -> None:
    try:
        read_text(text + ";", tmp_path)
    except UserError as refusal:
        assert str(refusal).endswith(".")


def test_names_that_cannot_be_written_are_refused(tmp_path: Path) -> None:
    linkage = np.array([[0, 1, 1.0, 2]])
    for leaf, code, sentence in (
        ("a\nb", "name_hostile", r"t\.nwk: the name 'a\\nb' holds a tab, a line end"),
        ("", "name_empty", r"t\.nwk: a leaf has no name\. Fix: name every gene"),
    ):
        with pytest.raises(UserError, match=sentence) as refusal:
            write_newick(tmp_path / "t.nwk", Dendrogram((leaf, "b"), linkage))
        assert refusal.value.code == code
