"""Tables of all samples from the tables of each: counts and TPM of genes, and what became of the reads.

One sample is in memory at a time, then a block of genes of all samples at a time: the memory does not grow with the
number of samples (some 300 bytes a transcript, and twenty times BLOCK_BYTES).
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from heatleaf.errors import UserError
from heatleaf.io.atomic import atomic_write, write_text
from heatleaf.io.checksum import sha256_of
from heatleaf.io.table_writer import format_floats
from heatleaf.io.transcripts import scale_by_length, total_factors
from heatleaf.reads.jobs import WORK, write_json
from heatleaf.reads.kallisto import TABLE_FILE
from heatleaf.reads.records import SampleRecord, read_record
from heatleaf.reads.reference import Reference, transcript_genes

BLOCK_BYTES = 8_000_000
DECIMALS = 6  # of counts and TPM; the quantifiers give 6 digits
_ITEM = 8  # bytes of a float64
_LENGTH, _COUNT, _TPM = 0, 1, 2
_WIDTHS = (2, 3, 4)  # columns eff_length, est_counts, tpm
TABLES = ("counts.tsv", "tpm.tsv", "qc.tsv")
QC_COLUMNS = ("n_reads", "n_used", "n_mapped", "mapped_share", "n_unique", "n_with_adapter")


@dataclass(frozen=True)
class GatherJob:
    """What to gather. samples : in the order of the columns. about : goes into quantify.json as it is."""

    folder: str
    samples: tuple[str, ...]
    transcripts: tuple[str, ...]
    annotation: str
    about: dict[str, Any]

    @property
    def reference(self) -> Reference:
        """The transcripts and the annotation as paths."""
        return Reference(tuple(map(Path, self.transcripts)), Path(self.annotation) if self.annotation else None)


@dataclass(frozen=True)
class Genes:
    """The genes of an index. ids : in the order of their first transcript. symbols : "" where there is none.

    transcript_ids : of the tables. is_mapped : of each transcript, whether its gene is known. of_transcript : the gene
    of each mapped transcript.
    """

    ids: tuple[str, ...]
    symbols: tuple[str, ...]
    transcript_ids: tuple[str, ...]
    is_mapped: NDArray[np.bool_]
    of_transcript: NDArray[np.intp]

    def sums(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the sums over the transcripts of each gene, of a value for each mapped transcript."""
        sums = np.bincount(self.of_transcript, weights=values, minlength=len(self.ids)).astype(np.float64)
        return sums


def gather(path: Path) -> None:
    """Write counts.tsv, tpm.tsv, qc.tsv and, last, quantify.json, of the job that a file describes.

    Raises
    ------
    UserError
        tool: a sample has no results; files_differ: of other transcripts than the rest; transcript_level, transcripts:
        as `transcript_genes`; output_write.
    """
    job = read_gather_job(path)
    folder = Path(job.folder)
    records = [_require_record(folder, sample) for sample in job.samples]
    genes = _read_genes(job, folder)
    with tempfile.TemporaryFile(dir=folder / WORK) as abundance, tempfile.TemporaryFile(dir=folder / WORK) as weighted:
        plain, totals = _collapse(job, genes, abundance, weighted)
        blocks = _Blocks(abundance, weighted, (len(job.samples), len(genes.ids)))
        scaled_totals = sum((block[2].sum(axis=0) for block in blocks.scaled(plain)), np.zeros(len(records)))
        factors = total_factors(totals, scaled_totals)
        counts = ((start, scaled * factors) for start, _, scaled in blocks.scaled(plain))
        _write_genes(folder / "counts.tsv", genes, job.samples, counts)
        _write_genes(folder / "tpm.tsv", genes, job.samples, ((start, tpm) for start, tpm, _ in blocks.scaled(plain)))
    write_qc(folder / "qc.tsv", records)
    tables = {name: sha256_of(folder / name) for name in TABLES}
    samples = [_describe(record) for record in records]
    write_json(folder / "quantify.json", {**job.about, "tables": tables, "samples": samples})


def read_gather_job(path: Path) -> GatherJob:
    """Read what `engine` wrote."""
    given = json.loads(path.read_text(encoding="utf-8"))
    lists = {name: tuple(given[name]) for name in ("samples", "transcripts")}
    return GatherJob(**{**given, **lists})


def write_qc(path: Path, records: Sequence[SampleRecord]) -> None:
    """Write what became of the reads of each sample."""
    lines = ["\t".join(("sample_id", *QC_COLUMNS))]
    for record in records:
        cells = [_cell(getattr(record, name)) for name in QC_COLUMNS]
        lines.append("\t".join((record.sample_id, *cells)))
    write_text(path, "\n".join(lines) + "\n")


def _cell(value: float | str | None) -> str:
    if value is None:
        return "NA"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def read_abundance(path: Path) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Read abundance.tsv of one sample.

    Returns
    -------
    tuple
        Names of the transcripts, and a float64 array of shape (n_transcripts, 3): effective length in bases, estimated
        counts, TPM; 0 for what is not a number, which kallisto writes for a sample without any mapped read.

    Raises
    ------
    UserError
        tool: the table cannot be read.
    """
    try:
        with path.open(encoding="utf-8") as lines:
            next(lines)
            names = tuple(line.split("\t", 1)[0] for line in lines)
        values = np.loadtxt(path, delimiter="\t", skiprows=1, usecols=_WIDTHS, comments=None, ndmin=2)
    except (OSError, ValueError, StopIteration) as error:
        fix = "remove the folder of the sample, and run the same command again"
        raise UserError("tool", f"cannot be read ({error})", where=str(path), fix=fix) from None
    return names, np.nan_to_num(values, nan=0.0)


class _Blocks:
    """Two tables of samples x genes on disk, read as blocks of genes x samples. shape : (n_samples, n_genes)."""

    def __init__(self, abundance: IO[bytes], weighted: IO[bytes], shape: tuple[int, int]) -> None:
        self._files = (abundance, weighted)
        self._shape = shape

    def scaled(self, plain: NDArray[np.float64]) -> Iterator[tuple[int, NDArray[np.float64], NDArray[np.float64]]]:
        """Yield the first gene, gene TPM, and gene TPM times average gene length, of each block."""
        n_samples, n_genes = self._shape
        n_block = max(1, BLOCK_BYTES // (_ITEM * n_samples))
        for start in range(0, n_genes, n_block):
            stop = min(n_genes, start + n_block)
            tpm, weighted = (self._read(file, start, stop) for file in self._files)
            yield start, tpm, scale_by_length(tpm, weighted, plain[start:stop])

    def _read(self, file: IO[bytes], start: int, stop: int) -> NDArray[np.float64]:
        n_samples, n_genes = self._shape
        block = np.empty((stop - start, n_samples))
        for i_sample in range(n_samples):
            file.seek(_ITEM * (i_sample * n_genes + start))
            block[:, i_sample] = np.frombuffer(file.read(_ITEM * (stop - start)))
        return block


def _require_record(folder: Path, sample: str) -> SampleRecord:
    record = read_record(folder / "transcripts" / sample)
    if record is None:
        raise UserError("tool", "has no results", where=sample, fix="run the same command again: it goes on")
    return record


def _read_genes(job: GatherJob, folder: Path) -> Genes:
    """Match the transcripts of the tables with the genes of the reference."""
    names, _ = read_abundance(folder / "transcripts" / job.samples[0] / TABLE_FILE)
    known = transcript_genes(job.reference)
    gene_of = known.tx2gene
    genes = [gene_of.get(name) for name in names]
    position: dict[str, int] = {}
    of_transcript = [position.setdefault(gene, len(position)) for gene in genes if gene is not None]
    symbol_of = known.symbol_of
    return Genes(
        tuple(position),
        tuple(symbol_of.get(gene, "") for gene in position),
        names,
        np.array([gene is not None for gene in genes]),
        np.array(of_transcript, dtype=np.intp),
    )


def _collapse(
    job: GatherJob, genes: Genes, abundance: IO[bytes], weighted: IO[bytes]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sum each sample to genes, into files; return the plain mean length of each gene and the total of each sample."""
    lengths = np.zeros(len(genes.of_transcript))
    totals = np.zeros(len(job.samples))
    for i_sample, sample in enumerate(job.samples):
        names, values = read_abundance(Path(job.folder) / "transcripts" / sample / TABLE_FILE)
        if names != genes.transcript_ids:
            what = f"the transcripts of {sample} are not those of {job.samples[0]}"
            raise UserError("files_differ", what, fix="quantify all samples with the same transcripts")
        mapped = values[genes.is_mapped]
        abundance.write(genes.sums(mapped[:, _TPM]).tobytes())
        weighted.write(genes.sums(mapped[:, _TPM] * mapped[:, _LENGTH]).tobytes())
        totals[i_sample] = mapped[:, _COUNT].sum()
        lengths += mapped[:, _LENGTH]
    n_transcripts = np.bincount(genes.of_transcript, minlength=len(genes.ids))
    return genes.sums(lengths / len(job.samples)) / n_transcripts, totals


def _write_genes(
    path: Path, genes: Genes, samples: Sequence[str], blocks: Iterator[tuple[int, NDArray[np.float64]]]
) -> None:
    """Write a table of genes x samples as nf-core does, by which its values are known to be estimates.

    A gene without a name has its id there.
    """
    header = ["gene_id", "gene_name", *samples]
    with atomic_write(path) as handle:
        handle.write(("\t".join(header) + "\n").encode())
        for start, values in blocks:
            cells = format_floats(np.round(values, DECIMALS).ravel())
            n_samples = len(samples)
            for i in range(len(values)):
                names = [genes.ids[start + i], genes.symbols[start + i] or genes.ids[start + i]]
                row = names + cells[i * n_samples : (i + 1) * n_samples]
                handle.write(("\t".join(row) + "\n").encode())


def _describe(record: SampleRecord) -> dict[str, Any]:
    about = asdict(record)
    about["mapped_share"] = record.mapped_share
    for file in about["files"]:
        file.pop("mtime_ns")
    return about
