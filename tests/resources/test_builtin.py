"""Built-in files: what they say of themselves, and that they say it of the files that are there."""

from __future__ import annotations

from heatleaf.resources import sources
from heatleaf.resources.builtin import builtin_file, read_columns, release_of


def test_every_source_names_a_file_a_release_and_a_licence() -> None:
    for source in sources():
        assert builtin_file(str(source["file"])).is_file()
        assert all(source[key] for key in ("what", "organism", "release", "package", "licence", "credit"))


def test_every_data_file_is_credited() -> None:
    credits = builtin_file("LICENSES.md").read_text(encoding="utf-8")
    named = {str(source["file"]) for source in sources()}
    for file in builtin_file("").iterdir():
        if file.name.endswith((".xz", ".npz")):
            assert file.name in named
            assert f"`{file.name}`" in credits
    assert "Creative Commons Attribution 4.0" in credits
    assert "The MIT License" in credits


def test_the_data_stay_small() -> None:
    sizes = {file.name: len(file.read_bytes()) for file in builtin_file("").iterdir()}
    assert sum(size for name, size in sizes.items() if name.endswith(".xz")) < 4e6
    assert sum(size for name, size in sizes.items() if name.endswith(".npz")) < 2.5e6


def test_columns_are_complete_and_sorted() -> None:
    gene_ids, symbols, biotypes = read_columns("genes_worm.tsv.xz", 3)
    assert len(gene_ids) == len(symbols) == len(biotypes) == 46926
    assert gene_ids == sorted(gene_ids)
    assert release_of("genes_worm.tsv.xz") == "Ensembl 114"
