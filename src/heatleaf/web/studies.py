"""Studies on disk: a folder each, and an SQLite index by which they are listed without opening the folders.

study.json is what counts; the index is made again from the folders at every start. All methods run in the server's one
thread, and touch the disk only when a state changes.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import json
import secrets
import shutil
import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from heatleaf.errors import UserError
from heatleaf.io import OutputFolder, write_bytes
from heatleaf.web.progress import StudyProgress
from heatleaf.web.record import StudyRecord, after_restart
from heatleaf.web.refusal import RefusalError

RESULT_PARTS = ("result", "view.json.gz", "answer.json")  # in the order in which a new result takes its place
_LISTED = ("id", "name", "created", "state", "title", "n_genes", "n_samples")
_TABLE = f"create table if not exists studies ({', '.join(_LISTED)}, primary key (id))"


class Studies:
    """All studies of one folder; one app at a time works in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._records: dict[str, StudyRecord] = {}
        self._progress: dict[str, StudyProgress] = {}
        self._revisions: dict[str, int] = {}
        self._changed = asyncio.Condition()
        self._lock: OutputFolder | None = None
        self._index: sqlite3.Connection | None = None

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
        for path in sorted(self.root.glob("*/study.json")):
            record = _read_record(path)
            if record is not None and record.id == path.parent.name:
                _settle_result(path.parent)
                self._records[record.id] = after_restart(record)
        self._index = sqlite3.connect(self.root / "index.sqlite", isolation_level=None)
        self._make_index()

    def close(self) -> None:
        """Give the folder free."""
        if self._index is not None:
            self._index.close()
        if self._lock is not None:
            self._lock.__exit__(None, None, None)

    def _make_index(self) -> None:
        try:
            self._fill_index()
        except sqlite3.DatabaseError:  # damaged: everything in it is known from the folders
            path = self.root / "index.sqlite"
            self._connection.close()
            path.unlink(missing_ok=True)
            self._index = sqlite3.connect(path, isolation_level=None)
            self._fill_index()

    def _fill_index(self) -> None:
        self._connection.execute(_TABLE)
        self._connection.execute("delete from studies")
        for record in self._records.values():
            self._put_in_index(record)

    @property
    def _connection(self) -> sqlite3.Connection:
        assert self._index is not None, "the studies are open"
        return self._index

    def _put_in_index(self, record: StudyRecord) -> None:
        values = [getattr(record, name) for name in _LISTED]
        self._connection.execute(f"replace into studies values ({', '.join('?' * len(values))})", values)  # noqa: S608

    def listing(self) -> list[dict[str, Any]]:
        """Return what the list of studies shows, the newest first."""
        found = self._connection.execute("select * from studies order by created desc, id desc").fetchall()
        return [dict(zip(_LISTED, row, strict=True)) for row in found]

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
        self._put_in_index(record)
        self.touch(record.id)
        return record

    def change(self, study_id: str, **changes: Any) -> StudyRecord:
        """Change some values of a study."""
        return self.put(replace(self.get(study_id), **changes))

    def touch(self, study_id: str) -> None:
        """Tell those who wait that something of a study has changed."""
        self._revisions[study_id] = self.revision(study_id) + 1
        task = asyncio.ensure_future(self._notify())
        task.add_done_callback(lambda done: done.exception())

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def wait(self, study_id: str, since: int, patience: float) -> None:
        """Return when the revision of a study is above `since`, or after `patience` seconds."""

        def is_new() -> bool:
            return study_id not in self._records or self.revision(study_id) > since

        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience), self._changed:
                await self._changed.wait_for(is_new)

    def accept_result(self, study_id: str) -> None:
        """Let a complete new result take the place of the one before."""
        _settle_result(self.folder(study_id))

    def delete(self, study_id: str) -> None:
        """Remove a study with all its files."""
        self.get(study_id)
        del self._records[study_id]
        self._connection.execute("delete from studies where id = ?", (study_id,))
        folder = self.folder(study_id)
        gone = folder.with_name(f".deleted-{study_id}")
        folder.rename(gone)  # at once; what is inside may take longer
        shutil.rmtree(gone, ignore_errors=True)
        self._progress.pop(study_id, None)
        self.touch(study_id)


def _read_record(path: Path) -> StudyRecord | None:
    """Read study.json; None for one that cannot be read, whose folder is left as it is."""
    try:
        return StudyRecord.from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None


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
                _remove(folder / name)
                (new / name).rename(folder / name)
    shutil.rmtree(new, ignore_errors=True)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


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
