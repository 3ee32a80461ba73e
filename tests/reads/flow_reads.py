"""Small reads from a made transcriptome, a run of the engine in a process of its own, and kallisto by hand."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

N_TRANSCRIPTS, LENGTH, READ, N_PAIRS = 40, 900, 75, 1500
LETTERS = np.frombuffer(b"ACGT", dtype=np.uint8)
ADAPTERS = (b"AGATCGGAAGAGCACACGTCTGAACTCCAGTCA", b"AGATCGGAAGAGCGTCGTGTAGGGAAAGAGTGT")
COMPLEMENT = bytes.maketrans(b"ACGT", b"TGCA")
NUMBERS = ("counts.tsv", "tpm.tsv", "qc.tsv")
RUN = """
import sys
from pathlib import Path
from heatleaf.errors import UserError
from heatleaf.reads.engine import quantify
from heatleaf.reads.plan import find_reads
from heatleaf.reads.reference import Reference
from heatleaf.reads.settings import QuantifySettings
reads, fasta, folder = map(Path, sys.argv[1:4])
given = dict(word.split("=", 1) for word in sys.argv[4:])
settings = QuantifySettings(**{name: int(text) if text.isdigit() else text for name, text in given.items()})
say = lambda event, text: print(event, text, flush=True)
try:
    quantify(find_reads(reads), Reference((fasta,)), None, settings, folder, say)
except UserError as error:
    print(f"refused [{error.code}] {error}")
    sys.exit(1)
"""


def require_tools() -> str:
    """Return kallisto, or skip."""
    for module in ("snakemake", "cutadapt"):
        pytest.importorskip(module)
    return require_kallisto()


def require_kallisto() -> str:
    """Return kallisto, or skip."""
    found = shutil.which("kallisto")
    if found is None:
        pytest.skip("kallisto is not on PATH")
    return found


def make_transcripts(path: Path, seed: int = 1) -> list[bytes]:
    """Write transcripts, two of each gene, and return their sequences."""
    rng = np.random.default_rng(seed)
    sequences = [row.tobytes() for row in LETTERS[rng.integers(0, 4, (N_TRANSCRIPTS, LENGTH))]]
    names = (f"T{i}.1 cdna gene:G{i // 2}.1 gene_symbol:S{i // 2}" for i in range(N_TRANSCRIPTS))
    text = b"".join(b">%b\n%b\n" % (name.encode(), sequence) for name, sequence in zip(names, sequences, strict=True))
    path.write_bytes(text)
    return sequences


def make_sample(folder: Path, name: str, sequences: list[bytes], *, seed: int, n_pairs: int = N_PAIRS) -> None:
    """Write a pair of files; some fragments are so short that the reads run into the adapters."""
    rng = np.random.default_rng(seed)
    weights = rng.gamma(0.5, 1.0, len(sequences))
    which = rng.choice(len(sequences), n_pairs, p=weights / weights.sum())
    spans = np.clip(rng.normal(140, 60, n_pairs), 40, 300).astype(int)
    starts = (rng.random(n_pairs) * (LENGTH - spans)).astype(int)
    lines: tuple[list[bytes], list[bytes]] = ([], [])
    for i in range(n_pairs):
        fragment = sequences[which[i]][starts[i] : starts[i] + spans[i]]
        mates = (fragment, fragment[::-1].translate(COMPLEMENT))
        for mate, (adapter, whole) in enumerate(zip(ADAPTERS, mates, strict=True)):
            read = (whole + adapter + b"A" * READ)[:READ]
            lines[mate].append(b"@R:1:C:1:%d %d:N:0:ACGT\n%b\n+\n%b\n" % (i, mate + 1, read, b"F" * READ))
    folder.mkdir(parents=True, exist_ok=True)
    for mate in (1, 2):
        path = folder / f"{name}_R{mate}.fastq.gz"
        path.write_bytes(gzip.compress(b"".join(lines[mate - 1]), compresslevel=1, mtime=0))


def make_study(folder: Path, n_samples: int = 3, n_pairs: int = N_PAIRS) -> tuple[Path, Path]:
    """Write transcripts and samples S1, S2, ...; return the folder of reads and the transcripts."""
    folder.mkdir(parents=True, exist_ok=True)
    fasta = folder / "transcripts.fa"
    sequences = make_transcripts(fasta)
    for i in range(n_samples):
        make_sample(folder / "reads", f"S{i + 1}", sequences, seed=i, n_pairs=n_pairs)
    return folder / "reads", fasta


def start_engine(
    reads: Path, fasta: Path, folder: Path, *settings: str, environment: dict[str, str] | None = None
) -> subprocess.Popen[str]:
    """Start a quantification in a process of its own."""
    command = [sys.executable, "-c", RUN, str(reads), str(fasta), str(folder), *settings]
    return subprocess.Popen(
        command, env=environment or os.environ.copy(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def run_engine(
    reads: Path, fasta: Path, folder: Path, *settings: str, environment: dict[str, str] | None = None
) -> str:
    """Run a quantification to its end and return what it said."""
    child = start_engine(reads, fasta, folder, *settings, environment=environment)
    said, _ = child.communicate(timeout=200)
    return said


def wait_for(is_true: Callable[[], object], seconds: float = 90.0) -> bool:
    """Wait until something is true; False if it does not become so."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        if is_true():
            return True
        time.sleep(0.01)
    return False


def result_bytes(folder: Path) -> dict[str, bytes]:
    """Return all results that must not depend on how the work went."""
    paths = [folder / name for name in NUMBERS] + sorted((folder / "transcripts").glob("*/abundance.tsv"))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def kallisto_by_hand(kallisto: str, folder: Path, fasta: Path, files: list[Path], *options: str) -> bytes:
    """Return the abundances that kallisto gives when it is called by hand."""
    folder.mkdir(parents=True, exist_ok=True)
    index = folder / "hand.idx"
    subprocess.run([kallisto, "index", "-i", index, fasta], check=True, capture_output=True, cwd=folder)
    command = [kallisto, "quant", "-i", index, "-o", folder / "hand", "-t", "1", "--plaintext", *options, *files]
    subprocess.run(command, check=True, capture_output=True)
    return (folder / "hand" / "abundance.tsv").read_bytes()
