"""How far a running workflow is: samples done, reads and mapping rate as they come, time left."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from heatleaf.reads.records import read_record

_MINUTE = 60.0


class SampleWatch:
    """Looks for samples that have got their results, and tells each once.

    sizes : bytes of the reads of each sample that is left, by which the time left is estimated. n_before : samples that
    were done before. say : takes a sentence.
    """

    def __init__(self, results: Path, sizes: Mapping[str, int], n_before: int, say: Callable[[str], None]) -> None:
        self._results = results
        self._left = dict(sizes)
        self._n_before = n_before
        self._n_samples = n_before + len(sizes)
        self._n_bytes = sum(sizes.values())
        self._say = say
        self._began = time.monotonic()

    def __call__(self) -> None:
        """Tell of the samples that came since the last call."""
        try:
            with os.scandir(self._results) as entries:
                found = sorted(entry.name for entry in entries if entry.name in self._left)
        except FileNotFoundError:
            return
        for sample in found:
            record = read_record(self._results / sample)
            if record is None:
                continue
            del self._left[sample]
            n_done = self._n_samples - len(self._left)
            mapped = f"{record.n_reads:,} reads, {record.mapped_share:.1%} mapped"
            self._say(f"{n_done:,} of {self._n_samples:,}: {sample}, {mapped}{self._time_left()}")

    def _time_left(self) -> str:
        if not self._left:
            return ""
        n_bytes = sum(self._left.values())
        done = max(1, self._n_bytes - n_bytes)
        seconds = (time.monotonic() - self._began) * n_bytes / done
        words = f"{seconds / _MINUTE:.0f} min" if seconds >= 1.5 * _MINUTE else f"{seconds:.0f} s"
        return f"; about {words} left"
