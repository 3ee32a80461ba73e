"""What a sample sheet can answer, and what it cannot: questions, pairs, and variables that follow each other.

Each question is tried: its design is built and its comparison made, so that the options given with it work.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import product

from heatleaf.errors import UserError
from heatleaf.model import CrossTable, Design, Pairing, Question, SampleSheet
from heatleaf.stats.comparison import build_comparison
from heatleaf.stats.contrast import build_contrast
from heatleaf.stats.design import build_design
from heatleaf.stats.formula import parse_formula, quote_name
from heatleaf.stats.groups import guess_reference, natural_key
from heatleaf.stats.propose import grouping_columns, is_mostly_whole, pairing_of
from heatleaf.stats.reduction import leave_out, reduce_to

MAX_LEVELS_LISTED = 4  # comparisons with the reference that are listed one by one
MIN_CELL = 2  # samples of each combination that an interaction needs to be worth asking
MAX_CROSS = 8  # levels of a table that is shown


def list_questions(
    sheet: SampleSheet, formula: str, references: Mapping[str, str] | None = None
) -> tuple[Question, ...]:
    """List what a sheet can answer with a design, the tested variable first.

    Parameters
    ----------
    sheet : SampleSheet
    formula : str
        Of a design that can be fitted to the sheet.
    references : mapping of str to str, optional
        Reference level by factor.

    Raises
    ------
    UserError
        Those of `build_design`.
    """
    design = build_design(sheet, formula, references)
    asked = [*_of_tested(design), *_of_others(design), *_of_interactions(sheet, design, references)]
    asked += _of_left_columns(sheet, design)
    return tuple(question for question in asked if _can_be_asked(sheet, question, references))


def _can_be_asked(sheet: SampleSheet, question: Question, references: Mapping[str, str] | None) -> bool:
    """Tell whether the design can be fitted and the comparison be made."""
    try:
        design = build_design(sheet, question.design, references)
        for option, *arguments in question.options:
            if option == "--contrast":
                build_contrast(design, *arguments)
            elif option == "--compare":
                build_comparison(design, arguments[0])
            elif option == "--omnibus":
                leave_out(design, arguments[0])
            else:
                reduce_to(design, arguments[0])
    except UserError:
        return False
    return True


def _tested(design: Design) -> str:
    variables = parse_formula(design.formula).variables
    factors = [name for name in variables if name in design.factors]
    return factors[-1] if factors else variables[-1]


def _of_tested(design: Design) -> Iterator[Question]:
    """Yield the comparisons of the last variable with its reference, all at once, and several against one."""
    name = _tested(design)
    if name in design.covariates:
        yield Question("slope", (name,), design.formula, (("--contrast", name, "1", "0"),))
        return
    reference, *others = design.factors[name].levels
    for level in others[:MAX_LEVELS_LISTED]:
        yield Question("levels", (name, level, reference), design.formula, (("--contrast", name, level, reference),))
    if len(others) < 2:
        return
    yield Question(
        "levels", (name, others[1], others[0]), design.formula, (("--contrast", name, others[1], others[0]),)
    )
    yield Question("omnibus", (name, *design.factors[name].levels), design.formula, (("--omnibus", name),))
    written = ", ".join(_place(design, name, level) for level in others)
    several = f"mean({written}) - {_place(design, name, reference)}"
    yield Question("several", (name, reference, *others), design.formula, (("--compare", several),))


def _of_others(design: Design) -> Iterator[Question]:
    """Yield a comparison of each other variable of the design."""
    for name in parse_formula(design.formula).variables:
        if name == _tested(design):
            continue
        if name in design.covariates:
            yield Question("slope", (name,), design.formula, (("--contrast", name, "1", "0"),))
            continue
        reference, level, *more = design.factors[name].levels
        if more:
            yield Question("omnibus", (name, *design.factors[name].levels), design.formula, (("--omnibus", name),))
        else:
            option = ("--contrast", name, level, reference)
            yield Question("levels", (name, level, reference), design.formula, (option,))


def _of_interactions(sheet: SampleSheet, design: Design, references: Mapping[str, str] | None) -> Iterator[Question]:
    """Yield whether the tested change differs between the levels of another factor, and the change within one level."""
    tested = _tested(design)
    formula = parse_formula(design.formula)
    if tested not in design.factors or any(len(term) > 1 for term in formula.terms):
        return
    for name in design.factors:
        cells = Counter(zip(design.factors[name].values, design.factors[tested].values, strict=True))
        whole = all(
            cells[cell] >= MIN_CELL for cell in product(design.factors[name].levels, design.factors[tested].levels)
        )
        if name == tested or not whole:
            continue
        crossed = _crossed(design, name, tested)
        last = design.factors[name].levels[-1]
        reference, level = design.factors[tested].levels[0], design.factors[tested].levels[-1]
        yield Question("interaction", (tested, name), crossed, (("--reduced", design.formula),))
        sides = [f"{_place(design, tested, side)}:{_place(design, name, last)}" for side in (level, reference)]
        within = Question(
            "within", (tested, level, reference, name, last), crossed, (("--compare", " - ".join(sides)),)
        )
        yield within


def _of_left_columns(sheet: SampleSheet, design: Design) -> Iterator[Question]:
    """Yield a comparison of each column that the design leaves out."""
    for name, values in grouping_columns(sheet).items():
        if name in design.factors or name in design.covariates:
            continue
        levels = sorted(set(values), key=natural_key)
        control = guess_reference(levels) or levels[0]
        levels = [control, *(level for level in levels if level != control)]
        term = quote_name(name) if sheet.numbers(name) is None else f"C({quote_name(name)})"
        blocks = [_term(design, block) for block in design.factors if block != _tested(design)]
        formula = "~ " + " + ".join([*blocks, term])
        option = ("--omnibus", name) if len(levels) > 2 else ("--contrast", name, levels[1], levels[0])
        kind = "omnibus" if len(levels) > 2 else "other"
        yield Question(kind, (name, *levels), formula, (option,))


def _crossed(design: Design, name: str, tested: str) -> str:
    """Write the design with the interaction of two of its factors."""
    others = [_term(design, other) for other in parse_formula(design.formula).variables if other not in (name, tested)]
    return "~ " + " + ".join([*others, f"{_term(design, name)} * {_term(design, tested)}"])


def _term(design: Design, name: str) -> str:
    is_forced = name in parse_formula(design.formula).forced
    return f"C({quote_name(name)})" if is_forced else quote_name(name)


def _place(design: Design, name: str, level: str) -> str:
    """Write a level as a comparison reads it: plain, or with its factor where another factor has it too."""
    holders = [factor.name for factor in design.factors.values() if level in factor.levels]
    is_number = level.replace(".", "", 1).isdigit()
    return level if len(holders) == 1 and not is_number else f"{name}={level}"


def find_pairings(sheet: SampleSheet, tested: str) -> tuple[Pairing, ...]:
    """Find the columns whose levels were seen under the tested levels, as donors before and after a treatment.

    Pairs, of which no level has two samples of one kind, come before larger blocks.
    """
    if tested not in sheet.columns:
        return ()
    names = [name for name in grouping_columns(sheet) if name != tested]
    pairings = [pairing_of(sheet.columns[name], sheet.columns[tested], (name, tested)) for name in names]
    found = [pairing for pairing in pairings if is_mostly_whole(pairing)]
    return tuple(sorted(found, key=lambda pairing: not pairing.is_single))


def cross_table(sheet: SampleSheet, row: str, column: str) -> CrossTable:
    """Count the samples by two columns of a sheet, levels in natural order, the first MAX_CROSS of each."""
    rows, columns = (tuple(sorted(set(sheet.columns[name]), key=natural_key)) for name in (row, column))
    cells = Counter(zip(sheet.columns[row], sheet.columns[column], strict=True))
    shown, heads = rows[:MAX_CROSS], columns[:MAX_CROSS]
    counts = tuple(tuple(cells[level, head] for head in heads) for level in shown)
    return CrossTable(row, column, shown, heads, counts)
