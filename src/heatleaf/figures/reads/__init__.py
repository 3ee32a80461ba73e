"""Figures of the check of the reads: quality by position, and what becomes of the reads of each sample."""
