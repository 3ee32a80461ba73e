"""Every bad count or expression table of the requirements (B1-B60, S11, S12, S20): code, sentence and level."""

# ruff: noqa: E501 - one case per line reads as the table of the requirements

from __future__ import annotations

import bz2
import datetime
import gzip
import io
import lzma
import tarfile
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import xlsxwriter

from heatleaf.errors import UserError
from heatleaf.io import ReadOptions, read_counts, read_expression
from heatleaf.stats.quality import check_counts

Make = Callable[[Path], Path]


@dataclass(frozen=True)
class Case:
    """A file, how it is read, and what must be said about it."""

    id: str
    content: bytes | Make
    code: str
    says: str
    level: str = "refusal"
    name: str = "counts.tsv"
    options: dict[str, object] = field(default_factory=dict)
    reader: str = "counts"


def rows(n: int = 120, start: int = 1) -> bytes:
    """Return good rows of two samples."""
    return b"".join(b"G%d\t%d\t%d\n" % (i, i % 7 + 1, i % 5 + 2) for i in range(start, start + n))


def table(*extra: bytes, header: bytes = b"gene_id\tS1\tS2\n") -> bytes:
    """Return a good table with some more lines."""
    return header + rows() + b"".join(extra)


def workbook(sheets: dict[str, list[list[object]]]) -> Make:
    """Return a maker of an Excel workbook."""

    def make(path: Path) -> Path:
        with xlsxwriter.Workbook(str(path)) as book:
            date = book.add_format({"num_format": "d-mmm"})
            for name, lines in sheets.items():
                sheet = book.add_worksheet(name)
                for i, line in enumerate(lines):
                    for j, cell in enumerate(line):
                        sheet.write(i, j, cell, date if hasattr(cell, "year") else None)
        return path

    return make


def numbers(n: int = 120) -> list[list[object]]:
    """Return a good sheet."""
    return [["gene_id", "S1", "S2"], *[[f"G{i}", i % 7 + 1, i % 5 + 2] for i in range(n)]]


def zipped(kind: str) -> bytes:
    """Return an archive with a table in it."""
    target = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(target, "w") as archive:
            archive.writestr("counts.tsv", table())
    else:
        with tarfile.open(fileobj=target, mode="w") as archive:
            info = tarfile.TarInfo("counts.tsv")
            info.size = len(table())
            archive.addfile(info, io.BytesIO(table()))
    return target.getvalue()


def folder(path: Path) -> Path:
    """Make an empty folder."""
    path.mkdir()
    return path


def missing(path: Path) -> Path:
    """Make a file with a similar name."""
    path.with_suffix(".txt").write_bytes(table())
    return path


def unreadable(path: Path) -> Path:
    """Make a file that is not readable."""
    path.write_bytes(table())
    path.chmod(0)
    try:
        path.read_bytes()
    except PermissionError:
        return path
    pytest.skip("this user reads any file")


def ensembl(n: int, suffix: str = "") -> bytes:
    """Return rows with Ensembl ids."""
    return b"".join(f"ENSG{i:011d}{suffix}\t{i % 7}\t{i % 5 + 1}\n".encode() for i in range(n))


SHIFTED = b"S1\tS2\n" + rows()
STAR = b"N_unmapped\t5\t5\t5\nN_multimapping\t1\t1\t1\nN_noFeature\t1\t9\t1\nN_ambiguous\t0\t0\t0\n"
TRANSPOSED = b"sample\t" + b"\t".join(b"ENSG%011d" % i for i in range(60)) + b"\n"
TRANSPOSED += b"".join(b"S%d\t" % s + b"\t".join(b"%d" % (i * s % 9) for i in range(60)) + b"\n" for s in range(1, 7))
TPM = b"gene_id\tS1\tS2\n" + b"".join(b"G%d\t5000.5\t4999.5\n" % i for i in range(200)).replace(
    b"G0\t5000.5\t4999.5", b"G0\t4900.5\t5099.5"
)
LOGS = b"gene_id\tS1\tS2\n" + b"".join(b"G%d\t%.3f\t%.3f\n" % (i, i / 20, i / 19) for i in range(120))
QUANT = b"Name\tLength\tEffectiveLength\tTPM\tNumReads\nENST00000456328.2\t1657\t1500.0\t10.5\t3.0\n"
FEATURECOUNTS = b'# Program:featureCounts v2.0.3; Command:"featureCounts"\nGeneid\tChr\tStart\tEnd\tStrand\tLength\t'
ANNOTATION = b"".join(b"G%d\tchr1;chr1\t1;20\t10;30\t+;+\t20\t%d\t%d\n" % (i, i, i + 1) for i in range(120))

CASES = [
    # files
    Case("B1", missing, "file_missing", "file not found in", options={}),
    Case("B1 similar", missing, "file_missing", "files there with a similar name: counts.txt"),
    Case("B2", folder, "file_is_folder", "counts/: is a folder", name="counts"),
    Case("B3", b"", "file_empty", "counts.tsv: is empty (0 bytes). Fix: re-export it; the producing step may have failed."),
    Case("B3 gzip", gzip.compress(b""), "file_empty", "counts.tsv.gz: is empty after expanding. Fix: re-export it", name="counts.tsv.gz"),
    Case("B4", b"# a\n\n# b\n", "file_empty", "has no table: 3 lines, all comments or blank"),
    Case("B5", b"gene_id\tS1\tS2\n", "table_header_only", "has a header with 2 samples but no gene rows"),
    Case("B6", workbook({"counts": numbers()}), "workbook", 'sheet "counts" (1 of 1) read', "note", "counts.xlsx"),
    Case("B6 name", workbook({"counts": numbers()}), "workbook", 'sheet "counts" (1 of 1) read', "note", "counts.tsv"),
    Case("B6 sheets", workbook({"counts": numbers(), "tpm": numbers(), "notes": numbers()}), "workbook",
         "3 sheets hold tables: counts, tpm, notes. Fix: --sheet", name="counts.xlsx"),
    Case("B6 chosen", workbook({"counts": numbers(), "tpm": numbers()}), "workbook", 'sheet "tpm" (2 of 2) read',
         "note", "counts.xlsx", {"sheet": "tpm"}),
    Case("B6 no sheet", workbook({"counts": numbers()}), "workbook", "has no sheet 'raw'; its sheets: counts",
         name="counts.xlsx", options={"sheet": "raw"}),
    Case("B6 damaged", b"PK\x03\x04" + b"\0" * 26 + b"[Content_Types].xml" + b"\0" * 99, "workbook", "cannot be opened"),
    Case("B6 line break", workbook({"counts": [*numbers(), ["a\nb", 1, 2]]}), "workbook", "counts.xlsx row 122: has a cell with a line break. Fix: remove the line break", name="counts.xlsx"),
    Case("B6 large", workbook({"counts": [*numbers(), *[[f"gene{i:090d}", i % 7, 2] for i in range(6_000)], ["X", "high", 2]]}), "value_text", "line 6,122, gene X, sample S1: 'high' is not a number", name="counts.xlsx"),
    Case("B6 locked", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "workbook",
         "protected by a password", name="counts.xlsx"),
    Case("B7 bam", gzip.compress(b"BAM\x01" + b"\0" * 40), "file_kind", "reads.bam: is a BAM file, not a count table. Fix: quantify the reads first (with salmon, kallisto, STAR or featureCounts) and give its results", name="reads.bam"),
    Case("B7 fastq", b"@r1\nACGT\n+\nIIII\n@r2\nAC\n+\nII\n", "file_kind", "is a FASTQ file"),
    Case("B7 sam", b"@HD\tVN:1.6\n@SQ\tSN:1\n", "file_kind", "is a SAM file"),
    Case("B7 cram", b"CRAM\x03\x00" + b"\0" * 40, "file_kind", "is a CRAM file"),
    Case("B7 R data", b"RDX3\nX\n\0\0", "file_kind", "is an R data file"),
    Case("B7 pdf", b"%PDF-1.7\n", "file_kind", "is a PDF file"),
    Case("B7 h5", b"\x89HDF\r\n\x1a\n\0\0", "file_kind", "is an HDF5 file"),
    Case("B8", b"<!DOCTYPE html>\n<html><body>Sign in</body></html>\n", "file_html", "is a web page (it starts with <!DOCTYPE HTML>)"),
    Case("B9", table().decode().encode("utf-16"), "encoding_utf16", "counts.tsv: UTF-16 text converted", "note"),
    Case("B9 big", b"\xfe\xff" + table().decode().encode("utf-16-be"), "encoding_utf16", "UTF-16 text converted", "note"),
    Case("B9 bare", table().decode().encode("utf-16-le"), "encoding_utf16", "is UTF-16 without a byte order mark. Fix: save as UTF-8, or --encoding utf-16-le"),
    Case("B9 odd", table().decode().encode("utf-16")[:-1], "encoding", "is not utf-16"),
    Case("B10", table(b"caf\xe9\t1\t2\n"), "encoding", "counts.tsv line 122: byte 0xE9 is not UTF-8. Fix: save as UTF-8, or --encoding latin-1"),
    Case("B11", b"\xef\xbb\xbf" + table(), "encoding_bom", "byte order mark (BOM) removed", "note"),
    Case("B12", table(b"G\0\t1\t2\n"), "nul_byte", "counts.tsv line 122: has a NUL character"),
    Case("B13", table().replace(b"\n", b"\r"), "line_ends", "line ends CR (old Mac) converted", "note"),
    Case("B14", gzip.compress(table())[:-30], "gzip_damaged", "ends early or is damaged", name="counts.tsv.gz"),
    Case("B14 bz2", bz2.compress(table())[:-30], "gzip_damaged", "ends early or is damaged", name="counts.tsv.bz2"),
    Case("B14 xz", lzma.compress(table())[:-30], "gzip_damaged", "ends early or is damaged", name="counts.tsv.xz"),
    Case("B14 bits", gzip.compress(table())[:40] + b"\xff" * 40, "gzip_damaged", "damaged", name="counts.tsv.gz"),
    Case("B15 plain", table(), "gzip_name", "named .gz but not compressed; read as text", "note", "counts.tsv.gz"),
    Case("B15 gzip", gzip.compress(table()), "gzip_name", "compressed by gzip although its name does not say so", "note"),
    Case("B16 zip", zipped("zip"), "archive", "counts.zip: is an archive. Fix: extract it and give the table", name="counts.zip"),
    Case("B16 tar", zipped("tar"), "archive", "is an archive", name="counts.tar"),
    Case("B16 tar.gz", gzip.compress(zipped("tar")), "archive", "is an archive", name="counts.tar.gz"),
    Case("S11 nested", gzip.compress(gzip.compress(table())), "archive", "within a compressed file", name="counts.tsv.gz"),
    Case("B17", gzip.compress(table()), "too_large", "expands beyond 100 bytes. Fix: --max-input", name="counts.tsv.gz", options={"max_input_bytes": 100}),
    Case("B18", unreadable, "permission", "permission denied for user"),
    # shape
    Case("B19 semicolon", table().replace(b"\t", b";"), "delimiter", "delimiter 'semicolon' detected", "note"),
    Case("B19 space", table().replace(b"\t", b" "), "delimiter", "delimiter 'space' detected", "note"),
    Case("B19 comma", table().replace(b"\t", b","), "delimiter", "delimiter 'comma' detected", "note"),
    Case("B19 none", b"gene\nA\nB\nC\n", "delimiter", "cannot tell the delimiter: tab gives 1 column"),
    Case("B20 R", SHIFTED, "header_shifted", "header has no name for the gene column (R style); accepted", "note"),
    Case("B20 named", b"gene_id\tS1\n" + rows(), "header_shifted", "line 2 has 3 fields, the header has 2. Fix:"),
    Case("B20 some", b"S1\tS2\n" + rows() + b"G999\t1\n", "row_length", "line 122 (gene G999): 1 values, expected 2 (S1…S2)"),
    Case("B20 long", b"gene_id\tS1\tS2\tS3\tS4\n" + rows(), "row_length", "line 2 has 3 fields, the header has 5"),
    Case("B20 no header", b"ACTB\t5\t6\t7\nTP53\t1\t2\t3\n", "header_missing", "line 1 (ACTB) holds numbers where the names of samples"),
    Case("B21", table(b"ACTB\t5\n", rows(3, 500), b"TP53\t1\t2\t3\n"), "row_length", "line 122 (gene ACTB): 1 values, expected 2 (S1…S2). 2 such lines: 122, 126"),
    Case("B21 comments", b"# a\n\n" + table(b"\n", b"ACTB\t5\n"), "row_length", "line 125 (gene ACTB): 1 values"),
    Case("B22", table().replace(b"\n", b"\t\n"), "trailing_column", "empty last column ignored", "note"),
    Case("B22 header", table(header=b"gene_id\tS1\tS2\t\n"), "trailing_column", "empty last column of the header ignored", "note"),
    Case("B22 rows", b"gene_id\tS1\tS2\n" + rows().replace(b"\n", b"\t\n"), "trailing_column", "empty last column ignored", "note"),
    Case("B22 filled", b"gene_id\tS1\tS2\n" + rows(300).replace(b"\n", b"\t\n") + b"H\t1\t2\t3\n", "row_length", "line 302 has a value in the last column"),
    Case("B23", table(b'"ACTB\t5\t6\n', rows(2, 500)), "quote_open", "counts.tsv line 122: quote opened and never closed"),
    Case("B23 line break", table(b'"AC\nTB"\t5\t6\n'), "quote_open", "line 122: quote opened and never closed"),
    Case("B24", table(b"gene_id\tS1\tS2\n", rows(5, 500)), "header_repeated", "line 122 repeats the header: two tables were joined"),
    Case("B25", TRANSPOSED, "transposed", "this looks transposed: 6 rows named like samples (S1 … S6), 60 columns named like genes (ENSG00000000000 …). Fix: --transpose"),
    Case("B25 option", TRANSPOSED, "transposed", "rows and columns exchanged", "note", options={"transpose": True}),
    Case("B26", FEATURECOUNTS + b"/path/x.bam\ty.bam\n" + ANNOTATION, "format", "5 annotation columns set aside (Chr, Start, End, Strand, Length)", "note"),
    Case("B26 names", FEATURECOUNTS + b"/path/x.bam\ty.bam\n" + ANNOTATION, "format", "sample names shortened from /path/x.bam to x", "note"),
    Case("B26 collide", FEATURECOUNTS + b"a/x.bam\tb/x.bam\n" + ANNOTATION, "sample_duplicate", "the columns a/x.bam and b/x.bam would both be called x"),
    Case("B27", table(b"__no_feature\t5\t6\n", b"__ambiguous\t1\t1\n"), "summary_rows", "2 summary rows kept out of the analysis and shown in QC", "note"),
    Case("B27 alone", b"gene_id\tS1\tS2\n__no_feature\t5\t6\n__ambiguous\t1\t1\n", "table_header_only", "has summary rows but no genes. Fix: re-export it"),
    Case("B27 bare", table(b"no_feature\t5\t6\n", b"ambiguous\t1\t1\n"), "summary_rows", "2 summary rows kept out", "note"),
    Case("B28", STAR + b"".join(b"G%d\t10\t1\t%d\n" % (i, 9 + i) for i in range(120)), "strandedness", "reverse-stranded counts taken (sums unstranded 1,200 / forward 120 /", "note"),
    Case("B28 unclear", STAR + b"".join(b"G%d\t10\t5\t%d\n" % (i, 5) for i in range(120)), "strandedness", "three count columns"),
    Case("B28 between", STAR + b"".join(b"G%d\t10\t2\t8\n" % i for i in range(120)), "strandedness", "three count columns"),
    Case("B28 option", STAR + b"".join(b"G%d\t10\t5\t5\n" % i for i in range(120)), "strandedness", "unstranded counts taken", "note", options={"strand": "unstranded"}),
    Case("B29", QUANT, "transcript_level", "transcript-level table (ENST00000456328.2, ...). Fix: give --tx2gene", name="quant.sf"),
    Case("B29 merged", b"tx\tgene_id\tS1\tS2\n" + b"".join(b"ENST%011d\tENSG%011d\t%d\t3\n" % (i, i, i) for i in range(120)), "transcript_level", "transcript-level table (ENST00000000000, ...). Fix: give the table of genes that was written beside it"),
    Case("B30 TPM", TPM, "value_kind", "values are not counts: 100% are fractional, column sums are all 1,000,000 (TPM). Fix: use the raw counts; differential testing on TPM is not supported"),
    Case("B30 log", LOGS, "value_kind", "(log scale)"),
    Case("B30 heatmap", LOGS, "value_kind", "values are on a log scale", "note", reader="expression"),
    Case("no values", b"sample\tgroup\na\tx\nb\ty\n", "no_values", "has no column of numbers"),
    # names
    Case("B31", table(b"G9\t5\t6\n", b"G10\t5\t6\n", b"G9\t1\t1\n"), "gene_duplicate", "2 gene ids occur more than once (first: 'G9' ×3 lines 10, 122, 124). Fix: use unique ids, or --duplicates sum"),
    Case("B31 sum", table(b"G9\t5\t6\n", b"G9\t1\t1\n"), "gene_duplicate", "2 repeated rows added to the first of the same gene; 120 genes remain", "note", options={"duplicates": "sum"}),
    Case("B32", table(b"G9 \t5\t6\n"), "gene_near_duplicate", "'G9' and 'G9 ' differ only by a space"),
    Case("B32 form", table("caf\u00e9\t1\t2\ncafe\u0301\t1\t2\n".encode()), "gene_near_duplicate", "differ only by its Unicode form"),
    Case("B32 case", table(b"g9\t5\t6\n"), "gene_near_duplicate", "1 pair of gene ids differ only by case (first: 'G9', 'g9')", "warning"),
    Case("B33", b"gene_id\tS1\tS1\n" + rows(), "sample_duplicate", "sample 'S1' appears in columns 2 and 3"),
    Case("B34 gene", table(b"\t5\t6\n"), "name_empty", "line 122 has no gene id"),
    Case("B34 sample", b"gene_id\tS1\t\tS3\n" + b"".join(b"G%d\t1\t2\t%d\n" % (i, i) for i in range(120)), "name_empty", "column 3 has no name"),
    Case("B35", table(b"NA\t5\t6\n"), "name_like_missing", "gene 'NA' is read as a name, not as missing", "note"),
    Case("B36", table(b"1-Mar\t5\t6\n", b"2-Sep\t5\t6\n"), "gene_date", "2 gene ids look like dates made by Excel ('1-Mar'). They cannot be recovered. Fix: re-export from the original", "warning"),
    Case("B36 month", table(b"Mar-01\t5\t6\n"), "gene_date", "1 gene id looks like a date", "warning"),
    Case("B36 serial", table(b"44256\t5\t6\n"), "gene_date", "('44256')", "warning"),
    Case("B36 cell", workbook({"counts": [*numbers(), [datetime.datetime(2021, 3, 1), 5, 6]]}), "gene_date", "1 gene id looks like a date made by Excel ('2021-03-01')", "warning", "counts.xlsx"),
    Case("B37", table(b"2.31E+13\t5\t6\n"), "gene_float", "'2.31E+13'", "warning"),
    Case("B38", b"gene_id\tS1\tS2\n" + rows().replace(b"G", b"0"), "gene_digits", "ids are digits; treated as Entrez ids", "note"),
    Case("B39", b"gene_id\tS1\tS2\n" + ensembl(120) + b"ENSG00000999999.5\t1\t2\n", "gene_version", "1 id carries a version, 120 do not; not merged", "warning"),
    Case("B39 none", table(), "gene_version", "no id carries an Ensembl version", "note", options={"strip_version": True}),
    Case("B40", b"gene_id\tS1\tS2\n" + ensembl(180) + rows(120), "gene_mixed", "ids look mixed: 60% Ensembl, 40% symbols", "warning"),
    Case("B41 formula", table(b"=1+1\t5\t6\n", b"-AS1\t1\t1\n", b"@x\t1\t1\n"), "name_hostile", "3 names start with = + - @", "note"),
    Case("B41 control", table(b"A\x1b[2J\t5\t6\n"), "name_hostile", "has control characters"),
    Case("B41 long", table(b"A" * 1500 + b"\t5\t6\n"), "name_hostile", "has 1,500 characters"),
    # values
    Case("B43", table(b"TP53\t5\thigh\n"), "value_text", "counts.tsv: line 122, gene TP53, sample S2: 'high' is not a number. 1 such cell"),
    Case("B44", table(b"MYC\t5\t\n", b"A\t\t\n"), "value_missing", "3 empty values (first: gene MYC, sample S2, line 122). Fix: counts must be complete; 0 means no reads"),
    Case("B44 NA", table(b"MYC\tNA\t1\n"), "value_missing", "1 empty value (first: gene MYC, sample S1, line 122)"),
    Case("B45", table(b"X\t-3\t1\n"), "value_negative", "gene X, sample S1, line 122: -3. Fix: counts cannot be negative"),
    Case("B46", table(b"X\t10.5\t1\n"), "value_fraction", "1 of 242 values are fractional (first 10.5, gene X, sample S1, line 122). Fix: use the raw counts"),
    Case("B46 whole", table(b"X\t10.0\t1e3\n"), "value_fraction", "2 whole counts are written with a decimal point or an exponent", "note"),
    Case("B47 inf", table(b"X\tinf\t1\n"), "value_text", "'inf' is not a number"),
    Case("B47 nan", table(b"X\tnan\t1\n"), "value_missing", "1 empty value"),
    Case("B47 huge", table(b"X\t1e999\t1\n"), "value_text", "'1e999' is not a number"),
    Case("B48 quoted", table(b'X\t"1,234"\t1\n'), "value_separator", "'1,234' has a thousands separator. 1 such cell. Fix: export without separators"),
    Case("B48 space", table(b"X\t1 234\t1\n"), "value_separator", "'1 234' has a thousands separator"),
    Case("B48 comma", table(b"X\t1,5\t1\n").replace(b"\t", b";"), "value_separator", "'1,5' has a decimal comma"),
    Case("B48 all", b"gene;S1;S2\n" + b"".join(b"G%d;1,%d;2,5\n" % (i, i) for i in range(120)), "value_separator", "has a decimal comma. 240 such cells"),
    Case("B49 hex", table(b"X\t0x1F\t1\n"), "value_text", "'0x1F' is not a number"),
    Case("B49 underscore", table(b"X\t1_000\t1\n"), "value_text", "'1_000' is not a number"),
    Case("B49 cell", workbook({"counts": [*numbers(), ["X", True, 1]]}), "value_text", "'TRUE' is not a number", name="counts.xlsx"),
    Case("B49 bool", table(b"X\tTRUE\t1\n"), "value_text", "'TRUE' is not a number"),
    Case("B50", table(b"X\t9.9e20\t1\n"), "value_large", "value 9.9e+20 exceeds 2^53 and cannot be represented exactly (gene X, sample S1, line 122)"),
    Case("B50 digits", table(b"X\t9007199254740993\t1\n"), "value_large", "exceeds 2^53"),
    Case("B50 R", table(b"X\t3000000000\t1\n"), "value_large", "1 count exceeds 2^31; accepted", "note"),
    Case("B51", table(b"X\t9007199254740991\t1\n", b"Y\t9007199254740991\t1\n"), "value_large", "the counts of sample S1 add up to"),
    Case("B52", b"gene_id\tS1\tS2\n" + b"".join(b"G%d\t0\t0\n" % i for i in range(120)), "counts_zero", "all counts are zero. Fix: check strandedness and annotation of the counting step", reader="check"),
    Case("B53", b"gene_id\tS1\tS2\n" + b"".join(b"G%d\t%d\t0\n" % (i, i) for i in range(120)), "sample_zero", "sample S2 has no reads (sum 0). Fix: exclude it in the sample sheet", reader="check"),
    Case("B54", b"gene_id\tS1\tS4\n" + b"".join(b"G%d\t%d\t%d\n" % (i, i * 1000000 + i % 7, i) for i in range(120)), "library_size", "library size from 7,140 (S4) to 7,140 M (S1)", "warning", reader="check"),
    Case("B55 all", b"gene_id\tS1\tS2\n" + b"".join(b"G%d\t%d\t%d\n" % (i, i, i) for i in range(120)), "sample_identical", "all 2 samples have identical counts", reader="check"),
    Case("B55 two", b"gene_id\tS1\tS2\tS3\n" + b"".join(b"G%d\t%d\t%d\t%d\n" % (i, i + 1, i, i) for i in range(120)), "sample_identical", "S2 and S3 are identical: was one file copied?", "warning", reader="check"),
    Case("B58", b"gene_id\tS1\tS2\nA\t5\t6\n", "few_genes", "1 gene: size factors need at least 2 (and sensibly > 1,000) genes", reader="check"),
    Case("B58 few", b"gene_id\tS1\tS2\n" + rows(50), "few_genes", "50 genes: size factors and dispersions are uncertain", "warning", reader="check"),
    Case("B59", b"gene_id\tS1\n" + b"".join(b"G%d\t%d\n" % (i, i) for i in range(120)), "one_sample", "one sample (S1): figures without a test", "note", reader="check"),
    Case("B60 columns", b"gene_id\t" + b"\t".join(b"S%d" % i for i in range(10_050)) + b"\n" + b"".join(b"ENSG%011d" % i + b"\t1" * 10_050 + b"\n" for i in range(3)), "too_large", "has 10,051 columns; at most 10,000 are read"),
    Case("S20 rows", b"g\tS1\n" + b"".join(b"%d\t1\n" % i for i in range(500_002)), "too_large", "has more than 500,000 rows"),
    Case("S20 line", b"gene_id\tS1\n" + b"x" * 10_500_000, "too_large", "has a line of more than 10 MB"),
    Case("S20 cell", table(b"G\t" + b"1" * 70_000 + b"\t2\n"), "too_large", "has a cell of more than 64 kB"),
    Case("S12", b"\x7fELF\x02\x01\x01\0\0\0\0\n" * 50, "nul_byte", "has a NUL character; the file is binary or damaged"),
]  # fmt: skip


def outcome(case: Case, tmp_path: Path) -> list[tuple[str, str, str]]:
    """Read the file of a case; return (level, code, text) of everything that was said."""
    path = tmp_path / case.name
    if callable(case.content):
        case.content(path)
    else:
        path.write_bytes(case.content)
    options = ReadOptions(**case.options)  # type: ignore[arg-type]
    try:
        if case.reader == "expression":
            messages = read_expression(path, options).messages
        else:
            counts = read_counts(path, options)
            messages = check_counts(counts, for_test=False) if case.reader == "check" else counts.messages
    except UserError as error:
        return [("refusal", error.code, str(error))]
    return [(message.level, message.code, message.text) for message in messages]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_bad_table_is_answered_with_its_sentence(case: Case, tmp_path: Path) -> None:
    said = outcome(case, tmp_path)
    assert any(level == case.level and code == case.code and case.says in text for level, code, text in said), (
        "\n".join(map(str, said))
    )


def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """B18, for those whom the system lets read everything."""

    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("heatleaf.io.source._look_at", refuse)
    monkeypatch.setattr("getpass.getuser", lambda: "mendel")
    (tmp_path / "counts.tsv").write_bytes(table())
    with pytest.raises(UserError) as caught:
        read_counts(tmp_path / "counts.tsv")
    assert caught.value.code == "permission"
    assert str(caught.value) == (
        "counts.tsv: permission denied for user mendel. Fix: ask its owner for access, or copy it."
    )


def test_repeated_rows_are_added_up(tmp_path: Path) -> None:
    """B31: the sum of all rows of a gene, at the place of the first."""
    path = tmp_path / "counts.tsv"
    path.write_bytes(table(b"G9\t5\t6\n", b"G10\t7\t8\n", b"G9\t100\t200\n"))
    once = read_counts(path, ReadOptions(duplicates="sum"))
    first = {f"G{i}": [i % 7 + 1, i % 5 + 2] for i in range(1, 121)}
    expected = first | {
        "G9": [first["G9"][0] + 105, first["G9"][1] + 206],
        "G10": [first["G10"][0] + 7, first["G10"][1] + 8],
    }
    assert dict(zip(once.gene_ids, once.counts.tolist(), strict=True)) == expected
    assert once.gene_ids == tuple(first)


def test_a_header_behind_a_comment_sign_is_one(tmp_path: Path) -> None:
    """B20: `#gene S1 S2` above rows of numbers."""
    path = tmp_path / "counts.tsv"
    path.write_bytes(b"# made by a tool\n" + table(header=b"#gene_id\tS1\tS2\n"))
    counts = read_counts(path)
    assert counts.sample_ids == ("S1", "S2") and counts.n_genes == 120


def test_sums_are_said_only_where_a_gene_is_repeated(tmp_path: Path) -> None:
    """B31."""
    path = tmp_path / "counts.tsv"
    path.write_bytes(table())
    assert "gene_duplicate" not in [
        message.code for message in read_counts(path, ReadOptions(duplicates="sum")).messages
    ]


@pytest.mark.parametrize(("fold", "is_told"), [(49, False), (50, False), (51, True)])
def test_library_sizes_are_told_above_50_fold(fold: int, is_told: bool, tmp_path: Path) -> None:
    """B54."""
    path = tmp_path / "counts.tsv"
    path.write_bytes(
        b"gene_id\tS1\tS2\n" + b"".join(b"G%d\t%d\t1\n" % (i, fold) for i in range(119)) + b"H\t0\t1\nI\t%d\t0\n" % fold
    )
    codes = [message.code for message in check_counts(read_counts(path))]
    assert ("library_size" in codes) == is_told


def test_bomb_is_refused_at_once(tmp_path: Path) -> None:
    """S11: a small file that expands 1000-fold is refused in less than two seconds of the processor."""
    path = tmp_path / "bomb.gz"
    with gzip.open(path, "wb", compresslevel=9) as handle:
        for _ in range(150):
            handle.write(b"\n" * 1_000_000)
    started = time.process_time()
    with pytest.raises(UserError, match="more than 200-fold") as caught:
        read_counts(path)
    assert caught.value.code == "too_large"
    assert time.process_time() - started < 2


def test_inputs_are_never_changed(tmp_path: Path) -> None:
    """R3: a file that is read only stays as it was."""
    path = tmp_path / "counts.tsv"
    path.write_bytes(table())
    path.chmod(0o444)
    before = path.stat()
    read_counts(path)
    after = path.stat()
    assert (before.st_mtime_ns, before.st_size, before.st_ino) == (after.st_mtime_ns, after.st_size, after.st_ino)
