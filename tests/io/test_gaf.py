"""GAF files: what is read of them, and that damaged ones are refused with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from heatleaf.errors import UserError
from heatleaf.io.gaf import read_annotations

HEADER = "!gaf-version: 2.2\n!\n!generated-by: SGD\n!date-generated: 2024-06-10T07:00\n"


def row(symbol: str = "TFC3", term: str = "GO:0000127", **changes: str) -> str:
    cells = {
        "db": "SGD",
        "id": "S000000001",
        "symbol": symbol,
        "qualifier": "part_of",
        "term": term,
        "reference": "PMID:1",
        "evidence": "IDA",
        "with": "",
        "aspect": "C",
        "name": "",
        "synonyms": "YAL001C|FUN24",
        "type": "gene",
        "taxon": "taxon:559292",
        "date": "20240101",
        "by": "SGD",
        "extension": "",
        "form": "",
    }
    return "\t".join({**cells, **changes}.values()) + "\n"


def read(tmp_path: Path, text: str, **options: object):
    path = tmp_path / "sgd.gaf"
    path.write_text(text, encoding="utf-8")
    return read_annotations(path, **options)


def pairs_of(annotations) -> set[tuple[str, str]]:
    genes = [annotations.gene_symbols[i] for i in annotations.genes]
    return set(zip(genes, [annotations.term_ids[i] for i in annotations.terms], strict=True))


def test_pairs_locus_names_and_release(tmp_path: Path) -> None:
    text = HEADER + row() + row(evidence="IEA") + row("CDC28", "GO:0007049", aspect="P", synonyms="YBR160W")
    annotations = read(tmp_path, text, locus_pattern=r"Y[A-P][LR]\d{3}[WC]")
    assert pairs_of(annotations) == {("TFC3", "GO:0000127"), ("CDC28", "GO:0007049")}
    assert annotations.gene_symbols == ("TFC3", "CDC28")
    assert annotations.locus_names == ("YAL001C", "YBR160W")
    assert len(annotations.genes) == 2  # two kinds of evidence are one pair
    assert annotations.release == "2024-06-10"
    assert annotations.messages == ()


def test_every_evidence_counts_and_not_does_not(tmp_path: Path) -> None:
    text = HEADER + "".join(row(f"G{code}", evidence=code) for code in ("IDA", "IEA", "ND", "NAS", "HTP"))
    text += row("no1", qualifier="NOT|part_of") + row("no2", qualifier="NOT") + row("cplx", type="protein_complex")
    text += row("mouse", taxon="taxon:10090") + row("both", taxon="taxon:559292|taxon:9606")
    annotations = read(tmp_path, text, taxa=(559292, 4932))
    assert annotations.gene_symbols == ("GIDA", "GIEA", "GND", "GNAS", "GHTP", "both")
    assert [message.text for message in annotations.messages] == [
        "sgd.gaf: 2 annotations that say NOT are left out.",
        "sgd.gaf: 1 annotations of protein complexes are left out.",
        "sgd.gaf: 1 annotations of other organisms are left out.",
    ]


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        (row(), "sgd.gaf line 1", "is not a GAF file: it does not begin with !gaf-version"),
        (HEADER, "sgd.gaf", "has no annotations"),
        (HEADER + row() + row()[:30], "sgd.gaf line 6", "ends early or is damaged: a line has 5 columns, not 17"),
        (HEADER + row(term="0000127"), "sgd.gaf line 5", "'0000127' in column 5 is not a GO id"),
        (HEADER + row(""), "sgd.gaf line 5", "has no gene symbol in column 3"),
        (HEADER + row(aspect="X"), "sgd.gaf line 5", "'X' in column 9 is none of P, F, C"),
    ],
)
def test_damage_is_refused_with_its_line(tmp_path: Path, text: str, where: str, what: str) -> None:
    with pytest.raises(UserError) as caught:
        read(tmp_path, text)
    assert caught.value.code == "format"
    assert str(caught.value) == f"{where}: {what}. Fix: download it again; heatleaf resources fetch does that."


def test_the_file_of_another_organism_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        read(tmp_path, HEADER + row(), taxa=(10090,))
    assert caught.value.code == "organism"
    assert str(caught.value) == (
        "sgd.gaf: holds annotations of taxon:559292, not of taxon 10090. "
        "Fix: give the file of the organism that is fetched."
    )
