"""The line of work by itself, with a worker that waits until it is let go on: order, and twice is once (R22, R24)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

import pytest

from heatleaf.web.app import App
from heatleaf.web.jobs import MAX_WAITING, Jobs
from heatleaf.web.record import StudyRecord
from heatleaf.web.refusal import RefusalError
from heatleaf.web.security import Door, Keys
from heatleaf.web.studies import Studies


class WaitingWorker:
    """Remembers what it was asked, and answers when it is let go on.

    asked : names of the folders of the studies. most_at_once : requests at the same time.
    """

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.most_at_once = self._now = 0
        self.may_go_on = asyncio.Event()

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def ask(self, request: Mapping[str, Any], report: Callable[[str, str], None]) -> Any:
        self.asked.append(Path(request["folder"]).name)
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        await self.may_go_on.wait()
        self._now -= 1
        return {"title": "", "documents": {}, "result_of": request["record"]["asked"]}


def with_app(folder: Path, names: list[str], play: Callable[[App, WaitingWorker], Coroutine[Any, Any, None]]) -> None:
    """Open an app with ready studies of these names and let a test play with it."""

    async def run() -> None:
        worker, studies = WaitingWorker(), Studies(folder)
        studies.open()
        app = App(studies, Jobs(worker), Door(Keys(1)), lambda: None)  # type: ignore[arg-type]
        try:
            for name in names:
                studies.make_folder(name)
                studies.put(StudyRecord(name, name, "2026-01-01T00:00:00+00:00", "ready"))
            app.jobs.start()
            await asyncio.wait_for(play(app, worker), 30)
        finally:
            await app.finish()
            await app.jobs.stop()
            studies.close()

    folder.mkdir(exist_ok=True)
    asyncio.run(run())


async def settle(app: App) -> None:
    while not app.jobs.is_idle or app._tasks:
        await asyncio.sleep(0.01)


def test_the_same_analysis_asked_twice_is_made_once(tmp_path: Path) -> None:
    """R24: while it waits, and while it runs; other settings, or the same ones later, are new work."""

    async def play(app: App, worker: WaitingWorker) -> None:
        for _ in range(5):
            app.begin_analysis("one")
        await asyncio.sleep(0.1)
        assert worker.asked == ["one"] and app.studies.get("one").state == "running"
        for _ in range(5):
            app.begin_analysis("one")
        worker.may_go_on.set()
        await settle(app)
        assert worker.asked == ["one"] and app.studies.get("one").state == "done"
        app.studies.change("one", asked={"top": 50})
        app.begin_analysis("one")
        app.begin_analysis("one")
        await settle(app)
        assert worker.asked == ["one", "one"]
        app.begin_analysis("one")
        await settle(app)
        assert len(worker.asked) == 3

    with_app(tmp_path / "studies", ["one"], play)


def test_an_analysis_too_many_is_refused_and_leaves_its_study_as_it_was(tmp_path: Path) -> None:
    """R22: the line is not endless, and whoever is turned away may come again."""
    names = [f"s{i}" for i in range(MAX_WAITING + 2)]

    async def play(app: App, worker: WaitingWorker) -> None:
        app.begin_analysis(names[0])
        await asyncio.sleep(0.1)
        for name in names[1:-1]:
            app.begin_analysis(name)
        with pytest.raises(RefusalError, match=r"50 pieces of work wait already; wait until some are done\.") as caught:
            app.begin_analysis(names[-1])
        assert caught.value.status == 503 and app.studies.get(names[-1]).state == "ready"
        app.begin_reading(names[-1])
        await asyncio.sleep(0.1)
        unread = app.studies.get(names[-1])
        assert unread.state == "failed" and unread.error is not None
        assert unread.error["error"].startswith("50 pieces of work wait already")
        worker.may_go_on.set()
        await settle(app)
        app.begin_analysis(names[-1])
        await settle(app)
        assert worker.asked == names

    with_app(tmp_path / "studies", names, play)


def test_work_is_done_one_by_one_in_the_order_of_asking(tmp_path: Path) -> None:
    """R22: each study knows its place, and nothing is worked at beside another."""
    names = ["d", "b", "a", "c"]

    async def play(app: App, worker: WaitingWorker) -> None:
        for name in names:
            app.begin_analysis(name)
        await asyncio.sleep(0.1)
        assert [app.studies.get(name).state for name in names] == ["running", "queued", "queued", "queued"]
        assert [app.jobs.position(name) for name in names] == [0, 1, 2, 3]
        worker.may_go_on.set()
        await settle(app)
        assert worker.asked == names and worker.most_at_once == 1
        assert {app.studies.get(name).state for name in names} == {"done"}

    with_app(tmp_path / "studies", names, play)
