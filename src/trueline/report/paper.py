"""The report as a PDF, set by typst from the same report as the page. Needs the extra ``pdf``."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from trueline.analyse.definitions import DEFINITIONS
from trueline.analyse.figure import Figure
from trueline.compare.comparison import Comparison, Told
from trueline.compare.history import NEARNESS_WORDS
from trueline.compare.verdict import Word
from trueline.errors import Finding, Refused
from trueline.report.page import COUNT_NOTE, LIMITS, Part, Report, about, difference, money, reason, shown_definitions

_TEMPLATE = Path(__file__).with_name("templates") / "report.typ"


def report_paper(report: Report) -> bytes:
    """The PDF. The same report gives the same bytes.

    Errors: ``Refused`` when typst is not installed, or when there is no room for the drafts of pictures.
    """
    try:
        import typst  # noqa: PLC0415  # an extra: 34 MB that most never need
    except ModuleNotFoundError:
        message, remedy = "A PDF is set by typst, which is not installed.", "Install it: pip install 'trueline[pdf]'."
        raise Refused([Finding("--pdf", 0, 0, message, remedy)]) from None
    try:
        with tempfile.TemporaryDirectory(prefix="trueline-paper-") as folder:
            place = Path(folder)
            shutil.copyfile(_TEMPLATE, place / "report.typ")
            for part in report.parts:
                for picture in part.pictures:
                    (place / f"{picture.name}.svg").write_text(picture.svg, encoding="utf-8")
            (place / "data.json").write_text(json.dumps(_data(report), ensure_ascii=False), encoding="utf-8")
            written: bytes = typst.compile(place / "report.typ")
    except OSError as error:
        message, remedy = f"Drafts cannot be written: {error.strerror}.", "Make room, or name a folder in TMPDIR."
        raise Refused([Finding(tempfile.gettempdir(), 0, 0, message, remedy)]) from None
    return written


def _data(report: Report) -> dict[str, Any]:
    texts = {side.name: side.text for part in report.parts for side in part.comparison.sides if side.text}
    return {
        "title": report.title,
        "about": about(report),
        "count_note": COUNT_NOTE,
        "parts": [_part(part) for part in report.parts],
        "definitions": [
            {"name": one.name, "meaning": one.meaning, "source": one.source} for one in shown_definitions(report)
        ],
        "plans": [{"name": name, "text": text} for name, text in texts.items()],
        "limits": list(LIMITS),
    }


def _part(part: Part) -> dict[str, Any]:
    found = part.comparison
    return {
        "title": found.title,
        "about": part.about,
        "notes": list(found.notes),
        "plans": [side.name for side in found.sides],
        "cards": [{"title": card.title, "lines": list(card.lines)} for card in part.cards],
        "counts": _counts(found),
        "pictures": [
            {"file": f"{one.name}.svg", "caption": one.caption, "alternative": one.alternative} for one in part.pictures
        ],
        "rows": [_row(found, told) for told in found.rows],
        "shifts": _shifts(found),
        "effects": _effects(part),
        "unknown": part.unknown,
        "hashes": "\n".join(
            [f"facts {part.facts_hash}", *(f"{side.name} {side.books.plan_hash}" for side in found.sides)]
        ),
    }


def _counts(found: Comparison) -> list[list[str]]:
    models = ("MLM", "NM")
    head = [" / ".join(word.value for word in Word), *(f"of {found.asked(model)} said of {model}" for model in models)]
    rows = [
        [side.name, *(" / ".join(str(found.count(place, model, word)) for word in Word) for model in models)]
        for place, side in enumerate(found.sides)
    ]
    return [head, *rows]


def _row(found: Comparison, told: Told) -> dict[str, Any]:
    measures = [
        [DEFINITIONS[measure].name, *(_cell(side[place]) for side in told.figures)]
        for place, measure in enumerate(told.row.measures)
    ]
    statements = [
        {
            "of": said.of,
            "says": said.says,
            "metric": DEFINITIONS[said.metric].name,
            "confirmed": said.confirmed.text,
            "contradicted": said.contradicted.text,
            "verdicts": [
                {"plan": side.name, "word": verdicts[place].word.value, "why": verdicts[place].told}
                for side, verdicts in zip(found.sides, told.verdicts, strict=True)
            ],
        }
        for place, said in enumerate(told.row.statements)
    ]
    row = told.row
    return {"name": row.name, "mlm": row.mlm, "nm": row.nm, "measures": measures, "statements": statements}


def _cell(figure: Figure) -> str:
    if figure.value is None:
        return f"unknown: {reason(figure)}"
    if figure.interval is None:
        return figure.text
    low, high = (figure.definition.shown(end) for end in figure.interval)
    return f"{figure.text}\n{low} to {high}"


def _shifts(found: Comparison) -> list[list[str]]:
    if not found.shifts:
        return []
    head = ["group", "people", "gain", "lose", "before", "after", "change", *NEARNESS_WORDS.values()]
    rows = []
    for one in found.shifts:
        counts = [str(one.people), str(one.gain), str(one.lose)]
        amounts = [one.before, one.after, one.change, *one.nearness.values()]
        rows.append([one.group, *counts, *(money(amount) for amount in amounts)])
    return [head, *rows]


def _effects(part: Part) -> list[list[str]]:
    effects = part.comparison.effects
    if not effects:
        return []
    head = ["measure", *part.cells, "effect of the plan", "effect of the way"]
    rows = []
    for one in effects:
        ends = [difference(one.measure, one.plan), difference(one.measure, one.way)]
        rows.append([DEFINITIONS[one.measure].name, *(figure.text for figure in one.cells.values()), *ends])
    return [head, *rows]
