"""Gene ids on their way through an analysis: symbols, gene sets, the refusal, and the audit table."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from heatleaf.analysis.enrichment import GeneSetTester, collect_gene_sets
from heatleaf.analysis.library import enrich_list
from heatleaf.analysis.run import analyse
from heatleaf.analysis.settings import Settings
from heatleaf.analysis.study import Study, prepare_study
from heatleaf.errors import UserError
from heatleaf.model import CountTable
from heatleaf.report.tables import gene_id_table
from heatleaf.resources import gene_table

# Former symbols and an alias, the septins and MARCH1 as tables before 2019 named them.
OLD = ("SEPT1", "SEPT2", "SEPT4", "SEPT5", "SEPT6", "SEPT7", "MARCH1", "HER2", "WISP1", "FAM46C", "PARK2", "C1orf112")
NOW = (
    "SEPTIN1", "SEPTIN2", "SEPTIN4", "SEPTIN5", "SEPTIN6", "SEPTIN7", "MARCHF1", "ERBB2", "CCN4", "TENT5C", "PRKN",
    "FIRRM",
)  # fmt: skip
STRANGE = tuple(f"PROBE_{i}" for i in range(60))


def known_symbols(n: int) -> tuple[str, ...]:
    table = gene_table("human")
    coding = [
        symbol
        for symbol, kind in zip(table.symbols, table.biotypes, strict=True)
        if kind == "protein_coding" and symbol and symbol not in NOW
    ]
    return tuple(dict.fromkeys(coding))[:n]


def table_of(genes: tuple[str, ...]) -> CountTable:
    counts = np.random.default_rng(5).negative_binomial(5, 0.05, size=(len(genes), 6)) + 1
    return CountTable(genes, ("ctl_1", "ctl_2", "ctl_3", "trt_1", "trt_2", "trt_3"), counts)


def gmt(folder: Path, **sets: tuple[str, ...]) -> Path:
    path = folder / "sets.gmt"
    path.write_text("".join(f"{name}\tmine\t" + "\t".join(genes) + "\n" for name, genes in sets.items()), "utf-8")
    return path


def make_tester(study: Study, settings: Settings) -> GeneSetTester:
    universe = np.ones(study.counts.n_genes, dtype=bool)
    return GeneSetTester.of(study, collect_gene_sets(study, settings), universe, settings)


def test_former_symbols_and_aliases_get_their_current_symbol() -> None:
    study = prepare_study(table_of(OLD + known_symbols(40)), None, Settings(test=False))
    assert study.counts.gene_ids[: len(OLD)] == OLD, "ids stay as they were given"
    assert study.counts.gene_symbols[: len(OLD)] == study.gene_names[: len(OLD)] == NOW


@pytest.mark.parametrize("named", [OLD, NOW])
@pytest.mark.parametrize("members", [OLD, NOW])
def test_old_and_new_names_meet_in_gene_sets(named: tuple[str, ...], members: tuple[str, ...], tmp_path: Path) -> None:
    settings = Settings(test=False, gene_sets=(gmt(tmp_path, SEPTINS=members),))
    tester = make_tester(prepare_study(table_of(named + known_symbols(40)), None, settings), settings)
    assert tester.in_sets == frozenset(range(len(OLD)))
    assert sorted(tester.members(tester.collections[0].name, "SEPTINS")) == sorted(NOW)


def test_sets_by_ensembl_id_are_left_as_they_are(tmp_path: Path) -> None:
    genes = gene_table("human").gene_ids[:40]
    settings = Settings(test=False, gene_sets=(gmt(tmp_path, ANY=genes[:12]),))
    versioned = tuple(f"{gene}.3" for gene in genes)
    tester = make_tester(prepare_study(table_of(versioned), None, settings), settings)
    assert tester.names == genes and tester.in_sets == frozenset(range(12))


def test_gene_sets_are_refused_when_under_half_is_known(tmp_path: Path) -> None:
    known = known_symbols(50)
    path = gmt(tmp_path, ANY=known[:20])
    settings = Settings(test=False, organism="human", gene_sets=(path,))
    study = prepare_study(table_of(known + STRANGE), None, settings)
    told = [message for message in study.messages if message.code == "gene_ids_unmapped"]
    what = "only 50 of 110 gene ids are known as genes of human (first unknown: PROBE_0, PROBE_1, PROBE_2)"
    assert [(message.level, message.text) for message in told] == [
        ("warning", f"{what}. Fix: check the ids and --organism.")
    ]
    with pytest.raises(UserError) as refusal:
        make_tester(study, settings)
    assert refusal.value.code == "gene_ids_unmapped"
    assert str(refusal.value) == (
        f"--gene-sets: {what}, and gene sets were asked for. Fix: check the ids and --organism; --allow-unmapped tests "
        "the gene sets with the ids that are known."
    )
    assert make_tester(study, replace(settings, allow_unmapped=True)).in_sets == frozenset(range(20))
    own = replace(settings, gene_sets=(gmt(tmp_path, ANY=STRANGE),))
    assert len(make_tester(study, own).in_sets) == 60, "sets made for just these ids"
    assert make_tester(study, replace(settings, gene_sets=())).collections, "built-in sets nobody asked for only warn"


def test_a_list_of_genes_is_brought_to_current_symbols(tmp_path: Path) -> None:
    universe = (*OLD, "SEPTIN4", *known_symbols(100))
    path = gmt(tmp_path, SEPTINS=NOW)
    table = enrich_list([*OLD[:6], "SEPTIN4"], universe, organism="human", gene_sets=[path])
    mine = table.frame[table.frame["collection"] == "sets"]
    assert mine["overlap"].tolist() == [6], "two names of one gene count once"
    assert [message.text for message in table.messages if message.code == "gene_shared"] == [
        "1 gene has more than one id (first: SEPT4 and SEPTIN4 are SEPTIN4); gene sets count each gene once."
    ]
    with pytest.raises(UserError) as refusal:
        enrich_list(["SEPT4"], ["SEPT4", *STRANGE], organism="human", gene_sets=[path])
    assert refusal.value.code == "gene_ids_unmapped"
    assert str(refusal.value).startswith("--gene-sets: only 1 of 61 gene ids are known as genes of human")


def test_the_audit_is_a_table_of_the_analysis() -> None:
    genes = (*OLD, "1-Mar", "NOGENE", *known_symbols(60))
    analysis = analyse(table_of(genes), None, Settings(test=False))
    (table,) = gene_id_table(analysis)
    assert (table.name, list(table.columns)) == ("gene_ids", ["gene_id", "verdict", "gene_symbol", "note"])
    frame = table.frame.set_index("gene_id")
    assert tuple(frame.index) == genes
    assert frame.loc["SEPT4"].tolist() == ["former", "SEPTIN4", "former symbol of SEPTIN4"]
    assert frame.loc["1-Mar", "verdict"] == "date" and frame.loc["NOGENE", "verdict"] == "unknown"
    assert [message.code for message in analysis.messages].count("gene_verdicts") == 1
    assert "names_human.tsv.xz" in [resource["file"] for resource in analysis.resources]


def test_no_organism_no_audit() -> None:
    analysis = analyse(table_of(STRANGE), None, Settings(test=False))
    assert analysis.gene_audit is None and not list(gene_id_table(analysis))
