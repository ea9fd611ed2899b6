"""Valid plans damaged at random: tokens deleted, doubled, replaced, bytes changed, things nested and blown up.

``python -m tests.plan.mutations 3000`` tries that many and stops at the first that ends in anything but a plan or a
refusal, or takes long.
"""

from __future__ import annotations

import random
import re
import sys
import time
from pathlib import Path

from trueline.errors import Refused
from trueline.plan import load_plan
from trueline.plan.telling import tell

ROOT = Path(__file__).parents[2]
PLANS = [
    *sorted((ROOT / "plans").glob("*.yaml")),
    ROOT / "tests" / "golden" / "plan_in_words.yaml",
    *sorted((ROOT / "tests" / "broken" / "plans").glob("*.yaml")),
]
TOKEN = re.compile(r"\w+|[^\w\s]|\s+")
SPARE = [
    *"[]{}():,%&*!|>'\"#@`§?-=<",
    *[
        "rank",
        "title",
        "level",
        "source.rank",
        "in sponsor",
        "cut at rank >= none",
        "unknown",
        "none",
        "0",
        "-1",
        "dated",
    ],
    *[
        "9" * 90,
        "1/0",
        "2/37%",
        "10 000",
        "1e400",
        "(" * 200,
        "- " * 60,
        "not " * 80,
        "{a: " * 30,
        "[" * 100,
        "\t",
        "\0",
    ],
    *[
        "orders(pv)",
        "group(",
        "previous(",
        "earned(",
        "leg(1, ",
        "if(a, b, c)",
        "first 3 days",
        "kind: pool",
        "per: member",
    ],
    *["\u2028", "\ud7ff", "é", "🙂", "<<: ", "---\n", "...\n", "&a ", "*a ", "!!str "],
]
LONGEST = 10.0
"""Seconds within which every text must have its answer."""


def mutated(text: str, dice: random.Random) -> str:
    """The text after one to four random changes."""
    for _ in range(dice.randint(1, 4)):
        tokens = TOKEN.findall(text) or [""]
        at, other = dice.randrange(len(tokens)), dice.randrange(len(tokens))
        change = dice.randrange(7)
        if change == 0:
            del tokens[at]
        elif change == 1:
            tokens.insert(at, tokens[at])
        elif change == 2:
            tokens[at] = dice.choice(SPARE)
        elif change == 3:
            tokens[at], tokens[other] = tokens[other], tokens[at]
        elif change == 4:
            tokens[at] = tokens[other]
        elif change == 5:
            tokens.insert(at, dice.choice(SPARE) * dice.choice([1, 1, 1, 40]))
        else:
            tokens[at] = "".join(chr(dice.randrange(1, 0x250)) for _ in tokens[at])
        text = "".join(tokens)
    return text


def answer(text: str) -> str:
    """``plan`` or ``refused``; anything else is raised. A plan must also be told in words."""
    try:
        for plan in load_plan(text + "\n", "plan.yaml").check():
            tell(plan)
    except Refused as refused:
        return "refused" if refused.findings else "refused without a reason"
    return "plan"


def attempts(count: int, seed: int) -> dict[str, int]:
    """How many damaged texts ended how."""
    dice = random.Random(seed)  # noqa: S311 - damage, not secrets
    texts = [path.read_text(encoding="utf-8") for path in PLANS]
    found = {"plan": 0, "refused": 0}
    for number in range(count):
        # The four whole plans are damaged as often as all the small ones together.
        text = mutated(texts[number // 2 % 4] if number % 2 else dice.choice(texts), dice)
        began = time.monotonic()
        try:
            found[answer(text)] += 1
        except BaseException:
            print(text)  # noqa: T201 - the text that must become a test
            raise
        assert time.monotonic() - began < LONGEST, text
    return found


if __name__ == "__main__":
    print(attempts(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1))  # noqa: T201 - a script
