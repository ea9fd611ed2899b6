"""Values of expressions, one member at a time (semantics, sections 3, 4 and 8)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Any

from tests.reference.beside import Beside
from tests.reference.facts_of import column, rows_value
from tests.reference.language import Binary, Call, Name, Number, Rows, Source, Text, Unary
from tests.reference.over_trees import TREE_CALLS, over_tree
from tests.reference.placement import Matrix, Placing
from tests.reference.plan import Book
from tests.reference.rank import Rank
from tests.reference.rounding import rounded
from tests.reference.standing import Placed, placed
from tests.reference.state import State, aged, memory
from tests.reference.tables import looked_up
from tests.reference.trees import Forest, derived
from tests.reference.world import World

BUILT_IN_KINDS = {
    "rank": "rank", "title": "rank", "given_rank": "rank", "participant": "condition", "customer": "condition",
    "new": "condition", "days": "number", "status": "text", "ordinal": "number", "country": "text", "market": "text",
    "level": "number",
}  # fmt: skip
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b, "!=": lambda a, b: a != b, "<": lambda a, b: a < b,
    ">": lambda a, b: a > b, "<=": lambda a, b: a <= b, ">=": lambda a, b: a >= b,
}  # fmt: skip


@dataclass(frozen=True)
class Pair:
    """The other side of a payment, and the order that it is paid on."""

    source: str
    level: int
    order: str | None = None


class Values:
    """Everything that can be asked about members in one period; answers are kept."""

    def __init__(self, book: Book, world: World, state: State) -> None:
        self.book, self.world, self.state = book, world, state
        self.ranks = {name: Rank(k, name) for k, name in enumerate(["none", *book.ranks])}
        self.beside = Beside()
        self.as_it_was: dict[str, str] = {}  # paid-as ranks of a first run that is computed again
        self.earned: Callable[[str, str], Fraction] = lambda _bonus, _member: Fraction(0)
        self.outcome: Callable[[str], Any] = lambda _bonus: None
        self.kept: dict[Any, Any] = {}
        self.busy: set[Any] = set()
        self.forests: dict[str, Forest] = {}
        self.placings: dict[str, Placing] = {}

    def once(self, key: Any, work: Callable[[], Any]) -> Any:
        """The kept answer, or a fresh one; a question that needs its own answer is refused."""
        if key not in self.kept:
            if key in self.busy:
                raise ValueError(f"{key!r} needs itself")
            self.busy.add(key)
            try:
                self.kept[key] = work()
            finally:
                self.busy.discard(key)
        return self.kept[key]

    # Trees

    def forest(self, tree: str | None) -> Forest:
        name = tree or self.book.tree
        if name not in self.forests:
            if name in self.book.trees:
                self.forests[name] = self.once(("tree", name), lambda: self.made(name))
            elif name in self.world.parents:
                slots = {m: slot for m, (_, slot) in self.world.seats.get(name, {}).items() if slot is not None}
                self.forests[name] = Forest(self.world.parents[name], slot=slots)
            else:
                self.forests[name] = Forest(dict.fromkeys(m for m in self.world.members if m not in self.world.owners))
        return self.forests[name]

    def made(self, name: str) -> Forest:
        """A tree that the plan makes."""
        rule = self.book.trees[name]
        if "placed" not in rule:
            return derived(self, rule, self.state.fixed.get(name, {}) if "fixed" in rule else {})
        self.placings[name] = Placing(self, name, rule["placed"], self.state.matrices.get(name, Matrix()))
        return self.placings[name].forest()

    # Expressions

    def of(self, text: str, member: str | None, pair: Pair | None = None) -> Any:
        """The value of a written expression."""
        return self.value(self.book.read(text), member, pair)

    def holds(self, text: str, member: str | None, pair: Pair | None = None) -> bool:
        return bool(self.of(text, member, pair))

    def number(self, tree: Any, member: str | None, pair: Pair | None = None) -> Fraction:
        """A number, or 1 and 0 for a condition."""
        value = self.value(tree, member, pair)
        return Fraction(int(value)) if isinstance(value, bool) else value

    def value(self, tree: Any, member: str | None, pair: Pair | None = None) -> Any:
        if isinstance(tree, Number):
            return tree.value
        if isinstance(tree, Source):
            assert pair is not None
            return self.name(tree.value, pair.source)
        if isinstance(tree, Name):
            if tree.value == "level" and pair is not None:
                return Fraction(pair.level)
            return self.name(tree.value, member)
        if isinstance(tree, Unary):
            inner = self.value(tree.inner, member, pair)
            return not inner if tree.op == "not" else -inner
        if isinstance(tree, Binary):
            return self.binary(tree, member, pair)
        if isinstance(tree, Rows):
            assert member is not None
            return self.once((tree, member), lambda: rows_value(self, tree, str(member)))
        if isinstance(tree, Call):
            return self.call(tree, member, pair)
        raise ValueError(f"{tree!r} has no value here")

    def binary(self, tree: Binary, member: str | None, pair: Pair | None) -> Any:
        if tree.op == "and":
            return self.value(tree.left, member, pair) and self.value(tree.right, member, pair)
        if tree.op == "or":
            return self.value(tree.left, member, pair) or self.value(tree.right, member, pair)
        if tree.op in COMPARE:
            left_kind, right_kind = self.kind(tree.left), self.kind(tree.right)
            left = self.side(tree.left, right_kind, member, pair)
            right = self.side(tree.right, left_kind, member, pair)
            return COMPARE[tree.op](left, right)
        left, right = self.value(tree.left, member, pair), self.value(tree.right, member, pair)
        if tree.op == "+":
            return left + right
        if tree.op == "-":
            return left - right
        return left * right if tree.op == "*" else left / right

    def side(self, tree: Any, other: str, member: str | None, pair: Pair | None) -> Any:
        """One side of a comparison: beside a rank or a text, a word is a constant."""
        word = tree.value if isinstance(tree, (Name, Text)) else None
        if other == "text" and word is not None:
            return word
        if other == "rank" and word is not None and self.kind(tree) != "rank":
            return self.ranks[word]
        return self.value(tree, member, pair)

    def kind(self, tree: Any) -> str:
        """number, condition, rank, text, or word for what can only be a constant."""
        if isinstance(tree, Text):
            return "word"
        if isinstance(tree, (Name, Source)):
            word = tree.value
            if word in self.book.measures or word in self.book.tables or word in self.book.moves:
                return "number"
            if word in self.book.conditions:
                return "condition"
            return "text" if word in self.book.attributes else BUILT_IN_KINDS.get(word, "word")
        if isinstance(tree, Unary):
            return "condition" if tree.op == "not" else "number"
        if isinstance(tree, Binary):
            return "condition" if tree.op in COMPARE or tree.op in ("and", "or") else "number"
        if isinstance(tree, Call):
            if tree.function in ("override", "kept"):
                return "condition"
            if tree.function in ("previous", "parent", "owner"):
                return self.kind(tree.arguments[0])
            if tree.function == "if":
                return self.kind(tree.arguments[1])
        return "number"

    def nothing(self, tree: Any) -> Any:
        """0, false or none, as the expression asks."""
        return {"condition": False, "rank": self.ranks["none"]}.get(self.kind(tree), Fraction(0))

    def name(self, word: str, member: str | None) -> Any:
        if member is None:
            raise ValueError(f"{word} has no value for the company")
        return self.once((word, member), lambda: self.named(word, member))

    def named(self, word: str, member: str) -> Any:
        book, world = self.book, self.world
        if word in book.measures:
            return self.number(book.measures[word], member)
        if word in book.conditions:
            return self.value(book.conditions[word], member)
        if word in book.tables:
            return looked_up(self, book.tables[word], member)
        if word in book.moves:
            return self.forest(book.moves[word]).moved[word][member]
        if word in book.attributes:
            value = world.facts[member].get("attribute." + word)
            if value not in book.attributes[word]:
                raise ValueError(f"{member} has no legal {word}")
            return value
        if word in ("participant", "customer"):
            return word in world.roles[member]
        joined = world.joined[member]
        if word == "new":
            return joined is not None and world.period.holds(joined)
        if word == "days":
            return Fraction(0 if joined is None else (world.period.last - joined).days + 1)
        if word == "status":
            return world.status.get(member, "active")
        if word in ("country", "market"):
            if not world.facts[member].get(word):
                raise ValueError(f"{member} has no {word}")
            return world.facts[member][word]
        if word == "ordinal":
            return self.ordinal(member)
        if word == "rank":
            return self.ranks[self.placed(member).paid]
        if word == "title":
            return self.ranks[self.placed(member).title]
        if word == "given_rank":
            overrides = world.overrides[member]
            given = [self.ranks[one] for what in ("rank", "forced rank") for one in overrides.get(what, [])]
            return max(given, default=self.ranks["none"])
        raise ValueError(f"no name {word!r}")

    def ordinal(self, member: str) -> Fraction:
        parent = self.forest("sponsor").parent.get(member)
        if parent is None:
            return Fraction(0)
        recruits = sorted(self.forest("sponsor").below[parent], key=self.world.by_joining)
        return Fraction(recruits.index(member) + 1)

    def placed(self, member: str) -> Placed:
        found: Placed = self.once(("placed", member), lambda: placed(self, member))
        return found

    def call(self, tree: Call, member: str | None, pair: Pair | None) -> Any:
        name, given = tree.function, tree.arguments
        if name in TREE_CALLS:
            return self.once((tree, member), lambda: over_tree(self, tree, str(member)))
        if name == "company":
            return self.once(tree, lambda: sum((self.number(given[0], one) for one in self.world.members), Fraction(0)))
        if name == "owner":
            return self.value(given[0], self.world.owner(str(member)))
        if name in ("previous", "lifetime", "last", "streak"):
            return self.once((tree, member), lambda: self.history(tree, member))
        if name == "if":
            return self.value(given[1] if self.value(given[0], member, pair) else given[2], member, pair)
        if name == "earned":
            assert member is not None
            return self.earned(given[0], member)
        if name == "order":
            assert pair is not None
            lines = [line for line in self.world.lines[pair.source] if line.order is not None and not line.returned]
            return sum((column(line, given[0]) for line in lines if line.order == pair.order), Fraction(0))
        if name == "override":
            return given[0] in self.world.overrides[str(member)]
        numbers = [self.number(one, member, pair) for one in given]
        if name == "min":
            return min(numbers)
        if name == "max":
            return max(numbers)
        if name == "highest":
            return sorted(numbers[1:], reverse=True)[int(numbers[0]) - 1]
        if name == "whole":
            return Fraction(floor(numbers[0]))
        if name == "ratio":
            return rounded(numbers[0] / numbers[1], numbers[2], "floor") if numbers[1] else Fraction(0)
        raise ValueError(f"no function {name!r}")

    def history(self, tree: Call, member: str | None) -> Any:
        """`previous`, `lifetime`, `last(n, …)` and `streak`, from what the state kept under the same writing."""
        before = self.state.values.get(memory(tree), {}).get(str(member))
        inner = tree.arguments[-1]
        if tree.function == "previous":
            if isinstance(before, Rank):  # its place in the ladder of that time may be another one now
                return self.ranks[before.name]
            return self.nothing(inner) if before is None else before
        if tree.function == "lifetime":
            return (before or Fraction(0)) + self.number(inner, member)
        if tree.function == "last":
            length = int(self.number(tree.arguments[0], member))
            return self.number(inner, member) + sum(
                ([] if length == 1 else (before or [])[-(length - 1) :]), Fraction(0)
            )
        return (before or Fraction(0)) + 1 if self.value(inner, member) else Fraction(0)

    def remembered(self, tree: Call, member: str) -> Any:
        """What the next period needs of a history function."""
        inner = tree.arguments[-1]
        if tree.function == "previous":
            return self.value(inner, member)
        if tree.function == "last":
            before = self.state.values.get(memory(tree), {}).get(member, [])
            return aged(before, self.number(inner, member), int(self.number(tree.arguments[0], member)))
        return self.value(tree, member)
