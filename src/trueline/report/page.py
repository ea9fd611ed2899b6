"""A report as one web page that needs nothing else: no network, no script; it prints and fits a phone."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from trueline.analyse.definitions import DEFINITIONS, Definition
from trueline.analyse.figure import Figure
from trueline.compare.comparison import Comparison
from trueline.compare.history import NEARNESS_WORDS
from trueline.compare.verdict import Word
from trueline.report.drawing import Picture
from trueline.version import VERSION

LIMITS = (
    "No legal advice and no verdict of a court. The thresholds of the statements are ours.",
    "Concentration of pay is natural in networks that grow by recruiting; nothing here is decided from it alone.",
    (
        "A participant's own order is never counted as a sale to an outside customer. Where use is disputed the "
        "figures are shown for none (α = 0) and for all (α = 1) of these orders."
    ),
    (
        "“If it had been otherwise” is mechanical: orders or people are left out and the engine runs again. What "
        "people would have done instead is not known."
    ),
    (
        "Figures of everybody carry no interval. Intervals belong to samples and simulations, and cover their chance "
        "alone, not their assumptions."
    ),
    "Explained shares describe; they do not prove what caused what.",
)
"""What the report does not say, for the page and for paper."""
COUNT_NOTE = (
    "A count of statements is no score and no verdict on a company. Statements said of both models are counted under "
    "both. Thresholds are ours and were declared before the numbers."
)


@dataclass(frozen=True)
class Card:
    """A few sentences for one reader."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """One history in the report: its comparison, what to say of it first, and its pictures."""

    key: str
    comparison: Comparison
    about: str
    currency: str
    cards: tuple[Card, ...]
    pictures: tuple[Picture, ...]

    @property
    def facts_hash(self) -> str:
        return self.comparison.sides[0].books.facts.hash

    @property
    def cells(self) -> list[str]:
        """Heads of the two-by-two's columns."""
        return [f"{plan}, {way}" for plan, way in self.comparison.effects[0].cells] if self.comparison.effects else []

    @property
    def unknown(self) -> list[str]:
        """One sentence for each measure that no plan could be given, in the order of the table."""
        found: dict[str, None] = {}
        for told in self.comparison.rows:
            for place, measure in enumerate(told.row.measures):
                figures = [side[place] for side in told.figures]
                if all(figure.value is None for figure in figures):
                    found[f"{DEFINITIONS[measure].name}: {reason(figures[0])}."] = None
        return list(found)


@dataclass(frozen=True)
class Report:
    """Histories side by side under one title."""

    title: str
    parts: tuple[Part, ...]


def report_page(report: Report) -> str:
    """The page as text in UTF-8. The same report gives the same bytes."""
    sides = [side for part in report.parts for side in part.comparison.sides]
    texts = {side.name: side.text for side in sides if side.text}
    template = _environment().get_template("report.html.jinja")
    css = Path(__file__).with_name("templates").joinpath("report.css").read_text(encoding="utf-8")
    return template.render(
        r=report,
        css=Markup(css),  # noqa: S704  # our own file
        about=about(report),
        limits=LIMITS,
        count_note=COUNT_NOTE,
        texts=list(texts.items()),
        words=[Word.CONFIRMED, Word.CONTRADICTED, Word.NOT_DECIDED],
        near=list(NEARNESS_WORDS.values()),
        shown=shown_definitions(report),
        definitions=DEFINITIONS,
        version=VERSION,
        cell=cell,
        money=money,
        difference=difference,
        unit_of=_unit_of,
    )


def about(report: Report) -> str:
    """What the report is, in one sentence."""
    plans = list(dict.fromkeys(side.name for part in report.parts for side in part.comparison.sides))
    kinds = {part.comparison.simulated for part in report.parts}
    # what people earn may decide who stays, so that simulated histories differ from plan to plan
    where = {False: "over the same history", True: "in companies that the same assumptions make"}
    run = " and ".join(where[kind] for kind in sorted(kinds))
    return (
        "What is said of multi-level marketing and of network marketing, put to the test: "
        f"{' and '.join(plans)}, each run {run} by the engine that pays."
    )


def shown_definitions(report: Report) -> list[Definition]:
    """The definition of every measure on the page, in the order of the file."""
    used = {measure for part in report.parts for told in part.comparison.rows for measure in told.row.measures}
    used |= {said.metric for part in report.parts for told in part.comparison.rows for said in told.row.statements}
    used |= {effect.measure for part in report.parts for effect in part.comparison.effects}
    return [definition for key, definition in DEFINITIONS.items() if key in used]


def reason(figure: Figure) -> str:
    """Why a figure is unknown."""
    if figure.missing:
        return f"the facts have no {' and no '.join(figure.missing)}"
    return figure.why


def cell(figure: Figure, plan: str) -> Markup:
    """A figure as a cell of a table: the value and its interval, or why it is unknown."""
    if figure.value is None:
        return Markup('<td class="unknown" data-plan="{}">unknown: {}</td>').format(plan, reason(figure))
    spread = Markup("")
    if figure.interval is not None:
        low, high = (figure.definition.shown(end).replace(" %", "\N{NO-BREAK SPACE}%") for end in figure.interval)
        spread = Markup('<span class="interval">{} to {}</span>').format(low, high)
    return Markup('<td data-plan="{}">{}{}</td>').format(plan, figure.text, spread)


def money(amount: Fraction) -> str:
    """An amount in whole units of the currency, for tables of large sums."""
    return f"{round(amount):,}".replace(",", "\u202f")


def difference(measure: str, value: Fraction | None) -> str:
    """An effect in the unit of its measure, with its sign; a difference of shares in percentage points, pp."""
    return "unknown" if value is None else DEFINITIONS[measure].apart(value, "pp")


def _unit_of(measure: str, comparison: Comparison) -> str:
    unit = DEFINITIONS[measure].unit
    return comparison.sides[0].books.facts.company.currency if unit == "money" else unit


def _environment() -> Environment:
    """Everything is escaped; a name that the template has wrong is an error."""
    return Environment(
        loader=PackageLoader("trueline.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
