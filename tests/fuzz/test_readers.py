"""Damaged files of every kind that is read (requirements 2, test d): a correct result or a refusal, soon.

A bounded part of benchmarks/soak.py. Findings of the long runs stand below as cases of their own.
"""

from __future__ import annotations

import resource
import time
from pathlib import Path

import pytest
from mutants import KINDS, check_mutant, check_values, make_mutant

from heatleaf.errors import UserError

N_MUTANTS = 60
SECONDS = 10.0  # of processor time, for one file


@pytest.mark.parametrize("name", KINDS)
def test_the_good_files_are_read(name: str, tmp_path: Path) -> None:
    kind = KINDS[name]
    for file, content in kind.files.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_bytes(content)
    if name != "UTF-16":
        kind.read(kind.place(tmp_path))


@pytest.mark.parametrize("name", KINDS)
def test_mutants_are_read_rightly_or_refused(name: str, tmp_path: Path) -> None:
    codes = []
    for seed in range(N_MUTANTS):
        began = time.process_time()
        try:
            codes.append(check_mutant(name, seed, tmp_path))
        except Exception as error:
            error.add_note(f"mutant {seed} of {name}: {make_mutant(name, seed)}")
            raise
        assert time.process_time() - began < SECONDS, f"mutant {seed} of {name}"
    assert len(set(codes)) > 1  # mutants that are all refused, or all read, test little


def test_a_table_of_transcripts_without_a_line_is_refused(tmp_path: Path) -> None:
    """Found by mutant 100115 of salmon, B4: it ended in an IndexError."""
    kind = KINDS["salmon"]
    for file, content in {**kind.files, "tx2gene.tsv": b"\n# only this\n"}.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_bytes(content)
    with pytest.raises(
        UserError, match=r"tx2gene\.tsv: has no table of transcripts and genes: all lines are"
    ) as caught:
        kind.read(kind.place(tmp_path))
    assert caught.value.code == "file_empty"


@pytest.mark.parametrize("content", [b"\xef\xbb\xbf", b"", b"target_id\tlength\n", b"<html>"], ids=ascii)
def test_a_damaged_file_among_good_ones_is_not_left_out(content: bytes, tmp_path: Path) -> None:
    """Found by mutant 1001691 of kallisto: a byte order mark alone ended in StopIteration, other damage in a note."""
    kind = KINDS["kallisto"]
    for file, good in {**kind.files, "in/b/abundance.tsv": content}.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_bytes(good)
    sentence = r"in/: 1 of 2 files of kallisto abundance.tsv cannot be read as such \(b/abundance.tsv\). Fix: make it"
    with pytest.raises(UserError, match=sentence) as caught:
        kind.read(kind.place(tmp_path))
    assert caught.value.code == "files_differ"


def test_a_table_of_a_run_that_was_changed_is_refused(tmp_path: Path) -> None:
    """Found by mutant 2 of a finished run: a line cut short ended in a ValueError."""
    kind = KINDS["finished run"]
    for file, content in kind.files.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_bytes(content.replace(b"G3\t\tNA", b"G3"))
    with pytest.raises(UserError, match=r"normalized_counts.tsv in .* is damaged, or was changed after the") as caught:
        kind.read(kind.place(tmp_path))
    assert caught.value.code == "output_folder"


def test_reading_over_and_over_takes_no_more_memory(tmp_path: Path) -> None:
    """Peak memory after 100 mutants and after 500 is the same, but for what an allocator keeps."""
    for seed in range(100):
        check_mutant("matrix", seed, tmp_path)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for seed in range(100, 500):
        check_mutant("matrix", seed, tmp_path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30_000  # kilobytes


def test_the_second_reading_sees_a_difference(tmp_path: Path) -> None:
    """What guards against silent differences is itself no empty check."""
    kind = KINDS["plain"]
    path = tmp_path / "counts.tsv"
    path.write_bytes(kind.files["counts.tsv"])
    found = kind.read(path)
    check_values(kind.files["counts.tsv"], found)
    with pytest.raises(AssertionError):
        check_values(kind.files["counts.tsv"].replace(b"Gene3\t9\t", b"Gene3\t8\t"), found)
    with pytest.raises(AssertionError):
        check_values(kind.files["counts.tsv"].replace(b"Gene3\t", b"Gene4x\t"), found)
