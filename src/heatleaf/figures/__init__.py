"""Figures: each has a spec (plain values, no matplotlib) and a thin renderer (matplotlib).

`theme` holds type, line and colour; `palettes` the colour maps and the colours of groups; `save` the one way
a figure becomes PDF, SVG and PNG. Numbers come from other rooms.
"""
