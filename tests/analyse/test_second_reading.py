"""Every figure of the comparison read a second time: from the CSV files of the bundled company and the tables of runs.

Nothing here uses the code that measures. Plain rows and fractions, each function from the words of definitions.yaml.
Money and shares agree exactly; where cents were split by volume, and for statistics, to the digit that is printed.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from fractions import Fraction
from functools import cache
from itertools import pairwise
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import trueline
from trueline.analyse.figure import Figure

HOME = Path(__file__).resolve().parents[2]
COMPANY, PLANS = HOME / "examples" / "company", ("mlm", "nm")
ALWAYS, NEVER = datetime(1, 1, 1), datetime(9999, 1, 1)  # noqa: DTZ001 - the company's own clock
START, END, DAY = datetime(2023, 4, 1), datetime(2026, 4, 1), timedelta(days=1)  # noqa: DTZ001 - the company's own clock
MONTHS = [f"{2023 + (3 + i) // 12}-{(3 + i) % 12 + 1:02d}" for i in range(36)]
Row = dict[str, Any]
Money = defaultdict[Any, Fraction]


# --- the company, as its files say it -----------------------------------------------------------------------------------


@cache
def rows(name: str) -> list[dict[str, str]]:
    with (COMPANY / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def when(text: str, blank: datetime = NEVER) -> datetime:
    return datetime.fromisoformat(text) if text else blank


def last_day(month: str) -> datetime:
    return (when(f"{month}-01") + 31 * DAY).replace(day=1) - DAY


def cents(amount: Fraction) -> Fraction:
    """Half up to cents."""
    return Fraction(int(abs(amount) * 100 + Fraction(1, 2)), 100) * (1 if amount >= 0 else -1)


def dollars(amount: str, currency: str, at: datetime) -> Fraction:
    if currency in ("", "USD"):
        return Fraction(amount)
    return cents(Fraction(amount) * [Fraction(r["rate"]) for r in rows("rates_fx") if when(r["from"]) <= at][-1])


SPELLS = {
    m["member"]: [
        (when(r["from"], ALWAYS), when(r["to"]))
        for r in rows("roles")
        if r["member"] == m["member"] and r["role"] == "participant"
    ]
    for m in rows("members")
}
LEFT = {m["member"]: when(m["left"]) for m in rows("members")}
PEOPLE = sorted(m for m, spells in SPELLS.items() if any(f < END and t > START for f, t in spells))
BEGAN = {m: min(f for f, _ in SPELLS[m]) for m in PEOPLE}
ENDED = {m: min(LEFT[m], max(t for _, t in SPELLS[m])) for m in PEOPLE}
ORDERS = {o["order"]: o for o in rows("orders")}
LINES = {(r["order"], r["line"]): r for r in rows("order_lines")}
KIND = {p["sku"]: p["kind"] for p in rows("products")}
REFUND: Money = defaultdict(Fraction)
BACK: defaultdict[Any, int] = defaultdict(int)
for back in rows("returns"):
    REFUND[back["order"], back["line"]] += Fraction(back["refund"])
    BACK[back["order"], back["line"]] += int(back["quantity"])


def participant(member: str, at: datetime) -> bool:
    return any(f <= at < t for f, t in SPELLS[member])


def customer(member: str, at: datetime) -> bool:
    held = (r for r in rows("roles") if r["member"] == member and r["role"] == "customer")
    return any(when(r["from"], ALWAYS) <= at < when(r["to"]) for r in held)


def above(member: str, at: datetime) -> str:
    """The sponsor at a time; "" for nobody."""
    links = (e for e in rows("edges") if e["tree"] == "sponsor" and e["position"] == member)
    return next((e["parent"] for e in links if when(e["from"], ALWAYS) <= at < when(e["to"])), "")


def seller(member: str, at: datetime) -> str:
    """The member who was a participant, or the nearest one above."""
    while member and not participant(member, at):
        member = above(member, at)
    return member


RECRUITER = {m: above(m, BEGAN[m]) for m in PEOPLE}
RECRUITS = {m: sum(by == m for by in RECRUITER.values()) for m in PEOPLE}


def spent(line: Any) -> Fraction:
    return Fraction(LINES[line]["price"]) - REFUND[line]


def commissionable(line: Any) -> Fraction:
    sold = int(LINES[line]["quantity"])
    return cents(Fraction(LINES[line]["volume.cv"]) * (sold - BACK[line]) / sold)


def use(line: Any) -> str:
    order = ORDERS[line[0]]
    if order["kind"] == "joining pack" or KIND[LINES[line]["sku"]] in ("kit", "fee", "tool", "event"):
        return "joining"
    if not participant(order["buyer"], when(order["time"])):
        return "from_customers"
    return {"own use": "own_use", "autoship": "autoship", "": "unknown"}.get(order["kind"], "resale")


# --- the two plans over it ------------------------------------------------------------------------------------------------


@cache
def tables(plan: str) -> dict[str, list[Row]]:
    """The tables that the runs of all months left, each row with its month."""
    files, found = trueline.Facts.read(COMPANY), defaultdict(list)
    first, last = trueline.Period.parse(MONTHS[0]), trueline.Period.parse(MONTHS[-1])
    for result in trueline.chain(trueline.load_plan(HOME / f"plans/reference-{plan}.yaml"), files, None, first, last):
        for name in ("lines", "earnings", "members", "trees"):
            found[name] += [row | {"month": result.period} for row in result.table(name).to_pylist()]
    return dict(found)


@cache
def printed() -> dict[tuple[str, str], Figure]:
    plans = [trueline.load_plan(HOME / f"plans/reference-{plan}.yaml") for plan in PLANS]
    told = trueline.compare_plans(plans, trueline.Facts.read(COMPANY)).rows
    return {(p, f.measure): f for row in told for p, side in zip(PLANS, row.figures, strict=True) for f in side}


@cache
def rewards(plan: str) -> dict[str, Fraction]:
    found: Money = defaultdict(Fraction)
    for row in tables(plan)["earnings"]:
        found[row["member"]] += Fraction(row["earned"])
    return {m: found[m] for m in PEOPLE}


def paid_in(plan: str) -> dict[str, set[str]]:
    found = defaultdict(set)
    for row in tables(plan)["earnings"]:
        if row["earned"] > 0:
            found[row["month"]].add(row["member"])
    return found


def trees(plan: str, name: str) -> dict[str, dict[str, str | None]]:
    found: dict[str, dict[str, str | None]] = defaultdict(dict)
    for row in tables(plan)["trees"]:
        if row["tree"] == name:
            found[row["month"]][row["member"]] = row["parent"]
    return found


def agree(plan: str, **found: Fraction | int) -> None:
    for name, value in found.items():
        assert printed()[plan, name].value == value, name


def agree_as_printed(plan: str, **found: Fraction | float) -> None:
    for name, value in found.items():
        shown = printed()[plan, name]
        assert shown.definition.shown(Fraction(value)) == shown.text, name


def share(some: Iterable[Any], of: Iterable[Any]) -> Fraction:
    return Fraction(len(list(some)), len(list(of)))


both = pytest.mark.parametrize("plan", PLANS)


# --- where rewards and revenue come from ---------------------------------------------------------------------------------


@both
def test_whose_sales_rewards_come_from(plan: str) -> None:
    near = dict.fromkeys(("own_sales", "sponsored", "line", "placed", "nobody"), Fraction(0))
    sponsors = trees("mlm", "sponsor")
    for line in tables(plan)["lines"]:
        source, tree = line["source"], sponsors[line["month"]]
        while source and not participant(source, last_day(line["month"])):
            source = tree[source]
        if line["source"] is None:
            name = "nobody"
        elif source == line["receiver"]:
            name = "own_sales"
        elif tree[source] == line["receiver"]:
            name = "sponsored"
        else:
            while source and source != line["receiver"]:
                source = tree[source]
            name = "line" if source else "placed"
        near[name] += Fraction(line["amount"])
    whole = sum(rewards(plan).values())
    agree(plan, **{f"rewards_of_{name}_share": amount / whole for name, amount in near.items()})
    agree(plan, rewards_from_others_sales_share=(near["sponsored"] + near["line"] + near["placed"]) / whole)


@both
def test_what_causes_rewards_and_the_core_formula(plan: str) -> None:
    volume: defaultdict[Any, Money] = defaultdict(lambda: defaultdict(Fraction))
    for line in LINES:
        order = ORDERS[line[0]]
        for key in (order["credited"] or order["buyer"], None):  # None: the company, of which pools are a part
            volume[order["time"][:7], key][use(line)] += commissionable(line)
    for entry in rows("volumes"):
        if entry["volume"] == "cv":
            for key in (entry["member"], None):
                volume[entry["effective"][:7], key]["no order"] += Fraction(entry["amount"])
    caused: Money = defaultdict(Fraction)
    for line in tables(plan)["lines"]:
        parts = volume[line["month"], line["source"]]
        assert line["source"] is None or sum(parts.values()) == Fraction(line["base"])
        for name, part in parts.items():
            caused[name] += Fraction(line["amount"]) * part / sum(parts.values())
    whole = sum(rewards(plan).values())
    outside, inside = caused["from_customers"], sum(caused[u] for u in ("own_use", "autoship", "resale", "unknown"))
    agree_as_printed(
        plan,
        rewards_from_recruiting_share=caused["joining"] / whole,
        rewards_from_participants_share=inside / whole,
        rewards_from_customers_share=outside / whole,
        recruit_share_alpha_0=1 - outside / whole,
        recruit_share_alpha_1=1 - (outside + inside) / whole,
        alpha_break_even=(whole / 2 - outside) / inside,
    )


@both
def test_revenue_and_payout(plan: str) -> None:
    parts: Money = defaultdict(Fraction)
    for line in LINES:
        parts[use(line)] += spent(line)
    revenue = sum(parts.values())
    names = ("from_customers", "own_use", "joining", "autoship", "resale", "unknown")
    other = sum(dollars(r["value"], r["currency"], when(r["time"])) for r in rows("rewards_other"))
    agree(plan, revenue=revenue, payout_ratio=(sum(rewards(plan).values()) + other) / revenue)
    agree(plan, **{f"revenue_{name}_share": parts[name] / revenue for name in names})


# --- who gets it ----------------------------------------------------------------------------------------------------------


@both
def test_concentration(plan: str) -> None:
    falling = sorted(rewards(plan).values(), reverse=True)
    n, whole = len(falling), sum(falling)
    agree(plan, paid_share=share((v for v in falling if v), falling))
    agree(plan, top_1_share=sum(falling[: -(-n // 100)]) / whole, top_10_share=sum(falling[: -(-n // 10)]) / whole)
    apart = sum(abs(a - b) for a in falling for b in falling)
    agree(plan, gini=apart / (2 * n * whole))


@both
def test_one_more_sale_by_the_words_of_the_plan(plan: str) -> None:
    # 100 sold: MLM pays each active upline its rate less what those below took, and 1 to 3 levels by rank; NM pays
    # 20 to the seller and 5, 4, 3, 2, 1 to active participants above. No such sale moves points, so no rank changes.
    rate = {None: 0, "Member": 4, "Builder": 8, "Leader": 12}
    levels = {None: (), "Member": (1,), "Builder": (2, 1), "Leader": (3, 2, 1)}
    tree = trees(plan, {"mlm": "sponsor", "nm": "placement"}[plan])[MONTHS[-1]]
    people = {row["member"]: row for row in tables(plan)["members"] if row["month"] == MONTHS[-1]}
    there = {m for m in people if participant(m, last_day(MONTHS[-1]))}
    own, by_rank, by_distance = [], defaultdict(list), defaultdict(list)
    for selling in there:
        receiver: str | None = selling
        distance = taken = 0
        while receiver:
            if receiver in there:
                active, rank, pay = people[receiver]["active"], people[receiver]["rank"], 0
                if plan == "nm" and distance <= 5 and (active or distance == 0):
                    pay = (20, 5, 4, 3, 2, 1)[distance]
                if plan == "mlm" and active:
                    pay = max(0, rate[rank] - taken)
                    taken += pay
                    pay += levels[rank][distance - 1] if 1 <= distance <= len(levels[rank]) else 0
                own += [pay] if distance == 0 else []
                if active and distance == 1:
                    by_rank[rank].append(pay)
                if active and distance <= 5:
                    by_distance[distance].append(pay)
                distance += 1
            receiver = tree[receiver]
    means = [Fraction(sum(pay), len(pay)) for pay in by_rank.values()]
    agree(plan, one_more_sale_own=Fraction(sum(own), len(own)), one_more_sale_rank_spread=max(means) / min(means))
    agree(plan, one_more_sale_within_distance_spread=Fraction(max(max(p) - min(p) for p in by_distance.values()), 100))


def explained(result: list[Fraction], columns: Iterable[Iterable[Any]]) -> float:
    """R² of a linear regression, by least squares."""
    matrix = np.column_stack([np.ones(len(result)), *([float(v) for v in c] for c in columns)])
    y = np.array([float(v) for v in result])
    rest = y - matrix @ np.linalg.lstsq(matrix, y, rcond=None)[0]
    return float(1 - rest @ rest / ((y - y.mean()) @ (y - y.mean())))


def ranked(values: Iterable[Any]) -> list[Fraction]:
    """Ranks, ties at their mean."""
    found = list(values)
    return [Fraction(sum(v < w for v in found) * 2 + found.count(w) - 1, 2) for w in found]


@both
def test_position_and_effort(plan: str) -> None:
    end = last_day(MONTHS[-1])
    lines = {m: upline(m, end) for m in PEOPLE}
    team = {m: sum(m in lines[other] for other in PEOPLE) for m in PEOPLE}
    beside = {m: team[lines[m][0]] - 1 - team[m] if lines[m] else 0 for m in PEOPLE}
    position = [[BEGAN[m].year * 12 + BEGAN[m].month for m in PEOPLE], [len(lines[m]) for m in PEOPLE]]
    position.append([beside[m] for m in PEOPLE])
    served: Money = defaultdict(Fraction)
    months = defaultdict(set)
    for line in LINES:
        order = ORDERS[line[0]]
        by = seller(order["buyer"], when(order["time"]))
        months[by].add(order["time"][:7])
        if by != order["buyer"]:
            served[by] += Fraction(LINES[line]["price"])
    effort = [[served[m] for m in PEOPLE], [RECRUITS[m] for m in PEOPLE], [len(months[m]) for m in PEOPLE]]
    result = ranked(rewards(plan)[m] for m in PEOPLE)
    by_position, by_effort = (round(explained(result, map(ranked, c)), 4) for c in (position, effort))
    agree_as_printed(plan, explained_by_position=by_position, explained_by_effort=by_effort)
    agree_as_printed(plan, effort_less_position=100 * (by_effort - by_position))


def upline(member: str, at: datetime) -> list[str]:
    found = []
    while member := above(member, at):
        found.append(member)
    return found


@both
def test_own_and_team_sales(plan: str) -> None:
    sold: Money = defaultdict(Fraction)
    for line in LINES:
        order = ORDERS[line[0]]
        sold[order["time"][:7], order["credited"] or order["buyer"]] += commissionable(line)
    earned: Money = defaultdict(Fraction)
    for row in tables(plan)["earnings"]:
        earned[row["month"], row["member"]] += Fraction(row["earned"])
    results, columns = [], []
    for month, tree in trees(plan, {"mlm": "sponsor", "nm": "placement"}[plan]).items():
        there = {m for m in tree if participant(m, last_day(month))}
        levels = {m: [Fraction(0)] * 8 for m in there}
        for member in tree:
            receiver: str | None = member
            distance = 0
            while receiver:
                if receiver in there:
                    levels[receiver][min(distance, 7)] += sold[month, member]
                    distance += 1
                receiver = tree[receiver]
        results += [earned[month, m] for m in there]
        columns += levels.values()
    agree_as_printed(plan, explained_by_own_and_team_sales=explained(results, zip(*columns, strict=True)))


# --- recruiting, help, product --------------------------------------------------------------------------------------------


@both
def test_recruiting(plan: str) -> None:
    def a_month(members: list[str]) -> Fraction:
        months = sum(
            f < last_day(q) + DAY and t > when(f"{q}-01") for m in members for f, t in SPELLS[m] for q in MONTHS
        )
        return sum(rewards(plan)[m] for m in members) / months

    nobody, some = [m for m in PEOPLE if not RECRUITS[m]], [m for m in PEOPLE if RECRUITS[m]]
    agree(plan, recruits_per_participant=Fraction(sum(RECRUITS.values()), len(PEOPLE)))
    agree(plan, recruit_nobody_share=share(nobody, PEOPLE))
    agree(plan, reward_of_non_recruiters=sum(rewards(plan)[m] for m in nobody) / len(nobody))
    agree(plan, reward_of_non_recruiters_ratio=a_month(nobody) / a_month(some))


@both
def test_rewards_had_recruiting_stopped(plan: str) -> None:
    date = when("2024-10-01")
    late = {m for m in PEOPLE if BEGAN[m] >= date}
    gone = {m for m in SPELLS if m in late or late & set(upline(m, last_day(MONTHS[-1])))}
    volume: Money = defaultdict(Fraction)
    lost: Money = defaultdict(Fraction)
    sold: set[tuple[str, str]] = set()
    for line in LINES:
        order = ORDERS[line[0]]
        key = order["time"][:7], order["credited"] or order["buyer"]
        left_out = order["buyer"] in gone or key[1] in gone
        (lost if left_out else volume)[key] += commissionable(line)
        if order["kind"] == "customer" and commissionable(line) and not left_out:
            sold.add(key)
    facts = {(row["month"], row["member"]): row for row in tables(plan)["members"]}
    before = after = Fraction(0)
    for line in tables(plan)["lines"]:
        if when(f"{line['month']}-01") >= date and line["receiver"] not in gone:
            before += Fraction(line["amount"])
            if line["source"] is not None and line["source"] not in gone:
                base = Fraction(line["base"]) - lost[line["month"], line["source"]]
                after += cents(Fraction(line["rate"]) * base)
    for month, tree in trees(plan, {"mlm": "sponsor", "nm": "placement"}[plan]).items():
        if when(f"{month}-01") >= date and pool_has_takers(plan, month, tree, gone, volume, sold, facts):
            after += Fraction(1, 20) * sum(amount for (of, _), amount in volume.items() if of == month)
    agree_as_printed(plan, if_recruiting_had_stopped=after / before)


def pool_has_takers(
    plan: str,
    month: str,
    tree: dict[str, str | None],
    gone: set[str],
    volume: Money,
    sold: set[tuple[str, str]],
    facts: dict[Any, Row],
) -> bool:
    """MLM: a Leader or higher who stayed. NM: somebody active whose team sells to customers down to level 5: a sale is
    credited to the seller (``sold``), or stays with the customer below the seller.
    """
    if plan == "mlm":
        return any(facts[month, m]["rank"] in ("Leader", "Director", "Executive") for m in tree if m not in gone)
    end = last_day(month)
    for member, parent in tree.items():
        sells = (month, member) in sold and participant(member, end)
        buys = customer(member, end) and bool(volume[month, member])
        if member in gone or not (sells or buys):
            continue
        receiver, distance = member if sells else parent, 0
        while receiver and distance <= 5:
            if participant(receiver, end):
                if facts[month, receiver]["active"]:
                    return True
                distance += 1
            receiver = tree[receiver]
    return False


def required() -> dict[str, list[datetime]]:
    found = defaultdict(list)
    for row in rows("training"):
        if row["required"] == "yes":
            found[row["member"]].append(when(row["completed"]))
    return found


@both
def test_training_support_and_contact(plan: str) -> None:
    done = {m: max(times) <= BEGAN[m] + 30 * DAY for m, times in required().items() if m in BEGAN}
    joined = [m for m in done if START <= BEGAN[m] <= END - 30 * DAY]
    agree(plan, training_completion=share((m for m in joined if done[m]), joined))
    waits = sorted(when(t["answered"]) - when(t["opened"]) for t in rows("tickets"))
    agree(plan, support_first_answer=Fraction(int(waits[(len(waits) - 1) // 2].total_seconds()), 3600))
    new = [m for m in PEOPLE if RECRUITER[m] and START <= BEGAN[m] <= END - 7 * DAY]
    met = {
        c["member"]
        for c in rows("contacts")
        if c["member"] in new
        and c["by"] == RECRUITER[c["member"]]
        and timedelta(0) <= when(c["time"]) - BEGAN[c["member"]] <= 7 * DAY
    }
    agree(plan, sponsor_contact=share(met, new))
    legs = defaultdict(list)
    for member in new:
        legs[[member, *upline(member, last_day(MONTHS[-1]))][-2]].append(member)
    large = [leg for leg in legs.values() if len(leg) >= 5]
    assert len(large) == 3  # with 20 %, 21 % and 50 % contacted: no quartiles of three
    assert printed()[plan, "sponsor_contact_spread"].value is None


@both
def test_survival_of_the_trained(plan: str) -> None:
    signs = defaultdict(list)
    for order in ORDERS.values():
        for member in {order["buyer"], order["credited"]}:
            signs[member].append(when(order["time"]))
    for month, members in paid_in(plan).items():
        for member in members:
            signs[member].append(last_day(month) + DAY - timedelta(seconds=1))
    until, groups = END - 183 * DAY, {True: [], False: []}
    for member, completed in required().items():
        if member not in BEGAN or BEGAN[member] >= until:
            continue
        lived = sorted([BEGAN[member], *(t for t in signs[member] if BEGAN[member] <= t <= ENDED[member])])
        silent = (a for a, b in pairwise([*lived, min(END, ENDED[member])]) if b - a > 183 * DAY)
        went = min(ENDED[member], next(silent, NEVER))
        days = (min(went, until) - BEGAN[member]).days
        if days >= 30:
            groups[max(completed) <= BEGAN[member] + 30 * DAY].append((days, went < until))
    found = {}
    for trained, people in groups.items():
        stay, doubt = Fraction(1), Fraction(0)
        for day in sorted({d for d, gone in people if gone and d < 365}):
            at_risk, out = sum(d >= day for d, _ in people), people.count((day, True))
            stay *= 1 - Fraction(out, at_risk)
            doubt += Fraction(out, at_risk * (at_risk - out))
        found[trained] = stay, stay**2 * doubt
    gap = 100 * (found[True][0] - found[False][0])
    margin = 100 * 1.959964 * sqrt(found[True][1] + found[False][1])
    agree_as_printed(plan, training_effect_survival=gap)
    interval = printed()[plan, "training_effect_survival"].interval
    assert interval is not None
    assert [round(float(bound), 3) for bound in interval] == [round(float(gap) + m, 3) for m in (-margin, margin)]


@both
def test_community_and_customers(plan: str) -> None:
    posted, ordered, paid = defaultdict(set), defaultdict(set), paid_in(plan)
    for post in rows("posts"):
        posted[post["time"][:7]].add(post["member"])
    bought = defaultdict(list)
    for order in ORDERS.values():
        if participant(order["buyer"], when(order["time"])):
            ordered[order["time"][:7]].add(order["buyer"])
        else:
            bought[order["buyer"]].append(when(order["time"]))
    active = {month: ordered[month] | paid[month] for month in MONTHS}
    shares = [share(active[month] & posted[month], active[month]) for month in MONTHS if active[month]]
    agree(plan, community_activity=sum(shares) / len(shares))
    recent = [m for m, times in bought.items() if max(times) >= when("2026-01-01")]
    agree(plan, customers_per_participant=share(recent, set().union(*(active[month] for month in MONTHS[-3:]))))
    times = {m: sorted(t) for m, t in bought.items() if min(t) <= END - 90 * DAY}
    agree(plan, repeat_purchase=share((t for t in times.values() if t[1:] and t[1] - t[0] <= 90 * DAY), times))
    later = {m: {12 * (t.year - min(ts).year) + t.month - min(ts).month for t in ts} for m, ts in bought.items()}
    cohort = [m for m, ts in bought.items() if min(ts) < when("2026-01-01")]
    agree(plan, customer_retention_3=share((m for m in cohort if 3 in later[m]), cohort))


@both
def test_front_loading_and_stock(plan: str) -> None:
    first, year = defaultdict(Fraction), defaultdict(Fraction)
    for line in LINES:
        order = ORDERS[line[0]]
        after = when(order["time"]) - BEGAN.get(order["buyer"], NEVER)
        if timedelta(0) <= after < 365 * DAY:
            year[order["buyer"]] += Fraction(LINES[line]["price"])
            first[order["buyer"]] += Fraction(LINES[line]["price"]) if after < 30 * DAY else 0
    there = [m for m in year if year[m] and min(ENDED[m], END) >= BEGAN[m] + 365 * DAY]
    agree(plan, front_loading=share((m for m in there if first[m] > Fraction(6, 10) * year[m]), there))
    assert printed()[plan, "front_loading"].count == len(there)
    bought, sold = defaultdict(int), defaultdict(int)
    for line in LINES:
        if use(line) == "resale" and ORDERS[line[0]]["kind"] == "for resale":
            bought[ORDERS[line[0]]["buyer"]] += int(LINES[line]["quantity"]) - BACK[line]
    for receipt in rows("receipts"):
        sold[receipt["seller"]] += int(receipt["quantity"])
    months = {m: sum(f <= last_day(q) and t > when(f"{q}-01") for f, t in SPELLS[m] for q in MONTHS) for m in sold}
    cover = sorted(Fraction((bought[m] - sold[m]) * months[m], sold[m]) for m in sold)
    agree(plan, stock_cover=cover[(len(cover) - 1) // 2])


@both
def test_who_ends_with_a_profit(plan: str) -> None:
    net = dict(rewards(plan))
    for line in LINES:
        order = ORDERS[line[0]]
        payer = order["payer"] or order["buyer"]
        if payer in net and (when(order["time"]) >= BEGAN[payer] or use(line) == "joining"):
            net[payer] -= spent(line)
    for receipt in rows("receipts"):
        net[receipt["seller"]] += dollars(receipt["price"], receipt["currency"], when(receipt["time"]))
    for cost in rows("expenses"):
        if cost["member"] in net:
            net[cost["member"]] -= dollars(cost["amount"], cost["currency"], when(cost["time"]))
    agree(plan, net_mean=sum(net.values()) / len(net), net_profit_share=share((v for v in net.values() if v >= 1), net))
    agree(plan, net_loss_share=share((v for v in net.values() if v <= -1), net))
    agree(plan, net_break_even_share=share((v for v in net.values() if -1 < v < 1), net))


def test_every_figure_of_the_comparison_was_read_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: set[str] = {"sponsor_contact_spread"}  # unknown here, and its test says why
    here = globals()
    assert set(PLANS) == {plan for plan, _ in printed()}
    for name in ("agree", "agree_as_printed"):
        real: Callable[..., None] = here[name]

        def noted(plan: str, real: Callable[..., None] = real, **found: Fraction) -> None:
            seen.update(found)
            real(plan, **found)

        monkeypatch.setitem(here, name, noted)
    for name, test in list(here.items()):
        if name.startswith("test_") and name != "test_every_figure_of_the_comparison_was_read_twice":
            test("mlm")
    assert {measure for _, measure in printed()} == seen
