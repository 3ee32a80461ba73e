"""What an analysis keeps for the next one: each stage is made again only when something that it depends on has changed.

A stage depends on settings, listed here by name, and on what earlier stages made, compared by identity. The values are
the same as those of a fresh analysis, because a stage is a pure function of both; a test watches which settings each
stage reads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar, cast

from heatleaf.analysis.settings import Settings

T = TypeVar("T")

_SETS = ("allow_unmapped", "bias", "gene_sets", "max_set_size", "min_set_size", "seed")
_HEATMAP = (
    "alpha",
    "clusters",
    "limit_quantile",
    "linkage_method",
    "max_memory",
    "metric",
    "palette",
    "remove_batch",
    "row_clustering",
    "seed",
)
# stage -> the settings that it reads
STAGES: Mapping[str, tuple[str, ...]] = {
    "study": ("comparisons", "contrasts", "design", "omnibus", "organism", "reduced", "references", "test"),
    "fit": ("fit_type", "given_size_factors", "size_factors"),
    "tests": ("alpha", "comparisons", "contrasts", "omnibus", "reduced"),
    "opinions": ("second_opinions",),
    "vst": (),
    "shown": ("remove_batch",),
    "tester": _SETS,
    "ranked": ("seed",),
    "heatmap": (*_HEATMAP, "top"),
    "comparisons": _HEATMAP,
    "overview": (),
}


@dataclass(frozen=True, eq=False)
class _Kept:
    asked: tuple[object, ...]
    made_of: tuple[object, ...]
    value: object

    def fits(self, asked: tuple[object, ...], made_of: tuple[object, ...]) -> bool:
        is_same = len(made_of) == len(self.made_of) and all(
            one is other for one, other in zip(made_of, self.made_of, strict=True)
        )
        return is_same and asked == self.asked


class Reuse:
    """The stages of the last analysis.

    made : names of the stages that had to be made, in order, since it was last emptied.
    """

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}
        self.made: list[str] = []

    def take(
        self,
        stage: str,
        settings: Settings,
        made_of: tuple[object, ...],
        make: Callable[[], T],
        *,
        also: tuple[object, ...] = (),
    ) -> T:
        """Return what a stage makes, kept or made now.

        Parameters
        ----------
        stage : str
            A key of `STAGES`.
        made_of : tuple
            What earlier stages made; the same objects mean the same values.
        make : callable
            Makes the stage.
        also : tuple
            Further values on which it depends.
        """
        asked = (*(getattr(settings, name) for name in STAGES[stage]), *also)
        if self.has(stage, settings, made_of, also=also):
            return cast(T, self._kept[stage].value)
        value = make()
        self._kept[stage] = _Kept(asked, made_of, value)
        self.made.append(stage)
        return value

    def has(
        self, stage: str, settings: Settings, made_of: tuple[object, ...], *, also: tuple[object, ...] = ()
    ) -> bool:
        """Tell whether a stage need not be made."""
        asked = (*(getattr(settings, name) for name in STAGES[stage]), *also)
        kept = self._kept.get(stage)
        return kept is not None and kept.fits(asked, made_of)
