"""Whatever is damaged, the command answers: done, said no, or refused with a reason, and nothing half written."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.properties.damage import KINDS, attempt
from tests.properties.full_workshop import FullWorkshop

SEEDS = range(1_000_000, 1_000_000 + 300)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FullWorkshop]:
    folder = tmp_path_factory.mktemp("workshop")
    with contextlib.ExitStack() as leaving:
        leaving.callback(lambda: _readable_again(folder))
        yield FullWorkshop.prepared(folder)


def _readable_again(folder: Path) -> None:
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755)


@pytest.mark.slow
def test_damaged_inputs_are_answered(shop: FullWorkshop) -> None:
    ends: Counter[tuple[str, int]] = Counter()
    wrong = []
    for seed in SEEDS:
        kind, how, arguments, found = attempt(shop, seed)
        ends[kind, found.code] += 1
        if found.wrong:
            wrong.append(f"seed {seed}, {kind}, {how}: {found.wrong} {arguments} {found.err[-500:]}")

    assert wrong == []
    assert all(ends[kind, 2] for kind in KINDS), "every kind is damaged, and refused at least once"
    assert sum(count for (_, code), count in ends.items() if code == 0) > len(SEEDS) // 10, (
        "and some damage is harmless"
    )
