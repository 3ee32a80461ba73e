"""From a formula and a sample sheet to a model matrix with named coefficients.

1. read the formula (formula.py); 2. read each variable as factor or covariate, with its checks; 3. code the terms
(coding.py); 4. refuse what cannot be fitted (estimability.py).
Comparisons of levels are made in contrast.py; a design for a sheet without one in propose.py.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping

import numpy as np

from heatleaf.errors import UserError
from heatleaf.model import Design, Factor, Message, SampleSheet, note
from heatleaf.stats.coding import Coding, wide_scale
from heatleaf.stats.estimability import check_pairs, require_estimable, warn_single_samples
from heatleaf.stats.formula import Formula, parse_formula
from heatleaf.stats.groups import control_likeness, guess_reference, natural_key
from heatleaf.stats.levels import check_levels

MISSING = frozenset({"", "NA", "N/A", "n/a", "#N/A", "NaN", "nan"})  # "None" and "none" may be treatments
MAX_LEVELS = 50  # requirement B81


def is_missing(text: str) -> bool:
    """Return whether a cell of a sample sheet holds no value."""
    return text.strip() in MISSING


def build_design(sheet: SampleSheet, formula: str, references: Mapping[str, str] | None = None) -> Design:
    """Apply a formula to a sample sheet.

    Parameters
    ----------
    sheet : SampleSheet
        The samples, in the order of the count table.
    formula : str
        Such as "~ batch + condition"; see `heatleaf.stats.formula`.
    references : mapping of str to str, optional
        Reference level by factor. Without it: the level that reads like a control, else the first in natural order.

    Returns
    -------
    Design
        Treatment coding; coefficients spelled as DESeq2 spells them; levels after the reference in natural order.

    Raises
    ------
    UserError
        formula, design_column, design_missing, one_level, level_near_duplicate, many_levels, reference_level,
        too_many_coefficients, few_replicates (no degree of freedom is left), not_full_rank.

    Examples
    --------
    >>> sheet = SampleSheet(("a", "b", "c", "d"), {"dex": ("no", "yes", "no", "yes")})
    >>> build_design(sheet, "~ dex").coefficient_names
    ('Intercept', 'dex_yes_vs_no')
    """
    parsed = parse_formula(formula)
    references = references or {}
    _require_columns(sheet, parsed, references)
    factors: dict[str, Factor] = {}
    covariates: dict[str, tuple[float, ...]] = {}
    messages: list[Message] = []
    for name in parsed.variables:
        require_complete(sheet, name)
        numbers = None if name in parsed.forced or name in references else sheet.numbers(name)
        if numbers is None:
            factors[name] = _read_factor(sheet, name, references.get(name), messages)
        else:
            covariates[name] = _read_covariate(sheet, name, numbers, messages)
    messages += _mention_first_level(factors, references)
    coding = Coding.of(parsed, factors, covariates)
    matrix = coding.matrix()
    require_estimable(coding, matrix)
    messages += warn_single_samples(coding) + check_pairs(coding) + _tell_interactions(coding)
    return Design(parsed.text, sheet.sample_ids, factors, covariates, matrix, coding.names, tuple(messages))


def closest_name(name: str, known: tuple[str, ...]) -> str:
    """Return "Did you mean x?" for a name that is nearly one of those known, else ""."""
    folded = {other.casefold(): other for other in known}
    near = difflib.get_close_matches(name.casefold(), list(folded), n=1)
    return f"did you mean {folded[near[0]]}?" if near else ""


def _require_columns(sheet: SampleSheet, formula: Formula, references: Mapping[str, str]) -> None:
    """Refuse variables that are not columns of the sheet (B69), and references of variables that are not used."""
    columns = tuple(sheet.columns)
    for name in formula.variables:
        if name not in sheet.columns:
            listed = ", ".join(columns) or "none"
            raise UserError(
                "design_column",
                f"design uses '{name}'; columns are: {listed}",
                where=sheet.file_name,
                fix=closest_name(name, columns) or "correct the formula or add the column to the sample sheet",
            )
    for name in references:
        if name not in formula.variables:
            raise UserError(
                "reference_level",
                f"a reference level is given for '{name}', which the design {formula.text} does not use",
                fix=closest_name(name, formula.variables) or f"its variables are: {', '.join(formula.variables)}",
            )


def require_complete(sheet: SampleSheet, name: str) -> None:
    """Refuse a variable with empty cells (B70).

    Raises
    ------
    UserError
        design_missing, naming the samples.
    """
    empty = [sample for sample, text in zip(sheet.sample_ids, sheet.columns[name], strict=True) if is_missing(text)]
    if empty:
        shown = ", ".join(empty[:5]) + (f" and {len(empty) - 5} more" if len(empty) > 5 else "")
        raise UserError(
            "design_missing",
            f"{name} is empty for {shown}",
            where=sheet.file_name,
            fix="fill it or leave the sample out" if len(empty) == 1 else "fill it or leave the samples out",
        )


def _read_factor(sheet: SampleSheet, name: str, reference: str | None, messages: list[Message]) -> Factor:
    """Make a factor of a column, its reference level first (B71, B75, B76, B81)."""
    values = sheet.columns[name]
    levels = sorted(set(values), key=natural_key)
    if len(levels) == 1:
        raise UserError(
            "one_level",
            f"{name} has one value ('{levels[0]}') in all {len(values)} samples; nothing to compare",
            where=sheet.file_name,
            fix=f"leave {name} out of the design, or check the sample sheet",
        )
    _require_groups(name, values)
    messages += check_levels(sheet, name)
    first = _choose_reference(name, levels, reference, messages)
    return Factor(name, (first, *(level for level in levels if level != first)), values)


def _require_groups(name: str, values: tuple[str, ...]) -> None:
    """Refuse a factor that tells every sample from every other (B81); fewer than five samples are left to B72."""
    n_levels = len(set(values))
    if n_levels == len(values) > 4:
        raise UserError(
            "many_levels",
            f"'{name}' has a different value in each row; it cannot be a factor",
            fix="use a column that groups the samples",
        )
    if n_levels > MAX_LEVELS and 2 * n_levels > len(values):
        raise UserError(
            "many_levels",
            f"'{name}' has {n_levels} different values in {len(values)} samples; it cannot be a factor",
            fix="use a column that groups the samples",
        )


def _choose_reference(name: str, levels: list[str], given: str | None, messages: list[Message]) -> str:
    """Return the reference level: the one given, else one that reads like a control, else the first (B76)."""
    option = f"--reference {name}=LEVEL"
    if given is not None:
        if given not in levels:
            raise UserError(
                "reference_level",
                f"'{given}' is not a level of {name}. Levels: {', '.join(levels)}",
                fix=closest_name(given, tuple(levels)) or f"{option} with one of them",
            )
        _mention_control(name, levels, given, messages)
        return given
    guess = guess_reference(levels)
    if guess is None:
        return levels[0]
    if guess != levels[0]:
        what = f"'{guess}' reads like the control of {name} and is the reference"
        messages.append(note("reference_level", what, fix=f"{option} for another"))
    return guess


def _mention_first_level(factors: Mapping[str, Factor], references: Mapping[str, str]) -> list[Message]:
    """Note where the last factor, the one tested by default, has no level that reads like a control."""
    if not factors:
        return []
    factor = list(factors.values())[-1]
    if factor.name in references or guess_reference(factor.levels) is not None:
        return []
    what = (
        f"no level of {factor.name} reads like a control; the reference is '{factor.reference_level}', first in order"
    )
    return [note("reference_level", what, fix=f"--reference {factor.name}=LEVEL for another")]


def _mention_control(name: str, levels: list[str], given: str, messages: list[Message]) -> None:
    """Note that another level than the reference given reads like a control (B76)."""
    guess = guess_reference(levels)
    if guess is not None and control_likeness(guess) > control_likeness(given):
        what = f"'{guess}' is a level of {name} but the reference is '{given}', as asked"
        messages.append(note("reference_level", what, fix=f"--reference {name}={guess} for the control"))


def _read_covariate(
    sheet: SampleSheet, name: str, numbers: tuple[float, ...], messages: list[Message]
) -> tuple[float, ...]:
    """Check a numeric variable and say how it is used (B71, B73, B74)."""
    values = np.array(numbers)
    n_values = len(np.unique(values))
    if n_values == 1:
        raise UserError(
            "one_level",
            f"{name} has one value ('{sheet.columns[name][0]}') in all {len(numbers)} samples; nothing to compare",
            where=sheet.file_name,
            fix=f"leave {name} out of the design, or check the sample sheet",
        )
    what = f"'{name}' is numeric with {n_values} values: used as a number (one slope)"
    messages.append(note("factor_numeric", what, fix=f"for groups write C({name})"))
    scale = wide_scale(values)
    if scale is not None:
        what = (
            f"'{name}' has mean {scale.centre:,.6g}; centred and scaled for fitting: its coefficient is per "
            f"{scale.spread:.6g} (one standard deviation), comparisons are given per unit of {name}"
        )
        messages.append(note("covariate_scaled", what))
    return numbers


def _tell_interactions(coding: Coding) -> list[Message]:
    """Say at which levels of the others the comparisons of an interacting factor hold."""
    messages = []
    for name in coding.factors:
        others = [other for other in coding.formula.variables if coding.interact(name, other)]
        if others:
            places = [
                f"{other} = {coding.factors[other].reference_level}" if other in coding.factors else f"the mean {other}"
                for other in others
            ]
            what = f"{name} interacts with {', '.join(others)}: its comparisons hold at {' and '.join(places)}"
            messages.append(note("contrast", what))
    return messages
