"""Every kind of bonus stands in every table that knows kinds; where one is missing, the message says what to do.

The steps are those of ``docs/contributing/new-bonus-kind.md``, in their order.
"""

from __future__ import annotations

from ast import AnnAssign, Assign, Call, Constant, List, Name, Tuple, parse, walk
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import get_args

from tests.reference.any_plan import KINDS as DRAWN
from tests.reference.any_plan import Planner
from tests.reference.coverage import EXPECTED
from tests.reference.engine import KINDS as SECOND
from tests.reference.late import UNTOUCHED

from trueline.explain import answers
from trueline.explain.answers import MISSED
from trueline.explain.model import BonusStatement
from trueline.explain.sentences import KINDS as SENTENCES
from trueline.plan import Plan, load_plan
from trueline.plan.bonus_parts import KINDS, BonusPart
from trueline.plan.bonuses import AmountBonus, WalkBonus
from trueline.plan.kinds import KindBuilder
from trueline.plan.late import TAKEN
from trueline.plan.structure import key_of
from trueline.reckon.bonus import AMOUNTS, WALKS

ROOT = Path(__file__).parents[1]
EXPLAIN = Path(answers.__file__).parent
GOLDEN = ROOT / "tests" / "golden" / "plan_in_words.yaml"


@cache
def golden() -> Plan:
    return load_plan(GOLDEN).check()[0]


def test_the_page_has_a_word_on_each() -> None:
    page = (ROOT / "docs" / "semantics.md").read_text(encoding="utf-8")
    missing = [kind for kind in KINDS if f"`{kind}`" not in page and f"`kind: {kind}`" not in page]

    assert missing == [], f"step 1: docs/semantics.md does not say what {missing} means"


def test_the_second_engine_plays_each() -> None:
    missing = sorted(set(KINDS) - set(SECOND))

    assert missing == [], f"step 2: write {missing} in tests/reference/ and enter it in KINDS of engine.py"


def test_each_is_made() -> None:
    missing = sorted(set(KINDS) ^ set(KindBuilder.MAKERS))

    assert missing == [], f"step 5: write what makes {missing} and enter it in MAKERS of plan/kinds.py"


def test_no_list_of_kinds_stands_elsewhere() -> None:
    """What is asked of a kind is said by the kind: a list of names in another file is one more place to forget."""
    lists = []
    for file in sorted((ROOT / "src" / "trueline").rglob("*.py")):
        for node in parse(file.read_text(encoding="utf-8")).body:
            value = node.value if isinstance(node, Assign | AnnAssign) else None
            if isinstance(value, Tuple | List) and value.elts:
                words = [part.value for part in value.elts if isinstance(part, Constant)]
                if len(words) == len(value.elts) and set(words) <= set(KINDS):
                    lists.append(f"{file.name}: {words}")

    assert lists == [], f"step 3: make these class attributes of BonusPart in plan/bonus_parts.py: {lists}"


def test_the_golden_plan_has_each() -> None:
    missing = sorted(set(KINDS) - {bonus.terms.kind for bonus in golden().bonuses.values()})

    assert missing == [], f"step 9: give {missing} a bonus in {GOLDEN.name}, and its words in plan_in_words.md"


def test_each_is_computed() -> None:
    for union, table, name in ((WalkBonus, WALKS, "WALKS"), (AmountBonus, AMOUNTS, "AMOUNTS")):
        missing = sorted(one.__name__ for one in {*get_args(union)} ^ {*table})
        assert missing == [], f"steps 4 and 7: {missing} must stand both in a union of plan/bonuses.py and in {name}"


def test_each_says_which_steps_it_reads() -> None:
    """A bonus of which the run does not know what it reads works by chance, as long as no other bonus is read."""
    unread = [
        f"{type(bonus).__name__}.{field.name}"
        for bonus in golden().bonuses.values()
        for field in fields(bonus)
        if field.type in ("str", "str | None") and getattr(bonus, field.name) in golden().steps
    ]

    assert unread == [], f"step 4: declare {unread} as StepKey, or nothing computes it before the bonus"


def test_the_second_engine_takes_nothing_back_from_amounts() -> None:
    amounts = {bonus.terms.kind for bonus in golden().bonuses.values() if isinstance(bonus, AmountBonus)}
    differ = sorted(amounts ^ set(UNTOUCHED))

    assert differ == [], f"step 2: {differ}: kinds of amounts stand in UNTOUCHED of tests/reference/late.py, no others"


def test_each_has_a_sentence_on_statements() -> None:
    differ = sorted({*KINDS, *TAKEN.values()} ^ set(SENTENCES))

    assert differ == [], f"step 8: write a sentence for {differ} in KINDS of explain/sentences.py"


def test_what_a_statement_holds_is_shown() -> None:
    names = [field.name for field in fields(BonusStatement)]
    said = names[names.index("levels") : names.index("missed") + 1]
    for shown in (EXPLAIN / "text.py", EXPLAIN / "templates" / "parts.html.jinja"):
        text = shown.read_text(encoding="utf-8")
        hidden = [name for name in said if f"bonus.{name}" not in text]
        assert hidden == [], f"step 8: {shown.name} never shows {hidden} of a statement"


def test_what_is_missed_has_its_words() -> None:
    calls = [node for file in EXPLAIN.glob("*.py") for node in walk(parse(file.read_text(encoding="utf-8")))]
    named = {
        call.args[0].value
        for call in calls
        if isinstance(call, Call) and isinstance(call.func, Name) and call.func.id == "Missed"
        if isinstance(call.args[0], Constant)
    }
    wordless = sorted(map(str, named - MISSED.keys()))

    assert wordless == [], f"step 8: MISSED of explain/answers.py has no words for {wordless}"


def test_each_is_drawn_with_each_of_its_keys() -> None:
    missing = sorted(set(KINDS) - set(DRAWN))
    assert missing == [], (
        f"step 10: enter {missing} in KINDS of tests/reference/any_plan.py, with a method of that name"
    )
    assert [kind for kind in KINDS if not hasattr(Planner, kind.replace(" ", "_"))] == []

    shared = {key_of(BonusPart, field) for field in BonusPart.model_fields} | {"kind"}
    own = {f"{kind}.{key_of(part, field)}" for kind, part in KINDS.items() for field in part.model_fields}
    own -= {f"{kind}.{key}" for kind in KINDS for key in shared}
    counted = {row.partition("=")[0] for row in EXPECTED}
    assert sorted(own - counted) == [], "step 10: list these in EXPECTED of tests/reference/coverage.py"
