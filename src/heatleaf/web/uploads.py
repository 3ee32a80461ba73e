"""Files of a request, streamed to the folder of a study as they come, under names of our own (requirement S10)."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

from heatleaf.errors import UserError
from heatleaf.io.atomic import atomic_write
from heatleaf.web.record import StudyFile
from heatleaf.web.refusal import RefusalError
from heatleaf.web.studies import check_free_space

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

MAX_FILE = 2_000_000_000
MAX_FILES = 20
MAX_JSON = 1_000_000
PATIENCE = 30.0  # seconds in which a client must send so many bytes, or the last
LEAST = 30_000
_SPARE = 100_000_000  # bytes that stay free beside what is uploaded
_ENDINGS = re.compile(r"((?:\.[A-Za-z0-9]{1,8}){1,2})$")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
MAX_LABEL = 200


def safe_file_name(label: str, taken: set[str]) -> str:
    """Make a file name that is safe everywhere and as near to the user's as that allows (requirements S8, S10, S17).

    taken : names in lower case that are in use.
    """
    base = re.split(r"[/\\]", label)[-1]
    name = _UNSAFE.sub("_", base)[-100:].lstrip(".-_") or "file"
    name = f"file_{name}" if _RESERVED.match(name) else name
    match = _ENDINGS.search(name)
    ending = match[1] if match else ""
    stem, candidate, number = name.removesuffix(ending), name, 1
    while candidate.lower() in taken:
        number += 1
        candidate = f"{stem}_{number}{ending}"
    taken.add(candidate.lower())
    return candidate


class _Receiver:
    """Takes the parts of a multipart request from its parser and writes files."""

    def __init__(self, folder: Path, max_file: int, taken: set[str]) -> None:
        self.files: list[StudyFile] = []
        self.is_complete = False
        self._folder = folder
        self._max_file = max_file
        self._taken = taken
        self._header, self._value = b"", b""
        self._label = ""
        self._size = 0
        self._open: ExitStack | None = None
        self._handle: IO[bytes] | None = None
        self._path = Path()

    def on_part_begin(self) -> None:
        self._label, self._size = "", 0

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def on_header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            options = parse_options_header(self._value)[1]
            self._label = options.get(b"filename", b"").decode("utf-8", "replace")
        self._header = self._value = b""

    def on_headers_finished(self) -> None:
        if not self._label:
            raise RefusalError(400, "request", "The request holds a part that is no file.")
        if len(self.files) >= MAX_FILES:
            raise RefusalError(413, "too_large", f"At most {MAX_FILES} files can be dropped at once.")
        self._path = self._folder / safe_file_name(self._label, self._taken)
        self._open = ExitStack()
        self._handle = self._open.enter_context(atomic_write(self._path))

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        self._size += end - start
        if self._size > self._max_file:
            limit = f"{self._max_file / 1e9:g} GB" if self._max_file >= 10**8 else f"{self._max_file:,} bytes"
            what = f"is larger than {limit}"
            raise UserError("too_large", what, where=self._shown, fix="name its folder in place of dropping it")
        assert self._handle is not None, "the headers of the part have ended"
        self._handle.write(data[start:end])

    def on_part_end(self) -> None:
        assert self._open is not None, "the headers of the part have ended"
        stack, self._open = self._open, None
        stack.close()
        path = f"{self._folder.name}/{self._path.name}"
        self.files.append(StudyFile(secrets.token_hex(6), self._shown, path, self._size))

    def on_end(self) -> None:
        self.is_complete = True

    @property
    def _shown(self) -> str:
        return re.split(r"[/\\]", self._label)[-1][:MAX_LABEL]

    def give_up(self, error: BaseException) -> None:
        """Remove what has come of a request that did not come whole."""
        discard_files(self._folder, self.files)
        if self._open is not None:
            self._open.__exit__(type(error), error, error.__traceback__)
            self._open = None


def discard_files(folder: Path, files: Sequence[StudyFile]) -> None:
    """Remove files that were received into a folder."""
    for one in files:
        (folder / Path(one.path).name).unlink(missing_ok=True)


async def receive_files(
    request: Request, folder: Path, max_file: int = MAX_FILE, there: Sequence[StudyFile] = ()
) -> list[StudyFile]:
    """Write the files of a multipart request into a folder.

    there : files of the study that the folder may hold already.

    Raises
    ------
    RefusalError
        400: not multipart, damaged, broken off, without files. 408: the client was silent. 413: too many files.
    UserError
        too_large, output_write.
    """
    length = request.headers.get("content-length", "0")
    check_free_space(folder.parent, _SPARE + (int(length) if length.isdigit() else 0))
    receiver = _Receiver(folder, max_file, {Path(one.path).name.lower() for one in there})
    parser = MultipartParser(_boundary(request), _callbacks(receiver))
    try:
        async for chunk in patient_stream(request):
            await asyncio.to_thread(parser.write, chunk)
        if not receiver.is_complete:
            raise FormParserError("the last boundary is missing")
    except BaseException as error:
        receiver.give_up(error)
        if isinstance(error, FormParserError):
            raise _broken_off() from error
        raise
    if not receiver.files:
        raise RefusalError(400, "request", "The request holds no file.")
    return receiver.files


def _callbacks(receiver: _Receiver) -> MultipartCallbacks:
    return cast(
        "MultipartCallbacks", {name: getattr(receiver, name) for name in dir(receiver) if name.startswith("on_")}
    )


def _boundary(request: Request) -> bytes:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not 1 <= len(boundary) <= 70:
        raise RefusalError(400, "request", "The request holds no files.")
    return boundary


async def patient_stream(request: Request) -> AsyncIterator[bytes]:
    """Yield the body of a request; a client that sends too little for too long is given up (requirement S22).

    Raises
    ------
    RefusalError
        400: the client left. 408: it has been waited for.
    """
    stream = request.stream()
    clock = asyncio.get_running_loop().time
    patience, n_bytes = PATIENCE, 0
    while True:
        began = clock()
        try:
            chunk = await asyncio.wait_for(anext(stream), patience)
        except StopAsyncIteration:
            return
        except ClientDisconnect:
            raise _broken_off() from None
        except TimeoutError:
            raise RefusalError(408, "request", "The upload stopped halfway; drop the files again.") from None
        patience, n_bytes = patience - (clock() - began), n_bytes + len(chunk)
        if n_bytes >= LEAST:
            patience, n_bytes = PATIENCE, 0
        if chunk:
            yield chunk


def _broken_off() -> RefusalError:
    return RefusalError(400, "request", "The upload was broken off or damaged; drop the files again.")


async def read_body(request: Request, limit: int = MAX_JSON) -> bytes:
    """Return the body of a small request.

    Raises
    ------
    RefusalError
        413: it is larger than `limit` bytes.
    """
    body = b""
    async for chunk in patient_stream(request):
        body += chunk
        if len(body) > limit:
            raise RefusalError(413, "too_large", "The request is too large.")
    return body
