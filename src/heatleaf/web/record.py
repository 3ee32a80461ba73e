"""What is kept of a study: its files, what was understood, what was asked, and how far it has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

SCHEMA_VERSION = 1
ACTIVE = ("reading", "queued", "running")  # states that need a worker; after a restart they are "interrupted"


@dataclass(frozen=True)
class StudyFile:
    """A file of a study.

    id : of this file, for requests. label : the name that the user gave it, only ever shown. path : relative to the
    folder of the study, absolute where the user named a folder of the machine. role : "counts", "samples",
    "gene_sets" or "ignored", "" before reading.
    """

    id: str
    label: str
    path: str
    size: int
    role: str = ""


@dataclass(frozen=True)
class StudyRecord:
    """One study as study.json keeps it.

    state : "reading", "unclear", "ready", "queued", "running", "done", "failed", "cancelled" or "interrupted".
    folder : named by the user, "" for uploads. repairs : options of the reader by name. groups : the groups as edited,
    None where they are as read. asked : settings that are no defaults. reading : what the worker understood.
    error : parts of the refusal, None without one. result_of : what was asked when the result was made, None without a
    result. documents : id -> path within the result.
    """

    id: str
    name: str
    created: str
    state: str
    files: tuple[StudyFile, ...] = ()
    folder: str = ""
    is_example: bool = False
    repairs: Mapping[str, Any] = field(default_factory=dict)
    groups: Mapping[str, Any] | None = None
    asked: Mapping[str, Any] = field(default_factory=dict)
    reading: Mapping[str, Any] = field(default_factory=dict)
    error: Mapping[str, str] | None = None
    result_of: Mapping[str, Any] | None = None
    documents: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    n_genes: int = 0
    n_samples: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return the record as JSON values."""
        return {"schema_version": SCHEMA_VERSION, **asdict(self)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> StudyRecord:
        """Make a record of JSON values.

        Raises
        ------
        KeyError, TypeError, ValueError
            The values are not those of a record of this version.
        """
        if values["schema_version"] != SCHEMA_VERSION:
            raise ValueError(f"schema version {values['schema_version']}")
        known = {name: values[name] for name in (one.name for one in fields(cls)) if name in values}
        return cls(**{**known, "files": tuple(StudyFile(**one) for one in values["files"])})

    @property
    def inputs(self) -> dict[str, Any]:
        """What the tables that are analysed depend on."""
        return {"repairs": dict(self.repairs), "groups": self.groups}

    @property
    def request(self) -> dict[str, Any]:
        """What a result depends on."""
        return {**self.inputs, "asked": dict(self.asked)}

    @property
    def stale(self) -> list[str]:
        """Names of what has changed since the result was made."""
        if self.result_of is None:
            return []
        before, now = self.result_of["asked"], self.asked
        changed = [name for name in sorted({*before, *now}) if before.get(name) != now.get(name)]
        return changed + [name for name in ("repairs", "groups") if self.result_of[name] != self.request[name]]


def after_restart(record: StudyRecord) -> StudyRecord:
    """Say of work that no process does any more that it was interrupted (requirement R15)."""
    return replace(record, state="interrupted") if record.state in ACTIVE else record
