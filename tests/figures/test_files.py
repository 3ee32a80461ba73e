"""A canvas as PDF, SVG and PNG: fonts, text and pixels are read back by other means; capsules; equal bytes."""

from __future__ import annotations

import io
import re
import zlib
from xml.etree import ElementTree

import numpy as np
import pytest
from fontTools.ttLib import TTFont

from heatleaf.errors import UserError
from heatleaf.figures.canvas import Canvas
from heatleaf.figures.png import write_png
from heatleaf.figures.save import IMAGE_FORMATS, ImageFormat, read_capsule, render
from heatleaf.figures.typeface import STYLES, fallback_typeface, own_typeface

CAPSULE = {"heatleaf": "0.1.0", "settings": {"palette": "red-white-blue", "note": "a (b) \\ é"}, "input": "sha256:00ff"}


def make_canvas() -> Canvas:
    canvas = Canvas(60, 30)
    canvas.text(5, 5, "Gene ABé → x", style="italic")
    canvas.text(30, 25, "upright", style="upright", anchor="right")
    canvas.rectangle((10, 10, 20, 5), "#FF0000")
    canvas.lines([np.array([(0.0, 20.0), (60.0, 20.0)])], width=1.0, is_dashed=True)
    canvas.dots(np.array([(50.0, 10.0)]), radius=2.0, colour="#00FF00")
    colours = np.array([[[0, 0, 255], [255, 255, 0]]], dtype=np.uint8)
    canvas.cells(np.array([[40.0, 42.0], [42.0, 44.0]]), np.array([[2.0, 6.0]]), colours)
    return canvas


def pdf_streams(data: bytes) -> list[bytes]:
    return [zlib.decompress(body) for body in re.findall(rb"stream\n(.*?)\nendstream", data, re.DOTALL)]


# Typefaces


@pytest.mark.parametrize("style", STYLES.values())
@pytest.mark.parametrize("opened", [own_typeface, fallback_typeface])
def test_characters_and_widths_are_those_of_fonttools(opened: object, style: str) -> None:
    face = opened(style)  # type: ignore[operator]
    font = TTFont(io.BytesIO(face.data))
    order = font.getGlyphOrder()
    assert {code: order[glyph] for code, glyph in face.glyphs.items() if glyph} == font.getBestCmap()
    widths = [font["hmtx"][name][0] for name in order]
    np.testing.assert_array_equal(face.advances, widths)


def test_a_subset_holds_the_same_outlines_and_those_they_are_made_of() -> None:
    face = own_typeface("Regular")
    wanted = [face.glyphs[ord(character)] for character in "Aé→ "]
    subset, whole = TTFont(io.BytesIO(face.subset(wanted))), TTFont(io.BytesIO(face.data))
    names = whole.getGlyphOrder()
    for glyph in wanted:
        kept, original = subset["glyf"][f"glyph{glyph:05d}"], whole["glyf"][names[glyph]]
        assert kept.getCoordinates(subset["glyf"])[0] == original.getCoordinates(whole["glyf"])[0]
        assert subset["hmtx"][f"glyph{glyph:05d}"] == whole["hmtx"][names[glyph]]
    assert len(face.subset(wanted)) < len(face.data) / 5


# PDF


def test_a_pdf_has_its_objects_where_its_table_says() -> None:
    data = render(make_canvas(), "pdf", title="A title")
    start = int(re.search(rb"startxref\n(\d+)", data)[1])  # type: ignore[index]
    assert data[start:].startswith(b"xref")
    places = [int(place) for place in re.findall(rb"(\d{10}) 00000 n", data)]
    for number, place in enumerate(places, start=1):
        assert data[place:].startswith(b"%d 0 obj" % number)
    assert b"/Title (A title)" in data
    width, height = map(float, re.search(rb"MediaBox \[0 0 (\S+) (\S+)\]", data).groups())  # type: ignore[union-attr]
    assert (width, height) == pytest.approx((60 / 25.4 * 72, 30 / 25.4 * 72), abs=0.01)


def test_text_of_a_pdf_reads_back_as_it_was_written() -> None:
    data = render(make_canvas(), "pdf")
    streams = pdf_streams(data)
    tables = [dict(re.findall(rb"<(....)> <(.+?)>", stream)) for stream in streams if b"beginbfchar" in stream]
    (page,) = [stream for stream in streams if b" Tj" in stream]
    lines = []
    for block in re.findall(rb"BT (.*?) ET", page):
        runs = re.findall(rb"/F(\d+) \S+ Tf <(.*?)> Tj", block)
        codes = [tables[int(font)][run[i : i + 4]] for font, run in runs for i in range(0, len(run), 4)]
        lines.append("".join(bytes.fromhex(code.decode()).decode("utf-16-be") for code in codes))
    assert lines == ["Gene ABé → x", "upright"]


# SVG and PNG


def test_an_svg_is_well_formed_and_keeps_words() -> None:
    root = ElementTree.fromstring(render(make_canvas(), "svg", title="<A> & B"))
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts == ["Gene ABé → x", "upright"]
    assert root.attrib["width"] == "60.000mm"
    assert root.find("{http://www.w3.org/2000/svg}title").text == "<A> & B"  # type: ignore[union-attr]


@pytest.mark.parametrize("n_colours", [3, 256, 5000])
def test_a_png_holds_its_pixels(n_colours: int) -> None:
    from matplotlib.image import imread

    rng = np.random.default_rng(n_colours)
    table = rng.integers(0, 256, (n_colours, 3)).astype(np.uint8)
    pixels = table[rng.integers(0, n_colours, (90, 70))]
    read = imread(io.BytesIO(write_png(pixels, dpi=300, words={"Title": "é"})), format="png")
    np.testing.assert_array_equal(np.round(read[..., :3] * 255).astype(np.uint8), pixels)


def test_marks_stand_where_they_were_put() -> None:
    from matplotlib.image import imread

    pixels = np.round(255 * imread(io.BytesIO(render(make_canvas(), "png", dpi=254)))[..., :3]).astype(int)

    def at(x: float, y: float) -> list[int]:
        return pixels[round(y * 10), round(x * 10)].tolist()  # type: ignore[no-any-return]

    assert at(20, 12) == [255, 0, 0] and at(50, 10) == [0, 255, 0]
    assert at(41, 4) == [0, 0, 255] and at(43, 4) == [255, 255, 0]
    assert at(31, 12) == [255, 255, 255]


# All formats


@pytest.mark.parametrize("image_format", IMAGE_FORMATS)
def test_a_file_says_what_it_was_made_with_and_has_the_same_bytes_each_time_r10(image_format: ImageFormat) -> None:
    first, second = (render(make_canvas(), image_format, title="T (1)", capsule=CAPSULE) for _ in range(2))
    assert first == second
    assert read_capsule(first) == CAPSULE
    assert read_capsule(render(make_canvas(), image_format)) == {}


def test_a_proof_is_what_other_eyes_see() -> None:
    from matplotlib.image import imread

    data = render(make_canvas(), "png", dpi=254, proof="greyscale")
    pixels = imread(io.BytesIO(data))[..., :3]
    np.testing.assert_allclose(pixels[..., 0], pixels[..., 1])


@pytest.mark.parametrize(("image_format", "proof"), [("png", "cats"), ("pdf", "deuteranopia")])
def test_other_proofs_are_refused(image_format: ImageFormat, proof: str) -> None:
    with pytest.raises(
        UserError, match=f"'{proof}' is not a proof that can be made as {image_format.upper()}"
    ) as caught:
        render(make_canvas(), image_format, proof=proof)
    assert caught.value.code == "option"


def test_a_scaled_canvas_is_larger_in_every_format() -> None:
    small, large = Canvas(40, 20), Canvas(40, 20, scale=2.0)
    for canvas in (small, large):
        canvas.text(5, 5, "text", size=6)
    assert b'width="80.000mm"' in render(large, "svg")
    assert b"12.00 Tf" in pdf_streams(render(large, "pdf"))[0]
    assert b"6.00 Tf" in pdf_streams(render(small, "pdf"))[0]
