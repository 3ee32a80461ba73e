"""What a job of the workflow is told: plain values that are written as JSON beside the workflow and read where it runs.

No text of the user is ever part of a rule (requirement S17): rules know the names of batches, which are hashes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from heatleaf.io.atomic import write_text
from heatleaf.reads.settings import Quantifier

_NAME_LENGTH = 12  # of a batch: 48 bits of a hash


@dataclass(frozen=True)
class Quant:
    """All that the numbers of a sample depend on, beside its reads.

    quantifier, version : the program. index_key : hash that names the index. adapters : sequences that are cut from
    mate 1 and mate 2, () where reads are taken as they are; trimmer : the program and its version that does it.
    fragment_length, fragment_sd : of single reads, in bases, 0 for pairs.
    """

    quantifier: Quantifier
    version: str
    index_key: str
    is_paired: bool
    strandedness: str = ""
    fragment_length: float = 0.0
    fragment_sd: float = 0.0
    bootstraps: int = 0
    adapters: tuple[str, ...] = ()
    trimmer: str = ""


@dataclass(frozen=True)
class SampleJob:
    """One sample to quantify. files : mate 1 and mate 2 of each lane in turn, or the single files."""

    sample_id: str
    files: tuple[str, ...]
    quant: Quant


@dataclass(frozen=True)
class Place:
    """Where a job finds and leaves things, and how long it may take.

    tool : the quantifier. index : folder of the index. folder : of the results, with transcripts/ and logs/.
    scratch : for trimmed reads; variables are those of the machine the job runs on. hours : of one tool on one sample.
    """

    tool: str
    index: str
    folder: str
    scratch: str
    hours: float

    @property
    def results(self) -> Path:
        """The folder that holds a folder of results for each sample."""
        return Path(self.folder) / "transcripts"

    @property
    def logs(self) -> Path:
        """The folder of what the tools said."""
        return Path(self.folder) / "logs"

    @property
    def failures(self) -> Path:
        """The folder of refusals, one file for each sample that could not be quantified."""
        return Path(self.folder) / WORK / "failed"


@dataclass(frozen=True)
class Batch:
    """Samples that one job works through."""

    place: Place
    samples: tuple[SampleJob, ...]

    @property
    def name(self) -> str:
        """A hash of the content, so that a name never stands for two things."""
        text = json.dumps([asdict(sample) for sample in self.samples], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:_NAME_LENGTH]

    @property
    def is_trimmed(self) -> bool:
        """Whether any of the samples is trimmed first."""
        return any(sample.quant.adapters for sample in self.samples)


@dataclass(frozen=True)
class IndexJob:
    """An index to make. folder : where it will be. key : hash of the transcripts and the program."""

    quantifier: Quantifier
    tool: str
    version: str
    transcripts: tuple[str, ...]
    folder: str
    key: str
    logs: str
    hours: float


WORK = "work"  # folder within the results that is no result: what the workflow itself needs


def write_json(path: Path, value: object) -> None:
    """Write a value as JSON, complete or not at all."""
    write_text(path, json.dumps(value, indent=1, sort_keys=True) + "\n")


def write_batch(batch: Batch, folder: Path) -> None:
    """Write a batch as `folder`/NAME.json."""
    write_json(folder / f"{batch.name}.json", asdict(batch))


def read_batch(path: Path) -> Batch:
    """Read a batch that `write_batch` wrote."""
    given = json.loads(path.read_text(encoding="utf-8"))
    return Batch(Place(**given["place"]), tuple(_sample_job(sample) for sample in given["samples"]))


def read_index_job(path: Path) -> IndexJob:
    """Read the description of an index."""
    given = json.loads(path.read_text(encoding="utf-8"))
    return IndexJob(**{**given, "transcripts": tuple(given["transcripts"])})


def split_batches(samples: Sequence[SampleJob], sizes: Sequence[int], n_batches: int) -> list[list[SampleJob]]:
    """Deal samples into batches of about the same number of bytes: the largest first, each to the smallest batch.

    sizes : bytes of each sample. Batches keep the samples in their order; there are no empty ones.
    """
    import heapq

    order = sorted(range(len(samples)), key=lambda i: (-sizes[i], samples[i].sample_id))
    heap = [(0, i_batch) for i_batch in range(min(n_batches, len(samples)))]
    dealt: list[list[int]] = [[] for _ in heap]
    for i in order:
        total, i_batch = heapq.heappop(heap)
        dealt[i_batch].append(i)
        heapq.heappush(heap, (total + sizes[i] + 1, i_batch))
    return [[samples[i] for i in sorted(batch)] for batch in dealt]


def _sample_job(given: dict[str, Any]) -> SampleJob:
    quant = {**given["quant"], "adapters": tuple(given["quant"]["adapters"])}
    return SampleJob(given["sample_id"], tuple(given["files"]), Quant(**quant))
