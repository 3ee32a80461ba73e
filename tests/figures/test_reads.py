"""Figures of the check of the reads: laws of the specs, edge cases, drawing."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest

from heatleaf.figures.reads.quality import FileQuality, build_quality_spec, draw_quality
from heatleaf.figures.reads.quality.spec import LOWEST_COLOUR, SECOND_COLOUR, USUAL_COLOUR
from heatleaf.figures.reads.samples import ReadBar, build_read_bars_spec, draw_read_bars
from heatleaf.figures.reads.samples.spec import MAX_BARS
from heatleaf.figures.save import IMAGE_FORMATS, render


def quality(name: str, mate: int, score: float, n: int = 50) -> FileQuality:
    return FileQuality(name, mate, np.full(n, score))


def test_the_lowest_file_is_named_where_it_stands_apart() -> None:
    files = [quality("a", 1, 36), quality("bad", 1, 25), quality("a2", 2, 35)]
    spec = build_quality_spec(files)
    assert [file.name for file in spec.files] == ["a", "a2", "bad"]
    assert [spec.colour(i) for i in range(3)] == [USUAL_COLOUR, SECOND_COLOUR, LOWEST_COLOUR]
    assert [entry.text for entry in spec.legend] == ["mate 1", "mate 2", "lowest: bad"]
    assert spec.limits.x == (1.0, 50.0)


def test_files_alike_are_not_told_apart() -> None:
    spec = build_quality_spec([quality("a", 1, 36), quality("b", 1, 34)])
    assert not spec.is_lowest_marked and [entry.text for entry in spec.legend] == ["a line for each file"]


def test_bars_have_a_unit_that_can_be_read() -> None:
    for n_reads, unit in ((900, 1), (50_000, 1_000), (30_000_000, 1_000_000)):
        spec = build_read_bars_spec([ReadBar("a", n_reads, 0.9), ReadBar("b", n_reads // 2, None)])
        assert spec.unit == unit and spec.limits.x[1] == n_reads / unit


def test_of_many_samples_those_with_small_shares_are_shown() -> None:
    bars = [ReadBar(f"s{i}", 1_000_000, 0.2 if i == 70 else 0.9) for i in range(100)]
    spec = build_read_bars_spec(bars)
    assert len(spec.bars) == MAX_BARS and any(bar.name == "s70" for bar in spec.bars)
    assert spec.page.small_print == ("60 of 100 samples, those with the smallest shares",)


@pytest.mark.parametrize(
    "files",
    [
        [],
        [quality("only", 1, 30, n=1)],
        [quality(f"a_very_long_name_of_a_file_{i}.fastq.gz", 1 + i % 2, 36 - i, n=101 + i) for i in range(12)],
        [quality(f"s{i}", 1, 30) for i in range(60)],
        [FileQuality("empty", 1, np.zeros(0)), quality("a", 2, 41)],
    ],
)
def test_quality_is_drawn_without_a_collision_n34(files: list[FileQuality], check: Callable[[object], None]) -> None:
    spec = build_quality_spec(files)
    json.dumps(spec.to_json(), allow_nan=False)
    check(draw_quality(spec))


@pytest.mark.parametrize(
    "bars",
    [
        [],
        [ReadBar("one", 0, None)],
        [ReadBar("one", 0, 0.0), ReadBar("two", 0, 0.0)],
        [ReadBar(f"a_very_long_name_of_a_sample_{i}", 10**i, i / 8) for i in range(9)],
        [ReadBar(f"s{i}", 40_000_000 + i, 0.5) for i in range(100)],
    ],
)
def test_bars_are_drawn_without_a_collision_n34(bars: list[ReadBar], check: Callable[[object], None]) -> None:
    spec = build_read_bars_spec(bars)
    json.dumps(spec.to_json(), allow_nan=False)
    check(draw_read_bars(spec))


def test_same_bytes_for_the_same_reads_r10() -> None:
    def draw() -> list[bytes]:
        figure = draw_read_bars(build_read_bars_spec([ReadBar("a", 5000, 0.5)]))
        return [render(figure, image_format) for image_format in IMAGE_FORMATS]

    assert draw() == draw()
