"""Bytes to model and back: the only room that opens the user's files."""

from heatleaf.io.atomic import OutputFolder, require_target, write_bytes, write_text
from heatleaf.io.counts_check import count_table
from heatleaf.io.gene_sets import read_gene_list, read_gene_sets
from heatleaf.io.options import ReadOptions
from heatleaf.io.samples import read_samples
from heatleaf.io.table_writer import write_table
from heatleaf.io.tables import read_counts, read_expression

__all__ = [
    "OutputFolder",
    "ReadOptions",
    "count_table",
    "read_counts",
    "read_expression",
    "read_gene_list",
    "read_gene_sets",
    "read_samples",
    "require_target",
    "write_bytes",
    "write_table",
    "write_text",
]
