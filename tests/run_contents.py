"""What a run left, file by file, so that two runs can be compared."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path


def contents(folder: Path, *, without: str = "") -> dict[str, str]:
    """Return the hash of each file; of run.json that of everything but the times and the messages of one code."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            if path.name == "run.json":
                record = json.loads(data)
                del record["times"]
                record["messages"] = [one for one in record["messages"] if one["code"] != without]
                data = json.dumps(record, sort_keys=True).encode()
            found[path.relative_to(folder).as_posix()] = hashlib.sha256(data).hexdigest()
    return found
