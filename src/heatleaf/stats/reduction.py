"""What is left of a design when some of its terms are left out: the smaller model of a likelihood-ratio test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heatleaf.errors import UserError
from heatleaf.model import Design
from heatleaf.stats.coding import Coding
from heatleaf.stats.design import closest_name
from heatleaf.stats.formula import INTERCEPT, Formula, Term, parse_formula, quote_name

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Reduction:
    """A design with some of its terms left out.

    formula : of what is left. dropped : the terms that are left out. model_matrix : shape (n_samples, n_reduced).
    variable : the one variable that no term has any more, or "".
    """

    formula: str
    dropped: tuple[Term, ...]
    model_matrix: FloatArray
    variable: str

    @property
    def name(self) -> str:
        """The name used in files: time, or line.dex for an interaction."""
        return self.variable or "_".join(".".join(term) for term in self.dropped)


def leave_out(design: Design, variable: str) -> Reduction:
    """Leave a variable, and all its interactions, out of a design.

    Raises
    ------
    UserError
        contrast: the design has no such variable.
    """
    full = parse_formula(design.formula)
    _require_known(design, full, (variable,))
    kept = tuple(term for term in full.terms if variable not in term)
    return _reduce(design, full, kept or (INTERCEPT,))


def reduce_to(design: Design, formula: str) -> Reduction:
    """Reduce a design to the terms of a formula; "~ 1" leaves the intercept.

    Raises
    ------
    UserError
        formula; contrast: a variable that the design does not have, or nothing is left out.
    """
    full, reduced = parse_formula(design.formula), parse_formula(formula, needs_variable=False)
    _require_known(design, full, reduced.variables)
    return _reduce(design, full, reduced.terms)


def _require_known(design: Design, full: Formula, names: tuple[str, ...]) -> None:
    for name in names:
        if name not in full.variables:
            listed = ", ".join(full.variables)
            what = f"'{name}' is not a variable of the design {design.formula}. Variables: {listed}"
            raise UserError("contrast", what, fix=closest_name(name, full.variables) or "name one of them")


def _reduce(design: Design, full: Formula, terms: tuple[Term, ...]) -> Reduction:
    used = {name for term in terms for name in term}
    variables = tuple(name for name in full.variables if name in used)
    text = _formula_text(terms, full.forced)
    factors = {name: factor for name, factor in design.factors.items() if name in used}
    covariates = {name: values for name, values in design.covariates.items() if name in used}
    coding = Coding.of(Formula(text, terms, variables, full.forced & used), factors, covariates)
    matrix = coding.matrix() if used else np.ones((len(design.sample_ids), 1))
    written = {frozenset(term) for term in terms}
    dropped = tuple(term for term in full.terms if frozenset(term) not in written and term)
    if not dropped:
        what = f"the reduced design {text} leaves nothing out of {design.formula}"
        raise UserError("contrast", what, where="--reduced", fix="leave out the variable that is to be tested")
    gone = [name for name in full.variables if name not in used]
    is_whole = len(gone) == 1 and all(gone[0] in term for term in dropped)
    return Reduction(text, dropped, matrix, gone[0] if is_whole else "")


def _formula_text(terms: tuple[Term, ...], forced: frozenset[str]) -> str:
    words = [
        ":".join(f"C({quote_name(name)})" if name in forced else quote_name(name) for name in term)
        for term in terms
        if term
    ]
    if INTERCEPT not in terms:
        words = ["0", *words]
    return f"~ {' + '.join(words) or '1'}"
