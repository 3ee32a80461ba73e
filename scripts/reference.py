"""Write docs/reference from the code: commands and options, settings, messages, columns of tables, public names.

`python scripts/reference.py` writes the pages; a test checks that they are what the code says. What a column holds is
written here, and a table with a column that is not described is a fault.
"""

from __future__ import annotations

import argparse
import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path

import numpy as np

PAGES = Path(__file__).parents[1] / "docs" / "reference"
MADE = "<!-- made by scripts/reference.py; change the code, then run it -->"

COLUMNS = {
    "gene_id": "the gene, as named in the count table",
    "gene_symbol": "its symbol, empty where not known",
    "baseMean": "mean of normalised counts over all samples",
    "log2FoldChange": "tested over reference, base 2, maximum likelihood",
    "log2FoldChange_<level>_vs_<reference>": "the same for each level of a variable that was tested at once",
    "lfcSE": "standard error of log2FoldChange",
    "stat": "Wald statistic (log2FoldChange / lfcSE); in omnibus tables twice the difference of log likelihoods",
    "pvalue": "two-sided p-value; of gene sets one-sided; NA where nothing was tested",
    "padj": "p-value adjusted by Benjamini & Hochberg; NA where filtered or not tested",
    "log2FoldChangeShrunken": "fold change shrunken by an adaptive Cauchy prior, for ranking and figures",
    "status": "tested, all_zero, outlier, low_mean or not_converged",
    "note": "why a gene is called, or not, or what became of its id",
    "verdict": "of a gene id: current, former, alias, retired, ambiguous, unknown; of a cluster: how stable it is",
    "collection": "where a gene set comes from, such as GO:BP or the name of a file",
    "set_id": "id of a gene set",
    "set_name": "its name",
    "overlap": "genes of the list in the set",
    "set_size": "genes of the set among those tested",
    "n_genes": "genes in the list, or in the cluster",
    "universe_size": "genes that could have been in the list: in a run, all that were tested",
    "fold_enrichment": "overlap over what chance would give",
    "genes": "the genes of the overlap, by `;`",
    "represented_by": "a better set with much the same genes, or the set itself",
    "stands_for": "how many sets this one represents",
    "direction": "up or down; opposite where comparisons disagree",
    "ES": "enrichment score of ranked genes",
    "NES": "enrichment score over its mean in random sets of the same size",
    "pvalue_error": "relative error of the p-value by its sampling",
    "n_leading": "genes of the leading edge",
    "leading_edge": "the genes that make the score, by `;`",
    "cluster": "number of a cluster, from the top of the heatmap",
    "position": "row in the heatmap, from the top",
    "heatmap": "which heatmap, by its file name",
    "label": "what stands beside the cluster on the figure",
    "pattern": "what the genes of a cluster do, in words",
    "follows": "the variable that the pattern follows",
    "median_log2": "median change of the cluster's genes, log2 units",
    "stability": "mean Jaccard similarity of the cluster in redrawn data, 0 to 1",
    "leading_genes": "genes nearest to the middle of the cluster, by `;`",
    "gene_sets": "sets over-represented in the cluster, by `;`",
    "gene_sets_padj": "their adjusted p-values, by `;`",
    "caveats": "what must not be concluded of the cluster",
    "number": "order of a finding",
    "topic": "what a finding is about",
    "level": "finding, or caution for what must not be concluded",
    "text": "the sentence",
    "numbers": "the numbers it states, as `name=value`",
    "rests_on": "the file that shows it",
    "key": "a name of the finding that does not change between runs",
    "comparison": "tested against reference, in words",
    "comparisons": "the comparisons in which a gene is called, in words",
    "intersection": "number of a set of comparisons, largest first",
    "samples_per_group": "samples per group, as they are",
    "pvalue_called": "largest p-value that was called",
    "mean_count": "expression level, in normalised counts",
    "dispersion": "usual dispersion at that level",
    "smallest_fold_change": "smallest fold change found with a power of 80 %",
    "samples_per_group_for_twofold": "samples per group with which a two-fold change is found",
    "sample": "sample",
    "library_size": "sum of its counts",
    "size_factor": "what its counts are divided by",
    "<sample>": "one column per sample: z-scores as displayed, normalised counts, or VST values",
    "pvalue_voom": "p-value by voom, moderated t-statistics",
    "padj_voom": "the same, adjusted",
    "pvalue_ql": "p-value by quasi-likelihood F-tests",
    "padj_ql": "the same, adjusted",
    "called": "whether the gene is called by the Wald test",
    "called_voom": "whether voom calls it",
    "called_ql": "whether quasi-likelihood calls it",
    "refits": "fits without one sample each",
    "refits_calling": "in how many of them the gene is called",
    "no_longer_called": "genes called with this sample and not without it",
    "newly_called": "genes called without this sample and not with it",
    "made_by_it_alone": "genes that only this sample makes called",
    "unmade_by_it_alone": "genes that only this sample keeps from being called",
}


def main() -> None:
    from heatleaf.io import write_text

    for name, text in pages().items():
        write_text(PAGES / name, text)


def pages() -> dict[str, str]:
    """Return file name -> text of each page."""
    made = {
        "commands.md": command_page(),
        "settings.md": settings_page(),
        "messages.md": message_page(),
        "tables.md": table_page(),
        "python.md": python_page(),
    }
    return {name: f"{text.rstrip()}\n\n{MADE}\n" for name, text in made.items()}


def cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def subparsers() -> Mapping[str, argparse.ArgumentParser]:
    """Return name -> parser of each command."""
    from heatleaf.cli import make_parser

    (commands,) = (action for action in make_parser()._actions if isinstance(action, argparse._SubParsersAction))
    return commands.choices


def option_rows(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        if action.dest == "help":
            continue
        if isinstance(action, argparse._SubParsersAction):
            for choice, sub in action.choices.items():
                yield f"| `{choice}` | {cell(sub.description or '')} |"
                yield from (row.replace("| `", f"| `{choice} ", 1) for row in option_rows(sub))
            continue
        shown = action.metavar or ("|".join(map(str, action.choices)) if action.choices else action.dest.upper())
        value = " ".join(shown) if isinstance(shown, tuple) else str(shown)
        names = ", ".join(action.option_strings) or value
        takes = f" {value}" if action.option_strings and action.nargs != 0 else ""
        yield f"| `{cell(names + takes)}` | {cell((action.help or '') % vars(action))} |"


def command_page() -> str:
    lines = ["# Commands", "", "Exit codes: 0 done, 1 the input was refused, 2 wrong usage, 130 interrupted.", ""]
    for name, parser in subparsers().items():
        lines += [f"## heatleaf {name}", "", cell(parser.description or ""), "", "| | |", "|---|---|"]
        lines += [*option_rows(parser), ""]
    return "\n".join(lines)


def settings_page() -> str:
    """Tell each setting with its default and what the docstring says of it."""
    from heatleaf.analysis.settings import Settings

    text = " ".join(inspect.cleandoc(Settings.__doc__ or "").split())
    lines = ["# Settings", "", "`heatleaf.Settings`, the only defaults; run.json holds those of a run.", "", text, ""]
    lines += ["| setting | default |", "|---|---|"]
    lines += [f"| `{field.name}` | `{field.default!r}` |" for field in fields(Settings)]
    return "\n".join(lines)


def message_page() -> str:
    from heatleaf.errors import CATALOGUE

    lines = [
        "# Messages",
        "",
        "Every refusal, warning and note has a code: `heatleaf: error [code] where: what. Fix: what to do.` A refusal",
        "ends with exit code 1 and writes nothing. The ids are those of [requirements.md](../requirements.md).",
        "",
        "| code | requirements | what it is about |",
        "|---|---|---|",
    ]
    for code, about in CATALOGUE.items():
        ids = re.match(r"(?:[RSBN]\d+ )*", about)
        named = ids[0].strip() if ids else ""
        lines.append(f"| `{code}` | {named} | {cell(about[len(named) :])} |")
    return "\n".join(lines)


def table_page() -> str:
    lines = [
        "# Tables",
        "",
        "Tab-separated, UTF-8, a header, `NA` where a value is missing; numbers have the fewest digits that give the",
        "same number back. results.xlsx holds the same tables, texts marked so that no cell becomes a formula.",
        "",
        "| table | what it holds | columns |",
        "|---|---|---|",
    ]
    shown = dict.fromkeys(COLUMNS, False)
    for name, title, columns in example_tables():
        named = list(dict.fromkeys(column_key(column) for column in columns))
        shown |= dict.fromkeys(named, True)
        lines.append(f"| `{name}.tsv` | {cell(title)} | {', '.join(f'`{column}`' for column in named)} |")
    lines += ["", "| column | what it holds |", "|---|---|"]
    lines += [f"| `{name}` | {cell(COLUMNS[name])} |" for name, is_shown in shown.items() if is_shown]
    return "\n".join(lines)


def column_key(column: str) -> str:
    """Return the name under which a column is described."""
    if re.fullmatch(r"[abc]_\d", column):
        return "<sample>"
    if re.fullmatch(r"log2FoldChange_group_\w+_vs_\w+", column):
        return "log2FoldChange_<level>_vs_<reference>"
    if column not in COLUMNS:
        raise KeyError(f"scripts/reference.py does not say what the column {column!r} holds")
    return column


def example_tables() -> Iterator[tuple[str, str, list[str]]]:
    """Yield name, title and columns of each table of a small study that makes them all."""
    import pandas as pd

    from heatleaf.analysis.result_figures import make_result_figures
    from heatleaf.analysis.run import analyse
    from heatleaf.analysis.settings import Settings
    from heatleaf.report.names import safe_names
    from heatleaf.report.overlap import overlap_tables
    from heatleaf.report.tables import folder_tables
    from heatleaf.resources import demo_study

    genes = demo_study().counts.gene_ids[:600]
    names = [f"{group}_{i}" for group in "abc" for i in (1, 2, 3)]
    rng = np.random.default_rng(1)
    mean = rng.lognormal(5, 1, (600, 1)) * np.where((np.arange(600) < 90)[:, None] & (np.arange(9) > 2), 4, 1)
    counts = pd.DataFrame(rng.negative_binomial(20, 20 / (20 + mean)), list(genes), names)
    samples = pd.DataFrame({"group": [name[0] for name in names]}, names)
    contrasts = (("group", "b", "a"), ("group", "c", "a"))
    settings = Settings(contrasts=contrasts, omnibus=("group",), second_opinions=True, organism="human")
    analysis = analyse(counts, samples, settings)
    safe = safe_names([result.differential.contrast.name for result in analysis.comparisons])
    told = set()
    for table in (*folder_tables(analysis, safe), *overlap_tables(analysis, make_result_figures(analysis))):
        name = re.sub(r"group_[bc]_vs_a", "<comparison>", table.name).replace("omnibus_group", "omnibus_<variable>")
        if name not in told:
            told.add(name)
            about = table.title.rpartition(": ")[2] if "heatmap" in name or "cluster_e" in name else table.title
            yield name, re.sub(r"[bc] vs a", "a comparison", about), list(table.columns)


def python_page() -> str:
    import heatleaf

    lines = ["# Python", "", "`import heatleaf` offers these names; `help(name)` tells more.", ""]
    for name in heatleaf.__all__:
        known = getattr(heatleaf, name)
        summary = (inspect.getdoc(known) or "").split("\n\n")[0]
        parameters = f"({', '.join(inspect.signature(known).parameters)})" if inspect.isfunction(known) else ""
        lines += [f"## `{name}{parameters}`", "", " ".join(summary.split()), ""]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
