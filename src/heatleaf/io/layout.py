"""How a table is laid out, told from its first lines: comments, delimiter, header and the number of columns."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from heatleaf.errors import UserError
from heatleaf.io.parse_cell import is_number_like
from heatleaf.model import Message, note

HEAD_LINES = 200  # lines that the layout is told from
HEAD_CELLS = 10_000
DELIMITER_NAMES = {"\t": "tab", ",": "comma", ";": "semicolon", " ": "space"}
GENE_WORDS = frozenset(
    [
        "gene",
        "genes",
        "gene_id",
        "geneid",
        "gene_ids",
        "gene_name",
        "gene_symbol",
        "genename",
        "ensgene",
        "ensembl",
        "ensembl_id",
        "ensembl_gene_id",
        "ensembl_gene",
        "id",
        "ids",
        "name",
        "names",
        "symbol",
        "feature",
        "features",
        "feature_id",
        "probe",
        "probe_id",
        "probeid",
        "transcript",
        "transcript_id",
        "target_id",
        "row.names",
        "rownames",
        "index",
        "identifier",
        "description",
        "entrez",
        "entrez_id",
        "locus",
        "locus_tag",
    ]
)


@dataclass(frozen=True)
class Layout:
    """Where the parts of a table are.

    header : one name per column of the rows ("" where a column has none), or () for a table without a header line.
    rows : the first rows, as cells. n_columns : fields of each row. line : 1-based line of the first row.
    offset : bytes before the first row. comments : lines before the header. has_trailing : the last column is empty.
    gct_meta : description columns behind the gene column of a GCT file, None for other tables.
    n_rows : how many rows the file says it has, None where it does not say.
    """

    delimiter: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    n_columns: int
    line: int
    offset: int
    comments: tuple[str, ...] = ()
    has_trailing: bool = False
    messages: tuple[Message, ...] = ()
    gct_meta: int | None = None
    n_rows: int | None = None


def detect_layout(text: bytes, name: str, delimiter: str | None = None) -> Layout:
    """Tell the layout of a table from the first whole lines of its text.

    Raises
    ------
    UserError
        file_empty (comments only), delimiter, header_shifted, row_length, table_header_only, header_missing.
    """
    lines = text.decode("utf-8").split("\n")[:-1]
    i_first = next((i for i, line in enumerate(lines) if line.strip() and not line.startswith("#")), len(lines))
    if i_first == len(lines):
        what = f"has no table: {len(lines):,} line{'s' if len(lines) > 1 else ''}, all comments or blank"
        raise UserError("file_empty", what, where=name, fix="re-export it; the producing step may have failed")
    body = _head_of_body(lines, i_first)
    mark = delimiter or _detect_delimiter(body, name)
    comments = lines[:i_first]
    i_header = i_first
    if comments and _is_commented_header(comments[-1], body[0][1], mark):
        i_header -= 1
    return _lay_out(lines, i_header, mark, name, tuple(comments[:i_header]))


def split_line(line: str, delimiter: str) -> list[str]:
    """Split one line, keeping delimiters that are within quotes, and take the quotes off."""
    fields = line.split(delimiter)
    if '"' not in line:
        return fields
    merged: list[str] = []
    pending = ""
    for piece in fields:
        joined = f"{pending}{delimiter}{piece}" if pending else piece
        pending = joined if joined.count('"') % 2 else ""
        if not pending:
            merged.append(joined)
    return [_unquote(cell) for cell in ([*merged, pending] if pending else merged)]


def offset_of(lines: list[str], i_line: int) -> int:
    """Return the number of bytes before a line."""
    return sum(len(line.encode()) + 1 for line in lines[:i_line])


def _unquote(cell: str) -> str:
    is_quoted = len(cell) >= 2 and cell[0] == '"' == cell[-1]
    return (cell[1:-1] if is_quoted else cell).replace('""', '"')


def _head_of_body(lines: list[str], i_first: int) -> list[tuple[int, str]]:
    """Return the first lines that are not blank, with their positions."""
    return [(i, line) for i, line in enumerate(lines[i_first : i_first + HEAD_LINES], i_first) if line.strip()]


def _is_commented_header(comment: str, first: str, delimiter: str) -> bool:
    """Whether the last comment is the header (`#gene S1 S2`): as many fields as the row below, which holds numbers."""
    fields, values = split_line(comment, delimiter), split_line(first, delimiter)
    return len(fields) == len(values) > 1 and all(map(is_number_like, values[1:])) and "Program:" not in comment


def _detect_delimiter(body: list[tuple[int, str]], name: str) -> str:
    """Choose the delimiter that splits the lines most evenly into cells that are numbers (requirement B19)."""
    sample = [line for _, line in body[:100]]
    shares = {mark: _evenness(sample, mark) for mark in DELIMITER_NAMES}
    best = max(shares, key=lambda mark: shares[mark])  # ties go to the first: tab before comma before semicolon
    if shares[best][0] >= 0.5:
        return best
    raise UserError(
        "delimiter",
        "cannot tell the delimiter: " + "; ".join(_describe_split(body, mark) for mark in DELIMITER_NAMES),
        where=name,
        fix="--delimiter",
    )


def _evenness(sample: list[str], delimiter: str) -> tuple[float, float]:
    """Return the share of lines with the commonest number of fields (0 if that is one), and the share of numbers."""
    rows = [split_line(line, delimiter) for line in sample]
    (n_fields, n_lines), *_ = Counter(map(len, rows[1:] or rows)).most_common(1)
    if n_fields < 2:
        return 0.0, 0.0
    cells = [cell for row in rows[1:20] for cell in row[1:50]]
    return round(n_lines / len(rows[1:] or rows), 1), sum(map(is_number_like, cells)) / max(len(cells), 1)


def _describe_split(body: list[tuple[int, str]], delimiter: str) -> str:
    numbers = [(len(split_line(line, delimiter)), i + 1) for i, line in body[:100]]
    values = sorted({n for n, _ in numbers})
    text = (
        f"{DELIMITER_NAMES[delimiter]} gives {' or '.join(map(str, values[:3]))} column{'s' if values != [1] else ''}"
    )
    if len(values) == 1:
        return text
    examples = [next(line for n, line in numbers if n == value) for value in values[:3]]
    return f"{text} (rows {', '.join(map(str, examples))})"


def _lay_out(lines: list[str], i_header: int, delimiter: str, name: str, comments: tuple[str, ...]) -> Layout:
    """Make the layout once the delimiter and the first line are known."""
    first = split_line(lines[i_header].removeprefix("#"), delimiter)
    n_rows = max(2, HEAD_CELLS // max(len(first), 1))
    body = _head_of_body(lines, i_header)[: n_rows + 1]
    rows = tuple(tuple(split_line(line, delimiter)) for _, line in body)
    if has_no_header(rows):
        layout = Layout(delimiter, (), rows, len(first), i_header + 1, offset_of(lines, i_header), comments)
        return layout
    if len(rows) < 2:
        what = f"has a header with {len(first) - 1} samples but no gene rows"
        raise UserError("table_header_only", what, where=name, fix="re-export it")
    i_row = body[1][0]
    n_columns = Counter(map(len, rows[1:])).most_common(1)[0][0]
    layout = Layout(delimiter, tuple(first), rows[1:], n_columns, i_row + 1, offset_of(lines, i_row), comments)
    _refuse_no_header(layout, i_header + 1, name)
    return _note_delimiter(_fit_header(_drop_trailing(layout, name), name), name)


def has_no_header(rows: tuple[tuple[str, ...], ...]) -> bool:
    """Whether the first line already holds values: HTSeq (name, number) and STAR (name, three numbers) files."""
    first = rows[0]
    if first[0].startswith("N_unmapped") and len(first) == 4:
        return True
    return len(first) == 2 and is_number_like(first[1]) and first[0].lower() not in GENE_WORDS | {""}


def _refuse_no_header(layout: Layout, line: int, name: str) -> None:
    """Refuse a first line of a name and numbers only: a row, not the names of samples."""
    first, *others = layout.header
    is_row = len(layout.header) == layout.n_columns and all(map(is_number_like, others))
    if is_row and first.lower() not in GENE_WORDS | {""}:
        raise UserError(
            "header_missing",
            f"line {line:,} ({first}) holds numbers where the names of samples are expected",
            where=name,
            fix="add a first line with the name of each column (gene_id, then the samples)",
        )


def _drop_trailing(layout: Layout, name: str) -> Layout:
    """Pass over a last column that is empty in every line (requirement B22)."""
    full = [row for row in layout.rows if len(row) == layout.n_columns]
    if any(row[-1] for row in full) or layout.n_columns < 3:
        return _drop_trailing_name(layout, name)
    header = layout.header
    if len(header) == layout.n_columns and header[-1]:
        return layout
    header = header[:-1] if len(header) == layout.n_columns else header
    if len(header) != layout.n_columns - 1:
        return layout
    message = note("trailing_column", "empty last column ignored", where=name)
    rows = tuple(row[:-1] if len(row) == layout.n_columns else row for row in layout.rows)
    return replace(layout, header=header, rows=rows, has_trailing=True, messages=(message,))


def _drop_trailing_name(layout: Layout, name: str) -> Layout:
    if len(layout.header) == layout.n_columns + 1 and not layout.header[-1] and layout.header[0]:
        message = note("trailing_column", "empty last column of the header ignored", where=name)
        return replace(layout, header=layout.header[:-1], messages=(message,))
    return layout


def _fit_header(layout: Layout, name: str) -> Layout:
    """Give the gene column an empty name where the header is one field short, as R writes it (requirement B20)."""
    n_columns = layout.n_columns - layout.has_trailing
    n_names = len(layout.header)
    if n_names == n_columns:
        return layout
    if n_names == n_columns - 1 and layout.header[0].lower() not in GENE_WORDS | {""}:
        message = note("header_shifted", "header has no name for the gene column (R style); accepted", where=name)
        return replace(layout, header=("", *layout.header), messages=(*layout.messages, message))
    raise UserError(
        "header_shifted" if n_names < n_columns else "row_length",
        f"line {layout.line:,} has {n_columns} fields, the header has {n_names}",
        where=name,
        fix="give every column its name, and the gene column one too",
    )


def _note_delimiter(layout: Layout, name: str) -> Layout:
    """Name the delimiter where the file's name promises another one."""
    expected = {"tsv": "\t", "tab": "\t", "csv": ","}
    suffixes = [part for part in name.lower().split(".")[1:] if part in expected]
    if not suffixes and layout.delimiter in "\t,":
        return layout
    if suffixes and expected[suffixes[-1]] == layout.delimiter:
        return layout
    shown = DELIMITER_NAMES.get(layout.delimiter, layout.delimiter)
    message = note("delimiter", f"delimiter '{shown}' detected", where=name)
    return replace(layout, messages=(*layout.messages, message))
