"""The bytes of one input file: opened, recognised by their first bytes, hashed, expanded as a stream.

Nothing here knows of lines or tables; `text` makes lines of these bytes. Files are only ever opened for reading.
"""

from __future__ import annotations

import difflib
import getpass
import hashlib
import lzma
import sys
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, cast

from heatleaf.errors import UserError
from heatleaf.io.expand import Expander, make_expander
from heatleaf.io.options import MAX_INPUT_BYTES
from heatleaf.model import Message, SourceFile, note

BLOCK = 1 << 18  # fits a core's cache, and memory is taken once: a sixth less time than with blocks of a megabyte
STANDARD_INPUT = Path("-")  # requirement R33
RATIO_LIMIT, RATIO_AFTER = 200, 100_000_000  # requirement S11: a bomb expands more than 200-fold
COMPRESSED = {b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ\x00": "xz"}
SUFFIXES = {".gz": "gzip", ".bz2": "bzip2", ".xz": "xz"}
HDF5 = "an HDF5 file (h5, h5ad)"
OTHER_KINDS = {
    b"BAM\x01": "a BAM file",
    b"CRAM\x02": "a CRAM file",  # with its version: CRAMP1 is a gene, and so is RDX
    b"CRAM\x03": "a CRAM file",
    b"@HD\t": "a SAM file",
    b"@SQ\t": "a SAM file",
    b"%PDF": "a PDF file",
    b"\x89HDF\r\n\x1a\n": HDF5,
    b"RDX2\n": "an R data file",
    b"RDX3\n": "an R data file",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"\x93NUMPY": "a NumPy file",
}


class Source:
    """One file, read once from start to end.

    Attributes: path, name (as shown in messages), compression ("" where none), head (first expanded bytes),
    messages (what was noticed), file (path, SHA-256 and size, complete after the last block).
    """

    def __init__(self, path: Path, max_bytes: int = MAX_INPUT_BYTES) -> None:
        self.path = path
        self.name = "standard input" if path == STANDARD_INPUT else path.name
        self.max_bytes = max_bytes
        self.messages: list[Message] = []
        self._hash = hashlib.sha256()
        self._size = 0
        start = _first_bytes(path)
        self.compression = next((kind for magic, kind in COMPRESSED.items() if start.startswith(magic)), "")
        self._refuse_archive(start)
        self._note_name()
        self._blocks = self._expanded()
        self.head = next(self._blocks, b"")
        if not self.head:
            raise UserError("file_empty", "is empty after expanding", where=self.name, fix="re-export it")
        if self.compression and _is_archive(self.head):
            raise UserError(
                "archive", "holds a compressed file within a compressed file", where=self.name, fix="expand it once"
            )

    @property
    def file(self) -> SourceFile:
        """Path, SHA-256 and size of the bytes as stored."""
        return SourceFile(str(self.path), self._hash.hexdigest(), self._size)

    @property
    def is_workbook(self) -> bool:
        """Whether the content is an Excel workbook (requirement B6), whatever its name."""
        return self.head.startswith(b"\xd0\xcf\x11\xe0") or _is_xlsx(self.head)

    def blocks(self) -> Iterator[bytes]:
        """Yield the expanded bytes, the head first."""
        yield self.head
        yield from self._blocks

    def read(self) -> bytes:
        """Return all expanded bytes."""
        return b"".join(self.blocks())

    def refuse_other_kinds(self) -> None:
        """Refuse what is no text table by its first bytes (requirements B7, B8, B16, S12)."""
        kind = next((words for magic, words in OTHER_KINDS.items() if self.head.startswith(magic)), "")
        if self.head.startswith(b"@") and _is_fastq(self.head):
            kind = "a FASTQ file"
        if kind:
            raise UserError("file_kind", f"is {kind}, not a count table", where=self.name, fix=_other_way(kind))
        self._refuse_archive(self.head)
        start = self.head[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        if start.startswith((b"<!doctype html", b"<html", b"<?xml", b"<head", b"<body")):
            shown = start[:15].decode("ascii", "replace").upper() if start.startswith(b"<!doctype") else "<html>"
            raise UserError(
                "file_html",
                f"is a web page (it starts with {shown})",
                where=self.name,
                fix="the download failed or needs login; download again",
            )

    def _refuse_archive(self, start: bytes) -> None:
        if (start.startswith(b"PK\x03\x04") and not _is_xlsx(start)) or start[257:262] == b"ustar":
            raise UserError("archive", "is an archive", where=self.name, fix="extract it and give the table")

    def _note_name(self) -> None:
        if self.path == STANDARD_INPUT:
            return
        claimed = SUFFIXES.get(self.path.suffix.lower(), "")
        if claimed and not self.compression:
            what = f"named {self.path.suffix} but not compressed; read as text"
        elif self.compression and claimed != self.compression:
            what = f"compressed by {self.compression} although its name does not say so; expanded"
        else:
            return
        self.messages.append(note("gzip_name", what, where=self.name))

    def _raw(self) -> Iterator[bytes]:
        try:
            with _open(self.path) as handle:
                while block := handle.read(BLOCK):
                    self._hash.update(block)
                    self._size += len(block)
                    yield block
        except OSError as error:
            raise _unreadable(self.path, error) from None

    def _expanded(self) -> Iterator[bytes]:
        total = 0
        for block in self._expanded_members() if self.compression else self._raw():
            total += len(block)
            is_bomb = self.compression and total > RATIO_AFTER and total > RATIO_LIMIT * self._size
            if total > self.max_bytes or is_bomb:
                limit = f"beyond {_size_words(self.max_bytes)}" if total > self.max_bytes else "more than 200-fold"
                verb = "expands" if self.compression else "is"
                raise UserError("too_large", f"{verb} {limit}", where=self.name, fix="--max-input sets the limit")
            yield block

    def _expanded_members(self) -> Iterator[bytes]:
        """Expand one compressed stream after the other, as `cat a.gz b.gz` leaves them."""
        expander: Expander | None = None
        done = 0
        try:
            for raw in self._raw():
                block = raw
                while True:
                    if expander is None:
                        block = block.lstrip(b"\0")  # padding after the last stream
                        if not block:
                            break
                        expander = make_expander(self.compression)
                    expanded = expander.decompress(block, BLOCK)
                    done += len(expanded)
                    if expanded:
                        yield expanded
                    if expander.eof:
                        block, expander = expander.unused_data, None
                        continue
                    block = getattr(expander, "unconsumed_tail", b"")
                    if not block and len(expanded) < BLOCK:
                        break
        except (zlib.error, lzma.LZMAError, OSError, EOFError) as error:
            raise self._damaged(done, str(error)) from None
        if expander is not None:
            raise self._damaged(done, "")

    def _damaged(self, done: int, reason: str) -> UserError:
        detail = f"; {reason}" if reason else ""
        what = f"ends early or is damaged ({self.compression}, after {_size_words(done)}{detail})"
        return UserError("gzip_damaged", what, where=self.name, fix="copy or download it again")


def is_folder(path: Path) -> bool:
    """Whether a path is a folder; a name that the system cannot look up is none."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _first_bytes(path: Path) -> bytes:
    """Return the first bytes of a file, refusing what cannot be read or is empty (requirements B1-B3, B18)."""
    if is_folder(path):
        raise UserError("file_is_folder", "is a folder", where=f"{path.name}/", fix="give one table")
    try:
        _refuse_pipe(path)
        start = _look_at(path)
    except FileNotFoundError:
        raise _missing(path) from None
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None
    if not start:
        fix = "re-export it; the producing step may have failed"
        name = "standard input" if path == STANDARD_INPUT else path.name
        raise UserError("file_empty", "is empty (0 bytes)", where=name, fix=fix)
    return start


def _refuse_pipe(path: Path) -> None:
    """Refuse a named pipe or a device: what is read to recognise it could not be read again."""
    if path != STANDARD_INPUT and path.exists() and not path.is_file():
        what = "is a pipe or a device, not a file"
        raise UserError("file_kind", what, where=path.name, fix="save it as a file, or pipe it and give - as its name")


def _open(path: Path) -> AbstractContextManager[BinaryIO]:
    """Open a file for reading; standard input stays open."""
    return nullcontext(sys.stdin.buffer) if path == STANDARD_INPUT else path.open("rb")


def _look_at(path: Path) -> bytes:
    """Return the first bytes, which stay to be read."""
    if path == STANDARD_INPUT:
        return cast(BufferedReader, sys.stdin.buffer).peek(512)[:512]
    with path.open("rb") as handle:
        return handle.read(512)


def _missing(path: Path) -> UserError:
    folder = path.parent
    names = sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []
    close = difflib.get_close_matches(path.name, names, 3, 0.6)
    similar = f"; files there with a similar name: {', '.join(close)}" if close else ""
    what = f"file not found in {folder.absolute()}" if folder.is_dir() else f"the folder {folder} does not exist"
    return UserError("file_missing", what, where=path.name, fix=f"check the path{similar}")


def _unreadable(path: Path, error: Exception) -> UserError:
    if isinstance(error, PermissionError):
        return UserError(
            "permission",
            f"permission denied for user {_user()}",
            where=path.name,
            fix="ask its owner for access, or copy it",
        )
    reason = error.strerror if isinstance(error, OSError) and error.strerror else error
    return UserError("permission", f"cannot be read ({reason})", where=path.name, fix="copy it to a local disk")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def _is_archive(start: bytes) -> bool:
    return any(start.startswith(magic) for magic in COMPRESSED) or start.startswith(b"PK\x03\x04")


def _is_xlsx(start: bytes) -> bool:
    names = (b"[Content_Types].xml", b"xl/", b"_rels/", b"docProps/")
    return start.startswith(b"PK\x03\x04") and any(name in start[:512] for name in names)


def _is_fastq(start: bytes) -> bool:
    lines = start[:5000].split(b"\n")
    return len(lines) > 3 and lines[2].startswith(b"+")


def _other_way(kind: str) -> str:
    """Say how to come from a file of another kind to a table of counts."""
    if any(word in kind for word in ("BAM", "CRAM", "SAM", "FASTQ")):
        return "quantify the reads first (with salmon, kallisto, STAR or featureCounts) and give its results"
    if kind == HDF5:
        return (
            "of an h5ad file give its raw counts as a table (in Python: adata.to_df().T.to_csv('counts.csv')); of "
            "kallisto's results abundance.tsv"
        )
    if "R data" in kind:
        return "write the counts as a table (in R: write.csv(counts, 'counts.csv'))"
    return "give a table of counts"


def _size_words(size: int) -> str:
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= factor:
            return f"{size / factor:.3g} {unit}"
    return f"{size} bytes"
