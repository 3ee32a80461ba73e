"""Refusals in the user's words: one exception and the catalogue of its codes.

Every refusal has a stable code, what is wrong, where it is, and how to fix it. The catalogue says which
requirement (docs/requirements.md) a code answers; a code that is not listed here cannot be raised.
Warnings and notes (`heatleaf.model.Message`) use the same codes. This module imports nothing of heatleaf.
"""

from __future__ import annotations

CATALOGUE: dict[str, str] = {
    # code: requirement ids it answers, and a few words
    # files
    "file_missing": "B1 the file or folder does not exist",
    "file_is_folder": "B2 a folder was given where a file is needed, or holds nothing that is understood",
    "file_empty": "B3 B4 the file has no content",
    "table_header_only": "B5 a header but no rows",
    "workbook": "B6 an Excel workbook, its sheets, or one that cannot be opened",
    "file_kind": "B7 a file of another kind (BAM, FASTQ, PDF, HDF5 ...)",
    "file_html": "B8 a web page in place of a table",
    "encoding_utf16": "B9 UTF-16 text",
    "encoding": "B10 bytes that are not UTF-8",
    "encoding_bom": "B11 a byte order mark",
    "nul_byte": "B12 a NUL character",
    "line_ends": "B13 old Mac line ends",
    "gzip_damaged": "B14 a compressed file that ends early or is damaged",
    "gzip_name": "B15 name and compression disagree",
    "archive": "B16 zip or tar",
    "too_large": "B17 B60 S11 S20 more than the limit",
    "permission": "B18 not readable or not writable",
    # table shape
    "delimiter": "B19 the delimiter",
    "header_shifted": "B20 a header one field short",
    "header_missing": "B20 a table whose first line already holds values",
    "row_length": "B20 B21 rows with too many or too few fields",
    "trailing_column": "B22 an empty last column",
    "quote_open": "B23 a quote that is never closed",
    "header_repeated": "B24 two tables joined",
    "transposed": "B25 samples in rows",
    "format": "B26 the format that was recognised, or several that could be",
    "summary_rows": "B27 counting summaries kept apart",
    "strandedness": "B28 which of three count columns",
    "files_differ": "files of one folder that cannot be joined",
    "transcript_level": "B29 transcripts where genes are needed",
    "value_kind": "B30 what the values are",
    "no_values": "a table without any column of numbers",
    # names
    "gene_duplicate": "B31 gene ids that occur more than once",
    "gene_near_duplicate": "B32 ids that differ by space, case or Unicode form only",
    "sample_duplicate": "B33 B64 sample names that occur more than once",
    "name_empty": "B34 a gene or sample without a name",
    "name_like_missing": "B35 names like NA",
    "gene_date": "B36 gene ids that Excel turned into dates",
    "gene_float": "B37 gene ids that look like numbers in scientific notation",
    "gene_digits": "B38 ids of digits",
    "gene_version": "B39 Ensembl versions",
    "gene_mixed": "B40 several kinds of ids",
    "name_hostile": "B41 names with control characters, formulas or markup",
    "gene_kind": "kind of gene id and organism recognised from content",
    # values
    "value_text": "B43 B47 B49 a cell that is not a number",
    "value_missing": "B44 an empty cell",
    "value_negative": "B45 a negative count",
    "value_fraction": "B46 counts that are not whole",
    "value_rounded": "estimated counts rounded to whole numbers",
    "value_separator": "B48 thousands separators or decimal commas",
    "value_large": "B50 B51 a number too large to be exact",
    "counts_zero": "B52 all counts are zero",
    "sample_zero": "B53 a sample without reads",
    "library_size": "B54 library sizes differ much",
    "sample_identical": "B55 samples with the same counts",
    "gene_constant": "B56 N5 genes that do not vary",
    "size_factors_positive": "B57 no gene without a zero",
    "few_genes": "B58 too few genes",
    "one_sample": "B59 one sample",
    # sample sheet
    "sheet_column": "B62 the column that holds sample names",
    "column_duplicate": "B63 two columns with one name",
    "sheet_extra": "B65 samples of the sheet without counts",
    "sheet_lacks": "B66 samples of the table that are not in the sheet",
    "sheet_order": "B67 matched by name, in another order",
    "sheet_names_differ": "B68 names that differ by case or punctuation",
    "design_column": "B69 a variable that is not a column",
    "design_missing": "B70 an empty cell in a design column",
    "one_level": "B71 a variable with one value",
    "few_replicates": "B72 levels with one sample, or no replicates at all",
    "factor_numeric": "B73 numbers used as a number",
    "covariate_scaled": "B74 a covariate centred and scaled for fitting",
    "level_near_duplicate": "B75 levels that differ by space or case",
    "reference_level": "B76 which level is the reference",
    "not_full_rank": "B77 variables that carry the same information",
    "too_many_coefficients": "B78 more coefficients than samples",
    "contrast": "B79 a contrast that the design does not hold",
    "unpaired": "B80 pairs that are not complete",
    "many_levels": "B81 a factor with a value for each sample",
    "formula": "B82 S16 a formula that cannot be read",
    "groups_inferred": "groups read from sample names",
    "groups_unclear": "no groups can be read from sample names",
    "design_chosen": "the design and comparisons that were chosen",
    "no_test": "no differential test is made, and why",
    # gene sets
    "gene_sets": "B83 faults of a gene-set file",
    "gene_sets_overlap": "B84 B85 ids of the sets and of the table do not meet",
    "ranking": "N29 scores by which genes cannot be ranked",
    "gene_ids_unmapped": "most gene ids are no known genes of the organism",
    "gene_verdicts": "what became of the gene ids: current, former, alias, retired, ambiguous, unknown",
    "gene_shared": "genes with more than one id",
    "organism": "an organism that is not known",
    "resources": "S23 fetched gene sets and tables: not known, not given away, not there, or damaged",
    "download": "S23 a file that could not be downloaded, or is not what its publisher says",
    # reads
    "sample_name": "B42 S17 a sample name that cannot be the name of a file",
    "fastq": "B86 a FASTQ file whose records are damaged",
    "reads_missing": "B86 no reads, or a sample without one of its two files",
    "mates": "B86 two files that are not the mates of each other: numbers, names, order, the same file twice",
    "reads_plan": "how the files of reads were put together",
    "reads_quality": "what a sample of the reads shows: quality, lengths, adapters",
    "reads_mapping": "share of reads that come from the transcripts, and of which organism they may be",
    "sample_differs": "a sample that does not look like the others",
    "transcripts": "a file of transcripts that cannot be used",
    # quantification
    "tool": "R37 an external program that is absent, fails or takes too long",
    "workflow": "R18 a job of the workflow that ended without saying why",
    # settings and output
    "option": "an option whose value cannot be used",
    "output_folder": "R17 R32 an output folder that cannot be used",
    "output_write": "R5 R6 a file that cannot be written",
    "not_repeated": "R7 a run whose results do not come out again",
    "output_running": "R17 another run is writing into the folder",
    "memory": "R20 R21 more memory than there is",
    "interrupted": "R16 stopped by the user",
    # numbers
    "dispersion_trend": "N12 the dispersion trend and its fall-back",
    "not_converged": "N13 R36 genes whose fit did not converge",
    "outliers": "N3 counts that are outliers by Cook's distance",
    "filtering": "N16 independent filtering",
    "matrix_not_finite": "N26 a value that is missing or infinite",
    "clusters": "N20 N22 clusters that cannot be made",
    "no_genes": "N34 a selection without genes",
    "not_shown": "genes that could not be shown",
    "heatmap_chosen": "how a heatmap was made where nothing was asked",
    # figures
    "palette": "colours that many readers cannot tell apart",
    "paper": "a page that a figure does not fit",
}


def compose_sentence(what: str, where: str = "", fix: str = "") -> str:
    """Join the three parts into the one sentence that every channel prints."""
    sentence = _end(f"{where}: {what}" if where else what)
    return f"{sentence} Fix: {_end(fix)}" if fix else sentence


def _end(text: str) -> str:
    text = text.rstrip()
    return text if text.endswith((".", "?", "!")) else f"{text}."


class UserError(Exception):
    """A refusal: something in the input, a setting or the machine that only the user can mend.

    Parameters
    ----------
    code : str
        A key of `CATALOGUE`.
    what : str
        What is wrong, in the user's words, without a full stop.
    where : str
        File, line, column, gene or sample (1-based, as an editor shows it), or "".
    fix : str
        What to do about it, or "".
    """

    def __init__(self, code: str, what: str, *, where: str = "", fix: str = "") -> None:
        if code not in CATALOGUE:
            raise ValueError(f"code {code!r} is not in the catalogue of heatleaf.errors")
        self.code = code
        self.what = what
        self.where = where
        self.fix = fix
        super().__init__(compose_sentence(what, where, fix))

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (self.code, self.what, self.where, self.fix))


def _rebuild(code: str, what: str, where: str, fix: str) -> UserError:
    return UserError(code, what, where=where, fix=fix)
