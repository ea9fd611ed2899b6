"""Printing a document of headings, paragraphs, lists and tables: Markdown, one page of HTML, JSON, or a terminal."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.markdown import Markdown

from trueline.plan.telling import Block, Bullets, Grid, Heading, Paragraph

_STYLE = """\
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222 }
h1, h2, h3 { line-height: 1.2; margin: 2rem 0 .5rem } table { border-collapse: collapse; margin: .5rem 0 1rem }
th, td { border: 1px solid #ccc; padding: .25rem .6rem; text-align: left; vertical-align: top }
th { background: #f3f3f0 }
@media print { body { margin: 0; font-size: 11px } h2 { break-after: avoid } }
"""


def as_markdown(blocks: Iterable[Block]) -> str:
    """The document as Markdown with tables."""
    return "\n\n".join(_markdown(block) for block in blocks)


def _markdown(block: Block) -> str:
    if isinstance(block, Heading):
        return f"{'#' * block.level} {block.text}"
    if isinstance(block, Paragraph):
        return block.text
    if isinstance(block, Bullets):
        return "\n".join(f"- {item}" for item in block.items)
    rows = [block.head, tuple("---" for _ in block.head), *block.rows]
    return "\n".join("| " + " | ".join(cell.replace("|", r"\|") for cell in row) + " |" for row in rows)


def as_data(blocks: Iterable[Block]) -> list[dict[str, Any]]:
    """The document as JSON values, each block under what it is; texts hold the ``*`` of Markdown."""
    return [_data(block) for block in blocks]


def _data(block: Block) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {"heading": block.text, "level": block.level}
    if isinstance(block, Paragraph):
        return {"paragraph": block.text}
    if isinstance(block, Bullets):
        return {"list": list(block.items)}
    return {"table": {"head": list(block.head), "rows": [list(row) for row in block.rows]}}


def as_html(blocks: Iterable[Block], title: str) -> str:
    """One page that loads nothing."""
    body = "\n".join(_html(block) for block in blocks)
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{html.escape(title)}</title>\n'
        f"<style>\n{_STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>"
    )


def _html(block: Block) -> str:
    if isinstance(block, Heading):
        return f"<h{block.level}>{_inline(block.text)}</h{block.level}>"
    if isinstance(block, Paragraph):
        return f"<p>{_inline(block.text)}</p>"
    if isinstance(block, Bullets):
        return "<ul>\n" + "\n".join(f"<li>{_inline(item)}</li>" for item in block.items) + "\n</ul>"
    return f"<table>\n<thead>{_row('th', block.head)}</thead>\n" + _rows(block) + "\n</table>"


def _rows(grid: Grid) -> str:
    return "<tbody>\n" + "\n".join(_row("td", row) for row in grid.rows) + "\n</tbody>"


def _row(tag: str, cells: tuple[str, ...]) -> str:
    return "<tr>" + "".join(f"<{tag}>{_inline(cell)}</{tag}>" for cell in cells) + "</tr>"


def _inline(text: str) -> str:
    escaped = html.escape(text, quote=False)
    strong = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", escaped)
    return re.sub(r"\*(.+?)\*", r"<em>\1</em>", strong)


def to_terminal(blocks: Iterable[Block]) -> None:
    """The document on standard output, in the width that there is."""
    Console(highlight=False).print(Markdown(as_markdown(blocks)))
