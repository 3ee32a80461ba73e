"""What genes of the sex chromosomes say of samples."""

from __future__ import annotations

import numpy as np
import pytest

from heatleaf.interpret.sex import likely_sex, sex_findings
from heatleaf.model import SampleSheet

GENES = ("ACTB", "XIST", "RPS4Y1", "DDX3Y")
FEMALE, MALE = (100_000, 500, 0, 1), (100_000, 0, 300, 200)
SAMPLES = tuple(f"s{i}" for i in range(6))


def counts(*samples: tuple[int, ...]) -> np.ndarray:
    return np.array(samples, dtype=np.int64).T


def test_human_and_mouse_symbols_tell_the_sex() -> None:
    assert likely_sex(GENES, counts(FEMALE, MALE)) == ("female", "male")
    assert likely_sex(("Actb", "Xist", "Uty", "Eif2s3y"), counts(MALE, FEMALE)) == ("male", "female")


@pytest.mark.parametrize("samples", [(FEMALE, FEMALE), (MALE, MALE), (FEMALE, MALE, (100_000, 300, 200, 100))])
def test_one_sex_or_a_doubtful_sample_says_nothing(samples: tuple[tuple[int, ...], ...]) -> None:
    assert likely_sex(GENES, counts(*samples)) == ()


def test_genes_that_are_absent_say_nothing() -> None:
    assert likely_sex(("ACTB", "XIST", "A", "B"), counts(FEMALE, MALE)) == ()
    assert sex_findings(("a", "b"), ("A", "B", "C", "D"), counts(FEMALE, MALE), None) == ()


def test_samples_are_named_by_the_group_they_fill() -> None:
    sheet = SampleSheet(SAMPLES, {"dex": ("u", "t") * 3, "cell": ("N1", "N1", "N2", "N2", "N3", "N3")})
    (found,) = sex_findings(SAMPLES, GENES, counts(MALE, MALE, FEMALE, FEMALE, MALE, MALE), sheet)
    assert found.text == (
        "XIST and genes of the Y chromosome say that the 2 samples of N2 are female and the others male: such genes "
        "part the samples whatever was done to them."
    )
    (plain,) = sex_findings(SAMPLES, GENES, counts(MALE, MALE, FEMALE, MALE, MALE, MALE), None)
    assert "say that s2 is female and the others male" in plain.text


def test_a_sheet_that_says_otherwise_is_contradicted() -> None:
    table = counts(MALE, MALE, FEMALE, FEMALE, MALE, MALE)
    right = ("Male", "Male", "Female", "Female", "Male", "Male")
    assert sex_findings(SAMPLES, GENES, table, SampleSheet(SAMPLES, {"Sex": right})) == ()
    (found,) = sex_findings(SAMPLES, GENES, table, SampleSheet(SAMPLES, {"Sex": ("Female", *right[1:])}))
    assert found.level == "caution"
    assert found.text == (
        "XIST and genes of the Y chromosome contradict the column Sex for s0 (Female): by these genes it is male. "
        "Check whether samples were exchanged."
    )
