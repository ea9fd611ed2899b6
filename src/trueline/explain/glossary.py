"""The words that a statement uses, each in one sentence."""

from __future__ import annotations

from trueline.explain.model import Statement

_ALWAYS = ("rank", "title", "frontline", "leg", "rounding")

WORDS = {
    "rank": "What your figures of this period reach; it decides your rates in many plans.",
    "title": "The rank that you keep as a name, also in periods in which your figures reach less.",
    "frontline": "The people directly below you.",
    "leg": "One person of your frontline together with everybody below.",
    "level": "How far below you somebody is counted: your frontline is level 1. A plan may leave people out.",
    "generation": "How many leaders are counted between you and somebody below.",
    "passed over": "Somebody stands between you and the buyer but does not count or is not paid.",
    "rounding": "Amounts are worked out exactly and then rounded to the smallest coin, as the plan says.",
    "share of a rounded sum": "Several lines were added up exactly and rounded once; the coins were shared among them.",
    "fund": "Money that is set aside in a period and split among all who hold shares.",
    "kept": "An amount that is yours but is not paid before a condition holds.",
    "cut": "An amount above a limit of the plan. It is not paid.",
    "smallest payout": "Below this sum nothing is sent; it waits for the next period, or lapses if the plan says so.",
    "debt": "More was taken back than earned. It is kept, and what is earned later pays it first.",
    "moved in": "Volume of somebody below you who was taken out of the tree for this period.",
}
"""Every word and its meaning, in the order in which a page lists them."""


def glossary(statement: Statement) -> list[tuple[str, str]]:
    """The words that this statement uses, with their meanings."""
    used = {*_ALWAYS, *_words_of(statement)}
    return [(word, meaning) for word, meaning in WORDS.items() if word in used]


def _words_of(statement: Statement) -> set[str]:
    found: set[str] = set()
    if statement.payout.minimum is not None:
        found.add("smallest payout")
    if statement.payout.carried < 0 or statement.payout.carried_in < 0:
        found.add("debt")
    for bonus in statement.bonuses:
        found |= {_CUTS[cut.name] for cut in bonus.cuts}
        if bonus.pool is not None:
            found.add("fund")
        lines = [line for level in bonus.levels for line in level.lines]
        if lines:
            found.add("generation" if bonus.kind == "generation" else "level")
        if any(line.apportioned for line in lines):
            found.add("share of a rounded sum")
        if any(one.why for line in lines for one in line.between):
            found.add("passed over")
        if any(line.origin is not None and line.origin.how == "moved" for line in lines):
            found.add("moved in")
    return found


_CUTS = {"capped": "cut", "withheld": "kept", "released": "kept"}
