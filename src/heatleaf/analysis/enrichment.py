"""Gene sets for a study: which collections, under which gene names, against which universe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heatleaf.analysis.call_bias import bias_of_study
from heatleaf.analysis.set_names import settle_names
from heatleaf.analysis.settings import Settings
from heatleaf.analysis.study import Study
from heatleaf.enrich import best_scores, over_represent_lists, ranked_enrichment
from heatleaf.errors import UserError
from heatleaf.io import read_gene_sets
from heatleaf.model import Clusters, DifferentialResult, EnrichmentTable, GeneSetCollection, Message, note, warning
from heatleaf.resources.catalogue import find_collection, refuse_licensed
from heatleaf.resources.gene_sets import gene_sets, has_gene_sets

MIN_RANKED = 100  # ranked enrichment over fewer genes says nothing


def collect_gene_sets(study: Study, settings: Settings) -> tuple[GeneSetCollection, ...]:
    """Return the gene sets that were asked for, else the biological processes of the organism, else nothing."""
    organism = study.identity.organism
    gene_ids = study.counts.gene_ids
    if settings.gene_sets:
        return tuple(read_or_find(path, organism, gene_ids) for path in settings.gene_sets)
    return gene_sets(organism, ("GO:BP",), gene_ids) if organism and has_gene_sets(organism, "GO:BP") else ()


def read_or_find(path: Path, organism: str, gene_ids: Sequence[str]) -> GeneSetCollection:
    """Read a file of gene sets or, where there is no such file, find the collection of this name.

    Raises
    ------
    UserError
        organism: a collection was named, and nothing says of which organism; refusals of files and of `gene_sets`.
    """
    name = collection_asked(path)
    if not name:
        return read_gene_sets(path)
    if not organism:
        what = f"{name} is there for several organisms, and the gene ids do not tell which"
        raise UserError("organism", what, where="--gene-sets", fix="add --organism NAME, such as mouse")
    return gene_sets(organism, (name,), gene_ids)[0]


def collection_asked(path: Path) -> str:
    """Return the collection that stands in the place of a file name; files come first.

    Raises
    ------
    UserError
        resources: the collection may not be handed on.
    """
    if path.exists() or path.suffix or len(path.parts) > 1:
        return ""
    refuse_licensed(str(path))
    return find_collection(str(path))


@dataclass(frozen=True, eq=False)
class GeneSetTester:
    """Tests lists of a study's genes, given by position or id, against its collections.

    names : what each gene is called in the gene sets. universe : whether each gene could have been in a list.
    in_sets : positions of the genes that occur in a set. messages : what was noticed of the sets.
    bias : what tests of lists are corrected for, by name.
    """

    collections: tuple[GeneSetCollection, ...]
    gene_ids: tuple[str, ...]
    names: tuple[str, ...]
    universe: NDArray[np.bool_]
    settings: Settings
    in_sets: frozenset[int] = frozenset()
    messages: tuple[Message, ...] = ()
    bias: Mapping[str, float] | None = None

    @classmethod
    def of(
        cls, study: Study, collections: tuple[GeneSetCollection, ...], universe: NDArray[np.bool_], settings: Settings
    ) -> GeneSetTester:
        """Choose the names that the sets use, ids or symbols; built-in sets without any of the genes are left out.

        Raises
        ------
        UserError
            gene_ids_unmapped: sets were asked for, and fewer than half of the ids are known.
        """
        names = study.gene_names
        gene_ids = study.counts.gene_ids
        if not collections:
            return cls((), gene_ids, names, universe, settings, messages=_tell_no_built_in(study))
        names, collections = settle_names(
            study.audit, names, collections, asked=bool(settings.gene_sets), strict=not settings.allow_unmapped
        )
        ids_used = frozenset(name for collection in collections for name in collection.genes)
        in_sets = frozenset(i for i, name in enumerate(names) if name in ids_used)
        if not in_sets and not settings.gene_sets:
            what = f"none of the {len(names):,} genes occurs in the built-in gene sets; no gene set is tested"
            said = warning("gene_sets_overlap", what, fix="give gene sets of your own with --gene-sets FILE.gmt")
            return cls((), gene_ids, names, universe, settings, messages=(said,))
        bias = bias_of_study(study, names, settings.bias)
        return cls(collections, gene_ids, names, universe, settings, in_sets, bias=bias)

    def members(self, collection: str, set_id: str) -> tuple[str, ...]:
        """Return the genes of a set, named as in the sets."""
        sets = next(one for one in self.collections if one.name == collection)
        start, end = sets.offsets[(at := sets.set_ids.index(set_id)) : at + 2]
        return tuple(sets.genes[i] for i in sets.indices[start:end].tolist())

    def can_test(self, universe: NDArray[np.bool_]) -> bool:
        """Tell whether there is anything to test: sets may fit a table, and yet hold none of its few tested genes."""
        if not self.collections or not universe.any():
            return False
        return not self.in_sets or not self.in_sets.isdisjoint(np.flatnonzero(universe).tolist())

    def test_clusters(self, clusters: Clusters) -> dict[int, EnrichmentTable]:
        """Test each block of a heatmap; the displayed genes belong to the universe."""
        bounds = np.searchsorted(clusters.labels, np.arange(1, clusters.n_clusters + 2)).tolist()
        tables = self.test_blocks(clusters.gene_ids, list(pairwise(bounds)))
        return dict(enumerate(tables, start=1)) if tables else {}

    def test_blocks(
        self, gene_ids: Sequence[str], blocks: Sequence[tuple[int, int]], *, below: float = np.inf
    ) -> list[EnrichmentTable]:
        """Test blocks of displayed genes, each from start to stop - 1; no table where there are no gene sets.

        below : only sets with an adjusted p-value below this get a row.
        """
        rows, universe = self.shown(gene_ids)
        lists = {str(number): rows[start:stop] for number, (start, stop) in enumerate(blocks, start=1)}
        return list(self._test(lists, universe, below).values())

    def shown(self, gene_ids: Sequence[str]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """Return where displayed genes stand in the table, and the universe of lists of them, to which they belong."""
        rows = np.array([self._position[gene_id] for gene_id in gene_ids], dtype=np.intp)
        universe = self.universe.copy()
        universe[rows] = True
        return rows, universe

    def test_directions(self, result: DifferentialResult) -> dict[str, EnrichmentTable]:
        """Test the genes called up and those called down."""
        lists = {"up": np.flatnonzero(result.is_up), "down": np.flatnonzero(result.is_down)}
        return self._test(lists, np.isfinite(result.padj))

    def test_ranked(self, result: DifferentialResult) -> pd.DataFrame | None:
        """Test where gene sets lie among all tested genes ranked by the Wald statistic; None when too few."""
        rows = np.flatnonzero(np.isfinite(result.stat) & np.isfinite(result.padj))
        if not self.collections or len(rows) < MIN_RANKED:
            return None
        scores = best_scores([self.names[i] for i in rows], result.stat[rows])
        rng = np.random.default_rng(self.settings.seed)
        frames = [
            ranked_enrichment(
                scores,
                collection,
                rng=rng,
                min_size=self.settings.min_set_size,
                max_size=self.settings.max_set_size,
            )
            for collection in self.collections
        ]
        return pd.concat(frames, ignore_index=True)

    def _test(
        self, lists: dict[str, NDArray[np.intp]], universe: NDArray[np.bool_], below: float = np.inf
    ) -> dict[str, EnrichmentTable]:
        if not self.can_test(universe):
            return {}
        return over_represent_lists(
            {label: self._named(rows) for label, rows in lists.items()},
            self.collections,
            self._named(np.flatnonzero(universe)),
            bias=self.bias,
            min_size=self.settings.min_set_size,
            max_size=self.settings.max_set_size,
            below=below,
        )

    @cached_property
    def _position(self) -> dict[str, int]:
        return {gene_id: i for i, gene_id in enumerate(self.gene_ids)}

    def _named(self, rows: NDArray[np.intp]) -> Sequence[str]:
        return [self.names[i] for i in rows.tolist()]


def _tell_no_built_in(study: Study) -> tuple[Message, ...]:
    """Say where the organism is known, and has no built-in gene sets."""
    organism = study.identity.organism
    if not organism:
        return ()
    what = f"no gene set is tested: built-in gene sets are for human only, and these genes are of {organism}"
    fix = f"heatleaf resources fetch {organism} (once, over the network), or give --gene-sets FILE.gmt"
    return (note("gene_sets", what, fix=fix),)
