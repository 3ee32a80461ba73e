"""The output folder of an analysis: report, workbook, run.json, methods, figures, tables (design.md, section 3)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from heatleaf.analysis.result import Analysis
from heatleaf.analysis.result_figures import ResultFigures, make_result_figures
from heatleaf.analysis.views import view_of_analysis
from heatleaf.io.atomic import OutputFolder, write_bytes, write_files
from heatleaf.io.old_results import find_old_results, remove_old_results, tell_old_results
from heatleaf.model import Finding, Message
from heatleaf.report.command import repeat_command
from heatleaf.report.drawing import FigureDrawer
from heatleaf.report.figures import figure_tasks
from heatleaf.report.html import render_report
from heatleaf.report.names import name_messages, safe_names
from heatleaf.report.overlap import overlap_tables
from heatleaf.report.page import Images
from heatleaf.report.run_json import InputFile, RunFacts, run_record, settings_files
from heatleaf.report.tables import OutputTable, folder_tables
from heatleaf.report.written import FolderBefore


def write_folder(
    analysis: Analysis,
    folder: OutputFolder | Path,
    *,
    command: str = "",
    times: Mapping[str, str | float] | None = None,
    inputs: Sequence[InputFile] = (),
    further: ResultFigures | None = None,
    before: FolderBefore | None = None,
) -> tuple[Path, ...]:
    """Write an analysis as the folder of design.md, section 3, and return its files.

    Parameters
    ----------
    folder : OutputFolder or Path
        Where to write; it exists. Each file appears complete or not at all; run.json is the last. Then figures and
        tables that the earlier run.json lists and this run does not make are removed, and its messages tell it.
    command : str
        The command that repeats the analysis; by default made from its settings.
    times : mapping
        Clock times and durations for run.json, the only file whose bytes differ between two runs (requirement R7).
    inputs : sequence of (role, path)
        Files that were read besides counts, samples and those of the settings, such as a table of transcripts.
    further : ResultFigures, optional
        Of this analysis, for a caller that has them.
    before : FolderBefore, optional
        Figures and tables of the folder before, for a caller that writes one after the other.

    Raises
    ------
    UserError
        output_write, when a file cannot be written.
    """
    root = folder if isinstance(folder, Path) else folder.path
    safe = safe_names([result.differential.contrast.name for result in analysis.comparisons])
    own = () if isinstance(folder, Path) else folder.messages
    analysis = _with_file_names(analysis, safe)
    command = command or repeat_command(analysis)
    further = further or make_result_figures(analysis)
    tables = [*folder_tables(analysis, safe), *overlap_tables(analysis, further)]
    tasks, before = list(figure_tasks(analysis, further, safe)), before or FolderBefore()
    drawer = FigureDrawer(before.figures.missing(tasks))
    workbook = before.tables.workbook(tables, analysis.title)
    documents = {"methods.md": analysis.methods.encode(), "results.xlsx": workbook}
    texts = {f"tables/{name}.tsv": text for name, text in before.tables.texts(tables).items()}
    write_files({root / name: text for name, text in texts.items()})
    view = view_of_analysis(analysis)  # while a second process draws
    images = before.figures.complete(tasks, drawer.images())
    names = _file_names(tables, images)
    documents |= {f"figures/{name}.{image_format}": data for (name, image_format), data in images.items()}
    documents["report.html"] = render_report(
        analysis, images, safe, further=further, command=command, files=names, view=view
    )
    old = find_old_results(root, names)
    told = tell_old_results(old)
    record = _with_messages(analysis, (*own, *told))
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in (texts | documents).items()}
    about = RunFacts(command, times or {}, hashes, (*settings_files(analysis.settings), *inputs))
    write_files({root / name: data for name, data in documents.items()})
    write_bytes(root / "run.json", run_record(record, about, safe=safe))
    remove_old_results(root, old)
    if isinstance(folder, OutputFolder):
        folder.messages += told
    return tuple(root / name for name in names)


def _with_messages(analysis: Analysis, told: Sequence[Message]) -> Analysis:
    """Add messages of the folder for run.json alone: the report does not depend on what was in it (requirement R7)."""
    return replace(analysis, messages=(*analysis.messages, *told))


def _with_file_names(analysis: Analysis, safe: Mapping[str, str]) -> Analysis:
    """Let findings point to the files as they are named, and say which names were changed."""
    findings = tuple(_renamed(finding, safe) for finding in analysis.findings)
    return replace(analysis, findings=findings, messages=(*analysis.messages, *name_messages(safe)))


def _renamed(finding: Finding, safe: Mapping[str, str]) -> Finding:
    path = finding.rests_on
    for name in sorted(safe, key=len, reverse=True):
        if name in path and name != safe[name]:
            return replace(finding, rests_on=path.replace(name, safe[name]))
    return finding


def _file_names(tables: Sequence[OutputTable], images: Images) -> list[str]:
    documents = ["report.html", "results.xlsx", "methods.md", "run.json"]
    figures = [f"figures/{name}.{image_format}" for name, image_format in images]
    return documents + figures + [f"tables/{table.name}.tsv" for table in tables]
