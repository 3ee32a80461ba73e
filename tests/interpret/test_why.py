"""Why a gene is called or not: the note of each kind word for word, the paragraph, and names that are nearly right."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from interpret_cases import make_result

from heatleaf.interpret.why import GeneFacts, explain_gene, gene_notes, similar_names
from heatleaf.model import Evidence

# kind: padj, lfc, status, p, base mean, (cooks, p without, padj unfiltered, share, dispersion, usual, needed), note
KINDS = {
    "all_zero": (np.nan, np.nan, "all_zero", np.nan, 0.0, (np.nan,) * 7, "no p-value: no reads in any sample"),
    "outlier": (
        np.nan, 3.0, "outlier", np.nan, 90.0, (35.2, 0.002, np.nan, np.nan, 0.1, 0.1, 0.3),
        "no p-value: the count in s9 is far from its replicates (Cook's distance 35.2, cut-off 10.9); without this "
        "check p = 0.002",
    ),
    "outlier alone": (
        np.nan, np.nan, "outlier", np.nan, 0.0, (np.nan,) * 7,
        "no p-value: all its reads are one outlying count, in s9",
    ),
    "not_converged": (
        np.nan, 3.0, "not_converged", np.nan, 9.0, (0.1,) * 7, "no p-value: the fit did not converge",
    ),
    "low_mean": (
        np.nan, 0.4, "low_mean", 0.31, 2.1, (0.1, 0.31, 0.85, np.nan, 0.1, 0.1, 0.3),
        "set aside before adjustment: mean count 2.1 is below 3.2; p = 0.31, adjusted without this filter 0.85",
    ),
    "called": (
        0.001, -1.5, "tested", 0.0001, 90.0, (0.1, 0.1, 0.1, np.nan, 0.1, 0.1, 0.28),
        "called: the change (-1.50) is 15.00 times its standard error (0.10); 2.80 times was enough",
    ),
    "small": (
        0.4, 0.12, "tested", 0.2, 90.0, (0.1, 0.1, 0.1, np.nan, 0.1, 0.1, 0.28),
        "not called: the change (+0.12) is 1.20 times its standard error (0.10); 2.80 times was needed",
    ),
    "none": (
        1.0, 0.0, "tested", 1.0, 90.0, (0.1, 0.1, 0.1, np.nan, 0.1, 0.1, 0.28),
        "not called: no reads in the compared groups, or no change at all",
    ),
    "few reads": (
        0.4, 1.2, "tested", 0.2, 4.0, (0.1, 0.1, 0.1, 0.81, 0.1, 0.1, 1.4),
        "not called: a large change (+1.20) but 12.00 times its standard error (0.10), as reads are few (mean count 4; "
        "81 % of the noise is counting)",
    ),
    "replicates disagree": (
        0.4, 1.2, "tested", 0.2, 90.0, (0.1, 0.1, 0.1, 0.1, 0.9, 0.2, 1.4),
        "not called: a large change (+1.20) but 12.00 times its standard error (0.10), as its replicates disagree "
        "(dispersion 0.9, 0.2 is usual at this mean)",
    ),
    "few replicates": (
        0.4, 1.2, "tested", 0.2, 90.0, (0.1, 0.1, 0.1, 0.1, 0.2, 0.2, 1.44),
        "not called: a large change (+1.20) but 12.00 times its standard error (0.10), as replicates are few for its "
        "usual noise (a change of 1.44 was needed)",
    ),
}  # fmt: skip


def notes_of(names: list[str]) -> tuple[str, ...]:
    rows = [KINDS[name] for name in names]
    result = make_result([row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows])
    result = dataclasses.replace(
        result,
        p_value=np.array([row[3] for row in rows]),
        base_mean=np.array([row[4] for row in rows]),
        outlier_sample=tuple("s9" if row[2] == "outlier" else "" for row in rows),
    )
    columns = np.array([row[5] for row in rows]).T
    cooks, without, unfiltered, share, dispersion, usual, needed = columns
    return gene_notes(result, Evidence(dispersion, usual, cooks, 10.92, without, unfiltered, share, needed))


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_has_its_note(name: str) -> None:
    assert notes_of([name]) == (KINDS[name][-1],)


def test_notes_are_ascii_without_tabs_for_other_programs() -> None:
    for note in notes_of(list(KINDS)):
        assert note.isascii() and note.isprintable()


def facts(**changes: object) -> GeneFacts:
    design = np.array([[1, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1]], dtype=float)
    known = {
        "gene_id": "ENSG1",
        "gene_symbol": "TP53",
        "sides": ("treated", "control"),
        "alpha": 0.05,
        "values": {
            "baseMean": 105.0, "log2FoldChange": 1.0, "lfcSE": 0.25, "stat": 4.0, "pvalue": 6.3e-05, "padj": 0.001,
            "log2FoldChangeShrunken": 0.9,
        },
        "note": "called: because",
        "sample_ids": ["a", "b", "c", "d"],
        "norm_counts": np.array([100.0, 200.0, 40.0, 80.0]),
        "groups": ["control", "treated", "control", "treated"],
        "levels": ["treated", "control"],
        "blocks": {"donor": ["p", "p", "q", "q"]},
        "model_matrix": design,
    }  # fmt: skip
    return GeneFacts(**{**known, **changes})


def test_the_paragraph_holds_the_numbers_and_the_counts() -> None:
    assert explain_gene(facts()).split("\n") == [
        "TP53 (ENSG1), treated vs control: called: because.",
        "Mean count 105; log2 fold change +1.00 (2 times more), standard error 0.25, shrunken +0.90; p = 6.3e-05, "
        "adjusted 0.001 (called below 0.05).",
        "Normalised counts in treated: 200 (b), 80 (d).",
        "Normalised counts in control: 100 (a), 40 (c).",
        "Within pairs (donor) it is higher in treated than in control in 2 of 2: log2 changes from +1.0 to +1.0.",
        "All samples lie within 1.00-fold of what the design expects.",
    ]


def test_a_sample_that_disagrees_is_named() -> None:
    """Of four samples with two groups only, one 16 times above its replicate: each lies 4-fold from their mean."""
    design = np.array([[1, 0], [1, 1], [1, 0], [1, 1]], dtype=float)
    text = explain_gene(
        facts(norm_counts=np.array([99.5, 100.5, 99.5, 1615.5]), model_matrix=design, blocks={}, gene_symbol="")
    )
    assert text.startswith("ENSG1, treated vs control: ")
    assert "Farthest from what the design expects is b, 4.0-fold below; replicates scatter" in text
    assert "Within pairs" not in text


def test_genes_without_reads_and_without_numbers_say_no_more_than_there_is() -> None:
    nothing = {name: float("nan") for name in facts().values} | {"baseMean": 0.0}
    text = explain_gene(facts(values=nothing, norm_counts=np.zeros(4), note="no p-value: no reads in any sample"))
    assert text == "TP53 (ENSG1), treated vs control: no p-value: no reads in any sample."
    flagged = dict(facts().values) | {"pvalue": float("nan"), "padj": float("nan")}
    assert "; no p-value, no adjusted p-value.\n" in explain_gene(facts(values=flagged))


def test_many_samples_are_summed_up() -> None:
    n = 40
    text = explain_gene(
        facts(
            sample_ids=[f"s{i}" for i in range(n)],
            norm_counts=np.arange(1.0, n + 1),
            groups=["control", "treated"] * (n // 2),
            blocks={},
            model_matrix=np.column_stack([np.ones(n), np.arange(n) % 2]),
        )
    )
    assert "Normalised counts in treated: median 21, from 2 to 40 in 20 samples." in text


def test_covariates_list_all_samples() -> None:
    text = explain_gene(facts(groups=[""] * 4, levels=[], blocks={}))
    assert "Normalised counts: 100 (a), 200 (b), 40 (c), 80 (d)." in text


def test_near_names_are_suggested() -> None:
    names = ["TSPAN6", "TSPAN16", "ACTB", "Actg1"]
    assert similar_names("tspan66", names) == "did you mean TSPAN6 or TSPAN16?"
    assert similar_names("ACTG2", names) == "did you mean Actg1?"
    assert similar_names("XYZ", names) == ""
