"""A small page, and how to read it with one thing changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from trueline.case.model import Page
from trueline.case.page import read_page
from trueline.errors import Refused

SMALL = """\
case: small
title: Ten per cent of the next level
source: {seen: none, confidence: high, note: made by hand}
plan:
  plan: Small
  currency: USD
  period: month
  rounding: {to: 0.01, mode: half up, per: line}
  volumes: {pv: 0.01}
  attributes: {scheme: [EU, US]}
  measures: {own: orders(pv)}
  ranks: {Gold: unknown}
  bonuses:
    level:
      kind: level
      base: own
      rates: [10%]
members:
  - {id: A, scheme: EU}
  - {id: B, sponsor: A, pv: 1 000}
expect:
  amounts: {A: {level: 100}}
"""


@pytest.fixture
def small() -> str:
    return SMALL


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str], Page]:
    """Reads a page from its text."""

    def from_text(text: str) -> Page:
        file = tmp_path / "page.yaml"
        file.write_text(text, encoding="utf-8")
        return read_page(file)

    return from_text


@pytest.fixture
def refused(read: Callable[[str], Page], tmp_path: Path) -> Callable[[str], list[str]]:
    """What is wrong with a page, each as 'line:column message remedy'."""

    def findings(text: str) -> list[str]:
        with pytest.raises(Refused) as caught:
            read(text)
        return [str(finding).removeprefix(f"{tmp_path / 'page.yaml'}:") for finding in caught.value.findings]

    return findings
