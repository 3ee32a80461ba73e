"""A small finished analysis made by hand, with hostile names where asked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from heatleaf.analysis.result import Analysis, ComparisonResult, HeatmapResult
from heatleaf.analysis.settings import Settings
from heatleaf.figures.distances.spec import build_distances_spec
from heatleaf.figures.heatmap.spec import ColumnLayout, HeatmapLook, RowFacts, RowLayout, build_heatmap_spec
from heatleaf.figures.ma.spec import build_ma_spec
from heatleaf.figures.pca.spec import build_pca_spec
from heatleaf.figures.volcano.spec import build_volcano_spec
from heatleaf.interpret import (
    ClusterFacts,
    HeatmapFacts,
    MethodFacts,
    agreement_findings,
    arrange_findings,
    caption_distances,
    caption_heatmap_variable,
    caption_ma,
    caption_pca,
    caption_volcano,
    cluster_findings,
    cluster_meanings,
    differential_findings,
    gene_set_findings,
    heatmap_cautions,
    library_findings,
    methods_text,
    separation_findings,
)
from heatleaf.interpret.clusters import make_cards
from heatleaf.interpret.patterns import z_rows
from heatleaf.model import (
    Clusters,
    Contrast,
    CountTable,
    Design,
    DifferentialResult,
    EnrichmentTable,
    Factor,
    Finding,
    SampleSheet,
    SourceFile,
    note,
    warning,
)
from heatleaf.model.gene_sets import ENRICHMENT_COLUMNS

HOSTILE = '<img src=x onerror="alert(1)">'
BREAKOUT = '"></script><script>alert(2)</script>'
FORMULA = '=HYPERLINK("http://evil.example","x")'


@dataclass(frozen=True)
class Study:
    """Counts with a planted effect: the first genes rise in treated, the next fall."""

    counts: CountTable
    sheet: SampleSheet
    vst: np.ndarray
    names: tuple[str, ...]


def make_study(n_genes: int = 400, *, hostile: bool = False, treated: str = "treated") -> Study:
    rng = np.random.default_rng(5)
    mean = np.exp(rng.normal(5, 1.5, n_genes))
    effect = np.zeros(n_genes)
    effect[:40], effect[40:70] = rng.uniform(1, 4, 40), -rng.uniform(1, 3, 30)
    is_treated = np.array([0, 1] * 4)
    donors = np.repeat(rng.normal(0, 0.35, (n_genes, 4)), 2, axis=1)
    expected = mean[:, None] * 2 ** (effect[:, None] * is_treated + donors) * rng.uniform(0.7, 1.4, 8)
    counts = rng.poisson(expected * rng.gamma(20, 1 / 20, expected.shape)).astype(np.int64)
    counts[-10:] = 0
    ids = [f"ENSG{i:011d}" for i in range(n_genes)]
    symbols = [f"GENE{i}" if i % 5 else "" for i in range(n_genes)]
    samples = [f"SRR{1039508 + i}" for i in range(8)]
    if hostile:
        ids[0], symbols[0], ids[1], symbols[1], symbols[2] = HOSTILE, HOSTILE, BREAKOUT, BREAKOUT, FORMULA
        symbols[3], samples[1] = "evil\u202egnp", "<b>s1</b>"
    sheet = SampleSheet(
        tuple(samples),
        {
            "dex": tuple(treated if t else "untreated" for t in is_treated),
            "celltype": tuple(f"N0{6 + i // 2}1011" for i in range(8)),
        },
        source="samples.csv",
    )
    source = SourceFile("counts.tsv", "0" * 64, 1234)
    table = CountTable(tuple(ids), tuple(samples), counts, tuple(symbols), format_name="table", sources=(source,))
    quiet = counts[100 : n_genes - 10]
    factors = np.median(quiet / np.exp(np.log(quiet + 1).mean(axis=1, keepdims=True)), axis=0)
    vst = np.log2(counts / factors + 8)
    return Study(table, sheet, vst, tuple(s or i for s, i in zip(symbols, ids, strict=True)))


def make_result(study: Study, contrast: Contrast, *, nothing: bool = False) -> DifferentialResult:
    values = study.vst
    change = values[:, 1::2].mean(axis=1) - values[:, ::2].mean(axis=1)
    paired = values[:, 1::2] - values[:, ::2]
    error = paired.std(axis=1, ddof=1) / 2 + 0.08
    stat = change / error
    log10_p = -0.4343 * stat**2 / 2 - 0.1
    p_value = 10.0**log10_p
    rank = np.argsort(p_value)
    padj = np.empty_like(p_value)
    padj[rank] = np.minimum.accumulate((p_value[rank] * len(rank) / np.arange(1, len(rank) + 1))[::-1])[::-1].clip(0, 1)
    status = np.full(len(change), "tested", dtype=object)
    silent = study.counts.counts.sum(axis=1) == 0
    for array in (change, error, stat, log10_p, p_value, padj):
        array[silent] = np.nan
    status[silent] = "all_zero"
    padj[100:120] = np.nan
    status[100:120] = "low_mean"
    if nothing:
        padj[:] = np.where(np.isnan(padj), np.nan, 0.9)
    base_mean = study.counts.counts.mean(axis=1)
    blank = ("",) * len(change)
    return DifferentialResult(
        contrast, study.counts.gene_ids, study.counts.gene_symbols, base_mean, change, error, stat, p_value, log10_p,
        padj, change * 0.9, tuple(status), blank, 0.05, 4.2,
    )  # fmt: skip


def make_enrichment(label: str) -> EnrichmentTable:
    rows = [
        ("GO BP", f"GO:{i:07d}", name, 20 - i, 90 + 17 * i, 200, 12438, 9.7 / (i + 1),
         10.0 ** -(11 - i), 10.0 ** -(9 - i), ";".join(f"GENE{j}" for j in range(30 * i + 1, 30 * i + 21 - i)))
        for i, name in enumerate(
            ["response to glucocorticoid", "extracellular matrix organization", "regulation of cell migration",
             "muscle contraction", "response to steroid hormone"]
        )
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(ENRICHMENT_COLUMNS))
    return EnrichmentTable(label, "tested genes in any set (12,438)", frame)


def make_heatmap(
    study: Study, key: str, title: str, enrichment: bool = True
) -> tuple[HeatmapResult, tuple[Finding, ...]]:
    chosen = np.argsort(-study.vst.var(axis=1), kind="stable")[:60]
    values = study.vst[chosen]
    change = values[:, 1::2].mean(axis=1) - values[:, ::2].mean(axis=1)
    labels = np.where(change > 0.5, 1, np.where(change < -0.5, 2, 3))
    order = np.argsort(labels, kind="stable")
    _, labels = np.unique(labels[order], return_inverse=True)
    clusters = Clusters(tuple(study.counts.gene_ids[i] for i in chosen[order]), labels.astype(np.int64) + 1)
    terms = {n: make_enrichment(f"cluster {n}") for n in range(1, clusters.n_clusters + 1)} if enrichment else {}
    facts = ClusterFacts(
        clusters, values[order], [study.names[i] for i in chosen[order]], study.counts.sample_ids, study.sheet, "dex",
        "untreated", terms,
    )  # fmt: skip
    spec = build_heatmap_spec(
        z_rows(values),
        ([study.counts.gene_ids[i] for i in chosen], [study.names[i] for i in chosen], study.counts.sample_ids),
        RowLayout(order, clusters.labels),
        ColumnLayout(("untreated", "treated"), (np.arange(0, 8, 2), np.arange(1, 8, 2)), group_name="dex"),
        facts=RowFacts(mean_log2=values.mean(axis=1), log2_fold_change=change),
        look=HeatmapLook(
            title=title, meanings=cluster_meanings(facts), annotations=(("celltype", study.sheet.columns["celltype"]),)
        ),
    )
    known = HeatmapFacts(
        key, 60, 8, clusters.n_clusters, "correlation", "average", spec.scale.high, spec.scale.share_clipped, "dex"
    )
    caption = caption_heatmap_variable(known)
    return HeatmapResult(key, title, spec, clusters, caption, terms, make_cards(facts)), (
        *cluster_findings(facts),
        *heatmap_cautions(known),
    )


def make_analysis(
    *, hostile: bool = False, nothing: bool = False, tested: str = "treated", n_genes: int = 400, test: bool = True
) -> Analysis:
    study = make_study(n_genes, hostile=hostile, treated=tested)
    contrast = Contrast("dex", tested, "untreated", np.array([0.0, 1.0]))
    result = make_result(study, contrast, nothing=nothing)
    heatmap, told = make_heatmap(study, "heatmap", "The 60 most variable genes")
    enrichment = {"up": make_enrichment("genes up"), "down": make_enrichment("genes down")}
    volcano, ma = build_volcano_spec(result), build_ma_spec(result)
    comparison = ComparisonResult(
        result, volcano, ma, caption_volcano(result), caption_ma(result), None, enrichment, None
    )
    centred = study.vst - study.vst.mean(axis=1, keepdims=True)
    u, s, _ = np.linalg.svd(centred.T, full_matrices=False)
    scores, shares = u * s, s**2 / (s**2).sum()
    distances = np.sqrt(((study.vst.T[:, None] - study.vst.T[None]) ** 2).sum(axis=2))
    factor = Factor("dex", ("untreated", tested), study.sheet.columns["dex"])
    n_called = {"up": int(result.is_up.sum()), "down": int(result.is_down.sum())}
    findings = (
        *differential_findings(result, study.names),
        *told,
        *gene_set_findings(enrichment, contrast, n_called, alpha=0.05),
        *library_findings(study.counts.sample_ids, study.counts.counts.sum(axis=0)),
        *separation_findings(scores, shares, study.sheet, preferred="dex"),
        *agreement_findings(study.counts.sample_ids, np.corrcoef(study.vst.T), study.sheet.columns["dex"]),
    )
    used = frozenset({"differential", "independent_filtering", "shrinkage", "optimal_leaf_order", "enrichment"})
    versions = {"heatleaf": "0.1.0", "numpy": "2.4.6", "python": "3.11.2"}
    resources = ({"name": "Gene Ontology", "release": "2023-01-01", "licence": "CC BY 4.0"},)
    design = Design(
        "~ celltype + dex", study.sheet.sample_ids, {"dex": factor}, {}, np.eye(8)[:, :2], ("Intercept", "dex")
    )
    return Analysis(
        title=f"{tested} vs untreated ({n_genes} genes, 8 samples)",
        settings=Settings(),
        counts=study.counts,
        samples=study.sheet,
        design=design,
        size_factors=np.linspace(0.8, 1.3, 8),
        norm_counts=study.counts.counts / np.linspace(0.8, 1.3, 8),
        vst=study.vst,
        gene_names=study.names,
        organism="human",
        heatmap=heatmap,
        comparisons=(comparison,) if test else (),
        pca=build_pca_spec(scores, shares, study.counts.sample_ids, colour_by=factor),
        pca_caption=caption_pca(500, shares, "dex"),
        distances=build_distances_spec(distances, study.counts.sample_ids, colour_by=factor),
        distances_caption=caption_distances(8),
        findings=arrange_findings(findings),
        messages=(
            note("gene_kind", "gene ids are Ensembl ids of human genes"),
            warning("few_replicates", f"level '{HOSTILE if hostile else 'C'}' has one sample", fix="add samples"),
        ),
        methods=methods_text(
            MethodFacts(versions, n_genes, 8, used, "~ celltype + dex", [contrast.title], resources=resources)
        ),
        versions=versions,
        resources=resources,
    )
