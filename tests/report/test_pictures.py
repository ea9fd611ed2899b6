"""Every picture is well-formed, says what it shows in words, and comes out the same twice."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest

from trueline.report.drawing import Picture
from trueline.report.pictures.cross import Crossed, cross_picture
from trueline.report.pictures.distance import Distances, distance_picture
from trueline.report.pictures.earners import Earners, earners_picture
from trueline.report.pictures.joining import Joined, joining_picture
from trueline.report.pictures.money import Bar, money_picture
from trueline.report.pictures.network import EVEN, LOSS, PROFIT, Network, network_picture

PLANS = ("First & <plan>", "Second")
CHAIN = Network("First", [-1, 0, 0, 1], [PROFIT, EVEN, LOSS, LOSS])
CROWD = Network("First", [-1] + [0] * 700, [PROFIT] + [LOSS] * 700)
PICTURES: dict[str, Callable[[], Picture]] = {
    "earners": lambda: earners_picture(
        [Earners(PLANS[0], ("nothing", "more"), (0.75, 0.25)), Earners(PLANS[1], ("nothing", "more"), (0.5, 0.5))]
    ),
    "money": lambda: money_picture([Bar("revenue", (0.25, 0.75, 0.0))], ("outside customers", "own use", "fees")),
    "joining": lambda: joining_picture(
        [Joined(PLANS[0], ("2024Q1", "2024Q2"), ((-20, -10, 5), (-30, -25, -5)))], "USD"
    ),
    "distance": lambda: distance_picture([Distances(PLANS[0], ("none", "Leader"), ((4.0, None), (12.0, 3.0)))]),
    "network": lambda: network_picture(CHAIN),
    "crowd": lambda: network_picture(CROWD),
    "cross": lambda: cross_picture(
        [Crossed("Gini", "ratio", ((0.5, 0.6), (0.7, 0.9)), ((0.4, 0.5), (0.6, 0.8)), ((0.6, 0.7), (0.8, 1.0)))],
        PLANS,
        ("recruiting first", "customers first"),
    ),
}
SAID = {
    "earners": ["75.0% nothing", "50.0% more", "First & <plan>"],
    "money": ["outside customers 25.0%", "own use 75.0%"],
    "joining": ["2024Q1 -10", "2024Q2 -25"],
    "distance": ["none 4.0 none", "Leader 12.0 3.0"],
    "network": ["4 people, up to 2 steps", "2 loss, 1 break-even, 1 profit"],
    "crowd": ["701 people, up to 1 steps", "700 loss"],
    "cross": ["First & <plan>, recruiting first: 0.50", "Second, customers first: 0.90"],
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_well_formed_and_has_its_words(name: str) -> None:
    picture = PICTURES[name]()
    root = ET.fromstring(picture.svg)  # noqa: S314  # our own text
    assert root.get("role") == "img"
    described = {child.get("id"): child.text for child in root if child.tag.endswith(("title", "desc"))}
    assert list(described) == (root.get("aria-labelledby") or "").split()
    assert list(described.values()) == [picture.caption, picture.alternative]
    for words in SAID[name]:
        assert words in picture.alternative


@pytest.mark.parametrize("name", PICTURES)
def test_the_same_numbers_give_the_same_bytes(name: str) -> None:
    assert PICTURES[name]().svg == PICTURES[name]().svg


def test_a_cause_that_brings_nothing_is_neither_drawn_nor_named() -> None:
    picture = PICTURES["money"]()
    assert "fees" not in picture.alternative
    assert ">fees<" not in picture.svg


def test_ids_of_two_pictures_do_not_meet_on_one_page() -> None:
    one, two = (set(re.findall(r'\bid="([^"]+)"', PICTURES[name]().svg)) for name in ("earners", "money"))
    assert one
    assert not one & two


def test_references_inside_a_picture_lead_somewhere() -> None:
    for make in PICTURES.values():
        svg = make().svg
        ids = set(re.findall(r'\bid="([^"]+)"', svg))
        assert set(re.findall(r'href="#([^"]+)"', svg)) | set(re.findall(r"url\(#([^)]+)\)", svg)) <= ids
