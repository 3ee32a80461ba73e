"""Other eyes: laws of the simulation, known CIELAB values, and that every palette and set of colours can be read."""

from __future__ import annotations

import numpy as np
import pytest

from heatleaf.figures.palettes import (
    CONTROL_COLOUR,
    HEAT_PALETTES,
    PALETTE_WORDS,
    RED_GREEN,
    RED_GREEN_NEIGHBOUR,
    annotation_colours,
    group_colours,
    ink_on,
    is_diverging,
    missing_colour,
    palette_messages,
    palette_table,
)
from heatleaf.figures.vision import EYES, Eyes, colour_distance, lab, rgb, see_as

COMMON: tuple[Eyes, ...] = ("deuteranopia", "protanopia")


def test_lab_of_known_colours() -> None:
    """The corners of sRGB under D65, as tabulated by Lindbloom (2003) to two decimals."""
    known = {"#FFFFFF": (100, 0, 0), "#FF0000": (53.24, 80.09, 67.20), "#0000FF": (32.30, 79.19, -107.86)}
    for colour, expected in known.items():
        np.testing.assert_allclose(lab(rgb(colour)), expected, atol=0.08)


@pytest.mark.parametrize("eyes", EYES)
def test_greys_look_the_same_to_all_eyes(eyes: Eyes) -> None:
    greys = np.repeat(np.arange(0, 256, 15, dtype=np.uint8)[:, None], 3, axis=1)
    assert np.abs(see_as(greys, eyes).astype(int) - greys).max() <= 1


def test_red_and_green_of_equal_lightness_meet_for_a_deuteranope() -> None:
    red, green = rgb("#C04040"), rgb("#7A7A2A")
    assert colour_distance(red, green) > 50
    assert colour_distance(see_as(red, "deuteranopia"), see_as(green, "deuteranopia")) < 25


def test_an_image_keeps_its_shape() -> None:
    image = np.random.default_rng(0).integers(0, 256, (7, 5, 3)).astype(np.uint8)
    seen = see_as(image, "greyscale")
    assert seen.shape == image.shape
    assert (seen[..., 0] == seen[..., 1]).all()


def read_apart(name: str, eyes: Eyes) -> bool:
    """Both ends of a palette differ clearly, and so do values half way to them, on both sides of a middle."""
    table = see_as(palette_table(HEAT_PALETTES[name], 41), eyes)
    if not is_diverging(name):
        return bool(colour_distance(table[0], table[-1]) > 50)
    return bool(colour_distance(table[0], table[-1]) > 40 and colour_distance(table[10], table[30]) > 20)


@pytest.mark.parametrize("name", HEAT_PALETTES)
@pytest.mark.parametrize("eyes", COMMON)
def test_every_palette_but_red_black_green_can_be_read(name: str, eyes: Eyes) -> None:
    assert read_apart(name, eyes) or name == RED_GREEN
    assert name in PALETTE_WORDS


def test_red_black_green_cannot_be_read_is_warned_of_and_has_a_safe_neighbour() -> None:
    assert not all(read_apart(RED_GREEN, eyes) for eyes in COMMON)
    assert all(read_apart(RED_GREEN_NEIGHBOUR, eyes) for eyes in COMMON)
    (message,) = palette_messages([RED_GREEN])
    assert message.code == "palette"
    assert message.text == (
        "about 1 man in 12 cannot tell the red of red-black-green from its green. "
        "Fix: use magenta-black-green, which looks alike and is safe, or red-white-blue."
    )
    assert palette_messages([name for name in HEAT_PALETTES if name != RED_GREEN]) == ()


@pytest.mark.parametrize("name", [name for name in HEAT_PALETTES if not is_diverging(name)])
def test_one_sided_palettes_grow_darker_in_grey_print(name: str) -> None:
    lightness = lab(see_as(palette_table(HEAT_PALETTES[name], 33), "greyscale"))[:, 0]
    assert (np.diff(lightness) < 0).all()


def least_distance(colours: list[str], eyes: Eyes | None) -> float:
    table = np.array([rgb(colour) for colour in colours])
    seen = table if eyes is None else see_as(table, eyes)
    distances = colour_distance(seen[:, None], seen[None])
    return float(distances[np.triu_indices(len(colours), 1)].min())


@pytest.mark.parametrize("eyes", [None, *COMMON])
def test_groups_differ_for_all_eyes(eyes: Eyes | None) -> None:
    colours = group_colours(["control", *"ABCDEFGH"])
    assert colours["control"] == CONTROL_COLOUR
    assert least_distance(list(colours.values()), eyes) > 12


@pytest.mark.parametrize("eyes", [None, *COMMON])
def test_few_levels_of_an_annotation_differ_for_all_eyes(eyes: Eyes | None) -> None:
    colours = annotation_colours({"batch": ("control", "A", "B", "C", "D")})["batch"]
    assert least_distance(list(colours.values()), eyes) > 13


def test_groups_keep_away_from_the_colours_of_the_map() -> None:
    ends = np.array([rgb(colour) for colour in HEAT_PALETTES["red-white-blue"] if colour != "#F7F7F7"])
    for colour in group_colours(list("ABCDEFGH")).values():
        assert colour_distance(ends, rgb(colour)).min() > 20


@pytest.mark.parametrize("name", HEAT_PALETTES)
def test_missing_cells_differ_from_every_value(name: str) -> None:
    table = palette_table(HEAT_PALETTES[name])
    assert colour_distance(table, rgb(missing_colour(HEAT_PALETTES[name]))).min() > 8


def test_words_on_a_colour_have_contrast() -> None:
    assert ink_on("#666C73") == "#FFFFFF"
    assert ink_on("#DD9A2B") != "#FFFFFF"
