"""Dates stand in an order that can have happened."""

from __future__ import annotations

import numpy as np

from trueline.errors import Findings
from trueline.facts.checks.keys import has_columns
from trueline.facts.columns import ALWAYS, NEVER, Int64s, Table, moment, translated
from trueline.facts.parse import Bools
from trueline.facts.shelf import Shelf


def check_dates(shelf: Shelf, findings: Findings) -> None:
    """Ends come after starts, nothing is known before it happened, and orders follow their buyers."""
    for table in shelf.tables.values():
        if table.derived:
            continue
        for start, end in table.spec.spans:
            if start in table and end in table:
                _check_span(table, start, end, findings)
        if table.spec.past and "booked" in table and table.spec.time in table:
            happened, known = table[table.spec.time], table["booked"]
            early = ~happened.blank & ~known.blank & (known.seconds < happened.seconds)
            _report(table, early, "booked", table.spec.time, "known before it happened", findings)
    _check_orders(shelf, findings)
    _check_returns(shelf, findings)


def _check_span(table: Table, start: str, end: str, findings: Findings) -> None:
    starts, ends = table[start].seconds_or(ALWAYS), table[end].seconds_or(NEVER)
    if end == "to":
        wrong = (ends <= starts) & ~table[end].blank & ~table[start].blank
        _report(table, wrong, end, start, "not after it starts; the end is exclusive", findings)
    else:
        _report(table, ends < starts, end, start, "before it", findings)


def _report(table: Table, wrong: Bools, later: str, earlier: str, what: str, findings: Findings) -> None:
    for row in np.flatnonzero(wrong):
        end, start = moment(int(table[later].seconds[row])), moment(int(table[earlier].seconds[row]))
        message = f"{later} {end} against {earlier} {start}: {what}."
        findings.add(*table.place(int(row), later), message, f"Correct {later} or {earlier}.")


def _check_orders(shelf: Shelf, findings: Findings) -> None:
    """Nobody buys before joining."""
    if not has_columns(shelf, {"orders": ("buyer", "time"), "members": ("member", "joined")}):
        return
    orders, members = shelf["orders"], shelf["members"]
    joined = np.full(len(members["member"].dictionary) + 1, ALWAYS, dtype=np.int64)
    joined[members["member"].codes] = members["joined"].seconds_or(ALWAYS)
    joined[-1] = ALWAYS
    of_buyer: Int64s = joined[translated(orders["buyer"], members["member"].dictionary)]
    for row in np.flatnonzero((orders["time"].seconds < of_buyer) & ~orders["time"].blank):
        buyer = orders["buyer"].text(int(row))
        when, since = moment(int(orders["time"].seconds[row])), moment(int(of_buyer[row]))
        message = f"The order of {when} is before its buyer '{buyer}' joined on {since}."
        findings.add(
            *orders.place(int(row), "time"), message, "Correct the time, the buyer, or when the member joined."
        )


def _check_returns(shelf: Shelf, findings: Findings) -> None:
    """Goods come back after they were ordered."""
    if not has_columns(shelf, {"returns": ("order", "time"), "orders": ("order", "time")}):
        return
    returns, orders = shelf["returns"], shelf["orders"]
    of_order = np.append(orders["time"].seconds_or(ALWAYS), ALWAYS)[shelf.sold.order_rows(returns)]
    for row in np.flatnonzero((returns["time"].seconds < of_order) & ~returns["time"].blank):
        when, since = moment(int(returns["time"].seconds[row])), moment(int(of_order[row]))
        order = returns["order"].text(int(row))
        message = f"The return of {when} is before its order '{order}' of {since}."
        findings.add(*returns.place(int(row), "time"), message, "Correct the time or the order.")
