"""The files of the demonstration, as a user could have them: reads and transcripts, or counts, and a sample sheet."""

from __future__ import annotations

import importlib.util
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from heatleaf.errors import UserError
from heatleaf.io import OutputFolder, write_bytes, write_text
from heatleaf.io.atomic import atomic_write
from heatleaf.resources.demo import DemoStudy
from heatleaf.resources.demo_reads import DemoReads

_N_WRITERS = 2  # samples at a time; each holds some 30 MB


@dataclass(frozen=True)
class DemoInputs:
    """What `run` is given. transcripts : None where the demonstration starts from counts."""

    source: Path
    samples: Path
    transcripts: Path | None = None


def must_fetch_kallisto() -> bool:
    """Whether `why_no_reads` will fetch kallisto, which takes a while."""
    from heatleaf.reads.kallisto import cached_kallisto

    is_there = shutil.which("kallisto") is not None or cached_kallisto().is_file()
    return importlib.util.find_spec("snakemake") is not None and not is_there


def why_no_reads() -> str:
    """Say why reads cannot be quantified here, "" where they can; kallisto is fetched if it is not there yet."""
    if importlib.util.find_spec("snakemake") is None:
        return "the extra for reads is not installed (pip install 'heatleaf[reads]')"
    from heatleaf.reads.kallisto import find_kallisto

    try:
        find_kallisto()
    except UserError as error:
        return error.what
    return ""


def write_demo_counts(study: DemoStudy, folder: Path) -> DemoInputs:
    """Write counts and sample sheet."""
    counts, samples = folder / "demo_counts.tsv", folder / "demo_samples.tsv"
    with OutputFolder(folder):
        write_text(counts, study.counts_text)
        write_text(samples, study.samples_text)
    return DemoInputs(counts, samples)


def write_demo_reads(study: DemoStudy, folder: Path) -> DemoInputs:
    """Write a FASTQ file for each sample, transcripts and sample sheet: about 80 MB.

    Raises
    ------
    UserError
        output_folder, output_running, output_write.
    """
    made = DemoReads(study)
    reads, transcripts, samples = folder / "reads", folder / "demo_transcripts.fa.gz", folder / "demo_samples.tsv"

    def write_sample(i_sample: int) -> None:
        with atomic_write(reads / f"{study.counts.sample_ids[i_sample]}.fastq.gz") as handle:
            for piece in made.fastq(i_sample):
                handle.write(piece)

    with OutputFolder(folder):
        write_bytes(transcripts, made.transcripts)
        write_text(samples, study.samples_text)
        with ThreadPoolExecutor(_N_WRITERS) as pool:
            list(pool.map(write_sample, range(study.counts.n_samples)))
    return DemoInputs(reads, samples, transcripts)
