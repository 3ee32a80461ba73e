"""The language of design formulas: names, back-quoted names, + : * - ( ) 0 1 and C(x), and nothing else.

A formula is read by this module alone and never evaluated as code (requirement S16). The result is a list of terms,
each a tuple of variable names; the empty term is the intercept. The operators are those of Wilkinson & Rogers 1973, as
in R.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from heatleaf.errors import UserError

MAX_LENGTH = 500  # characters, requirement S20
MAX_TERMS = 200  # `a * b * c * ...` doubles the terms with each variable
MAX_DEPTH = 20  # brackets within brackets
LANGUAGE = "a formula holds column names, + : * - ( ) 0 1 and C(x); other names go in back-quotes, as in ~ `cell line`"

Term = tuple[str, ...]
INTERCEPT: Term = ()


@dataclass(frozen=True)
class Formula:
    """A formula as terms.

    terms : by number of variables, then as written; INTERCEPT is the first where it is part of the model.
    variables : in the order of their first appearance. forced : variables written as C(x).
    """

    text: str
    terms: tuple[Term, ...]
    variables: tuple[str, ...]
    forced: frozenset[str]


@dataclass(frozen=True)
class _Token:
    kind: str  # "name", "number", "end" or the sign itself
    text: str
    position: int


def quote_name(name: str) -> str:
    """Return a column name as a formula writes it: in back-quotes where it is not a plain name."""
    return name if _name_end(name, 0) == len(name) > 0 and name != "C" else f"`{name}`"


def parse_formula(text: str, *, needs_variable: bool = True) -> Formula:
    """Read a formula.

    Parameters
    ----------
    text : str
        Such as "~ batch + condition"; the "~" may be left out.
    needs_variable : bool
        Whether "~ 1", a formula without any column, is refused.

    Raises
    ------
    UserError
        formula: anything that is not of the language, with the number of characters before the fault.

    Examples
    --------
    >>> parse_formula("~ genotype * time").terms
    ((), ('genotype',), ('time',), ('genotype', 'time'))
    """
    if len(text) > MAX_LENGTH:
        raise UserError("formula", f"the formula has {len(text):,} characters, more than {MAX_LENGTH}")
    return _Parser(text.strip()).parse(needs_variable=needs_variable)


def _name_end(text: str, start: int) -> int:
    """Return where the plain name that begins at `start` ends, or `start` if none begins there."""
    if start >= len(text) or not (text[start].isalpha() or text[start] in "._"):
        return start
    end = start
    while end < len(text) and (text[end].isalnum() or text[end] in "._"):
        end += 1
    return end


def _refuse(text: str, position: int, what: str) -> NoReturn:
    raise UserError("formula", f"{text or 'the formula'} at position {position} {what}", fix=LANGUAGE)


def _tokens(text: str) -> Iterator[_Token]:
    """Cut the text into names, numbers and signs; refuse every other character."""
    position = 0
    while position < len(text):
        sign = text[position]
        end = position + 1
        if sign == "`":
            end = text.find("`", position + 1) + 1
            if end < position + 3:
                _refuse(text, position, "has a back-quote that is not closed or holds no name")
            yield _Token("name", text[position + 1 : end - 1], position)
        elif sign in "~+-:*()":
            yield _Token(sign, sign, position)
        elif sign.isalnum() or sign in "._":
            name_end = _name_end(text, position)
            end = name_end if name_end > position else _number_end(text, position)
            yield _Token("name" if name_end > position else "number", text[position:end], position)
        elif not sign.isspace():
            _refuse(text, position, f"unexpected '{sign}'")
        position = end
    yield _Token("end", "", len(text))


def _number_end(text: str, start: int) -> int:
    """Return the end of a word that begins with a digit; only 0 and 1 alone are allowed."""
    end = start
    while end < len(text) and (text[end].isalnum() or text[end] in "._"):
        end += 1
    if text[start:end] not in ("0", "1"):
        _refuse(text, start, f"unexpected '{text[start:end]}'")
    return end


class _Parser:
    """Recursive descent: sum of products of interactions of names and brackets."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(_tokens(text))
        self.next = 0
        self.depth = 0
        self.variables: dict[str, None] = {}
        self.forced: set[str] = set()

    def parse(self, *, needs_variable: bool) -> Formula:
        self.skip("~")
        terms = self.sum({INTERCEPT: None})
        if self.peek().kind != "end":
            self.unexpected()
        rank = {name: i for i, name in enumerate(self.variables)}
        ordered = sorted((tuple(sorted(term, key=rank.__getitem__)) for term in terms), key=len)
        if not any(ordered) and (needs_variable or not ordered):
            raise UserError("formula", f"{self.text or 'the formula'} names no column", fix=LANGUAGE)
        used = {name for term in ordered for name in term}
        variables = tuple(name for name in self.variables if name in used)
        return Formula(self.text, tuple(ordered), variables, frozenset(self.forced & used))

    def peek(self) -> _Token:
        return self.tokens[self.next]

    def skip(self, kind: str) -> bool:
        """Step over a token of this kind, if it is the next."""
        if self.peek().kind != kind:
            return False
        self.next += 1
        return True

    def unexpected(self) -> NoReturn:
        token = self.peek()
        what = "ends where a column name is expected" if token.kind == "end" else f"unexpected '{token.text}'"
        _refuse(self.text, token.position, what)

    def expect(self, kind: str) -> _Token:
        if self.peek().kind != kind:
            self.unexpected()
        self.next += 1
        return self.tokens[self.next - 1]

    def sum(self, terms: dict[Term, None]) -> dict[Term, None]:
        """Read `x + y - z` into the terms given."""
        removes = self.skip("-")
        while True:
            self.summand(terms, removes=removes)
            self.check_number_of_terms(terms)
            if self.skip("+"):
                removes = False
            elif self.skip("-"):
                removes = True
            else:
                return terms

    def summand(self, terms: dict[Term, None], *, removes: bool) -> None:
        """Read one summand and add its terms, or remove them; 0 and 1 concern the intercept."""
        if self.peek().kind == "number" and not self.depth:
            removes ^= self.expect("number").text == "0"
            summand = {INTERCEPT: None}
        else:
            summand = self.product()
        for term in summand:
            if removes:
                terms.pop(term, None)
            else:
                terms[term] = None

    def product(self) -> dict[Term, None]:
        """Read `x * y`: x, y and x:y."""
        terms = self.interaction()
        while self.skip("*"):
            other = self.interaction()
            terms = terms | other | self.cross(terms, other)
            self.check_number_of_terms(terms)
        return terms

    def interaction(self) -> dict[Term, None]:
        """Read `x:y`."""
        terms = self.atom()
        while self.skip(":"):
            terms = self.cross(terms, self.atom())
            self.check_number_of_terms(terms)
        return terms

    def cross(self, left: dict[Term, None], right: dict[Term, None]) -> dict[Term, None]:
        rank = {name: i for i, name in enumerate(self.variables)}
        return {tuple(sorted({*one, *two}, key=rank.__getitem__)): None for one in left for two in right}

    def check_number_of_terms(self, terms: dict[Term, None]) -> None:
        if len(terms) > MAX_TERMS:
            raise UserError("formula", f"the formula has more than {MAX_TERMS} terms", fix="leave out interactions")

    def atom(self) -> dict[Term, None]:
        """Read a name, C(name) or a bracket."""
        if self.skip("("):
            self.depth += 1
            if self.depth > MAX_DEPTH:
                self.unexpected()
            terms = self.sum({})
            self.expect(")")
            self.depth -= 1
            return terms
        token = self.expect("name")
        if self.peek().kind == "(" and not self.text.startswith("`", token.position):
            return self.call(token)
        self.variables[token.text] = None
        return {(token.text,): None}

    def call(self, token: _Token) -> dict[Term, None]:
        """Read C(name); there is no other function."""
        if token.text != "C":
            self.next -= 1
            self.unexpected()
        self.expect("(")
        name = self.expect("name").text
        self.expect(")")
        self.variables[name] = None
        self.forced.add(name)
        return {(name,): None}
