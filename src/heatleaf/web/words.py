"""Names and times as studies carry them."""

from __future__ import annotations

import datetime
import unicodedata

from heatleaf.web.refusal import RefusalError

MAX_NAME = 120


def now_text() -> str:
    """Return the time, UTC, ISO 8601 (requirement R34)."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def check_name(name: object) -> str:
    """Return the name of a study without characters that steer a terminal or a page.

    Raises
    ------
    RefusalError
        400: there is nothing to show in it.
    """
    text = name if isinstance(name, str) else ""
    shown = "".join(one for one in text if unicodedata.category(one) not in ("Cc", "Cf", "Cs")).strip()[:MAX_NAME]
    if not shown:
        raise RefusalError(400, "request", "A study needs a name.")
    return shown
