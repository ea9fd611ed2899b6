"""Reading the arguments of a call: an expression with its modifiers, a tree, a whole number."""

from __future__ import annotations

from dataclasses import dataclass

from trueline.errors import nearest
from trueline.plan.functions import SIGNATURES
from trueline.plan.nodes import Argument, Call, Node, Number, Window, Word
from trueline.plan.resolver import Resolver, Unresolved
from trueline.plan.typed import RankType, TextType, Typed

MOST = 1000
"""Largest whole number that stands as an argument: positions of legs, numbers of periods."""


@dataclass(frozen=True)
class Arguments:
    """The arguments of one call; what is asked for and not there becomes a finding that shows how it is written."""

    resolver: Resolver
    call: Call

    @property
    def function(self) -> str:
        return self.call.function

    def __len__(self) -> int:
        return len(self.call.arguments)

    def fail(self, message: str, column: int | None = None) -> Unresolved:
        shown = f"Such as {SIGNATURES[self.function]}"
        return self.resolver.fail(self.call.column if column is None else column, message, shown)

    def exactly(self, count: int) -> None:
        if len(self) != count:
            raise self.fail(f"'{self.function}' takes {count} argument{'s' * (count != 1)}, {len(self)} given.")

    def one(self, index: int, what: str) -> Argument:
        found = self.call.arguments[index] if index < len(self) else None
        if not isinstance(found, Argument):
            inside = "a window" if isinstance(found, Window) else "a span of levels"
            raise self.fail(f"'{self.function}' needs {what}" + (f" where {inside} stands." if found else "."))
        return found

    def plain(self, argument: Argument, *allowed: str) -> Node:
        """The expression of an argument whose other modifiers must be absent."""
        for word, value in (("where", argument.where), ("cut at", argument.cut), ("in", argument.tree)):
            if value is not None and word not in allowed:
                raise self.fail(f"'{self.function}' takes no '{word}'.", argument.column)
        if argument.value is None:
            raise self.fail(f"'{self.function}' needs a value.")
        return argument.value

    def node(self, index: int, what: str) -> Node:
        return self.plain(self.one(index, what))

    def whole(self, index: int) -> int:
        node = self.node(index, "a whole number")
        if not isinstance(node, Number) or node.value.denominator != 1 or not 1 <= node.value <= MOST:
            raise self.fail(f"A whole number from 1 to {MOST} is needed here.", node.column)
        return int(node.value)

    def numbers(self, start: int = 0) -> tuple[Typed, ...]:
        """All arguments from one on, each a number."""
        if start >= len(self):
            raise self.fail(f"'{self.function}' needs values.")
        return tuple(self.resolver.numeric(self.node(index, "a number")) for index in range(start, len(self)))

    def tree(self, argument: Argument) -> str:
        return self.resolver.scope.main_tree if argument.tree is None else self.tree_name(argument.tree)

    def tree_name(self, word: Word) -> str:
        """A derived tree of the plan, or a tree of the facts."""
        known = self.resolver.scope.tree_names()
        if self.resolver.scope.left_out(word.text):
            raise Unresolved  # its own finding stands
        if word.text not in known:
            raise self.resolver.fail(word.column, f"Unknown tree '{word.text}'.", nearest(word.text, known))
        return word.text

    def step_of(self, typed: Typed) -> str:
        """The key of a step that holds this member expression."""
        return self.resolver.scope.step_of(typed, self.resolver.path)

    def countable(self, node: Node) -> Typed:
        """A number or condition of another member."""
        typed = self.resolver.inner("member").resolve(node)
        if isinstance(typed.type, RankType | TextType):
            message = f"A number or condition is needed here, this is a {typed.type}."
            raise self.fail(message, node.column)
        return typed
