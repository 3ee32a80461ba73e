"""The text of a comparison, read into weights of coefficients and of cells (the language is told in comparison.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from heatleaf.errors import UserError
from heatleaf.model import Design
from heatleaf.stats.coding import Coding
from heatleaf.stats.design import closest_name
from heatleaf.stats.formula import MAX_DEPTH, MAX_LENGTH, parse_formula

FloatArray = NDArray[np.float64]
Cell = tuple[tuple[str, str], ...]  # (variable, level) in the order of the formula

LANGUAGE = (
    "write groups (treated), cells (treated:B), coefficients, + - * / ( ) and mean(...); "
    "names with other signs go in back-quotes"
)


@dataclass(frozen=True, eq=False)
class Value:
    """A part of the sum: a plain number, or weights of the coefficients and of the cells that they come from."""

    number: float
    vector: FloatArray | None = None
    cells: Mapping[Cell, float] = field(default_factory=dict)

    def times(self, factor: float) -> Value:
        """Multiply number, weights and cells."""
        vector = None if self.vector is None else self.vector * factor
        return Value(self.number * factor, vector, {cell: weight * factor for cell, weight in self.cells.items()})

    def plus(self, other: Value) -> Value:
        """Add another part; the sum has weights only if both have."""
        cells = dict(self.cells)
        for cell, weight in other.cells.items():
            cells[cell] = cells.get(cell, 0.0) + weight
        if self.vector is None or other.vector is None:
            return Value(self.number + other.number, None, cells)
        return Value(0.0, self.vector + other.vector, cells)


def is_in(design: Design, cell: Cell) -> NDArray[np.bool_]:
    """Tell which samples are in a cell, shape (n_samples,); covariates do not tell samples apart."""
    inside = np.ones(len(design.sample_ids), dtype=bool)
    for name, level in cell:
        if name in design.factors:
            inside &= np.array([value == level for value in design.factors[name].values])
    return inside


def shown_text(text: str) -> str:
    """Return a comparison as it is told: without the marks around names."""
    return text.replace("`", "")


class ComparisonReader:
    """Recursive descent over the text; at each place the longest name that the design knows is taken."""

    def __init__(self, design: Design, text: str) -> None:
        if len(text) > MAX_LENGTH:
            raise UserError("contrast", f"the comparison has {len(text):,} characters, more than {MAX_LENGTH}")
        self.design = design
        self.coding = Coding.of(parse_formula(design.formula), design.factors, design.covariates)
        self.text = text
        self.position = 0
        self.depth = 0
        levels = {level for factor in design.factors.values() for level in factor.levels if not _is_number(level)}
        names = {*design.factors, *design.covariates, *levels, *design.coefficient_names}
        self.names = sorted(names, key=len, reverse=True)

    def read(self) -> tuple[Value, tuple[str, str]]:
        """Return the value of the whole text and its two sides in words."""
        value, terms = self.sum()
        if self.position < len(self.text):
            self.refuse(f"unexpected '{self.text[self.position]}'")
        if value.vector is None and value.number:
            self.refuse_text("holds numbers and no group")
        added = " + ".join(words for sign, words in terms if sign > 0)
        taken = " + ".join(words for sign, words in terms if sign < 0)
        return value, (added, taken or "0") if added else (f"-({taken})", "0")

    def refuse(self, what: str) -> NoReturn:
        """Refuse what stands at the present position."""
        raise UserError("contrast", f"'{shown_text(self.text)}' at position {self.position} {what}", fix=LANGUAGE)

    def refuse_text(self, what: str) -> NoReturn:
        """Refuse the text as a whole."""
        raise UserError("contrast", f"'{shown_text(self.text)}' {what}", fix=LANGUAGE)

    def skip(self, sign: str) -> bool:
        """Step over spaces and a sign, if it is the next."""
        while self.position < len(self.text) and self.text[self.position].isspace():
            self.position += 1
        if not self.text.startswith(sign, self.position):
            return False
        self.position += len(sign)
        while self.position < len(self.text) and self.text[self.position].isspace():
            self.position += 1
        return True

    def sum(self) -> tuple[Value, list[tuple[int, str]]]:
        """Read `x + y - z`; return its value and the signed words of its terms."""
        sign = -1 if self.skip("-") else 1
        total: Value | None = None
        terms = []
        while True:
            start = self.position
            value = self.product().times(sign)
            terms.append((sign, shown_text(self.text[start : self.position]).strip()))
            if total is not None and (total.vector is None) != (value.vector is None):
                self.refuse_text("adds a number to a group")
            total = value if total is None else total.plus(value)
            if self.skip("+"):
                sign = 1
            elif self.skip("-"):
                sign = -1
            else:
                return total, terms

    def product(self) -> Value:
        """Read `x * y / z`, of which one at most is no plain number."""
        value = self.atom()
        while True:
            if self.skip("*"):
                other = self.atom()
                if value.vector is not None and other.vector is not None:
                    self.refuse_text("multiplies two groups")
                number, of = (other.number, value) if other.vector is None else (value.number, other)
                value = of.times(number)
            elif self.skip("/"):
                other = self.atom()
                if other.vector is not None or other.number == 0:
                    self.refuse_text("divides by something else than a number")
                value = value.times(1.0 / other.number)
            else:
                return value

    def atom(self) -> Value:
        """Read a number, a cell, mean(...), a bracket or a negative of these."""
        if self.skip("-"):
            return self.atom().times(-1.0)
        if self.skip("("):
            return self.bracket()[0]
        if self.text.startswith("mean(", self.position) or self.text.startswith("mean (", self.position):
            self.skip("mean")
            self.skip("(")
            parts = self.bracket()
            value = parts[0]
            for part in parts[1:]:
                value = value.plus(part)
            return value.times(1.0 / len(parts))
        number = self.number()
        return Value(number) if number is not None else self.cell()

    def bracket(self) -> list[Value]:
        """Read the rest of a bracket: one value, or several with commas between."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.refuse("has too many brackets within brackets")
        values = [self.sum()[0]]
        while self.skip(","):
            values.append(self.sum()[0])
        if not self.skip(")"):
            self.refuse("ends where ')' is expected" if self.position >= len(self.text) else "lacks a ')'")
        self.depth -= 1
        return values

    def number(self) -> float | None:
        """Read a number, unless a longer name begins here (8h, 2_weeks)."""
        end = self.position
        while end < len(self.text) and (self.text[end].isdigit() or self.text[end] == "."):
            end += 1
        name = self.known_name(self.names)
        if end == self.position or len(name) > end - self.position:
            return None
        word = self.text[self.position : end]
        if not _is_number(word) or (end < len(self.text) and (self.text[end].isalnum() or self.text[end] == "_")):
            return None
        self.position = end
        return float(word)

    def cell(self) -> Value:
        """Read `level:level`, or the name of a coefficient."""
        places: dict[str, tuple[str, float]] = {}
        while True:
            found = self.place()
            if isinstance(found, int):
                if places or self.text.startswith(":", self.position):
                    self.refuse("joins a coefficient and a level")
                return Value(0.0, np.eye(len(self.design.coefficient_names))[found])
            name, level, place = found
            if name in places:
                self.refuse_text(f"names two levels of {name} in one cell")
            places[name] = (level, place)
            if not self.skip(":"):
                break
        rank = self.coding.formula.variables.index
        cell = tuple((name, places[name][0]) for name in sorted(places, key=rank))
        if not is_in(self.design, cell).any():
            named = " and ".join(f"{name}={level}" for name, level in cell)
            raise UserError("contrast", f"no sample has {named}", fix="name cells that hold samples")
        vector = self.coding.row({name: place for name, (_, place) in places.items()})
        return Value(0.0, vector, {cell: 1.0})

    def place(self) -> tuple[str, str, float] | int:
        """Read a level as (variable, level, position), or a coefficient as its position."""
        name = self.take_name(self.names)
        if (name in self.design.factors or name in self.design.covariates) and self.skip("="):
            return self.level_of(name)
        holders = [factor.name for factor in self.design.factors.values() if name in factor.levels]
        if len(holders) > 1:
            choices = " or ".join(f"{holder}={name}" for holder in holders)
            what = f"'{name}' is a level of {' and of '.join(holders)}"
            raise UserError("contrast", what, fix=f"write {choices}")
        if holders:
            return holders[0], name, float(self.design.factors[holders[0]].levels.index(name))
        if name in self.design.coefficient_names:
            return self.design.coefficient_names.index(name)
        what = f"'{name}' is a variable of the design, not a group of samples"
        if name not in self.design.factors:
            raise UserError("contrast", what, fix=f"name values of it: {name}=1 - {name}=0")
        raise UserError("contrast", what, fix=f"name a level of it: {', '.join(self.design.factors[name].levels)}")

    def level_of(self, name: str) -> tuple[str, str, float]:
        """Read the level after `factor=`, or the value after `covariate=`."""
        if name in self.design.covariates:
            sign = -1.0 if self.skip("-") else 1.0
            number = self.number()
            if number is None:
                self.refuse(f"lacks a number after {name}=")
            return name, f"{sign * number:g}", sign * number
        levels = self.design.factors[name].levels
        level = self.take_name(sorted(levels, key=len, reverse=True), of=name)
        return name, level, float(levels.index(level))

    def known_name(self, names: Sequence[str]) -> str:
        """Return the longest of these names that stands here and ends here, or ""."""
        for name in names:
            end = self.position + len(name)
            if name and self.text.startswith(name, self.position):
                goes_on = end < len(self.text) and (self.text[end].isalnum() or self.text[end] in "_.")
                if not (goes_on and (name[-1].isalnum() or name[-1] in "_.")):
                    return name
        return ""

    def take_name(self, names: Sequence[str], of: str = "") -> str:
        """Step over a name, refusing one that is not known with those that are."""
        if self.text.startswith("`", self.position):
            end = self.text.find("`", self.position + 1)
            name = self.text[self.position + 1 : end] if end > 0 else ""
            if name in names or name in (level for f in self.design.factors.values() for level in f.levels):
                self.position = end + 1
                return name
            self.refuse_unknown(name, names, of)
        name = self.known_name(names)
        if not name:
            self.refuse_unknown(self.word(), names, of)
        self.position += len(name)
        return name

    def word(self) -> str:
        """Return what stands here up to the next sign."""
        end = self.position
        while end < len(self.text) and self.text[end] not in "+*/(),:=`" and not self.text[end].isspace():
            end += 1
        return self.text[self.position : end]

    def refuse_unknown(self, word: str, names: Sequence[str], of: str) -> NoReturn:
        """Refuse a name that the design does not have, listing those that it has."""
        if not word:
            at = "ends where" if self.position >= len(self.text) else f"unexpected '{self.text[self.position]}' where"
            self.refuse(f"{at} a group is expected")
        near = closest_name(word, tuple(names))
        if of:
            what = f"'{word}' is not a level of {of}. Levels: {', '.join(self.design.factors[of].levels)}"
            raise UserError("contrast", what, fix=near or f"name one of the levels of {of}")
        what = f"'{word}' is not a group of the design {self.design.formula}. {known_names(self.design)}"
        raise UserError("contrast", what, fix=near or LANGUAGE)


def known_names(design: Design) -> str:
    """Return the sentence that lists the groups and coefficients that a comparison may name."""
    groups = "; ".join(f"{factor.name}: {', '.join(factor.levels)}" for factor in design.factors.values())
    of_groups = f"Groups are {groups}. " if groups else ""
    return f"{of_groups}Coefficients are {', '.join(design.coefficient_names)}"


def _is_number(text: str) -> bool:
    try:
        return "_" not in text and float(text) - float(text) == 0
    except ValueError:
        return False
