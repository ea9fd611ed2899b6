"""Expected values against a result made by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import pytest

from trueline.case.comparing import Difference, Value, agrees, differences, shown
from trueline.case.model import Expectation, Wanted, WantedLine, WantedPayers
from trueline.case.reader import Place

PLACE = Place("page.yaml", 3, 7)


@dataclass(frozen=True)
class Line:
    bonus: str
    receiver: str
    source: str | None
    amount: Fraction
    level: int | None = 1
    rate: Fraction = Fraction(1, 10)
    part: str | None = None


LINES = (
    Line("level", "A", "B", Fraction(10)),
    Line("level", "A", "C", Fraction(5), level=2, rate=Fraction(1, 20)),
    Line("level", "A", "D", Fraction(5), level=2, rate=Fraction(1, 20)),
    Line("rebate", "A", "A", Fraction(3), level=0),
)


@dataclass(frozen=True)
class Result:
    """What an engine may answer."""

    breakage: Mapping[str, Mapping[str, Fraction]] = field(
        default_factory=lambda: {"level": {"no upline": Fraction(7)}}
    )

    def amount(self, member: str, bonus: str) -> Fraction:
        return self.total(bonus) if member == "A" else Fraction(0)

    def total(self, bonus: str) -> Fraction:
        return sum((line.amount for line in LINES if line.bonus == bonus), Fraction(0))

    def carried(self, member: str) -> Fraction:
        return Fraction(4) if member == "B" else Fraction(0)

    def forgiven(self, member: str) -> Fraction:
        return Fraction(3) if member == "C" else Fraction(0)

    def expired(self, member: str, bonus: str) -> Fraction:
        return Fraction(1) if (member, bonus) == ("C", "level") else Fraction(0)

    def deduction(self, member: str, name: str) -> Fraction:
        return Fraction(5) if (member, name) == ("B", "fee") else Fraction(0)

    def paid_in(self, member: str, currency: str) -> Fraction:
        return {("A", "EUR"): Fraction(9)}.get((member, currency), Fraction(0))

    def held(self, member: str, bonus: str) -> Fraction:
        return Fraction(2) if (member, bonus) == ("B", "level") else Fraction(0)

    def goods(self, member: str) -> Fraction:
        return Fraction(8) if member == "B" else Fraction(0)

    def bank(self, member: str, bonus: str, side: str) -> Fraction:
        return Fraction(6) if (member, bonus, side) == ("A", "level", "left") else Fraction(0)

    def rank(self, member: str) -> str | None:
        return "Gold" if member == "A" else None

    def title(self, member: str) -> str | None:
        return "Silver" if member == "A" else None

    def measure(self, member: str, name: str) -> Value:
        return {"active": member == "A", "own": Fraction(3, 2), "scheme": "EU"}[name]

    def parent(self, tree: str, member: str) -> str | None:
        return {("sponsor", "B"): "A"}.get((tree, member))

    def in_tree(self, tree: str, member: str) -> bool:
        return (tree, member) != ("paid", "C")

    def lines(self, bonus: str | None = None, receiver: str | None = None) -> Iterator[Line]:
        return (line for line in LINES if bonus in (None, line.bonus) and receiver in (None, line.receiver))


def found(*expect: Expectation) -> list[Difference]:
    return differences(expect, Result(), ["A", "B", "C"], ["level", "rebate"])


MET = [
    ("amounts", ("A", "level"), "20"),
    ("amounts", ("A", "total"), "23.00"),
    ("amounts", ("B", "level"), "0"),
    ("levels", ("A", "level", "2"), "10"),
    ("totals", ("total",), "23"),
    ("totals", ("rebate",), "3"),
    ("ranks", ("A",), "Gold"),
    ("ranks", ("B",), "none"),
    ("titles", ("A",), "Silver"),
    ("measures", ("A", "active"), "yes"),
    ("measures", ("B", "active"), "no"),
    ("measures", ("A", "own"), "1.50"),
    ("measures", ("A", "own"), "150%"),
    ("measures", ("A", "scheme"), "EU"),
    ("parents", ("sponsor", "B"), "A"),
    ("parents", ("sponsor", "A"), "none"),
    ("parents", ("paid", "C"), "removed"),
    ("breakage", ("level", "no upline"), "7"),
    ("breakage", ("rebate", "no upline"), "0"),
    ("carried", ("B",), "4"),
    ("held", ("B", "level"), "2"),
    ("bank", ("level", "A", "left"), "6"),
    ("goods", ("B",), "8"),
    ("paid out", ("A", "EUR"), "9"),
]


@pytest.mark.parametrize(("section", "keys", "value"), MET)
def test_a_value_that_is_there(section: str, keys: tuple[str, ...], value: str) -> None:
    assert found(Wanted(section, keys, value, PLACE)) == []


MISSED = [
    ("amounts", ("A", "level"), "20.01", "20"),
    ("amounts", ("A", "total"), "0", "23"),
    ("amounts", ("B", "level"), "20", "0"),
    ("levels", ("A", "level", "3"), "10", "0"),
    ("ranks", ("B",), "Gold", "none"),
    ("measures", ("A", "active"), "no", "yes"),
    ("measures", ("A", "own"), "149%", "150%"),
    ("measures", ("A", "own"), "one and a half", "1.5"),
    ("parents", ("paid", "C"), "none", "removed"),
    ("parents", ("sponsor", "A"), "removed", "none"),
    ("breakage", ("level", "no upline"), "0", "7"),
    ("carried", ("A",), "4", "0"),
    ("bank", ("level", "A", "right"), "6", "0"),
    ("paid out", ("A", "JPY"), "9", "0"),
]


@pytest.mark.parametrize(("section", "keys", "value", "got"), MISSED)
def test_a_value_that_is_not_there(section: str, keys: tuple[str, ...], value: str, got: str) -> None:
    assert found(Wanted(section, keys, value, PLACE)) == [Difference(PLACE, " ".join((section, *keys)), value, got)]


def test_a_difference_reads_like_a_finding() -> None:
    [difference] = found(Wanted("amounts", ("A", "level"), "21", PLACE))

    assert str(difference) == "page.yaml:3:7: amounts A level: expected 21, got 20"


@pytest.mark.parametrize(
    "keys",
    [
        {"receiver": "A", "source": "B", "bonus": "level"},
        {"bonus": "level", "level": "1", "rate": "10%", "amount": "10.00"},
        {"source": "D"},
        {"source": "E", "bonus": "level", "amount": "0"},
        {"receiver": "B", "amount": "0.00"},
    ],
)
def test_a_line_that_exists_once_or_must_not_exist(keys: dict[str, str]) -> None:
    assert found(WantedLine(keys, PLACE)) == []


@pytest.mark.parametrize(
    ("keys", "expected", "got"),
    [
        ({"source": "B", "amount": "11"}, "one of 11", "10 at 10% from B on level 1"),
        ({"source": "B", "rate": "5%"}, "one", "10 at 10% from B on level 1"),
        ({"level": "2"}, "one", "5 at 5% from C on level 2; 5 at 5% from D on level 2"),
        ({"source": "B", "amount": "0"}, "none", "10 at 10% from B on level 1"),
        ({"receiver": "B", "amount": "1"}, "one of 1", "none"),
        (
            {"bonus": "rebate", "part": "gross"},
            "one",
            "3 at 10% from A on level 0",
        ),
    ],
)
def test_a_line_that_is_missing_or_not_alone(keys: dict[str, str], expected: str, got: str) -> None:
    [difference] = found(WantedLine(keys, PLACE))

    assert (difference.expected, difference.got) == (expected, got)


def test_many_lines_are_not_all_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Result, "lines", lambda *_, **__: iter(LINES * 2))

    assert found(WantedLine({"amount": "1"}, PLACE))[0].got.endswith("; and 4 more")


def test_payers_are_all_and_no_others() -> None:
    assert found(WantedPayers("level", frozenset({"A"}), PLACE)) == []
    assert found(WantedPayers("level", frozenset({"A", "B"}), PLACE)) == [
        Difference(PLACE, "payers level", "A, B", "A")
    ]
    assert found(WantedPayers("none such", frozenset({"B"}), PLACE)) == [
        Difference(PLACE, "payers none such", "B", "nobody")
    ]


@pytest.mark.parametrize(
    ("written", "got", "agree"),
    [
        ("16.5", Fraction(33, 2), True),
        ("16.50", Fraction(33, 2), True),
        ("16.5", Fraction(165001, 10000), False),
        ("2/37%", Fraction(2, 3700), True),
        ("2/37", Fraction(2, 37), True),
        ("20 000", 20000, True),
        ("-3", Fraction(-3), True),
        ("three", Fraction(3), False),
        ("yes", True, True),
        ("true", True, False),
        ("1", True, False),
        ("none", None, True),
        ("none", "", True),
        ("Gold", "gold", False),
    ],
)
def test_values_agree_exactly(written: str, got: Value, *, agree: bool) -> None:
    assert agrees(written, got) is agree


@pytest.mark.parametrize(
    ("got", "like", "text"),
    [
        (Fraction(1, 3), "", "1/3"),
        (Fraction(12345, 10), "", "1 234.5"),
        (Fraction(3, 20), "15%", "15%"),
        (False, "", "no"),
        (None, "", "none"),
        ("EU", "5%", "EU"),
    ],
)
def test_values_are_shown_as_a_page_would_write_them(got: Value, like: str, text: str) -> None:
    assert shown(got, like) == text
