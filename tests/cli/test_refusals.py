"""Every bad input of the requirements (B1-B82) through the command line: exit code, code, sentence, nothing written.

The rooms test their sentences one by one; here the whole way from the arguments to the screen is walked.
"""

# ruff: noqa: E501 - one case per line reads as the table of the requirements

from __future__ import annotations

import gzip
import io
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
import xlsxwriter

from heatleaf.cli import main

SAMPLES = [f"S{i}" for i in range(1, 7)]


def make_counts(n_genes: int = 120) -> np.ndarray:
    rng = np.random.default_rng(3)
    mean = rng.lognormal(4, 1, (n_genes, 1)) * np.where((np.arange(n_genes) < 30)[:, None] & (np.arange(6) > 2), 4, 1)
    return rng.negative_binomial(10, 10 / (10 + mean)) + 1


def table(
    values: np.ndarray | None = None, *, names: list[str] | None = None, genes: list[str] | None = None, extra: str = ""
) -> bytes:
    """Return a table of counts, good unless told otherwise, with some more lines."""
    values = make_counts() if values is None else values
    genes = genes or [f"G{i}" for i in range(1, len(values) + 1)]
    names = names or [f"S{i}" for i in range(1, values.shape[1] + 1)]
    lines = ["\t".join(["gene_id", *names])]
    lines += ["\t".join([gene, *map(str, row)]) for gene, row in zip(genes, values.tolist(), strict=True)]
    return ("\n".join(lines) + "\n" + extra).encode()


def sheet(**columns: str) -> bytes:
    """Return a sample sheet: columns as words, the samples S1 ... first."""
    words = {name: text.split(" ") for name, text in columns.items()}
    n_samples = len(next(iter(words.values())))
    lines = [",".join(["sample", *words])]
    lines += [",".join([f"S{i + 1}", *(values[i] for values in words.values())]) for i in range(n_samples)]
    return ("\n".join(lines) + "\n").encode()


def row(gene: str, *cells: object) -> str:
    """Return one more line; the cells that are not given are 5."""
    return "\t".join([gene, *map(str, cells), *["5"] * (6 - len(cells))]) + "\n"


def archive(sheets: list[str]) -> bytes:
    """Return a workbook whose sheets all hold the good table."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        for name in sheets:
            page = book.add_worksheet(name)
            for i, line in enumerate(table().decode().splitlines()):
                page.write_row(i, 0, [int(cell) if cell.isdigit() else cell for cell in line.split("\t")])
    return target.getvalue()


def zipped() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as book:
        book.writestr("counts.tsv", table())
    return target.getvalue()


GROUPS = sheet(condition="control control control treated treated treated")
RUN = ("run", "counts.tsv", "samples.csv", "-o", "out")
TEST = ("differential", "counts.tsv", "samples.csv", "-o", "out")
DRAW = ("heatmap", "counts.tsv", "samples.csv", "-o", "out.png")
ENSEMBL = [f"ENSG{i:011d}" for i in range(120)]
STAR = "N_unmapped\t5\t5\t5\nN_multimapping\t1\t1\t1\nN_noFeature\t1\t9\t1\nN_ambiguous\t0\t0\t0\n"
STAR += "".join(f"G{i}\t10\t5\t5\n" for i in range(120))
QUANT = "Name\tLength\tEffectiveLength\tTPM\tNumReads\n" + "".join(
    f"ENST{i:011d}\t900\t800\t{i}.5\t{i}.2\n" for i in range(120)
)
TRANSPOSED = ["sample\t" + "\t".join(ENSEMBL[:60])]
TRANSPOSED += [f"S{s}\t" + "\t".join(str(i * s % 9) for i in range(60)) for s in range(1, 7)]
TPM = make_counts() / make_counts().sum(axis=0) * 1e6
BELOW = 10**12


@dataclass(frozen=True)
class Case:
    """Files, the command, and what must be said: a refusal, or at exit code 0 a warning or note."""

    id: str
    code: str
    says: str
    counts: bytes | None = field(default_factory=table)
    samples: bytes = GROUPS
    command: tuple[str, ...] = RUN
    options: tuple[str, ...] = ()
    level: str = "error"
    name: str = "counts.tsv"


REFUSED = [
    # the file
    Case("B1", "file_missing", "counts.tsv: file not found in ", None),
    Case("B1 sheet", "file_missing", "samplez.csv: file not found in ", command=("run", "counts.tsv", "samplez.csv", "-o", "out")),
    Case("B1 similar", "file_missing", "Fix: check the path; files there with a similar name: samples.csv.", command=("run", "sample.csv", "-o", "out")),
    Case("B2", "file_is_folder", "folder/: is a folder without results that are understood. Fix: give one table, or the folder of salmon, kallisto, STAR, RSEM, HTSeq or featureCounts results.", command=("run", "folder", "-o", "out")),
    Case("B2 sheet", "file_is_folder", "folder/: is a folder. Fix: give one table.", command=("run", "counts.tsv", "folder", "-o", "out")),
    Case("B3", "file_empty", "counts.tsv: is empty (0 bytes). Fix: re-export it; the producing step may have failed.", b""),
    Case("B4", "file_empty", "counts.tsv: has no table: 12 lines, all comments or blank.", b"# a\n\n" * 6),
    Case("B5", "table_header_only", "counts.tsv: has a header with 6 samples but no gene rows.", table(np.empty((0, 6), dtype=int))),
    Case("B6 several", "workbook", "counts.xlsx: 3 sheets hold tables: counts, tpm, notes. Fix: --sheet \"counts\".", archive(["counts", "tpm", "notes"]), name="counts.xlsx"),
    Case("B6 unknown", "workbook", "counts.xlsx: has no sheet 'x'; its sheets: counts, tpm. Fix: --sheet \"counts\".", archive(["counts", "tpm"]), name="counts.xlsx", options=("--sheet", "x")),
    Case("B6 locked", "workbook", "counts.xlsx: is protected by a password.", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le"), name="counts.xlsx"),
    Case("B7", "file_kind", "reads.bam: is a BAM file, not a count table. Fix: quantify the reads first", gzip.compress(b"BAM\x01" + bytes(40)), name="reads.bam"),
    Case("B7 h5ad", "file_kind", "a.h5ad: is an HDF5 file (h5, h5ad), not a count table. Fix: of an h5ad file give its raw counts as a table", b"\x89HDF\r\n\x1a\n\0\0", name="a.h5ad"),
    Case("B8", "file_html", "counts.tsv: is a web page (it starts with <!DOCTYPE HTML>). Fix: the download failed or needs login; download again.", b"<!DOCTYPE html><p>login"),
    Case("B9", "encoding_utf16", "counts.tsv: is UTF-16 without a byte order mark. Fix: save as UTF-8, or --encoding utf-16-le.", table().decode().encode("utf-16-le")),
    Case("B10", "encoding", "counts.tsv line 122: byte 0xE9 is not UTF-8. Fix: save as UTF-8, or --encoding latin-1.", table() + b"caf\xe9\t1\t1\t1\t1\t1\t1\n"),
    Case("B12", "nul_byte", "counts.tsv line 122: has a NUL character; the file is binary or damaged.", table(extra=row("A\0B"))),
    Case("B14", "gzip_damaged", "counts.tsv.gz: ends early or is damaged (gzip, after ", gzip.compress(table())[:-30], name="counts.tsv.gz"),
    Case("B16", "archive", "counts.zip: is an archive. Fix: extract it and give the table.", zipped(), name="counts.zip"),
    Case("B17", "too_large", "counts.tsv.gz: expands beyond 1 kB. Fix: --max-input sets the limit.", gzip.compress(table()), name="counts.tsv.gz", options=("--max-input", "1kB")),
    # the shape
    Case("B19", "delimiter", "counts.tsv: cannot tell the delimiter: tab gives 1 column;", b"gene\nA\nB\nC\n"),
    Case("B20", "header_shifted", "counts.tsv: line 2 has 7 fields, the header has 6. Fix: give every column its name", table().replace(b"\tS6\n", b"\n", 1)),
    Case("B21", "row_length", "counts.tsv: line 122 (gene ACTB): 5 values, expected 6 (S1…S6). 2 such lines: 122, 123.", table(extra="ACTB\t1\t2\t3\t4\t5\nB\t1\n")),
    Case("B23", "quote_open", "counts.tsv line 122: quote opened and never closed.", table(extra='"ACTB\t1\t2\t3\t4\t5\t6\n')),
    Case("B24", "header_repeated", "counts.tsv: line 122 repeats the header: two tables were joined.", table() + table()),
    Case("B25", "transposed", "counts.tsv: this looks transposed: 6 rows named like samples (S1 … S6), 60 columns named like genes (ENSG00000000000 …). Fix: --transpose.", "\n".join(TRANSPOSED).encode()),
    Case("B28", "strandedness", "three count columns, and the strand is not clear for 1 sample", STAR.encode(), command=("run", "counts.tsv", "-o", "out")),
    Case("B29", "transcript_level", "transcript-level table (ENST00000000000, ...). Fix: give --tx2gene", QUANT.encode(), command=("run", "counts.tsv", "-o", "out")),
    Case("B30", "value_kind", "counts.tsv: values are not counts: 100% are fractional, column sums are all 1,000,000 (TPM). Fix: use the raw counts; differential testing on TPM is not supported.", table(TPM)),
    # names
    Case("B31", "gene_duplicate", "counts.tsv: 1 gene id occurs more than once (first: 'G9' ×2 lines 10, 122). Fix: use unique ids, or --duplicates sum.", table(extra=row("G9"))),
    Case("B32", "gene_near_duplicate", "counts.tsv: 'G9' and 'G9 ' differ only by a space.", table(extra=row("G9 "))),
    Case("B33", "sample_duplicate", "counts.tsv: sample 'S1' appears in columns 2 and 5.", table(names=["S1", "S2", "S3", "S1", "S5", "S6"])),
    Case("B34 gene", "name_empty", "counts.tsv: line 122 has no gene id.", table(extra=row(""))),
    Case("B34 sample", "name_empty", "counts.tsv: column 4 has no name.", table(names=["S1", "S2", "", "S4", "S5", "S6"])),
    Case("B39", "gene_version", "1 id would occur twice without their versions (first: 'ENSG00000000001.5' and 'ENSG00000000001.5_PAR_Y'", table(genes=["ENSG00000000001.5", "ENSG00000000001.5_PAR_Y", *(f"{name}.2" for name in ENSEMBL[2:])]), options=("--strip-version",)),
    Case("B41", "name_hostile", "counts.tsv: the gene name 'A\\x1b[2J' has control characters.", table(extra=row("A\x1b[2J"))),
    # values
    Case("B43", "value_text", "counts.tsv: line 122, gene TP53, sample S3: 'high' is not a number. 1 such cell.", table(extra=row("TP53", 1, 2, "high"))),
    Case("B44", "value_missing", "counts.tsv: 1 empty value (first: gene MYC, sample S2, line 122). Fix: counts must be complete; 0 means no reads.", table(extra=row("MYC", 1, ""))),
    Case("B45", "value_negative", "counts.tsv: gene X, sample S1, line 122: -3. Fix: counts cannot be negative", table(extra=row("X", -3))),
    Case("B46", "value_fraction", "counts.tsv: 1 of 726 values are fractional (first 10.5, gene X, sample S1, line 122). Fix: use the raw counts", table(extra=row("X", 10.5))),
    Case("B47", "value_text", "'inf' is not a number", table(extra=row("X", "inf"))),
    Case("B48", "value_separator", "'1 234' has a thousands separator", table(extra=row("X", "1 234"))),
    Case("B49", "value_text", "'0x1F' is not a number", table(extra=row("X", "0x1F"))),
    Case("B50", "value_large", "value 9.9e+20 exceeds 2^53 and cannot be represented exactly (gene X, sample S1, line 122)", table(extra=row("X", "9.9e20"))),
    Case("B51", "value_large", "the counts of sample S1 add up to", table(extra=row("X", 2**53 - 1) + row("Y", 2**53 - 1))),
    Case("B52", "counts_zero", "counts.tsv: all counts are zero. Fix: check strandedness and annotation of the counting step.", table(np.zeros((120, 6), dtype=int))),
    Case("B53", "sample_zero", "counts.tsv: sample S4 has no reads (sum 0). Fix: exclude it in the sample sheet.", table(make_counts() * np.array([1, 1, 1, 0, 1, 1]))),
    Case("B55", "sample_identical", "counts.tsv: all 6 samples have identical counts.", table(np.repeat(make_counts()[:, :1], 6, axis=1))),
    Case("B56", "gene_constant", "counts.tsv: no gene varies between samples; they differ in library size only.", table(make_counts()[:, :1] * np.arange(1, 7))),
    Case("B58", "few_genes", "counts.tsv: 1 gene: size factors need at least 2 (and sensibly > 1,000) genes.", table(make_counts()[:1])),
    Case("B59", "one_sample", "counts.tsv: one sample (S1): nothing to compare. Fix: give a table of at least two samples per group.", table(make_counts()[:, :1]), command=("run", "counts.tsv", "-o", "out")),
    Case("B59 no test", "one_sample", "one sample (S1): a heatmap shows how genes differ between samples. Fix: give a table of two samples or more.", table(make_counts()[:, :1]), command=("run", "counts.tsv", "-o", "out", "--no-test")),
    Case("B59 heatmap", "one_sample", "one sample (S1): a heatmap shows how genes differ between samples.", table(make_counts()[:, :1]), command=("heatmap", "counts.tsv", "-o", "out.png")),
    Case("B60", "too_large", "counts.tsv: has 10,101 columns; at most 10,000 are read.", ("g\t" + "\t".join(f"S{i}" for i in range(10_100)) + "\n" + "".join(name + "\t1" * 10_100 + "\n" for name in ENSEMBL[:3])).encode()),
    # the sample sheet
    Case("B61", "file_empty", "samples.csv: is empty (0 bytes).", samples=b""),
    Case("B61 html", "file_html", "samples.csv: is a web page", samples=b"<html><p>"),
    Case("B62", "sheet_column", "samples.csv: no column of the sheet matches the samples of the table. Columns: id, group. Closest: id has S01, the table S1. Fix: rename the samples, or name the column: --sample-column.", samples=b"id,group\nS01,a\nS02,a\nS03,b\nS04,b\n"),
    Case("B62 option", "sheet_column", "samples.csv: there is no column 'sampel'. Columns: sample, condition. Fix: did you mean sample?", options=("--sample-column", "sampel")),
    Case("B63", "column_duplicate", "samples.csv: two columns are called 'c' (columns 2 and 3).", samples=b"sample,c,c\nS1,a,b\nS2,a,b\n"),
    Case("B64", "sample_duplicate", "samples.csv: sample S1 on lines 2 and 8.", samples=GROUPS + b"S1,control\n"),
    Case("B65", "sheet_extra", "samples.csv: 2 samples have no counts: S7x, S8.", samples=GROUPS + b"S7x,control\nS8,control\n"),
    Case("B66", "sheet_lacks", "samples.csv: 1 sample is not in the sheet: S6. Fix: add the rows, or leave --strict out.", samples=GROUPS.rsplit(b"S6", 1)[0], options=("--strict",)),
    Case("B68", "sheet_names_differ", "samples.csv: counts has 'S6', sheet has 's-6'. Fix: write the names alike in sheet and table.", samples=GROUPS.replace(b"S6", b"s-6")),
    Case("B69", "design_column", "samples.csv: design uses 'batch'; columns are: condition. Fix: ", options=("--design", "~ batch")),
    Case("B69 no sheet", "design_column", "--design was given, but there is no sample sheet and the sample names tell no groups. Fix: give a sheet", command=("run", "counts.tsv", "-o", "out", "--design", "~ a")),
    Case("B70", "design_missing", "samples.csv: condition is empty for S3. Fix: fill it or leave the sample out.", samples=GROUPS.replace(b"S3,control", b"S3,"), options=("--design", "~ condition")),
    Case("B70 no design", "design_missing", "samples.csv: condition is empty for S3. Fix: fill it or leave the sample out.", samples=GROUPS.replace(b"S3,control", b"S3,")),
    Case("B71", "one_level", "samples.csv: condition has one value ('a') in all 6 samples; nothing to compare.", samples=sheet(condition="a a a a a a"), options=("--design", "~ condition")),
    Case("B72", "few_replicates", "no replicates: 2 samples, 2 coefficients; dispersion cannot be estimated. Fix: figures without p values: --no-test.", samples=sheet(condition="a b"), options=("--design", "~ condition")),
    Case("B75", "level_near_duplicate", "levels 'ctrl' and 'ctrl ' of condition differ by a space.", samples=GROUPS.replace(b"control", b"ctrl").replace(b"S1,ctrl", b"S1,ctrl "), options=("--design", "~ condition")),
    Case("B76", "reference_level", "'contrl' is not a level of condition. Levels: control, treated. Fix: did you mean control?", options=("--reference", "condition=contrl")),
    Case("B77", "not_full_rank", "condition and batch carry the same information: every treated sample is in batch y. Fix: remove batch or condition from the design", samples=sheet(condition="c c c treated treated treated", batch="x x x y y y"), options=("--design", "~ batch + condition")),
    Case("B77 empty", "not_full_rank", "no sample has genotype=KO and time=8h. Fix: drop the interaction.", samples=sheet(genotype="WT WT WT WT KO KO", time="0h 0h 8h 8h 0h 0h"), options=("--design", "~ genotype * time")),
    Case("B78", "too_many_coefficients", "the design ~ a * b + c has 7 coefficients for 4 samples.", samples=sheet(a="x x y y", b="p q r r", c="k l l k"), options=("--design", "~ a * b + c")),
    Case("B79 level", "contrast", "'treatd' is not a level of condition. Levels: control, treated. Fix: did you mean treated?", options=("--contrast", "condition", "treatd", "control")),
    Case("B79 factor", "contrast", "'cond' is not a factor of the design ~ condition. Factors: condition.", options=("--design", "~ condition", "--contrast", "cond", "treated", "control")),
    Case("B79 twice", "contrast", "'treated' of condition is compared with itself.", options=("--contrast", "condition", "treated", "treated")),
    Case("B81", "many_levels", "'id' has a different value in each row; it cannot be a factor.", samples=sheet(id="a b c d e f"), options=("--design", "~ id")),
    Case("B82", "formula", "~ condition + : at position 14 unexpected ':'.", options=("--design", "~ condition + :")),
    Case("S16", "formula", "unexpected", options=("--design", "~ __import__('os').system('touch out')")),
    # options and the place to write to
    Case("palette", "option", "--palette: 'blue' is not a palette. Fix: choose one of: red-white-blue, red-black-green,", None, options=("--palette", "blue")),
    Case("linkage", "option", "--linkage: 'nearest' is not a linkage. Fix: choose one of: average, ward, complete, single, weighted.", None, options=("--linkage", "nearest")),
    Case("metric", "option", "--metric: 'manhattan' is not a metric. Fix: choose one of: euclidean, correlation,", None, options=("--metric", "manhattan")),
    Case("ward", "option", "--metric: ward linkage is not defined for the metric 'cityblock'. Fix: choose one of: euclidean, correlation, spearman, kendall, cosine; or another linkage, such as average.", None, options=("--metric", "cityblock")),
    Case("breaks", "option", "--breaks: 'low,high' are not breaks of colours. Fix: write --breaks quantile, or numbers such as --breaks=-3,-1,0,1,3.", command=DRAW, options=("--breaks", "low,high")),
    Case("palette of a heatmap", "option", "--palette: 'blue' is not a palette.", None, command=DRAW, options=("--palette", "blue")),
    Case("top", "option", "--genes: 'top:0' is not top:N. Fix: write top:500, all, or name a file.", command=DRAW, options=("--genes", "top:0")),
    Case("genes", "no_genes", "--genes: none of the 2 genes is in the table (first: ACTB). Fix: name genes as the table does, such as G1.", command=DRAW, options=("--genes", "genes.txt")),
    Case("genes missing", "file_missing", "gene.txt: file not found in", command=DRAW, options=("--genes", "gene.txt")),
    Case("split", "design_column", "--split-columns: 'dex' is not a column of the sample sheet (condition).", command=DRAW, options=("--split-columns", "dex")),
    Case("split without sheet", "design_column", "--split-columns: 'dex' is not a column of the sample sheet (there is no sample sheet).", command=("heatmap", "counts.tsv", "-o", "out.png"), options=("--split-columns", "dex")),
    Case("figure", "option", "out.docx: 'docx' is not a format of figures. Fix: name the file .pdf, .svg, .png, .html.", None, command=("heatmap", "counts.tsv", "-o", "out.docx")),
    Case("memory", "memory", "complete linkage of 120 rows needs a distance matrix of 115 kB, more than the limit of 1 kB. Fix: choose fewer genes", command=DRAW, options=("--linkage", "complete", "--max-memory", "1kB")),
    Case("gene column", "option", "counts.tsv: there is no column 'Gene' for the gene ids. Fix: choose one of: gene_id, S1", options=("--gene-column", "Gene")),
    Case("encoding", "option", "the encoding 'klingon' is not known. Fix: for example --encoding latin-1.", options=("--encoding", "klingon")),
    Case("R3 input", "output_write", "counts.tsv: is one of the inputs. Fix: name another file with -o.", command=("differential", "counts.tsv", "samples.csv", "-o", "counts.tsv")),
    Case("R32 folder", "output_write", "folder: is a folder. Fix: name a file with -o.", command=("differential", "counts.tsv", "samples.csv", "-o", "folder")),
    Case("R32 file", "output_folder", "genes.txt: is a file, so it cannot be the output folder. Fix: give another name with -o.", command=("run", "counts.tsv", "-o", "genes.txt")),
    Case("R32 name", "output_folder", "cannot be written to (File name too long)", command=("run", "counts.tsv", "-o", "x" * 300)),
    Case("several", "contrast", "--contrast: 2 comparisons can be made, and one table holds one. Fix: choose one: --contrast condition b a, --contrast condition c a; or all at once: --omnibus condition.", samples=sheet(condition="a a b b c c"), command=TEST),
    Case("enrich none", "option", "no gene sets are named. Fix: give --organism human or --gene-sets FILE.gmt.", command=("enrich", "genes.txt", "--background", "genes.txt", "-o", "out")),
    Case("enrich outside", "no_genes", "none of the 2 genes is among the 120 of the background.", command=("enrich", "genes.txt", "--background", "counts.tsv", "--organism", "human", "-o", "out")),
    Case("organism", "organism", "Fix:", options=("--organism", "klingon")),
    Case("gene sets missing", "file_missing", "no.gmt: file not found in", options=("--gene-sets", "no.gmt")),
    Case("B83", "gene_sets", "genes.txt line 1: has no set with genes", options=("--gene-sets", "genes.txt")),
]  # fmt: skip


PAIRED = "p1 p2 p3 p1 p2 p4"
TOLD = [
    Case("B6", "workbook", 'note [workbook] counts.xlsx: sheet "counts" (1 of 1) read.', archive(["counts"]), name="counts.xlsx"),
    Case("B6 name", "workbook", 'note [workbook] counts.tsv: sheet "tpm" (2 of 2) read.', archive(["counts", "tpm"]), options=("--sheet", "tpm")),
    Case("B9", "encoding_utf16", "note [encoding_utf16] counts.tsv: UTF-16 text converted.", table().decode().encode("utf-16")),
    Case("B10", "option", "counts.tsv: values are counts", table() + b"caf\xe9\t1\t1\t1\t1\t1\t1\n", options=("--encoding", "latin-1")),
    Case("B11", "encoding_bom", "note [encoding_bom] counts.tsv: byte order mark (BOM) removed.", b"\xef\xbb\xbf" + table()),
    Case("B13", "line_ends", "note [line_ends] counts.tsv: line ends CR (old Mac) converted.", table().replace(b"\n", b"\r")),
    Case("B15", "gzip_name", "note [gzip_name] counts.tsv.gz: named .gz but not compressed; read as text.", name="counts.tsv.gz"),
    Case("B17", "too_large", "counts.tsv.gz: values are counts", gzip.compress(table()), name="counts.tsv.gz", options=("--max-input", "0.5MB")),
    Case("B19", "delimiter", "note [delimiter] counts.tsv: delimiter 'semicolon' detected.", table().replace(b"\t", b";")),
    Case("B20", "header_shifted", "note [header_shifted] counts.tsv: header has no name for the gene column (R style); accepted.", table().replace(b"gene_id\t", b"", 1)),
    Case("B22", "trailing_column", "note [trailing_column] counts.tsv: empty last column ignored.", table().replace(b"\n", b"\t\n")),
    Case("B25", "transposed", "note [transposed] counts.tsv: rows and columns exchanged (--transpose).", "\n".join(TRANSPOSED).encode() + b"\n", options=("--transpose",)),
    Case("B26", "format", "note [format] counts.tsv: 5 annotation columns set aside (Chr, Start, End, Strand, Length).", ("# Program:featureCounts v2\nGeneid\tChr\tStart\tEnd\tStrand\tLength\t" + "\t".join(f"/p/{name}.bam" for name in SAMPLES) + "\n" + "".join("\t".join([f"G{i}", "1", "5", "9", "+", "4", *map(str, line)]) + "\n" for i, line in enumerate(make_counts().tolist()))).encode()),
    Case("B27", "summary_rows", "note [summary_rows] counts.tsv: 2 summary rows kept out of the analysis and shown in QC (__no_feature, __ambiguous).", table(extra=row("__no_feature") + row("__ambiguous"))),
    Case("B31", "gene_duplicate", "note [gene_duplicate] counts.tsv: 1 repeated row added to the first of the same gene; 120 genes remain.", table(extra=row("G9")), options=("--duplicates", "sum")),
    Case("B32 case", "gene_near_duplicate", "warning [gene_near_duplicate] counts.tsv: 1 pair of gene ids differ only by case (first: 'G9', 'g9').", table(extra=row("g9"))),
    Case("B35", "name_like_missing", "note [name_like_missing] counts.tsv: gene 'NA' is read as a name, not as missing.", table(extra=row("NA"))),
    Case("B36", "gene_date", "warning [gene_date] counts.tsv: 2 gene ids look like dates made by Excel ('1-Mar'). They cannot be recovered. Fix: re-export from the original.", table(extra=row("1-Mar") + row("2-Sep"))),
    Case("B37", "gene_float", "warning [gene_float] counts.tsv: 1 gene id looks like a number made by Excel", table(extra=row("2.31E+13"))),
    Case("B38", "gene_digits", "note [gene_digits] counts.tsv: ids are digits; treated as Entrez ids.", table(genes=[str(i + 1000) for i in range(120)])),
    Case("B39", "gene_version", "warning [gene_version] counts.tsv: 1 id carries a version, 119 do not; not merged.", table(genes=[f"{ENSEMBL[0]}.5", *ENSEMBL[1:]])),
    Case("B39 strip", "gene_version", "note [gene_version] counts.tsv: versions taken off 120 Ensembl ids.", table(genes=[f"{name}.5" for name in ENSEMBL]), options=("--strip-version",)),
    Case("B39 sum", "gene_version", "1 repeated row added to the first of the same gene; 119 genes remain.", table(genes=["ENSG00000000001.5", "ENSG00000000001.5_PAR_Y", *(f"{name}.2" for name in ENSEMBL[2:])]), options=("--strip-version", "--duplicates", "sum")),
    Case("B40", "gene_mixed", "warning [gene_mixed] counts.tsv: ids look mixed: 50% Ensembl, 50% symbols.", table(genes=[*ENSEMBL[:60], *(f"G{i}" for i in range(60))])),
    Case("B41", "name_hostile", "note [name_hostile] counts.tsv: 1 name starts with = + - @ (first: =1+1); spreadsheet exports will prefix them with an apostrophe.", table(extra=row("=1+1"))),
    Case("B46", "value_fraction", "note [value_fraction] counts.tsv: 2 whole counts are written with a decimal point or an exponent (10.0, 1e3); accepted.", table(extra=row("X", "10.0", "1e3"))),
    Case("B50", "value_large", "note [value_large] counts.tsv: 1 count exceeds 2^31; accepted (R's DESeq2 would fail).", table(extra=row("X", 3_000_000_000))),
    Case("B54", "library_size", "warning [library_size] library size from ", table(make_counts() * np.array([1, 1, 1, 60, 1, 1]))),
    Case("B55", "sample_identical", "warning [sample_identical] counts.tsv: S2 and S3 are identical: was one file copied?", table(make_counts()[:, [0, 1, 1, 3, 4, 5]])),
    Case("B57", "size_factors_positive", "note [size_factors_positive] every gene has a zero in some sample: size factors by the positive-counts method.", table(np.where(np.arange(120)[:, None] % 6 == np.arange(6), 0, make_counts()))),
    Case("B58", "few_genes", "warning [few_genes] counts.tsv: 50 genes: size factors and dispersions are uncertain below 100 genes.", table(make_counts(50))),
    Case("B62", "sheet_column", "note [sheet_column] samples.csv: sample names found in column 'id'.", samples=GROUPS.replace(b"sample", b"id", 1)),
    Case("B66", "sheet_lacks", "warning [sheet_lacks] samples.csv: 1 sample is not in the sheet and is left out: S6.", samples=GROUPS.rsplit(b"S6", 1)[0]),
    Case("B67", "sheet_order", "note [sheet_order] samples.csv: the samples are in another order than in the table; matched by name.", samples=b"\n".join([GROUPS.splitlines()[0], *reversed(GROUPS.splitlines()[1:])])),
    Case("B68", "sheet_names_differ", "warning [sheet_names_differ] samples.csv: the names in column 'sample' are not those of the table but differ from them in one way; matched one to one: s-1 is S1,", samples=GROUPS.replace(b"\nS", b"\ns-")),
    Case("B72", "few_replicates", "warning [few_replicates] level 'c' of condition has one sample; its variance is borrowed from the others.", samples=sheet(condition="a a a b b c"), options=("--contrast", "condition", "b", "a")),
    Case("B73", "factor_numeric", "note [factor_numeric] 'dose' is numeric with 3 values: used as a number (one slope). Fix: for groups write C(dose).", samples=sheet(dose="1 1 2 2 3 3"), options=("--design", "~ dose")),
    Case("B74", "covariate_scaled", "note [covariate_scaled] 'age' has mean 9,350; centred and scaled for fitting", samples=sheet(age="9000 9100 9300 9400 9600 9700"), options=("--design", "~ age")),
    Case("B75", "level_near_duplicate", "warning [level_near_duplicate] levels 'Ctrl' and 'ctrl' of condition differ by upper and lower case only; taken as two levels.", samples=sheet(condition="ctrl ctrl Ctrl Ctrl kd kd"), options=("--contrast", "condition", "kd", "ctrl")),
    Case("B76", "reference_level", "note [reference_level] 'control' is a level of condition but the reference is 'treated', as asked. Fix: --reference condition=control for the control.", options=("--reference", "condition=treated")),
    Case("B80", "unpaired", "warning [unpaired] patient p4 has only one of the two levels of condition.", samples=sheet(patient=PAIRED, condition="c c c t t t"), options=("--design", "~ patient + condition", "--contrast", "condition", "t", "c")),
    Case("R33 standard input", "format", "note [format] standard input: plain table recognised: 120 rows, 6 samples.", command=("differential", "-", "samples.csv", "-o", "out")),
]  # fmt: skip


def lay_out(case: Case) -> list[str]:
    """Write the files of a case here and return its arguments."""
    Path("folder").mkdir()
    Path("genes.txt").write_text("ACTB\nTP53\n", encoding="utf-8")
    Path("samples.csv").write_bytes(case.samples)
    if case.counts is not None:
        Path(case.name).write_bytes(case.counts)
    named = [case.name if word == "counts.tsv" else word for word in case.command]
    return [*named, *case.options]


def names_here() -> list[str]:
    return sorted(str(path) for path in Path().rglob("*"))


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.id)
def test_bad_input_is_refused_in_one_sentence_and_nothing_is_written(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    arguments = lay_out(case)
    before = names_here()
    exit_code = main(arguments)
    said = capsys.readouterr()
    assert exit_code == 1, said.err
    last = said.err.splitlines()[-1]
    assert last.startswith(f"heatleaf: error [{case.code}] "), last
    assert case.says in last
    assert last.endswith((".", "?"))
    assert not last.endswith((" .", "..", "?.", ":."))
    assert said.out == ""
    assert names_here() == before


@pytest.mark.parametrize("case", TOLD, ids=lambda case: case.id)
def test_odd_input_is_used_and_the_user_is_told(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("heatleaf.report.write_folder", lambda analysis, folder, **facts: ())  # has own tests
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(table()))))
    exit_code = main(lay_out(case))
    said = capsys.readouterr()
    assert exit_code == 0, said.err
    assert case.says in " ".join(said.err.split())


def test_files_in_the_wrong_order_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet_path, counts_path = tmp_path / "samples.csv", tmp_path / "counts.csv"
    sheet_path.write_bytes(GROUPS)
    counts_path.write_bytes(table())
    for command, files in (("run", [sheet_path, counts_path]), ("differential", [sheet_path, counts_path])):
        assert main([command, *map(str, files), "-o", str(tmp_path / "out.tsv")]) == 1
        said = capsys.readouterr().err
        assert "samples.csv: this looks like a sample sheet. Fix: give the count table first, then the sheet:" in said
        assert f"{counts_path} {sheet_path}" in said
    assert main(["run", str(sheet_path), "-o", str(tmp_path / "out")]) == 1
    assert (
        "has no column of numbers. Fix: check the delimiter and what the columns hold; a sample sheet goes after"
        in (capsys.readouterr().err)
    )
