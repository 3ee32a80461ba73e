"""Second opinions from the outside: the library's function, and what a whole analysis says of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import heatleaf
from heatleaf.analysis.settings import Settings
from heatleaf.cli import make_parser
from heatleaf.cli.options import settings_from
from heatleaf.errors import UserError
from heatleaf.report.command import repeat_command
from heatleaf.report.tables import folder_tables

CONTRAST = ("group", "b", "a")


def study(n_genes: int = 200, per_group: int = 4, seed: int = 5) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two groups; a third of the genes change."""
    rng = np.random.default_rng(seed)
    groups = np.repeat(["a", "b"], per_group)
    mu = np.exp(rng.uniform(3, 7, (n_genes, 1))) * np.exp(rng.normal(0, 0.2, len(groups)))
    change = np.where(rng.uniform(size=(n_genes, 1)) < 0.33, rng.normal(0, 1.5, (n_genes, 1)), 0)
    counts = rng.negative_binomial(8, 8 / (8 + mu * np.exp(change * (groups == "b"))))
    names = [f"s{i}" for i in range(len(groups))]
    frame = pd.DataFrame(counts, index=[f"gene{i}" for i in range(n_genes)], columns=names)
    return frame, pd.DataFrame({"group": groups}, index=names)


def test_the_table_holds_every_gene_with_its_methods() -> None:
    counts, samples = study()
    opinions = heatleaf.second_opinions(counts, samples, "~ group", CONTRAST)
    table, first = opinions.table, heatleaf.differential(counts, samples, "~ group", CONTRAST).table
    assert table["gene_id"].tolist() == first["gene_id"].tolist()
    np.testing.assert_array_equal(table["padj"], first["padj"])
    for name in ("", "_voom", "_ql"):
        padj = table[f"padj{name}"]
        assert ((padj < 0.05) == (table[f"called{name}"] == 1)).all()
        assert (padj[padj.notna()] >= table[f"pvalue{name}"][padj.notna()]).all()
    assert table["called"].sum() > 20
    agreed = table[["called", "called_voom", "called_ql"]].sum(axis=1)
    assert ((agreed == 3) == table["verdict"].str.startswith("called by all three")).all()
    assert (table["refits"] == 8).all()
    assert table["refits_calling"].between(0, 8).all()


def test_leaving_out_the_odd_sample_changes_most() -> None:
    """A sample whose counts are those of the other group hides what differs."""
    counts, samples = study(per_group=5)
    odd = counts.copy()
    odd["s0"] = np.random.default_rng(0).poisson(counts["s7"])
    left = heatleaf.second_opinions(odd, samples, "~ group", CONTRAST).leave_one_out
    assert left is not None
    gained = left.table.set_index("sample")["newly_called"]
    assert gained.idxmax() == "s0"
    assert gained["s0"] > 2 * gained.drop("s0").max()


def test_a_sample_that_cannot_be_spared_stays_and_is_named() -> None:
    """B77: the only sample of a batch."""
    counts, samples = study()
    samples["batch"] = ["x", "x", "y", "y", "x", "y", "x", "z"]
    opinions = heatleaf.second_opinions(counts, samples, "~ batch + group", CONTRAST)
    left = opinions.leave_one_out
    assert left is not None
    assert left.sample_ids == tuple(f"s{i}" for i in range(7))
    assert dict(left.kept_in) == {"s7": "without s7 ~ batch + group cannot be estimated"}
    assert (opinions.table["refits"] == 7).all()


def test_too_few_genes_are_refused() -> None:
    """B58."""
    counts, samples = study(20)
    with pytest.raises(UserError) as refusal:
        heatleaf.second_opinions(counts, samples, "~ group", CONTRAST)
    assert refusal.value.code == "few_genes"
    assert "20 genes have enough counts for a second opinion, which takes 30 genes or more" in str(refusal.value)


def test_an_analysis_tells_second_opinions_where_asked() -> None:
    counts, samples = study()
    analysis = heatleaf.analyse(counts, samples, Settings(second_opinions=True))
    (opinions,) = analysis.opinions
    keys = {finding.key for finding in analysis.findings}
    assert {"second_opinions", "leave_one_out"} <= keys or {"second_opinions", "one_sample_decides"} <= keys
    names = [table.name for table in folder_tables(analysis, {"group_b_vs_a": "group_b_vs_a"})]
    assert {"second_opinions_group_b_vs_a", "leave_one_out_group_b_vs_a"} <= set(names)
    for cited in ("Law CW", "Lund SP", "Chen Y, Lun ATL", "Robinson MD, Oshlack A", "Smyth GK (2004)"):
        assert cited in analysis.methods
    assert "repeated without each sample in turn" in analysis.methods
    assert "--second-opinions" in repeat_command(analysis).split()
    assert opinions.result.contrast.name == "group_b_vs_a"


def test_the_option_becomes_the_setting() -> None:
    words = ["run", "counts.tsv", "-o", "out"]
    assert settings_from(make_parser().parse_args([*words, "--second-opinions"])).second_opinions
    assert not settings_from(make_parser().parse_args(words)).second_opinions


def test_an_analysis_without_them_says_nothing_of_them() -> None:
    counts, samples = study()
    analysis = heatleaf.analyse(counts, samples)
    assert analysis.opinions == ()
    assert "voom" not in analysis.methods
    assert not [finding for finding in analysis.findings if finding.key in ("second_opinions", "leave_one_out")]
    assert "--second-opinions" not in repeat_command(analysis)


def test_an_analysis_of_too_few_genes_goes_on_with_a_warning() -> None:
    counts, samples = study(25)
    analysis = heatleaf.analyse(counts, samples, Settings(second_opinions=True))
    assert analysis.opinions == ()
    said = [message for message in analysis.messages if "second opinion" in message.what]
    assert [(message.level, message.code) for message in said] == [("warning", "few_genes")]
    assert "voom" not in analysis.methods
