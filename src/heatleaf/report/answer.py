"""What the page of the app shows of a result, beside the folder that holds it: sentences, cards, figures, tables."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from heatleaf.analysis.plate import Plate
from heatleaf.analysis.reading import read_heatmap
from heatleaf.analysis.result import Analysis, ComparisonResult, HeatmapResult
from heatleaf.analysis.result_figures import ResultFigures, make_result_figures
from heatleaf.figures.save import IMAGE_FORMATS, PNG_DPI
from heatleaf.interpret.cards import ClusterCard
from heatleaf.interpret.order import ANSWERS, by_question, forbids, is_cluster
from heatleaf.io.atomic import OutputFolder
from heatleaf.model import Finding
from heatleaf.report.command import repeat_command
from heatleaf.report.figures import figure_tasks
from heatleaf.report.folder import write_folder
from heatleaf.report.html import result_facts
from heatleaf.report.names import safe_names
from heatleaf.report.page import MAX_SVG_BYTES, number
from heatleaf.report.python_text import python_text, reading_words
from heatleaf.report.tables import enrichment_rows
from heatleaf.report.written import FolderBefore

FileId = Callable[[str], str]
N_SETS = 40
N_GENES = 500  # genes of a comparison that the page lists; the table holds all
_WHAT = {
    "differential": "test of every gene",
    "enrichment": "gene sets among the genes that differ",
    "gsea": "gene sets along all genes",
    "cluster_enrichment": "gene sets of the clusters",
    "cluster_cards": "what each cluster shows",
    "normalized_counts": "counts over size factors",
    "vst": "variance-stabilised values, log2 scale",
    "size_factors": "size factor of each sample",
    "findings": "the sentences, with the numbers they rest on",
    "gene_ids": "what became of each gene id",
    "power": "what each comparison can find",
    "omnibus": "test of all levels at once",
    "overlap": "genes that comparisons share",
}


def write_answer(
    analysis: Analysis,
    folder: OutputFolder,
    *,
    about: Mapping[str, Any],
    times: Mapping[str, str | float],
    before: FolderBefore | None = None,
) -> dict[str, Any]:
    """Write the folder of an analysis, and return what the page shows of it as JSON values.

    Parameters
    ----------
    about : mapping
        "labels" : path of an input as read -> how the user knows it. "reading" : options of the reader by name.
        "file_id" : path within the folder -> id by which the page asks for the file.
    before : FolderBefore, optional
        Figures and tables of the folder before.

    Raises
    ------
    UserError
        output_write.
    """
    further = make_result_figures(analysis)
    command = shown_command(analysis, about)
    files = write_folder(analysis, folder, command=command, times=times, further=further, before=before)
    names = [path.relative_to(folder.path).as_posix() for path in files]
    safe = safe_names([result.differential.contrast.name for result in analysis.comparisons])
    ids: FileId = about["file_id"]
    return {
        "ok": True,
        **_told(analysis, safe),
        "heatmap": _heatmap(analysis, analysis.heatmap, "heatmap", ids),
        "comparisons": [_comparison(analysis, one, safe, ids) for one in analysis.comparisons],
        "figures": list(_figures(analysis, further, safe, folder.path, ids)),
        "tables": [_table(name, folder.path, ids) for name in names if name.startswith("tables/")],
        "samples": _samples(analysis),
        "groups": _groups(analysis),
        "reading": [{"about": title, "text": text} for title, text in read_heatmap(analysis)],
        "methods": analysis.methods,
        "command": command,
        "python": python_text(analysis, about),
        "messages": [{"level": m.level, "code": m.code, "text": m.text} for m in analysis.messages],
        "versions": dict(sorted(analysis.versions.items())),
        "files": [{"id": ids(name), "name": name, "size": (folder.path / name).stat().st_size} for name in names],
    }


def shown_command(analysis: Analysis, about: Mapping[str, Any]) -> str:
    """Return the command that repeats an analysis, with the files as the user knows them and how they were read."""
    labels = {Path(path).name: label for path, label in about["labels"].items()}
    command = repeat_command(analysis, reading=reading_words(about["reading"]))
    return shlex.join(labels.get(word, word) for word in shlex.split(command))


def _told(analysis: Analysis, safe: Mapping[str, str]) -> dict[str, Any]:
    """Return what is said, in the order of the report: what forbids, the answer, findings by question, cautions."""
    told = [finding for finding in analysis.findings if not is_cluster(finding)]
    lead = next((f for f in told if f.key in ANSWERS), next((f for f in told if not forbids(f)), None))
    rest = [finding for finding in told if finding is not lead and not forbids(finding)]
    question_of = {
        id(finding): question
        for question, found in by_question(f for f in rest if f.level == "finding")
        for finding in found
    }
    return {
        "title": analysis.title,
        "lead": _sentence(lead, "") if lead is not None else None,
        "stops": [_sentence(finding, "") for finding in told if forbids(finding)],
        "findings": [_sentence(finding, question_of.get(id(finding), "")) for finding in rest],
        "facts": [list(fact) for fact in result_facts(analysis)],
    }


def _sentence(finding: Finding, question: str) -> dict[str, str]:
    return {
        "key": finding.key,
        "text": finding.text,
        "level": finding.level,
        "question": question,
        "rests_on": finding.rests_on,
    }


def _heatmap(analysis: Analysis, heatmap: HeatmapResult, name: str, ids: FileId) -> dict[str, Any]:
    return {
        "title": heatmap.title,
        "caption": heatmap.caption,
        "figure": ids(f"figures/{name}.png"),
        "cards": [_card(analysis, heatmap, card) for card in heatmap.cards],
    }


def _card(analysis: Analysis, heatmap: HeatmapResult, card: ClusterCard) -> dict[str, Any]:
    table = heatmap.enrichment.get(card.number)
    return {
        "name": card.name,
        "number": card.number,
        "n_genes": card.n_genes,
        "label": card.label,
        "pattern": card.pattern,
        "leading": list(card.leading),
        "stability": card.stability,
        "verdict": card.verdict,
        "caveats": list(card.caveats),
        "terms": _sets(table, analysis.settings.alpha, 5),
    }


def _sets(table: Any, alpha: float, limit: int) -> list[dict[str, Any]]:
    """Return gene sets as records of strict JSON values."""
    rows = enrichment_rows(table, alpha, limit) if table is not None else []
    return [{key: _plain(value) for key, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, float):
        return number(value, 6)
    return value if isinstance(value, str | int | bool) or value is None else str(value)


def _comparison(
    analysis: Analysis, comparison: ComparisonResult, safe: Mapping[str, str], ids: FileId
) -> dict[str, Any]:
    result, contrast = comparison.differential, comparison.differential.contrast
    name, alpha = safe[contrast.name], analysis.settings.alpha
    ranked = comparison.ranked
    return {
        "name": contrast.name,
        "title": contrast.title,
        "factor": contrast.factor,
        "tested": contrast.tested_level,
        "reference": contrast.reference_level,
        "alpha": result.alpha,
        "n_up": int(result.is_up.sum()),
        "n_down": int(result.is_down.sum()),
        "n_tested": int(np.isfinite(result.padj).sum()),
        "heatmap": None
        if comparison.heatmap is None
        else _heatmap(analysis, comparison.heatmap, f"heatmap_{name}", ids),
        "figures": {kind: ids(f"figures/{kind}_{name}.png") for kind in ("volcano", "ma", "p_values")},
        "table": ids(f"tables/differential_{name}.tsv"),
        "genes": _genes(analysis, comparison),
        "enrichment": {
            **{key: _sets(table, alpha, N_SETS) for key, table in comparison.enrichment.items()},
            "ranked": [] if ranked is None else _ranked(ranked, alpha),
        },
        "universe": next((table.universe_label for table in comparison.enrichment.values()), ""),
    }


def _ranked(frame: Any, alpha: float) -> list[dict[str, Any]]:
    rows = frame[frame["padj"] < alpha].head(N_SETS).to_dict("records")
    return [{str(key): _plain(value) for key, value in row.items()} for row in rows]


def _genes(analysis: Analysis, comparison: ComparisonResult) -> list[list[Any]]:
    """Return the most certain genes: id, name, mean, log2 fold change, shrunken, adjusted p-value."""
    result = comparison.differential
    rows = [int(i) for i in result.rank_order[:N_GENES] if np.isfinite(result.padj[int(i)])]
    return [
        [
            result.gene_ids[i],
            analysis.gene_names[i],
            number(result.base_mean[i], 5),
            number(result.log2_fold_change[i], 5),
            number(result.lfc_shrunken[i], 5),
            number(result.padj[i], 4),
        ]
        for i in rows
    ]


def _figures(
    analysis: Analysis, further: ResultFigures, safe: Mapping[str, str], root: Path, ids: FileId
) -> Iterator[dict[str, Any]]:
    captions = dict(_captions(analysis, further, safe))
    for task in figure_tasks(analysis, further, safe):
        paths = {image_format: f"figures/{task.name}.{image_format}" for image_format in IMAGE_FORMATS}
        is_light = (root / paths["svg"]).stat().st_size <= MAX_SVG_BYTES
        yield {
            "id": ids(paths["png"]),
            "name": task.name,
            "title": task.title,
            "caption": captions.get(task.name, ""),
            "formats": {image_format: ids(path) for image_format, path in paths.items()},
            "image": ids(paths["svg" if is_light else "png"]),
            **_size_in_print(root / paths["png"]),
        }


def _size_in_print(path: Path) -> dict[str, float]:
    """Return the size of a figure in mm, from the header of its PNG, so that the page keeps its place."""
    with path.open("rb") as file:
        header = file.read(24)
    width, height = (int.from_bytes(header[at : at + 4], "big") / PNG_DPI * 25.4 for at in (16, 20))
    return {"width_mm": round(width, 1), "height_mm": round(height, 1)}


def _captions(analysis: Analysis, further: ResultFigures, safe: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the name of each figure and its legend."""
    yield "heatmap", analysis.heatmap.caption
    yield "pca", analysis.pca_caption
    yield "sample_distances", analysis.distances_caption
    plates: list[tuple[str, Plate[Any] | None]] = [
        ("dispersion", further.dispersion),
        ("reads_quality", further.reads.quality if further.reads else None),
        ("reads_samples", further.reads.samples if further.reads else None),
        ("overlap", further.overlap),
        ("term_clusters", further.cluster_terms),
    ]
    own = zip(analysis.comparisons, further.p_values, further.genes, further.terms, strict=True)
    for comparison, p_values, genes, terms in own:
        name = safe[comparison.differential.contrast.name]
        yield f"volcano_{name}", comparison.volcano_caption
        yield f"ma_{name}", comparison.ma_caption
        if comparison.heatmap is not None:
            yield f"heatmap_{name}", comparison.heatmap.caption
        plates += [(f"p_values_{name}", p_values), (f"genes_{name}", genes), (f"terms_{name}", terms.dots)]
        plates += [(f"term_map_{name}", terms.map), (f"term_genes_{name}", terms.genes)]
        plates += [(f"term_running_{name}", terms.running), (f"term_clusters_{name}", terms.clusters)]
    for name, plate in plates:
        if plate is not None:
            yield name, plate.caption


def _table(name: str, root: Path, ids: FileId) -> dict[str, Any]:
    stem = name.removeprefix("tables/").removesuffix(".tsv")
    what = next((_WHAT[kind] for kind in sorted(_WHAT, key=len, reverse=True) if stem.startswith(kind)), "")
    if stem.startswith("heatmap"):
        what = "values of the heatmap as displayed" if stem.endswith("_matrix") else "clusters of the genes displayed"
    n_rows = max((root / name).read_bytes().count(b"\n") - 1, 0)
    return {"id": ids(name), "name": stem, "n_rows": n_rows, "what": what}


def _samples(analysis: Analysis) -> list[dict[str, Any]]:
    columns = analysis.samples.columns if analysis.samples is not None else {}
    counts = analysis.counts.counts
    lib_sizes, detected = counts.sum(axis=0), (counts > 0).sum(axis=0)
    return [
        {
            "sample": sample_id,
            "lib_size": int(lib_sizes[i]),
            "n_detected": int(detected[i]),
            "size_factor": number(float(analysis.size_factors[i]), 6),
            "columns": {name: values[i] for name, values in columns.items()},
        }
        for i, sample_id in enumerate(analysis.counts.sample_ids)
    ]


def _groups(analysis: Analysis) -> dict[str, Any]:
    """Return the groups of the columns with their colours, as in the figures."""
    spec = analysis.heatmap.spec
    blocks: Sequence[Any] = [block for block in spec.column_blocks if block.name]
    return {"name": spec.group_name, "levels": [{"name": block.name, "colour": block.colour} for block in blocks]}
