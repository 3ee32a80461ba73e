"""Whether a run comes out again: the files it left, the hashes it noted, and the folder of a second run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from heatleaf.io.checksum import sha256_of
from heatleaf.io.finished_run import FinishedRun

RECORD = "run.json"
# Of run.json these may differ: clock times, the versions and inputs that are compared by themselves, and hashes of
# files that are compared too. Messages of these codes speak of the folder, not of the analysis.
_NOT_COMPARED = ("times", "versions", "inputs", "resources", "hashes", "messages")
_FOLDER_CODES = ("output_running", "output_folder")


@dataclass(frozen=True)
class Comparison:
    """What came of comparing a run with its repetition; names of files are relative to the folder.

    changed : files that are not as the run left them. missing : files that are gone. differing : files that the
    repetition makes otherwise, or does not make. reasons : why the repetition may differ, in sentences.
    n_files : files of the run.
    """

    n_files: int
    changed: tuple[str, ...]
    missing: tuple[str, ...]
    differing: tuple[str, ...]
    reasons: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        """Whether every file is as it was left and comes out again."""
        return not (self.changed or self.missing or self.differing)


def compare_runs(run: FinishedRun, again: FinishedRun) -> Comparison:
    """Compare a finished run with its repetition in another folder.

    Parameters
    ----------
    run, again : FinishedRun
        The repetition was made from the inputs and settings that run.json of the first names.
    """
    files = [name for name in run.record["files"] if name != RECORD]
    noted = run.record.get("hashes", {})
    present = {name: sha256_of(run.folder / name) for name in files if (run.folder / name).is_file()}
    made = again.record["hashes"]
    differing = [name for name in files if made.get(name) != noted.get(name, present.get(name))]
    differing += sorted(made.keys() - set(files))
    record = _differing_keys(run.record, again.record)
    return Comparison(
        n_files=len(files) + 1,
        changed=tuple(name for name in present if name in noted and present[name] != noted[name]),
        missing=tuple(name for name in files if name not in present),
        differing=(*differing, *([f"{RECORD} ({', '.join(record)})"] if record else [])),
        reasons=tuple(_reasons(run.record, again.record)),
    )


def _differing_keys(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Return the parts of run.json that differ though they hold no time and no folder."""
    keys = [key for key in sorted(old.keys() | new.keys()) if key not in _NOT_COMPARED and old.get(key) != new.get(key)]
    return keys if _messages(old) == _messages(new) else [*keys, "messages"]


def _messages(record: Mapping[str, Any]) -> list[tuple[str, str]]:
    said = [(message["code"], message["text"]) for message in record["messages"]]
    return [pair for pair in said if pair[0] not in _FOLDER_CODES]


def _reasons(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is not as it was: versions, inputs, built-in or fetched data."""
    for name, version in old["versions"].items():
        now = new["versions"].get(name, "absent")
        if now != version:
            yield f"{name} was {version} and is {now}"
    now_read = [(one["role"], one["sha256"]) for one in new["inputs"]]
    for one in old["inputs"]:
        if (one["role"], one["sha256"]) not in now_read:
            yield f"{one['file']} is not the file that was read ({one['role']}, SHA-256 {one['sha256'][:12]}...)"
    data = {one["file"]: one for one in new["resources"]}
    for one in old["resources"]:
        if one["sha256"] != data.get(one["file"], {}).get("sha256"):
            yield f"the built-in or fetched data {one['file']} ({one['release']}) are others now"
