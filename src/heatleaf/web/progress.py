"""How far the work of a study has come: phases with their times, as the browser shows them."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any

# Measured on 64,102 genes x 8 samples; they only place the bar.
_SHARES = {
    "reading": 0.05,
    "checks and design": 0.1,
    "differential expression": 0.15,
    "transformation": 0.02,
    "gene sets": 0.02,
    "heatmaps": 0.2,
    "samples": 0.01,
    "ranked gene sets": 0.02,
    "writing": 0.4,
    "browser view": 0.08,
}
# Of a study of reads; what comes after them takes the rest.
_READS_SHARES = {"finding reads": 0.01, "checking reads": 0.09, "plan the work": 0.02, "quantify": 0.78}
_REST = 1 - sum(_READS_SHARES.values())
_OF = re.compile(r"([\d,]+) of ([\d,]+)")
N_SAID = 200  # last sentences of a phase that are kept


class StudyProgress:
    """The phases of the running work, or of the last."""

    def __init__(self) -> None:
        self._phases: list[dict[str, Any]] = []
        self._began = 0.0

    def reset(self) -> None:
        """Begin anew."""
        self._phases = []

    def take(self, event: str, text: str) -> None:
        """Take an event of `analysis.progress`: ("start", phase), ("progress", sentence), ("end", what it found)."""
        if event == "start":
            self._began = time.monotonic()
            self._phases.append({"name": text, "detail": "", "seconds": 0.0, "done": False, "said": []})
        elif self._phases and event == "progress":
            said = [*self._phases[-1]["said"], text][-N_SAID:]
            self._phases[-1] |= {"detail": text, "said": said}
        elif self._phases:
            seconds = round(time.monotonic() - self._began, 2)
            self._phases[-1] |= {"detail": text, "seconds": seconds, "done": True}

    def to_json(self) -> dict[str, Any]:
        """Return the phases, and the share of the work that is done, 0-1."""
        phases = [dict(phase) for phase in self._phases]
        if phases and not phases[-1]["done"]:
            phases[-1]["seconds"] = round(time.monotonic() - self._began, 2)
        share = sum(_SHARES.get(phase["name"], 0.0) for phase in phases if phase["done"])
        if any(phase["name"] in _READS_SHARES for phase in phases):
            share = _REST * share + sum(_READS_SHARES.get(one["name"], 0.0) * _part_done(one) for one in phases)
        return {"phases": phases, "share": round(min(share, 1.0), 2)}


def _part_done(phase: Mapping[str, Any]) -> float:
    """Return how much of a phase is done, 0-1: it says "3 of 12" as it goes on."""
    found = _OF.match(phase["detail"])
    if phase["done"] or found is None:
        return float(phase["done"])
    n_done, n_all = (int(number.replace(",", "")) for number in found.groups())
    return n_done / n_all
