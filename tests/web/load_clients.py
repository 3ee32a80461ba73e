"""Clients that leave halfway, do not move on, or send more than is allowed, and what the app did with them."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import random
import socket
import time
import zlib
from collections.abc import Iterator

import psutil
from app_process import BOUNDARY, FILES, Answer, RunningApp, multipart
from load_parts import Tally, at_once, names_in, probing, wait_until

KIND = f"multipart/form-data; boundary={BOUNDARY}"


def head_of(app: RunningApp, method: str, path: str, *lines: str) -> bytes:
    """Return the head of a request that has the key."""
    own = (f"Host: 127.0.0.1:{app.port}", f"Authorization: Bearer {app.token}")
    return "\r\n".join([f"{method} {path} HTTP/1.1", *own, *lines, "", ""]).encode()


def cut_upload(app: RunningApp, rng: random.Random, table: bytes) -> None:
    """Begin an upload and leave at any byte, at once, after a moment, or by closing one direction only."""
    body = multipart([("counts.tsv", table), FILES[1]])
    request = head_of(app, "POST", "/api/studies", f"Content-Type: {KIND}", f"Content-Length: {len(body)}") + body
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", app.port), timeout=10) as connection:
        connection.sendall(request[: rng.randrange(1, len(request) - 1)])
        ending = rng.randrange(3)
        if ending == 1:
            time.sleep(0.05)
        if ending == 2:
            connection.shutdown(socket.SHUT_WR)
            connection.settimeout(5)
            connection.recv(4096)


def break_uploads(app: RunningApp, n_cut: int, n_whole: int, table: bytes) -> Tally:
    """Cut many uploads off among whole ones: only these are kept, as they were sent."""
    tally, kept = Tally(), set(names_in(app.studies))
    made: list[str] = []
    rngs = [random.Random(seed) for seed in range(n_cut)]
    every = max(1, n_cut // max(1, n_whole))

    def upload(i: int) -> None:
        if i % every == 0 and i // every < n_whole:
            answer = app.drop([("counts.tsv", table), FILES[1]])
            tally.statuses[answer.status] += 1
            if answer.status == 201:
                made.append(answer.json["id"])
            else:
                tally.faults.append(f"wrong: upload: {answer.status} {answer.body[:150]!r}")
        cut_upload(app, rngs[i], table)

    at_once(20, upload, n_cut)
    for study_id in made:
        if app.settle(study_id)["state"] != "ready":
            tally.faults.append(f"wrong: {app.study(study_id)['error']}")
        if (app.studies / study_id / "input" / "counts.tsv").read_bytes() != table:
            tally.faults.append("wrong: the file that was kept is not the one that was sent")
    wait_until(lambda: set(names_in(app.studies)) == kept | set(made), 40)
    tally.faults += [f"left: {name}" for name in set(names_in(app.studies)) - kept - set(made)]
    tally.faults += [f"left: {path}" for path in app.studies.rglob(".heatleaf-tmp-*")]
    listed = {one["id"] for one in app.ask("GET", "/api/studies").json["studies"]}
    tally.faults += [f"lost: study {one}" for one in set(made) - listed]
    return tally


def slow_clients(app: RunningApp, study_id: str, n_each: int, patience: float) -> tuple[Tally, dict[str, list[float]]]:
    """Hold connections by heads, bodies and answers that do not move on, while another asks.

    Returns what the other was answered, and the seconds after which the server gave each client up, by what it did;
    one that it held to the end is missing.
    """
    body = f"Content-Type: {KIND}", "Content-Length: 1000000"
    small = head_of(app, "POST", f"/api/studies/{study_id}/rename", "Content-Length: 5000")
    kinds = {
        "head": (head_of(app, "GET", "/api/hello")[:20], b"a" * 1000),
        "body": (head_of(app, "POST", "/api/studies", *body), multipart(FILES)[:2000]),
        "small body": (small, b'{"name": "' + b"x" * 2000),
        "unread answer": (head_of(app, "GET", f"/api/studies/{study_id}/zip") * 40, b""),
    }
    clients = [SlowClient(app, name, first, rest) for name, (first, rest) in kinds.items() for _ in range(n_each)]
    ended: dict[str, list[float]] = {name: [] for name in kinds}
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        tally = stack.enter_context(probing(app))
        for client in clients:
            stack.enter_context(contextlib.closing(client.connection))
        while clients and time.monotonic() - began < patience:
            time.sleep(1)
            there = peers(app)
            for client in clients:
                client.drip()
            gone = [one for one in clients if one.port not in there]
            for client in gone:
                ended[client.name].append(time.monotonic() - began)
            clients = [one for one in clients if one not in gone]
    return tally, ended


class SlowClient:
    """Sends `first`, then `rest` byte by byte, and reads nothing."""

    def __init__(self, app: RunningApp, name: str, first: bytes, rest: bytes) -> None:
        self.name = name
        self.connection = socket.socket()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.connection.connect(("127.0.0.1", app.port))
        self.port = self.connection.getsockname()[1]
        self._rest = iter(rest)
        self.connection.sendall(first)

    def drip(self) -> None:
        """Send one more byte."""
        with contextlib.suppress(OSError, StopIteration):
            self.connection.send(bytes([next(self._rest)]))


def peers(app: RunningApp) -> set[int]:
    """Return the ports of those whose connections the server holds."""
    return {one.raddr.port for one in psutil.Process(app.process.pid).net_connections("tcp") if one.raddr}


def send_pieces(app: RunningApp, name: str, pieces: Iterator[bytes], n_bytes: int) -> Answer:
    """Drop one file of `n_bytes` without holding it."""
    begin, _, end = multipart([(name, b"\0")]).partition(b"\0")
    connection = http.client.HTTPConnection("127.0.0.1", app.port, timeout=300)
    headers = {"Authorization": f"Bearer {app.token}", "Content-Type": KIND}
    headers["Content-Length"] = str(len(begin) + n_bytes + len(end))
    with contextlib.closing(connection):
        with contextlib.suppress(OSError):  # a refusal comes before all is sent; a browser reads it as well
            connection.request("POST", "/api/studies", itertools.chain([begin], pieces, [end]), headers)
        answer = connection.getresponse()
        return Answer(answer.status, dict(answer.getheaders()), answer.read())


def table_pieces(n_genes: int, n_samples: int) -> tuple[Iterator[bytes], int]:
    """Return a table of counts piece by piece, and its size in bytes. Equal rows but for the ids, and few zeros."""
    header = "gene\t" + "\t".join(f"s{j:05d}" for j in range(n_samples)) + "\n"
    cells = "\t".join(str(100 + (j * 37) % 899) for j in range(n_samples)) + "\n"
    row = f"ENSG{0:011d}\t{cells}"
    rows = (f"ENSG{i:011d}\t{cells}".encode() for i in range(n_genes))
    return itertools.chain([header.encode()], in_blocks(rows)), len(header) + n_genes * len(row)


def in_blocks(rows: Iterator[bytes], n_bytes: int = 1 << 20) -> Iterator[bytes]:
    """Join rows to blocks of about a megabyte."""
    block: list[bytes] = []
    size = 0
    for row in rows:
        block.append(row)
        size += len(row)
        if size >= n_bytes:
            yield b"".join(block)
            block, size = [], 0
    yield b"".join(block)


def bomb(n_bytes: int) -> bytes:
    """Return a gzip file of a table that expands to `n_bytes`."""
    packer = zlib.compressobj(6, wbits=31)
    head = b"gene\ta\tb\tc\td\n"
    line = b"g1\t1\t2\t3\t4\n" * 1_000_000
    parts = [packer.compress(head), *(packer.compress(line) for _ in range(n_bytes // len(line))), packer.flush()]
    return b"".join(parts)


def drop_large(app: RunningApp, name: str, pieces: Iterator[bytes], n_bytes: int) -> tuple[str, float, Tally]:
    """Drop a large file while another asks, see how it is answered, and delete it: state and seconds until then."""
    before = set(names_in(app.studies))
    began = time.monotonic()
    with probing(app) as tally:
        answer = send_pieces(app, name, pieces, n_bytes)
        said = f"{answer.status}"
        if answer.status == 201:
            study = app.settle(answer.json["id"], 900)
            said = study["state"] + (f" ({study['error']['code']})" if study["error"] else "")
            tally.ask(app, "DELETE", f"/api/studies/{answer.json['id']}")
        seconds = time.monotonic() - began
    if not wait_until(lambda: set(names_in(app.studies)) == before, 20):
        tally.faults.append("left: files of what was refused or deleted")
    return said, seconds, tally
