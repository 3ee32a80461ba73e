"""heatleaf resources, and what a run makes of fetched gene sets (issue: gene sets of any organism; S23)."""

from __future__ import annotations

import hashlib
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest

from heatleaf.cli import main, make_parser
from heatleaf.resources import gene_table
from heatleaf.resources.catalogue import KnownOrganism, collection_names, organisms_to_fetch, plan
from web_server import Page, Site, serve

MIRROR = "HEATLEAF_MIRROR"
GO = "/current.geneontology.org"
N_GENES = 400


def symbols(organism: str) -> list[str]:
    table = gene_table(organism)
    coding = zip(table.symbols, table.biotypes, strict=True)
    return sorted({symbol for symbol, kind in coding if kind == "protein_coding" and symbol})[:N_GENES]


def ontology() -> bytes:
    stanzas = ["format-version: 1.2\ndata-version: releases/2024-06-17\n"]
    spaces = {"0008150": "biological_process", "0003674": "molecular_function", "0005575": "cellular_component"}
    for number, space in spaces.items():
        stanzas.append(f"[Term]\nid: GO:{number}\nname: {space}\nnamespace: {space}\n")
        child = f"GO:{int(number) + 1:07d}"
        stanzas.append(f"[Term]\nid: {child}\nname: part of {space}\nnamespace: {space}\nis_a: GO:{number}\n")
    return "\n".join(stanzas).encode()


def annotations(organism: str, taxon: int) -> bytes:
    """The first thirty genes are of the child of the root of each part, the others of the roots."""
    lines = ["!gaf-version: 2.2", "!date-generated: 2024-06-10"]
    for i, symbol in enumerate(symbols(organism)):
        for root, aspect in ((8150, "P"), (3674, "F"), (5575, "C")):
            term = f"GO:{root + (i < 30):07d}"
            cells = [
                "DB",
                f"id{i}",
                symbol,
                "x",
                term,
                "R",
                "IEA",
                "",
                aspect,
                "",
                "",
                "gene",
                f"taxon:{taxon}",
                "",
                "",
            ]
            lines.append("\t".join([*cells, "", ""]))
    return "\n".join([*lines, ""]).encode()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    pages = {
        f"{GO}/ontology/go-basic.obo": Page(ontology()),
        f"{GO}/annotations/mgi.gaf.gz": Page(annotations("mouse", 10090)),
        f"{GO}/annotations/goa_human.gaf.gz": Page(annotations("human", 9606)),
    }
    monkeypatch.setenv("HEATLEAF_RESOURCES", str(tmp_path / "kept"))
    with serve(pages) as site:
        monkeypatch.setenv(MIRROR, site.address)
        yield site


@pytest.fixture
def counts(tmp_path: Path) -> Path:
    """Six samples of mouse; the first thirty genes are up in the treated ones."""
    rng = np.random.default_rng(1)
    values = rng.negative_binomial(20, 20 / (20 + np.full((N_GENES, 6), 200.0)))
    values[:30, 3:] *= 4
    header = "\t".join(["gene", "control_1", "control_2", "control_3", "treated_1", "treated_2", "treated_3"])
    rows = ("\t".join([gene, *map(str, row)]) for gene, row in zip(symbols("mouse"), values.tolist(), strict=True))
    path = tmp_path / "counts.tsv"
    path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return path


def run_json(folder: Path) -> dict[str, list[dict[str, str]]]:
    return json.loads((folder / "run.json").read_text(encoding="utf-8"))


@pytest.mark.slow
@pytest.mark.usefixtures("site")
def test_a_run_uses_what_was_fetched_and_locks_it(
    tmp_path: Path, counts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["resources", "fetch", "mouse"]) == 0
    assert "go-mouse: 2 sets of GO:BP, 2 sets of GO:MF, 2 sets of GO:CC, 400 genes;" in capsys.readouterr().out
    assert main(["run", str(counts), "-o", str(tmp_path / "out"), "--organism", "mouse", "--quiet"]) == 0
    (table,) = (tmp_path / "out" / "tables").glob("enrichment_*_up.tsv")
    assert "part of biological_process" in table.read_text(encoding="utf-8")
    (locked,) = [
        item for item in run_json(tmp_path / "out")["resources"] if item["name"] == "Gene Ontology of mouse, GO:BP"
    ]
    pack = tmp_path / "kept" / locked["file"]
    assert locked["sha256"] == hashlib.sha256(pack.read_bytes()).hexdigest()
    assert locked["release"] == "GO 2024-06-17, annotations 2024-06-10"
    assert locked["package"].count("sha256 ") == 2
    assert "Gene Ontology of mouse, GO:BP (GO 2024-06-17" in (tmp_path / "out" / "methods.md").read_text(
        encoding="utf-8"
    )


@pytest.mark.slow
@pytest.mark.usefixtures("site")
def test_collections_by_name(tmp_path: Path, counts: Path) -> None:
    assert main(["resources", "fetch", "mouse"]) == 0
    out = tmp_path / "out"
    assert main(["run", str(counts), "-o", str(out), "--gene-sets", "go:cc", "--gene-sets", "GO:MF", "--quiet"]) == 0
    named = [item["name"] for item in run_json(out)["resources"]]
    assert named == [
        "gene ids, symbols and biotypes of mouse",
        "Gene Ontology of mouse, GO:CC",
        "Gene Ontology of mouse, GO:MF",
    ]
    (table,) = (out / "tables").glob("enrichment_*_up.tsv")
    text = table.read_text(encoding="utf-8")
    assert "GO:CC" in text
    assert "GO:MF" in text
    assert "GO:BP" not in text


@pytest.mark.usefixtures("site")
def test_a_list_of_genes_against_a_collection_by_name(tmp_path: Path) -> None:
    genes, background, table = (tmp_path / name for name in ("genes.txt", "background.txt", "table.tsv"))
    genes.write_text("\n".join(symbols("mouse")[:30]), encoding="utf-8")
    background.write_text("\n".join(symbols("mouse")), encoding="utf-8")
    main(["resources", "fetch", "mouse"])
    command = ["enrich", str(genes), "--background", str(background), "--organism", "mouse", "-o", str(table)]
    assert main([*command, "--gene-sets", "GO:CC"]) == 0
    assert {line.split("\t")[0] for line in table.read_text(encoding="utf-8").splitlines()[1:]} == {"GO:CC"}


@pytest.mark.usefixtures("site")
def test_the_demonstration_stays_the_same_whatever_was_fetched() -> None:
    """The simulated study is drawn from the built-in sets (requirement R7)."""
    code = "from heatleaf.resources import demo_study; import hashlib; print(hash_of(demo_study().counts_text))"
    code = code.replace("hash_of(", "hashlib.sha256(").replace("_text)", "_text.encode()).hexdigest()")
    before, after = (
        (main(["resources", "fetch", "human"]) if fetched else 0, subprocess.check_output([sys.executable, "-c", code]))
        for fetched in (False, True)
    )
    assert (before[0], after[0]) == (0, 0)
    assert before[1] == after[1]


@pytest.mark.usefixtures("site")
def test_list_and_verify(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["resources", "list"]) == 0
    before = capsys.readouterr().out
    assert "gene ids, symbols and biotypes of mouse: GENCODE M37" in before
    assert f"Fetched, in {tmp_path / 'kept'}:\n  nothing\n" in before
    assert "go-mouse reactome-mouse wikipathways-mouse" in before
    main(["resources", "fetch", "mouse"])
    main(["resources", "list"])
    assert "go-mouse                GO:BP, GO:MF, GO:CC: GO 2024-06-17, annotations" in capsys.readouterr().out
    assert main(["resources", "verify"]) == 0
    assert "files are whole" in capsys.readouterr().out
    next((tmp_path / "kept").glob("go_mf*")).write_bytes(b"x")
    assert main(["resources", "verify"]) == 1
    error = capsys.readouterr().err
    assert "error [resources]" in error
    assert "is damaged: it is not what was fetched. Fix: heatleaf resources fetch go-mouse." in error


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["fetch"], "error [option] nothing to fetch is named. Fix: heatleaf resources list shows what there is."),
        (["list", "mouse"], "error [option] 'list' takes no names and no files. Fix: leave them out, or use: "),
        (["fetch", "kegg"], "error [resources] KEGG is not fetched: its licence does not allow others to hand it on"),
        (["fetch", "mouse", "--offline"], "error [download] mouse: --offline is given, and go-basic.obo and mgi"),
    ],
)
def test_refusals(words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["resources", *words]) == 1
    assert f"heatleaf: {sentence}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("reactome", "error [resources] Reactome of mouse is not built in and was not fetched yet. Fix: heatleaf "),
        ("kegg", "error [resources] KEGG is not fetched: its licence does not allow"),
        ("absent.gmt", "error [file_missing] absent.gmt: file not found"),
    ],
)
def test_a_run_says_what_is_missing(
    name: str, sentence: str, tmp_path: Path, counts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", str(counts), "-o", str(tmp_path / "out"), "--gene-sets", name, "--quiet"]) == 1
    assert f"heatleaf: {sentence}" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_nothing_but_fetch_opens_a_connection(tmp_path: Path, counts: Path) -> None:
    """S23: an audit hook sees every socket that Python makes."""
    code = f"""
import sys
def look(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "urllib.Request"):
        raise SystemExit(f"the network was used: {{event}} {{arguments}}")
sys.addaudithook(look)
from heatleaf.cli import main
assert main(["resources", "list"]) == 0
assert main(["resources", "verify"]) == 0
assert main(["run", {str(counts)!r}, "-o", {str(tmp_path / "out")!r}, "--organism", "mouse"]) == 0
assert main(["resources", "fetch", "mouse", "--offline"]) == 1
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_page_of_resources_names_what_there_is() -> None:
    page = (Path(__file__).parents[2] / "docs" / "resources.md").read_text(encoding="utf-8")
    for command in re.findall(r"^    (heatleaf .*?)(?:   .*)?$", page, flags=re.MULTILINE):
        assert make_parser().parse_args(shlex.split(command)[1:]).run
    for organism in organisms_to_fetch():
        assert organism.name in page
        assert all(f"`{source}-ORGANISM`" in page for source in organism.sources)
    assert all(name in page for name in (*collection_names(), "HEATLEAF_RESOURCES", "HEATLEAF_MIRROR"))


@pytest.mark.parametrize("organism", organisms_to_fetch(), ids=lambda organism: organism.name)
def test_every_address_is_https_of_a_publisher(organism: KnownOrganism) -> None:
    """Hosts of the publishers and nothing else; every placeholder is filled."""
    hosts = {
        "current.geneontology.org",
        "reactome.org",
        "data.wikipathways.org",
        "ftp.ncbi.nlm.nih.gov",
        "ftp.ensembl.org",
        "ftp.ensemblgenomes.org",
    }
    for source in organism.sources:
        (item,) = plan(f"{source}-{organism.name}")
        assert item.files
        for file in item.files:
            address = urlsplit(file.url or file.index)
            assert (address.scheme, address.hostname in hosts) == ("https", True)
            assert not set("{}") & set(f"{file.url}{file.index}")
            assert re.compile(file.pattern)
