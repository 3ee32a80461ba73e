"""Files of reads handed to a program by pipes while they are read to their ends: each is read and expanded once.

A program gets the names /dev/fd/N, as a shell gives it of `<(zcat FILE)`. Nothing waits for ever where a process dies:
a program whose feeder is gone comes to the end of its file, and a feeder whose program is gone reads on without it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from heatleaf.errors import UserError
from heatleaf.reads.tools import find_fault, pipe_name
from heatleaf.reads.whole import WholeFile, read_whole

MAX_PIPES = 64  # two descriptors each, of the 256 that a process has by default on macOS


class _Pipe:
    """A pipe into which one file is written, as long as the program reads it."""

    def __init__(self) -> None:
        self.reader, self._writer = os.pipe()
        self._is_read = True

    def write(self, block: bytes) -> None:
        """Write a block; nothing once the program has ended."""
        rest = memoryview(block)
        while self._is_read and rest:
            try:
                rest = rest[os.write(self._writer, rest) :]
            except BrokenPipeError:
                self._is_read = False

    def close(self) -> None:
        """End the file."""
        os.close(self._writer)


def run_on_reads(
    command: Callable[[Sequence[Path]], list[str]], files: Sequence[Path], log: Path, *, folder: Path, hours: float
) -> tuple[tuple[WholeFile, ...], UserError | None]:
    """Run a program on files of reads, each of which is read to its end, counted, hashed and checked meanwhile.

    Parameters
    ----------
    command : makes the arguments of the program from the names by which it opens the files.
    log, folder, hours : as of `run_tool`.

    Returns
    -------
    wholes : tuple of WholeFile
    fault : UserError or None
        Of the program. It is returned, since a fault of the reads explains more.

    Raises
    ------
    ToolKilledError
        tool.
    UserError
        fastq, gzip_damaged, file_kind, file_missing, file_empty, permission: faults of the reads.
    """
    pipes = [_Pipe() if _can_hand_on(files) else None for _ in files]
    names = [Path(pipe_name(pipe.reader)) if pipe else path for pipe, path in zip(pipes, files, strict=True)]
    handed = {pipe.reader: path for pipe, path in zip(pipes, files, strict=True) if pipe}
    with ThreadPoolExecutor(max_workers=min(len(files), MAX_PIPES)) as beside:
        wholes = [beside.submit(_read, path, pipe) for path, pipe in zip(files, pipes, strict=True)]
        try:
            fault = find_fault(command(names), log, folder=folder, hours=hours, handed=handed)
        finally:
            for reader in handed:  # who still writes is told now that no one reads
                os.close(reader)
    return tuple(whole.result() for whole in wholes), fault


def _can_hand_on(files: Sequence[Path]) -> bool:
    """Whether programs can open what they inherit by a name, which they cannot on Windows."""
    return Path("/dev/fd").is_dir() and len(files) <= MAX_PIPES


def _read(path: Path, pipe: _Pipe | None) -> WholeFile:
    if pipe is None:  # the program opens the file itself
        return read_whole(path)
    try:
        return read_whole(path, pipe.write)
    finally:
        pipe.close()
