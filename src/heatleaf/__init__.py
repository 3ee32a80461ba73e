"""Heatleaf."""
