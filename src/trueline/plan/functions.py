"""The functions and built-in names of the plan language as a person reads about them: how written, what they give."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Described:
    """``written`` is the form, ``meaning`` one sentence for member m, ``example`` what a remedy shows."""

    written: str
    meaning: str
    example: str


FUNCTION_TEXTS: dict[str, Described] = {
    "orders": Described(
        "orders(V where ROW, WINDOW)",
        "The sum of a volume over m's own order lines in a window; 'where' keeps some lines only.",
        "orders(pv), orders(pv where kind = customer, last 3 periods).",
    ),
    "largest_order": Described(
        "largest_order(V where ROW, WINDOW)", "The volume of m's largest single order.", "largest_order(pv)."
    ),
    "order_count": Described(
        "order_count(where ROW, WINDOW)",
        "How many orders of m have a matching line that was not wholly returned.",
        "order_count(), order_count(where pv >= 100).",
    ),
    "order": Described(
        "order(V)",
        "The volume of the order that a line stands for; only in rules about a pair, with 'lines: order'.",
        "order(pv), order(price) >= 200.",
    ),
    "frontline": Described(
        "frontline(X in T)",
        "X added up over the members directly below m; of a condition: how many of them meet it.",
        "frontline(pv), frontline(active in placement).",
    ),
    "customers": Described(
        "customers(X in T)",
        "X added up over m's customers: those whose nearest participant above is m.",
        "customers(pv).",
    ),
    "downline": Described("downline(X in T)", "X added up over everybody below m.", "downline(pv)."),
    "group": Described(
        "group(X cut at C in T)",
        "X of m and of everybody below; with 'cut at', without the members that meet C and all below them.",
        "group(pv), group(pv cut at rank >= Director).",
    ),
    "levels": Described(
        "levels(a to b, X in T)", "X added up over the members a to b levels below m.", "levels(1 to 3, pv)."
    ),
    "legs": Described(
        "legs(C in T)",
        "In how many of m's legs somebody, at any depth, meets C.",
        "legs(rank >= Builder).",
    ),
    "enrolled_legs": Described(
        "enrolled_legs(C in T)",
        "The same, counting only people whose sponsor is m.",
        "enrolled_legs(rank >= Builder in placement).",
    ),
    "leg": Described(
        "leg(k, X in T)", "The k-th largest X among the frontline, 0 when there are fewer.", "leg(1, gv)."
    ),
    "rest": Described("rest(k, X in T)", "X of the frontline added up, without the k largest.", "rest(2, gv)."),
    "capped": Described(
        "capped(A, X in T)",
        "X of the frontline added up, each counted up to A at most.",
        "capped(12 000, gv).",
    ),
    "company": Described("company(X)", "X added up over all members.", "company(cv)."),
    "parent": Described("parent(X in T)", "X of the member directly above m; 0 or no for a root.", "parent(tv)."),
    "owner": Described(
        "owner(X)", "X of the member who owns the position m; of a member itself, X.", "owner(rank) >= Builder."
    ),
    "depth": Described("depth(T)", "How many members stand above m.", "depth(sponsor)."),
    "kept": Described("kept(T)", "Whether m is in a tree that was compressed.", "kept(paid)."),
    "slot": Described(
        "slot(k, X in T)",
        "X of the member in slot k below m and of everybody below it, added up; T is a tree with slots.",
        "slot(1, pv in binary).",
    ),
    "position": Described(
        "position(T)",
        "The number under which m was placed in a placed tree, or m's place in a line.",
        "position(matrix).",
    ),
    "min": Described("min(X, …)", "The smallest of the values.", "min(a, b)."),
    "max": Described("max(X, …)", "The largest of the values.", "max(a, b)."),
    "highest": Described("highest(k, X, …)", "The k-th largest of the values.", "highest(2, a, b, c)."),
    "if": Described("if(C, X, Y)", "X where C holds, else Y.", "if(active, 5%, 0)."),
    "whole": Described("whole(X)", "The largest whole number that is not above X.", "whole(pgv / 500)."),
    "ratio": Described(
        "ratio(X, Y, U)",
        "X divided by Y, rounded down to a multiple of the constant U; 0 where Y is 0.",
        "ratio(a, b, 0.0001).",
    ),
    "previous": Described("previous(X)", "X at the end of the period before, from the state.", "previous(pv)."),
    "lifetime": Described(
        "lifetime(X)", "The opening balance and X of all periods run, this one included.", "lifetime(gv)."
    ),
    "last": Described("last(n, X)", "X of this and the n-1 periods before, added up.", "last(3, pv)."),
    "streak": Described(
        "streak(C)",
        "How many periods in a row, this one included, C has held; 0 if it does not hold now.",
        "streak(rank >= Director).",
    ),
    "earned": Described(
        'earned("B")', "What bonus B pays m in this period after its own caps.", 'earned("fast start").'
    ),
    "override": Described(
        'override("W")',
        "Whether an override of kind active, exempt or qualified is in force for m at the end of the period.",
        "override(active).",
    ),
}
"""Every function of the language (docs/semantics.md, section 3)."""

SIGNATURES: dict[str, str] = {name: text.example for name, text in FUNCTION_TEXTS.items()}
"""How each function is written; shown as the remedy beside a wrong call."""

BUILTIN_TEXTS: dict[str, str] = {
    "rank": "The paid-as rank: earned in this period, after overrides.",
    "title": "The rank that is kept, by the rule under 'titles'.",
    "given_rank": "The rank that an override gives, else none.",
    "participant": "Whether the member may earn: the role in force on the last day.",
    "customer": "Whether the member only buys: the role in force on the last day.",
    "new": "Whether the member joined inside the period.",
    "days": "Days from the day of joining to the end of the period, the day of joining counted as 1.",
    "status": "active, suspended, terminated or hold.",
    "ordinal": "1 for the sponsor's first recruit, 2 for the second, and so on.",
    "country": "The member's country, as in the facts.",
    "market": "The member's market, as in the facts.",
}
"""Every built-in name with its meaning at the end of the period."""

COLUMN_TEXTS: dict[str, str] = {
    "kind": "own use, customer, joining pack, autoship or for resale.",
    "sku": "The product's number.",
    "class": "A tag of the product: 'class = tools' holds when the product has it.",
    "region": "Where the order was placed.",
    "quantity": "How many, less what was returned.",
    "price": "What was paid for the line.",
    "retail": "Quantity times retail price.",
    "margin": "Price less quantity times the member's price.",
    "credit": "What of the price was paid with credit in kind.",
    "order_number": "1 for the credited member's first order, 2 for the second, and so on.",
    "day": "1 on the day on which the credited member joined.",
    "month": "1 in the calendar month in which the credited member joined.",
}
"""Columns of an order line that may stand after 'where', beside the volumes."""
