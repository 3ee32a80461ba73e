"""Whole folders of pipelines at the door of `run`: heatleaf quantify, nf-core/rnaseq, salmon with its tx2gene."""

from __future__ import annotations

from pathlib import Path

import pytest

from heatleaf.errors import UserError
from heatleaf.io import read_counts, read_expression
from heatleaf.model import ValueKind

MERGED = "gene_id\tgene_name\tS1\tS2\nG1\tA\t{}\t5.5\nG2\tB\t2\t8\n"
QUANT = "Name\tLength\tEffectiveLength\tTPM\tNumReads\nT1\t900\t700\t10\t5\nT2\t900\t700\t20\t{}\n"


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def test_a_folder_of_heatleaf_quantify(tmp_path: Path) -> None:
    """The values are estimates, also where by chance few are fractional, and the other tables are no counts."""
    write(tmp_path, **{"counts.tsv": MERGED.format(1), "tpm.tsv": MERGED.format(9), "quantify.json": "{}"})
    write(
        tmp_path, **{"transcripts/S1/abundance.tsv": "target_id\tlength\teff_length\test_counts\ttpm\nT1\t1\t1\t1\t1\n"}
    )
    table = read_expression(tmp_path)
    assert table.value_kind is ValueKind.ESTIMATED_COUNTS and table.sample_ids == ("S1", "S2")
    assert table.messages == read_expression(tmp_path / "counts.tsv").messages  # so that a run can be repeated


def nf_core(tmp_path: Path, *, scaled: bool = True) -> Path:
    """Lay a folder out as nf-core/rnaseq leaves its results."""
    folder = write(
        tmp_path / "results",
        **{
            "star_salmon/salmon.merged.gene_counts.tsv": MERGED.format(1),
            "star_salmon/salmon.merged.gene_tpm.tsv": MERGED.format(3),
            "star_salmon/salmon.merged.transcript_counts.tsv": "tx\tgene_id\tS1\nT1\tG1\t4\n",
            "star_salmon/S1/quant.sf": QUANT.format(7),
            "star_salmon/S1/quant.genes.sf": QUANT.format(7),
            "star_salmon/tx2gene.tsv": "T1\tG1\tA\nT2\tG2\tB\n",
            "multiqc/multiqc_report.html": "<html>",
            "pipeline_info/samplesheet.valid.csv": "sample,fastq_1\nS1,x\n",
        },
    )
    if scaled:
        write(folder, **{"star_salmon/salmon.merged.gene_counts_length_scaled.tsv": MERGED.format(77)})
    return folder


def test_a_whole_nf_core_folder(tmp_path: Path) -> None:
    counts = read_counts(nf_core(tmp_path))
    assert counts.counts[:, 0].tolist() == [77, 2] and counts.gene_symbols == ("A", "B")
    said = [message.text for message in counts.messages]
    assert said[0].startswith("salmon.merged.gene_counts_length_scaled.tsv: merged quantifier table")


def test_plain_counts_where_no_scaled_ones_are(tmp_path: Path) -> None:
    assert read_counts(nf_core(tmp_path, scaled=False)).counts[0, 0] == 1


def test_two_quantifiers_are_not_chosen_between(tmp_path: Path) -> None:
    folder = write(nf_core(tmp_path), **{"star_rsem/rsem.merged.gene_counts.tsv": MERGED.format(1)})
    with pytest.raises(UserError) as caught:
        read_counts(folder)
    assert caught.value.code == "format"
    assert "results/: holds gene counts of several quantifiers: star_rsem/rsem.merged.gene_counts.tsv, star_sal" in str(
        caught.value
    )
    assert str(caught.value).endswith("Fix: give one of these files.")


def test_salmon_folders_with_a_table_of_genes_beside(tmp_path: Path) -> None:
    """quant.genes.sf beside quant.sf is not a second sample."""
    for name, n in (("S1", 7), ("S2", 9)):
        write(tmp_path, **{f"{name}/quant.sf": QUANT.format(n), f"{name}/quant.genes.sf": QUANT.format(n)})
    write(tmp_path, **{"salmon_tx2gene.tsv": "T1\tG1\tA\nT2\tG1\tA\n"})
    counts = read_counts(tmp_path)
    assert counts.sample_ids == ("S1", "S2") and counts.gene_ids == ("G1",)
    assert counts.counts.tolist() == [[12, 14]]
    assert any("genes of transcripts taken from salmon_tx2gene.tsv" in message.text for message in counts.messages)
