"""One file from the network to the disk: resumed where it was cut, checked, and never without being asked.

Only https is spoken (and http with this very computer, for a mirror on it). A download that is cut stays as it is, with
what the server said of it, so that the next attempt or the next day goes on from there.
"""

from __future__ import annotations

import contextlib
import errno
import http.client
import json
import socket
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from heatleaf.errors import UserError
from heatleaf.io.atomic import DISK, Disk, append_bytes, write_text
from heatleaf.io.checksum import checksum_fault, sha256_of

BLOCK = 1 << 16
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_TEMPORARY = frozenset({408, 425, 429, 500, 502, 503, 504})
_UNREACHABLE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN})

Progress = Callable[[str, int, int], None]  # name, bytes so far, bytes in all or 0


@dataclass(frozen=True)
class RemoteFile:
    """A file of the network.

    max_bytes : more is refused. checksum : "md5:...", "sha256:..." or "sum:CHECKSUM:BLOCKS" (as BSD sum prints it), or
    "" where the publisher gives none. by_hand : what to do where the network is closed.
    """

    name: str
    url: str
    max_bytes: int
    checksum: str = ""
    by_hand: str = ""


@dataclass(frozen=True)
class Patience:
    """How long to try. attempts : without a single new byte. Times in seconds, the pause doubles each time.

    A server that sends less than min_rate bytes a second, over stall seconds, counts as one that is gone.
    """

    attempts: int = 5
    pause: float = 1.0
    timeout: float = 30.0
    stall: float = 60.0
    min_rate: float = 500.0


@dataclass(frozen=True)
class Downloaded:
    """A complete file and where it came from."""

    path: Path
    url: str
    sha256: str
    n_bytes: int
    last_modified: str = ""


class _CutError(Exception):
    """The transfer stopped, and may go on; wait : seconds that the server asked for."""

    def __init__(self, reason: str, *, wait: float = 0.0, is_offline: bool = False) -> None:
        super().__init__(reason)
        self.wait = wait
        self.is_offline = is_offline


def download(
    remote: RemoteFile,
    folder: Path,
    *,
    patience: Patience = Patience(),
    progress: Progress | None = None,
    disk: Disk = DISK,
) -> Downloaded:
    """Bring a file into a folder; go on where an earlier attempt stopped.

    Returns
    -------
    Downloaded
        The file under its name in the folder, complete.

    Raises
    ------
    UserError
        download: no network, an address that is refused, a server that fails, a redirect away from https, a wrong
        checksum; too_large; output_write.

    Notes
    -----
    Range and If-Range of RFC 9110, sections 13.1.5 and 14: what is there is kept only if the server still has the same
    file, by its entity tag or date.
    """
    _require_safe(remote.url, remote)
    path, n_failed = folder / remote.name, 0
    most = _size(path)
    while True:
        try:
            _transfer(remote, path, patience, progress or _silent, disk)
            break
        except _CutError as cut:
            n_failed = 1 if _size(path) > most else n_failed + 1
            most = max(most, _size(path))
            if cut.is_offline or n_failed >= patience.attempts:
                raise _failed(remote, str(cut)) from None
            time.sleep(max(patience.pause * 2 ** (n_failed - 1), cut.wait))
    return _checked(remote, path)


def forget(path: Path, disk: Disk = DISK) -> None:
    """Remove a download and what is known of it."""
    disk.remove(path)
    disk.remove(_note_of(path))


def _silent(name: str, done: int, total: int) -> None:
    """Show nothing."""


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _note_of(path: Path) -> Path:
    return path.with_name(path.name + ".from.json")


# --- one attempt


def _transfer(remote: RemoteFile, path: Path, patience: Patience, progress: Progress, disk: Disk) -> None:
    """Ask for what is missing and add it to the file."""
    known = _known(remote, path)
    have = _size(path) if known else 0
    request = urllib.request.Request(remote.url, headers=_headers(have, known))  # noqa: S310  # checked in download
    with _opened(request, remote, patience.timeout) as response:
        if isinstance(response, urllib.error.HTTPError):
            _require_complete(response, path, disk)
            progress(remote.name, have, have)
            return
        have = _begin(response, path, have, remote, disk)
        total = have + int(response.headers.get("Content-Length") or 0)
        is_known_total = "Content-Length" in response.headers
        _refuse_size(total, remote)
        for block in _blocks(response, patience):
            have += len(block)
            _refuse_size(have, remote)
            append_bytes(path, block, disk)
            progress(remote.name, have, total if is_known_total else 0)
    if is_known_total and have < total:
        raise _CutError(f"the connection ended after {have:,} of {total:,} bytes")


def _headers(have: int, known: dict[str, str]) -> dict[str, str]:
    headers = {"User-Agent": "heatleaf", "Accept-Encoding": "identity"}
    if have:
        headers |= {"Range": f"bytes={have}-", "If-Range": known["validator"]}
    return headers


def _known(remote: RemoteFile, path: Path) -> dict[str, str]:
    """Return what the server said of a part that is there; {} where that part cannot be gone on with."""
    try:
        known = json.loads(_note_of(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    is_ours = isinstance(known, dict) and known.get("url") == remote.url and known.get("validator")
    return known if is_ours else {}


def _begin(response: http.client.HTTPResponse, path: Path, have: int, remote: RemoteFile, disk: Disk) -> int:
    """Go on behind what is there if the server does, else start anew; return how many bytes are kept."""
    if response.status == HTTPStatus.PARTIAL_CONTENT:
        if response.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
            return have
        forget(path, disk)
        raise _CutError("the server sent another part than it was asked for")
    forget(path, disk)
    tag = response.headers.get("ETag", "")
    modified = response.headers.get("Last-Modified", "")
    validator = tag if tag and not tag.startswith("W/") else modified
    said = {"url": remote.url, "validator": validator, "last_modified": modified}
    write_text(_note_of(path), json.dumps(said), disk)
    append_bytes(path, b"", disk)
    return 0


def _require_complete(response: urllib.error.HTTPError, path: Path, disk: Disk) -> None:
    """Begin anew where the server has nothing behind what is there, and what is there is not the whole file."""
    if response.headers.get("Content-Range", "") != f"bytes */{_size(path)}":
        forget(path, disk)
        raise _CutError("the server has another file than before")


@contextlib.contextmanager
def _opened(
    request: urllib.request.Request, remote: RemoteFile, timeout: float
) -> Iterator[http.client.HTTPResponse | urllib.error.HTTPError]:
    """Open a request; the error is what is given where the server says that there is nothing behind what we have."""
    opener = urllib.request.build_opener(_SafeRedirects(remote))
    try:
        response = opener.open(request, timeout=timeout)
    except urllib.error.HTTPError as error:
        if error.code != HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            with error:
                raise _refused(error, remote) from None
        response = error
    except (OSError, http.client.HTTPException) as error:
        raise _unreached(error, remote) from None
    with response:
        yield response


class _SafeRedirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects to https only."""

    def __init__(self, remote: RemoteFile) -> None:
        self._remote = remote

    def redirect_request(  # type: ignore[no-untyped-def]  # the base class says it
        self, req, fp, code, msg, headers, newurl
    ) -> urllib.request.Request | None:
        try:
            _require_safe(newurl, self._remote)
        except UserError:
            fp.close()
            raise
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _blocks(response: http.client.HTTPResponse, patience: Patience) -> Iterator[bytes]:
    """Yield what arrives; faults of the network become _CutError, those of the disk do not pass through here."""
    began, arrived = time.monotonic(), 0
    while True:
        try:
            block = response.read1(BLOCK)
        except (OSError, http.client.HTTPException) as error:
            raise _CutError(_reason(error)) from None
        if not block:
            return
        yield block
        arrived += len(block)
        seconds = time.monotonic() - began
        if seconds > patience.stall:
            if arrived < patience.min_rate * seconds:
                raise _CutError(f"the server sent only {arrived:,} bytes in {seconds:.0f} s")
            began, arrived = time.monotonic(), 0


# --- refusals


def _require_safe(url: str, remote: RemoteFile) -> None:
    parts = urllib.parse.urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        return
    what = f"is offered at {url}, which is not https: others could change it on its way"
    raise UserError("download", what, where=remote.name, fix=remote.by_hand)


def _refuse_size(n_bytes: int, remote: RemoteFile) -> None:
    if n_bytes > remote.max_bytes:
        what = f"is larger than {remote.max_bytes / 1e6:,.0f} MB, more than such a file can be"
        raise UserError("too_large", what, where=remote.name, fix=f"look at {remote.url} in a browser")


def _refused(error: urllib.error.HTTPError, remote: RemoteFile) -> Exception:
    said = f"the server says {error.code} {error.reason}"
    if error.code not in _TEMPORARY:
        return _failed(remote, said)
    wait = error.headers.get("Retry-After", "")
    return _CutError(said, wait=min(float(wait), 60.0) if wait.isdigit() else 0.0)


def _unreached(error: OSError | http.client.HTTPException, remote: RemoteFile) -> Exception:
    """Tell faults that pass from those that stay: no network, and a certificate that cannot be trusted."""
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, ssl.SSLCertVerificationError):
        return _failed(remote, f"the certificate of the server cannot be trusted ({reason.verify_message})")
    is_unreachable = isinstance(reason, OSError) and reason.errno in _UNREACHABLE
    if isinstance(reason, socket.gaierror) or is_unreachable:
        return _CutError(
            f"there is no network, or no way to {urllib.parse.urlsplit(remote.url).hostname}", is_offline=True
        )
    return _CutError(_reason(reason))


def _reason(error: object) -> str:
    if isinstance(error, TimeoutError):
        return "the server does not answer"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return str(error) or type(error).__name__


def _failed(remote: RemoteFile, reason: str) -> UserError:
    return UserError("download", f"could not be downloaded: {reason}", where=remote.name, fix=remote.by_hand)


# --- what has arrived


def _checked(remote: RemoteFile, path: Path) -> Downloaded:
    """Hash the file and compare it with what the publisher says of it."""
    known = json.loads(_note_of(path).read_text(encoding="utf-8"))
    if fault := checksum_fault(path, remote.checksum):
        forget(path)
        fix = "fetch it again; if that stays so, tell the publisher"
        raise UserError("download", f"is damaged: {fault}; it was removed", where=path.name, fix=fix)
    return Downloaded(path, remote.url, sha256_of(path), _size(path), str(known.get("last_modified", "")))
