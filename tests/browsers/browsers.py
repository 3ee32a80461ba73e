"""Firefox, WebKitGTK and Chromium as Debian has them, each with a profile of its own and no way to the network."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from webdriver import HttpWire, MarionetteWire, Tab

NAMES = ("firefox", "webkit", "chromium")
_PROGRAMS = {
    "firefox": ("firefox-esr", "firefox"),
    "webkit": ("WebKitWebDriver",),
    "chromium": ("chromedriver",),
}
_NOWHERE = "127.0.0.1:9"  # the port "discard": what asks for another computer gets no answer
_CHROMIUM = (
    "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update "
    f"--disable-sync --force-device-scale-factor=1 --hide-scrollbars=0 --proxy-server={_NOWHERE}"
)
_FIREFOX = {
    "marionette.port": 0,
    "browser.download.folderList": 2,
    "browser.download.alwaysOpenPanel": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.zoom.siteSpecific": False,
    "dom.ipc.cancel_content_js_when_navigating": False,  # it stops what a page does as it is left, now and then
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.proxy.type": 1,
    "network.proxy.http": _NOWHERE.split(":")[0],
    "network.proxy.http_port": int(_NOWHERE.split(":")[1]),
    "network.proxy.ssl": _NOWHERE.split(":")[0],
    "network.proxy.ssl_port": int(_NOWHERE.split(":")[1]),
}
_FIREFOX_SAID = """return [
  ...Services.console.getMessageArray().filter((one) => one instanceof Ci.nsIScriptError
    && /^(file|http|data|blob)/.test(one.sourceName)).map((one) => `${one.errorMessage} ${one.sourceName}`),
  ...Cc["@mozilla.org/consoleAPI-storage;1"].getService(Ci.nsIConsoleAPIStorage).getEvents()
    .filter((one) => ["error", "warn"].includes(one.level) && /^(file|http)/.test(one.filename))
    .map((one) => one.arguments.join(" "))]"""


@dataclass
class Browser:
    """A running browser with one page. downloads : where it puts what is saved. log : holds the console of WebKit."""

    name: str
    tab: Tab
    downloads: Path
    log: Path

    def resize(self, width: int, height: int, ratio: float = 1.0, zoom: float = 1.0) -> None:
        """Show the page in a window of so many pixels on a screen of a ratio, zoomed by the reader.

        WebKit has ratio and zoom from its start.
        """
        if self.name == "chromium":
            metrics = {"width": round(width / zoom), "height": round(height / zoom), "deviceScaleFactor": ratio * zoom}
            parameters = {"cmd": "Emulation.setDeviceMetricsOverride", "params": {**metrics, "mobile": False}}
            self.tab.wire.send("/goog/cdp/execute", parameters)
            return
        if self.name == "firefox":
            self._ask_firefox(f'Services.prefs.setCharPref("layout.css.devPixelsPerPx", "{ratio}")')
            self._ask_firefox(f"gBrowser.selectedBrowser.fullZoom = {zoom}")
        self.tab.wire.send("SetWindowRect", {"x": 0, "y": 0, "width": width, "height": height})

    def widen(self, width: int) -> None:
        """Show the page in a window of a width, and wait until it has it."""
        self.resize(width, 900)
        self.tab.wait(f"Math.abs(innerWidth - {width}) < 3")

    def open_page(self, address: str) -> None:
        """Open a page that shows a heatmap, and wait for its first picture."""
        self.tab.open(address)
        self.tab.wait("performance.getEntriesByName('heatleaf:painted').length > 0")

    def complaints(self) -> list[str]:
        """Return the errors and warnings on the console."""
        if self.name == "firefox":
            return list(self._ask_firefox(_FIREFOX_SAID))
        if self.name == "chromium":
            lines = self.tab.wire.send("/se/log", {"type": "browser"})
            return [line["message"] for line in lines if line["level"] in ("WARNING", "SEVERE")]
        return [line for line in self.log.read_text().splitlines() if line.startswith("CONSOLE") and "LOG" not in line]

    def _ask_firefox(self, script: str) -> Any:
        self.tab.wire.send("Marionette:SetContext", {"value": "chrome"})
        try:
            return self.tab.wire.send("ExecuteScript", {"script": script, "args": []})
        finally:
            self.tab.wire.send("Marionette:SetContext", {"value": "content"})


def find_program(name: str) -> str | None:
    """Return the path of what drives a browser; None where it is not installed."""
    return next(filter(None, map(shutil.which, _PROGRAMS[name])), None)


@contextlib.contextmanager
def running_browser(name: str, folder: Path, *, ratio: float = 1, zoom: float = 1) -> Iterator[Browser]:
    """Start a browser that keeps everything in a folder. ratio, zoom : for WebKit, which takes neither later."""
    downloads = folder / "Downloads"
    downloads.mkdir(parents=True)
    start = {"firefox": _firefox, "webkit": _webkit, "chromium": _chromium}[name]
    with start(folder, downloads, ratio, zoom) as tab:
        yield Browser(name, tab, downloads, folder / "log")


@contextlib.contextmanager
def _firefox(folder: Path, downloads: Path, *_: float) -> Iterator[Tab]:
    profile = folder / "profile"
    profile.mkdir()
    chosen = {**_FIREFOX, "browser.download.dir": str(downloads)}
    lines = [f"user_pref({_quoted(key)}, {_quoted(value)});" for key, value in chosen.items()]
    (profile / "user.js").write_text("\n".join(lines))
    command = [find_program("firefox") or "", "--headless", "--marionette", "--remote-allow-system-access"]
    with _running([*command, "--profile", str(profile)], folder):
        port = int(_wait_for(profile / "MarionetteActivePort"))
        with contextlib.closing(MarionetteWire(port)) as wire:
            yield Tab(wire, {"acceptInsecureCerts": False})
            wire.send("Marionette:Quit", {"flags": ["eForceQuit"]})


@contextlib.contextmanager
def _webkit(folder: Path, downloads: Path, ratio: float, zoom: float) -> Iterator[Tab]:
    (folder / ".config").mkdir()
    (folder / ".config" / "user-dirs.dirs").write_text(f'XDG_DOWNLOAD_DIR="{downloads}"\n')
    with _screen(folder) as display:
        around = {"DISPLAY": display, "GDK_BACKEND": "x11", "LIBGL_ALWAYS_SOFTWARE": "1", "NO_AT_BRIDGE": "1"}
        around |= {"GDK_SCALE": str(round(ratio)), "GDK_DPI_SCALE": str(zoom)}  # WebKitGTK zooms pages by the latter
        arguments = ["--automation", "--enable-write-console-messages-to-stdout=true", f"--proxy=http://{_NOWHERE}"]
        arguments += ["--ignore-host=127.0.0.1"]
        browser = next(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))
        wishes = {"webkitgtk:browserOptions": {"binary": str(browser), "args": arguments}}
        with _driver([find_program("webkit") or ""], folder, around) as wire:
            yield Tab(wire, wishes)
            wire.send("DeleteSession", {})


@contextlib.contextmanager
def _chromium(folder: Path, downloads: Path, *_: float) -> Iterator[Tab]:
    options = {
        "args": [*_CHROMIUM.split(), f"--user-data-dir={folder / 'profile'}"],
        "prefs": {"download.default_directory": str(downloads)},
    }
    wishes = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
    with _driver([find_program("chromium") or ""], folder, {}) as wire:
        yield Tab(wire, wishes)
        wire.send("DeleteSession", {})


@contextlib.contextmanager
def _screen(folder: Path) -> Iterator[str]:
    """Run an X server without a screen; give its name."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "2700x2000x24", "-nolisten", "tcp"]
    with _running(command, folder, keep=(writing,)), os.fdopen(reading) as said:
        os.close(writing)
        yield f":{said.readline().strip()}"


@contextlib.contextmanager
def _driver(command: list[str], folder: Path, around: Mapping[str, str]) -> Iterator[HttpWire]:
    port = _free_port()
    with _running([*command, f"--port={port}"], folder, around=around):
        _wait_for_port(port)
        with contextlib.closing(HttpWire(port)) as wire:
            yield wire


@contextlib.contextmanager
def _running(
    command: list[str], folder: Path, *, around: Mapping[str, str] | None = None, keep: Sequence[int] = ()
) -> Iterator[None]:
    """Run a program whose home is a folder, and end it with all that it started."""
    environment = {**os.environ, "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder), **(around or {})}
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        environment.pop(name, None)
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            command, stdout=log, stderr=log, env=environment, pass_fds=keep, start_new_session=True
        )
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, 15)
        process.wait(20)


def _quoted(value: object) -> str:
    return str(value).lower() if isinstance(value, bool | int) else f'"{value}"'


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait_for(path: Path, patience: float = 60.0) -> str:
    """Return what a program writes into a file, once it has."""
    end = time.monotonic() + patience
    while not (path.is_file() and path.read_text()):
        assert time.monotonic() < end, f"nothing in {path}"
        time.sleep(0.05)
    return path.read_text()


def _wait_for_port(port: int, patience: float = 30.0) -> None:
    end = time.monotonic() + patience
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        assert time.monotonic() < end, "the driver does not answer"
        time.sleep(0.05)
