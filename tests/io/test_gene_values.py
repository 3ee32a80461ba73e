"""Lengths and means by gene: which column, what is not known, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from heatleaf.errors import UserError
from heatleaf.io.gene_values import read_gene_values


def values_of(folder: Path, text: str) -> dict[str, float]:
    path = folder / "lengths.tsv"
    path.write_text(text)
    return read_gene_values(path)


def test_two_columns_are_genes_and_numbers(tmp_path: Path) -> None:
    assert values_of(tmp_path, "gene\tkb\na\t1.5\nb\t2e3\n") == {"a": 1.5, "b": 2000.0}


def test_the_column_of_lengths_is_found_by_its_name(tmp_path: Path) -> None:
    text = "Geneid\tChr\tStart\tLength\ts1\na\t1\t77\t210\t5\nb\t1\t99\t340\t6\n"
    assert values_of(tmp_path, text) == {"a": 210.0, "b": 340.0}


def test_the_longest_of_several_counts_and_unknown_ones_are_left_out(tmp_path: Path) -> None:
    assert values_of(tmp_path, "gene\tlength\na\t10\na\t30\na\t20\nb\tNA\nc\t0\nd\t\n") == {"a": 30.0}


def test_a_table_without_lengths_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError) as refusal:
        values_of(tmp_path, "gene\tx\ty\na\t1\t2\n")
    assert refusal.value.code == "option"
    assert "there is no column of lengths or means. Columns: gene, x, y" in str(refusal.value)


def test_a_word_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError) as refusal:
        values_of(tmp_path, "gene\tlength\na\tlong\n")
    assert refusal.value.code == "option"
    assert "the number of a is 'long'" in str(refusal.value)
