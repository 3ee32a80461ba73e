"""The browser heatmap: plain ES modules that draw a heatmap spec, and what brings them and their data into one file."""
