"""The command line that repeats an analysis."""

from __future__ import annotations

import shlex
from dataclasses import fields

from heatleaf.analysis.result import Analysis
from heatleaf.analysis.settings import Settings

_PLAIN_OPTIONS = {
    "design": "--design",
    "reduced": "--reduced",
    "fit_type": "--fit-type",
    "size_factors": "--size-factors",
    "remove_batch": "--remove-batch",
    "organism": "--organism",
    "bias": "--bias",
    "alpha": "--alpha",
    "top": "--top",
    "linkage_method": "--linkage",
    "metric": "--metric",
    "palette": "--palette",
}


def repeat_command(analysis: Analysis, folder: str = "DIR") -> str:
    """Return the command that repeats an analysis: the files as they were given, and settings that are no defaults."""
    settings = analysis.settings
    words = ["heatleaf", "run", *(source.path for source in analysis.counts.sources)]
    if analysis.samples is not None and analysis.samples.source:
        words.append(analysis.samples.source)
    words += ["-o", folder]
    for contrast in settings.contrasts:
        words += ["--contrast", *contrast]
    words += [word for text in settings.comparisons for word in ("--compare", text)]
    words += [word for name in settings.omnibus for word in ("--omnibus", name)]
    for factor, level in settings.references:
        words += ["--reference", f"{factor}={level}"]
    if settings.given_size_factors:
        words += ["--size-factors", f"{folder}/tables/size_factors.tsv"]
    for path in settings.gene_sets:
        words += ["--gene-sets", str(path)]
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
