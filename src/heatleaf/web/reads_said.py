"""What a user says of reads on the page: their transcripts, named by path; the worker looks at the files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from heatleaf.analysis.quantify import ReadsRequest
from heatleaf.errors import UserError
from heatleaf.reads.settings import QuantifySettings

MAX_TEXT = 4096  # the longest path that systems allow
MAX_FILES = 10
_LENGTHS = ("fragment_length", "fragment_sd")
_LONGEST = 10_000  # bases


def check_said(value: object) -> dict[str, Any]:
    """Return what was said of reads, whole paths in it; an empty text says nothing.

    Raises
    ------
    UserError
        option: something else than transcripts, annotation, organism and fragment lengths. file_missing: a path that
        does not begin at the root.
    """
    if not isinstance(value, Mapping) or not set(value) <= {"transcripts", "annotation", "organism", *_LENGTHS}:
        raise _unknown()
    transcripts = value.get("transcripts", [])
    if not isinstance(transcripts, list) or len(transcripts) > MAX_FILES:
        raise _unknown()
    said: dict[str, Any] = {"transcripts": [_path(text) for text in transcripts if text]}
    said |= {"annotation": _path(value["annotation"])} if value.get("annotation") else {}
    said |= {"organism": _text(value["organism"])} if value.get("organism") else {}
    return said | {name: _length(value[name]) for name in _LENGTHS if value.get(name)}


def reads_request(source: Path, said: Mapping[str, Any]) -> ReadsRequest:
    """Return what is asked of the reads of a folder, as the command line would."""
    lengths = {name: said[name] for name in _LENGTHS if name in said}
    annotation = Path(said["annotation"]) if said.get("annotation") else None
    transcripts = tuple(map(Path, said.get("transcripts", ())))
    return ReadsRequest(source, transcripts, annotation, said.get("organism", ""), QuantifySettings(**lengths))


def names_transcripts(said: Mapping[str, Any]) -> bool:
    """Tell whether it is known what the reads are compared with."""
    return bool(said.get("transcripts") or said.get("organism"))


def counts_folder(home: Path, said: Mapping[str, Any]) -> Path:
    """Return where the counts of a study lie: other transcripts make others, and going back finds the first again."""
    key = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:12]
    return home / f"quantified_{key}"


def quantify_words(request: ReadsRequest) -> list[str]:
    """Return the command that makes the same counts; of paths only the names are told (requirement R7)."""
    words = ["heatleaf", "quantify", request.source.name, "-o", "quantified"]
    words += [word for path in request.transcripts for word in ("--transcripts", path.name)]
    words += ["--annotation", request.annotation.name] if request.annotation else []
    words += ["--organism", request.organism] if request.organism else []
    plain = QuantifySettings()
    changed = [name for name in _LENGTHS if getattr(request.settings, name) != getattr(plain, name)]
    return words + [
        word for name in changed for word in (f"--{name.replace('_', '-')}", f"{getattr(request.settings, name):g}")
    ]


def _path(text: object) -> str:
    path = _text(text)
    whole = Path.home() / path[2:] if path.startswith("~/") else Path(path)
    if not whole.is_absolute():
        what = f"'{path[:200]}' is not the full path of a file"
        raise UserError("file_missing", what, fix="give the path from the root on, such as /home/me/cdna.fa.gz")
    return str(whole)


def _text(text: object) -> str:
    if not isinstance(text, str) or len(text) > MAX_TEXT or set(text) & set("\0\r\n"):
        raise _unknown()
    return text.strip()


def _length(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= _LONGEST:
        what = f"the length of fragments is a number of bases up to {_LONGEST:,}"
        raise UserError("option", what, fix="give what the library kit says, or leave it empty")
    return float(value)


def _unknown() -> UserError:
    return UserError("option", "what is said of the reads is not understood", fix="name a file of transcripts")
