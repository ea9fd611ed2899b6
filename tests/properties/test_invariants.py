"""What holds for every plan and company, on random worlds and on worlds drawn for one property."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from tests.properties.two_engines import facts_of, fast, legal, whole_plan
from tests.reference.known import as_told
from tests.reference.worlds import seeded_world

from trueline.period import Period
from trueline.plan import load_plan
from trueline.run import Result, run
from trueline.run.past import Kept, PastRun
from trueline.run.state_file import read_state, write_state

Rows = dict[str, Any]
SEEDS = range(20_000, 20_008)


def world_of(seed: int) -> tuple[Rows, Rows, list[str]]:
    """Plan of one cadence, facts in one delivery, as they are known in the end, and periods."""
    plan, rows, periods = paced_world(seed)
    for bonus in plan["bonuses"].values():
        bonus.pop("every", None)
    return plan, rows, periods


def paced_world(seed: int) -> tuple[Rows, Rows, list[str]]:
    """The same with the cadences that the plan has."""
    plan, rows, periods = seeded_world(seed, dated=False)
    told = {
        name: [{key: text for key, text in row.items() if key not in ("booked", "credit")} for row in table]
        for name, table in as_told(rows, "8").items()
        if name != "company"
    }
    about = {key: text for key, text in rows["company"].items() if key != "lag"}
    rows = {**told, "company": about}
    return whole_plan(plan, rows["company"].get("volumes", {})), legal(rows), periods


def hashes(results: list[Result]) -> list[dict[str, str]]:
    return [result.hashes for result in results]


@pytest.mark.parametrize("seed", SEEDS)
def test_no_order_of_rows_changes_a_hash(seed: int) -> None:
    plan, rows, periods = world_of(seed)
    shuffler = random.Random(seed)  # noqa: S311 - a repeatable batch, no secret
    mixed = {k: shuffler.sample(v, len(v)) if isinstance(v, list) else v for k, v in rows.items()}

    assert hashes(fast(plan, mixed, periods)) == hashes(fast(plan, rows, periods))


def renamed(rows: Rows, names: dict[str, str]) -> Rows:
    columns = {"member", "sponsor", "position", "parent", "buyer", "credited", "host", "owner"}
    return {
        table: [{k: names.get(v, v) if k in columns else v for k, v in row.items()} for row in given]
        if isinstance(given, list) else given
        for table, given in rows.items()
    }  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
def test_new_names_in_the_same_order_change_nothing_but_names(seed: int) -> None:
    plan, rows, periods = world_of(seed)
    before = fast(plan, rows, periods)
    ids = sorted(
        {m["member"] for m in rows["members"]} | {p["position"] for p in rows.get("positions", [])},
        key=lambda i: (not i.isdecimal(), int(i) if i.isdecimal() else 0, i),
    )
    names = {old: f"person {place:04}" for place, old in enumerate(ids)}

    for one, other in zip(before, fast(plan, renamed(rows, names), periods), strict=True):
        for name in (name for name in one.tables if name != "breakage"):
            old = one.table(name).to_pylist()
            for row in old:
                row.update(
                    {k: names[row[k]] for k in ("member", "receiver", "source", "parent", "owner") if row.get(k)}
                )
            assert old == other.table(name).to_pylist()
        assert one.table("breakage").equals(other.table("breakage"))


@pytest.mark.parametrize("seed", SEEDS)
def test_promised_is_paid_and_named_breakage_and_caps_are_never_passed(seed: int) -> None:
    plan, rows, periods = world_of(seed)
    for result in fast(plan, rows, periods):
        for name, promised in result.promised.items():
            assert promised == result.total(name) + sum(result.breakage[name].values(), Fraction(0))
            cap = plan["bonuses"].get(name, {}).get("cap per member", "")
            if cap in ("5", "7.77"):
                assert all(result.amount(member, name) <= Fraction(cap) for member in result.member_ids)
        limit = plan.get("limits", {}).get("company", {})
        outside = [one if isinstance(one, str) else one["bonus"] for one in limit.get("exempt", [])]
        if limit.get("at most") == "33.333":
            paid = [
                (result.amount(member, name), name)
                for name in result.bonuses if name not in outside for member in result.member_ids
            ]  # fmt: skip
            if all(amount >= 0 for amount, _ in paid):
                assert sum(amount for amount, _ in paid) <= Fraction("33.33")


def test_the_rows_of_cuts_are_what_is_capped() -> None:
    """Each cap and limit has rows of its own, and together they are the column of the earnings."""
    compared = 0
    for seed in range(100):
        plan, rows, periods = world_of(seed)
        if "limits" not in plan:
            continue
        for result in fast(plan, rows, periods):
            capped = {
                (row["member"], row["bonus"]): row["capped"] for row in result.earnings.to_pylist() if row["capped"]
            }
            found: dict[tuple[str, str], Decimal] = {}
            for row in result.table("cuts").to_pylist() if "cuts" in result.tables else []:
                assert row["amount"] > 0
                found[row["member"], row["bonus"]] = (
                    found.get((row["member"], row["bonus"]), Decimal(0)) + row["amount"]
                )
            assert found == capped
            compared += len(found)
    assert compared > 100


def test_no_volume_of_a_bank_is_lost_and_what_closes_is_what_opens() -> None:
    """In = taken + flushed by name + closing, on every side of every binary, from period to period."""
    compared = 0
    for seed in range(60):
        plan, rows, periods = world_of(seed)
        if not any(bonus["kind"] == "binary" for bonus in plan["bonuses"].values()):
            continue
        before: Rows = {}
        known: set[str] = set()
        for result in fast(plan, rows, periods):
            sides = {}
            for row in result.table("bank").to_pylist():
                key = row.pop("member"), row.pop("bonus"), row.pop("side")
                sides[key] = row
                came = row["opening"] + row["new"]
                assert came == sum(row.values()) - came
                if key[0] in known:  # whoever was there before begins with what closed; others bring a balance
                    assert row["opening"] == before.get(key, {"closing": 0})["closing"]
                compared += 1
            waiting = {key for key, row in before.items() if row["closing"]}
            assert waiting <= set(sides)
            before, known = sides, set(result.member_ids)
    assert compared > 100


@pytest.mark.parametrize("seed", SEEDS)
def test_periods_one_by_one_through_files_are_the_chain(seed: int, tmp_path: Path) -> None:
    plan, rows, periods = world_of(seed)
    plan_file, facts, state = load_plan(plan, "random plan"), facts_of(rows), None
    found, past = [], Kept()
    for label in periods:
        period = Period.parse(label)
        result = run(plan_file.at(period), facts, state, period, past=past)
        past.add(PastRun(plan_file.at(period), facts, state, period))
        write_state(tmp_path / f"{label}.parquet", result.state)
        state = read_state(tmp_path / f"{label}.parquet")
        assert state.hash == result.state.hash
        found.append(result)

    assert hashes(found) == hashes(fast(plan, rows, periods))


# a company limit is met to the cent, more volume never pays less, quiet newcomers, split orders ---------------------


def tree_of(seed: int, count: int = 30) -> Rows:
    luck = random.Random(seed)  # noqa: S311 - as above
    members = [
        {"member": str(k), "sponsor": str(luck.randrange(k)) if k else "", "joined": "2024-01-01"} for k in range(count)
    ]
    orders = [
        {"order": f"o{k}", "buyer": str(luck.randrange(count)), "time": f"2024-01-{1 + k % 28:02}T10:00:00"}
        for k in range(count)
    ]
    lines = [
        {
            "order": f"o{k}", "line": "1", "quantity": "2", "price": str(luck.randrange(1, 300)),
            "volume.pv": f"{luck.randrange(1, 300)}.{luck.randrange(100):02}",
        }
        for k in range(count)
    ]  # fmt: skip
    return {
        "company": {"currency": "USD", "volumes": {"pv": "0.01"}},
        "members": members, "orders": orders, "order_lines": lines,
    }  # fmt: skip


def volume_plan(per: str = "line", lines: str = "member", **limits: Any) -> Rows:
    """Bonuses that count volume only; rates rise with the rank and never fall with the level's holder."""
    rates = {"none": ["1%"], "Guide": ["5%", "2/37%"], "Mentor": ["6%", "4%", "1%"]}
    base = {"base": "orders(pv)", "lines": lines}
    return {
        "plan": "volume only", "currency": "USD", "period": "month", "volumes": {"pv": "0.01"},
        "rounding": {"to": "0.01", "mode": "half up", "per": per},
        "measures": {"team": "group(orders(pv))"},
        "ranks": {"Guide": "team >= 300", "Mentor": "team >= 1 000"},
        "bonuses": {
            "levels": {"kind": "level", **base, "rates": rates},
            "gap": {"kind": "difference", **base, "rate": "step", "ceiling": "20%"},
            "far": {"kind": "infinity", **base, "rate": "step"},
        },
        "tables": {"step": {"on": "rank", "values": {"none": "0", "Guide": "5%", "Mentor": "9.75%"}}},
        **limits,
    }  # fmt: skip


def month(plan: Rows, rows: Rows) -> Result:
    return fast(plan, rows, ["2024-01"])[0]


@pytest.mark.parametrize("how", ["pro rata", "lower ranks first", "plan order"])
@pytest.mark.parametrize("seed", range(3))
def test_a_company_limit_that_bites_is_met_to_the_cent(how: str, seed: int) -> None:
    limits = {"company": {"at most": "3.3333% * company(orders(pv))", "how": how}}
    free, cut = month(volume_plan(), tree_of(seed)), month(volume_plan(limits=limits), tree_of(seed))
    volume = sum((Fraction(line["volume.pv"]) for line in tree_of(seed)["order_lines"]), Fraction(0))
    most = volume * Fraction("3.3333") / 100 // Fraction(1, 100) * Fraction(1, 100)

    assert free.total() > most
    assert cut.total() == most


@pytest.mark.parametrize("seed", range(4))
def test_more_volume_below_never_lowers_a_level_bonus(seed: int) -> None:
    rows = tree_of(seed)
    before, gained = month(volume_plan(), rows), []
    for number in range(0, 30, 7):
        more = [dict(line) for line in rows["order_lines"]]
        more[number]["volume.pv"] = str(Fraction(more[number]["volume.pv"]).__ceil__() + 500)
        after = month(volume_plan(), {**rows, "order_lines": more})
        assert all(after.amount(m, "levels") >= before.amount(m, "levels") for m in before.member_ids)
        gained.append(after.total("levels") - before.total("levels"))
    assert max(gained) > 0


@pytest.mark.parametrize("seed", range(4))
def test_a_quiet_newcomer_changes_nobody(seed: int) -> None:
    rows = tree_of(seed)
    before = month(volume_plan(), rows)
    newcomer = {"member": "new", "sponsor": str(seed * 3), "joined": "2024-01-20"}
    after = month(volume_plan(), {**rows, "members": [*rows["members"], newcomer]})

    assert before.table("lines").equals(after.table("lines"))
    assert before.table("earnings").equals(after.table("earnings"))


@pytest.mark.parametrize(
    ("per", "grain"), [("line", "member"), ("line", "order"), ("source", "order line"), ("bonus", "order line")]
)
def test_splitting_an_order_into_lines_changes_nothing(per: str, grain: str) -> None:
    rows = tree_of(5)
    halves = []
    for line in rows["order_lines"]:
        cents = int(Fraction(line["volume.pv"]) * 100)
        for number, part in (("1", cents // 3), ("2", cents - cents // 3)):
            halves.append(
                {**line, "line": number, "quantity": "1", "price": "1", "volume.pv": f"{part // 100}.{part % 100:02}"}
            )
    whole, split = month(volume_plan(per, grain), rows), month(volume_plan(per, grain), {**rows, "order_lines": halves})

    assert whole.table("earnings").equals(split.table("earnings"))
    assert whole.table("members").equals(split.table("members"))


def test_splitting_changes_cents_where_rounding_sits_on_the_order_line() -> None:
    """0.10 at 5 % is 0.005, a cent when rounded half up: ten lines of it are ten cents, one line of 1.00 is five."""
    rows = tree_of(5, 2)
    head = [{"order": "o", "buyer": "1", "time": "2024-01-05"}]
    line = {"order": "o", "quantity": "1", "price": "1"}
    plan = volume_plan("line", "order line")
    plan["bonuses"] = {"levels": {"kind": "level", "base": "orders(pv)", "lines": "order line", "rates": ["5%"]}}
    one = month(plan, {**rows, "orders": head, "order_lines": [{**line, "line": "1", "volume.pv": "1"}]})
    ten = month(
        plan, {**rows, "orders": head, "order_lines": [{**line, "line": str(k), "volume.pv": "0.1"} for k in range(10)]}
    )

    assert (one.amount("0", "levels"), ten.amount("0", "levels")) == (Fraction(5, 100), Fraction(10, 100))


PROGRAM = """
import json, sys
from tests.properties.test_invariants import fast, hashes, world_of
print(json.dumps([hashes(fast(*world_of(seed))) for seed in (20_000, 20_003)]))
"""


@pytest.mark.slow
def test_plain_python_gives_what_compiled_kernels_give() -> None:
    plain = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": os.pathsep.join(["src", "."])},
    )  # fmt: skip

    assert json.loads(plain.stdout) == [hashes(fast(*world_of(seed))) for seed in (20_000, 20_003)]
