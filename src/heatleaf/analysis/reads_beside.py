"""What `heatleaf quantify` left beside the counts of an analysis: how they were made, and the figures of the reads."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from heatleaf.analysis.plate import Plate
from heatleaf.figures.reads.quality.spec import FileQuality, QualitySpec, build_quality_spec
from heatleaf.figures.reads.samples.spec import ReadBar, ReadBarsSpec, build_read_bars_spec
from heatleaf.interpret.reads import ReadsFacts, caption_quality, caption_read_bars
from heatleaf.io.pipeline_folder import QUANTIFIED
from heatleaf.model import CountTable

CHECK_FILE = "reads_check.json"


@dataclass(frozen=True, eq=False)
class ReadFigures:
    """Figures of the reads. quality : None where no check was left."""

    quality: Plate[QualitySpec] | None
    samples: Plate[ReadBarsSpec]


def reads_facts(counts: CountTable) -> ReadsFacts | None:
    """Say how the counts were made, None where `quantify` did not make them."""
    about = _about(counts)
    if about is None:
        return None
    files = ", ".join(item["name"] for item in about["transcripts"])
    known = " ".join(word for word in (about["organism"], about["release"]) if word)
    return ReadsFacts(
        about["quantifier"]["name"],
        about["quantifier"]["version"],
        f"the transcripts of {known}" if about["release"] else f"the transcripts of {files}",
        sum(bool(sample["quant"]["adapters"]) for sample in about["samples"]),
        [float(sample["mapped_share"]) for sample in about["samples"]],
    )


def make_read_figures(counts: CountTable) -> ReadFigures | None:
    """Describe the figures of the reads, None where `quantify` did not make the counts."""
    about, facts = _about(counts), reads_facts(counts)
    if about is None or facts is None:
        return None
    bars = [ReadBar(one["sample_id"], int(one["n_reads"]), float(one["mapped_share"])) for one in about["samples"]]
    samples = Plate(build_read_bars_spec(bars), caption_read_bars(facts))
    files = _qualities(_read(counts, CHECK_FILE) or {})
    if not files:
        return ReadFigures(None, samples)
    lowest = min(float(file.mean.mean()) for file in files)
    return ReadFigures(Plate(build_quality_spec(files), caption_quality(len(files), lowest)), samples)


def _about(counts: CountTable) -> dict[str, Any] | None:
    """Return what quantify.json says, if it is of these counts."""
    about = _read(counts, QUANTIFIED)
    needed = {"quantifier", "transcripts", "organism", "release", "samples"}
    return about if about is not None and needed <= about.keys() else None


def _read(counts: CountTable, name: str) -> dict[str, Any] | None:
    """Read a file beside the one table that was read, None where there is none that can be read."""
    if len(counts.sources) != 1 or Path(counts.sources[0].path).name != "counts.tsv":
        return None
    try:
        found = json.loads((Path(counts.sources[0].path).parent / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _qualities(check: dict[str, Any]) -> list[FileQuality]:
    files = []
    for sample in check.get("samples", ()):
        n_first = len(sample["files"]) // (2 if sample["is_paired"] else 1)
        for i, file in enumerate(sample["files"]):
            mean = np.array(file["mean_quality"], dtype=np.float64)
            if len(mean):
                files.append(FileQuality(file["name"], 1 if i < n_first else 2, mean))
    return files
