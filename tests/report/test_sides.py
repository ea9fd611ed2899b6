"""What the report says of plans under two ways of working, and of what is not known: pictures, cards, page and paper."""

from __future__ import annotations

from fractions import Fraction

import pypdfium2 as pdfium
import pytest
from tests.analyse.by_hand import books_of, facts_of

from trueline.analyse.figure import Figure, Figures
from trueline.compare.comparison import Comparison, Side, compare_sides
from trueline.compare.two_by_two import two_by_two
from trueline.report.page import Report, report_page
from trueline.report.paper import report_paper
from trueline.report.part import part_of
from trueline.report.pictures.cross import Crossed
from trueline.report.showing import bars, crossed, distances, earners, joined, network

FACTS = facts_of([{"member": name, "joined": "2024-01-01"} for name in ("ann", "bob", "cat", "dan")])
PLANS, WAYS = ("First", "Second"), ("recruiting first", "customers first")
CELLS = [(plan, way) for plan in PLANS for way in WAYS]
LOSS = [Fraction(1, 10), Fraction(3, 10), Fraction(1, 5), Fraction(2, 5)]
"""First under both ways, second under both: the plan moves a tenth, the way two tenths."""
GINI = [Fraction(1, 2), Fraction(1, 4), None, Fraction(1, 4)]


def comparison() -> Comparison:
    cells = {
        cell: Figures.of(
            [
                Figure("net_loss_share", loss, interval=(loss - Fraction(1, 100), loss + Fraction(1, 100))),
                Figure("gini", gini, why="" if gini is not None else "nobody was paid"),
            ]
        )
        for cell, loss, gini in zip(CELLS, LOSS, GINI, strict=True)
    }
    rewards = ({"ann": [12_000], "bob": [50], "cat": [1_500]}, {"ann": [9_000], "bob": [0]})
    sides = [
        Side(plan, books_of(FACTS, "2024-01", "2024-01", paid), cells[plan, WAYS[0]])
        for plan, paid in zip(PLANS, rewards, strict=True)
    ]
    effects = two_by_two(cells, PLANS, WAYS, ["net_loss_share", "gini"])
    return compare_sides("By hand", sides, simulated=True, effects=effects)


@pytest.fixture(scope="module")
def report() -> Report:
    return Report("Two ways", (part_of(comparison(), "history-1"),))


def test_plan_against_way_is_drawn_of_what_all_four_know() -> None:
    """Shares in per cent with the ends of their intervals; inequality, unknown in one of the four, is left out."""
    (drawn,) = crossed(comparison())

    assert drawn == Crossed(
        drawn.measure, "per cent", ((10, 30), (20, 40)), ((9, 29), (19, 39)), ((11, 31), (21, 41))
    )  # fmt: skip


def test_effects_stand_on_page_and_paper(report: Report) -> None:
    """The mean of the second plan is 30, of the first 20; of the ways 35 and 15."""
    page, paper = report_page(report), pdfium.PdfDocument(report_paper(report))
    printed = " ".join(" ".join(one.get_textpage().get_text_range() for one in paper).split())

    for words in ("+10.0 pp", "+20.0 pp", "percentage points", "Second, customers first"):
        assert words in page
        assert words in printed
    assert "Simulated: people behave as the scenario assumes." in page
    assert [picture.name for picture in report.parts[0].pictures] == [
        "history-1-earners",
        "history-1-money",
        "history-1-cross",
    ]


def test_brackets_of_rewards_fit_the_largest_of_any_plan() -> None:
    """120.00 is the most: nothing, under 1, 1 to 10, 10 to 100, 100 and more. Of four people each."""
    first, second = earners(comparison())

    assert first.brackets == ("nothing", "under 1", "1 to 10", "10 to 100", "100 and more")
    assert first.shares == (0.25, 0.25, 0, 0.25, 0.25)
    assert second.shares == (0.75, 0, 0, 0.25, 0)


def test_what_is_not_known_is_not_drawn() -> None:
    side = comparison().sides[0]

    assert (joined(side), network(side), distances(side)) == (None, None, None)
    assert [bar.label for bar in bars(comparison())] == ["rewards,\nFirst", "rewards,\nSecond"], "no sales, no revenue"


def test_what_is_not_known_is_said_in_words() -> None:
    unknown = compare_sides(
        "By hand",
        [
            Side("Silent", books_of(FACTS, "2024-01", "2024-01", {}), Figures()),
            Side(
                "Told",
                books_of(FACTS, "2024-01", "2024-01", {}),
                Figures.of([Figure("net_loss_share", None, missing=("expenses",))]),
            ),
        ],
        simulated=False,
    )
    part = part_of(unknown, "history-1")
    said = [line for card in part.cards for line in card.lines]

    assert [picture.name for picture in part.pictures] == ["history-1-earners"], "no money came or went"
    assert "Silent: who ends with a loss is unknown." in said
    assert "Told: who ends with a loss is unknown: the facts have no expenses." in said
    assert "Silent: paid anything at all: unknown of all participants." in said


def test_gains_and_losses_are_told_to_the_company(report: Report) -> None:
    """Ann gets 30 less of 120, bob loses his half, cat her 15; nobody gains, dan has nothing either way."""
    said = report.parts[0].cards[2].lines

    first = "in the first of the simulated companies."
    assert f"From the first plan to the second 0 people gain, 3 lose, 1 see no change {first}" in said
    assert f"ann loses most: 120 becomes 90 USD {first}" in said
