"""Figures: each has a spec (plain values) and a thin renderer that puts marks on a canvas.

`theme` holds type, line and colour; `palettes` the colour maps and the colours of groups; `save` the one way
a figure becomes PDF, SVG and PNG. Numbers come from other rooms.
"""
