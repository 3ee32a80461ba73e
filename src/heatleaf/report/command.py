"""The command line that repeats an analysis."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import fields
from os.path import commonpath
from pathlib import PurePath

from heatleaf.analysis.result import Analysis
from heatleaf.analysis.settings import Settings

_PLAIN_OPTIONS = {
    "design": "--design",
    "reduced": "--reduced",
    "fit_type": "--fit-type",
    "size_factors": "--size-factors",
    "remove_batch": "--remove-batch",
    "organism": "--organism",
    "alpha": "--alpha",
    "top": "--top",
    "linkage_method": "--linkage",
    "metric": "--metric",
    "palette": "--palette",
    "row_clustering": "--row-clustering",
    "limit_quantile": "--limit-quantile",
    "min_set_size": "--min-set-size",
    "max_set_size": "--max-set-size",
    "max_memory": "--max-memory",
    "seed": "--seed",
}


def repeat_command(analysis: Analysis, folder: str = "DIR", reading: Sequence[str] = ()) -> str:
    """Return the command that repeats an analysis: its files, and the settings that are no defaults.

    reading : options of reading the files, as words. Of files that were given by their whole path only the name is
    told: a report is shown to others, and the bytes of results do not depend on where files lie (requirement R7).
    """
    settings = analysis.settings
    words = ["heatleaf", "run", *_counts(analysis)]
    if analysis.samples is not None and analysis.samples.source:
        words.append(told_path(analysis.samples.source))
    words += ["-o", folder, *reading]
    words += _questions(settings)
    if settings.given_size_factors:
        words += ["--size-factors", f"{folder}/tables/size_factors.tsv"]
    for path in settings.gene_sets:
        words += ["--gene-sets", told_path(str(path))]
    if settings.bias:
        words += ["--bias", told_path(settings.bias)]
    if settings.allow_unmapped:
        words.append("--allow-unmapped")
    if settings.clusters:
        words += ["--clusters", str(settings.clusters)]
    if not settings.test:
        words.append("--no-test")
    if settings.second_opinions:
        words.append("--second-opinions")
    for field in fields(Settings):
        value = getattr(settings, field.name)
        if field.name in _PLAIN_OPTIONS and value != field.default:
            words += [_PLAIN_OPTIONS[field.name], str(value)]
    return shlex.join(words)


def _questions(settings: Settings) -> list[str]:
    """Return the comparisons that were asked for."""
    words = [word for contrast in settings.contrasts for word in ("--contrast", *contrast)]
    words += [word for text in settings.comparisons for word in ("--compare", text)]
    words += [word for name in settings.omnibus for word in ("--omnibus", name)]
    words += [word for factor, level in settings.references for word in ("--reference", f"{factor}={level}")]
    return words


def told_path(path: str) -> str:
    """Return a path as it was given, or its last part where it was given whole."""
    return PurePath(path).name if PurePath(path).is_absolute() else path


def _counts(analysis: Analysis) -> list[str]:
    """Return the count table, or the folder that holds the files of several samples."""
    paths = [source.path for source in analysis.counts.sources]
    return [told_path(commonpath(paths) if len(paths) > 1 else paths[0])] if paths else []
