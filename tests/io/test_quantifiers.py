"""Quantifiers' files and folders: HTSeq, STAR, featureCounts, RSEM, salmon, kallisto; transcripts to genes."""

# ruff: noqa: E501 - small files are written as one line

from __future__ import annotations

import csv
import gzip
import math
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heatleaf.errors import UserError
from heatleaf.io import ReadOptions, count_table, read_counts, read_expression
from heatleaf.io.gtf import read_transcript_genes
from heatleaf.io.quantifiers import sample_name_of
from heatleaf.io.transcripts import length_scaled_counts
from heatleaf.model import ExpressionTable, ValueKind

Transcripts = dict[str, tuple[float, float, float]]  # length, abundance, count


def slow_length_scaled(samples: list[Transcripts], gene_of: dict[str, str]) -> dict[str, list[float]]:
    """Compute lengthScaledTPM gene by gene and sample by sample, as the paper's words say."""
    members: dict[str, list[str]] = defaultdict(list)
    for transcript in samples[0]:
        if transcript in gene_of:
            members[gene_of[transcript]].append(transcript)
    scaled: dict[str, list[float]] = {}
    for gene, transcripts in members.items():
        lengths: list[float | None] = []
        for sample in samples:
            total = sum(sample[t][1] for t in transcripts)
            lengths.append(sum(sample[t][0] * sample[t][1] for t in transcripts) / total if total else None)
        known = [length for length in lengths if length is not None]
        if known:
            filler = math.exp(sum(map(math.log, known)) / len(known))
        else:
            filler = sum(sum(s[t][0] for s in samples) / len(samples) for t in transcripts) / len(transcripts)
        average = sum(filler if length is None else length for length in lengths) / len(samples)
        scaled[gene] = [sum(sample[t][1] for t in transcripts) * average for sample in samples]
    for i, sample in enumerate(samples):
        total = sum(sample[t][2] for transcripts in members.values() for t in transcripts)
        factor = total / sum(values[i] for values in scaled.values())
        for values in scaled.values():
            values[i] *= factor
    return scaled


def read_slowly(path: Path, columns: tuple[str, str, str, str]) -> Transcripts:
    """Read a quantifier's file with the csv module."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt") as handle:
        rows = csv.DictReader(handle, delimiter="\t")
        return {row[columns[0]]: tuple(float(row[name]) for name in columns[1:]) for row in rows}  # type: ignore[misc]


SALMON = ("Name", "EffectiveLength", "TPM", "NumReads")
KALLISTO = ("target_id", "eff_length", "tpm", "est_counts")


def assert_equals_slow(table: ExpressionTable, samples: list[Transcripts], gene_of: dict[str, str]) -> None:
    expected = slow_length_scaled(samples, gene_of)
    assert set(table.gene_ids) == set(expected)
    # 1e-10: the sums are added in another order
    assert np.allclose(table.values, [expected[gene] for gene in table.gene_ids], rtol=1e-10, atol=0)


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 4), st.integers(1, 8), st.integers(0, 2**32 - 1))
def test_length_scaled_counts_keep_the_library(n_samples: int, n_genes: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = n_genes * 3
    gene = rng.permutation(np.arange(n) % n_genes)
    length = rng.uniform(50, 5000, (n, n_samples))
    counts = np.where(rng.random((n, n_samples)) < 0.4, 0.0, rng.gamma(1, 100, (n, n_samples)))
    counts[0] += 1
    abundance = counts / length / (counts / length).sum(axis=0) * 1e6
    scaled = length_scaled_counts(length, abundance, counts, gene)
    assert np.allclose(scaled.sum(axis=0), counts.sum(axis=0))
    assert ((scaled > 0) == (np.stack([abundance[gene == g].sum(axis=0) for g in range(n_genes)]) > 0)).all()


@pytest.mark.data
@pytest.mark.parametrize(
    ("folder", "file", "columns"),
    [("gold/salmon", "quant.sf.gz", SALMON), ("gold/kallisto", "abundance.tsv.gz", KALLISTO), ("nfcore_salmon", "quant.sf", SALMON)],
)  # fmt: skip
def test_yeast_transcripts_equal_the_slow_formula(
    data: Path, folder: str, file: str, columns: tuple[str, str, str, str]
) -> None:
    yeast = data / "reads_yeast_chrI"
    table = read_expression(yeast / folder, ReadOptions(annotation=yeast / "ref/genes.gtf"))
    paths = sorted((yeast / folder).glob(f"*/{file}"))
    assert table.sample_ids == tuple(path.parent.name for path in paths)
    assert table.value_kind is ValueKind.ESTIMATED_COUNTS
    gene_of = read_transcript_genes(yeast / "ref/genes.gtf")
    assert_equals_slow(table, [read_slowly(path, columns) for path in paths], gene_of)
    said = " ".join(message.text for message in table.messages)
    assert "1 of 125 transcripts are not in genes.gtf and are left out (first: Gfp_transgene_gene)" in said


@pytest.mark.data
def test_human_kallisto_equals_the_slow_formula(data: Path) -> None:
    folder = data / "formats/tximportData"
    table = read_expression(folder / "kallisto", ReadOptions(tx2gene=folder / "tx2gene.csv.gz"))
    with gzip.open(folder / "tx2gene.csv.gz", "rt") as handle:
        gene_of = dict(line.strip().split(",") for line in handle)
    samples = [read_slowly(path, KALLISTO) for path in sorted(folder.glob("kallisto/*/abundance.tsv.gz"))]
    assert table.values.shape == (25343, 2)
    assert_equals_slow(table, samples, gene_of)
    counts = count_table(table)
    assert np.array_equal(counts.counts, np.rint(table.values))
    assert (
        counts.messages[-1].code == "value_rounded" and "estimated counts were fractional" in counts.messages[-1].text
    )


@pytest.mark.data
def test_star_folder(data: Path) -> None:
    counts = read_counts(data / "reads_yeast_chrI/gold/star")
    for i, sample in enumerate(counts.sample_ids):
        path = data / f"reads_yeast_chrI/gold/star/{sample}.ReadsPerGene.out.tab"
        rows = [line.split("\t") for line in path.read_text().splitlines()]
        expected = {row[0]: int(row[3]) for row in rows}
        assert all(expected[gene] == counts.counts[g, i] for g, gene in enumerate(counts.gene_ids))
        assert counts.summary_rows["N_unmapped"][i] == expected["N_unmapped"]
    assert counts.n_genes == 124 and len(counts.summary_rows) == 4


@pytest.mark.data
def test_star_forward(data: Path) -> None:
    counts = read_counts(data / "formats/star/ERR458837_subsamp_1ReadsPerGene.out.tab.gz")
    assert counts.sample_ids == ("ERR458837_subsamp_1",) and counts.counts.sum() == 56_513
    assert any("forward-stranded counts taken" in message.text for message in counts.messages)


@pytest.mark.data
def test_htseq_folder_and_files(data: Path) -> None:
    counts = read_counts(data / "formats/htseq_sartools")
    assert counts.sample_ids == ("KO1", "KO2", "WT1", "WT2") and counts.n_genes == 8217
    assert counts.summary_rows["no_feature"] == (7007418, 23966628, 51904844, 34004073)
    alone = read_counts(data / "formats/htseq_sartools/WT1.htseq.out")
    assert alone.sample_ids == ("WT1",) and np.array_equal(alone.counts[:, 0], counts.counts[:, 2])
    mouse = read_counts(data / "formats/htseq/counts.tsv.gz")
    assert mouse.n_genes == 49768 and mouse.summary_rows["__not_aligned"] == (3766951,)


@pytest.mark.data
def test_featurecounts(data: Path) -> None:
    pasted = read_counts(data / "formats/featurecounts/pasted_three_runs.count-matrix.txt.gz")
    assert pasted.sample_ids == ("two_cell.sorted", "two_cell.umi", "NA19239_yale.sorted")
    assert pasted.n_genes == 57865 and pasted.counts.sum(axis=0)[1] == 581_995
    biotypes = read_counts(data / "formats/featurecounts/P1234_101.biotype_counts.txt")
    assert biotypes.counts.shape == (30, 1) and biotypes.gene_ids[2] == "protein_coding"


@pytest.mark.data
def test_featurecounts_folder(data: Path, tmp_path: Path) -> None:
    for path in (data / "reads_yeast_chrI/gold/featurecounts").glob("*.star.s2.*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    counts = read_counts(tmp_path)
    assert counts.n_samples == 4 and counts.sample_ids[0] == "RAP1_IAA_30M_REP1.Aligned.sortedByCoord.out"
    with pytest.raises(UserError) as caught:
        read_counts(data / "reads_yeast_chrI/gold/featurecounts")
    assert caught.value.code == "sample_duplicate"


@pytest.mark.data
def test_nfcore_tables(data: Path) -> None:
    table = read_expression(data / "formats/nfcore/salmon.merged.gene_counts.tsv")
    assert table.value_kind is ValueKind.ESTIMATED_COUNTS and table.gene_symbols[3] != ""
    counts = count_table(table)
    assert (
        "16 of 625 estimated counts were fractional and are rounded"
        in counts.messages[-2].text + counts.messages[-1].text
    )
    tpm = read_expression(data / "formats/nfcore/salmon.merged.gene_tpm.tsv")
    assert tpm.value_kind is ValueKind.TPM
    with pytest.raises(UserError, match=r"values are not counts: 72% are fractional") as caught:
        count_table(tpm)
    assert caught.value.code == "value_kind"


@pytest.mark.data
def test_rsem(data: Path) -> None:
    table = read_expression(data / "formats/tximportData/rsem")
    assert table.sample_ids == ("ERR188021",) and table.values[1, 0] == 95.32
    assert table.value_kind is ValueKind.ESTIMATED_COUNTS


@pytest.mark.data
def test_mixed_folders_are_refused(data: Path) -> None:
    with pytest.raises(UserError, match="holds several kinds of results") as caught:
        read_expression(data / "formats/tximportData")
    assert caught.value.code == "format"
    with pytest.raises(UserError, match="without results that are understood") as caught:
        read_expression(data / "reads_yeast_chrI/gold/hisat2")
    assert caught.value.code == "file_is_folder"


def write_salmon(folder: Path, sample: str, ids: list[str], values: list[float]) -> Path:
    """Write a quant.sf whose lengths are 100 and whose TPM are the given values."""
    (folder / sample).mkdir(parents=True)
    lines = ["Name\tLength\tEffectiveLength\tTPM\tNumReads", *(f"{name}\t200\t100\t{v}\t{v}" for name, v in zip(ids, values, strict=True))]  # fmt: skip
    path = folder / sample / "quant.sf"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize("header", ["", "transcript_id\tgene_id\n", "TXNAME\tGENEID\n"])
@pytest.mark.parametrize("versions", ["both", "file", "map"])
def test_versions_on_one_side_are_matched(tmp_path: Path, header: str, versions: str) -> None:
    in_file = (
        ["ENST00000000001.2", "ENST00000000002.1"] if versions != "map" else ["ENST00000000001", "ENST00000000002"]
    )
    in_map = (
        ["ENST00000000001.2", "ENST00000000002.1"] if versions != "file" else ["ENST00000000001", "ENST00000000002"]
    )
    write_salmon(tmp_path / "q", "a", in_file, [10.0, 30.0])
    (tmp_path / "map.tsv").write_text(header + "".join(f"{name}\tGENE1\n" for name in in_map))
    table = read_expression(tmp_path / "q", ReadOptions(tx2gene=tmp_path / "map.tsv"))
    assert table.gene_ids == ("GENE1",) and table.values.tolist() == [[40.0]]
    said = any(message.code == "gene_version" for message in table.messages)
    assert said == (versions != "both")


def test_map_may_name_the_gene_first(tmp_path: Path) -> None:
    write_salmon(tmp_path / "q", "a", ["T1", "T2"], [10.0, 30.0])
    (tmp_path / "map.csv").write_text("gene,transcript\nG1,T1\nG2,T2\n")
    table = read_expression(tmp_path / "q", ReadOptions(tx2gene=tmp_path / "map.csv"))
    assert table.gene_ids == ("G1", "G2")


def test_an_annotation_and_a_table_are_told_by_their_content(tmp_path: Path) -> None:
    write_salmon(tmp_path / "q", "a", ["T1", "T2"], [10.0, 30.0])
    line = 'I\tensembl\ttranscript\t1\t9\t.\t+\t.\tgene_id "G{0}"; transcript_id "T{0}";\n'
    (tmp_path / "genes.gtf").write_text("#!genome-build R64\n" + line.format(1) + line.format(2))
    (tmp_path / "map.csv").write_text("T1,G1\nT2,G2\n")
    for options, text in (
        (
            ReadOptions(tx2gene=tmp_path / "genes.gtf"),
            "genes.gtf: is an annotation (GTF), given with --tx2gene; read as",
        ),
        (
            ReadOptions(annotation=tmp_path / "map.csv"),
            "map.csv: is a table of transcripts and genes, given with --anno",
        ),
    ):
        table = read_expression(tmp_path / "q", options)
        assert table.gene_ids == ("G1", "G2")
        assert text in " ".join(message.text for message in table.messages)
    with pytest.raises(UserError, match=r"genes.gtf: is an annotation \(GTF or GFF\), not a count table") as caught:
        read_expression(tmp_path / "genes.gtf")
    assert caught.value.code == "file_kind"


def test_files_in_another_order_are_matched_by_name(tmp_path: Path) -> None:
    write_salmon(tmp_path / "q", "a", ["T1", "T2"], [10.0, 30.0])
    write_salmon(tmp_path / "q", "b", ["T2", "T1"], [3.0, 1.0])
    (tmp_path / "map.csv").write_text("T1,G1\nT2,G2\n")
    table = read_expression(tmp_path / "q", ReadOptions(tx2gene=tmp_path / "map.csv"))
    assert np.allclose(table.values, [[10, 1], [30, 3]])


def test_files_with_other_names_are_refused(tmp_path: Path) -> None:
    write_salmon(tmp_path / "q", "a", ["T1", "T2"], [10.0, 30.0])
    write_salmon(tmp_path / "q", "b", ["T2", "T3"], [3.0, 1.0])
    with pytest.raises(
        UserError, match="the results of a and b list different names: 2 and 2, 2 in one only"
    ) as caught:
        read_expression(tmp_path / "q", ReadOptions(tx2gene=tmp_path / "map.csv"))
    assert caught.value.code == "files_differ"


def test_map_of_other_transcripts_is_refused(tmp_path: Path) -> None:
    path = write_salmon(tmp_path / "q", "a", ["T1", "T2"], [10.0, 30.0])
    (tmp_path / "map.csv").write_text("X1,G1\nX2,G2\n")
    with pytest.raises(UserError, match=r"none of 2 transcripts \(T1, ...\) is in map.csv") as caught:
        read_expression(path, ReadOptions(tx2gene=tmp_path / "map.csv"))
    assert caught.value.code == "transcript_level"


@pytest.mark.parametrize(
    "line",
    [
        '1\thavana\ttranscript\t1\t9\t.\t+\t.\tgene_id "ENSG1"; gene_version "5"; transcript_id "ENST1"; transcript_version "2";',
        'chr1\tHAVANA\texon\t1\t9\t.\t+\t.\tgene_id "ENSG1"; transcript_id "ENST1"; gene_type "lncRNA";',
        'I\tensembl\tCDS\t1\t9\t.\t+\t0\ttranscript_id "ENST1"; gene_biotype "x"; gene_id "ENSG1";',
    ],
)
def test_gtf_dialects(tmp_path: Path, line: str) -> None:
    path = tmp_path / "a.gtf"
    path.write_text(f"#!genome\n{line}\n")
    assert read_transcript_genes(path) == {"ENST1": "ENSG1"}


def test_gff3_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.gff3"
    path.write_text("##gff-version 3\n1\tx\texon\t1\t9\t.\t+\t.\tParent=transcript:T1\n")
    with pytest.raises(UserError, match="has no lines with transcript_id and gene_id") as caught:
        read_transcript_genes(path)
    assert caught.value.code == "format"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("x/WT_REP1/quant.sf", "WT_REP1"),
        ("x/WT/abundance.tsv.gz", "WT"),
        ("x/WT1.htseq.out", "WT1"),
        ("x/S1.ReadsPerGene.out.tab", "S1"),
        ("x/S1ReadsPerGene.out.tab.gz", "S1"),
        ("x/ERR1.genes.results.gz", "ERR1"),
        ("x/S1_quant.sf", "S1"),
        ("x/S1.abundance.tsv", "S1"),
        ("x/S1.featureCounts.txt", "S1"),
        ("x/counts.tsv", "counts"),
        ("x/S1.rep2.txt", "S1.rep2"),
    ],
)
def test_samples_are_named_by_their_files(path: str, name: str) -> None:
    assert sample_name_of(Path(path)) == name
