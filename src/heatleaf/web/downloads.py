"""Files of a result: each by an id of our own, never by a path from a request (requirements S9, S15)."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import zipfile
from collections.abc import AsyncIterator, Generator, Iterator, Mapping
from io import RawIOBase
from pathlib import Path, PurePosixPath
from typing import Any, Literal
from urllib.parse import quote

from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from heatleaf.web.refusal import RefusalError

_TYPES = {
    "pdf": "application/pdf",
    "svg": "image/svg+xml",
    "png": "image/png",
    "html": "text/html; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# Of what we made but did not write by hand: no script, no request, even when it is opened by itself.
SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_BLOCK = 1 << 18
_TO_FILL: Literal["w"] = "w"  # a member of the archive in memory; no file is opened


def file_id(study_id: str, path: str) -> str:
    """Give a file of a result an id that does not tell its path, the same after every analysis of a study."""
    return hashlib.sha256(f"{study_id}\n{path}".encode()).hexdigest()[:20]


def file_of(documents: Mapping[str, str], wanted: str, result: Path) -> Path:
    """Return the file of an id.

    Raises
    ------
    RefusalError
        404: this study has no such file.
    """
    name = documents.get(wanted)
    path = result / name if name is not None else None
    if path is None or not path.is_file():
        raise RefusalError(404, "not_found", "There is no such file in this study.")
    return path


def send_file(path: Path, name: str = "") -> Response:
    """Answer with a file to keep."""
    kind = path.suffix.lstrip(".")
    headers = {"content-disposition": disposition(name or path.name), "content-security-policy": SANDBOX}
    return FileResponse(path, headers=headers, media_type=_TYPES.get(kind, "application/octet-stream"))


def disposition(name: str) -> str:
    """Write the header that makes a browser keep a file under a name."""
    plain = name.encode("ascii", "replace").decode().replace('"', "_").replace("\\", "_").replace("?", "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def send_folder(folder: Path, name: str) -> Response:
    """Answer with a folder as a zip file that is made while it is sent."""
    headers = {"content-disposition": disposition(f"{name}.zip"), "content-security-policy": SANDBOX}
    return _Blocks(zip_blocks(folder, name), headers=headers, media_type="application/zip")


class _Blocks(StreamingResponse):
    """Sends blocks that are made in a thread, and closes what makes them also when the client leaves."""

    def __init__(self, blocks: Generator[bytes, None, None], **more: Any) -> None:
        super().__init__(self._made(blocks), **more)
        self._blocks = blocks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            with contextlib.suppress(ValueError):  # a thread is still at it, and is the last to know of it
                self._blocks.close()

    @staticmethod
    async def _made(blocks: Iterator[bytes]) -> AsyncIterator[bytes]:
        while (block := await asyncio.to_thread(next, blocks, None)) is not None:
            yield block


class _Pipe(RawIOBase):
    """Takes what the zip writer writes, until it is sent."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes | bytearray | memoryview) -> int:  # type: ignore[override]
        self.parts.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        taken = b"".join(self.parts)
        self.parts.clear()
        return taken


def zip_blocks(folder: Path, name: str) -> Generator[bytes, None, None]:
    """Yield a zip of a folder, block by block; the same folder gives the same bytes."""
    pipe, made = _Pipe(), folder.stat().st_ino
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(folder)
            if path.is_file() and not any(part.startswith(".") for part in inside.parts):
                info = zipfile.ZipInfo(str(PurePosixPath(name, *inside.parts)))
                info.compress_type = zipfile.ZIP_DEFLATED
                info.external_attr = 0o600 << 16
                with path.open("rb") as source, archive.open(info, _TO_FILL) as target:
                    _require_same(folder, made)
                    while block := source.read(_BLOCK):
                        target.write(block)
                        if pipe.parts:
                            yield pipe.take()
    yield pipe.take()


def _require_same(folder: Path, made: int) -> None:
    """Break off where a new result has taken the place of the one that is sent, rather than mix the two."""
    if folder.stat().st_ino != made:
        raise FileNotFoundError(f"{folder.name} has been replaced")
