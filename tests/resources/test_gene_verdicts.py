"""The verdict of each gene id: current, former, alias, retired, ambiguous, unknown, date, number, spike-in."""

from __future__ import annotations

import pytest
from gene_reference import GENES_OF_ALIAS
from hypothesis import given, settings
from hypothesis import strategies as st

from heatleaf.errors import UserError
from heatleaf.resources import GeneAudit, audit_genes, gene_sets, gene_table
from heatleaf.resources.gene_tables import entrez_symbols, former_names
from heatleaf.resources.gene_verdicts import require_mapped

NAMES = (
    "ENSG00000141510", "ENSG00000141510.18", "ENSG00000235657", "ENSG99999999999", "ENSMUSG00000059552", "TP53", "tp53",
    "SEPT4", "SEPTIN4", "HER2", "OCT4", "1-Mar", "44256", "7157", "LOC100130417", "C1ORF112", "ERCC-00002", "2.31E+13",
    "A12M1", "ENST00000269305", "Trp53", "March1", "p44",
)  # fmt: skip
NO_GENES = frozenset({"HMSNO"})  # a trait, neuropathy of the Okinawa type, among NCBI's records


def verdict(gene_id: str, organism: str = "human") -> tuple[str, str, str]:
    audit = audit_genes([gene_id], organism)
    return audit.verdicts[0], audit.symbols[0], audit.notes[0]


def texts(audit: GeneAudit, code: str) -> list[str]:
    return [message.text for message in audit.messages if message.code == code]


@settings(deadline=None)  # the first example reads tables
@given(
    st.lists(st.sampled_from(NAMES) | st.text(max_size=10), unique=True, max_size=20),
    st.sampled_from(["human", "mouse", "fly"]),
)
def test_a_verdict_is_the_same_in_any_list(names: list[str], organism: str) -> None:
    together = audit_genes(names, organism)
    assert [verdict(name, organism) for name in names] == list(
        zip(together.verdicts, together.symbols, together.notes, strict=True)
    )
    assert sum(together.counts.values()) == len(names)


@settings(deadline=None)
@given(st.sampled_from(gene_table("human").gene_ids), st.integers(1, 40))
def test_a_version_changes_no_verdict(gene_id: str, version: int) -> None:
    assert verdict(f"{gene_id}.{version}") == verdict(f"{gene_id}.{version}_PAR_Y") == verdict(gene_id)


@pytest.mark.parametrize("organism", ["human", "mouse", "rat", "zebrafish", "fly", "worm"])
def test_current_symbols_win_and_stay_what_they_are(organism: str) -> None:
    symbols = sorted(set(gene_table(organism).symbols) - {""})
    audit = audit_genes(symbols, organism)
    assert set(audit.verdicts) == {"mapped"} and list(audit.symbols) == symbols


@pytest.mark.parametrize("organism", ["human", "mouse", "rat"])
def test_other_names_lead_to_current_symbols_only(organism: str) -> None:
    names = former_names(organism)
    audit = audit_genes(tuple(names), organism)
    reached = set(audit.symbols) - {""}
    assert {"former", "alias", "ambiguous"} & set(audit.verdicts)
    assert audit_genes(tuple(reached), organism).symbols == tuple(reached)
    several = [v for v, (was, also) in zip(audit.verdicts, names.values(), strict=True) if "|" in (was or also)]
    assert set(several) <= {"ambiguous", "mapped"}


def test_built_in_gene_sets_hold_current_symbols() -> None:
    for collection in gene_sets("human", ["GO:BP", "GO:MF", "GO:CC"]):
        assert audit_genes(collection.genes, "human").symbols == collection.genes


@pytest.mark.parametrize("name", GENES_OF_ALIAS)
def test_aliases_agree_with_r(name: str) -> None:
    genes = {entrez_symbols()[gene_id] for gene_id in GENES_OF_ALIAS[name].split()}
    found, symbol, note = verdict(name)
    if len(genes) == 1:
        assert {symbol} == genes and found in ("mapped", "former", "alias")
    elif found == "ambiguous":
        assert symbol == "" and all(gene in note for gene in genes)
    else:  # a symbol, present or former, wins; the others are told
        assert found in ("mapped", "former") or genes & NO_GENES
        assert symbol in genes
        assert found == "mapped" or all(gene in note for gene in genes - NO_GENES)


@pytest.mark.parametrize(
    ("gene_id", "expected"),
    [
        ("ENSG00000141510.18", ("mapped", "TP53", "")),
        ("ENSG00000235657", ("retired", "HLA-A", "not in GENCODE 48 under this id")),
        ("ENSG99999999999", ("unknown", "", "not in GENCODE 48")),
        ("ENSMUSG00000059552", ("unknown", "", "an id of mouse")),
        ("ENSSSCG00000000002", ("unknown", "", "an id of another organism")),
        ("ENST00000269305.9", ("unknown", "", "a transcript or protein, not a gene")),
        ("7157", ("mapped", "TP53", "")),
        ("99999999", ("unknown", "", "not a human gene of NCBI")),
        ("SEPT4", ("former", "SEPTIN4", "former symbol of SEPTIN4")),
        ("SEPT2", ("former", "SEPTIN2", "former symbol of SEPTIN2; also an alias of SEPTIN6")),
        ("A1S9T", ("former", "UBA1", "former symbol of UBA1")),
        ("HER2", ("alias", "ERBB2", "alias of ERBB2")),
        ("OCT4", ("ambiguous", "", "alias of POU5F1, POU5F1P3, POU5F1P4")),
        ("A12M1", ("retired", "", "withdrawn without a successor")),
        ("LOC100130417", ("former", "LINC02593", "NCBI's name for LINC02593 before it had one")),
        ("C1ORF112", ("former", "FIRRM", "written C1orf112; former symbol of FIRRM")),
        ("tp53", ("unknown", "", "as TP53 but for upper and lower case")),
        ("Actb", ("unknown", "", "as ACTB but for upper and lower case")),
        ("ERCC-00002", ("spike-in", "", "RNA that was added, not a gene")),
        ("2.31E+13", ("number", "", "made by Excel from an id such as 2310009E13")),
        ("1-Mar", ("date", "", "made by Excel, perhaps from MARCH1 (MARCHF1) or MARC1 (MTARC1)")),
        ("44256", ("date", "", "made by Excel, perhaps from MARCH1 (MARCHF1) or MARC1 (MTARC1)")),
        ("2-Sep", ("date", "", "made by Excel, perhaps from SEPT2 (SEPTIN2)")),
        ("Sep-15", ("date", "", "made by Excel, perhaps from SEP15 (SELENOF)")),
        ("31-Jan", ("date", "", "made by Excel")),
    ],
)
def test_human_ids(gene_id: str, expected: tuple[str, str, str]) -> None:
    assert verdict(gene_id) == expected


@pytest.mark.parametrize(
    ("gene_id", "organism", "expected"),
    [
        ("ENSMUSG00000059552.15", "mouse", ("mapped", "Trp53", "")),
        ("Sept4", "mouse", ("alias", "Septin4", "former symbol or alias of Septin4")),
        ("p44", "mouse", ("ambiguous", "", "former symbol or alias of Eif3g, Gtf2h2, Ifi44, Trp53")),
        ("1-Mar", "mouse", ("date", "", "made by Excel, perhaps from March1 (Marchf1) or Marc1 (Mtarc1)")),
        ("50490", "mouse", ("unknown", "", "NCBI ids are built in for human only")),
        ("TP53", "mouse", ("unknown", "", "not in GENCODE M37")),
        ("March1", "rat", ("alias", "Marchf1", "former symbol or alias of Marchf1")),
        ("tp53", "zebrafish", ("mapped", "tp53", "")),
        ("H", "fly", ("mapped", "H", "")),
        ("y", "fly", ("mapped", "y", "")),
        ("WBGene00000001", "worm", ("mapped", "aap-1", "")),
    ],
)
def test_ids_of_other_organisms(gene_id: str, organism: str, expected: tuple[str, str, str]) -> None:
    assert verdict(gene_id, organism) == expected


def test_counts_are_told_in_one_note() -> None:
    audit = audit_genes(["TP53", "SEPT4", "HER2", "OCT4", "NOGENE", "1-Mar", "ERCC-00002"], "human")
    assert texts(audit, "gene_verdicts") == [
        "of 7 gene ids 1 is current, 1 is a former symbol, 1 is an alias, 1 could be several genes, 1 is unknown, "
        "1 is a date made by Excel, 1 is a spike-in; 4 without a symbol are shown by id and belong to no built-in "
        "gene set (heatleaf run lists each in tables/gene_ids.tsv)."
    ]
    assert not texts(audit_genes(["TP53", "MYC"], "human"), "gene_verdicts")


def test_genes_with_two_ids_are_told() -> None:
    assert texts(audit_genes(["SEPT4", "SEPTIN4", "MYC"], "human"), "gene_shared") == [
        "1 gene has more than one id (first: SEPT4 and SEPTIN4 are SEPTIN4); gene sets count each gene once."
    ]
    table = gene_table("human")
    same = [gene for gene, symbol in zip(table.gene_ids, table.symbols, strict=True) if symbol == "Y_RNA"]
    assert not texts(audit_genes(same, "human"), "gene_shared"), "many genes bear this name"


def test_under_half_is_warned_of_and_refused_for_gene_sets() -> None:
    audit = audit_genes(["TP53", "NOGENE", "NOTHING"], "human")
    what = "only 1 of 3 gene ids are known as genes of human (first unknown: NOGENE, NOTHING)"
    assert texts(audit, "gene_ids_unmapped") == [f"{what}. Fix: check the ids and --organism."]
    with pytest.raises(UserError) as refusal:
        require_mapped(audit, where="--gene-sets")
    assert refusal.value.code == "gene_ids_unmapped"
    assert str(refusal.value) == (
        f"--gene-sets: {what}, and gene sets were asked for. Fix: check the ids and --organism; --allow-unmapped tests "
        "the gene sets with the ids that are known."
    )


def test_half_is_enough_and_spike_ins_do_not_count() -> None:
    audit = audit_genes(["TP53", "NOGENE", "ERCC-00002", "ERCC-00003"], "human")
    require_mapped(audit)
    assert audit.n_mapped == 1 and not texts(audit, "gene_ids_unmapped")
    require_mapped(audit_genes([], "human"))


def test_a_symbol_that_was_another_genes_says_so() -> None:
    name = next(name for name in former_names("human") if name in gene_table("human").known_symbols)
    found, symbol, note = verdict(name)
    assert (found, symbol) == ("mapped", name) and note.startswith("also a former symbol of ")
