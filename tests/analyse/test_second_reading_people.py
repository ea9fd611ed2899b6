"""Recruiting, help, product and success, read a second time from the files of the bundled company."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from math import sqrt
from typing import Any

from tests.analyse.company_files import (
    BACK,
    BEGAN,
    DAY,
    END,
    ENDED,
    LINES,
    MONTHS,
    NEVER,
    ORDERS,
    PEOPLE,
    RECRUITER,
    RECRUITS,
    SPELLS,
    START,
    Money,
    Row,
    agree,
    agree_as_printed,
    both,
    cents,
    commissionable,
    customer,
    dollars,
    last_day,
    paid_in,
    participant,
    printed,
    rewards,
    rows,
    share,
    spent,
    tables,
    trees,
    upline,
    use,
    when,
)


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
