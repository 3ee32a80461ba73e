"""The clustered heatmap: `spec` says what is shown, `layout` where, `draw` puts it on the page.

`spec`, `scale`, `tree` and `marks` are plain values and arithmetic and draw nothing, so that other
renderers show the same orders, colours, cluster names and marked genes.
"""
