"""Figures of gene sets: which stand out, how they hang together, where their genes lie and which genes they are.

`dots`, `clusters`, `map`, `running` and `genes` hold one figure each; `facts` what is known of a set, `keys` the keys
of size and colour, `arrange` places for boxes that must not meet. Places are millimetres from the upper left corner.
"""
