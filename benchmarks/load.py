"""The app under load: many pages, many requests, cut uploads, slow clients, large files, many studies, kills.

    python benchmarks/load.py [part ...]

A real app on 127.0.0.1, spoken to over HTTP and by tabs of a Chromium where there is one. A line for each part:
answers, what was lost, wrong or left behind (each must be 0), seconds until an answer (median, 99 %, worst; of a
second client that asks for the list of studies, where the line says so), peaks of memory, and files and threads held
before and after. The parts are those of tests/web/load_*.py, which the tests run in a small form. `make soak` runs it.
"""

from __future__ import annotations

import contextlib
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "web"))
from app_process import FILES, RunningApp, running, small_table
from load_clients import bomb, break_uploads, drop_large, slow_clients, table_pieces
from load_kills import Killings, copy_study
from load_parts import Tally, Watch, ask_mixed, at_once, follow_runs, names_in, probing, wait_until

N_POLLERS, N_TABS, N_STUDIES, N_KILLS = 20, 8, 500, 20
SLOW_SECONDS = 120.0  # the longest limit is a minute, and begins when the kernel takes no more


class Table:
    """Prints a line for each part, and counts faults."""

    def __init__(self) -> None:
        self.n_faults = 0
        print(
            f"{'part':<34}{'answers':>9}{'faults':>8}{'median':>9}{'99 %':>9}{'worst':>9}   "
            "server  worker   files    threads"
        )

    def line(self, name: str, tally: Tally, watch: Watch | None = None) -> None:
        """Print a line. watch : of the part, None for another line of the same."""
        self.n_faults += len(tally.faults)
        times = "".join(f"{1e3 * tally.quantile(share):>6.0f} ms" for share in (0.5, 0.99, 1.0))
        held = ""
        if watch is not None:
            (files, threads), (files_now, threads_now) = watch.before, watch.settled()
            memory = f"{watch.server / 1e6:>6.0f} {watch.worker / 1e6:>7.0f} MB"
            held = f"{memory}  {files:>3} > {files_now:<3}  {threads:>3} > {threads_now}"
        print(f"{name:<34}{sum(tally.statuses.values()):>9,}{len(tally.faults):>8}{times}   {held}", flush=True)
        for fault, n_times in Counter(fault[:150] for fault in tally.faults).most_common(5):
            print(f"    {n_times} x {fault}")


@contextlib.contextmanager
def finished_app(folder: Path) -> Iterator[tuple[RunningApp, str]]:
    """Run an app with the example, analysed."""
    with running(folder / "studies") as app:
        study_id = app.ask("POST", "/api/studies", {"example": True}).json["id"]
        app.settle(study_id)
        assert app.analyse(study_id)["state"] == "done"
        yield app, study_id


def pollers(table: Table, folder: Path) -> None:
    """20 pages follow four studies that are analysed three times."""
    with finished_app(folder) as (app, _):
        studies = [app.make(FILES)["id"] for _ in range(4)]
        with Watch(app) as watch, probing(app) as other:
            tally = follow_runs(app, studies, N_POLLERS, 3)
        table.line(f"{N_POLLERS} clients follow 12 analyses", tally, watch)
        table.line("  meanwhile, another", other)


def tabs(table: Table, folder: Path) -> None:
    """Tabs of one browser, which has six connections for all of them, follow studies in line; one more is opened."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        print("tabs: skipped, no Chromium on this machine")
        return
    from browser_app import Noise, open_page
    from playwright import sync_api

    from headless_chromium import running_browser

    tally, noise = Tally(), Noise()
    with finished_app(folder) as (app, done), running_browser(chromium, sync_api) as browser, Watch(app) as watch:
        studies = [app.make(FILES)["id"] for _ in range(N_TABS)]
        app.ask("POST", f"/api/studies/{done}/analyse", {"settings": {"second_opinions": True}})
        for study_id in studies:
            app.ask("POST", f"/api/studies/{study_id}/analyse", {})
        first = open_page(browser, app.address, noise)
        alone = reload_seconds(first)
        pages = [first.context.new_page() for _ in studies]
        for page, study_id in zip(pages, studies, strict=True):
            noise.listen(page, app.address.split("/?")[0])
            page.goto(f"http://127.0.0.1:{app.port}/#study={study_id}", wait_until="commit")
        tally.seconds.append(reload_seconds(first))
        for page in pages:
            page.wait_for_selector(".takeaway h2, .takeaway p, .optionbox .option", timeout=300_000)
            tally.statuses[200] += 1
        tally.faults += noise.heard
        table.line(f"{N_TABS} tabs of a Chromium follow; reload", tally, watch)
        print(f"    the same reload before the tabs: {1e3 * alone:.0f} ms")


def reload_seconds(page: Any) -> float:
    """Load the first page again, and return how long that took."""
    began = time.perf_counter()
    page.reload()
    page.wait_for_selector(".drop")
    return time.perf_counter() - began


def requests(table: Table, folder: Path) -> None:
    """200 requests at once, of all kinds, ten times."""
    with finished_app(folder) as (app, study_id), Watch(app) as watch:
        tally = ask_mixed(app, study_id, 200, 10)
        table.line("200 requests at once, 10 times", tally, watch)


def uploads(table: Table, folder: Path) -> None:
    """300 uploads that are cut off, among 30 whole ones."""
    with running(folder / "studies") as app, Watch(app) as watch:
        with probing(app) as other:
            tally = break_uploads(app, 300, 30, small_table(20_000))
        table.line("300 cut uploads among 30 whole", tally, watch)
        table.line("  meanwhile, another", other)


def slow(table: Table, folder: Path) -> None:
    """30 clients each that do not move on in heads, bodies, small bodies and answers."""
    with finished_app(folder) as (app, study_id), Watch(app) as watch:
        tally, ended = slow_clients(app, study_id, 30, SLOW_SECONDS)
        for name, seconds in ended.items():
            if len(seconds) < 30:
                tally.faults.append(f"held: {30 - len(seconds)} clients with a slow {name}")
        table.line("120 slow clients; another", tally, watch)
        print("    given up after", ", ".join(f"{name} {max(s, default=0):.0f} s" for name, s in ended.items()))


def large(table: Table, folder: Path) -> None:
    """2 GB of a table, too many rows, more than the limit, and a bomb."""
    packed = bomb(1_500_000_000)
    drops: dict[str, Callable[[], tuple[Iterator[bytes], int]]] = {
        "large.tsv": lambda: table_pieces(60_000, 8_300),
        "rows.tsv": lambda: table_pieces(600_000, 800),
        "over.tsv": lambda: table_pieces(62_000, 8_300),
        "bomb.tsv.gz": lambda: (iter([packed]), len(packed)),
    }
    with running(folder / "studies") as app:
        for name, make in drops.items():
            pieces, n_bytes = make()
            with Watch(app) as watch:
                said, seconds, tally = drop_large(app, name, pieces, n_bytes)
            table.line(f"{name}, {n_bytes / 1e6:,.0f} MB; another", tally, watch)
            print(f"    {said}, {seconds:.0f} s from drop to deletion")


def studies(table: Table, folder: Path) -> None:
    """500 stored studies: start, list, delete."""
    with finished_app(folder) as (app, study_id):
        pass
    copies = copy_study(app.studies, study_id, N_STUDIES - 1)
    began = time.monotonic()
    with running(app.studies) as again, Watch(again) as watch:
        started, listing, deleting = time.monotonic() - began, Tally(), Tally()
        for _ in range(50):
            listing.ask(again, "GET", "/api/studies", check=lambda answer: len(answer.json["studies"]) == N_STUDIES)
        table.line(f"{N_STUDIES} studies: list", listing, watch)
        print(f"    started in {started:.1f} s")
        with probing(again) as other:
            at_once(5, lambda i: deleting.ask(again, "DELETE", f"/api/studies/{copies[i]}"), len(copies))
        if not wait_until(lambda: sum("-" in name for name in names_in(app.studies)) == 2, 20):  # with the lock
            deleting.faults.append("left: folders of deleted studies")
        table.line("  deleting all but one", deleting, watch)
        table.line("  meanwhile, another", other)


def kills(table: Table, folder: Path) -> None:
    """SIGKILL of worker and server in turn, under load."""
    killings = Killings(folder / "studies")
    for i in range(N_KILLS):
        killings.round(is_server=i % 2 == 1)
    n_studies = killings.finish()
    table.line(f"{N_KILLS} kills under load", killings.tally)
    print(f"    {n_studies} studies taken on, all there; stored results unchanged to the byte")


PARTS: dict[str, Callable[[Table, Path], Any]] = {
    part.__name__: part for part in (pollers, tabs, requests, uploads, slow, large, studies, kills)
}


def main(names: list[str]) -> int:
    """Run parts; return 1 where something was lost, wrong or left behind."""
    table = Table()
    for name in names or PARTS:
        with tempfile.TemporaryDirectory() as folder:
            PARTS[name](table, Path(folder))
    return 1 if table.n_faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
