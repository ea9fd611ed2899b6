"""Valid inputs damaged at random and given to the public command: plans, facts, pages, scenarios, stored runs, options.

Whatever is damaged, the command ends with 0, 1 or 2, says why when it refuses, does not hang, and leaves nothing half
written. ``python -m tests.properties.damage 10000`` tries that many, prints how each kind ended and every input that
ended otherwise; ``--seed`` and ``--kind`` narrow it down.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.properties.ended import Ended, ended, half_written, left_aside, unsealed
from tests.properties.full_workshop import FullWorkshop

KINDS = FullWorkshop.KINDS


def attempt(shop: FullWorkshop, seed: int, kind: str = "") -> tuple[str, str, list[str], Ended]:
    """Damage one input, run the command, and give kind, damage, arguments and end."""
    dice = random.Random(seed)  # noqa: S311 - damage, not secrets
    chosen = dice.choices(list(KINDS), list(KINDS.values()))[0]
    kind = kind or chosen
    into = Path(tempfile.mkdtemp(dir=shop.folder, prefix="attempt-"))
    try:
        how, arguments = getattr(shop, kind)(into, dice)
        found = ended(arguments)
        if kind != "stored_run" and (into / "store").is_dir():  # nothing is stored beside a stored run
            found.wrong += [*half_written(into / "store"), *unsealed(into / "store")]
        if found.code:
            found.wrong += left_aside(into)
        return kind, how, arguments, found
    finally:
        shutil.rmtree(into, ignore_errors=True)


def arguments_of_script() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=list(KINDS), default="")
    return parser.parse_args()


def main_of_script() -> int:
    """Try, print what ended wrongly and how many ended how."""
    given = arguments_of_script()
    ends: Counter[tuple[str, str]] = Counter()
    slowest = 0.0
    with tempfile.TemporaryDirectory() as temporary:
        shop = FullWorkshop.prepared(Path(temporary))
        for seed in range(given.seed, given.seed + given.count):
            began = time.monotonic()
            kind, how, arguments, found = attempt(shop, seed, given.kind)
            slowest = max(slowest, time.monotonic() - began)
            ends[kind, "; ".join(found.wrong) or f"exit {found.code}"] += 1
            if found.wrong:
                last = "\n".join(found.err.splitlines()[-6:])[-800:]
                said = f"seed {seed}, {kind}, {how}: {found.wrong} {' '.join(arguments)[:300]!r}\n{last}\n"
                print(said, flush=True)  # noqa: T201 - a script
    for (kind, end), count in sorted(ends.items()):
        print(f"{kind:18} {end:40} {count:7}")  # noqa: T201
    print(f"slowest: {slowest:.1f} s")  # noqa: T201
    return int(any(end not in {"exit 0", "exit 1", "exit 2"} for _, end in ends))


if __name__ == "__main__":
    sys.exit(main_of_script())
