"""A running app and a real browser in front of it."""

from __future__ import annotations

import base64
import contextlib
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# A drop as a browser makes it: the files travel in a DataTransfer.
DROP = """([target, files]) => {
  const transfer = new DataTransfer();
  for (const {name, data} of files) {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    transfer.items.add(new File([bytes], name));
  }
  for (const kind of ["dragover", "drop"])
    document.querySelector(target).dispatchEvent(
      new DragEvent(kind, {dataTransfer: transfer, bubbles: true, cancelable: true}));
}"""


@dataclass
class Noise:
    """What a page did beside what was asked of it: dialogs, errors, requests to other places."""

    heard: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def listen(self, tab: Any, origin: str) -> None:
        """Listen to a tab. origin : of the app; a request to any other place is noise."""
        tab.on("dialog", lambda dialog: (self.heard.append(f"dialog {dialog.message}"), dialog.dismiss()))
        tab.on("pageerror", lambda error: self.heard.append(f"error {error}"))
        tab.on("console", lambda message: self._take_console(message))
        tab.on("request", lambda request: self._take_request(request.url, origin))
        tab.on("requestfailed", lambda request: self._take_failure(request))

    def _take_console(self, message: Any) -> None:
        if message.type == "error" and "status of 4" in message.text:
            self.refused.append(message.text)  # the browser's own line about an answer that refuses
        elif message.type in ("error", "warning"):
            self.heard.append(f"console {message.text}")

    def _take_failure(self, request: Any) -> None:
        if "/static/" in request.url:
            self.heard.append(f"failed {request.url} {request.failure}")

    def _take_request(self, url: str, origin: str) -> None:
        if not url.startswith((origin, "data:", f"blob:{origin}")):
            self.heard.append(f"request {url}")


@contextlib.contextmanager
def running_app(studies: Path) -> Iterator[str]:
    """Start `heatleaf app` on a free port, and give its address with the token."""
    command = [sys.executable, "-m", "heatleaf", "app", "--no-browser", "--studies", str(studies)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            assert address.startswith("http://127.0.0.1:"), address
            yield address
        finally:
            process.terminate()
            process.wait(20)


def open_page(browser: Any, address: str, noise: Noise, **context: Any) -> Any:
    """Open the app in a browser profile of its own."""
    tab = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True, **context).new_page()
    tab.set_default_timeout(90_000)
    noise.listen(tab, address.split("/?")[0])
    tab.goto(address)
    tab.wait_for_selector(".drop")
    return tab


def drop_files(tab: Any, paths: Sequence[Path]) -> None:
    """Drop files onto the first page."""
    files = [sent_file(path.name, path.read_bytes()) for path in paths]
    tab.evaluate(DROP, [".drop", files])


def sent_file(name: str, data: bytes) -> dict[str, str]:
    """Return a file as `DROP` takes it."""
    return {"name": name, "data": base64.b64encode(data).decode()}


def texts(tab: Any, selector: str) -> list[str]:
    """Return what the elements of a selector say."""
    return [str(text) for text in tab.locator(selector).all_inner_texts()]
