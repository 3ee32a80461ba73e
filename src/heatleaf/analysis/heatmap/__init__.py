"""One heatmap of any expression table.

`builder` is the door, `request` what is asked, `make` the way from a table to what is drawn.
"""
