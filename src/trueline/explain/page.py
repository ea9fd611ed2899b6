"""A statement as one web page that needs nothing else: no network, no script; it prints and fits a phone."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

from trueline.explain import figures
from trueline.explain.answers import deposit_words, lack_words, leg_words, missed_words, nearest_words
from trueline.explain.checks import Check
from trueline.explain.glossary import glossary
from trueline.explain.model import Statement
from trueline.explain.nextrank import NextRank
from trueline.explain.picture import legs_picture, way_picture
from trueline.explain.sentences import KINDS, Voice


def statement_page(statement: Statement, next_rank: NextRank) -> str:
    """The page as text in UTF-8."""
    template = _environment().get_template("statement.html.jinja")
    return template.render(
        s=statement,
        next=next_rank,
        voice=Voice(statement),
        legs=legs_picture(statement.team),
        way=way_picture,
        glossary=glossary(statement),
        kinds=KINDS,
    )


def _environment() -> Environment:
    """Everything is escaped; a name that the template has wrong is an error."""
    environment = Environment(
        loader=PackageLoader("trueline.explain", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        number=figures.number,
        percent=figures.percent,
        plain=figures.plain,
        value=figures.value,
        counted=figures.counted,
        lack=lack_words,
        leg=leg_words,
        nearest=nearest_words,
        deposit=deposit_words,
        missed=missed_words,
        period=figures.period,
        flat=flat,
    )
    return environment


def flat(checks: tuple[Check, ...], deep: int = 0) -> list[tuple[int, Check]]:
    """Conditions one below the other, each with how deep it stands; groups of ``and`` have no row of their own."""
    rows: list[tuple[int, Check]] = []
    for check in checks:
        grouped = check.kind == "all"
        if not grouped:
            rows.append((deep, check))
        rows.extend(flat(check.parts, deep if grouped else deep + 1))
    return rows
