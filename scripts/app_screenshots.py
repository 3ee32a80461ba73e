"""Take the pictures of docs/app.md: python scripts/app_screenshots.py [-o FOLDER].

A real app is started in a temporary folder, a real browser goes through it: the airway study where the folder of
public data is there (HEATLEAF_TEST_DATA), else the demonstration; then reads of yeast, where
they and kallisto are there. Pictures above 300 kB are refused.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from heatleaf.io import write_bytes
from heatleaf.resources import demo_study

HERE = Path(__file__).resolve().parent
DATA = Path(os.environ.get("HEATLEAF_TEST_DATA", HERE.parents[1] / "shared" / "data"))
MAX_BYTES = 300_000
YEAST_SHEET = "sample\ttreatment\n" + "".join(
    f"{sample}\t{'auxin' if 'IAA' in sample else 'none'}\n"
    for sample in ("WT_REP2", "RAP1_UNINDUCED_REP1", "RAP1_UNINDUCED_REP2", "RAP1_IAA_30M_REP1")
)
PATIENCE = 180_000  # ms
OPTIONS = "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-sync"
EVERYWHERE = ("app_answer", "app_branch")
ONCE = "1280_light"
SIZES = {"1280": (1280, 860), "1920": (1920, 1080)}


def study_files(folder: Path) -> list[Path]:
    """Return the files to drop."""
    airway = DATA / "airway"
    if airway.is_dir():
        return [airway / "counts.csv.gz", airway / "metadata.csv"]
    study = demo_study()
    texts = {"counts.tsv": study.counts_text, "samples.tsv": study.samples_text}
    for name, text in texts.items():
        write_bytes(folder / name, text.encode("utf-8"))
    return [folder / name for name in texts]


def reads_folder(folder: Path) -> Path | None:
    """Return a copy of the reads of four yeast samples with their sheet and transcripts; None where they are absent."""
    yeast = DATA / "reads_yeast_chrI"
    if not yeast.is_dir() or shutil.which("kallisto") is None:
        return None
    for path in (yeast / "fastq").iterdir():
        (folder / "yeast").mkdir(exist_ok=True)
        shutil.copy(path, folder / "yeast" / path.name.replace(".mapped_only", ""))
    write_bytes(folder / "yeast" / "samples.tsv", YEAST_SHEET.encode("ascii"))
    for name in ("transcriptome.fasta", "genes.gtf"):
        shutil.copy(yeast / "ref" / name, folder)
    return folder / "yeast"


def smaller(png: bytes) -> bytes:
    """Write a picture with 256 colours, chosen so that small patches of a colour keep theirs."""
    colours = Image.Quantize.MAXCOVERAGE
    image = Image.open(io.BytesIO(png)).convert("RGB").quantize(256, colours, kmeans=2, dither=Image.Dither.NONE)
    written = io.BytesIO()
    image.save(written, "PNG", optimize=True)
    return written.getvalue()


class Camera:
    """Takes pictures of a tab into a folder."""

    def __init__(self, tab: Any, folder: Path, ending: str) -> None:
        self.tab = tab
        self.folder = folder
        self.ending = ending

    def take(self, name: str) -> None:
        """Keep what is in the window as NAME_SIZE_SCHEME.png; all of it in one size and scheme, the answer in each."""
        if self.ending != ONCE and name not in EVERYWHERE:
            return
        self.tab.wait_for_timeout(600)
        picture = self.tab.screenshot()
        picture = smaller(picture) if len(picture) > MAX_BYTES else picture
        path = self.folder / f"{name}_{self.ending}.png"
        if len(picture) > MAX_BYTES:
            raise SystemExit(f"{path.name} has {len(picture):,} bytes; at most {MAX_BYTES:,} are kept")
        write_bytes(path, picture)
        print(f"{path.name}: {len(picture):,} bytes")


def tell_story(tab: Any, camera: Camera, files: Sequence[Path]) -> None:
    """Go through the app from the dropped table to a selected branch."""
    camera.take("app_start")
    tab.set_input_files("#files", files)
    tab.wait_for_selector("#analyse")
    camera.take("app_groups")
    tab.click("#analyse")
    tab.wait_for_selector(".phases .done")
    camera.take("app_progress")
    tab.wait_for_selector(".hl-body")
    tab.wait_for_selector(".optionbox .option")
    camera.take("app_answer")
    tab.locator(".hl-body").click(position={"x": 300, "y": 300})
    tab.keyboard.press("b")
    camera.take("app_branch")
    tab.evaluate("document.getElementById('part-comparison-0').scrollIntoView()")
    camera.take("app_comparison")
    tab.evaluate("document.getElementById('part-options').scrollIntoView()")
    tab.fill("#option-alpha", "0.01")
    tab.keyboard.press("Tab")
    camera.take("app_options")


def tell_reads(tab: Any, camera: Camera, reads: Path) -> None:
    """Go from a folder of reads to the first samples that are quantified."""
    tab.fill("#folder", str(reads))
    tab.click(".folder button")
    tab.fill("#transcripts", str(reads.parent / "transcriptome.fasta"))
    tab.fill("#annotation", str(reads.parent / "genes.gtf"))
    tab.click(".readsform button")
    tab.wait_for_selector("#analyse")
    tab.evaluate("document.querySelector('.transcripts').scrollIntoView()")
    camera.take("app_reads")
    tab.click("#analyse")
    tab.wait_for_selector(".samplesdone li:nth-child(2)")
    camera.take("app_quantify")


def photograph(playwright: Any, address: str, folder: Path, files: Sequence[Path], reads: Path | None) -> None:
    """Take all pictures: both sizes, light and dark; those of reads in one."""
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=OPTIONS.split())
    for size, (width, height) in SIZES.items():
        for scheme in ("light", "dark"):
            context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
            tab = context.new_page()
            tab.set_default_timeout(PATIENCE)
            tab.goto(address)
            tab.wait_for_selector(".drop")
            camera = Camera(tab, folder, f"{size}_{scheme}")
            tell_story(tab, camera, files)
            if reads is not None and camera.ending == ONCE:
                tab.goto(address)
                tell_reads(tab, camera, reads)
            context.close()
    browser.close()


def main() -> None:
    """Start the app, take the pictures, end the app."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=HERE.parent / "docs" / "pictures")
    output = parser.parse_args().output
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "heatleaf", "app", "--no-browser", "--studies", str(Path(folder) / "studies")]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as app, sync_playwright() as playwright:  # noqa: S603
            try:
                assert app.stdout is not None
                inputs = study_files(Path(folder)), reads_folder(Path(folder))
                photograph(playwright, app.stdout.readline().strip(), output, *inputs)
            finally:
                app.terminate()


if __name__ == "__main__":
    main()
