"""How the documentation is built."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util.matching import patfilter

from trueline import __version__

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))
from generate import write_reference

write_reference(Path(__file__).parent / "reference")

project = "Trueline"
author = "The Trueline contributors"
copyright = "2026, The Trueline contributors"
version = release = __version__

extensions = ["myst_nb"]  # reads MyST pages, and runs those that are notebooks
source_suffix = {".md": "myst-nb"}
exclude_patterns = ["_build"]
nitpicky = True

# Formulas are written as text: the usual way to typeset them fetches a script from another host.
myst_enable_extensions = ["colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 4

# A notebook runs each time the pages are built; a cell that fails stops the build.
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 300

html_theme = "furo"
html_title = f"Trueline {__version__}"
html_static_path = ["static"]
html_css_files = ["tables.css"]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False

TOCTREE = re.compile(r"^```\{toctree\}\n(?P<body>.*?)^```\n", re.MULTILINE | re.DOTALL)


def leave_out_what_is_not_written(app: Sphinx, docname: str, content: list[str]) -> None:
    """Drop entries of the index that match no page yet, and sections that are left without any."""
    if docname != "index":
        return
    app.env.note_reread()
    written = app.env.found_docs

    def shown(section: re.Match[str]) -> str:
        lines = section["body"].splitlines()
        options = [line for line in lines if line.startswith(":")]
        entries = [line for line in lines if line and line not in options and patfilter(written, line)]
        return "\n".join(["```{toctree}", *options, "", *entries, "```", ""]) if entries else ""

    content[0] = TOCTREE.sub(shown, content[0])


def setup(app: Sphinx) -> None:
    app.connect("source-read", leave_out_what_is_not_written)
