"""What a return would do to whom: two runs of one period side by side, without and with it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from trueline.run.result import Result


@dataclass(frozen=True)
class Effect:
    """What changes for one member: by bonus the difference in amounts, and before and after of all else.

    ``carried`` waits for the next period, below the payout minimum; ``debt`` is what is owed.

    What is taken back for a closed period stands under the bonus that had paid it, as ``returns: NAME``.
    """

    member: str
    bonuses: dict[str, Fraction]
    payable: tuple[Fraction, Fraction]
    carried: tuple[Fraction, Fraction]
    debt: tuple[Fraction, Fraction]
    rank: tuple[str | None, str | None]
    title: tuple[str | None, str | None]


def effects(without: Result, with_it: Result) -> list[Effect]:
    """Everybody for whom something changes, who loses most first, then by the order of ids."""
    found = []
    before, after = _amounts(without), _amounts(with_it)
    for member in with_it.member_ids:
        old, new = before.get(member, {}), after.get(member, {})
        names = dict.fromkeys((*old, *new))
        changed = {name: new.get(name, Fraction(0)) - old.get(name, Fraction(0)) for name in names}
        account = [one.carried(member) for one in (without, with_it)]
        effect = Effect(
            member,
            {name: amount for name, amount in changed.items() if amount},
            (without.payable(member), with_it.payable(member)),
            (max(account[0], Fraction(0)), max(account[1], Fraction(0))),
            (max(-account[0], Fraction(0)), max(-account[1], Fraction(0))),
            (without.rank(member), with_it.rank(member)),
            (without.title(member), with_it.title(member)),
        )
        pairs = (effect.payable, effect.carried, effect.debt, effect.rank, effect.title)
        if effect.bonuses or any(was != now for was, now in pairs):
            found.append(effect)
    return sorted(found, key=lambda one: sum(one.bonuses.values(), Fraction(0)))


def _amounts(result: Result) -> dict[str, dict[str, Fraction]]:
    """Amounts other than 0 by member and bonus; what closed periods bring is told apart by its bonus."""
    found: dict[str, dict[str, Fraction]] = {}
    for name, bonus in result.bonuses.items():
        if name in ("returns", "corrections"):
            for line in result.lines(name):
                row = found.setdefault(line.receiver, {})
                key = f"{name}: {line.part}"
                row[key] = row.get(key, Fraction(0)) + line.amount
            continue
        for index in bonus.earned.nonzero()[0].tolist():
            found.setdefault(result.world.ids[index], {})[name] = int(bonus.earned[index]) * result.plan.money_unit
    return found
