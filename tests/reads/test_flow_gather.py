"""Tables of all samples: gene counts as io.transcripts scales them, whatever the number of samples held at a time."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from heatleaf.errors import UserError
from heatleaf.io.transcripts import length_scaled_counts
from heatleaf.reads import gather as gather_module
from heatleaf.reads.gather import GatherJob, gather
from heatleaf.reads.jobs import Quant, write_json
from heatleaf.reads.records import SampleRecord, write_record

N_TRANSCRIPTS, SAMPLES = 30, ("S1", "S2", "S3")
GENES = [f"G{i // 3}" for i in range(N_TRANSCRIPTS)]
HEADER = "target_id\tlength\teff_length\test_counts\ttpm\n"


def make_values(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    counts = rng.gamma(0.3, 100.0, N_TRANSCRIPTS) * (rng.random(N_TRANSCRIPTS) < 0.7)
    counts[:3] = 0.0  # a gene without any
    length = rng.uniform(200, 3000, N_TRANSCRIPTS)
    rate = counts / length
    return np.column_stack([length, counts, 1e6 * rate / rate.sum()])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Results of three samples, the last without any mapped read, as kallisto writes it."""
    names = [f"T{i}" for i in range(N_TRANSCRIPTS)]
    headers = (f">{name} cdna gene:{gene}.1\nACGT\n" for name, gene in zip(names, GENES, strict=True))
    (tmp_path / "transcripts.fa").write_text("".join(headers))
    (tmp_path / "work").mkdir()
    quant = Quant("kallisto", "1", "key", True)
    for i_sample, sample in enumerate(SAMPLES):
        made = tmp_path / "transcripts" / sample
        made.mkdir(parents=True)
        values = make_values(i_sample)
        if sample == "S3":
            values[:, 1:] = 0.0
        rows = [[f"{value:.10g}" for value in row] for row in values]
        if sample == "S3":
            rows = [[row[0], "0", "-nan"] for row in rows]
        lines = [f"{name}\t1000\t{row[0]}\t{row[1]}\t{row[2]}\n" for name, row in zip(names, rows, strict=True)]
        (made / "abundance.tsv").write_text(HEADER + "".join(lines))
        record = SampleRecord(sample, quant, (), 1000, 1000, 10 * i_sample, None, None, "hash", 1)
        write_record(made, record)
    return tmp_path


def gather_all(folder: Path, **changes: object) -> dict[str, bytes]:
    job = GatherJob(str(folder), SAMPLES, (str(folder / "transcripts.fa"),), "", {"schema": 1})
    write_json(folder / "work" / "gather.json", {**asdict(job), **changes})
    gather(folder / "work" / "gather.json")
    return {name: (folder / name).read_bytes() for name in ("counts.tsv", "tpm.tsv", "qc.tsv", "quantify.json")}


def read_values(folder: Path) -> np.ndarray:
    tables = [pd.read_csv(folder / "transcripts" / sample / "abundance.tsv", sep="\t") for sample in SAMPLES]
    columns = ["eff_length", "tpm", "est_counts"]
    return np.stack([[table[column].fillna(0.0).to_numpy() for table in tables] for column in columns])


def test_gene_counts_are_those_of_the_reader_of_kallisto_folders(folder: Path) -> None:
    gather_all(folder)
    counts = pd.read_csv(folder / "counts.tsv", sep="\t", index_col="gene_id").drop(columns="gene_name")
    assert list(counts.columns) == list(SAMPLES)
    assert list(counts.index) == [f"G{i}" for i in range(10)]
    length, tpm, estimated = (block.T for block in read_values(folder))
    group = np.array([int(gene[1:]) for gene in GENES])
    expected = length_scaled_counts(length, tpm, estimated, group)
    np.testing.assert_allclose(counts.to_numpy(), expected, atol=1e-6)
    np.testing.assert_allclose(counts.sum(), estimated.sum(axis=0), atol=1e-5)
    gene_tpm = pd.read_csv(folder / "tpm.tsv", sep="\t", index_col="gene_id").drop(columns="gene_name")
    np.testing.assert_allclose(gene_tpm.sum(), [1e6, 1e6, 0.0], rtol=1e-6)


def test_blocks_do_not_matter(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = gather_all(folder)
    monkeypatch.setattr(gather_module, "BLOCK_BYTES", 8 * len(SAMPLES) * 3)
    assert gather_all(folder) == whole


def test_what_became_of_the_reads(folder: Path) -> None:
    gather_all(folder)
    lines = (folder / "qc.tsv").read_text().split("\n")
    assert lines[0] == "sample_id\tn_reads\tn_used\tn_mapped\tmapped_share\tn_unique\tn_with_adapter"
    assert lines[2] == "S2\t1000\t1000\t10\t0.01\tNA\tNA"
    known = json.loads((folder / "quantify.json").read_text())
    assert [sample["mapped_share"] for sample in known["samples"]] == [0.0, 0.01, 0.02]
    assert sorted(known["tables"]) == ["counts.tsv", "qc.tsv", "tpm.tsv"]


def test_symbols_are_a_column_of_their_own(folder: Path) -> None:
    fasta = folder / "transcripts.fa"
    fasta.write_text(fasta.read_text().replace("gene:G1.1", "gene:G1.1 gene_symbol:ACT1"))
    gather_all(folder)
    lines = (folder / "counts.tsv").read_text().split("\n")
    assert lines[0].startswith("gene_id\tgene_name\tS1")
    assert lines[1].startswith("G0\tG0\t")  # without a symbol, the id
    assert lines[2].startswith("G1\tACT1\t")


def test_a_sample_of_other_transcripts(folder: Path) -> None:
    path = folder / "transcripts" / "S2" / "abundance.tsv"
    path.write_text(path.read_text().replace("T7\t", "X7\t"))
    with pytest.raises(UserError, match=r"the transcripts of S2 are not those of S1") as caught:
        gather_all(folder)
    assert caught.value.code == "files_differ"
    assert not (folder / "counts.tsv").exists()


def test_a_sample_without_results(folder: Path) -> None:
    (folder / "transcripts" / "S2" / "heatleaf.json").unlink()
    with pytest.raises(UserError, match=r"S2: has no results. Fix: run the same command again") as caught:
        gather_all(folder)
    assert caught.value.code == "tool"


def test_a_table_that_cannot_be_read(folder: Path) -> None:
    path = folder / "transcripts" / "S2" / "abundance.tsv"
    path.write_text(HEADER + "T0\t1\tx\t2\t3\n")
    with pytest.raises(UserError, match=r"abundance.tsv: cannot be read \(") as caught:
        gather_all(folder)
    assert caught.value.code == "tool"
