"""Fetching the transcripts of an organism from a server of this computer, and finding them again."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import fetch_cases as cases
import pytest

from heatleaf.analysis.fetching import FetchOptions, fetch
from heatleaf.analysis.quantify import find_reference
from heatleaf.cli import main
from heatleaf.errors import UserError
from heatleaf.io.download import Patience
from heatleaf.reads.reference import transcript_genes
from heatleaf.resources.fetched import check_files
from web_server import Page, Site, serve

FASTA = "/ftp.ensembl.org/pub/release-114/fasta/saccharomyces_cerevisiae"
CDNA = "Saccharomyces_cerevisiae.R64-1-1.cdna.all.fa.gz"
NCRNA = "Saccharomyces_cerevisiae.R64-1-1.ncrna.fa.gz"
PATIENCE = Patience(attempts=2, pause=0.01, timeout=5.0)


def pages() -> dict[str, Page]:
    cdna = gzip.compress(b">YAL001C_mRNA cdna x gene:YAL001C gene_symbol:TFC3\nACGTACGT\n")
    ncrna = gzip.compress(b">snR18 ncrna x gene:snR18 gene_symbol:SNR18\nACGT\n")
    other = f"12345     1 {CDNA.replace('all', 'abinitio')}\n"
    return {
        f"{FASTA}/cdna/CHECKSUMS": Page(f"{other}{cases.bsd_sum(cdna)} {CDNA}\n".encode()),
        f"{FASTA}/cdna/{CDNA}": Page(cdna),
        f"{FASTA}/ncrna/CHECKSUMS": Page(f"{cases.bsd_sum(ncrna)} {NCRNA}\n".encode()),
        f"{FASTA}/ncrna/{NCRNA}": Page(ncrna),
    }


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HEATLEAF_RESOURCES", str(tmp_path / "kept"))
    return tmp_path / "kept"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with serve(pages()) as site:
        monkeypatch.setenv("HEATLEAF_MIRROR", site.address)
        yield site


@pytest.mark.usefixtures("site")
def test_the_command_fetches_what_quantify_finds(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["resources", "fetch", "Saccharomyces cerevisiae", "--transcriptome"]) == 0
    assert "transcripts-yeast: transcripts, 1 genes; Ensembl 114 (no restrictions)" in capsys.readouterr().out
    reference = find_reference((), None, "yeast")
    assert (reference.organism, reference.release) == ("yeast", "Ensembl 114")
    assert transcript_genes(reference).tx2gene == {"YAL001C_mRNA": "YAL001C", "snR18": "snR18"}
    assert all(path.parent == folder for path in reference.transcripts)
    whole, faults = check_files()
    assert faults == [] and any(name.startswith("cdna_yeast") for name in whole)


@pytest.mark.usefixtures("site")
def test_damaged_transcripts_are_not_used(folder: Path) -> None:
    fetch(["transcripts-yeast"], FetchOptions(patience=PATIENCE))
    (path,) = folder.glob("cdna_yeast*")
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(UserError) as caught:
        find_reference((), None, "yeast")
    assert caught.value.code == "resources"
    assert "is damaged: it is not what was fetched. Fix: heatleaf resources fetch transcripts-yeast" in str(
        caught.value
    )


def test_a_download_that_is_not_what_the_publisher_lists(folder: Path, site: Site) -> None:
    site.pages[f"{FASTA}/cdna/{CDNA}"] = Page(gzip.compress(b">x gene:y\nA\n"))
    with pytest.raises(UserError) as caught:
        fetch(["transcripts-yeast"], FetchOptions(patience=PATIENCE))
    assert caught.value.code == "download"
    assert CDNA in str(caught.value)
