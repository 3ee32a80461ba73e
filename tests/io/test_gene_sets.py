"""Gene-set files and gene lists."""

from __future__ import annotations

import gzip
import lzma
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatleaf.errors import UserError
from heatleaf.io.gene_sets import read_gene_list, read_gene_sets, recognise_id_kind

GMT = "HALLMARK_A\thttp://x/A\tTP53\tMYC\tACTB\nHALLMARK_B\thttp://x/B\tMYC\n"
GENES = st.lists(st.text("ABCDEFGH123", min_size=1, max_size=4), min_size=1, max_size=6, unique=True)


def write(tmp_path: Path, text: str | bytes, name: str = "sets.gmt") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


# --- laws


@given(st.dictionaries(st.text("stuvw_", min_size=1, max_size=5), GENES, min_size=1, max_size=5))
def test_sets_are_read_back(tmp_path_factory: pytest.TempPathFactory, sets: dict[str, list[str]]) -> None:
    text = "".join("\t".join([name, "na", *genes]) + "\n" for name, genes in sets.items())
    collection = read_gene_sets(write(tmp_path_factory.mktemp("gmt"), text))
    assert dict(zip(collection.set_ids, map(list, collection.members), strict=True)) == sets
    assert collection.messages == ()


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("pack", [None, gzip.compress, lzma.compress])
def test_line_ends_and_compression_do_not_matter(tmp_path: Path, line_end: str, pack: object) -> None:
    content = GMT.replace("\n", line_end).encode()
    endings = {None: "", gzip.compress: ".gz", lzma.compress: ".xz"}
    path = write(tmp_path, pack(content) if pack else content, f"my.sets.gmt{endings[pack]}")
    collection = read_gene_sets(path)
    assert collection.name == "my.sets"
    assert collection.members == (("TP53", "MYC", "ACTB"), ("MYC",))


# --- reference values


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "n_sets", "set_id", "set_name", "id_kind"),
    [
        ("GO_BP.human.ensembl.gmt.xz", 15975, "GO:0000002", "mitochondrial genome maintenance", "ensembl"),
        ("GO_BP.human.symbol.gmt.xz", 15975, "GO:0000002", "mitochondrial genome maintenance", "symbol"),
        ("GO_CC.human.ensembl.gmt.xz", 2024, "GO:0000015", "phosphopyruvate hydratase complex", "ensembl"),
        ("GO_CC.human.symbol.gmt.xz", 2024, "GO:0000015", "phosphopyruvate hydratase complex", "symbol"),
        ("GO_MF.human.ensembl.gmt.xz", 4964, "GO:0000009", "alpha-1,6-mannosyltransferase activity", "ensembl"),
        ("GO_MF.human.symbol.gmt.xz", 4964, "GO:0000009", "alpha-1,6-mannosyltransferase activity", "symbol"),
        ("ReactomePathways_2024-09-18.gmt", 2694, "R-HSA-164843", "2-LTR circle formation", "symbol"),
        ("wikipathways-20201010-Homo_sapiens.entrez.gmt", 634, "WP4400", "FABP4 in ovarian cancer", "entrez"),
        (
            "h.all.v7.0.symbols.gmt",
            50,
            "HALLMARK_TNFA_SIGNALING_VIA_NFKB",
            "HALLMARK_TNFA_SIGNALING_VIA_NFKB",
            "symbol",
        ),
        ("h.all.v7.4.entrez.gmt", 50, "HALLMARK_TNFA_SIGNALING_VIA_NFKB", "HALLMARK_TNFA_SIGNALING_VIA_NFKB", "entrez"),
    ],
)
def test_real_files(data: Path, name: str, n_sets: int, set_id: str, set_name: str, id_kind: str) -> None:
    path = data / "genesets" / name
    collection = read_gene_sets(path)
    content = lzma.decompress(path.read_bytes()) if name.endswith("xz") else path.read_bytes()
    rows = [line.rstrip("\r").split("\t") for line in content.decode().rstrip("\n").split("\n")]
    assert len(collection.members) == n_sets == len(set(collection.set_ids))
    assert (collection.set_ids[0], collection.set_names[0], collection.id_kind) == (set_id, set_name, id_kind)
    assert collection.members == tuple(tuple(dict.fromkeys(row[2:])) for row in rows)
    assert collection.source == str(path)


@pytest.mark.parametrize(
    ("genes", "kind"),
    [
        (["7157", "4609"], "entrez"),
        (["ENSG00000141510", "ENSMUSG00000059552.14"], "ensembl"),
        (["FBgn0039044"], "ensembl"),
        (["TP53", "HLA-A", "Trp53", "C1orf112", "NKX2-1"], "symbol"),
        (["TP53", "7157"], ""),
        ([], ""),
    ],
)
def test_kind_of_ids(genes: list[str], kind: str) -> None:
    assert recognise_id_kind(genes) == kind


@pytest.mark.parametrize(
    ("text", "genes"),
    [
        ("TP53\nMYC\n\nTP53\nACTB", ("TP53", "MYC", "ACTB")),
        ("gene_id\nENSG01\nENSG02\n", ("ENSG01", "ENSG02")),
        ("# my genes\n TP53 \nMYC\n", ("TP53", "MYC")),
        ("gene_id\tgene_symbol\tpadj\nENSG01\tTP53\t0.1\nENSG02\tMYC\t0.2\n", ("ENSG01", "ENSG02")),
        ("gene_symbol,padj\nTP53,0.1\n", ("TP53",)),
        ('"","padj"\n"TP53",0.1\n"NA",0.2\n', ("TP53", "NA")),
        ("baseMean\tgene\n5\tTP53\n", ("TP53",)),
        ("TP53\tup\nMYC\tdown\n", ("TP53", "MYC")),
        ("CRAMP1\nMYC\n", ("CRAMP1", "MYC")),  # CRAM and R data files begin like these genes
        ("RDX\nMYC\n", ("RDX", "MYC")),
    ],
)
def test_gene_lists(tmp_path: Path, text: str, genes: tuple[str, ...]) -> None:
    assert read_gene_list(write(tmp_path, text, "genes.txt")) == genes


# --- edge cases: B83


def test_set_without_genes_is_left_out_and_noted(tmp_path: Path) -> None:
    collection = read_gene_sets(write(tmp_path, "A\tna\tTP53\nB\tna\n\nC\tna\t\t\nD\n"))
    assert collection.set_ids == ("A",)
    (message,) = collection.messages
    assert (message.level, message.code) == ("note", "gene_sets")
    assert message.text == "sets.gmt: 3 sets without genes, left out: 'B' on line 2, 'C' on line 4, 'D' on line 5."


def test_repeated_gene_is_counted_once_and_noted(tmp_path: Path) -> None:
    collection = read_gene_sets(write(tmp_path, "A\tna\tTP53\tMYC\tTP53\t\nB\tna\tMYC\t\n"))
    assert collection.members == (("TP53", "MYC"), ("MYC",))
    (message,) = collection.messages
    assert message.text == "sets.gmt: 1 set holding a gene more than once, counted once: 'A' on line 1."


def test_ids_of_the_second_field_must_be_unique(tmp_path: Path) -> None:
    collection = read_gene_sets(write(tmp_path, "A\tR-HSA-1\tTP53\nB\tR-HSA-1\tMYC\n"))
    assert collection.set_ids == ("A", "B")


# --- errors


@pytest.mark.parametrize(
    ("text", "code", "sentence"),
    [
        ("A\tna\tX\nB\tna\tX\nA\tna\tY\n", "gene_sets", "sets.gmt: the set 'A' is on lines 1 and 3."),
        ("", "file_empty", "sets.gmt: is empty (0 bytes)"),
        ("\n\n", "gene_sets", "sets.gmt: holds no gene set."),
        ("TP53\nMYC\n", "gene_sets", "sets.gmt line 1: has no set with genes: a GMT file has a set name"),
        ("<!DOCTYPE html><html>", "file_html", "is a web page"),
        (b"A\tna\t\xe9\n", "encoding", "byte 0xE9 is not UTF-8"),
    ],
)
def test_refusals(tmp_path: Path, text: str | bytes, code: str, sentence: str) -> None:
    with pytest.raises(UserError) as refusal:
        read_gene_sets(write(tmp_path, text))
    assert refusal.value.code == code
    assert sentence in str(refusal.value)


def test_too_many_sets(tmp_path: Path) -> None:  # S20
    with pytest.raises(UserError, match="holds 50,001 gene sets, more than 50,000") as refusal:
        read_gene_sets(write(tmp_path, "".join(f"S{i}\tna\tX\n" for i in range(50_001))))
    assert refusal.value.code == "too_large"


def test_list_without_genes(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="has no genes") as refusal:
        read_gene_list(write(tmp_path, "gene_id\n", "genes.txt"))
    assert refusal.value.code == "no_genes"
