"""How far the work of a study has come: phases with their times, as the browser shows them."""

from __future__ import annotations

import time
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


class StudyProgress:
    """The phases of the running work, or of the last."""

    def __init__(self) -> None:
        self._phases: list[dict[str, Any]] = []
        self._began = 0.0

    def reset(self) -> None:
        """Begin anew."""
        self._phases = []

    def take(self, event: str, text: str) -> None:
        """Take an event of `analysis.progress`: ("start", phase), ("end", what it found)."""
        if event == "start":
            self._began = time.monotonic()
            self._phases.append({"name": text, "detail": "", "seconds": 0.0, "done": False})
        elif self._phases:
            seconds = round(time.monotonic() - self._began, 2)
            self._phases[-1] |= {"detail": text, "seconds": seconds, "done": True}

    def to_json(self) -> dict[str, Any]:
        """Return the phases, and the share of the work that is done, 0-1."""
        phases = [dict(phase) for phase in self._phases]
        if phases and not phases[-1]["done"]:
            phases[-1]["seconds"] = round(time.monotonic() - self._began, 2)
        share = sum(_SHARES.get(phase["name"], 0.0) for phase in phases if phase["done"])
        return {"phases": phases, "share": round(min(share, 1.0), 2)}
