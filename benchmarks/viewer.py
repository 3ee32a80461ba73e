"""The heatmap in Chromium at 20,000 x 200 cells: first paint, frames of pan and zoom, search; and the size of one file.

python benchmarks/viewer.py [--morpheus FOLDER]     FOLDER: the unpacked npm package morpheus-app, to run beside

Both open the same simulated matrix, already in memory: Heatleaf its packed document, Morpheus the text of a GCT file.
First paint is from there to the first picture. Pan by the wheel, zoom by the keys + and -: a frame is the time between
two pictures meanwhile (16.7 ms at best), work the processor time of the page. Search is from a name typed in until
the page shows it. Medians.
"""

from __future__ import annotations

import argparse
import functools
import http.server
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from playwright.sync_api import CDPSession, Page, sync_playwright

from heatleaf import Heatmap

OPTIONS = (
    "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update "
    "--disable-sync"
)
SIZE = {"width": 1440, "height": 900}
N_TURNS = 60  # of the wheel
MAX_FILE = 3_000_000  # bytes that 5,000 x 50 cells may take
MORPHEUS_PAGE = """<!DOCTYPE html><meta charset="utf-8">
<link rel="stylesheet" href="morpheus/css/morpheus-latest.min.css">
<script src="morpheus/js/morpheus-external-latest.min.js"></script>
<script src="morpheus/js/morpheus-latest.min.js"></script>
<div id="heatmap" style="width:1420px;height:880px"></div>"""
OPEN_MORPHEUS = """async () => {
  const file = new File([await (await fetch("big.gct")).text()], "big.gct");
  const start = performance.now();
  await new Promise((resolve) => {
    new morpheus.HeatMap({ el: document.getElementById("heatmap"), dataset: file, renderReady: resolve });
  });
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
  return performance.now() - start;
}"""
WATCH_FRAMES = """() => {
  const seen = { times: [], isOn: true };
  const step = (now) => { seen.times.push(now); if (seen.isOn) requestAnimationFrame(step); };
  requestAnimationFrame(step);
  window.seenFrames = seen;
}"""
FRAMES = """() => {
  window.seenFrames.isOn = false;
  return window.seenFrames.times;
}"""
SEARCH = """([selector, word]) => new Promise((resolve) => {
  const box = [...document.querySelectorAll(selector)].find((one) => one.offsetParent !== null);
  const type = (text) => {
    box.value = text;
    for (const name of ["keydown", "keyup"]) {
      box.dispatchEvent(new KeyboardEvent(name, { bubbles: true, key: "5", keyCode: 53 }));
    }
    box.dispatchEvent(new Event("input", { bubbles: true }));
  };
  box.focus();
  type("GENE0");
  setTimeout(() => {
    const start = performance.now();
    const look = () => {
      if (document.body.innerText.includes(word)) resolve(performance.now() - start);
      else requestAnimationFrame(look);
    };
    type(word);
    look();
  }, 1500);
})"""


def make_matrix(n_genes: int, n_samples: int) -> pd.DataFrame:
    """Simulate log values with twelve patterns of genes."""
    rng = np.random.default_rng(1)
    patterns = rng.normal(size=(12, n_samples))[rng.integers(0, 12, n_genes)]
    values = 8 + patterns * rng.uniform(0.5, 2, (n_genes, 1)) + rng.normal(size=(n_genes, n_samples))
    return pd.DataFrame(values, [f"GENE{i:05d}" for i in range(n_genes)], [f"sample_{i:03d}" for i in range(n_samples)])


def make_counts(n_genes: int, n_samples: int) -> pd.DataFrame:
    """Simulate counts with names as long as Ensembl's."""
    rng = np.random.default_rng(2)
    mean = rng.lognormal(5, 1.5, (n_genes, 1)) * 2.0 ** rng.normal(0, 1, (n_genes, n_samples))
    names = [f"ENSG{i:011d}" for i in range(n_genes)]
    return pd.DataFrame(rng.poisson(mean), names, [f"sample_{i:02d}" for i in range(n_samples)])


def write_gct(matrix: pd.DataFrame, path: Path) -> None:
    """Write a matrix as Morpheus reads it, four decimals."""
    lines = ["#1.3", f"{matrix.shape[0]}\t{matrix.shape[1]}\t0\t0", "id\t" + "\t".join(matrix.columns)]
    rows = zip(matrix.index, matrix.to_numpy().tolist(), strict=True)
    lines += [f"{name}\t" + "\t".join(f"{value:.4f}" for value in row) for name, row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serve a folder on this computer alone."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def open_heatleaf(page: Page, address: str) -> float:
    """Open the file; return milliseconds from the document in memory to the first picture."""
    page.goto(address)
    # asked from outside: the policy of the page lets nobody evaluate text in it
    while not page.evaluate("performance.getEntriesByName('heatleaf:painted').length"):
        page.wait_for_timeout(50)
    marks = page.evaluate("performance.getEntriesByType('mark').map((one) => [one.name, one.startTime])")
    times = dict(marks)
    return float(times["heatleaf:painted"] - times["heatleaf:arrived"])


def open_morpheus(page: Page, address: str) -> float:
    """Open the page and read the GCT; return milliseconds from its text in memory to the first picture."""
    page.goto(f"{address}/morpheus.html")
    page.set_default_timeout(120_000)
    return float(page.evaluate(OPEN_MORPHEUS))


def busy_seconds(session: CDPSession) -> float:
    """Return the seconds of processor time that the main thread of the page has taken so far."""
    metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    return float(metrics["TaskDuration"])


def watch(page: Page, act: Callable[[int], None]) -> tuple[float, float]:
    """Act N_TURNS times, a frame apart; return the median milliseconds of a frame, and those of work in one."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.wait_for_timeout(500)
    before = busy_seconds(session)
    page.evaluate(WATCH_FRAMES)
    for turn in range(N_TURNS):
        act(turn)
        page.wait_for_timeout(16)
    times = page.evaluate(FRAMES)
    work = 1000 * (busy_seconds(session) - before) / max(len(times) - 1, 1)
    return statistics.median(np.diff(times)), work


def search(page: Page, selector: str) -> float:
    """Type a name; return milliseconds until the page shows it."""
    return float(page.evaluate(SEARCH, [selector, "GENE12345"]))


def measure(page: Page, paint: float, selector: str) -> dict[str, float]:
    """Measure a page that shows its heatmap."""
    page.mouse.click(SIZE["width"] / 2, SIZE["height"] / 2)
    zoom, zoom_work = watch(page, lambda turn: page.keyboard.press("-" if 20 <= turn < 30 else "="))
    pan, pan_work = watch(page, lambda _: page.mouse.wheel(0, 60))
    return {
        "first paint": paint,
        "zoom, frame": zoom,
        "zoom, work": zoom_work,
        "pan, frame": pan,
        "pan, work": pan_work,
        "search": search(page, selector),
    }


def main() -> None:
    """Make the files, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--morpheus", type=Path, metavar="FOLDER", help="the unpacked npm package morpheus-app")
    parser.add_argument("--repeats", type=int, default=3)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _print_sizes(folder)
        if chromium := shutil.which("chromium"):
            _print_speeds(folder, chromium, args)
        else:
            print("skipped: speeds (no chromium on the PATH)")


def _print_sizes(folder: Path) -> None:
    heatmap = Heatmap(make_counts(5_000, 50)).show_genes("all")
    heatmap.save(folder / "5000x50.html")
    size = (folder / "5000x50.html").stat().st_size
    print(f"5,000 x 50, one HTML file with VST and counts: {size / 1e6:.2f} MB")
    assert size < MAX_FILE
    large = Heatmap(make_matrix(20_000, 200)).split_rows(8)
    _ = large.drawn
    start = time.process_time()
    large.save(folder / "big.html")
    size = (folder / "big.html").stat().st_size
    print(f"20,000 x 200: {size / 1e6:.1f} MB, written in {time.process_time() - start:.1f} s once clustered")


def _print_speeds(folder: Path, chromium: str, args: argparse.Namespace) -> None:
    runs: dict[str, list[dict[str, float]]] = {"Heatleaf": []}
    if args.morpheus:
        write_gct(make_matrix(20_000, 200), folder / "big.gct")
        (folder / "morpheus").symlink_to(args.morpheus.resolve(), target_is_directory=True)
        (folder / "morpheus.html").write_text(MORPHEUS_PAGE, encoding="utf-8")
        runs["Morpheus"] = []
    with sync_playwright() as playwright, serve(folder) as address:
        for _ in range(args.repeats):
            for tool, found in runs.items():
                browser = playwright.chromium.launch(executable_path=chromium, args=OPTIONS.split())
                page = browser.new_page(viewport=SIZE)  # type: ignore[arg-type]
                found.append(_measure_tool(tool, page, folder, address))
                browser.close()
    print_medians(runs)


def _measure_tool(tool: str, page: Page, folder: Path, address: str) -> dict[str, float]:
    if tool == "Morpheus":
        return measure(page, open_morpheus(page, address), "input[name=search]")
    return measure(page, open_heatleaf(page, (folder / "big.html").as_uri()), ".hl-search-field")


def print_medians(runs: dict[str, list[dict[str, float]]]) -> None:
    """Print the median of each measure, in milliseconds, with the ratio to the first tool."""
    medians: dict[str, Any] = {
        tool: {name: statistics.median(one[name] for one in found) for name in found[0]} for tool, found in runs.items()
    }
    (first, own), *others = medians.items()
    for name, value in own.items():
        beside = "".join(f", {tool} {found[name]:.1f} ms" for tool, found in others)
        print(f"{name}: {first} {value:.1f} ms{beside}")


if __name__ == "__main__":
    main()
