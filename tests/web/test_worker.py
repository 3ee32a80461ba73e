"""The worker process by itself: it ends with its parent, whatever it is at (R15)."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from heatleaf.cli.app import worker_command

# A worker whose only request takes a minute and says nothing meanwhile.
BUSY = """\
import sys, time
from heatleaf.web import work
class Desk:
    def __init__(self, write): pass
    def prepare(self): sys.stderr.write("ready\\n")
    def do(self, request, report): sys.stderr.write("busy\\n"); time.sleep(60)
work.Desk = Desk
work.serve_work(None)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the end of a pipe is told otherwise there")
@pytest.mark.parametrize("is_busy", [False, True])
def test_a_worker_ends_when_its_pipe_closes(is_busy: bool) -> None:
    """R15: as when the server is killed; silent work would go on unnoticed otherwise."""
    command = [sys.executable, "-c", BUSY] if is_busy else worker_command()
    worker = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )
    assert worker.stdin is not None and worker.stderr is not None
    try:
        if is_busy:
            assert worker.stderr.readline() == b"ready\n"
            worker.stdin.write(json.dumps({"op": "none"}).encode() + b"\n")
            worker.stdin.flush()
            assert worker.stderr.readline() == b"busy\n"
        worker.stdin.close()
        worker.wait(20)
    finally:
        worker.kill()
        worker.stderr.close()
        worker.wait()
