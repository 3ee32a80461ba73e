"""Genes of transcripts from the headers of publishers and from annotations, and files that are no transcripts."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from heatleaf.errors import UserError
from heatleaf.reads.reference import Reference, parse_header, transcript_genes

GTF = (
    'I\tsgd\texon\t1\t9\t.\t+\t.\tgene_id "YAL001C"; transcript_id "T1"; gene_name "TFC3";\n'
    'I\tsgd\texon\t1\t9\t.\t+\t.\tgene_id "YAL002W"; transcript_id "T2";\n'
)


def write(folder: Path, text: str, name: str = "t.fa.gz") -> Path:
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


def refusal(*paths: Path, annotation: Path | None = None) -> UserError:
    with pytest.raises(UserError) as caught:
        transcript_genes(Reference(paths, annotation))
    return caught.value


@pytest.mark.parametrize(
    ("header", "gene", "symbol"),
    [
        (
            "ENST00000631435.1 cdna chromosome:GRCh38:CHR_HSCHR7:1:12:1 gene:ENSG00000282253.1 gene_biotype:TR_D_gene "
            "transcript_biotype:TR_D_gene gene_symbol:TRBD1 description:T cell receptor [Source:HGNC;Acc:HGNC:1]",
            "ENSG00000282253",
            "TRBD1",
        ),
        ("YAL001C_mRNA cdna chromosome:R64-1-1:I:1:9:-1 gene:YAL001C gene_biotype:protein_coding", "YAL001C", ""),
        (
            "ENST00000456328.2|ENSG00000290825.1|OTTHUMG1|OTTHUMT1|DDX11L2-202|DDX11L2|1657|lncRNA|",
            "ENSG00000290825",
            "DDX11L2",
        ),
        ("ENST1.9_PAR_Y|ENSG00000182378.15_PAR_Y|-|-|PLCXD1-1|PLCXD1|20|x|", "ENSG00000182378_PAR_Y", "PLCXD1"),
        ("NM_000014.6 Homo sapiens alpha-2-macroglobulin (A2M), transcript variant 1, mRNA", "A2M", "A2M"),
        ("NR_1.2 Mus musculus (weird thing) predicted gene (Gm1), long non-coding RNA", "", ""),
        ("rna7 gene=ABC1 CDS=1-300", "ABC1", ""),
        ("T1", "", ""),
    ],
)
def test_headers_of_publishers(header: str, gene: str, symbol: str) -> None:
    assert parse_header(header) == (gene, symbol)


def test_genes_of_two_files(tmp_path: Path) -> None:
    cdna = write(tmp_path, ">a.1 cdna x gene:G1.4 gene_symbol:ONE\nACGT\n>b.1 cdna x gene:G1.4 gene_symbol:ONE\nAC\n")
    ncrna = write(tmp_path, ">c.1 ncrna x gene:G2.1\nACGT\n", "n.fa")
    found = transcript_genes(Reference((cdna, ncrna)))
    assert found.tx2gene == {"a.1": "G1", "b.1": "G1", "c.1": "G2"}
    assert found.symbol_of == {"G1": "ONE"}


def test_the_whole_gencode_name_is_the_id(tmp_path: Path) -> None:
    """kallisto and salmon write the first word of the header, which at GENCODE is all of it."""
    name = "ENST1.2|ENSG5.3|-|-|X-201|X|100|protein_coding|"
    assert transcript_genes(Reference((write(tmp_path, f">{name}\nACGT\n"),))).tx2gene == {name: "ENSG5"}


def test_genes_and_names_of_an_annotation(tmp_path: Path) -> None:
    fasta = write(tmp_path, ">T1 CDS=1-3\nACGT\n>T2\nACGT\n>T3\nACGT\n")
    found = transcript_genes(Reference((fasta,), write(tmp_path, GTF, "g.gtf.gz")))
    assert found.gene_ids == ("YAL001C", "YAL002W", None)
    assert found.symbol_of == {"YAL001C": "TFC3"}
    assert "1 of 3 transcripts are not in g.gtf.gz and are left out (first: T3)" in found.messages[0].text


def test_some_transcripts_without_a_gene_are_genes_themselves(tmp_path: Path) -> None:
    fasta = write(tmp_path, ">a cdna gene:G1\nACGT\n>GFP\nACGT\n")
    found = transcript_genes(Reference((fasta,)))
    assert found.tx2gene == {"a": "G1", "GFP": "GFP"}
    assert "1 of 2 transcripts name no gene and are taken as genes themselves" in found.messages[0].text


@pytest.mark.data
def test_the_yeast_transcripts(data: Path) -> None:
    folder = data / "reads_yeast_chrI/ref"
    found = transcript_genes(Reference((folder / "transcriptome.fasta",), folder / "genes.gtf"))
    assert len(found.transcript_ids) == 125 and len(found.tx2gene) == 124
    assert found.symbol_of["YAL001C"] == "TFC3"


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        (">a\nACGT\n", "transcript_level", "t.fa.gz: the headers name no genes (a, ...). Fix: give --annotation"),
        ("gene,s1\nA,1\n", "transcripts", "t.fa.gz: is not FASTA: it starts with 'gene,s1', not with '>'"),
        (">a gene:g\nAC\n>a gene:g\nAC\n", "transcripts", "t.fa.gz: the transcript 'a' occurs twice (1 such ids)"),
        (">1 dna:chromosome x\nACGT\n", "transcripts", "t.fa.gz: holds a genome (1 sequences), not transcripts"),
        (">1\n" + "ACGT" * 20_000 + "\n", "transcripts", "t.fa.gz: holds a genome (1 sequences), not transcripts"),
    ],
)
def test_files_that_are_no_transcripts(tmp_path: Path, text: str, code: str, said: str) -> None:
    error = refusal(write(tmp_path, text))
    assert error.code == code and str(error).startswith(said)
