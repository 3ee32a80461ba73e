"""Memory is looked at before a large table is read (requirement R20)."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from heatleaf.errors import UserError
from heatleaf.web import memory
from heatleaf.web.memory import free_memory, require_memory
from heatleaf.web.tables import ReadingSays, Roles, read_table


def sparse(path: Path, n_bytes: int) -> Path:
    """Make a file of so many bytes that takes no room."""
    with path.open("wb") as handle:
        handle.truncate(n_bytes)
    return path


@pytest.mark.parametrize(("name", "n_bytes"), [("a.tsv", 400_000_001), ("a.tsv.gz", 100_000_001)])
def test_a_table_that_does_not_fit_is_refused_with_numbers(
    name: str, n_bytes: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "free_memory", lambda: 2e9)
    path = sparse(tmp_path / name, n_bytes)
    with pytest.raises(UserError) as caught:
        read_table(Roles(path, None, (), {}), ReadingSays.of({}))
    assert caught.value.code == "memory"
    assert str(caught.value) == (
        f"{name}: reading it takes about 2.0 GB of memory, and 2.0 GB are free. "
        "Fix: close other programs, or leave out samples."
    )
    require_memory(sparse(path, n_bytes - 1_000_000))


def test_what_is_small_a_folder_or_on_a_silent_system_is_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "free_memory", lambda: 1.0)
    require_memory(sparse(tmp_path / "a.tsv", 90_000_000))
    require_memory(tmp_path)
    monkeypatch.setattr(memory, "free_memory", lambda: None)
    require_memory(sparse(tmp_path / "b.tsv", 10**12))


def test_free_memory_is_that_of_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free = free_memory()
    if free is not None:
        assert free == pytest.approx(psutil.virtual_memory().available, rel=0.5)
    for text in ("MemFree: 3 kB\n", "\xff"):
        (tmp_path / "meminfo").write_text(text, encoding="latin-1")
        monkeypatch.setattr(memory, "_MEMINFO", tmp_path / "meminfo")
        assert free_memory() is None
    monkeypatch.setattr(memory, "_MEMINFO", tmp_path / "none")
    assert free_memory() is None
