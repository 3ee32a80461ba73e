"""One HTML file that holds the viewer and a view document: it opens offline and makes no request."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from html import escape
from importlib import resources

from heatleaf.viewer.encode import pack, short_text
from heatleaf.viewer.modules import join_modules

PAGE, REPORT, WIDGET = "boot.js", "report_boot.js", "widget.js"
_WORTH_PACKING = 0.97  # of the length
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{css}</style>
</head>
<body class="hl-page">
<main id="heatleaf"><noscript>{noscript}</noscript></main>
{data}
<script type="module">{script}</script>
</body>
</html>
"""


def make_page(document: Mapping[str, object], summary: str) -> bytes:
    """Return a view document with the viewer as one HTML file.

    Parameters
    ----------
    document : as analysis.views makes it; names in it reach the page as data and never as markup (requirement S14).
    summary : a sentence for readers whose browser runs no script.
    """
    css, script = joined_style(), f"{joined_modules(PAGE)}bootPage();"
    page = _PAGE.format(
        policy=content_policy([script], [css]),
        title=escape(str(document["title"])),
        css=css,
        noscript=escape(summary),
        data=data_element("heatleaf-view", document),
        script=script,
    )
    return page.encode("utf-8", errors="replace")


def data_element(element_id: str, document: Mapping[str, object]) -> str:
    """Write a document as an element that is no script: base64 of compressed JSON, or JSON where that is as short.

    The cells of large matrices are compressed already; a second time would cost the reader a second and save nothing.
    """
    text = short_text(document)
    packed = base64.b64encode(pack(text.encode("ascii"))).decode("ascii")
    if len(packed) < _WORTH_PACKING * len(text):
        return f'<script type="application/octet-stream" id="{element_id}">{packed}</script>'
    inert = text.replace("<", "\\u003c")
    return f'<script type="application/json" id="{element_id}">{inert}</script>'


def content_policy(scripts: list[str], styles: list[str]) -> str:
    """Return a content security policy under which these inline texts run and nothing is requested."""
    script, style = (" ".join(map(content_hash, texts)) for texts in (scripts, styles))
    return (
        f"default-src 'none'; script-src {script}; style-src {style}; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def content_hash(text: str) -> str:
    """Return the source expression that allows one inline text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}'"


def report_script() -> str:
    """Return the script that starts the viewer in the report, in the element "viewer" from the document "view"."""
    return f"{joined_modules(REPORT)}bootReport();"


def notebook_module() -> str:
    """Return the viewer as one module for anywidget."""
    return f"{joined_modules(WIDGET)}export default {{ render: renderWidget }};\n"


@cache
def joined_modules(entry: str) -> str:
    """Return a module of the viewer and all that it imports as one text."""
    return join_modules(_read_static(".js"), entry)


@cache
def joined_style() -> str:
    """Return the styles of the viewer as one text."""
    return "".join(text for _, text in sorted(_read_static(".css").items()))


def _read_static(ending: str) -> dict[str, str]:
    folder = resources.files("heatleaf.viewer").joinpath("static")
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir() if path.name.endswith(ending)}
