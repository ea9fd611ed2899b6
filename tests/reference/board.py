"""`board` (semantics, section 7.10): boards of seats that fill, pay their top and split."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from tests.reference.facts_of import column, counts
from tests.reference.language import number_of
from tests.reference.lines import Kind, Outcome, Piece
from tests.reference.orders import in_order
from tests.reference.seats import Boards, Entry


def board(kind: Kind) -> Outcome:
    """The queue of a period, entry by entry."""
    game = Game(kind)
    game.play()
    kind.outcome.boards = Boards(game.open, game.queue)
    return kind.outcome


class Game:
    """A board bonus in one period."""

    def __init__(self, kind: Kind) -> None:
        self.kind, self.bonus, self.values = kind, kind.bonus, kind.values
        self.width, self.height = int(self.bonus["width"]), int(self.bonus["height"])
        self.pays = number_of(self.bonus["pays"])
        before = self.values.state.boards.get(kind.name, Boards())
        self.open = [list(seats) for seats in before.open]
        self.size = sum(self.width**k for k in range(self.height + 1))
        if any(len(seats) != self.size for seats in self.open):
            raise ValueError(f"the state holds boards of other seats than {self.size}")
        self.queue = [*before.queue, *self.new(), *self.fed()]

    def new(self) -> list[Entry]:
        """The entries that the orders of the period give, in order of time."""
        factor, rows = self.values.book.sales(self.values.book.read(self.bonus["enters"]))
        lines = []
        for member in self.values.world.members:
            if "sources" in self.bonus and not self.values.holds(self.bonus["sources"], member):
                continue
            lines += [
                line
                for line in self.values.world.lines[member]
                if counts(self.values, rows, line) and not line.returned
            ]
        lines.sort(key=lambda one: (one.moment, one.order is None, in_order(one.order), in_order(one.line)))
        at, found = self.bonus.get("enters at", "sponsor"), []
        for line in lines:
            found += [Entry(line.member, at)] * max(floor(factor * column(line, rows.volume)), 0)
        return found

    def fed(self) -> list[Entry]:
        """What other boards feed, in the order of the plan and of their fillings."""
        at, found = self.bonus.get("enters at", "sponsor"), []
        for name, other in self.values.book.bonuses.items():
            if other.get("feeds") == self.kind.name:
                found += [Entry(member, at) for member in self.values.outcome(name).fed]
        return found

    def play(self) -> None:
        self.kind.outcome.exactly = True
        fillings, most = 0, int(self.bonus["at most"])
        while self.queue and fillings < most:
            entry = self.queue.pop(0)
            seats = self.choose(entry)
            seats[seats.index(None)] = entry.member
            if None not in seats:
                fillings += 1
                self.fill(seats, entry.member, fillings)

    def choose(self, entry: Entry) -> list[str | None]:
        """The board that an entry enters; a new one has the top free."""
        if not self.open:
            self.open.append([None] * self.size)
        if entry.at == "sponsor":
            for upline in self.kind.forest.uplines(entry.member):
                for seats in self.open:
                    if upline in seats:
                        return seats
        return self.open[0]

    def fill(self, seats: list[str | None], last: str, number: int) -> None:
        """Pay the top, split, feed and return."""
        top = str(seats[0])
        self.kind.outcome.promised += self.pays
        if top in self.values.world.facts and self.kind.who(top):
            self.kind.pay(top, Piece(last, None, None, self.pays), number, Fraction(1))
        else:
            self.kind.outcome.lost("unqualified", self.pays)
        self.open = [one for one in self.open if one is not seats]
        if self.bonus.get("splits", "yes") == "yes":
            for seat in range(1, self.width + 1):
                self.open.append(self.below(seats, seat))
        if "feeds" in self.bonus:
            self.kind.outcome.fed.append(top)
        if self.bonus.get("enters again", "no") != "no":
            self.queue.insert(0, Entry(top, self.bonus["enters again"]))

    def below(self, seats: list[str | None], top: int) -> list[str | None]:
        """The board that a seat of the first level heads; its last level is free."""
        found: list[str | None] = []
        level = [top]
        for _ in range(self.height):
            found += [seats[place] for place in level]
            level = [place * self.width + k for place in level for k in range(1, self.width + 1)]
        return found + [None] * self.width**self.height
