"""A plan told in words: one golden text in which every kind of node, step and bonus occurs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

from click.testing import CliRunner

from trueline.cli.document import as_markdown
from trueline.cli.main import trueline
from trueline.plan import Plan, load_plan, steps, typed
from trueline.plan.functions import FUNCTION_TEXTS
from trueline.plan.phrases import percent, plural
from trueline.plan.promise import total_by_base
from trueline.plan.schema import plan_schema
from trueline.plan.telling import Bullets, Grid, Heading, Paragraph, tell

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden" / "plan_in_words.yaml"


def golden_plan() -> Plan:
    return load_plan(GOLDEN).check()[0]


def nodes_of(plan: Plan) -> set[type]:
    """Every kind of expression node in the steps and bonuses of a plan."""
    found: set[type] = set()
    waiting: list[object] = [*plan.steps.values(), *plan.bonuses.values(), plan.limits]
    while waiting:
        part = waiting.pop()
        if isinstance(part, tuple):
            waiting.extend(part)
        elif hasattr(part, "__dataclass_fields__"):
            found.add(type(part))
            waiting.extend(getattr(part, name) for name in part.__dataclass_fields__)
    return found


def test_the_golden_plan_reads_as_it_should() -> None:
    shown = CliRunner().invoke(trueline, ["plan", "show", str(GOLDEN), "--markdown"])

    assert shown.exit_code == 0
    assert shown.output == GOLDEN.with_suffix(".md").read_text(encoding="utf-8")


def test_the_golden_plan_holds_every_node_and_step() -> None:
    plan = golden_plan()
    found = nodes_of(plan)
    rare = {typed.RankConst, typed.TextSame, typed.Choice}

    assert set(get_args(typed.Typed)) - rare <= found
    assert set(get_args(steps.Step)) - {steps.KeptStep} <= found  # which stands only in parts of a plan
    text = GOLDEN.read_text(encoding="utf-8")
    assert [name for name in FUNCTION_TEXTS if f"{name}(" not in text] == []


def test_all_that_receivers_must_meet_is_said_when_no_bonus_asks_for_more() -> None:
    bonus = {"kind": "level", "base": "orders(pv)", "rates": ["10%"]}
    plan = {"plan": "Small", "currency": "USD", "period": "month", "volumes": {"pv": "0.01"}, "bonuses": {"b": bonus}}
    told = as_markdown(tell(load_plan({**plan, "rounding": {"to": "0.01", "mode": "half up"}}, "small").check()[0]))

    paid = "are participants, do not have status “terminated” and do not have status “suspended”"
    assert f"Paid are only members who {paid}." in told
    assert told.count("suspended") == 1


def test_both_reference_plans_promise_the_same() -> None:
    for name in ("reference-mlm", "reference-nm"):
        plan = load_plan(ROOT / "plans" / f"{name}.yaml").check()[0]
        assert {base: percent(share) for base, share in total_by_base(plan).items()} == {"CV": "40%"}


def test_who_becomes_plural() -> None:
    assert plural("is not a customer and has *own* of at least 60") == "are not customers and have *own* of at least 60"


def test_html_loads_nothing() -> None:
    page = CliRunner().invoke(trueline, ["plan", "show", str(GOLDEN), "--html"]).output

    assert page.startswith("<!doctype html>")
    assert page.rstrip().endswith("</html>")
    assert not any(word in page for word in ("http:", "https:", "<script", "<link", "src=", "url("))
    assert "<em>own</em>" in page


def test_check_lists_promises_and_unknowns() -> None:
    done = CliRunner().invoke(trueline, ["plan", "check", str(GOLDEN)])

    assert done.exit_code == 0
    assert "  unknown   tables.rate.values.Crown\n" in done.output
    assert "  promised  level: at least 8% of CV\n" in done.output


def test_check_of_a_broken_plan_names_the_place_and_refuses() -> None:
    broken = ROOT / "tests" / "broken" / "plans" / "unknown_currency.yaml"
    done = CliRunner().invoke(trueline, ["plan", "check", str(GOLDEN), str(broken)])

    assert done.exit_code == 2
    assert f"{broken}:2:11: Unknown currency 'DLR'." in done.stderr


def test_a_date_that_is_none_is_refused() -> None:
    assert CliRunner().invoke(trueline, ["plan", "show", str(GOLDEN), "--on", "May"]).exit_code == 2


def undescribed(schema: dict, path: str = "") -> list[str]:
    return [f"{path}.{key}" for key, value in schema.get("properties", {}).items() if "description" not in value]


def test_every_key_of_the_schema_has_a_description_and_may_be_dated() -> None:
    schema = plan_schema()
    parts = {"plan": schema, **{name: part for name, part in schema["$defs"].items() if name != "dated"}}

    assert [one for name, part in parts.items() for one in undescribed(part, name)] == []
    assert {"$ref": "#/$defs/dated"} in schema["properties"]["currency"]["anyOf"]


def test_the_document_as_json_has_every_block_of_the_page() -> None:
    shown = CliRunner().invoke(trueline, ["plan", "show", str(GOLDEN), "--json"])

    assert shown.exit_code == 0
    found = json.loads(shown.stdout)
    blocks = found["blocks"]
    assert blocks[0] == {"heading": found["plan"], "level": 1}
    assert [tuple(block) for block in blocks if "heading" not in block] == [
        ({Paragraph: "paragraph", Bullets: "list", Grid: "table"}[type(block)],)
        for block in tell(load_plan(GOLDEN).check()[-1])
        if not isinstance(block, Heading)
    ]
    tables = [block["table"] for block in blocks if "table" in block]
    assert tables
    assert all(len(row) == len(table["head"]) for table in tables for row in table["rows"])
