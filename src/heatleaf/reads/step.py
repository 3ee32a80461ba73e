"""What the rules of the workflow call: `python -m heatleaf.reads.step STEP FILE`, in the work folder.

The steps are index, trim, quantify, and gather. FILE is the JSON that says what to do. A sample that fails leaves the
reason in failed/SAMPLE.json and does not stop the samples behind it. Exit code 1: something failed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

from heatleaf.errors import UserError
from heatleaf.reads.jobs import Batch, Place, SampleJob, read_batch, read_index_job, write_json
from heatleaf.reads.sample_work import quantify_sample, require_files
from heatleaf.reads.tools import ToolKilledError
from heatleaf.reads.trimming import trim_sample


def main(arguments: list[str]) -> int:
    """Run one step and return its exit code."""
    step, path = arguments[0], Path(arguments[1])
    if step == "index":
        return _run_index(path)
    if step == "gather":
        return _run_gather(path)
    batch = read_batch(path)
    return _run_samples(batch, quantify_sample if step == "quantify" else _trim)


def _run_samples(batch: Batch, work: Callable[[SampleJob, Place], object]) -> int:
    n_failed = 0
    for job in batch.samples:
        reason = batch.place.failures / f"{job.sample_id}.json"
        if _is_final(reason):
            n_failed += 1
            continue
        try:
            work(job, batch.place)
        except UserError as error:
            n_failed += 1
            write_failure(reason, error)
        else:
            reason.unlink(missing_ok=True)
    return 1 if n_failed else 0


def _trim(job: SampleJob, place: Place) -> None:
    if job.quant.adapters:
        require_files([Path(path) for path in job.files])
        trim_sample(job, place)


def _run_index(path: Path) -> int:
    from heatleaf.reads.index import make_index

    job = read_index_job(path)
    return _telling(path.with_name("failed") / "index.json", lambda: make_index(job))


def _run_gather(path: Path) -> int:
    from heatleaf.reads.gather import gather

    return _telling(path.with_name("failed") / "gather.json", lambda: gather(path))


def _telling(reason: Path, work: Callable[[], object]) -> int:
    try:
        work()
    except UserError as error:
        write_failure(reason, error)
        return 1
    reason.unlink(missing_ok=True)
    return 0


def write_failure(path: Path, error: UserError) -> None:
    """Write why something failed, and whether trying again could help."""
    parts = {"code": error.code, "what": error.what, "where": error.where, "fix": error.fix}
    try:
        write_json(path, {**parts, "is_final": not isinstance(error, ToolKilledError)})
    except UserError:  # a full disk: the reason goes to the log of the workflow at least
        sys.stderr.write(f"{error}\n")


def read_failure(path: Path) -> UserError | None:
    """Return the refusal that was written, None where there is none."""
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
        return UserError(given["code"], given["what"], where=given["where"], fix=given["fix"])
    except (OSError, ValueError, KeyError):
        return None


def _is_final(path: Path) -> bool:
    """Whether the sample failed before in this run in a way that no retry mends."""
    try:
        return bool(json.loads(path.read_text(encoding="utf-8"))["is_final"])
    except (OSError, ValueError, KeyError):
        return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
