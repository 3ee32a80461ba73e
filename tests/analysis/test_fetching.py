"""Fetching from a real server on this computer: what is made, what is kept, what is said when it fails (S23)."""

from __future__ import annotations

import errno
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import fetch_cases as cases
import numpy as np
import pytest

from heatleaf.analysis.enrichment import collect_gene_sets
from heatleaf.analysis.fetching import FetchOptions, fetch
from heatleaf.analysis.settings import Settings
from heatleaf.analysis.study import prepare_study
from heatleaf.errors import UserError
from heatleaf.io.atomic import Disk
from heatleaf.io.download import Patience
from heatleaf.model import CountTable, GeneSetCollection
from heatleaf.resources.fetched import check_files, fetched_resources
from heatleaf.resources.gene_sets import gene_sets
from heatleaf.resources.gene_tables import gene_table
from heatleaf.resources.organisms import find_organism
from web_server import Page, Site, serve

PATIENCE = Patience(attempts=2, pause=0.01, timeout=5.0)
OBO = f"{cases.GO}/ontology/go-basic.obo"
MGI = f"{cases.GO}/annotations/mgi.gaf.gz"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HEATLEAF_RESOURCES", str(tmp_path / "kept"))
    return tmp_path / "kept"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with serve(cases.pages()) as site:
        monkeypatch.setenv("HEATLEAF_MIRROR", site.address)
        yield site


def get(*names: str, **options: object):
    return fetch(names, FetchOptions(patience=PATIENCE, **options))


def refusal(*names: str, **options: object) -> UserError:
    with pytest.raises(UserError) as caught:
        get(*names, **options)
    return caught.value


def sets_of(collection: GeneSetCollection) -> dict[str, tuple[str, ...]]:
    return dict(zip(collection.set_ids, collection.members, strict=True))


# --- what is made


@pytest.mark.usefixtures("site")
def test_the_gene_ontology_of_an_organism(folder: Path) -> None:
    (resource,), messages = get("mouse")
    assert (resource.name, resource.organism, resource.licence) == ("go-mouse", "mouse", "CC BY 4.0")
    assert resource.release == "GO 2024-06-17, annotations 2024-06-10"
    assert messages == ()
    process, function, component = gene_sets("mouse", ["GO:BP", "go:mf", "GO:CC"])
    assert sets_of(process) == {
        "GO:0000278": ("Cdk1", "Trp53"),
        "GO:0007049": ("Cdk1", "Myc", "Trp53"),
        "GO:0008150": ("Cdk1", "Myc", "Trp53"),
    }
    assert process.set_names == ("mitotic cell cycle", "cell cycle", "biological_process")
    assert sets_of(function)["GO:0003674"] == ("Myc", "Trp53")
    assert sets_of(component)["GO:0005575"] == ("Trp53",)
    assert (process.name, process.id_kind) == ("GO:BP", "symbol")
    assert process.source == "GO 2024-06-17, annotations 2024-06-10, CC BY 4.0"
    # three packs and the list; nothing of the downloads
    assert sorted(path.name.split(".")[0] for path in folder.iterdir()) == [
        "go_bp_mouse", "go_cc_mouse", "go_mf_mouse", "resources",
    ]  # fmt: skip


def test_where_everything_came_from_is_kept(folder: Path, site: Site) -> None:
    (resource,), _ = get("go-mouse")
    assert fetched_resources() == (resource,)
    stored = json.loads((folder / "resources.json").read_text(encoding="utf-8"))
    originals = stored["resources"][0]["originals"]
    assert [original["address"] for original in originals] == [site.url(OBO), site.url(MGI)]
    assert all(len(original["sha256"]) == 64 and original["n_bytes"] > 0 for original in originals)


@pytest.mark.usefixtures("folder", "site")
def test_reactome_of_human_and_of_others() -> None:
    get("reactome-human", "reactome-mouse")
    (human,), (mouse,) = gene_sets("human", ["Reactome"]), gene_sets("mouse", ["reactome"])
    assert sets_of(human) == {"R-HSA-109581": ("TP53",), "R-HSA-69278": ("CDK1", "TP53")}
    assert human.set_names == ("Apoptosis", "Cell Cycle, Mitotic")
    assert sets_of(mouse) == {"R-MMU-69278": ("Trp53",)}
    assert human.source == "Reactome of 2024-09-18, CC0"


@pytest.mark.usefixtures("folder", "site")
def test_wikipathways_by_symbol_of_the_file_that_its_page_lists() -> None:
    (resource,), messages = get("wikipathways-mouse")
    (collection,) = gene_sets("mouse", ["WikiPathways"])
    assert sets_of(collection) == {"WP190": ("Cdk1", "Trp53")}
    assert collection.set_names == ("Cell cycle",)
    assert resource.release == "WikiPathways 20240910"
    assert [message.text for message in messages] == [
        "1 of 3 gene ids without a symbol are left out (first: 99999999)."
    ]


@pytest.mark.usefixtures("folder", "site")
def test_systematic_names_are_used_where_the_table_has_them() -> None:
    get("go-yeast")
    assert sets_of(gene_sets("yeast", ["GO:CC"])[0])["GO:0005634"] == ("CDC28", "TFC3")
    (by_locus,) = gene_sets("yeast", ["GO:CC"], ["YAL001C", "YBR160W", "YBR161W"])
    assert sorted(sets_of(by_locus)["GO:0005634"]) == ["YAL001C", "YBR160W"]


@pytest.mark.usefixtures("folder", "site")
def test_a_gene_table_comes_checked_by_the_sum_of_its_publisher() -> None:
    resources, _ = get("yeast")
    assert [resource.name for resource in resources] == ["go-yeast", "genes-yeast"]
    assert resources[1].originals[0].file == cases.YEAST_GTF
    assert (resources[1].release, resources[1].files[0].n_genes) == ("Ensembl 114", 2)


@pytest.mark.usefixtures("folder", "site")
def test_an_organism_whose_table_was_fetched_can_be_analysed() -> None:
    with pytest.raises(UserError) as caught:
        find_organism("yeast")
    assert caught.value.code == "organism"
    assert str(caught.value) == (
        "the gene table of yeast was not fetched yet. Fix: heatleaf resources fetch yeast (once, over the network)."
    )
    get("yeast")
    assert find_organism("Saccharomyces cerevisiae").name == "yeast"
    gene_table.cache_clear()
    assert gene_table("yeast").symbol_of == {"YAL001C": "TFC3", "YBR160W": "CDC28"}
    loci = ("YAL001C", "YBR160W", "YBR161W")
    counts = CountTable(loci, ("a", "b", "c"), np.array([[9, 8, 7], [3, 4, 5], [1, 2, 2]]))
    settings = Settings(test=False, organism="yeast")
    (collection,) = collect_gene_sets(prepare_study(counts, None, settings), settings)
    assert sorted(collection.genes) == ["YBR160W"]
    gene_table.cache_clear()


@pytest.mark.usefixtures("folder", "site")
def test_a_release_may_be_chosen() -> None:
    (resource,), _ = get("mouse", release="2023-01-01")
    assert resource.release.startswith("GO 2023-01-01")


@pytest.mark.usefixtures("site")
def test_fetching_again_replaces(folder: Path, site: Site) -> None:
    get("mouse")
    before = set(folder.iterdir())
    get("mouse")
    assert set(folder.iterdir()) == before  # the same content has the same names
    site.pages[MGI] = Page(cases.gaf([("Trp53", "", "GO:0000278")], 10090))
    get("mouse")
    assert len(list(folder.iterdir())) < len(before) + 1
    assert sets_of(gene_sets("mouse")[0])["GO:0007049"] == ("Trp53",)
    assert len(fetched_resources()) == 1


# --- by hand


def write_by_hand(tmp_path: Path) -> tuple[Path, Path]:
    ontology, annotations = tmp_path / "go-basic.obo", tmp_path / "mgi.gaf.gz"
    ontology.write_bytes(cases.obo())
    annotations.write_bytes(cases.mouse_gaf())
    return ontology, annotations


def test_files_given_by_hand_need_no_network(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "socket", None)
    get("mouse", given=write_by_hand(tmp_path))
    assert sets_of(gene_sets("mouse")[0])["GO:0000278"] == ("Cdk1", "Trp53")
    get("mouse", given=(tmp_path,), offline=True)  # or their folder
    assert all(not original.address for original in fetched_resources()[0].originals)
    assert (tmp_path / "mgi.gaf.gz").exists()


def test_a_file_that_a_browser_expanded_is_taken(folder: Path, tmp_path: Path) -> None:
    import gzip

    ontology, annotations = write_by_hand(tmp_path)
    expanded = tmp_path / "mgi.gaf"
    expanded.write_bytes(gzip.decompress(annotations.read_bytes()))
    get("mouse", given=(ontology, expanded), offline=True)


@pytest.mark.usefixtures("folder")
def test_offline_names_every_file_and_what_to_do() -> None:
    error = refusal("mouse", offline=True)
    assert error.code == "download"
    assert str(error) == (
        "mouse: --offline is given, and go-basic.obo and mgi.gaf.gz are not. Fix: on a computer with network "
        "download https://current.geneontology.org/ontology/go-basic.obo and "
        "https://current.geneontology.org/annotations/mgi.gaf.gz, then: "
        "heatleaf resources fetch mouse --from go-basic.obo --from mgi.gaf.gz."
    )


@pytest.mark.usefixtures("folder")
def test_the_files_of_several_resources_are_named_at_once() -> None:
    assert refusal("yeast", offline=True).fix == (
        "on a computer with network download https://current.geneontology.org/ontology/go-basic.obo, "
        "https://current.geneontology.org/annotations/sgd.gaf.gz and https://ftp.ensembl.org/pub/release-114/gtf/"
        "saccharomyces_cerevisiae/Saccharomyces_cerevisiae.*.114.gtf.gz, then: heatleaf resources fetch yeast "
        "--from go-basic.obo --from sgd.gaf.gz --from Saccharomyces_cerevisiae.*.114.gtf.gz"
    )


@pytest.mark.usefixtures("folder")
def test_without_a_network_the_same_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def no_network(*args: object, **kwargs: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    ontology, _ = write_by_hand(tmp_path)
    error = refusal("mouse", given=(ontology,))
    assert error.code == "download"
    assert str(error) == (
        "mgi.gaf.gz: could not be downloaded: there is no network, or no way to current.geneontology.org. Fix: on a "
        "computer with network download https://current.geneontology.org/annotations/mgi.gaf.gz, then: "
        "heatleaf resources fetch mouse --from mgi.gaf.gz."
    )


@pytest.mark.usefixtures("folder")
def test_a_file_of_another_name_is_refused(tmp_path: Path) -> None:
    (other := tmp_path / "download(1).gz").write_bytes(b"x")
    error = refusal("mouse", given=(other,), offline=True)
    assert error.code == "option"
    assert str(error) == (
        "download(1).gz: is none of the files of go-mouse. "
        "Fix: keep the names of the publisher: go-basic.obo, mgi.gaf.gz."
    )
    assert refusal("mouse", given=(tmp_path / "absent",)).code == "file_missing"


# --- what is refused


@pytest.mark.parametrize("name", ["kegg", "KEGG", "kegg-human", "msigdb", "hallmark"])
def test_what_licences_forbid_is_explained(name: str) -> None:
    error = refusal(name)
    assert error.code == "resources"
    assert "is not fetched: its" in str(error)
    assert "--gene-sets FILE.gmt" in str(error)


@pytest.mark.parametrize(
    ("name", "release", "sentence"),
    [
        ("axolotl", "", "nothing called 'axolotl' can be fetched. Fix: choose from human, mouse, "),
        ("reactome", "", "nothing called 'reactome' can be fetched. Fix: choose from reactome-human, "),
        ("wikipathways-pombe", "", "nothing called 'wikipathways-pombe' can be fetched."),
        ("yeast", "114", "--release: a release belongs to one resource. Fix: name one: go-yeast, genes-yeast."),
        ("mouse", "new", "--release: 'new' is not a release of Gene Ontology. Fix: write it like 2024-06-17."),
        ("reactome-human", "89", "--release: Reactome pathways has no address for a release of your choice."),
    ],
)
def test_names_and_releases_that_are_not_there(name: str, release: str, sentence: str) -> None:
    error = refusal(name, release=release)
    assert error.code in ("resources", "option")
    assert str(error).startswith(sentence)


@pytest.mark.usefixtures("folder")
def test_a_damaged_download_is_not_kept(site: Site) -> None:
    whole = site.pages[MGI]
    site.pages[MGI] = Page(whole.content[:-20])
    error = refusal("mouse")
    assert error.code == "gzip_damaged"
    assert str(error).startswith("mgi.gaf.gz: ends early or is damaged (gzip, after ")
    assert fetched_resources() == ()
    site.pages[MGI] = whole  # the same tag: what was taken before must not be gone on with
    get("mouse")
    assert len(gene_sets("mouse")[0].genes) == 3


@pytest.mark.usefixtures("folder")
def test_a_damaged_archive_is_refused(site: Site) -> None:
    site.pages[f"{cases.REACTOME}/ReactomePathways.gmt.zip"] = Page(b"PK\x03\x04 no archive")
    error = refusal("reactome-human")
    assert error.code == "archive"
    assert error.what.startswith("is damaged, or no zip archive")


@pytest.mark.usefixtures("folder")
def test_a_wrong_sum_is_refused(site: Site) -> None:
    page = site.pages[f"{cases.ENSEMBL}/CHECKSUMS"]
    page.content = f"00007     1 {cases.YEAST_GTF}\n".encode()
    error = refusal("genes-yeast")
    assert error.code == "download"
    assert "is damaged: its checksum (sum) is" in str(error)


@pytest.mark.usefixtures("folder")
def test_a_page_that_lists_no_such_file(site: Site) -> None:
    site.pages[f"{cases.WIKI}/"] = Page(b"<html>nothing here</html>")
    error = refusal("wikipathways-mouse")
    assert error.code == "download"
    assert str(error).startswith(f"wikipathways-*-gmt-Mus_musculus.gmt: is not listed at {site.url(cases.WIKI)}/.")


@pytest.mark.usefixtures("folder")
def test_the_annotations_of_another_organism_are_refused(tmp_path: Path) -> None:
    ontology, annotations = write_by_hand(tmp_path)
    annotations.write_bytes(cases.gaf([("TP53", "", "GO:0007049")], 9606))
    error = refusal("mouse", given=(ontology, annotations))
    assert (error.code, error.what) == ("organism", "holds annotations of taxon:9606, not of taxon 10090")
    assert annotations.exists()  # what is the user's is left alone


class FullDisk(Disk):
    def append(self, path: Path):
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.usefixtures("folder", "site")
def test_a_full_disk_leaves_what_was_there() -> None:
    get("mouse")
    error = refusal("mouse", disk=FullDisk())
    assert error.code == "output_write"
    assert "the disk or the quota is full" in str(error)
    assert "set HEATLEAF_RESOURCES to another folder" in str(error)
    assert len(gene_sets("mouse")[0].set_ids) == 3


def test_a_folder_that_cannot_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    monkeypatch.setenv("HEATLEAF_RESOURCES", str(tmp_path / "file"))
    error = refusal("mouse")
    assert error.code == "output_folder"
    assert error.fix == "set HEATLEAF_RESOURCES to a folder that you may write to"
    assert fetched_resources() == ()


# --- two at once, and what was cut


def test_two_processes_at_once(folder: Path, site: Site) -> None:
    """While one fetches slowly, another is told so; afterwards everything is there."""
    site.pages[MGI].delay = 0.004
    command = [sys.executable, "-m", "heatleaf", "resources", "fetch", "mouse"]
    first = subprocess.Popen(command, env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not any(path == MGI for path, _ in site.requests):
        assert first.poll() is None
        threading.Event().wait(0.01)
    error = refusal("mouse")
    assert error.code == "output_running"
    assert error.what.startswith("another fetch is at work (process ")
    assert error.fix == "wait until it is done, then: heatleaf resources fetch mouse"
    stdout, stderr = first.communicate(timeout=60)
    assert first.returncode == 0, stderr
    assert "go-mouse: 3 sets of GO:BP, 2 sets of GO:MF, 2 sets of GO:CC, 3 genes; GO 2024-06-17" in stdout
    assert not check_files()[1]


@pytest.mark.usefixtures("folder")
def test_what_was_cut_is_gone_on_with_at_the_next_fetch(site: Site) -> None:
    site.pages[OBO].cuts = [100, 0, 0, 0]
    assert refusal("mouse").code == "download"
    site.pages[OBO].cuts = []
    get("mouse")
    assert (OBO, "bytes=100-") in site.requests
    assert len(gene_sets("mouse")[0].set_ids) == 3


# --- verify


@pytest.mark.usefixtures("site")
def test_damage_is_found_and_never_used(folder: Path) -> None:
    get("mouse")
    whole, faults = check_files()
    assert len([name for name in whole if "mouse." in name and name.startswith("go_")]) == 3
    assert not faults
    pack = next(folder.glob("go_bp_mouse.*"))
    pack.write_bytes(pack.read_bytes()[:-1] + b"x")
    _, faults = check_files()
    expected = f"{pack}: is damaged: it is not what was fetched. Fix: heatleaf resources fetch go-mouse."
    assert faults == [expected]
    with pytest.raises(UserError) as caught:
        gene_sets("mouse")
    assert (caught.value.code, str(caught.value)) == ("resources", expected)
    pack.unlink()
    assert "cannot be read (No such file or directory)" in check_files()[1][0]


def test_a_damaged_list_is_refused(folder: Path) -> None:
    folder.mkdir()
    (folder / "resources.json").write_text('{"resources": [{}]}', encoding="utf-8")
    with pytest.raises(UserError) as caught:
        fetched_resources()
    assert caught.value.code == "resources"
    assert "the list of fetched resources cannot be read" in str(caught.value)
    assert caught.value.fix == "delete this file and fetch again"


def test_a_list_that_cannot_be_read(folder: Path) -> None:
    (folder / "resources.json").mkdir(parents=True)
    with pytest.raises(UserError) as caught:
        fetched_resources()
    assert caught.value.code == "resources"
    assert caught.value.fix == "make it readable, or set HEATLEAF_RESOURCES to another folder"
