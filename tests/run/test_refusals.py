"""What a run refuses, in words that say where and what to do; and what it reports on the way."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.run.company import PLAN, computed, write_company

from trueline.errors import Refused
from trueline.facts import Facts
from trueline.period import Period
from trueline.plan import load_plan
from trueline.run import run

READS_SCHEME = PLAN.replace("ranks:", "attributes: {scheme: [EU, US]}\nconditions: {eu: scheme = EU}\nranks:", 1)
UNKNOWN = PLAN.replace("ranks:", "tables: {r: {on: own, cliff: {0: 1%, 100: unknown}}}\nranks:", 1)
RETURN = "order,line,quantity,time\no1,1,1,2024-02-02\n"
GIVEN = "member,what,value,from\n1,rank,Emperor,2024-01-01\n"


@pytest.mark.parametrize(
    ("month", "plan", "tables", "words"),
    [
        ("2024-W03", PLAN, {}, "The plan pays by month, 2024-W03 is a week. Name a month."),
        ("2024-01", "tree: placement\n" + PLAN, {}, "The facts have no tree 'placement'"),
        ("2024-01", PLAN.replace("own >= 50,", "legs(own > 0 in placement) >= 1,", 1), {}, "no tree 'placement'"),
        ("2024-01", PLAN.replace("ever: ", "goods: orders(retail), ever: "), {}, "The facts lack 'retail'"),
        ("2024-01", PLAN.replace("USD", "EUR"), {}, "The plan pays in EUR, the facts are kept in USD."),
        ("2024-01", READS_SCHEME, {}, "no column 'attribute.scheme'"),
        ("2024-01", UNKNOWN, {}, "Table 'r' is unknown for member 2 and 1 more."),
        ("2024-02", PLAN, {"returns": RETURN}, "Order o1 came back in 2024-02, after the period it was paid for."),
        ("2024-01", PLAN, {"overrides": GIVEN}, "gives member 1 the rank 'Emperor', which the plan does not have"),
    ],
)
def test_a_refusal_says_what_and_where(
    tmp_path: Path, month: str, plan: str, tables: dict[str, str], words: str
) -> None:
    folder = write_company(tmp_path)
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")

    with pytest.raises(Refused) as refused:
        computed(folder, month, plan)

    finding = str(refused.value.findings[0])
    assert words in finding
    assert refused.value.findings[0].remedy


def test_the_same_company_without_the_mistake_is_computed(tmp_path: Path) -> None:
    assert computed(write_company(tmp_path))[0].amount("1", "network") > 0


def test_an_attribute_that_is_not_legal(tmp_path: Path) -> None:
    members = "member,joined,sponsor,attribute.scheme\n1,2024-01-01,,EU\n2,2024-01-02,1,Mars\n3,2024-01-03,2,US\n"
    folder = write_company(tmp_path, members=members + "4,2024-02-03,2,EU\n")

    with pytest.raises(Refused, match=r"Member 2 has 'Mars' as attribute 'scheme'. Legal: EU, US."):
        computed(folder, plan=READS_SCHEME)


def test_a_missing_table(tmp_path: Path) -> None:
    folder = write_company(tmp_path)
    (folder / "order_lines.csv").unlink()

    with pytest.raises(Refused, match=r"The facts have no table 'order_lines', which the plan reads. Add the table."):
        computed(folder)


def test_a_state_of_another_ladder(tmp_path: Path) -> None:
    folder = write_company(tmp_path)
    state = computed(folder)[0].state
    other = PLAN.replace("Guide", "Scout")

    with pytest.raises(Refused, match="The state holds rank 'Guide', which the plan no longer has"):
        computed(folder, "2024-02", other, state)


def test_progress_never_goes_back(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    period = Period.parse("2024-01")
    facts = Facts.read(write_company(tmp_path))
    run(load_plan(PLAN, "plan.yaml").at(period), facts, None, period, progress=lambda _, n, of: seen.append((n, of)))

    assert len(seen) > 3
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert {of for _, of in seen} == {seen[-1][0]}
