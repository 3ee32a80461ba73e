"""Options that several commands share, and what they become."""

from __future__ import annotations

import argparse
from argparse import SUPPRESS
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from heatleaf.errors import UserError

if TYPE_CHECKING:
    from heatleaf.analysis.settings import Settings
    from heatleaf.io import ReadOptions
    from heatleaf.model import CountTable, ExpressionTable, SampleSheet


# As in analysis.choices, written out because its imports are slow and --help should answer at once; a test compares.
PALETTES = (
    "red-white-blue",
    "red-black-green",
    "magenta-black-green",
    "orange-white-purple",
    "yellow-black-blue",
    "white-blue",
    "white-teal",
    "white-purple",
    "white-brown",
    "grey",
)
METRICS = ("euclidean", "correlation", "spearman", "kendall", "cosine", "sqeuclidean", "cityblock")
LINKAGES = ("average", "ward", "complete", "single", "weighted")

_ORDER = "a sample sheet goes after the count table"


def add_reading(parser: argparse.ArgumentParser) -> None:
    """Add the options of reading a table; none is needed where the content is clear."""
    group = parser.add_argument_group("reading (needed only where the content is not clear)")
    group.add_argument("--delimiter", metavar="CHAR", help="column delimiter, such as ',' or 'tab'")
    group.add_argument("--encoding", metavar="NAME", help="text encoding, if it is not UTF-8")
    group.add_argument("--sheet", metavar="NAME", help="sheet of the table's workbook")
    group.add_argument("--transpose", action="store_true", help="the table has samples in rows")
    group.add_argument("--gene-column", metavar="NAME", help="column that holds the gene ids")
    group.add_argument("--duplicates", choices=("refuse", "sum"), default="refuse", help="genes on several lines")
    group.add_argument("--strand", choices=("unstranded", "forward", "reverse"), help="column of STAR gene counts")
    group.add_argument("--tx2gene", metavar="FILE", type=Path, help="table of transcripts and their genes")
    group.add_argument(
        "--annotation", "--gtf", metavar="GTF", type=Path, help="annotation with transcripts and their genes"
    )
    group.add_argument("--strip-version", action="store_true", help="take versions off Ensembl ids")
    group.add_argument("--max-input", type=size_in_bytes, metavar="SIZE", help="largest expanded input (10GB)")
    group.add_argument("--strict", action="store_true", help="refuse samples that the sheet does not name")
    group.add_argument("--sample-sheet", metavar="NAME", help="sheet of the sample sheet's workbook")
    group.add_argument("--sample-column", metavar="NAME", help="column of the sheet that holds the sample names")


def read_options(args: argparse.Namespace) -> ReadOptions:
    """Collect the reading options."""
    from heatleaf.io import ReadOptions

    limit = {"max_input_bytes": args.max_input} if args.max_input else {}
    return ReadOptions(
        **limit,
        strip_version=args.strip_version,
        delimiter={"tab": "\t", "\\t": "\t"}.get(args.delimiter, args.delimiter),
        encoding=args.encoding,
        sheet=args.sheet,
        transpose=args.transpose,
        gene_column=args.gene_column,
        duplicates=args.duplicates,
        strand=args.strand,
        tx2gene=args.tx2gene,
        annotation=args.annotation,
    )


def reading_words(args: argparse.Namespace) -> list[str]:
    """Return the reading options that were given, as words of a command; of whole paths the name."""
    parser = argparse.ArgumentParser(add_help=False)
    add_reading(parser)
    words: list[str] = []
    for action in parser._actions:
        value = getattr(args, action.dest)
        if value == action.default:
            continue
        words.append(action.option_strings[0])
        if action.nargs != 0:
            words.append(value.name if isinstance(value, Path) and value.is_absolute() else str(value))
    return words


def reading_inputs(args: argparse.Namespace) -> list[tuple[str, Path]]:
    """Return the files that the reading options name, each with its role."""
    named = (("transcripts", args.tx2gene), ("annotation", args.annotation))
    return [(role, path) for role, path in named if path is not None]


def add_question(parser: argparse.ArgumentParser) -> None:
    """Add design and comparisons. An option that is not given leaves the default to `Settings`."""
    group = parser.add_argument_group("question (proposed from the sheet where it is clear)")
    group.add_argument("--design", default=SUPPRESS, metavar="FORMULA", help="such as '~ batch + condition'")
    group.add_argument(
        "--contrast",
        nargs=3,
        action="append",
        dest="contrasts",
        default=SUPPRESS,
        metavar=("FACTOR", "TESTED", "REFERENCE"),
        help="comparison to make; may be repeated",
    )
    group.add_argument(
        "--compare",
        action="append",
        dest="comparisons",
        default=SUPPRESS,
        metavar="SUM",
        help="comparison as a sum, such as 'treated:B - control:B' or 'mean(low, high) - none'; may be repeated",
    )
    group.add_argument(
        "--omnibus",
        action="append",
        default=SUPPRESS,
        metavar="FACTOR",
        help="test all its levels at once (three or more groups, time courses); may be repeated",
    )
    group.add_argument(
        "--reduced", default=SUPPRESS, metavar="FORMULA", help="test the design against this smaller one"
    )
    group.add_argument(
        "--reference",
        action="append",
        dest="references",
        type=_factor_and_level,
        default=SUPPRESS,
        metavar="FACTOR=LEVEL",
        help="level that others are compared with; may be repeated",
    )
    group.add_argument(
        "--fit-type", default=SUPPRESS, metavar="NAME", help="dispersion trend: parametric, local, mean (parametric)"
    )
    group.add_argument(
        "--size-factors",
        default=SUPPRESS,
        metavar="NAME|FILE",
        help="ratio or poscounts, or a table of samples and their factors (ratio where a gene has no zero)",
    )
    group.add_argument("--alpha", type=fraction, default=SUPPRESS, metavar="P", help="adjusted p-value (0.05)")


def add_clustering(parser: argparse.ArgumentParser) -> None:
    """Add the options of a heatmap's rows and colours."""
    group = parser.add_argument_group("heatmap")
    group.add_argument(
        "--clusters", type=clusters_from, default=SUPPRESS, metavar="auto|K", help="blocks of genes (auto)"
    )
    group.add_argument(
        "--palette", default=SUPPRESS, metavar="NAME", help=f"colours: {', '.join(PALETTES)} (red-white-blue)"
    )
    group.add_argument(
        "--metric",
        default=SUPPRESS,
        metavar="NAME",
        help=f"distance of z-scored genes: {', '.join(METRICS)} (euclidean)",
    )
    group.add_argument(
        "--linkage",
        default=SUPPRESS,
        dest="linkage_method",
        metavar="NAME",
        help=f"of genes: {', '.join(LINKAGES)} (ward)",
    )
    group.add_argument(
        "--max-memory", type=size_in_bytes, default=SUPPRESS, metavar="SIZE", help="for a distance matrix (4GB)"
    )


def settings_from(args: argparse.Namespace) -> Settings:
    """Make settings of the options that were given, refusing names that are not known before anything is read."""
    from heatleaf.analysis.choices import require_choices
    from heatleaf.analysis.settings import Settings
    from heatleaf.io.size_factor_file import read_size_factors

    given = {name: value for name, value in vars(args).items() if name in Settings.__dataclass_fields__}
    for name in ("contrasts", "comparisons", "omnibus", "references", "gene_sets"):
        if name in given:
            given[name] = tuple(tuple(item) if isinstance(item, list) else item for item in given[name])
    if given.get("size_factors") not in (None, "auto", "ratio", "poscounts"):
        given["given_size_factors"] = read_size_factors(Path(given.pop("size_factors")))
    settings = Settings(**given)
    require_choices(settings.palette, settings.linkage_method, settings.metric)
    return settings


def read_counts_for(args: argparse.Namespace) -> CountTable:
    """Read the count table that was given, and say so where the two files are in the wrong order."""
    from heatleaf.io import read_counts

    try:
        return read_counts(args.counts, read_options(args))
    except UserError as error:
        _refuse_sheet_first(args, error)
        raise


def _refuse_sheet_first(args: argparse.Namespace, error: UserError) -> None:
    """Refuse a sample sheet in the place of the count table: no column of it holds numbers."""
    if error.code != "no_values":
        return
    if args.samples is None:
        raise UserError(error.code, error.what, where=error.where, fix=f"{error.fix}; {_ORDER}") from error
    what = "this looks like a sample sheet"
    fix = f"give the count table first, then the sheet: {args.samples} {args.counts}"
    raise UserError(error.code, what, where=error.where, fix=fix) from error


def read_samples_for(args: argparse.Namespace, table: CountTable | ExpressionTable) -> SampleSheet | None:
    """Read the sample sheet that was given, matched to the table.

    An encoding that was named is used only where the sheet is no UTF-8: it may be meant for the other file.
    """
    return None if args.samples is None else read_sheet_for(args, table)


def read_sheet_for(args: argparse.Namespace, table: CountTable | ExpressionTable) -> SampleSheet:
    """Read a sample sheet that is there, as `read_samples_for` does."""
    options = replace(read_options(args), encoding=None, sheet=args.sample_sheet)
    try:
        return _read_samples(args, table, options)
    except UserError as error:
        if args.encoding and error.code in ("encoding", "encoding_utf16", "nul_byte"):
            return _read_samples(args, table, replace(options, encoding=args.encoding))
        if error.code == "workbook" and error.fix.startswith("--sheet "):
            fix = error.fix.replace("--sheet", "--sample-sheet", 1)
            raise UserError(error.code, error.what, where=error.where, fix=fix) from None
        raise


def _read_samples(args: argparse.Namespace, table: CountTable | ExpressionTable, options: ReadOptions) -> SampleSheet:
    from heatleaf.io import read_samples

    return read_samples(
        args.samples,
        sample_ids=table.sample_ids,
        sample_column=args.sample_column,
        options=options,
        strict=args.strict,
    )


def size_in_bytes(text: str) -> int:
    """Read a size such as 500MB, 20GB or a number of bytes."""
    units = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12}
    number = text.rstrip("BKMGTbkmgt ")
    unit = units.get(text[len(number) :].strip().lower())
    if unit is None or not number.isascii() or not number.replace(".", "", 1).isdigit() or float(number) * unit < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a size such as 500MB or 20GB")
    return int(float(number) * unit)


def clusters_from(text: str) -> int:
    """Read "auto" (0) or a number of clusters."""
    if text == "auto":
        return 0
    if not text.isdigit() or not 1 <= int(text) <= 100:
        raise argparse.ArgumentTypeError(f"'{text}' is neither auto nor a number from 1 to 100")
    return int(text)


def positive_number(text: str) -> int:
    """Read a whole number of at least 1."""
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number of 1 or more")
    return int(text)


def fraction(text: str) -> float:
    """Read a number between 0 and 1."""
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number between 0 and 1")
    return value


def _factor_and_level(text: str) -> tuple[str, str]:
    factor, equals, level = text.partition("=")
    if not (equals and factor.strip() and level.strip()):
        raise argparse.ArgumentTypeError(f"'{text}' is not FACTOR=LEVEL, such as dex=untreated")
    return factor.strip(), level.strip()
