"""CLS files of GenePattern and GSEA: the class of each sample of a GCT file, in the order of its columns."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from heatleaf.errors import UserError
from heatleaf.io.atomic import write_text
from heatleaf.io.exchange import ExchangeFile, open_exchange, require_writable

_AGAIN = "export the CLS file again"


def write_cls(path: Path | str, groups: Sequence[str]) -> None:
    """Write the class of each sample.

    Parameters
    ----------
    groups : one per sample, in displayed order; classes are numbered by first appearance, as GSEA reads them.

    Raises
    ------
    UserError
        name_empty, name_hostile (a name with a blank, at which the format splits names, or one that is the number of
        another group), output_write.
    """
    path = Path(path)
    require_writable(groups, "group", path.name)
    if not groups or not all(groups):
        raise UserError("name_empty", "a sample has no group", where=path.name, fix="give each sample a group")
    blank = next((group for group in groups if len(group.split()) != 1 or group.split()[0] != group), None)
    if blank is not None:
        what = f"the group '{blank}' holds a blank, at which a CLS file splits names"
        raise UserError("name_hostile", what, where=path.name, fix="write it with _ or - in the sample sheet")
    number = {name: i for i, name in enumerate(dict.fromkeys(groups))}
    labels = set(map(str, number.values()))
    mistaken = next((name for name, i in number.items() if name in labels and name != str(i)), None)
    if mistaken is not None:
        what = f"the group '{mistaken}' would be taken for the number of another group"
        raise UserError("name_hostile", what, where=path.name, fix="write it as a word in the sample sheet")
    line = " ".join(str(number[group]) for group in groups)
    write_text(path, f"{len(groups)} {len(number)} 1\n# {' '.join(number)}\n{line}\n")


def read_cls(path: Path | str) -> tuple[str, ...]:
    """Read the class of each sample.

    Raises
    ------
    UserError
        format (not three lines; counts or labels that do not fit; names that two readings would give to different
        labels; continuous phenotypes), and the refusals of any file.
    """
    file = open_exchange(path)
    lines = [(number, line.split()) for number, line in file.lines if line.strip()]
    if lines and lines[0][1][0].lower() == "#numeric":
        raise _refusal(file, 1, "holds continuous phenotypes, not classes")
    if len(lines) != 3 or lines[1][1][0][0] != "#":
        raise _refusal(file, 1, "is no CLS file: it has three lines, of which the second begins with #")
    (at, counts), (at_names, names), (at_labels, labels) = lines
    names = " ".join(names).removeprefix("#").split()
    if len(counts) != 3 or not all(count.isascii() and count.isdigit() and len(count) < 10 for count in counts):
        raise _refusal(file, at, "line 1 holds the numbers of samples and classes, and a 1")
    _require_number(file, at_labels, len(labels), int(counts[0]), "samples")
    _require_number(file, at_names, len(set(names)), int(counts[1]), "classes")
    name_of = dict(zip(dict.fromkeys(labels), names, strict=False))
    _require_number(file, at_labels, len(set(labels)), len(names), "classes")
    for position, name in enumerate(names):
        if name_of.get(name, name) != name or name_of.get(str(position), name) != name:
            what = "the classes do not appear in the order of line 2, so programs disagree on which is which"
            raise _refusal(file, at_labels, what, fix="name the classes on line 2 in the order of the samples")
    return tuple(name_of[label] for label in labels)


def _require_number(file: ExchangeFile, line: int, n_found: int, n_expected: int, kind: str) -> None:
    if n_found != n_expected:
        raise _refusal(file, line, f"has {n_found:,} {kind} where {n_expected:,} are announced")


def _refusal(file: ExchangeFile, line: int, what: str, *, fix: str = _AGAIN) -> UserError:
    return UserError("format", what, where=f"{file.name} line {line:,}", fix=fix)
