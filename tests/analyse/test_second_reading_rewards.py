"""Where rewards and revenue come from and who gets them, read a second time from the files of the bundled company."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import numpy as np
from tests.analyse.company_files import (
    BEGAN,
    LINES,
    MONTHS,
    ORDERS,
    PEOPLE,
    RECRUITS,
    Money,
    agree,
    agree_as_printed,
    both,
    commissionable,
    dollars,
    last_day,
    participant,
    rewards,
    rows,
    seller,
    share,
    spent,
    tables,
    trees,
    upline,
    use,
    when,
)


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
