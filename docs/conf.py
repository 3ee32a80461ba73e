"""The pages of docs as a site: `make docs` builds it, and any warning is an error."""

from importlib import metadata

project = "Heatleaf"
author = "the Heatleaf developers"
release = version = metadata.version("heatleaf")
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
nitpicky = True
myst_heading_anchors = 6  # links to headings, as on the pages of a repository
html_theme = "furo"
html_title = f"Heatleaf {release}"
html_copy_source = False
html_show_copyright = False
