"""report.html: one self-contained page that opens offline, works without script, and loads nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from heatleaf.analysis.reading import read_heatmap
from heatleaf.analysis.result import Analysis
from heatleaf.analysis.result_figures import ResultFigures
from heatleaf.figures.text import visible_text
from heatleaf.interpret.order import ANSWERS, by_question, forbids, is_cluster
from heatleaf.model import Finding
from heatleaf.report import page
from heatleaf.report.methods import text_blocks
from heatleaf.viewer.bundle import content_hash, data_element, joined_style, report_script

if TYPE_CHECKING:
    from jinja2 import Environment


def render_report(analysis: Analysis, images: page.Images, safe: Mapping[str, str], **extra: Any) -> bytes:
    """Return the report as UTF-8 HTML.

    Parameters
    ----------
    images : mapping
        (figure name, format) -> bytes, as `report.drawing.FigureDrawer` returns them.
    safe : mapping
        Name of a comparison -> its name in files.
    **extra
        further : ResultFigures of the analysis. command : str, the command that repeats the analysis.
        files : names of the files of the folder. view : the view document of the analysis.

    Notes
    -----
    Names from the input reach the page through Jinja2's autoescape or as JSON whose `<`, `>` and `&` are escaped; the
    scripts put them into the page as text only (requirement S14). The content security policy allows these scripts
    alone, by their hashes, and forbids every request.
    """
    template = _environment().get_template("report.html")
    view = _view(analysis, images, safe, extra["further"])
    document = data_element("view", extra["view"])
    text = template.render(**view, document=document, command=extra["command"], files=_grouped(extra["files"]))
    return text.encode("utf-8", errors="replace")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("heatleaf.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"signed": page.signed, "p": page.p_text, "mean": page.mean_text, "visible": visible_text}
    environment.filters["resource"] = page.resource_words
    scripts = {"js": _static("report.js"), "viewer_js": report_script()}
    allowed = " ".join(map(content_hash, scripts.values()))
    styles = {"css": _static("report.css"), "viewer_css": joined_style()}
    environment.globals |= {**scripts, **styles, "allowed_scripts": allowed}
    return environment


def _static(name: str) -> str:
    return resources.files("heatleaf.report").joinpath("static", name).read_text(encoding="utf-8")


def _view(analysis: Analysis, images: page.Images, safe: Mapping[str, str], further: ResultFigures) -> dict[str, Any]:
    told = [finding for finding in analysis.findings if not is_cluster(finding)]
    lead = next((f for f in told if f.key in ANSWERS), next((f for f in told if not forbids(f)), None))
    rest = [finding for finding in told if finding is not lead and not forbids(finding)]
    messages = sorted(analysis.messages, key=lambda message: message.level != "warning")
    return {
        "title": analysis.title,
        "facts": result_facts(analysis),
        "stops": [_sentence(finding) for finding in told if forbids(finding)],
        "lead": _sentence(lead) if lead else None,
        "questions": [
            (question, [_sentence(finding) for finding in found])
            for question, found in by_question(f for f in rest if f.level == "finding")
        ],
        "cautions": [_sentence(finding) for finding in rest if finding.level == "caution"],
        "heatmap": page.heatmap_view(analysis, analysis.heatmap, images, "heatmap"),
        "groups": page.group_key(analysis.heatmap),
        "group_name": analysis.heatmap.spec.group_name,
        "comparisons": [
            page.comparison_view(analysis, result, images, safe[result.differential.contrast.name], own)
            for result, *own in zip(analysis.comparisons, further.genes, further.terms, strict=True)
        ],
        "cluster_terms": page.plate_picture(
            images, "term_clusters", "Gene sets against the clusters of the heatmap.", further.cluster_terms
        ),
        "overlap": page.plate_picture(
            images, "overlap", "Genes that comparisons share, as bars over a matrix of dots.", further.overlap
        ),
        "tests": _tests(analysis, images, safe, further),
        "pca": None if analysis.pca is None else _pca(analysis, images),
        "distances": page.picture(
            images, "sample_distances", "Distances between all pairs of samples.", analysis.distances_caption
        ),
        "sheet_columns": list(analysis.samples.columns) if analysis.samples is not None else [],
        "sheet_origin": analysis.samples.origin if analysis.samples is not None else "",
        "samples": page.sample_rows(analysis),
        "reads": _reads(images, further),
        "messages": messages,
        "reading": read_heatmap(analysis),
        "methods": text_blocks(analysis.methods),
        "resources": analysis.resources,
        "versions": dict(sorted(analysis.versions.items())),
    }


def _tests(
    analysis: Analysis, images: page.Images, safe: Mapping[str, str], further: ResultFigures
) -> list[page.Picture]:
    """Collect the figures that tell whether the tests behave: p-values of each comparison, dispersions of the fit."""
    pictures = []
    for comparison, plate in zip(analysis.comparisons, further.p_values, strict=True):
        contrast = comparison.differential.contrast
        alt = f"Histogram of the p-values of {contrast.title}; read in the legend."
        pictures.append(page.picture(images, f"p_values_{safe[contrast.name]}", alt, plate.caption))
    if further.dispersion is not None:
        alt = "Dispersion of each gene against its mean count; read in the legend."
        pictures.append(page.picture(images, "dispersion", alt, further.dispersion.caption))
    return pictures


def _reads(images: page.Images, further: ResultFigures) -> list[page.Picture]:
    """Collect the figures of the reads, where the counts were made of reads here."""
    if further.reads is None:
        return []
    quality = page.plate_picture(
        images, "reads_quality", "Mean quality of the reads by position.", further.reads.quality
    )
    bars = page.plate_picture(
        images, "reads_samples", "Reads of each sample, and those from the transcripts.", further.reads.samples
    )
    return [one for one in (bars, quality) if one is not None]


def _pca(analysis: Analysis, images: page.Images) -> page.Picture:
    alt = "Samples by their first two principal components; what the axes follow is said in the findings."
    return page.picture(images, "pca", alt, analysis.pca_caption)


def result_facts(analysis: Analysis) -> list[tuple[str, str]]:
    """Return what an analysis was of, (name, value) each."""
    counts, design = analysis.counts, analysis.design
    facts = [
        ("genes", f"{counts.n_genes:,}"),
        ("samples", f"{counts.n_samples:,}"),
        ("organism", analysis.organism),
        ("design", design.formula if design is not None else ""),
        ("comparisons", ", ".join(result.differential.contrast.title for result in analysis.comparisons)),
        ("adjusted p-value below", f"{analysis.settings.alpha:g}" if analysis.comparisons else ""),
    ]
    return [(name, value) for name, value in facts if value]


def _sentence(finding: Finding) -> dict[str, str]:
    path = finding.rests_on.split(" (")[0]
    return {
        "text": page.keep_together(finding.text),
        "rests_on": finding.rests_on,
        "path": path if "/" in path or "." in path else "",
    }


def _grouped(files: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Group files by what they are: the documents, the figures by name with their formats, the tables."""
    documents = [name for name in files if "/" not in name]
    folders = sorted({name.split("/")[0] for name in files if "/" in name})
    return [("", documents)] + [(folder, [n for n in files if n.startswith(f"{folder}/")]) for folder in folders]
