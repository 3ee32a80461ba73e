"""The worker process: takes requests as JSON lines, reads, analyses and draws, and answers as JSON lines.

It ends with its parent: a thread watches the pipe of the requests, and when that closes the process ends with all that
it has started (requirement R15).
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import queue
import secrets
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from typing import Any

from heatleaf.errors import UserError
from heatleaf.web.desk import Desk, Writer
from heatleaf.web.refusal import error_parts

_BLOCK = 1 << 20


def serve_work(write: Writer) -> None:
    """Answer requests until the parent goes.

    write : writes the folder of a result and tells what is in it; from the report, which this room does not know.
    """
    os.umask(0o077)
    if hasattr(os, "nice"):
        os.nice(int(os.environ.get("HEATLEAF_WORKER_NICE", "0")))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of the terminal; the parent decides
    send = _take_output()
    requests: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_watch, args=(requests,), daemon=True).start()
    desk = Desk(write)
    desk.prepare()
    gc.collect()
    gc.freeze()  # what is imported stays
    while True:
        send(answer(desk, json.loads(requests.get()), send))
        gc.collect()


def answer(desk: Desk, request: Mapping[str, Any], send: Callable[[Mapping[str, Any]], None]) -> dict[str, Any]:
    """Do what a request asks for; return its value or why there is none."""
    gc.disable()  # a piece of work leaves little, and looking for it costs time (measured: 6 %)
    try:
        return {"value": desk.do(request, lambda event, text: send({"event": event, "text": text}))}
    except UserError as error:
        folder = str(request.get("folder") or request)  # where studies lie is nothing for a page (requirement S18)
        return {"error": {name: text.replace(folder, "the study") for name, text in error_parts(error).items()}}
    except MemoryError:
        what, fix = "there is not enough memory for this table", "leave out genes without counts, or samples"
        return {"error": error_parts(UserError("memory", what, fix=f"{fix}; close other programs"))}
    except Exception:
        return {"error": _unexpected()}
    finally:
        gc.enable()


def _unexpected() -> dict[str, str]:
    """Log a fault of ours under an id that the browser shows (requirement S18)."""
    incident = secrets.token_hex(4)
    print(f"heatleaf: incident {incident}\n{traceback.format_exc()}", file=sys.stderr, flush=True)  # noqa: T201
    sentence = f"Something went wrong in heatleaf itself (incident {incident}); the terminal of the app tells more."
    return {"code": "internal", "error": sentence, "what": sentence, "where": "", "fix": ""}


def _take_output() -> Callable[[Mapping[str, Any]], None]:
    """Keep standard output for answers; what a library prints goes to standard error."""
    channel = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)

    def send(message: Mapping[str, Any]) -> None:
        channel.write(json.dumps(message, allow_nan=False).encode() + b"\n")
        channel.flush()

    return send


def _watch(requests: queue.SimpleQueue[bytes]) -> None:
    """Pass on requests, line by line, until the pipe closes; then end this process and its children.

    It reads the bare descriptor, so that no lock of a buffer is held when the main thread forks.
    """
    rest = b""
    while block := os.read(0, _BLOCK):
        *lines, rest = (rest + block).split(b"\n")
        for line in lines:
            requests.put(line)
    with contextlib.suppress(OSError, AttributeError):
        if os.getpgrp() == os.getpid():
            os.killpg(0, signal.SIGKILL)
    os._exit(1)
