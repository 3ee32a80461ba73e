from __future__ import annotations

import pytest
from interpret_cases import CONTRAST

from heatleaf.interpret.gene_sets import bias_findings


def test_rates_that_differ_are_told_with_their_numbers_and_what_to_do() -> None:
    (finding,) = bias_findings((0.048, 0.425), 1e-200, CONTRAST, corrected=False)
    assert (finding.level, finding.key) == ("caution", "call_bias")
    assert "42 % of the tenth of genes with the highest mean counts, 4.8 % of the lowest tenth." in finding.text
    assert finding.text.endswith("--bias mean corrects for it.")
    assert finding.numbers == {"low_rate": 0.048, "high_rate": 0.425, "p_value": 1e-200}


def test_what_was_corrected_is_told_too() -> None:
    (finding,) = bias_findings((0.3, 0.1), 1e-9, CONTRAST, corrected=True)
    assert finding.text.startswith("Which genes are called depends on their counts: 30 % of the tenth")
    assert finding.text.endswith("are corrected for this.")


@pytest.mark.parametrize(("rates", "p_value"), [((0.1, 0.15), 1e-9), ((0.1, 0.5), 0.01), ((0.0, 0.0), 1.0)])
def test_small_or_chance_differences_are_not_told(rates: tuple[float, float], p_value: float) -> None:
    assert bias_findings(rates, p_value, CONTRAST, corrected=False) == ()
