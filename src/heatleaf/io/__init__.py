"""Bytes to model and back: the only room that opens the user's files."""

from heatleaf.io.atomic import OutputFolder, require_target, write_bytes, write_text
from heatleaf.io.cls import read_cls, write_cls
from heatleaf.io.cluster_lists import (
    read_clusters,
    read_gene_lists,
    read_matrix,
    read_memberships,
    write_clusters,
    write_gene_lists,
    write_matrix,
    write_memberships,
)
from heatleaf.io.clustered_folder import export_clustered
from heatleaf.io.counts_check import count_table
from heatleaf.io.gct import read_gct, write_gct
from heatleaf.io.gene_sets import read_gene_list, read_gene_sets
from heatleaf.io.newick import read_newick, write_newick
from heatleaf.io.options import ReadOptions
from heatleaf.io.samples import read_samples
from heatleaf.io.table_writer import write_table
from heatleaf.io.tables import read_counts, read_expression
from heatleaf.io.tree_view import read_tree_view, write_tree_view

__all__ = [
    "OutputFolder",
    "ReadOptions",
    "count_table",
    "export_clustered",
    "read_cls",
    "read_clusters",
    "read_counts",
    "read_expression",
    "read_gct",
    "read_gene_list",
    "read_gene_lists",
    "read_gene_sets",
    "read_matrix",
    "read_memberships",
    "read_newick",
    "read_samples",
    "read_tree_view",
    "require_target",
    "write_bytes",
    "write_cls",
    "write_clusters",
    "write_gct",
    "write_gene_lists",
    "write_matrix",
    "write_memberships",
    "write_newick",
    "write_table",
    "write_text",
    "write_tree_view",
]
