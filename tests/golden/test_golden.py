"""Texts of the built-in example, word for word: sentences, methods, captions, and what is written on the heatmap.

After an intended change `make golden` writes them anew and shows the difference.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from studies import confounded_study, noise_study

from heatleaf.analysis.reading import read_heatmap
from heatleaf.analysis.result import Analysis
from heatleaf.analysis.result_figures import make_result_figures
from heatleaf.analysis.run import analyse
from heatleaf.figures.heatmap.draw import draw_heatmap
from heatleaf.figures.save import render
from heatleaf.resources import demo_study

EXPECTED = Path(__file__).parent / "expected"


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    study = demo_study()
    return analyse(study.counts, study.samples)


def compare(name: str, text: str) -> None:
    path = EXPECTED / name
    if os.environ.get("HEATLEAF_UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    expected = path.read_text(encoding="utf-8")
    changes = "\n".join(difflib.unified_diff(expected.splitlines(), text.splitlines(), "expected", "now", lineterm=""))
    assert text == expected, f"{name} has changed; if that is meant, run `make golden`\n{changes}"


def test_findings(analysis: Analysis) -> None:
    compare("findings.txt", "".join(f"[{one.level}] {one.text}\n" for one in analysis.findings))


def test_messages(analysis: Analysis) -> None:
    compare("messages.txt", "".join(f"[{one.level} {one.code}] {one.text}\n" for one in analysis.messages))


@pytest.mark.parametrize("study", [noise_study, confounded_study])
def test_studies_whose_truth_is_known(study: Callable[[], Analysis]) -> None:
    """Pure noise is said to hold nothing, and a treatment that is a batch not to be told from it."""
    analysis = study()
    told = [f"[{one.level}] {one.text}\n" for one in analysis.findings]
    told += [f"[figure] {line}\n" for line in analysis.heatmap.spec.footnotes]
    compare(f"{study.__name__}.txt", "".join(told))


def test_reading_help(analysis: Analysis) -> None:
    compare("reading.txt", "".join(f"[{title}] {text}\n" for title, text in read_heatmap(analysis)))


def test_methods(analysis: Analysis) -> None:
    compare("methods.md", re.sub(r"\b\d+\.\d+\.\d+\b", "0.0.0", analysis.methods))


def test_captions(analysis: Analysis) -> None:
    (comparison,) = analysis.comparisons
    assert comparison.heatmap is not None
    captions = [
        analysis.heatmap.caption,
        comparison.heatmap.caption,
        comparison.volcano_caption,
        comparison.ma_caption,
        analysis.pca_caption,
        analysis.distances_caption,
    ]
    further = make_result_figures(analysis)
    plates = [*further.genes, *further.p_values, further.dispersion]
    captions += [plate.caption for plate in plates if plate is not None]
    compare("captions.txt", "\n".join(captions) + "\n")


def test_words_on_the_heatmap(analysis: Analysis) -> None:
    """Every text of the SVG with its place, in points rounded to whole ones."""
    svg = render(draw_heatmap(analysis.heatmap.spec), "svg").decode()
    texts = re.findall(r'<text [^>]*?x="([\d.-]+)" y="([\d.-]+)"[^>]*>([^<]*)</text>', svg)
    assert len(texts) > 50
    compare("heatmap_words.txt", "".join(f"{float(x):.0f} {float(y):.0f} {word}\n" for x, y, word in texts))
