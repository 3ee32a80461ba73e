"""The workflow from reads to counts beside kallisto in a shell loop, and a dry plan of very many samples.

Run: python benchmarks/quantify.py [N_SAMPLES [N_PAIRS [REPEATS]]]; 12 samples of 500,000 pairs by default. Needs
kallisto on PATH. Reads are simulated from a made transcriptome; all samples hold the same reads, as copies.
Before times are printed, all abundances must be the bytes of kallisto on one thread (on two its last digits differ).
The same with a thousand pairs a sample shows what a sample costs beside its reads.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import psutil
from alternate import ENVIRONMENT, measure, print_costs
from xopen import xopen

N_TRANSCRIPTS, LENGTH, READ, SEED = 5000, 1500, 100, 1
N_PLANNED, FEW_PAIRS = 10_000, 1000
LETTERS = np.frombuffer(b"ACGT", dtype=np.uint8)
COMPLEMENT = np.zeros(256, dtype=np.uint8)
COMPLEMENT[LETTERS] = LETTERS[::-1]

RUN = """
import sys
from pathlib import Path
from heatleaf.reads.engine import quantify
from heatleaf.reads.plan import find_reads
from heatleaf.reads.reference import Reference
from heatleaf.reads.settings import QuantifySettings
reads, fasta, folder, threads = sys.argv[1:]
quantify(find_reads(Path(reads)), Reference((Path(fasta),)), None, QuantifySettings(threads=int(threads)), Path(folder))
"""
FRESH = "import shutil, sys; shutil.rmtree(sys.argv[3], ignore_errors=True)\n"
PLAN = """
import resource, sys, time
from pathlib import Path
from heatleaf.reads.engine import dry_plan
from heatleaf.reads.reference import Reference
from heatleaf.reads.samples import ReadFile, ReadSample, ReadsPlan
from heatleaf.reads.settings import QuantifySettings
folder, fasta, n = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
began = time.perf_counter()
samples = tuple(
    ReadSample(f"S{i}", (ReadFile(folder / f"S{i}_1.fq", 1), ReadFile(folder / f"S{i}_2.fq", 2)), True)
    for i in range(n)
)
print(dry_plan(ReadsPlan(samples), Reference((fasta,)), None, QuantifySettings(executor="slurm"), folder / "results"))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(f"dry plan of {n:,} samples: {time.perf_counter() - began:.1f} s, {peak:.0f} MB")
"""


def main() -> None:
    """Make the reads, compare, and plan."""
    given = [int(text) for text in sys.argv[1:]]
    n_samples, n_pairs, n_repeats = (given + [12, 500_000, 3][len(given) :])[:3]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        ENVIRONMENT["HEATLEAF_RESOURCES"] = os.environ["HEATLEAF_RESOURCES"] = str(folder / "cache")
        for pairs in (FEW_PAIRS, n_pairs):
            print(f"{n_samples} samples of {pairs:,} pairs")
            fasta, reads = make_reads(folder, n_samples, pairs)
            compare(folder, fasta, reads, n_repeats)
        watch_memory(folder, fasta, reads)
        plan_many(folder, fasta)


def compare(folder: Path, fasta: Path, reads: Path, n_repeats: int) -> None:
    """Time both from warm indices."""
    subprocess.run(["kallisto", "index", "-i", folder / "k.idx", fasta], check=True, capture_output=True)
    n_samples = len(list(reads.glob("*_1.fastq.gz")))
    quant = f"kallisto quant -i {folder}/k.idx -o {folder}/loop$1/S$i -t $1 --plaintext"
    files = f"{reads}/S${{i}}_1.fastq.gz {reads}/S${{i}}_2.fastq.gz"
    shell = f"mkdir -p {folder}/loop$1; for i in $(seq {n_samples}); do {quant} {files} || exit 1; done"
    workflow = [sys.executable, "-c", FRESH + RUN, str(reads), str(fasta), str(folder / "workflow")]
    commands = {
        "shell loop, -t 2": ["bash", "-c", shell, "loop", "2"],
        "workflow, 2 at a time": [*workflow, "2"],
    }
    costs = measure(commands, n_repeats=n_repeats)
    hand = ["kallisto", "quant", "-i", folder / "k.idx", "-o", folder / "hand", "-t", "1", "--plaintext"]
    subprocess.run([*hand, *(reads / f"S1_{mate}.fastq.gz" for mate in (1, 2))], check=True, capture_output=True)
    for table in (folder / "workflow" / "transcripts").glob("*/abundance.tsv"):
        if table.read_bytes() != (folder / "hand" / "abundance.tsv").read_bytes():
            sys.exit(f"{table.parent.name}: the workflow and kallisto give other numbers")
    print_costs(costs, "shell loop, -t 2")
    loop_cost, flow_cost = costs.values()
    for name in ("wall", "cpu"):
        flow, loop = getattr(flow_cost, name), getattr(loop_cost, name)
        print(f"  beside the loop: {(flow - loop) / n_samples:+.2f} s of {name} time a sample ({flow / loop - 1:+.0%})")


def watch_memory(folder: Path, fasta: Path, reads: Path) -> None:
    """Print the largest resident memory of any process but kallisto during a run."""
    command = [sys.executable, "-c", RUN, str(reads), str(fasta), str(folder / "watched"), "2"]
    child = subprocess.Popen(command, env=ENVIRONMENT)
    peaks: dict[str, int] = {}
    thread = threading.Thread(target=_watch, args=(child.pid, peaks))
    thread.start()
    child.wait()
    thread.join()
    for name, peak in sorted(peaks.items(), key=lambda item: -item[1])[:4]:
        print(f"  {peak / 1e6:6.0f} MB  {name}")


def _watch(pid: int, peaks: dict[str, int]) -> None:
    try:
        parent = psutil.Process(pid)
        while parent.status() != psutil.STATUS_ZOMBIE:
            for process in [parent, *parent.children(recursive=True)]:
                try:
                    words = process.cmdline()
                    if words and Path(words[0]).name != "kallisto":
                        name = " ".join(Path(word).name for word in words[1:5] if "\n" not in word)
                        peaks[name] = max(peaks.get(name, 0), process.memory_info().rss)
                except psutil.Error:
                    continue
            time.sleep(0.05)
    except psutil.NoSuchProcess:
        return


def plan_many(folder: Path, fasta: Path) -> None:
    """Time the plan of many samples."""
    many = folder / "many"
    many.mkdir()
    for i in range(N_PLANNED):
        for mate in (1, 2):
            (many / f"S{i}_{mate}.fq").write_bytes(b"")
            os.truncate(many / f"S{i}_{mate}.fq", 50_000_000 + 1000 * i)  # sparse
    subprocess.run([sys.executable, "-c", PLAN, str(many), str(fasta), str(N_PLANNED)], check=True, env=ENVIRONMENT)
    shutil.rmtree(many)


def make_reads(folder: Path, n_samples: int, n_pairs: int) -> tuple[Path, Path]:
    """Write a transcriptome and pairs of reads from it."""
    rng = np.random.default_rng(SEED)
    bases = LETTERS[rng.integers(0, 4, (N_TRANSCRIPTS, LENGTH))]
    fasta = folder / "transcripts.fa"
    header = "T{i}.1 cdna gene:G{g}.1 gene_symbol:S{g}"
    fasta.write_text(
        "".join(f">{header.format(i=i, g=i // 2)}\n{row.tobytes().decode()}\n" for i, row in enumerate(bases))
    )
    weights = rng.gamma(0.3, 1.0, N_TRANSCRIPTS)
    which = rng.choice(N_TRANSCRIPTS, n_pairs, p=weights / weights.sum())
    start = rng.integers(0, LENGTH - 300, n_pairs)
    span = np.clip(rng.normal(220, 30, n_pairs), 110, 300).astype(int)
    reads = folder / f"reads{n_pairs}"
    reads.mkdir()
    steps = np.arange(READ)
    qualities = rng.choice(np.frombuffer(b"FFFFFF:,", dtype=np.uint8), (1000, READ))
    for mate in (1, 2):
        at = start[:, None] + steps if mate == 1 else (start + span)[:, None] - 1 - steps
        letters = bases[which[:, None], at]
        letters = letters if mate == 1 else COMPLEMENT[letters]
        path = reads / f"S1_{mate}.fastq.gz"
        with xopen(path, "wb", compresslevel=3, threads=0) as handle:
            for i in range(n_pairs):
                text, quality = letters[i].tobytes(), qualities[i % 1000].tobytes()
                handle.write(b"@RUN:1:CELL:1:%d %d:N:0:ACGT\n%b\n+\n%b\n" % (i, mate, text, quality))
        for i_sample in range(2, n_samples + 1):
            shutil.copy(path, reads / f"S{i_sample}_{mate}.fastq.gz")
    return fasta, reads


if __name__ == "__main__":
    main()
