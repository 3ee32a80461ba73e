"""Bytes to model and back: the only room that opens the user's files."""

from heatleaf.io.counts_check import check_counts, count_table
from heatleaf.io.options import ReadOptions
from heatleaf.io.tables import read_counts, read_expression

__all__ = ["ReadOptions", "check_counts", "count_table", "read_counts", "read_expression"]
