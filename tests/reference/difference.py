"""`difference` (semantics, section 7.3)."""

from __future__ import annotations

from fractions import Fraction

from tests.reference.entitled import Course, Part
from tests.reference.language import Name, number_of
from tests.reference.lines import Kind, Outcome, Piece
from tests.reference.tables import rates_written


def difference(kind: Kind) -> Outcome:
    """The source form or the group form."""
    if kind.bonus.get("form", "source") == "group":
        return by_group(kind)
    walk = Walk(kind)
    course = Course(kind, kind.bonus["rate"]) if kind.bonus.get("entitled") == "before each order" else None
    if course is not None and walk.ceiling is None:
        walk.top = course.top
    for piece in kind.pieces():
        if course is None:
            walk.walk(piece)
            continue
        for part in course.parts(piece, [piece.source, *kind.forest.uplines(piece.source)]):
            walk.now = part
            walk.walk(part.piece)
    return kind.outcome


def best_rates(kind: Kind) -> list[Fraction]:
    """Every rate that the table named by `rate` holds, or else the rates of all members."""
    tree = kind.values.book.read(kind.bonus["rate"])
    if isinstance(tree, Name) and tree.value in kind.values.book.tables:
        return rates_written(kind.values.book.tables[tree.value])
    return [kind.values.number(tree, member) for member in kind.values.world.members]


class Walk:
    """One source at a time, upwards, with what is paid and what is left."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        bonus = kind.bonus
        self.ceiling = number_of(bonus["ceiling"]) if "ceiling" in bonus else None
        self.top = self.ceiling if self.ceiling is not None else max(best_rates(kind), default=Fraction(0))
        self.reserve = number_of(bonus["reserve"]) if "reserve" in bonus else None
        self.minimum = number_of(bonus["minimum"]) if "minimum" in bonus else None
        self.now: Part | None = None

    def number(self, text: str, member: str) -> Fraction:
        return self.kind.values.number(self.kind.values.book.read(text), member)

    def rate(self, u: str) -> Fraction:
        return self.number(self.kind.bonus["rate"], u) if self.now is None else self.now.rates[u]

    def part(self, *words: str) -> str:
        return " ".join([*words, *([self.now.name] if self.now and self.now.name else [])])

    def stops(self, u: str) -> bool:
        return "stop at" in self.kind.bonus and self.kind.values.holds(self.kind.bonus["stop at"], u)

    def walk(self, piece: Piece) -> None:
        kind, source = self.kind, piece.source
        outcome = kind.outcome
        uplines = kind.forest.uplines(source)
        itself = kind.bonus.get("from", "upline") == "self"
        consumes = kind.bonus.get("unqualified", "skipped") == "consumes"
        start = self.number(kind.bonus["start"], source) if "start" in kind.bonus else Fraction(0)
        paid, left = start, None if self.ceiling is None else self.ceiling - start
        promised = max(self.top - start, Fraction(0))
        outcome.promised += promised * piece.base
        handed = unqualified = reserved = Fraction(0)
        stopped, used = self.stops(source), False
        path = [(0, source)] if itself and source in kind.forest.parent else []
        if not stopped:
            path += list(enumerate(uplines, start=1))
        for distance, u in path:
            fit = kind.who(u)
            if not fit and not consumes:
                continue
            gap = self.rate(u) - paid
            if gap > 0:
                part = gap if left is None else max(min(gap, left), Fraction(0))
                if fit:
                    kind.pay(u, piece, distance, part, self.part())
                    handed += part
                else:
                    unqualified += part
                paid += gap
                left = None if left is None else left - gap
            else:
                if distance == 1 and self.reserve is not None and left is not None:
                    reserved += max(min(self.reserve, left), Fraction(0))
                    left -= self.reserve
                if gap == 0 and self.minimum is not None and not used and fit:
                    part = self.minimum if left is None else max(min(self.minimum, left), Fraction(0))
                    kind.pay(u, piece, distance, part, self.part("minimum"))
                    handed += part
                    left = None if left is None else left - part
                    used = True
            if left is not None and left <= 0:
                break
            if self.stops(u):
                stopped = True
                break
        outcome.lost("unqualified", unqualified * piece.base)
        outcome.lost("reserved", reserved * piece.base)
        rest = promised - handed - unqualified - reserved
        name = (
            "no upline"
            if not uplines and not (itself and source in kind.forest.parent)
            else "blocked"
            if stopped
            else "rank"
        )
        outcome.lost("rank" if rest < 0 else name, rest * piece.base)


def by_group(kind: Kind) -> Outcome:
    """Each member's rate on its group, less what its frontline has on theirs."""
    values, outcome = kind.values, kind.outcome
    base, rate = (values.book.read(kind.bonus[key]) for key in ("base", "rate"))
    for member in values.world.members:
        own = values.number(rate, member)
        if not own:
            continue
        parts = [(member, 0, own, "gross")]
        parts += [(c, 1, -min(values.number(rate, c), own), "less") for c in kind.forest.below.get(member, [])]
        for source, level, share, part in parts:
            piece = Piece(source, None, None, values.number(base, source))
            outcome.promised += share * piece.base
            if not kind.who(member):
                outcome.lost("unqualified", share * piece.base)
            elif piece.base:
                kind.pay(member, piece, level, share, part)
    return outcome
