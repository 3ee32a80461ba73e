"""Colours of annotations: an order only where there is one, hues apart, controls grey."""

from __future__ import annotations

import pytest

from heatleaf.figures.palettes import (
    ANNOTATION_CONTROL_COLOUR,
    annotation_colours,
    group_colours,
    is_control_like,
    is_ordered,
    natural_key,
)


def lightness(colour: str) -> float:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_times_run_from_light_to_dark_in_natural_order() -> None:
    colours = annotation_colours({"time": ("Day8", "Day0", "Day10")})["time"]
    assert list(colours) == ["Day0", "Day8", "Day10"]
    values = [lightness(colour) for colour in colours.values()]
    assert values == sorted(values, reverse=True)


def test_no_two_annotations_share_a_colour_nor_take_one_of_the_groups() -> None:
    levels = [f"{letter}{letter}" for letter in "abcdefgh"]
    colours = annotation_colours({"one": levels, "day": ["1", "2", "3"], "two": levels[:6], "dose": ["1 nM", "5 nM"]})
    used = [colour for levels in colours.values() for colour in levels.values()]
    assert len(set(used)) == len(used)
    assert not set(used) & set(group_colours(levels).values())


def test_the_order_of_the_file_does_not_matter() -> None:
    there = annotation_colours({"sex": ("Male", "Female"), "batch": ("b2", "b10", "b1")})
    back = annotation_colours({"sex": ("Female", "Male"), "batch": ("b1", "b2", "b10")})
    assert there == back
    assert list(there["batch"]) == ["b1", "b2", "b10"]


@pytest.mark.parametrize(
    "levels",
    [
        ("day0", "day4"),
        ("24h", "8h", "0h"),
        ("1", "2", "3"),
        ("0.5 uM", "10 uM"),
        ("vehicle", "1uM", "10uM"),
        ("E9.5", "E10"),
    ],
)
def test_times_doses_and_numbers_have_an_order(levels: tuple[str, ...]) -> None:
    assert is_ordered(levels)


@pytest.mark.parametrize(
    "levels", [("batch1", "batch2"), ("rep1", "rep2"), ("A", "B"), ("24h", "day4"), ("1", "x"), ("control", "24h"), ()]
)
def test_numbered_names_have_none(levels: tuple[str, ...]) -> None:
    assert not is_ordered(levels)


@pytest.mark.parametrize("level", ["NonInfected", "vehicle", "WT", "non-treated", "uninduced", "no_treatment", "PBS"])
def test_a_control_is_grey(level: str) -> None:
    assert is_control_like(level)
    colours = annotation_colours({"state": ("Aaa", level)})["state"]
    assert colours[level] == ANNOTATION_CONTROL_COLOUR != colours["Aaa"]


def test_a_control_beside_doses_is_grey_and_a_time_zero_is_the_lightest() -> None:
    assert annotation_colours({"dose": ("10uM", "vehicle", "1uM")})["dose"]["vehicle"] == ANNOTATION_CONTROL_COLOUR
    assert ANNOTATION_CONTROL_COLOUR not in annotation_colours({"time": ("0h", "8h")})["time"].values()


def test_any_number_of_levels_and_any_name_has_a_colour() -> None:
    levels = tuple(f"l{i}" for i in range(100))
    assert len(annotation_colours({"many": levels})["many"]) == 100
    assert annotation_colours({}) == {}
    assert annotation_colours({"odd": ("", "²", "٣", "1.", "a\n")})["odd"]
    assert natural_key("day4") < natural_key("day10")
