"""The demonstration study: counts simulated at run time, with four planted programmes, and the truth about them.

Gene symbols and programmes are real, everything else is made: no measurement of anyone is in it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from heatleaf.model import CountTable, SampleSheet
from heatleaf.resources.builtin import builtin_file
from heatleaf.resources.gene_sets import builtin_gene_sets
from heatleaf.resources.gene_tables import gene_table

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class PlantedEffect:
    """What was planted in one gene: its programme (a GO id, or "scattered") and its log2 fold change."""

    programme: str
    log2_fold_change: float


@dataclass(frozen=True, eq=False)
class DemoStudy:
    """A simulated study of six samples.

    truth : planted effect by gene symbol; all other genes do not respond.
    description : what it is, in words that say that it is simulated.
    """

    counts: CountTable
    samples: SampleSheet
    description: str
    truth: Mapping[str, PlantedEffect] = field(default_factory=dict)

    @property
    def counts_text(self) -> str:
        """The counts as a tab-separated table."""
        rows = zip(self.counts.gene_ids, self.counts.counts.tolist(), strict=True)
        header = "\t".join(["gene", *self.counts.sample_ids])
        return header + "\n" + "".join("\t".join([gene, *map(str, row)]) + "\n" for gene, row in rows)

    @property
    def samples_text(self) -> str:
        """The sample sheet as a tab-separated table."""
        header = "\t".join(["sample", *self.samples.columns])
        rows = zip(self.samples.sample_ids, *self.samples.columns.values(), strict=True)
        return header + "\n" + "".join("\t".join(row) + "\n" for row in rows)


@cache
def demo_study() -> DemoStudy:
    """Simulate the demonstration study; always the same.

    Returns
    -------
    DemoStudy
        About 12,000 human genes by symbol; sample1-3 control, sample4-6 treated.

    Notes
    -----
    Negative binomial counts with a dispersion that falls with the mean (Love, Huber & Anders 2014, eq. 6) and scatters
    log-normally. Four real GO terms are planted in part of their members, with an effect of its own for each gene; in
    three of them one treated sample responds by half, so that the heatmap has blocks to tell apart.
    sample2 was "sequenced" less deeply than the others.

    Examples
    --------
    >>> demo_study().samples.columns["condition"]
    ('control', 'control', 'control', 'treated', 'treated', 'treated')
    """
    settings = json.loads(builtin_file("demo.json").read_text(encoding="utf-8"))
    rng = np.random.default_rng(settings["seed"])
    programmes = _choose_members(settings, rng)
    genes, base_mean = _choose_genes(settings, programmes, rng)
    truth, log2_effect = _plant(settings, programmes, genes, rng)
    counts = _draw_counts(settings, base_mean, log2_effect, rng)
    samples = settings["samples"]
    conditions = tuple(sample["condition"] for sample in samples.values())
    return DemoStudy(
        CountTable(tuple(genes), tuple(samples), counts, tuple(genes), format_name="simulated counts"),
        SampleSheet(tuple(samples), {"condition": conditions}, source="simulated"),
        _describe(settings, len(genes)),
        MappingProxyType(truth),
    )


def _symbols(biotype: str) -> set[str]:
    """Symbols of one biotype that are names of genes rather than of clones (which carry a dot)."""
    table = gene_table("human")
    named = zip(table.symbols, table.biotypes, strict=True)
    return {symbol for symbol, kind in named if kind == biotype and symbol and "." not in symbol}


def _choose_members(settings: Mapping[str, Any], rng: np.random.Generator) -> dict[str, list[str]]:
    """Choose the responding genes of each programme; a gene of several terms belongs to the first."""
    collection = builtin_gene_sets("human", "GO:BP")
    members = dict(zip(collection.set_ids, collection.members, strict=True))
    coding = _symbols("protein_coding")
    taken: set[str] = set()
    chosen = {}
    for programme in settings["programmes"]:
        free = sorted((set(members[programme["set_id"]]) & coding) - taken)
        n_genes = min(programme["n_genes"], round(programme["share"] * len(free)))
        chosen[programme["set_id"]] = sorted(rng.choice(free, n_genes, replace=False).tolist())
        taken |= set(chosen[programme["set_id"]])
    return chosen


def _choose_genes(
    settings: Mapping[str, Any], programmes: Mapping[str, Sequence[str]], rng: np.random.Generator
) -> tuple[list[str], FloatArray]:
    """Choose the genes of the study and the mean count of each, in the order of their symbols."""
    planted = sorted(gene for genes in programmes.values() for gene in genes)
    shape = settings["programme_mean_log2"]
    log2_mean = dict(zip(planted, rng.normal(shape["mean"], shape["sd"], len(planted)).tolist(), strict=True))
    for biotype, wanted in settings["genes"].items():
        n_planted = len(planted) if biotype == "protein_coding" else 0
        free = sorted(_symbols(biotype) - set(log2_mean))
        chosen = rng.choice(free, wanted["n_genes"] - n_planted, replace=False).tolist()
        drawn = rng.normal(wanted["mean_log2"], wanted["sd_log2"], len(chosen)).tolist()
        log2_mean.update(zip(chosen, drawn, strict=True))
    genes = sorted(log2_mean)
    return genes, np.exp2([log2_mean[gene] for gene in genes])


def _plant(
    settings: Mapping[str, Any],
    programmes: Mapping[str, Sequence[str]],
    genes: Sequence[str],
    rng: np.random.Generator,
) -> tuple[dict[str, PlantedEffect], FloatArray]:
    """Plant effects; return the truth and the log2 changes, of shape (n_genes, n_samples)."""
    row = {gene: i for i, gene in enumerate(genes)}
    is_treated = [sample["condition"] == "treated" for sample in settings["samples"].values()]
    log2_effect = np.zeros((len(genes), len(is_treated)))
    truth = {}
    for programme in settings["programmes"]:
        effects = rng.normal(programme["log2_fold_change"], programme["sd"], len(programmes[programme["set_id"]]))
        for gene, effect in zip(programmes[programme["set_id"]], effects.tolist(), strict=True):
            truth[gene] = PlantedEffect(programme["set_id"], effect)
            log2_effect[row[gene], is_treated] = effect * np.array(programme["response"])
    scattered = settings["scattered"]
    free = [gene for gene in genes if gene not in truth]
    for gene in rng.choice(free, scattered["n_genes"], replace=False).tolist():
        effect = rng.choice([-1, 1]) * rng.normal(scattered["log2_fold_change"], scattered["sd"])
        truth[gene] = PlantedEffect("scattered", float(effect))
        log2_effect[row[gene], is_treated] = effect
    return truth, log2_effect


def _draw_counts(
    settings: Mapping[str, Any], base_mean: FloatArray, log2_effect: FloatArray, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Draw negative binomial counts of shape (n_genes, n_samples)."""
    lib_size = np.array([sample["lib_size"] for sample in settings["samples"].values()], dtype=np.float64)
    share = base_mean / base_mean.sum()
    mean = share[:, np.newaxis] * lib_size * np.exp2(log2_effect)
    shape = settings["dispersion"]
    scatter = np.exp(rng.normal(0.0, shape["sd_log"], len(base_mean)))
    dispersion = (shape["smallest"] + shape["per_mean"] / (base_mean + 1.0)) * scatter
    size = 1.0 / dispersion[:, np.newaxis]
    counts: NDArray[np.int64] = rng.negative_binomial(size, size / (size + mean)).astype(np.int64)
    return counts


def _describe(settings: Mapping[str, Any], n_genes: int) -> str:
    """Say what the study is, and that it is simulated."""
    collection = builtin_gene_sets("human", "GO:BP")
    name_of = dict(zip(collection.set_ids, collection.set_names, strict=True))
    planted = [
        f"{name_of[programme['set_id']]} {'up' if programme['log2_fold_change'] > 0 else 'down'}"
        for programme in settings["programmes"]
    ]
    return (
        f"Simulated demonstration data: {n_genes:,} real human gene names with made counts, three control and three "
        f"treated samples. Planted in the treated samples: {', '.join(planted)}, and "
        f"{settings['scattered']['n_genes']} scattered genes. It shows what the program does, not biology."
    )
