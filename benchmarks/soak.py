"""Many damaged files through every reader: how many were read, how many refused, and none that did otherwise.

    python benchmarks/soak.py [number of mutants, 100,000] [first seed, 0] [seconds at most, none]

Each mutant is made from a seed (tests/fuzz/mutants.py). One that ends in another exception, takes more than ten
seconds, or is read otherwise than a second, simple reading says, is printed with its seed. `make soak` runs it.
"""

from __future__ import annotations

import collections
import ctypes
import gc
import signal
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "fuzz"))
from mutants import KINDS, check_mutant

WARM_UP = 1_000


def too_long(number: int, frame: FrameType | None) -> None:
    raise TimeoutError("more than ten seconds")


def memory_held() -> int:
    """Return the bytes that this process holds, without what the allocator keeps for later (on Linux)."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096


def main(n_mutants: int, first: int, seconds: float) -> int:
    signal.signal(signal.SIGALRM, too_long)
    outcomes: collections.Counter[str] = collections.Counter()
    faults, slowest, memory = [], 0.0, 0
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        done = 0
        while done < n_mutants and time.monotonic() - began < seconds:
            name = list(KINDS)[done % len(KINDS)]
            seed = first + done // len(KINDS)
            started = time.process_time()
            signal.alarm(10)
            try:
                outcomes[check_mutant(name, seed, Path(folder) / name.replace(" ", "_"))] += 1
            except Exception as error:
                faults.append((name, seed, f"{type(error).__name__}: {error}"[:200]))
                print("FAULT", *faults[-1], flush=True)
            finally:
                signal.alarm(0)
            slowest = max(slowest, time.process_time() - started)
            done += 1
            if done == WARM_UP:
                memory = memory_held()
    grown = (memory_held() - memory) / 1e6
    print(f"{done:,} mutants of {len(KINDS)} kinds of files, seeds from {first}: {len(faults)} faults")
    print(f"{outcomes.pop('', 0):,} read, {sum(outcomes.values()):,} refused with {len(outcomes)} codes")
    print(f"slowest {slowest:.2f} s of processor time; memory grew by {grown:.1f} MB after the first {WARM_UP:,}")
    return 1 if faults else 0


if __name__ == "__main__":
    given = [float(word.replace(",", "")) for word in sys.argv[1:]]
    amount, first_seed, limit = (*given, *(100_000, 0, float("inf"))[len(given) :])
    sys.exit(main(int(amount), int(first_seed), limit))
