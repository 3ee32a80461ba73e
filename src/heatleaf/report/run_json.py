"""run.json: what went in, what was asked, what was said, with which versions. The only output that holds times."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePath
from typing import Any

from heatleaf.analysis.result import Analysis
from heatleaf.analysis.settings import Settings
from heatleaf.io.checksum import sha256_of
from heatleaf.model import Design, DifferentialResult, Finding, Message, OmnibusResult, SourceFile
from heatleaf.report.names import safe_name

SCHEMA_VERSION = 1
InputFile = tuple[str, Path]  # its role, where it lies


@dataclass(frozen=True)
class RunFacts:
    """What run.json tells besides the analysis.

    command : that repeats it. times : clock times (ISO 8601, UTC) and durations in seconds.
    hashes : each file of the run, relative to its folder -> SHA-256. inputs : further files that were read.
    """

    command: str
    times: Mapping[str, str | float]
    hashes: Mapping[str, str]
    inputs: Sequence[InputFile] = ()


def run_record(analysis: Analysis, facts: RunFacts, *, safe: Mapping[str, str]) -> bytes:
    """Return run.json as UTF-8 bytes: strict JSON (requirement R29), keys sorted, two spaces, a line feed at the end.

    Parameters
    ----------
    safe : mapping
        Name of a comparison -> its name in files.
    """
    record = {
        "schema_version": SCHEMA_VERSION,
        "program": "heatleaf",
        "title": analysis.title,
        "command": facts.command,
        "inputs": [*_inputs(analysis), *_further_inputs(facts.inputs)],
        "settings": analysis.settings.to_json(),
        "seed": analysis.settings.seed,
        "design": analysis.design.formula if analysis.design is not None else None,
        "comparisons": [_comparison(result.differential, safe) for result in analysis.comparisons],
        "model": None if analysis.design is None else _model(analysis.design),
        "omnibus": [_omnibus(result) for result in analysis.omnibus],
        "group": analysis.heatmap.spec.group_name,
        "factors": {
            name: factor.levels for name, factor in (analysis.design.factors if analysis.design else {}).items()
        },
        "samples": _samples(analysis),
        "organism": analysis.organism,
        "n_genes": analysis.counts.n_genes,
        "n_samples": analysis.counts.n_samples,
        "versions": dict(analysis.versions),
        "resources": [dict(resource) for resource in analysis.resources],
        "messages": [_message(message) for message in analysis.messages],
        "findings": [_finding(finding) for finding in analysis.findings],
        "files": sorted([*facts.hashes, "run.json"]),
        "hashes": dict(facts.hashes),
        "times": dict(facts.times),
    }
    text = json.dumps(_strict(record), allow_nan=False, sort_keys=True, indent=2, ensure_ascii=False)
    return f"{text}\n".encode()


def _inputs(analysis: Analysis) -> list[dict[str, object]]:
    inputs = [_input("counts", source) for source in analysis.counts.sources]
    if analysis.samples is not None and analysis.samples.source_file is not None:
        inputs.append(_input("samples", analysis.samples.source_file))
    return inputs


def settings_files(settings: Settings) -> list[InputFile]:
    """Return the files that the settings name: gene sets, and what a bias is measured by."""
    named = [("gene sets", Path(path)) for path in settings.gene_sets]
    named += [("bias", Path(settings.bias))] if settings.bias else []
    return [(role, path) for role, path in named if path.is_file()]


def _further_inputs(inputs: Sequence[InputFile]) -> list[dict[str, object]]:
    return [_input(role, SourceFile(str(path), sha256_of(path), path.stat().st_size)) for role, path in inputs]


def _input(role: str, source: SourceFile) -> dict[str, object]:
    return {"role": role, "file": PurePath(source.path).name, "sha256": source.sha256, "size": source.size}


def _samples(analysis: Analysis) -> dict[str, object]:
    """Tell the samples in the order of the tables, with what was known of them: a later command asks no sheet again."""
    columns = analysis.samples.columns if analysis.samples is not None else {}
    return {"sample_ids": analysis.counts.sample_ids, "columns": dict(columns)}


def _model(design: Design) -> dict[str, object]:
    return {"coefficients": design.coefficient_names, "matrix": design.model_matrix.tolist()}


def _omnibus(result: OmnibusResult) -> dict[str, object]:
    return {
        "name": result.name,
        "title": result.title,
        "table": f"tables/omnibus_{safe_name(result.name)}.tsv",
        "design": result.design,
        "reduced": result.reduced,
        "df": result.df,
        "alpha": result.alpha,
        "filter_threshold": result.filter_threshold,
    }


def _comparison(result: DifferentialResult, safe: Mapping[str, str]) -> dict[str, object]:
    contrast = result.contrast
    return {
        "name": contrast.name,
        "table": f"tables/differential_{safe[contrast.name]}.tsv",
        "factor": contrast.factor,
        "tested_level": contrast.tested_level,
        "reference_level": contrast.reference_level,
        "weights": contrast.vector.tolist(),
        "tested_samples": contrast.tested_samples,
        "reference_samples": contrast.reference_samples,
        "alpha": result.alpha,
        "filter_threshold": result.filter_threshold,
    }


def _message(message: Message) -> dict[str, str]:
    return {**asdict(message), "text": message.text}


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "topic": finding.topic,
        "key": finding.key,
        "level": finding.level,
        "text": finding.text,
        "numbers": dict(finding.numbers),
        "rests_on": finding.rests_on,
    }


def _strict(value: Any) -> Any:
    """Turn values into strict JSON: NumPy numbers into numbers, NaN and infinity into null, paths into text."""
    if hasattr(value, "item") and not isinstance(value, str):
        value = value.item()
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, Mapping):
        return {str(key): _strict(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_strict(item) for item in value]
    return str(value) if isinstance(value, PurePath) else value
