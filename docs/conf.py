"""How the documentation is built."""

from __future__ import annotations

from trueline import __version__

project = "Trueline"
author = "The Trueline contributors"
copyright = "2026, The Trueline contributors"
version = release = __version__

extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
nitpicky = True

# Formulas are written as text: the usual way to typeset them fetches a script from another host.
myst_enable_extensions = ["colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 4

# A section of the index may be waiting for its first page.
suppress_warnings = ["toc.empty_glob"]

html_theme = "furo"
html_title = f"Trueline {__version__}"
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
