"""Reading a plan file and giving the plan in force for a period."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError

from trueline.errors import Findings, Refused, nearest
from trueline.period import Period
from trueline.plan.build import build
from trueline.plan.document import Document, Path, read_document
from trueline.plan.model import PLANNED_KINDS, PlanModel
from trueline.plan.plan import Plan


@dataclass(frozen=True)
class PlanFile:
    """A plan file as read; ``at`` gives the plan of a period, ``dates`` the days on which dated values change."""

    document: Document
    text: str

    @property
    def file(self) -> str:
        return self.document.file

    def dates(self) -> list[datetime.date]:
        """Every date that stands in a dated value, ascending."""
        found: set[datetime.date] = set()
        _collect_dates(self.document.data, found)
        return sorted(found)

    def at(self, period: Period) -> Plan:
        """The checked plan in force on the period's first day; raises :class:`Refused` with every finding."""
        return self.on(period.start)

    def on(self, day: datetime.date) -> Plan:
        """The checked plan in force on a day."""
        findings = Findings()
        document = _in_force(self.document, day, findings)
        plan = _checked(document, findings)
        if findings or plan is None:
            raise Refused(findings.items)
        return plan

    def check(self) -> list[Plan]:
        """The plan on every date on which it changes (once, without dated values); raises with all findings."""
        plans, refused = [], []
        for day in self.dates() or [datetime.date.max]:
            try:
                plans.append(self.on(day))
            except Refused as error:
                refused.extend(error.findings)
        if refused:
            raise Refused(refused)
        return plans


def load_plan(source: FilePath | str | Mapping[str, Any], place: str | None = None) -> PlanFile:
    """Read a plan from a file, from text, or from a mapping of text leaves; raises :class:`Refused`.

    ``place`` names the plan in findings; default: the file's name.
    """
    if isinstance(source, Mapping):
        document = Document(place or "plan", _as_text(source))
        return PlanFile(document, "")
    if isinstance(source, FilePath) or "\n" not in source:
        path = FilePath(source)
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "is not UTF-8 text"
            findings = Findings()
            findings.add(place or str(source), 0, 0, f"Cannot be read: {reason}.", "Check the path.")
            raise Refused(findings.items) from None
        return PlanFile(read_document(text, place or str(source)), text)
    return PlanFile(read_document(source, place or "plan"), source)


def _as_text(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _as_text(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_as_text(part) for part in value]
    return value if value is None else str(value)


# dated values ---------------------------------------------------------------------------------------------------


def _is_dated(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"dated"} and isinstance(value["dated"], dict)


def _date(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def _collect_dates(value: Any, found: set[datetime.date]) -> None:
    if _is_dated(value):
        found.update(day for day in map(_date, value["dated"]) if day)
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in parts:
        _collect_dates(part, found)


def _in_force(document: Document, day: datetime.date, findings: Findings) -> Document:
    """A copy with every dated value replaced by the one in force; places follow the values."""
    result = Document(document.file, None, dict(document.places), dict(document.key_places))

    def resolve(value: Any, old: Path, new: Path) -> Any:
        if old in document.places:
            result.places[new] = document.places[old]
        if old in document.key_places and new == old:
            result.key_places[new] = document.key_places[old]
        if _is_dated(value):
            chosen = _choose(document, value["dated"], old, day, findings)
            if chosen is None:
                return None
            return resolve(value["dated"][chosen]["value"], (*old, "dated", chosen, "value"), new)
        if isinstance(value, dict):
            for key in value:
                if (*old, key) in document.key_places:
                    result.key_places[(*new, key)] = document.key_places[(*old, key)]
            return {key: resolve(part, (*old, key), (*new, key)) for key, part in value.items()}
        if isinstance(value, list):
            return [resolve(part, (*old, index), (*new, index)) for index, part in enumerate(value)]
        return value

    result.data = resolve(document.data, (), ())
    return result


def _choose(document: Document, rows: dict[str, Any], path: Path, day: datetime.date, findings: Findings) -> str | None:
    dated: list[tuple[datetime.date, str]] = []
    for text, row in rows.items():
        line, column = document.place((*path, "dated", text), key=True)
        parsed = _date(text)
        if parsed is None:
            findings.add(document.file, line, column, f"'{text}' is no date.", "Write year-month-day, such as 2026-01-01.")
        elif not isinstance(row, dict) or "value" not in row or set(row) - {"value", "reference"}:
            findings.add(document.file, line, column, "A dated entry holds 'value' and 'reference'.", "Add 'value:'.")
        else:
            dated.append((parsed, text))
    valid = [(since, text) for since, text in dated if since <= day]
    if not valid:
        if dated:
            line, column = document.place(path)
            first = min(dated)[0]
            findings.add(document.file, line, column, f"No value is in force on {day}.", f"The first one begins on {first}.")
        return None
    return max(valid)[1]


# structure --------------------------------------------------------------------------------------------------------


def _checked(document: Document, findings: Findings) -> Plan | None:
    """Structure first; what is structurally wrong is left out, so that the rest is checked in the same go."""
    data = document.data
    if not isinstance(data, dict):
        findings.add(document.file, 1, 1, "A plan is a mapping of keys.", "Begin with 'plan: NAME'.")
        return None
    skipped: set[str] = set()
    for _ in range(50):
        try:
            model = PlanModel.model_validate(data)
            break
        except ValidationError as error:
            paths = [_report(document, dict(item), findings) for item in error.errors()]
            data, dropped = _without(data, paths)
            skipped |= dropped
            if data is None:
                return None
    else:
        return None
    return build(document, model, findings, skipped)


def _report(document: Document, error: dict[str, Any], findings: Findings) -> Path:
    """One finding for one structural error; returns the path in the file."""
    path = _file_path(document, tuple(error["loc"]))
    kind, given = error["type"], error.get("input")
    at_key = kind == "extra_forbidden"
    line, column = document.place(path, key=at_key)
    name = str(path[-1]) if path else ""
    if kind == "missing":
        line, column = document.place(path[:-1], key=True)
        owner = f"'{'.'.join(map(str, path[:-1]))}'" if path[:-1] else "The plan"
        findings.add(document.file, line, column, f"{owner} lacks '{name}'.", f"Add '{name}:'.")
    elif kind == "extra_forbidden":
        findings.add(document.file, line, column, f"Unknown key '{name}'.", nearest(name, _known_keys(error, document, path)))
    elif kind in ("union_tag_invalid", "union_tag_not_found"):
        _report_kind(document, error, path, findings)
    elif kind == "literal_error":
        expected = [part.strip().strip("'") for part in error["ctx"]["expected"].replace(" or ", ", ").split(",")]
        findings.add(document.file, line, column, f"'{given}' is no value of '{name}'.", nearest(str(given), expected))
    else:
        wanted = {"string_type": "a text or number", "dict_type": "a mapping", "list_type": "a list"}.get(kind)
        shown = {"string_pattern_mismatch": f"'{given}' is not valid here."}
        message = f"{_what(given)} stands where {wanted} is needed." if wanted else shown.get(kind, f"{error['msg']}.")
        findings.add(document.file, line, column, message, f"See '{name}' in the reference." if name else "")
    return path


def _what(value: Any) -> str:
    if value is None:
        return "Nothing"
    return {dict: "A mapping", list: "A list"}.get(type(value), f"'{value}'")


def _report_kind(document: Document, error: dict[str, Any], path: Path, findings: Findings) -> None:
    given = error.get("input")
    kind = given.get("kind") if isinstance(given, dict) else None
    if kind is None:
        line, column = document.place(path, key=True)
        findings.add(document.file, line, column, f"Bonus '{path[-1]}' has no kind.", "Add 'kind: level' or another kind.")
        return
    line, column = document.place((*path, "kind"))
    if kind in PLANNED_KINDS:
        findings.add(document.file, line, column, f"Kind '{kind}' is planned and cannot be run yet.", "")
        return
    kinds = [tag.strip().strip("'") for tag in error["ctx"]["expected_tags"].split(",")]
    findings.add(document.file, line, column, f"Unknown kind '{kind}'.", nearest(str(kind), kinds))


def _file_path(document: Document, loc: tuple[Any, ...]) -> Path:
    """pydantic's location as a path of the file: union tags and type names fall out."""
    path: list[str | int] = []
    data: Any = document.data
    for part in loc:
        if isinstance(data, dict) and part in data:
            data = data[part]
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
        elif part == loc[-1] and isinstance(data, dict) and not _is_tag(str(part)):
            path.append(part)
            break
        else:
            continue
        path.append(part)
    return tuple(path)


def _is_tag(part: str) -> bool:
    return "[" in part or part in ("str", "SourcePart", "list", "dict")


def _known_keys(error: dict[str, Any], document: Document, path: Path) -> list[str]:
    schema: Any = PlanModel
    names: list[str] = []
    data = document.data
    if len(path) == 1:
        names = [field.alias or name for name, field in PlanModel.model_fields.items()]
    elif path[0] == "bonuses" and len(path) == 3:
        kind = data["bonuses"][path[1]].get("kind")
        names = _bonus_keys(str(kind))
    else:
        names = _section_keys(schema, path)
    return names


def _bonus_keys(kind: str) -> list[str]:
    from trueline.plan import model

    for part in vars(model).values():
        if isinstance(part, type) and issubclass(part, model.BonusPart) and "kind" in part.model_fields:
            if kind in getattr(part.model_fields["kind"].annotation, "__args__", ()):
                return [field.alias or name for name, field in part.model_fields.items()]
    return []


def _section_keys(schema: Any, path: Path) -> list[str]:
    from trueline.plan import model

    sections: dict[str, type[model.Part]] = {
        "source": model.SourcePart,
        "rounding": model.RoundingPart,
        "tables": model.TablePart,
        "titles": model.TitlesPart,
        "trees": model.TreePart,
        "members": model.MemberLimitPart,
        "company": model.CompanyLimitPart,
        "payout": model.PayoutPart,
        "taker": model.TakerPart,
        "steps": model.StepPart,
        "limits": model.LimitsPart,
        "share value": model.ShareValuePart,
    }
    for part in reversed(path[:-1]):
        if part in sections:
            return [field.alias or name for name, field in sections[str(part)].model_fields.items()]
    return []


_STAND_INS: dict[str, Any] = {
    "plan": "?",
    "currency": "USD",
    "period": "month",
    "rounding": {"to": "0.01", "mode": "half up"},
}
"""What takes the place of a required key whose own finding stands, so that the rest can be checked."""


def _without(data: dict[str, Any], paths: list[Path]) -> tuple[dict[str, Any] | None, set[str]]:
    """The data less what is wrong: the named thing inside a section, or the key; None when nothing can be checked."""
    dropped: set[str] = set()
    result = dict(data)
    named = ("tables", "measures", "conditions", "trees", "bonuses", "ranks", "attributes", "volumes", "clauses")
    for path in paths:
        if not path:
            return None, dropped
        section = path[0]
        if section in _STAND_INS:
            result[str(section)] = _STAND_INS[str(section)]
        elif section in named and len(path) >= 2 and isinstance(result.get(section), dict):
            result[section] = {key: value for key, value in result[section].items() if key != path[1]}
            dropped.add(str(path[1]))
        else:
            result.pop(section, None)
    return (result if result != data else None), dropped
