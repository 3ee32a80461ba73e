"""A running app, spoken to over real sockets."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse

SETTLED = ("ready", "unclear", "done", "failed", "cancelled", "interrupted")
BOUNDARY = "heatleaf-test-boundary"


@dataclass
class Answer:
    """An HTTP answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as strict JSON: NaN and Infinity are no numbers (requirement R29)."""

        def refuse(token: str) -> None:
            raise AssertionError(f"{token} in JSON")

        return json.loads(self.body, parse_constant=refuse)


class RunningApp:
    """An app in a process of its own.

    before : statements of Python that it begins with, such as those that shorten its patience.
    """

    def __init__(self, studies: Path, *options: str, before: str = "") -> None:
        start = f"import sys\n{before}\nfrom heatleaf.cli import main\nsys.exit(main(sys.argv[1:]))"
        begin = ["-c", start] if before else ["-m", "heatleaf"]
        command = [sys.executable, *begin, "app", "--no-browser", "--studies", str(studies), *options]
        self._log = (studies.parent / f"{studies.name}.log").open("w+")
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self._log, text=True)
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().strip()
        url = urlparse(self.address)
        self.port = url.port or 0
        self.token = parse_qs(url.query).get("token", [""])[0]
        self.studies = studies

    @property
    def log(self) -> str:
        """Return standard error so far."""
        self._log.flush()
        return Path(self._log.name).read_text()

    def ask(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None, *, key: bool = True
    ) -> Answer:
        """Send a request; key : with the token."""
        given = {"Authorization": f"Bearer {self.token}"} if key else {}
        given |= dict(headers or {})
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            connection.request(method, path, body, given)
            answer = connection.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())

    def raw(self, data: bytes, *, wait: float = 10.0) -> bytes:
        """Send bytes as they are, and return what comes until the connection closes or nothing comes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait) as connection:
            connection.sendall(data)
            received = b""
            with contextlib.suppress(TimeoutError, ConnectionError):
                while block := connection.recv(65536):
                    received += block
            return received

    def drop(self, files: Sequence[tuple[str, bytes]]) -> Answer:
        """Drop files as a browser does."""
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        return self.ask("POST", "/api/studies", multipart(files), {"Content-Type": kind})

    def study(self, study_id: str) -> Any:
        """Return a study."""
        return self.ask("GET", f"/api/studies/{study_id}").json

    def settle(self, study_id: str, patience: float = 90.0) -> Any:
        """Wait until nothing is done for a study any more, and return it."""
        until, revision = time.monotonic() + patience, 0
        while time.monotonic() < until:
            found = self.ask("GET", f"/api/studies/{study_id}?since={revision}").json
            revision = found["revision"]
            if found["state"] in SETTLED:
                return found
        raise AssertionError(f"not settled: {found['state']}")

    def make(self, files: Sequence[tuple[str, bytes]]) -> Any:
        """Drop files, and return the study when they are understood."""
        return self.settle(self.drop(files).json["id"])

    def analyse(self, study_id: str, **asked: Any) -> Any:
        """Analyse, and return the study when that is done."""
        answer = self.ask("POST", f"/api/studies/{study_id}/analyse", asked)
        assert answer.status == 200, answer.body
        return self.settle(study_id)

    def end(self) -> int:
        """End it as Ctrl-C does, and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        code = self.process.wait(20)
        if self.process.stdout is not None:
            self.process.stdout.close()
        self._log.close()
        return code

    def kill(self) -> None:
        """End it without a chance to tidy up."""
        os.kill(self.process.pid, signal.SIGKILL)
        self.end()


def multipart(files: Sequence[tuple[str, bytes]]) -> bytes:
    """Return the body of a drop."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'.encode()
        + data
        + b"\r\n"
        for name, data in files
    ]
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


@contextlib.contextmanager
def running(studies: Path, *options: str, before: str = "") -> Iterator[RunningApp]:
    """Run an app until the block ends."""
    app = RunningApp(studies, *options, before=before)
    try:
        yield app
    finally:
        app.end()


def small_table(n_genes: int = 240) -> bytes:
    """Return counts of six samples, every third gene higher in the last three."""
    lines = ["gene\t" + "\t".join(f"{group}_{i}" for group in ("ctrl", "kd") for i in (1, 2, 3))]
    for i in range(n_genes):
        base = 40 + 7 * (i % 29)
        cells = [base + (i * 13 + j * 29) % 23 + (base if i % 3 == 0 and j > 2 else 0) for j in range(6)]
        lines.append("\t".join([f"gene{i}", *map(str, cells)]))
    return ("\n".join(lines) + "\n").encode()


def small_sheet() -> bytes:
    """Return the sheet of `small_table`."""
    names = [f"{group}_{i}" for group in ("ctrl", "kd") for i in (1, 2, 3)]
    return (
        "sample\tgroup\tbatch\n" + "".join(f"{n}\t{n.split('_')[0]}\t{'ab'[i % 2]}\n" for i, n in enumerate(names))
    ).encode()


FILES = (("counts.tsv", small_table()), ("samples.tsv", small_sheet()))
