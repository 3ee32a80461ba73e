"""Studies on disk: a folder each, of which study.json is what counts.

All are read once, at the start, and what that finds is listed from memory. All methods run in the server's one thread,
and touch the disk only when a state changes.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import json
import re
import secrets
import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from heatleaf.errors import UserError
from heatleaf.io import OutputFolder, write_bytes
from heatleaf.web.progress import StudyProgress
from heatleaf.web.record import StudyRecord, after_restart
from heatleaf.web.refusal import RefusalError

MADE = "made.json"  # what a result was made of: title, documents, result_of
RESULT_PARTS = ("result", "view.json.gz", MADE, "answer.json")  # in the order in which a new result takes its place
_LISTED = ("id", "name", "created", "state", "title", "n_genes", "n_samples")
_ID = re.compile(r"\d{8}-[0-9a-f]{16}")
_DELETED = ".deleted-"


class Studies:
    """All studies of one folder; one app at a time works in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._records: dict[str, StudyRecord] = {}
        self._progress: dict[str, StudyProgress] = {}
        self._revisions: dict[str, int] = {}
        self._changed = asyncio.Condition()
        self.n_waiting = 0
        self._lock: OutputFolder | None = None

    def open(self) -> None:
        """Take the folder, and read what is in it.

        Raises
        ------
        UserError
            output_running: another app works in the folder. output_folder, output_write.
        """
        lock = OutputFolder(self.root)
        lock.__enter__()
        self._lock = lock
        self.root.chmod(0o700)
        _remove_leftovers(self.root)
        for path in sorted(self.root.glob("*/study.json")):
            record = _read_record(path)
            if record is not None and record.id == path.parent.name:
                _settle_result(path.parent)
                self._records[record.id] = after_restart(_with_result(record, path.parent))

    def close(self) -> None:
        """Give the folder free."""
        if self._lock is not None:
            self._lock.__exit__(None, None, None)

    def listing(self) -> list[dict[str, Any]]:
        """Return what the list of studies shows, the newest first."""
        newest = sorted(self._records.values(), key=lambda record: (record.created, record.id), reverse=True)
        return [{name: getattr(record, name) for name in _LISTED} for record in newest]

    def new_id(self) -> str:
        """Return an id that nobody can guess, made of letters that are safe in paths and addresses."""
        return f"{datetime.datetime.now(datetime.UTC):%Y%m%d}-{secrets.token_hex(8)}"

    def folder(self, study_id: str) -> Path:
        """Return the folder of a study; study_id : of our own making, never text of a request."""
        return self.root / study_id

    def make_folder(self, study_id: str) -> None:
        """Make the private folder of a new study (requirement S19)."""
        self.folder(study_id).mkdir(mode=0o700)
        (self.folder(study_id) / "input").mkdir(mode=0o700)

    def discard_folder(self, study_id: str) -> None:
        """Remove the folder of a study that did not come about."""
        shutil.rmtree(self.folder(study_id), ignore_errors=True)

    def get(self, study_id: str) -> StudyRecord:
        """Return a study.

        Raises
        ------
        RefusalError
            404: there is none of this id.
        """
        record = self._records.get(study_id)
        if record is None:
            raise RefusalError(404, "not_found", "There is no such study; it may have been deleted.")
        return record

    def progress(self, study_id: str) -> StudyProgress:
        """Return how far the running work of a study has come."""
        return self._progress.setdefault(study_id, StudyProgress())

    def revision(self, study_id: str) -> int:
        """Return a number that grows with each change of a study."""
        return self._revisions.get(study_id, 1)

    def find(self, **state: str) -> Iterable[StudyRecord]:
        """Yield the studies of these values."""
        return [r for r in self._records.values() if all(getattr(r, name) == value for name, value in state.items())]

    def put(self, record: StudyRecord) -> StudyRecord:
        """Keep a study as it is now, and tell those who wait for a change."""
        text = json.dumps(record.to_json(), allow_nan=False, ensure_ascii=False, indent=1)
        write_bytes(self.folder(record.id) / "study.json", text.encode("utf-8"))
        self._records[record.id] = record
        self.touch(record.id)
        return record

    def change(self, study_id: str, **changes: Any) -> StudyRecord:
        """Change some values of a study."""
        return self.put(replace(self.get(study_id), **changes))

    def touch(self, study_id: str) -> None:
        """Tell those who wait that something of a study has changed."""
        self._revisions[study_id] = self.revision(study_id) + 1
        self._wake()

    def _wake(self) -> None:
        task = asyncio.ensure_future(self._notify())
        task.add_done_callback(lambda done: done.exception())

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def wait(self, study_id: str, since: int, patience: float) -> None:
        """Return when the revision of a study is above `since`, or after `patience` seconds."""

        def is_new() -> bool:
            return study_id not in self._records or self.revision(study_id) > since

        self.n_waiting += 1
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(patience), self._changed:
                    await self._changed.wait_for(is_new)
        finally:
            self.n_waiting -= 1

    def accept_result(self, study_id: str) -> None:
        """Let a complete new result take the place of the one before."""
        _settle_result(self.folder(study_id))

    async def delete(self, study_id: str) -> None:
        """Remove a study with all its files: at once from the list, then from the disk, which may take longer."""
        self.get(study_id)
        for known in (self._records, self._progress, self._revisions):
            known.pop(study_id, None)
        self._wake()
        folder = self.folder(study_id)
        gone = folder.with_name(f"{_DELETED}{study_id}")
        with contextlib.suppress(FileNotFoundError):  # somebody removed it by hand
            folder.rename(gone)
        await asyncio.to_thread(shutil.rmtree, gone, ignore_errors=True)


def _remove_leftovers(root: Path) -> None:
    """Remove what an app left that was killed: uploads that never became a study, and half-deleted studies."""
    for folder in root.iterdir():
        is_unborn = _ID.fullmatch(folder.name) and {one.name for one in folder.iterdir()} <= {"input"}
        if is_unborn or folder.name.startswith(_DELETED):
            shutil.rmtree(folder, ignore_errors=True)


def _read_record(path: Path) -> StudyRecord | None:
    """Read study.json; None for one that cannot be read, whose folder is left as it is."""
    try:
        return StudyRecord.from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _with_result(record: StudyRecord, folder: Path) -> StudyRecord:
    """Return a study with what its result was made of, which an app that was killed may not have come to write."""
    try:
        made = json.loads((folder / MADE).read_text(encoding="utf-8"))
        found = replace(record, **{name: made[name] for name in ("title", "documents", "result_of")})
    except (OSError, ValueError, KeyError, TypeError):
        return record
    return replace(found, state="done") if found.state == "running" and found.result_of == found.request else found


def _settle_result(folder: Path) -> None:
    """Finish the change to a complete new result, or remove one that was left half-made.

    answer.json is the last that a worker writes, and the last that is moved: while it is in `new`, the result there is
    complete, and moving may be taken up again wherever it was broken off.
    """
    new = folder / "new"
    if not new.is_dir():
        return
    if (new / RESULT_PARTS[-1]).is_file():
        for name in RESULT_PARTS:
            if (new / name).exists():
                if (folder / name).exists():  # a request meets the one or the other; this one goes with `new`
                    (folder / name).rename(new / f"{name}.before")
                (new / name).rename(folder / name)
    shutil.rmtree(new, ignore_errors=True)


def check_free_space(folder: Path, n_bytes: int) -> None:
    """Refuse what would fill the disk (requirement R6).

    Raises
    ------
    UserError
        output_write.
    """
    free = shutil.disk_usage(folder).free
    if free < n_bytes:
        what = f"about {n_bytes / 1e6:,.0f} MB are needed, {free / 1e6:,.0f} MB are free"
        raise UserError("output_write", what, fix="free some space, or start the app with --studies on another disk")
