"""The small change of sentences: numbers, lists, plurals, comparisons."""

from __future__ import annotations

import re
from fractions import Fraction

from trueline.money import format_number

MIRRORED = {">=": "<=", "<=": ">=", ">": "<", "<": ">", "=": "=", "!=": "!="}
OPPOSITE = {">=": "<", "<": ">=", ">": "<=", "<=": ">", "=": "!=", "!=": "="}
THAN = {">=": "at least", "<=": "at most", ">": "more than", "<": "less than", "=": "exactly", "!=": "other than"}
ACRONYM = 3
"""Names of volumes up to this length are written in capitals: PV, CV, BV."""


def human(name: str) -> str:
    """A name as a person writes it."""
    return name.replace("_", " ")


def volume_name(name: str) -> str:
    special = {"price": "price paid", "retail": "retail value", "margin": "retail margin", "quantity": "quantity"}
    return special.get(name) or (name.upper() if len(name) <= ACRONYM and name.islower() else human(name))


def amount(value: Fraction) -> str:
    return format_number(value, group=True)


def percent(value: Fraction) -> str:
    return f"{format_number(value * 100)}%"


def listed(parts: list[str], word: str = "and") -> str:
    """``a, b and c``; with semicolons where a part has commas of its own."""
    if len(parts) < 2:
        return "".join(parts)
    comma = "; " if any(", " in part for part in parts) else ", "
    return f"{comma.join(parts[:-1])}{comma.rstrip() if comma == '; ' else ''} {word} {parts[-1]}"


def ordinal(k: int) -> str:
    return {1: "", 2: "second ", 3: "third "}.get(k, f"{k}th ")


def plural(who: str) -> str:
    """What follows 'somebody who' as it follows 'members who'."""
    for one, many in (("a participant", "participants"), ("a customer", "customers")):
        who = who.replace(f"is {one}", f"are {many}").replace(f"is not {one}", f"are not {many}")
    verbs = {"has": "have", "meets": "meet", "does": "do", "is": "are"}
    return re.sub(r"(^|and |or |, |; )(has|meets|does|is)(?= )", lambda found: found[1] + verbs[found[2]], who)


def one_of(counted: str) -> str:
    """What is counted, where it is one: 'legs with somebody who …' is 'leg with somebody who …'."""
    return re.sub(r"^(legs|frontline members|own customers|members|periods)\b", lambda found: found[1][:-1], counted)


def said(text: str) -> str:
    """A sentence in which a clause that begins with 'for whom' needs no 'who' before it."""
    return text.replace(" who for whom ", " for whom ")


def than_rank(operator: str) -> str:
    words = {">=": "is at least", "<=": "is at most", ">": "is above", "<": "is below", "=": "is", "!=": "is not"}
    return words[operator]


def is_long(noun: str) -> bool:
    return noun.startswith("the ") or any(word in noun for word in (" plus ", " minus ", " if ", " who ", ", "))


def bracketed(noun: str) -> str:
    """A noun that is a sum or has clauses of its own, in brackets, so that what follows belongs to all of it."""
    compound = any(word in noun for word in (" plus ", " minus ", " if ", ", "))
    return f"({noun})" if compound and not noun.startswith("(") else noun
