"""Comparisons within a design, as weights of its coefficients."""

from __future__ import annotations

from heatleaf.errors import UserError
from heatleaf.model import Contrast, Design
from heatleaf.stats.coding import Coding
from heatleaf.stats.design import closest_name
from heatleaf.stats.formula import parse_formula


def build_contrast(design: Design, factor: str, tested: str, reference: str) -> Contrast:
    """Compare two levels of a factor, or two values of a covariate.

    Parameters
    ----------
    design : Design
    factor : str
        A factor of the design, or a covariate; the levels of a covariate are numbers ("1" and "0": one unit).
    tested, reference : str
        Two levels; the log2 fold change is of tested over reference.

    Returns
    -------
    Contrast
        The row of the model matrix at the tested level less the row at the reference level. Where the factor interacts,
        both rows are taken at the reference level of the other factors and at the mean of the covariates.

    Raises
    ------
    UserError
        contrast: a factor or level that the design does not have, or the same level twice.

    Examples
    --------
    >>> from heatleaf.model import SampleSheet
    >>> from heatleaf.stats.design import build_design
    >>> sheet = SampleSheet(("a", "b", "c", "d"), {"dex": ("no", "yes", "no", "yes")})
    >>> build_contrast(build_design(sheet, "~ 0 + dex"), "dex", "yes", "no").vector
    array([-1.,  1.])
    """
    coding = Coding.of(parse_formula(design.formula), design.factors, design.covariates)
    places = [_place(design, factor, level) for level in (tested, reference)]
    if places[0] == places[1]:
        raise UserError(
            "contrast",
            f"'{tested}' of {factor} is compared with itself",
            fix=f"give two different levels of {factor}",
        )
    vector = coding.row({factor: places[0]}) - coding.row({factor: places[1]})
    return Contrast(factor, tested, reference, vector, *(_samples(design, factor, it) for it in (tested, reference)))


def _samples(design: Design, name: str, level: str) -> tuple[str, ...]:
    """Return the samples of a level; none of a covariate, of which every sample tells."""
    if name not in design.factors:
        return ()
    values = design.factors[name].values
    return tuple(sample for sample, value in zip(design.sample_ids, values, strict=True) if value == level)


def default_contrasts(design: Design) -> tuple[Contrast, ...]:
    """Compare each level of the last factor of the formula with its reference level.

    A design of covariates alone gives the change per unit of the last covariate.
    """
    coding = Coding.of(parse_formula(design.formula), design.factors, design.covariates)
    if not design.factors:
        return (build_contrast(design, coding.formula.variables[-1], "1", "0"),)
    name = [variable for variable in coding.formula.variables if variable in design.factors][-1]
    reference, *others = design.factors[name].levels
    return tuple(build_contrast(design, name, level, reference) for level in others)


def _place(design: Design, name: str, level: str) -> float:
    """Return the position of a level of a factor, or the value of a covariate."""
    if name in design.covariates:
        return _number(name, level)
    if name not in design.factors:
        known = (*design.factors, *design.covariates)
        raise UserError(
            "contrast",
            f"'{name}' is not a factor of the design {design.formula}. Factors: {', '.join(known)}",
            fix=closest_name(name, known) or "name a factor of the design, or add it to --design",
        )
    levels = design.factors[name].levels
    if level not in levels:
        raise UserError(
            "contrast",
            f"'{level}' is not a level of {name}. Levels: {', '.join(levels)}",
            fix=closest_name(level, levels) or f"name one of the levels of {name}",
        )
    return float(levels.index(level))


def _number(name: str, text: str) -> float:
    try:
        value = float("inf") if "_" in text else float(text)
    except ValueError:
        value = float("inf")
    if abs(value) < float("inf"):
        return value
    raise UserError(
        "contrast",
        f"{name} is used as a number and '{text}' is not a number",
        fix=f"for levels write C({name}) in the design; for the change per unit compare 1 with 0",
    )
