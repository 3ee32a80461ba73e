"""Gene ids recognised from content: B38, B39, B40, B85."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatleaf.errors import UserError
from heatleaf.resources import GeneIdentity, gene_symbols, gene_table, identify_genes


def first_ids(organism: str, n: int = 60) -> list[str]:
    table = gene_table(organism)
    return [gene for gene, kind in zip(table.gene_ids, table.biotypes, strict=True) if kind == "protein_coding"][:n]


def first_symbols(organism: str, n: int = 60) -> list[str]:
    symbol_of = gene_table(organism).symbol_of
    return [symbol_of[gene] for gene in first_ids(organism, 3 * n) if symbol_of[gene]][:n]


def texts(identity: GeneIdentity, code: str) -> list[str]:
    return [message.text for message in identity.messages if message.code == code]


@given(st.lists(st.text(max_size=12), max_size=20))
def test_any_names_give_an_identity_and_one_symbol_each(names: list[str]) -> None:
    identity = identify_genes(names)
    assert 0 <= identity.share_recognised <= 1
    assert len(gene_symbols(names, identity)) == len(names)


@pytest.mark.parametrize(
    ("organism", "kind"),
    [
        ("human", "ensembl"),
        ("mouse", "ensembl"),
        ("rat", "ensembl"),
        ("zebrafish", "ensembl"),
        ("fly", "flybase"),
        ("worm", "wormbase"),
    ],
)
def test_stable_ids_tell_kind_and_organism(organism: str, kind: str) -> None:
    ids = first_ids(organism)
    identity = identify_genes(ids)
    assert (identity.kind, identity.organism, identity.share_recognised) == (kind, organism, 1.0)
    assert gene_symbols(ids, identity) == tuple(gene_table(organism).symbol_of[gene] for gene in ids)


@pytest.mark.parametrize("organism", ["human", "mouse", "rat", "zebrafish", "fly", "worm"])
def test_symbols_tell_their_organism_by_exact_case(organism: str) -> None:
    symbols = [symbol for symbol in gene_table(organism).symbols[::50] if symbol]
    identity = identify_genes(symbols)
    assert (identity.kind, identity.organism) == ("symbol", organism)
    assert gene_symbols(symbols, identity) == tuple(symbols)


def test_zebrafish_symbols_in_lower_case_are_recognised() -> None:
    symbols = [symbol.lower() for symbol in gene_table("zebrafish").symbols[::50] if symbol]
    assert identify_genes(symbols).organism == "zebrafish"


def test_kind_is_told_in_a_note() -> None:
    identity = identify_genes([*first_ids("human", 49), "ENSG99999999999"])
    assert texts(identity, "gene_kind") == [
        "gene ids recognised as Ensembl ids of human; 98 % of 50 are in the built-in table (GENCODE 48)."
    ]


def test_digits_are_taken_as_entrez_ids_b38() -> None:
    identity = identify_genes(["7157", "4609", "1956"])
    assert (identity.kind, identity.organism) == ("entrez", "human")
    assert gene_symbols(["7157", "0007157"], identity) == ("TP53", "")
    assert texts(identity, "gene_digits") == ["ids are digits; treated as Entrez ids."]


def test_versions_on_some_ids_are_warned_of_b39() -> None:
    ids = first_ids("human", 30)
    identity = identify_genes([f"{ids[0]}.5", *ids[1:]])
    assert identity.n_versioned == 1
    (message,) = [message for message in identity.messages if message.code == "gene_version"]
    assert message.level == "warning"
    assert message.text == (
        f"1 ids carry a version (first: {ids[0]}.5), 29 do not; not merged. "
        "Fix: use ids with versions or without them, not both."
    )


def test_versions_on_all_ids_are_ignored_for_symbols() -> None:
    ids = ["ENSG00000141510.18", "ENSG00000136997.22_PAR_Y"]
    identity = identify_genes(ids)
    assert gene_symbols(ids, identity) == ("TP53", "MYC")
    assert texts(identity, "gene_version") == [
        "2 ids carry a version (first: ENSG00000141510.18); it is kept, and ignored to find symbols."
    ]


def test_mixed_kinds_are_warned_of_b40() -> None:
    identity = identify_genes(first_ids("human", 60) + first_symbols("human", 40))
    assert texts(identity, "gene_mixed") == [
        "ids look mixed: 60 % Ensembl ids, 40 % gene symbols. Fix: use one kind of id; the ids were kept as they are."
    ]


def test_a_few_spike_ins_are_not_a_mixture() -> None:
    identity = identify_genes([*first_ids("human", 97), "ERCC-00002", "ERCC-00003", "ERCC-00004"])
    assert identity.kind == "ensembl"
    assert not texts(identity, "gene_mixed")


def test_an_organism_that_does_not_fit_is_warned_of_b85() -> None:
    identity = identify_genes(first_symbols("mouse"), organism="human")
    assert identity.organism == "human"
    assert identity.share_recognised < 0.5
    assert texts(identity, "gene_sets_overlap") == [
        "the gene ids look like mouse, but the organism given is human. Fix: use --organism mouse, or check the table."
    ]


@pytest.mark.parametrize("names", [[], ["AT1G01010", "AT1G01020"], ["YAL001C", "YAL002W"], ["ENSSSCG00000000002"]])
def test_names_of_no_built_in_organism(names: list[str]) -> None:
    identity = identify_genes(names)
    assert identity.organism == ""
    assert gene_symbols(names, identity) == ("",) * len(names)
    assert "built-in gene sets cannot be used" in texts(identity, "gene_kind")[0]


def test_a_number_with_a_point_is_no_entrez_id() -> None:
    assert identify_genes(["1.5", "2.5"]).kind == "unknown"


def test_an_organism_that_is_not_built_in_is_refused() -> None:
    with pytest.raises(UserError) as refusal:
        identify_genes(["A"], organism="axolotl")
    assert refusal.value.code == "organism"


@pytest.mark.data
@pytest.mark.parametrize(
    ("file", "separator", "kind", "organism"),
    [
        ("airway/counts.csv.gz", ",", "ensembl", "human"),
        ("gse96870/counts.csv.gz", ",", "symbol", "mouse"),
        ("pasilla/pasilla_gene_counts.tsv", "\t", "flybase", "fly"),
    ],
)
def test_real_tables(data: Path, file: str, separator: str, kind: str, organism: str) -> None:
    content = (data / file).read_bytes()
    lines = (gzip.decompress(content) if file.endswith(".gz") else content).decode().splitlines()[1:]
    ids = [line.split(separator)[0].strip('"') for line in lines]
    identity = identify_genes(ids)
    assert (identity.kind, identity.organism) == (kind, organism)
    assert identity.share_recognised > 0.6
