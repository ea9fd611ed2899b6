"""A page says what it says, and every mistake in it is shown at its place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from trueline.case.model import Page, Product, Wanted, WantedLine, WantedPayers
from trueline.case.page import read_page
from trueline.errors import Refused
from trueline.period import Period

Read = Callable[[str], Page]
Findings = Callable[[str], list[str]]


def test_a_small_page(read: Read, small: str) -> None:
    page = read(small)

    assert (page.name, page.title) == ("small", "Ten per cent of the next level")
    assert (page.source.seen, page.source.confidence, page.source.disputed) == ("none", "high", False)
    assert [member.id for member in page.members] == ["A", "B"]
    assert page.members[0].attributes == {"scheme": "EU"}
    assert (page.members[1].parents, page.members[1].volumes) == ({"sponsor": "A"}, {"pv": Fraction(1000)})
    assert [chapter.period for chapter in page.chapters] == [Period.parse("2024-01")]
    assert [str(wanted.keys) for wanted in page.chapters[0].expect if isinstance(wanted, Wanted)] == ["('A', 'level')"]


def test_the_plan_keeps_its_places_in_the_page(read: Read, small: str) -> None:
    plan = read(small).plan

    assert plan.data["bonuses"]["level"]["rates"] == ["10%"]
    assert plan.place(("bonuses", "level", "rates", 0)) == (17, 15)
    assert plan.place(("volumes",), key=True) == (9, 3)


def test_a_plan_may_stand_in_a_file_beside_the_page(tmp_path: Path, small: str) -> None:
    lines = small.splitlines()
    block = [line[2:] for line in lines[4:17]]
    (tmp_path / "plan.yaml").write_text("\n".join(block) + "\n", encoding="utf-8")
    page = tmp_path / "page.yaml"
    page.write_text("\n".join([*lines[:3], "plan: plan.yaml", *lines[17:]]), encoding="utf-8")

    assert read_page(page).plan.file == str(tmp_path / "plan.yaml")
    assert read_page(page).members[1].volumes == {"pv": Fraction(1000)}


def test_orders_products_and_what_is_given(read: Read, small: str) -> None:
    page = read(
        small
        + """\
products:
  - {sku: tea, kind: product, classes: [drink, hot], member_price: 12.50, retail_price: 20}
orders:
  - {of: B, on: 2024-01-05, kind: customer, sku: tea, quantity: 2, price: 40, pv: 30}
  - of: A
    lines:
      - {sku: tea, price: 25}
      - {price: 1, pv: -2}
given:
  A: {rank: Gold, title: Gold, lifetime: {own: 7 000}, earned: {level: 3}}
"""
    )

    assert page.products == (Product("tea", "product", ("drink", "hot"), Fraction("12.5"), Fraction(20)),)
    first, second = page.orders
    assert (first.member, first.day, first.kind) == ("B", date(2024, 1, 5), "customer")
    assert (first.lines[0].sku, first.lines[0].quantity, first.lines[0].price) == ("tea", 2, Fraction(40))
    assert (second.day, second.kind, len(second.lines)) == (None, "", 2)
    assert second.lines[1].volumes == {"pv": Fraction(-2)}
    assert (page.given["A"].rank, page.given["A"].lifetime) == ("Gold", {"own": Fraction(7000)})


def test_every_section_of_expect(read: Read, small: str) -> None:
    page = read(
        small
        + """\
  lines:
    - {receiver: A, source: B, bonus: level, level: 1, rate: 10%, amount: 100}
  levels: {A: {level: {1: 100}}}
  payers: {level: [A]}
  totals: {level: 100, total: 100}
  ranks: {A: none}
  titles: {A: none}
  measures: {B: {own: 1 000}}
  parents: {sponsor: {B: A}}
  breakage: {level: {no upline: 0}}
  carried: {A: 0}
  held: {A: {level: 0}}
"""
    )
    expect = page.chapters[0].expect

    assert len(expect) == 13
    assert [wanted.keys["rate"] for wanted in expect if isinstance(wanted, WantedLine)] == ["10%"]
    assert [wanted.members for wanted in expect if isinstance(wanted, WantedPayers)] == [frozenset({"A"})]


def test_periods_are_played_as_a_chain(read: Read, small: str) -> None:
    page = read(
        small.partition("expect:")[0]
        + """\
periods:
  - period: 2024-01
    volumes: {B: {pv: 5}}
    given: {A: {title: Gold}}
    expect: {amounts: {A: {level: 0.50}}}
  - period: 2024-02
    orders: [{of: B, pv: 7}]
    given: {A: {rank: Gold}}
    expect: {amounts: {A: {level: 0.70}}}
"""
    )

    assert [chapter.period.label for chapter in page.chapters] == ["2024-01", "2024-02"]
    assert page.chapters[0].volumes == {"B": {"pv": Fraction(5)}}
    assert page.chapters[1].orders[0].lines[0].volumes == {"pv": Fraction(7)}


def test_a_variant_changes_the_keys_that_it_names(read: Read, small: str) -> None:
    page = read(
        small
        + """\
variants:
  more:
    plan:
      rounding: {per: bonus}
      bonuses: {level: {rates: [20%], compression: standard}}
    expect: {amounts: {A: {level: 200}}}
"""
    )
    plan = page.variants[0].plan

    assert plan.data["rounding"] == {"to": "0.01", "mode": "half up", "per": "bonus"}
    assert plan.data["bonuses"]["level"]["rates"] == ["20%"]
    assert plan.data["bonuses"]["level"]["base"] == "own"
    assert plan.place(("bonuses", "level", "rates", 0)) == (27, 33)
    assert plan.place(("bonuses", "level", "compression"), key=True) == (27, 39)
    assert plan.place(("bonuses", "level", "base")) == (16, 13)
    assert page.plan.data["bonuses"]["level"]["rates"] == ["10%"]


BROKEN = {
    "title": ("title: T\n", "", "case", "A page has no 'title'. Add 'title: …'."),
    "key of a page": (
        "title: T",
        "title: T\nmember: []",
        "member:",
        "'member' is not a key of a page. Did you mean 'members'?",
    ),
    "sponsor": (
        "sponsor: A",
        "sponsor: C",
        "{id: B",
        "'B' stands under 'C' in 'sponsor', who is not a member. Known here: 'A', 'B'.",
    ),
    "two members": ("id: B", "id: A", "{id: A, sponsor", "There are two members 'A'. Give each an id of its own."),
    "no id": ("id: B, ", "", "{sponsor", "A member has no 'id'. Add 'id: …'."),
    "key of a member": (
        "pv: 1 000",
        "bv: 1 000",
        "bv",
        "'bv' is neither a key of a member nor declared by the plan. Known here: 'id', 'role',",
    ),
    "attribute": ("scheme: EU", "scheme: UE", "UE", "'UE' is not a value of 'scheme'. Known here: 'EU', 'US'."),
    "number": (
        "pv: 1 000",
        "pv: 1_000",
        "1_000",
        "'1_000' is not a number: it has an underscore; thousands are separated by a space.",
    ),
    "role": (
        "pv: 1 000",
        "role: buyer",
        "buyer",
        "'buyer' is not a role. Did you mean 'discount buyer'?",
    ),
    "day": ("pv: 1 000", "joined: 2024-02-30", "2024-02-30", "'2024-02-30' is not a day of the calendar."),
    "empty number": ("pv: 1 000", "pv: ", "}\nexpect", "'pv' is one text and not empty. Write a text."),
    "no day": ("pv: 1 000", "joined: May", "May", "'May' is not a day; write it as 2024-01-31."),
    "member expected": (
        "{A: {level: 100}}",
        "{C: {level: 100}}",
        "C: {",
        "'C' is not a member here. Known here: 'A', 'B'.",
    ),
    "bonus expected": (
        "{level: 100}",
        "{lavel: 100}",
        "lavel",
        "'lavel' is not a bonus or total here. Did you mean 'level'?",
    ),
    "section": ("amounts:", "amount:", "amount:", "'amount' is not a key of 'expect'. Did you mean 'amounts'?"),
    "nothing expected": (
        "{A: {level: 100}}",
        "{}",
        "case",
        "The page expects nothing. Add 'expect' with at least one value.",
    ),
    "no value": ("{level: 100}", "{level: }", "}}\n", "An expected value is one text and not empty. Write a text."),
    "seen": (
        "seen: none",
        "seen: never",
        "never",
        "'never' is not a value of 'seen'. Known here: 'full', 'excerpt', 'none'.",
    ),
    "no confidence": (
        "confidence: high, ",
        "",
        "{seen",
        "'source' has no 'confidence'. Add 'confidence: …' with one of: high, medium, low.",
    ),
    "anchor": ("id: A", "id: &a A", "&a", "Anchor '&a' is not allowed. Write the value out."),
    "twice": ("id: A", "id: A, id: C", "id: C", "Key 'id' stands twice (first in line 19). Keep one of them."),
    "period": (
        "title: T",
        "title: T\nperiod: May",
        "May",
        "'May' is not a period. Write a day as 2026-03-31, a week as",
    ),
    "count": ("pv: 1 000", "count: 0", "0}", "'0' is not a whole number of at least 1; write it in digits."),
    "too many": (
        "pv: 1 000",
        "count: 1 000 001",
        "{id: B",
        "The page grows to more than 1000000 members. Make it smaller.",
    ),
    "half a tree": (
        "pv: 1 000",
        "tree: {frontline: 2, width: 2}",
        "{frontline",
        "'tree' has no 'levels'. Add 'levels: …'.",
    ),
}


def place_of(text: str, at: str) -> str:
    """Line and column where a text first stands."""
    before = text[: text.index(at)]
    return f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


@pytest.mark.parametrize("mistake", BROKEN)
def test_a_mistake_is_shown_at_its_place(mistake: str, refused: Findings, small: str) -> None:
    old, new, at, message = BROKEN[mistake]
    text = small.replace("Ten per cent of the next level", "T").replace(old, new, 1)
    finding = f"{place_of(text, at)}: {message}"

    assert [found[: len(finding)] for found in refused(text)] == [finding]


ADDED = {
    "of": ("orders: [{price: 1}]", "{price", "An order has no 'of'. Add 'of: …'."),
    "not a member": ("orders: [{of: C}]", "C}", "'C' is not a member. Known here: 'A', 'B'."),
    "kind of order": ("orders: [{of: A, kind: gift}]", "gift", "'gift' is not a kind of order."),
    "beside lines": (
        "orders: [{of: A, price: 1, lines: []}]",
        "price: 1,",
        "'price' stands beside 'lines'. Write it in one of the lines.",
    ),
    "volume of an order": ("orders: [{of: A, cv: 1}]", "cv", "'cv' is not a key of an order."),
    "sku": ("products: [{kind: product}]", "{kind: p", "A product has no 'sku'. Add 'sku: …'."),
    "rank": ("given: {A: {rank: Silver}}", "Silver", "'Silver' is not a rank of the plan. Known here: 'Gold', 'none'."),
    "given to nobody": ("given: {C: {rank: Gold}}", "C: {", "'C' is not a member. Known here: 'A', 'B'."),
    "earned": (
        "given: {A: {earned: {lavel: 1}}}",
        "lavel",
        "'lavel' is not a bonus of the plan. Did you mean 'level'?",
    ),
    "lifetime": ("given: {A: {lifetime: {won: 1}}}", "won", "'won' is not a measure of the plan. Did you mean 'own'?"),
    "list": ("orders: {of: A}", "{of", "'orders' is a list. Write one item per line after '- ', or all in [ ]."),
    "mapping": ("given: [A]", "[A]", "'given' is a mapping of 'key: value'. Write it as one."),
    "beside periods": (
        "periods: [{period: 2024-01, expect: {ranks: {A: none}}}]",
        "expect",
        "'expect' stands beside 'periods'. Only a page of one period has it.",
    ),
    "variant without a plan": (
        "variants: {more: {expect: {ranks: {A: none}}}}",
        "{expect",
        "A variant has no 'plan'. Add 'plan: …'.",
    ),
    "line": (
        "variants: {v: {plan: {tree: sponsor}, expect: {lines: [{payer: A}]}}}",
        "payer",
        "'payer' is not a key of a line.",
    ),
    "receiver of a line": (
        "variants: {v: {plan: {tree: sponsor}, expect: {lines: [{receiver: C}]}}}",
        "C}",
        "'C' is not a member here.",
    ),
    "payers": (
        "variants: {v: {plan: {tree: sponsor}, expect: {payers: {level: [C]}}}}",
        "C]",
        "'C' is not a member here.",
    ),
}


@pytest.mark.parametrize("mistake", ADDED)
def test_a_mistake_in_what_is_added_is_shown_at_its_place(mistake: str, refused: Findings, small: str) -> None:
    added, at, message = ADDED[mistake]
    text = small + added + "\n"
    finding = f"{place_of(text, at)}: {message}"

    assert [found[: len(finding)] for found in refused(text)] == [finding]


def test_periods_follow_each_other(refused: Findings, small: str) -> None:
    chapter = "{period: %s, expect: {ranks: {A: none}}}"
    added = f"periods: [{chapter % '2024-01'}, {chapter % '2024-03'}]\n"

    assert refused(small.partition("expect:")[0] + added) == [
        "21:67: 2024-03 does not follow 2024-01. Play every period."
    ]


def test_only_the_first_period_is_given_a_title(refused: Findings, small: str) -> None:
    chapter = "{period: %s, given: {A: {title: Gold}}, expect: {ranks: {A: none}}}"
    added = f"periods: [{chapter % '2024-01'}, {chapter % '2024-02'}]\n"

    assert refused(small.partition("expect:")[0] + added) == [
        "21:115: 'title' is not a key of what is given. Known here: 'rank', 'status', 'earned'."
    ]


def test_all_mistakes_are_shown_at_once(refused: Findings, small: str) -> None:
    text = small.replace("sponsor: A", "sponsor: C").replace("level: 100", "lavel: 100").replace("case: small", "case:")

    assert [found.partition(":")[0] for found in refused(text)] == ["1", "20", "22"]


def test_what_every_page_needs(refused: Findings) -> None:
    assert refused("case: c\ntitle: t\n") == [
        "1:1: A page has no 'members'. Add 'members: …'.",
        "1:1: A page has no 'plan'. Add 'plan: …'.",
        "1:1: A page has no 'source'. Add 'source: …'.",
    ]


def test_a_variant_may_change_a_plan_that_stands_in_a_file(tmp_path: Path, small: str) -> None:
    lines = small.splitlines()
    (tmp_path / "plan.yaml").write_text("\n".join(line[2:] for line in lines[4:17]), encoding="utf-8")
    page = tmp_path / "page.yaml"
    variants = "variants: {v: {plan: {bonuses: {level: {rates: [20%]}}}, expect: {ranks: {A: none}}}}"
    page.write_text("\n".join([*lines[:3], "plan: plan.yaml", *lines[17:], variants]), encoding="utf-8")

    plan = read_page(page).variants[0].plan
    assert plan.data["bonuses"]["level"]["rates"] == ["20%"]
    assert (plan.file, plan.place(("bonuses", "level", "rates", 0))) == (str(tmp_path / "plan.yaml"), (13, 13))


def test_a_page_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="The page cannot be read: No such file or directory"):
        read_page(tmp_path / "nowhere.yaml")


def test_a_plan_that_is_not_there_is_refused(refused: Findings) -> None:
    found = refused("case: c\ntitle: t\nsource: {seen: none, confidence: low}\nplan: nowhere.yaml\nmembers: []\n")

    assert found[0].endswith(
        "nowhere.yaml: The plan cannot be read: No such file or directory. Its path is relative to the page."
    )


def test_a_page_that_is_no_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "page.yaml").write_bytes(b"case: \xff\n")

    with pytest.raises(Refused, match="it is not UTF-8 text"):
        read_page(tmp_path / "page.yaml")
