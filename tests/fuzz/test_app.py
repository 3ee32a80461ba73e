"""Odd requests to a running app: each is answered rightly or refused, and the app lives on (S8, S18)."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from mutants import mutate

sys.path.insert(0, str(Path(__file__).parents[1] / "web"))
from app_process import FILES, RunningApp, running

pytestmark = pytest.mark.timeout(300)
N_REQUESTS = 250
PARTS = [
    "read", "groups", "files", "analyse", "cancel", "rename", "result", "view", "zip", "figure", "enrich", "compare",
    "api", "studies", "%2e%2e", "..", "%00", "a" * 300, "-1", "%ff", "\u00e4", "'", '"', "<b>", "{x}", "$(x)", "null",
]  # fmt: skip
VALUES = [
    None, True, -1, 1e308, "", "x" * 5000, [], {}, [[[[]]]], "../../etc/passwd", "__import__('os')", {"a": {"a": 1}},
    ["gene1", "gene2", 3], [{"name": "a", "samples": ["ctrl_1"]}], {"alpha": "x", "design": "~ +", "top": -5}, "svg",
]  # fmt: skip
KEYS = [
    "repairs", "levels", "reference", "column", "settings", "comparisons", "name", "state", "format", "paper",
    "gene_ids", "folder", "since", "a", "b",
]  # fmt: skip
METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"]


def odd_request(rng: random.Random, study: str) -> tuple[str, str, bytes | None]:
    """Return method, path and body; half of the paths begin as those that are served."""
    start = rng.choice(["", f"/api/studies/{study}", "/api/studies"])
    path = start + "".join(f"/{rng.choice(PARTS)}" for _ in range(rng.randrange(3)))
    query = f"?{rng.choice(KEYS)}={rng.choice(PARTS)}" if rng.random() < 0.3 else ""
    body = {rng.choice(KEYS): rng.choice(VALUES) for _ in range(rng.randrange(4))}
    data = json.dumps(body).encode()
    if rng.random() < 0.4:
        data = mutate(data, rng)
    method = rng.choice(METHODS)
    return method, quote((path or "/") + query, safe="/%?=$()'{}<>"), data


@pytest.fixture
def app(tmp_path: Path):
    with running(tmp_path / "studies") as started:
        yield started


def test_odd_requests_are_answered_and_the_app_lives_on(app: RunningApp) -> None:
    study = app.make(FILES)["id"]
    rng = random.Random(1)
    statuses = set()
    for i in range(N_REQUESTS):
        method, path, body = odd_request(rng, study)
        if method == "DELETE" and path.partition("?")[0].rstrip("/").endswith(study):
            continue
        answer = app.ask(method, path, body if method not in ("GET", "HEAD") else None)
        statuses.add(answer.status)
        assert answer.status < 500, f"request {i}: {method} {path} {body!r}: {answer.body[:500]!r}"
        if (
            answer.status >= 400
            and method != "HEAD"
            and answer.headers.get("content-type", "").startswith("application/json")
        ):
            text = answer.body.decode()
            assert "Traceback" not in text and "/src/" not in text and ".py" not in text
    assert statuses & {404, 405} and len(statuses) > 2
    assert "Traceback" not in app.log
    assert app.study(study)["id"] == study


def test_damaged_drops_are_refused_in_a_sentence(app: RunningApp) -> None:
    """Mutants of a table and its sheet, dropped as a browser does: understood, asked about or refused."""
    for seed in range(12):
        rng = random.Random(seed)
        name, content = FILES[seed % 2]
        other = FILES[1 - seed % 2]
        answer = app.drop([(name, mutate(mutate(content, rng), rng)), other])
        assert answer.status < 500, answer.body
        if answer.status < 300:
            assert app.settle(answer.json["id"])["state"] in ("ready", "unclear", "failed")
    assert "Traceback" not in app.log
