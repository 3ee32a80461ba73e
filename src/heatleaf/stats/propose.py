"""A sensible design for a sample sheet that came without one, or the reasons why there is none."""

from __future__ import annotations

import re
from collections import Counter

from heatleaf.model import Factor, Message, Pairing, SampleSheet, note, warning
from heatleaf.stats.coding import Coding
from heatleaf.stats.design import MAX_LEVELS, is_missing
from heatleaf.stats.estimability import aliased_column, determines
from heatleaf.stats.formula import parse_formula, quote_name
from heatleaf.stats.groups import control_likeness, natural_key

MAX_BLOCKS = 2
NEEDS = 'a test needs a column with two or more samples per group; name it: --design "~ COLUMN"'
MIN_RESIDUAL = 2  # degrees of freedom that blocks must leave

_LEADING_TEXT = (
    "condition conditions treatment treatments treat treated group groups dex drug compound perturbation contrast"
)
_TESTED_TEXT = (
    "genotype dose concentration time timepoint day hour hours infection infected virus disease status diagnosis "
    "phenotype stimulation stimulus knockdown kd ko mutation mutant exposure diet response"
)
_BLOCK_TEXT = (
    "batch donor patient subject individual animal mouse litter family pair celltype cell cellline line clone sex "
    "gender study type library librarytype layout platform lane run plate date site center centre strand age "
    "population ethnicity race sequencer flowcell operator lab strain"
)
_IGNORED_TEXT = "replicate replicates rep reps biorep techrep index number id order"
_TECHNICAL_TEXT = (
    "lanes reads read counts count rin size depth mapped mapping rate percent pct ratio bases gc quality yield conc "
    "ng volume reps"
)
_LEADING_WORDS, _TESTED_WORDS, _BLOCK_WORDS, _IGNORED_WORDS, _TECHNICAL_WORDS = (
    frozenset(text.split()) for text in (_LEADING_TEXT, _TESTED_TEXT, _BLOCK_TEXT, _IGNORED_TEXT, _TECHNICAL_TEXT)
)


def propose_design(sheet: SampleSheet, tested: str | None = None) -> tuple[str | None, tuple[Message, ...]]:
    """Choose a design from the columns of a sheet.

    Parameters
    ----------
    sheet : SampleSheet
    tested : str, optional
        The column to be tested where that is known, as from a comparison that was asked for.

    Returns
    -------
    formula : str or None
        "~ factor", or "~ block + factor"; None where no column groups the samples or several could be tested.
    messages : tuple of Message
        design_chosen with the reasons, or no_test with the options to give.

    Notes
    -----
    A column can be used if it has no empty cell, at least two and fewer values than samples, and is not a measurement
    (numbers most of which differ, or a name that tells of sequencing). The tested factor is the only one, or the one
    that leads by its name (condition, treatment ... before genotype, time ...) and by a level that reads like a
    control. The other columns go before it as blocks, known ones (batch, donor, sex ...) first, where they are not
    confounded with what is in the design, have two samples per level on average (or are pairs, most of them whole), and
    leave at least two residual degrees of freedom; two at most.
    """
    candidates = grouping_columns(sheet)
    kept = _without_coarser({name: values for name, values in candidates.items() if name != tested})
    if not kept and tested not in sheet.columns:
        return None, (_no_test(sheet, "no column of the sample sheet groups the samples with replicates"),)
    question = tested if tested in sheet.columns else _choose_tested(kept)
    if question is None:
        return None, (_ambiguous(kept),)
    if _residual(sheet, [question]) < 1:
        return None, (_no_test(sheet, f"{question} leaves no replicates"),)
    names = [*_choose_blocks(sheet, kept, question), question]
    left = [name for name in candidates if name not in names]
    return _formula(sheet, names), (_chosen(sheet, names, left),)


def grouping_columns(sheet: SampleSheet) -> dict[str, tuple[str, ...]]:
    """Return the columns that group the samples, and so may be tested or allowed for."""
    return {name: values for name, values in sheet.columns.items() if _is_candidate(sheet, name)}


def _words(name: str) -> list[str]:
    """Return a name in lower case and its words, so that "CellType", "cell_type" and "cell type" are alike."""
    parts = [part.casefold() for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+|\d+", name)]
    return ["".join(parts), *parts]


def _is_candidate(sheet: SampleSheet, name: str) -> bool:
    """Return whether a column groups the samples."""
    values = sheet.columns[name]
    n_levels = len(set(values))
    if any(is_missing(text) for text in values) or not 1 < n_levels < len(values) or n_levels > MAX_LEVELS:
        return False
    words = _words(name)
    if words[0] in _IGNORED_WORDS or (len(words) == 2 and words[1] in _IGNORED_WORDS):
        return False
    if sheet.numbers(name) is None:
        return True
    return not _TECHNICAL_WORDS & set(words) and 2 * n_levels <= len(values)


def _factor(name: str, values: tuple[str, ...]) -> Factor:
    return Factor(name, tuple(sorted(set(values), key=natural_key)), values)


def _without_coarser(candidates: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Leave out columns that another column of no lower rank determines: of day and infection, day says more.

    Of two columns that say the same the one with the higher score stays, then the first. A column that stands for
    single samples' origin (donor, batch ...) never replaces one that may be tested.
    """
    factors = {name: _factor(name, values) for name, values in candidates.items()}
    dropped: set[str] = set()
    for name, factor in factors.items():
        for other, finer in factors.items():
            if other == name or other in dropped or not determines(finer, factor):
                continue
            is_same = determines(factor, finer)
            better = _score(other, finer.values) - _score(name, factor.values)
            is_later = list(factors).index(other) < list(factors).index(name)
            if (is_same and (better > 0 or (better == 0 and is_later))) or (not is_same and _is_same_role(other, name)):
                dropped.add(name)
    return {name: values for name, values in candidates.items() if name not in dropped}


def _is_same_role(one: str, other: str) -> bool:
    """Return whether both names tell of blocks, or neither does."""
    return _is_block(one) == _is_block(other)


def _is_block(name: str) -> bool:
    words = set(_words(name))
    return bool(_BLOCK_WORDS & words) and not (_TESTED_WORDS | _LEADING_WORDS) & words


def _score(name: str, values: tuple[str, ...]) -> int:
    """Return how much a column reads like what an experiment is about, by name and by a control among its levels."""
    words = set(_words(name))
    by_name = 4 if _LEADING_WORDS & words else 2 if _TESTED_WORDS & words else -2 if _is_block(name) else 0
    levels = set(values)
    if not any(map(control_likeness, levels)):
        return by_name
    return by_name + (2 if len(levels) == 2 else 1)


def _choose_tested(candidates: dict[str, tuple[str, ...]]) -> str | None:
    """Return the only column, or the one that leads, or None."""
    if len(candidates) == 1:
        return next(iter(candidates))
    scores = {name: _score(name, values) for name, values in candidates.items()}
    best = max(scores.values())
    leaders = [name for name, score in scores.items() if score == best]
    return leaders[0] if len(leaders) == 1 and best > -2 else None


def _choose_blocks(sheet: SampleSheet, candidates: dict[str, tuple[str, ...]], tested: str) -> list[str]:
    """Return the columns that go before the tested one."""
    others = sorted((name for name in candidates if name != tested), key=lambda name: not _is_block(name))
    blocks: list[str] = []
    for name in others:
        is_thin = 2 * len(set(candidates[name])) > len(candidates[name])
        if is_thin:
            pairing = pairing_of(sheet.columns[name], sheet.columns[tested], (name, tested))
            is_thin = not (pairing.is_single and is_mostly_whole(pairing))
        if len(blocks) < MAX_BLOCKS and not is_thin and _residual(sheet, [*blocks, name, tested]) >= MIN_RESIDUAL:
            blocks.append(name)
    return [name for name in candidates if name in blocks]


def pairing_of(block: tuple[str, ...], tested: tuple[str, ...], names: tuple[str, str]) -> Pairing:
    """Count which levels of a block were seen under every tested level."""
    cells = Counter(zip(block, tested, strict=True))
    kinds = set(tested)
    levels = sorted(set(block), key=natural_key)
    broken = tuple(level for level in levels if not all(cells[level, kind] for kind in kinds))
    is_single = max(cells.values()) == 1
    return Pairing(*names, len(levels) - len(broken), len(levels), is_single, broken)


def is_mostly_whole(pairing: Pairing) -> bool:
    """Tell whether two or more levels, and most of them, were seen under every tested level."""
    return pairing.n_whole >= 2 and 3 * pairing.n_whole >= 2 * pairing.n_levels


def _formula(sheet: SampleSheet, names: list[str]) -> str:
    quoted = [quote_name(name) for name in names]
    terms = [term if sheet.numbers(name) is None else f"C({term})" for name, term in zip(names, quoted, strict=True)]
    return "~ " + " + ".join(terms)


def _residual(sheet: SampleSheet, names: list[str]) -> int:
    """Return the residual degrees of freedom of a design of factors, or -1 if it is not of full rank."""
    formula = parse_formula(_formula(sheet, names))
    coding = Coding.of(formula, {name: _factor(name, sheet.columns[name]) for name in names}, {})
    matrix = coding.matrix()
    if matrix.shape[1] > matrix.shape[0] or aliased_column(matrix) is not None:
        return -1
    return len(matrix) - len(coding.names)


def _chosen(sheet: SampleSheet, names: list[str], left: list[str]) -> Message:
    """Say which design was chosen and why."""
    *blocks, tested = names
    sizes = Counter(sheet.columns[tested])
    levels = ", ".join(f"{level} ({sizes[level]})" for level in sorted(sizes, key=natural_key))
    why = f"{tested} is tested: {levels}"
    if blocks:
        why += f"; {' and '.join(blocks)} allowed for"
    if left:
        why += f"; not used: {', '.join(left)}"
    return note("design_chosen", f"the design is {_formula(sheet, names)}; {why}", fix="--design for another")


def _no_test(sheet: SampleSheet, reason: str) -> Message:
    columns = ", ".join(sheet.columns) or "none"
    return warning("no_test", f"no differential test: {reason} (columns: {columns})", fix=NEEDS)


def _ambiguous(candidates: dict[str, tuple[str, ...]]) -> Message:
    """Name the columns that could be tested and the options that would decide."""
    names = [quote_name(name) for name in candidates]
    options = " or ".join(f'--design "~ {" + ".join([*(o for o in names[:3] if o != n), n])}"' for n in names[:3])
    what = f"no differential test: {', '.join(candidates)} could each be the question"
    return warning("no_test", what, fix=f"{options} (the last is tested)")
