"""Measured text: laws of width, breaking and shortening; characters that the bundled font lacks."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heatleaf.figures.canvas import Canvas
from heatleaf.figures.save import IMAGE_FORMATS, ImageFormat, render
from heatleaf.figures.text import shorten_name, shorten_sentence, text_width, visible_text, wrap
from heatleaf.figures.theme import PT_PER_MM, SMALL_SIZE, TEXT_SIZE

CHINESE = "样品一"


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=60), st.floats(5, 60))
def test_what_is_shortened_fits_and_what_fits_stays(text: str, width: float) -> None:
    for shorten in (shorten_name, shorten_sentence):
        short = shorten(text, width, SMALL_SIZE)
        assert text_width(short, SMALL_SIZE) <= width
        if text_width(text, SMALL_SIZE) <= width:
            assert short == visible_text(text)


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=200), st.floats(10, 60), st.integers(1, 4))
def test_lines_fit_and_are_no_more_than_asked_for(text: str, width: float, max_lines: int) -> None:
    lines = wrap(text, width, TEXT_SIZE, max_lines=max_lines)
    assert len(lines) <= max_lines
    assert all(text_width(line, TEXT_SIZE) <= width for line in lines)


def test_a_name_keeps_both_ends_and_a_sentence_its_start() -> None:
    text = "treated with a very long list of things for 24 h"
    name, sentence = shorten_name(text, 25, SMALL_SIZE), shorten_sentence(text, 25, SMALL_SIZE)
    assert name.startswith("treated") and name.endswith("24 h") and "…" in name
    assert sentence.startswith("treated with") and sentence.endswith("…")


def test_ten_thousand_characters_are_shortened_s14() -> None:
    short = shorten_name("sample_" + "x" * 10_000 + "_1", 40, SMALL_SIZE)
    assert 38 < text_width(short, SMALL_SIZE) <= 40 and short.startswith("sample_") and short.endswith("_1")


def test_marks_that_steer_reading_are_shown_as_escapes_s14() -> None:
    assert visible_text("a\u202eb\x00c\nd\te") == "a\\u202Eb\\u0000c\\u000Ad\\u0009e"
    assert visible_text("µ é\u00a0ok") == "µ é\u00a0ok"


def test_a_character_of_no_font_counts_as_one_em() -> None:
    em = TEXT_SIZE / PT_PER_MM
    assert text_width(CHINESE, TEXT_SIZE) == pytest.approx(3 * em)
    assert text_width(f"a{CHINESE}", TEXT_SIZE) == pytest.approx(text_width("a", TEXT_SIZE) + 3 * em)


@pytest.mark.parametrize("text", ["plain text", "a \u21e8 b \u2603", "\u2603\u2603\u2603"])
def test_width_is_that_of_the_drawing_with_the_fallback_font(text: str) -> None:
    from matplotlib.image import imread

    canvas = Canvas(60, 10)
    canvas.text(5, 5, text, size=10)
    pixels = imread(io.BytesIO(render(canvas, "png", dpi=400)))[..., 0]
    inked = np.flatnonzero((pixels < 0.5).any(axis=0))
    assert (inked[-1] - inked[0]) / 400 * 25.4 == pytest.approx(
        text_width(text, 10), abs=0.8
    )  # bearings of the outer glyphs are white


@pytest.mark.parametrize("image_format", IMAGE_FORMATS)
def test_a_character_of_no_font_is_drawn_without_a_warning(image_format: ImageFormat) -> None:
    canvas = Canvas(60, 10)
    canvas.text(5, 5, f"{CHINESE} \u2192 \u2603", style="italic")
    data = render(canvas, image_format, title="odd\x00\ud800 title")
    assert len(data) > 400
    if image_format == "svg":
        assert CHINESE.encode() in data and b"DejaVu" not in data
