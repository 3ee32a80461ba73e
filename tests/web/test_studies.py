"""Studies on disk: kept, listed, changed to a new result in one go, read back (requirements R15, S19)."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from heatleaf.errors import UserError
from heatleaf.web.record import StudyFile, StudyRecord, after_restart
from heatleaf.web.refusal import RefusalError
from heatleaf.web.studies import RESULT_PARTS, Studies


def run(work: Callable[[Studies], Awaitable[None]], root: Path) -> None:
    async def inside() -> None:
        studies = Studies(root)
        studies.open()
        try:
            await work(studies)
        finally:
            studies.close()

    asyncio.run(inside())


def record(study_id: str, state: str = "done") -> StudyRecord:
    file = StudyFile("f1", "a<b>.tsv", "input/a_b_.tsv", 12, "counts")
    return StudyRecord(study_id, "näme", "2026-01-01T00:00:00+00:00", state, (file,), asked={"top": 3})


ASKED = {"repairs": {}, "groups": None, "asked": {"top": 3}}


def make(studies: Studies, state: str = "done") -> str:
    study_id = studies.new_id()
    studies.make_folder(study_id)
    studies.put(record(study_id, state))
    return study_id


def test_a_study_is_the_same_after_a_restart(tmp_path: Path) -> None:
    ids = []

    async def first(studies: Studies) -> None:
        ids.extend([make(studies), make(studies, "running"), make(studies, "queued"), make(studies, "reading")])

    async def second(studies: Studies) -> None:
        assert studies.get(ids[0]) == record(ids[0])
        assert [studies.get(one).state for one in ids] == ["done", *["interrupted"] * 3]
        assert {one["id"] for one in studies.listing()} == set(ids)
        assert {one["name"] for one in studies.listing()} == {"näme"}

    run(first, tmp_path)
    run(second, tmp_path)


def test_what_cannot_be_read_is_left_alone(tmp_path: Path) -> None:
    async def first(studies: Studies) -> None:
        make(studies)

    run(first, tmp_path)
    for name, text in (("a", "{"), ("b", "[]"), ("c", '{"schema_version": 99}'), ("d", '{"schema_version": 1}')):
        (tmp_path / name).mkdir()
        (tmp_path / name / "study.json").write_text(text)

    async def second(studies: Studies) -> None:
        assert len(studies.listing()) == 1

    run(second, tmp_path)
    assert all((tmp_path / name / "study.json").is_file() for name in "abcd")


def test_a_folder_that_was_copied_in_is_listed_and_one_that_was_removed_is_not(tmp_path: Path) -> None:
    ids = []

    async def first(studies: Studies) -> None:
        ids.extend([make(studies), make(studies)])

    async def second(studies: Studies) -> None:
        assert [one["id"] for one in studies.listing()] == [ids[1]]

    run(first, tmp_path)
    shutil.rmtree(tmp_path / ids[0])
    run(second, tmp_path)


def new_result(folder: Path, word: str) -> None:
    (folder / "new" / "result").mkdir(parents=True)
    (folder / "new" / "result" / "run.json").write_text(word)
    (folder / "new" / "view.json.gz").write_text(word)
    (folder / "new" / "made.json").write_text(json.dumps({"title": word, "documents": {}, "result_of": ASKED}))
    (folder / "new" / "answer.json").write_text(word)


@pytest.mark.parametrize("n_moved", range(len(RESULT_PARTS) + 1))
def test_a_change_of_results_that_was_broken_off_is_finished(tmp_path: Path, n_moved: int) -> None:
    ids = []

    async def first(studies: Studies) -> None:
        study_id = make(studies, "running")
        ids.append(study_id)
        folder = studies.folder(study_id)
        new_result(folder, "old")
        studies.accept_result(study_id)
        new_result(folder, "new")
        for name in RESULT_PARTS[:n_moved]:  # as the change does, up to here
            if (folder / name).is_dir():
                shutil.rmtree(folder / name)
            else:
                (folder / name).unlink()
            (folder / "new" / name).rename(folder / name)

    async def second(studies: Studies) -> None:
        folder = studies.folder(ids[0])
        assert [(folder / name).read_text() for name in ("result/run.json", "view.json.gz", "answer.json")] == [
            "new"
        ] * 3
        assert not (folder / "new").exists()
        known = studies.get(ids[0])  # what the record had not come to say
        assert (known.title, known.result_of, known.state, known.stale) == ("new", ASKED, "done", [])

    run(first, tmp_path)
    run(second, tmp_path)


def test_a_half_made_result_is_removed_and_the_old_one_stays(tmp_path: Path) -> None:
    ids = []

    async def first(studies: Studies) -> None:
        ids.append(make(studies))
        folder = studies.folder(ids[0])
        new_result(folder, "old")
        studies.accept_result(ids[0])
        new_result(folder, "new")
        (folder / "new" / "answer.json").unlink()

    async def second(studies: Studies) -> None:
        folder = studies.folder(ids[0])
        assert (folder / "result" / "run.json").read_text() == "old" and not (folder / "new").exists()

    run(first, tmp_path)
    run(second, tmp_path)


def test_two_at_a_time_are_refused(tmp_path: Path) -> None:
    async def first(studies: Studies) -> None:
        with pytest.raises(UserError, match="another run is writing into this folder") as caught:
            Studies(tmp_path).open()
        assert caught.value.code == "output_running"

    run(first, tmp_path)


def test_waiting_ends_with_a_change_and_with_patience(tmp_path: Path) -> None:
    async def work(studies: Studies) -> None:
        study_id = make(studies)
        now = studies.revision(study_id)
        waiting = asyncio.create_task(studies.wait(study_id, now, 30))
        await asyncio.sleep(0.01)
        assert not waiting.done() and studies.n_waiting == 1
        studies.change(study_id, name="other")
        await asyncio.wait_for(waiting, 5)
        assert studies.revision(study_id) > now
        await asyncio.wait_for(studies.wait(study_id, studies.revision(study_id), 0.01), 5)
        assert studies.n_waiting == 0

    run(work, tmp_path)


def test_a_deleted_study_is_gone(tmp_path: Path) -> None:
    async def work(studies: Studies) -> None:
        study_id = make(studies)
        await studies.delete(study_id)
        with pytest.raises(RefusalError, match=r"There is no such study; it may have been deleted\.") as caught:
            studies.get(study_id)
        assert (caught.value.status, caught.value.code) == (404, "not_found")
        assert not studies.folder(study_id).exists() and not studies.listing()

    run(work, tmp_path)


def test_what_a_killed_app_left_of_uploads_and_deletions_is_removed(tmp_path: Path) -> None:  # S10
    ids = []

    async def first(studies: Studies) -> None:
        ids.extend([make(studies), make(studies), studies.new_id()])
        studies.make_folder(ids[2])
        (studies.folder(ids[2]) / "input" / "counts.tsv").write_text("half")
        studies.folder(ids[1]).rename(tmp_path / f".deleted-{ids[1]}")

    async def second(studies: Studies) -> None:
        assert [one["id"] for one in studies.listing()] == [ids[0]]

    (tmp_path / "my notes").mkdir()
    (tmp_path / "20260101-0123456789abcdef").mkdir()
    (tmp_path / "20260101-0123456789abcdef" / "result").mkdir()  # not of an upload: it may be of worth
    run(first, tmp_path)
    run(second, tmp_path)
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {ids[0], "my notes", "20260101-0123456789abcdef"}


def test_a_record_survives_json() -> None:
    one = record("20260101-00")
    assert StudyRecord.from_json(json.loads(json.dumps(one.to_json()))) == one
    assert after_restart(one) is one
