"""An analysis that takes over stages of the one before is the same as a fresh one, and makes no more than it must."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from heatleaf.analysis.result import Analysis
from heatleaf.analysis.reuse import STAGES, Reuse
from heatleaf.analysis.run import analyse
from heatleaf.analysis.settings import Settings
from heatleaf.model import CountTable, SampleSheet
from heatleaf.stats.size_factors import size_factors
from heatleaf.viewer.encode import plain

CHANGES: Mapping[str, Any] = {
    "design": "~ condition",
    "contrasts": (("condition", "control", "treated"),),
    "comparisons": ("treated - control",),
    "omnibus": ("condition",),
    "reduced": "~ batch",
    "fit_type": "mean",
    "size_factors": "poscounts",
    "given_size_factors": tuple((f"sample{i}", 1.0 + i / 10) for i in range(1, 7)),
    "remove_batch": "batch",
    "references": (("condition", "treated"),),
    "organism": "human",
    "alpha": 0.01,
    "top": 40,
    "clusters": 3,
    "row_clustering": "kmeans",
    "linkage_method": "average",
    "metric": "correlation",
    "max_memory": 3_000_000_000,
    "palette": "white-blue",
    "limit_quantile": 0.95,
    "min_set_size": 12,
    "max_set_size": 300,
    "seed": 2,
    "test": False,
    "second_opinions": True,
    "bias": "mean",
    "allow_unmapped": True,
}


@pytest.fixture(scope="module")
def study() -> tuple[CountTable, SampleSheet]:
    """Return 300 genes, every third of which answers to treatment, in six samples of two batches."""
    rng = np.random.default_rng(7)
    mean = rng.uniform(30, 800, 300)[:, np.newaxis] * np.ones(6)
    mean[::3, 3:] *= 2.5
    counts = rng.negative_binomial(10, 10 / (10 + mean)).astype(np.int64)
    names = tuple(f"sample{i}" for i in range(1, 7))
    sheet = SampleSheet(names, {"batch": tuple("ababab"), "condition": ("control",) * 3 + ("treated",) * 3})
    return CountTable(tuple(f"gene{i}" for i in range(300)), names, counts), sheet


def write_sets(path: Path, start: int) -> Path:
    """Write ten sets of 15 to 24 genes."""
    sets = [[f"gene{i}" for i in range(start + j, 300, 14)][: 15 + j] for j in range(10)]
    path.write_text("".join("\t".join([f"set{j}", "", *genes]) + "\n" for j, genes in enumerate(sets)))
    return path


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return the settings of the analysis before."""
    path = write_sets(tmp_path_factory.mktemp("sets") / "own.gmt", 0)
    return Settings(design="~ batch + condition", top=60, gene_sets=(path,))


@pytest.fixture(scope="module")
def before(study: tuple[CountTable, SampleSheet], base: Settings) -> Callable[[], Reuse]:
    """Return what an analysis with the base settings keeps, new for each test."""
    kept = Reuse()
    analyse(*study, base, reuse=kept)

    def copy() -> Reuse:
        again = Reuse()
        again._kept = dict(kept._kept)
        return again

    return copy


def tables(found: Mapping[Any, Any]) -> dict[str, str]:
    """Tables of gene sets as text."""
    return {str(key): table.frame.to_json() for key, table in found.items()}


def told(analysis: Analysis) -> str:
    """Everything that an analysis shows, as text."""
    parts = {
        "heatmaps": [
            (plain(one.spec), one.caption, [dataclasses.asdict(card) for card in one.cards], tables(one.enrichment))
            for one in (analysis.heatmap, *(each.heatmap for each in analysis.comparisons))
            if one is not None
        ],
        "tests": [
            (
                one.differential.padj.tolist(),
                one.differential.lfc_shrunken.tolist(),
                one.volcano_caption,
                tables(one.enrichment),
            )
            for one in analysis.comparisons
        ],
        "told": [analysis.title, *(one.text for one in analysis.findings), *(one.text for one in analysis.messages)],
        "methods": analysis.methods,
        "factors": analysis.size_factors.tolist(),
        "ranked": [None if one.ranked is None else one.ranked.to_json() for one in analysis.comparisons],
        "opinions": [one.calls.tolist() for one in analysis.opinions],
        "omnibus": [one.padj.tolist() for one in analysis.omnibus],
        "samples": [analysis.pca_caption, repr(analysis.pca), repr(analysis.distances), analysis.distances_caption],
        "settings": analysis.settings.to_json(),
    }
    return json.dumps(parts, default=str, sort_keys=True)


@pytest.mark.parametrize("name", CHANGES)
def test_an_option_changed_gives_what_a_fresh_analysis_gives(
    name: str, study: tuple[CountTable, SampleSheet], base: Settings, before: Callable[[], Reuse]
) -> None:
    settings = dataclasses.replace(base, **{name: CHANGES[name]})
    assert told(analyse(*study, settings, reuse=before())) == told(analyse(*study, settings))


def test_every_setting_is_tried() -> None:
    names = {one.name for one in dataclasses.fields(Settings)}
    assert names - CHANGES.keys() == {"gene_sets"}  # below


def test_gene_sets_changed_give_what_a_fresh_analysis_gives(
    study: tuple[CountTable, SampleSheet], base: Settings, before: Callable[[], Reuse], tmp_path: Path
) -> None:
    path = write_sets(tmp_path / "other.gmt", 3)
    settings = dataclasses.replace(base, gene_sets=(path,))
    kept = before()
    assert told(analyse(*study, settings, reuse=kept)) == told(analyse(*study, settings))
    assert kept.made == ["tester", "heatmap", "comparisons", "ranked"]


@pytest.mark.parametrize(
    ("change", "made"),
    [
        ({}, []),
        ({"palette": "white-blue"}, ["heatmap", "comparisons"]),
        ({"top": 40}, ["heatmap"]),
        ({"remove_batch": "batch"}, ["shown", "heatmap", "comparisons", "overview"]),
        ({"second_opinions": True}, ["opinions"]),
        ({"alpha": 0.01}, ["tests", "tester", "heatmap", "comparisons", "ranked"]),
    ],
)
def test_only_what_depends_on_an_option_is_made_again(
    change: dict[str, Any],
    made: list[str],
    study: tuple[CountTable, SampleSheet],
    base: Settings,
    before: Callable[[], Reuse],
) -> None:
    kept = before()
    analyse(*study, dataclasses.replace(base, **change), reuse=kept)
    assert kept.made == made


def test_stages_read_no_setting_that_is_not_listed(
    study: tuple[CountTable, SampleSheet], base: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every read of a setting while a stage is made is one that is listed, or one of a stage that it is made within."""
    inside: list[str] = []
    read: dict[str, set[str]] = {name: set() for name in STAGES}
    fields = {one.name for one in dataclasses.fields(Settings)}

    def watch(self: Settings, name: str) -> Any:
        if name in fields and inside:
            read[inside[-1]].add(name)
        return object.__getattribute__(self, name)

    class Watching(Reuse):
        def take(self, stage: str, *args: Any, **kwargs: Any) -> Any:
            settings, made_of, make = args

            def watched() -> Any:
                inside.append(stage)
                try:
                    return make()
                finally:
                    inside.pop()

            return super().take(stage, settings, made_of, watched, **kwargs)

    monkeypatch.setattr(Settings, "__getattribute__", watch)
    analyse(*study, dataclasses.replace(base, second_opinions=True, remove_batch="batch"), reuse=Watching())
    of_tester = STAGES["tester"]  # it keeps its settings, and is one of the things that these are made of
    allowed = {
        **STAGES,
        "tests": (*STAGES["tests"], *STAGES["fit"]),
        **{name: (*STAGES[name], *of_tester) for name in ("heatmap", "comparisons", "ranked")},
    }
    for stage, names in read.items():
        assert names <= set(allowed[stage]), f"{stage} reads {names - set(allowed[stage])}"


def test_another_table_is_analysed_anew(
    study: tuple[CountTable, SampleSheet], base: Settings, before: Callable[[], Reuse]
) -> None:
    counts, sheet = study
    fewer = counts.take_samples(counts.sample_ids[:5])
    kept = before()
    settings = dataclasses.replace(base, design="~ condition")
    analysis = analyse(fewer, sheet.take_samples(fewer.sample_ids), settings, reuse=kept)
    assert analysis.size_factors == pytest.approx(size_factors(fewer.counts))
    assert "fit" in kept.made and "vst" in kept.made
