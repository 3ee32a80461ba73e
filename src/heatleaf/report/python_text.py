"""The lines of Python, and the reading options of the command line, that repeat an analysis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from heatleaf.analysis.result import Analysis
from heatleaf.analysis.settings import Settings

_OPTIONS = {
    "sheet": "--sheet",
    "sample_sheet": "--sample-sheet",
    "sample_column": "--sample-column",
    "strand": "--strand",
    "duplicates": "--duplicates",
    "encoding": "--encoding",
    "delimiter": "--delimiter",
    "gene_column": "--gene-column",
}
_FLAGS = {"transpose": "--transpose", "strip_version": "--strip-version"}
_OF_TABLE = (*_FLAGS, "sheet", "strand", "duplicates", "encoding", "delimiter", "gene_column")


def reading_words(reading: Mapping[str, Any]) -> list[str]:
    """Return options of the reader as words of the command line."""
    words = [word for name, option in _OPTIONS.items() if name in reading for word in (option, str(reading[name]))]
    return ["tab" if word == "\t" else word for word in words] + [
        option for name, option in _FLAGS.items() if reading.get(name)
    ]


def python_text(analysis: Analysis, about: Mapping[str, Any]) -> str:
    """Return the Python that repeats an analysis.

    about : "labels" and "reading", as `report.answer.write_answer` takes them.
    """
    labels, reading = about["labels"], about["reading"]
    sources = [source.path for source in analysis.counts.sources]
    table = sources[0] if len(sources) == 1 else str(Path(sources[0]).parent if sources else Path())
    options = {name: reading[name] for name in _OF_TABLE if reading.get(name)}
    lines = ["from pathlib import Path", "", "import heatleaf as hl", "from heatleaf.report import write_folder"]
    lines += ["from heatleaf.io import ReadOptions"] if options else []
    how = f", ReadOptions({_arguments(options)})" if options else ""
    lines += ["", f"counts = hl.read_counts({labels.get(table, table)!r}{how})"]
    lines += [_samples_line(analysis, labels, reading), _settings_line(analysis.settings)]
    lines += ["analysis = hl.analyse(counts, samples, settings)", 'Path("results").mkdir(exist_ok=True)']
    lines += ['write_folder(analysis, Path("results"))']
    return "\n".join(lines) + "\n"


def _samples_line(analysis: Analysis, labels: Mapping[str, str], reading: Mapping[str, Any]) -> str:
    sheet = analysis.samples
    if sheet is None or not sheet.source:
        return "samples = None  # groups are read from the names of the samples"
    more = f", sample_column={reading['sample_column']!r}" if reading.get("sample_column") else ""
    return f"samples = hl.read_samples({labels.get(sheet.source, sheet.source)!r}, sample_ids=counts.sample_ids{more})"


def _settings_line(settings: Settings) -> str:
    changed = {
        one.name: getattr(settings, one.name) for one in fields(Settings) if getattr(settings, one.name) != one.default
    }
    if "gene_sets" in changed:
        names = ", ".join(f"Path({str(path)!r})" for path in changed.pop("gene_sets"))
        more = f"gene_sets=({names},)"
        return f"settings = hl.Settings({', '.join(filter(None, [_arguments(changed), more]))})"
    return f"settings = hl.Settings({_arguments(changed)})"


def _arguments(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in values.items())
