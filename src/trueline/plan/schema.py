"""The JSON Schema of plan files for editors, made from the models of the keys."""

from __future__ import annotations

from typing import Any

from trueline.plan.model import PlanModel

HINT = "# yaml-language-server: $schema=plan.schema.json"
"""First line of a plan file by which editors with a YAML language server find the schema beside it."""

_DATED = {
    "type": "object",
    "description": "A value that changes: the entry in force on the first day of the period counts.",
    "required": ["dated"],
    "additionalProperties": False,
    "properties": {
        "dated": {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": False,
            "patternProperties": {
                r"^\d{4}-\d{2}-\d{2}$": {
                    "type": "object",
                    "required": ["value"],
                    "additionalProperties": False,
                    "properties": {
                        "value": {"description": "What stands here from this date on."},
                        "reference": {"type": "string", "description": "Where the change is written."},
                    },
                }
            },
        }
    },
}


def plan_schema() -> dict[str, Any]:
    """Draft 2020-12; any value may also be dated."""
    schema = PlanModel.model_json_schema(by_alias=True)
    definitions: dict[str, Any] = schema.pop("$defs")
    body = {key: value for key, value in schema.items() if key != "title"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Plan file of Trueline",
        **_with_dates(body),
        "$defs": {**{name: _with_dates(part) for name, part in definitions.items()}, "dated": _DATED},
    }


def _with_dates(part: dict[str, Any]) -> dict[str, Any]:
    """The schema of a mapping in which every value, and every value inside, may be dated."""
    result = dict(part)
    if "properties" in part:
        result["properties"] = {name: _or_dated(name, value) for name, value in part["properties"].items()}
    return result


def _or_dated(name: str, value: dict[str, Any]) -> dict[str, Any]:
    if name == "kind":
        return value  # the kind decides which keys are legal, so it cannot change
    shown: dict[str, Any] = {key: value[key] for key in ("description", "examples", "default") if key in value}
    inner = _inside({key: part for key, part in value.items() if key not in shown and key != "title"})
    return {**shown, "anyOf": [*(inner.pop("anyOf", None) or [inner]), {"$ref": "#/$defs/dated"}]}


def _inside(value: dict[str, Any]) -> dict[str, Any]:
    """The values of free mappings and lists, which may be dated one by one."""
    result = dict(value)
    for key in ("additionalProperties", "items"):
        if isinstance(value.get(key), dict):
            result[key] = {"anyOf": [_inside(value[key]), {"$ref": "#/$defs/dated"}]}
    if "anyOf" in value:
        result["anyOf"] = [_inside(part) for part in value["anyOf"] if part != {"type": "null"}]
    return result
