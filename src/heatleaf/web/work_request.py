"""What a request to the worker says of a study: files by role, settings, sheet, and where the counts are."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from heatleaf.analysis.settings import Settings
from heatleaf.io.pipeline_folder import QUANTIFIED
from heatleaf.model import CountTable, SampleSheet
from heatleaf.web.asked import settings_of
from heatleaf.web.reads_said import counts_folder, quantify_words, reads_request
from heatleaf.web.reads_work import is_of_reads
from heatleaf.web.tables import (
    EDITED_SHEET,
    Given,
    ReadingSays,
    Roles,
    assign_roles,
    edit_sheet,
    read_sheet,
    roles_of_reads,
)


def said_of(request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what was said of the reads of a study."""
    said: Mapping[str, Any] = request["record"]["repairs"].get("reads", {})
    return said


def counts_of(request: Mapping[str, Any]) -> Path:
    """Return the folder of the counts that are made of the reads of a study."""
    return counts_folder(Path(request["folder"]), said_of(request))


def quantify_command(request: Mapping[str, Any]) -> str:
    """Return the command that makes the counts of a study of reads."""
    return shlex.join(quantify_words(reads_request(Path(request["record"]["folder"]), said_of(request))))


def labels_of(request: Mapping[str, Any]) -> dict[str, str]:
    """Return how the user knows each input, by its path."""
    home = Path(request["folder"])
    files = [one for one in request["record"]["files"] if not Path(one["path"]).is_absolute()]
    labels = {str(home / one["path"]): one["label"] for one in files}
    labels[str(edited_path(request))] = EDITED_SHEET
    made = {str(counts_of(request) / "counts.tsv"): "quantified/counts.tsv"} if is_of_reads(request["record"]) else {}
    return labels | made


def roles_of(request: Mapping[str, Any]) -> Roles:
    """Tell the files of a study apart.

    Raises
    ------
    UserError
        file_missing: there is no table among them.
    """
    record, folder = request["record"], Path(request["folder"])
    files = [
        Given(
            one["id"], one["label"], folder / one["path"], one["size"], is_dropped=not Path(one["path"]).is_absolute()
        )
        for one in record["files"]
    ]
    if is_of_reads(record):
        return roles_of_reads(files, counts_of(request), record["repairs"].get("roles", {}))
    named = Path(record["folder"]) if record["folder"] else None
    return assign_roles(files, named, record["repairs"].get("roles", {}))


def settings_of_request(request: Mapping[str, Any], roles: Roles) -> Settings:
    """Return the settings of an analysis, the reference of edited groups among them.

    Raises
    ------
    UserError
        gene_sets.
    """
    record = request["record"]
    asked = dict(record["asked"])
    groups = record["groups"]
    if groups and groups.get("reference"):
        others = [pair for pair in asked.get("references", []) if pair[0] != groups["column"]]
        asked["references"] = [*others, [groups["column"], groups["reference"]]]
    return settings_of(asked, roles.gene_sets)


def sheet_of(request: Mapping[str, Any], roles: Roles, says: ReadingSays, counts: CountTable) -> SampleSheet | None:
    """Return the sheet as the user has changed it, None without one.

    Raises
    ------
    UserError
        Those of `read_samples`.
    """
    sheet = read_sheet(roles, says, counts)
    groups = request["record"]["groups"]
    if not groups and not says.drop_samples:
        return sheet
    path = edited_path(request)
    return edit_sheet(counts, sheet, path, groups=groups, without=says.drop_samples)


def edited_path(request: Mapping[str, Any]) -> Path:
    """Return where the sheet lies that the user has changed: not beside what was given, which is only ever read."""
    return Path(request["folder"]) / "edited" / EDITED_SHEET


def key_of_tables(request: Mapping[str, Any]) -> str:
    """Return a text that differs where the tables of an analysis differ."""
    record = request["record"]
    parts = [
        request["folder"],
        record["files"],
        record["folder"],
        record["repairs"],
        record["groups"],
        _stamp_of_counts(request),
    ]
    return json.dumps(parts, sort_keys=True)


def _stamp_of_counts(request: Mapping[str, Any]) -> list[int]:
    """Return size and time of what is written last of counts, [] where they are not made here."""
    try:
        stat = (counts_of(request) / QUANTIFIED).stat()
    except OSError:
        return []
    return [stat.st_size, stat.st_mtime_ns]
