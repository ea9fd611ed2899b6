"""What was learnt late, taken up month by month, adds up to a chain that knew it all from the beginning."""

from __future__ import annotations

import random
from collections import defaultdict
from fractions import Fraction
from typing import Any

import pytest

from trueline.facts import Company, Facts
from trueline.period import Period
from trueline.plan import PlanFile, load_plan
from trueline.run import Result, run
from trueline.run.past import Kept, PastRun

FIRST, LAST = Period.parse("2024-01"), Period.parse("2024-05")
END_OF_TIME = Period.parse("2024-09").end_seconds
PLAN: dict[str, Any] = {
    "plan": "late",
    "currency": "USD",
    "period": "month",
    "volumes": {"pv": "0.01"},
    "rounding": {"to": "0.01", "mode": "half up"},
    "measures": {"own": "orders(pv)", "team": "group(own)", "life": "lifetime(own)"},
    "conditions": {"active": "own >= 50 or previous(own) >= 50"},
    "ranks": {"Builder": "team >= 200 and active", "Leader": "team >= 600 and legs(rank >= Builder) >= 1"},
    "titles": {"rule": "falls", "after": "2"},
    "tables": {"gap": {"on": "title", "values": {"none": "3%", "Builder": "7%", "Leader": "12%"}}},
    "bonuses": {
        "team": {
            "kind": "level",
            "base": "own",
            "lines": "order line",
            "rates": {"none": ["4%"], "Builder": ["6%", "3%"], "Leader": ["6%", "4%", "2%"]},
        },
        "gap": {"kind": "difference", "base": "own", "rate": "gap", "cap per member": "20"},
        "match": {"kind": "match", "of": ["team"], "rates": ["10%"]},
        "step": {"kind": "milestone", "steps": [{"when": "life >= 300", "amount": "25"}]},
        "fund": {"kind": "pool", "fund": "2% * company(own)", "shares": {"Leader": "1"}, "unclaimed": "carry"},
    },
    "limits": {"company": {"at most": "30% * company(own)"}, "payout": {"from": "5"}},
}


def story(seed: int) -> dict[str, list[dict[str, str]]]:
    """A dozen people, four months of orders, returns late and early, orders and moves that are booked late."""
    dice = random.Random(seed)  # noqa: S311 - a repeatable story, no secret
    people = [f"m{number}" for number in range(12)]
    members = [{"member": one, "joined": f"2023-0{dice.randint(1, 9)}-01"} for one in people]
    above = {one: people[dice.randrange(place)] for place, one in enumerate(people) if place}
    edges: list[dict[str, str]] = []
    for place, one in enumerate(people[1:], 1):
        if dice.random() < 0.15:
            month = dice.randint(1, 3)
            day, booked = f"2024-0{month}-15", f"2024-0{month + dice.randint(0, 1)}-20"
            edges.append({"tree": "sponsor", "position": one, "parent": above[one], "to": day, "booked": "2023-01-01"})
            moved = {"parent": people[dice.randrange(place)], "from": day, "booked": booked}
            edges.append({"tree": "sponsor", "position": one, **moved})
        else:
            edges.append({"tree": "sponsor", "position": one, "parent": above[one]})
    orders, lines, returns = [], [], []
    for number in range(60):
        month, day = dice.randint(1, 5), dice.randint(1, 28)
        late = dice.random() < 0.15
        booked = f"2024-0{month + dice.randint(1, 2)}-10" if late else f"2024-0{month}-{day:02}"
        order = {"order": f"o{number}", "buyer": dice.choice(people), "time": f"2024-0{month}-{day:02}"}
        orders.append({**order, "booked": booked})
        quantity = dice.randint(1, 4)
        lines.append(
            {"order": f"o{number}", "line": "1", "quantity": str(quantity), "volume.pv": str(dice.randint(1, 15) * 10)}
        )
        if dice.random() < 0.25 and month < 5:
            when = f"2024-0{dice.randint(month + 1, 5)}-{dice.randint(11, 28)}"
            came = {"order": f"o{number}", "line": "1", "quantity": str(dice.randint(1, quantity)), "time": when}
            returns.append({**came, "booked": max(when, booked)})
    return {"members": members, "edges": edges, "orders": orders, "order_lines": lines, "returns": returns}


def facts_of(tables: dict[str, list[dict[str, str]]]) -> Facts:
    return Facts.from_rows(Company("Late", "UTC", "USD", {"pv": Fraction(1, 100)}, {}), tables)


def month_by_month(plan: PlanFile, facts: Facts, *, cut: bool) -> list[Result]:
    past, state, found = Kept(), None, []
    for period in FIRST.to(LAST):
        known = facts.known_by(period.end_seconds) if cut or period == LAST else facts
        found.append(run(plan.at(period), known, state, period, past=past, threads=1))
        past.add(PastRun(plan.at(period), known, state, period))
        state = found[-1].state
    return found


def net_of_returns(tables: dict[str, list[dict[str, str]]], until: Period) -> dict[str, list[dict[str, str]]]:
    """What is known by the end of a period, as if every return had come on the day of its order."""
    end = until.end.isoformat()
    sold = {one["order"]: one["time"] for one in tables["orders"]}
    known = {one["order"] for one in tables["orders"] if one["booked"] < end}
    known_orders = [{**one, "booked": one["time"]} for one in tables["orders"] if one["order"] in known]
    returns = [
        {**one, "time": sold[one["order"]], "booked": sold[one["order"]]}
        for one in tables["returns"]
        if one["booked"] < end and one["time"] < end
    ]
    edges = [{key: value for key, value in one.items() if key != "booked"} for one in tables["edges"]]
    late = [one for one in tables["edges"] if one.get("booked", "") >= end]
    assert not late  # the story books every move within its five months
    lines = [one for one in tables["order_lines"] if one["order"] in known]
    return {**tables, "orders": known_orders, "order_lines": lines, "returns": returns, "edges": edges}


def sums(results: list[Result]) -> dict[tuple[str, str], Fraction]:
    """What every member was paid by every bonus over all months; corrections count for the bonus that they correct."""
    found: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for result in results:
        for bonus in PLAN["bonuses"]:
            for member in result.member_ids:
                found[member, bonus] += result.amount(member, bonus)
        for taken in ("returns", "corrections"):
            if taken in result.bonuses:
                for line in result.lines(taken):
                    found[line.receiver, line.part] += line.amount
    return {key: amount for key, amount in found.items() if amount}


@pytest.mark.parametrize("seed", range(12))
def test_recomputing_adds_up_to_a_chain_that_knew_it_all(seed: int) -> None:
    """Ranks, titles, milestones, pools and limits of closed months included."""
    tables = story(seed)
    rules = {"returns": {"later": "recompute", "ranks": "recompute"}, "late": {"rows": "recompute"}}
    late = month_by_month(load_plan({**PLAN, **rules}, "late"), facts_of(tables), cut=True)
    knew = month_by_month(load_plan(PLAN, "knew"), facts_of(net_of_returns(tables, LAST)), cut=False)

    assert sums(late) == sums(knew)
    for member in late[-1].member_ids:
        assert late[-1].title(member) == knew[-1].title(member)
        assert late[-1].measure(member, "life") == knew[-1].measure(member, "life")


@pytest.mark.parametrize("seed", range(12))
def test_money_is_conserved_whatever_comes_late(seed: int) -> None:
    """All that bonuses came to was paid, is carried, or is owed; what is taken is promised by nobody else."""
    rules = {"returns": {"later": "recompute"}, "late": {"rows": "recompute", "ranks": "stay"}}
    results = month_by_month(load_plan({**PLAN, **rules}, "late"), facts_of(story(seed)), cut=True)
    for member in results[-1].member_ids:
        earned = sum((amount for (who, _), amount in sums(results).items() if who == member), Fraction(0))
        assert sum(one.payable(member) for one in results) + results[-1].carried(member) == earned
    for result in results:
        for bonus, promised in result.promised.items():
            assert promised == result.total(bonus) + sum(result.breakage[bonus].values(), Fraction(0))


@pytest.mark.parametrize("policy", ["same amounts", "average"])
@pytest.mark.parametrize("seed", range(6))
def test_a_whole_order_that_comes_back_in_parts_takes_what_it_brought(seed: int, policy: str) -> None:
    """Every order of January comes back in two parts: without caps all of January's pay on sales is taken, to the cent
    for each receiver and line where lines are per order line.
    """
    tables = story(seed)
    dice = random.Random(seed)  # noqa: S311 - a repeatable story, no secret
    january = [one for one in tables["orders"] if one["time"].startswith("2024-01")]
    quantity = {one["order"]: int(one["quantity"]) for one in tables["order_lines"]}
    returns = []
    for one in january:
        first = dice.randint(0, quantity[one["order"]])
        for part, when in ((first, "2024-02-11"), (quantity[one["order"]] - first, "2024-04-02")):
            if part:
                returns.append({"order": one["order"], "line": "1", "quantity": str(part), "time": when})
    bonuses = {"team": PLAN["bonuses"]["team"]}
    plan = load_plan({**PLAN, "bonuses": bonuses, "limits": {}, "returns": {"later": policy}}, "late")
    orders = [{**one, "booked": one["time"]} for one in tables["orders"]]
    results = month_by_month(plan, facts_of({**tables, "orders": orders, "returns": returns}), cut=False)
    for member in results[0].member_ids:
        taken = sum((one.amount(member, "returns") for one in results), Fraction(0))
        exact = results[0].amount(member, "team")
        many = sum(1 for _ in results[0].lines("team", member))
        assert abs(taken + exact) <= (0 if policy == "same amounts" else many * Fraction(1, 200))


@pytest.mark.parametrize("ranks", ["stay", "recompute"])
@pytest.mark.parametrize("seed", range(8))
def test_whatever_the_policies_all_that_came_back_is_taken_once(seed: int, ranks: str) -> None:
    """Every order of January comes back in up to three parts, in months that take the same amounts and in months that
    recompute, in any turn: of January's pay nothing is left, to the cent for each member.
    """
    tables = story(seed)
    dice = random.Random(seed)  # noqa: S311 - a repeatable story, no secret
    same, again = {"later": "same amounts"}, {"later": "recompute", "ranks": ranks}
    policies = [same, again, dice.choice([same, again]), dice.choice([same, again])]
    dice.shuffle(policies)
    returns = []
    quantity = {one["order"]: int(one["quantity"]) for one in tables["order_lines"]}
    for one in (one for one in tables["orders"] if one["time"].startswith("2024-01")):
        left = quantity[one["order"]]
        for month in (*sorted(dice.sample([2, 3, 4], 2)), 5):
            part = left if month == 5 else dice.randint(0, left)
            left -= part
            returns.append({"order": one["order"], "line": "1", "quantity": str(part), "time": f"2024-0{month}-11"})
    by_month = {f"2024-0{month}-01": {"value": rule} for month, rule in enumerate([policies[0], *policies], 1)}
    rules = {"bonuses": {"team": PLAN["bonuses"]["team"]}, "limits": {}, "returns": {"dated": by_month}}
    orders = [{**one, "booked": one["time"]} for one in tables["orders"]]
    facts = facts_of({**tables, "orders": orders, "returns": [one for one in returns if one["quantity"] != "0"]})
    results = month_by_month(load_plan({**PLAN, **rules}, "late"), facts, cut=False)
    paid = 0
    for member in results[0].member_ids:
        taken = sum((one.amount(member, "returns") for one in results), Fraction(0))
        assert taken == -results[0].amount(member, "team"), member
        paid += results[0].amount(member, "team") > 0
    assert paid


@pytest.mark.parametrize("ranks", ["stay", "recompute"])
@pytest.mark.parametrize("seed", range(8))
def test_whatever_is_booked_late_nothing_is_left_of_what_came_back(seed: int, ranks: str) -> None:
    """Orders of January, of which some are booked months later, and so are some returns: when all are back and known,
    nobody has kept a cent, nor lost one.
    """
    tables = story(seed)
    dice = random.Random(seed)  # noqa: S311 - a repeatable story, no secret
    same, again = {"later": "same amounts"}, {"later": "recompute", "ranks": ranks}
    policies = [dice.choice([same, again]) for _ in range(4)]
    orders, returns = [], []
    quantity = {one["order"]: int(one["quantity"]) for one in tables["order_lines"]}
    for one in (one for one in tables["orders"] if one["time"].startswith("2024-01")):
        known = dice.choice([1, 1, 2, 3, 4])
        orders.append({**one, "booked": one["time"] if known == 1 else f"2024-0{known}-10"})
        left = quantity[one["order"]]
        for month in (*sorted(dice.sample([2, 3, 4], 2)), 5):
            part = left if month == 5 else dice.randint(0, left)
            left -= part
            booked = min(5, max(known, month + dice.choice([0, 0, 1, 2])))
            back = {"order": one["order"], "line": "1", "quantity": str(part), "time": f"2024-0{month}-11"}
            returns += [{**back, "booked": f"2024-0{booked}-12"}] * (part > 0)
    by_month = {f"2024-0{month}-01": {"value": rule} for month, rule in enumerate([same, *policies], 1)}
    rules = {"bonuses": {"team": PLAN["bonuses"]["team"]}, "limits": {}, "returns": {"dated": by_month}}
    plan = load_plan({**PLAN, **rules, "late": {"rows": "recompute", "ranks": ranks}}, "late")
    lines = [one for one in tables["order_lines"] if one["order"] in {one["order"] for one in orders}]
    facts = facts_of({**tables, "orders": orders, "order_lines": lines, "returns": returns})
    results = month_by_month(plan, facts, cut=True)

    assert any(one.amount(member, "corrections") for one in results for member in one.member_ids)
    left_of = {member: sum(sum_of(one, member) for one in results) for member in results[-1].member_ids}
    assert {member: amount for member, amount in left_of.items() if amount} == {}


def sum_of(result: Result, member: str) -> Fraction:
    return sum((result.amount(member, bonus) for bonus in result.bonuses), Fraction(0))
