"""One rule of a drawn plan changed for its next version, everything else left as it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from copy import deepcopy

from tests.reference.any_maker import Plan
from tests.reference.any_periods import PARTS, able, one_cadence_only
from tests.reference.any_renaming import renamed, spoken_of, with_rank
from tests.reference.luck import Luck

HOLDS = ("own >= 20", "own > 0", "days > 60", "own > previous(own)", "streak(own > 5) >= 2")
UNITS = ("orders(pv)", "orders(cv)", "orders(pv) / 3", "orders(pv) * 0.7", "orders(cv) + orders(pv)")
WINDOWS = ("period", "last 2 periods", "last 3 periods", "lifetime")
EXTRA = "extra"


class Changer:
    """A plan that is like the one before it but for some rules; `versions` are all that were drawn before."""

    def __init__(self, luck: Luck, versions: Sequence[Plan]) -> None:
        self.luck, self.versions, self.plan = luck, versions, deepcopy(versions[-1])

    def all(self) -> Plan:
        """One to four changes, of those that change something in this plan."""
        left = self.luck.whole(1, 4)
        often = [*self.luck.mixed(SELDOM), *self.luck.mixed(COMMON)]
        for change in often if self.luck.yes() else self.luck.mixed(SELDOM + COMMON):
            before = deepcopy(self.plan)
            change(self)
            left -= before != self.plan
            if not left:
                break
        return self.plan

    def bonuses(self, *kinds: str) -> list[str]:
        """Bonuses of some kinds, or of any."""
        return [name for name, bonus in self.plan["bonuses"].items() if not kinds or bonus["kind"] in kinds]

    def one(self, names: list[str]) -> Plan:
        """One of some bonuses; without any a bonus that nobody has."""
        return self.plan["bonuses"][self.luck.pick(names)] if names else {"kind": ""}

    def toggle(self, where: Plan, key: str, value: object) -> None:
        """A key that comes where it is not there, and goes or becomes another where it is."""
        if key in where and (self.luck.yes() or where[key] == value):
            del where[key]
        else:
            where[key] = value

    def hold(self) -> None:
        """What is earned begins to wait, waits for another time or for something else, or waits no more."""
        luck = self.luck
        bonus = self.one([name for name in self.bonuses() if self.plan["bonuses"][name]["kind"] != "party host"])
        when = bonus.get("hold until", luck.pick(HOLDS))
        when = when["when"] if isinstance(when, dict) else when
        if bonus["kind"]:
            self.toggle(bonus, "hold until", {"when": when, "for": str(luck.whole(1, 3))} if not luck.yes(3) else when)

    def cap(self) -> None:
        """A cap of a bonus, and the periods that it looks back."""
        luck, bonus = self.luck, self.one(self.bonuses())
        most = bonus.get("cap per member", luck.pick(["5", "7.77", "own * 10%"]))
        most = most["at most"] if isinstance(most, dict) else most
        if bonus["kind"]:
            self.toggle(bonus, "cap per member", {"at most": most, "over": luck.pick(WINDOWS)})

    def unclaimed(self) -> None:
        """What becomes of what a pool does not give away."""
        bonus = self.one(self.bonuses("pool"))
        if bonus["kind"]:
            now = bonus.get("unclaimed", "company")
            bonus["unclaimed"] = self.luck.pick([one for one in ("carry", "company", "shared") if one != now])

    def instalments(self) -> None:
        """A milestone in other parts, or in one sum."""
        names = self.bonuses("milestone")
        bonus = self.one([name for name in names if self.plan["bonuses"][name].get("again", "never") == "never"])
        if bonus["kind"]:
            self.toggle(bonus, "instalments", self.luck.pick(["2", "3", "4"]))
            if "instalments" not in bonus:
                bonus.pop("while", None)

    def goods(self) -> None:
        """A bonus of money becomes credit in kind; credit in kind becomes money."""
        luck, plan = self.luck, self.plan
        names = [name for name in self.bonuses() if "every" not in plan["bonuses"][name]]
        names = [name for name in names if plan["bonuses"][name]["kind"] != "board"]
        if not names:
            return
        name = luck.pick(names)
        bonus = plan["bonuses"][name]
        shared = {key: bonus[key] for key in ("rounding", "who", "cap per member", "note") if key in bonus}
        if bonus["kind"] == "party host":
            new: Plan = {"kind": "rebate", "base": "own", "rate": luck.pick(["10%", "2/37%"])}
        else:
            base = luck.pick(["orders(pv)", "orders(price) * 0.5"])
            new = {"kind": "party host", "base": base, "rate": "10%", "pays in": "goods"}
            self.leave_structures(name)
        plan["bonuses"][name] = new | shared

    def leave_structures(self, name: str) -> None:
        """What pays in goods stands in no structure."""
        limits = self.plan.get("limits", {})
        for rule in limits.get("structures", []):
            rule["of"] = [one for one in rule["of"] if one != name]
            exempt = [one for one in rule.pop("exempt", []) if not spoken_of({"exempt": [one]}, name)]
            if exempt:
                rule["exempt"] = exempt
        if left := [rule for rule in limits.pop("structures", []) if rule["of"]]:
            limits["structures"] = left

    def name(self) -> None:
        """A bonus goes on under another name, or two exchange theirs."""
        luck, names = self.luck, self.bonuses()
        if not names:
            return
        one, other = luck.pick(names), luck.pick([*names, "renamed", "renamed"])
        paced = [self.plan["bonuses"].get(name, {}).get("every") for name in (one, other)]
        if any("feeds" in bonus for bonus in self.plan["bonuses"].values()):
            return  # a board feeds one that stands later on every date
        if other == "renamed" or (paced[0] == paced[1] and one != other):
            self.plan = renamed(self.plan, {one: other, other: one})

    def base(self) -> None:
        """A binary counts on in another unit."""
        names = self.bonuses("binary")
        bonus = self.one([name for name in names if "windows" not in self.plan["bonuses"][name]])
        if bonus["kind"] and bonus["base"][:2] != "if":
            bonus["base"] = self.luck.pick(UNITS)
            traced = "+" not in bonus["base"]
            if self.plan.get("returns", {}).get("later") in ("same amounts", "average") and not traced:
                bonus["returns"] = "none"

    def own(self) -> None:
        """What everybody has of their own, and all that looks back on it, is counted in another unit."""
        if not re.search(r"(lifetime|last)\(.*own", repr(self.plan)) and not self.luck.yes(4):
            return
        traced = ("orders(pv)", "orders(cv)", "orders(pv) / 3", "orders(pv) * 0.7")
        self.plan["measures"]["own"] = self.luck.pick(traced)

    def every(self) -> None:
        """A bonus begins to be paid more often, a paced one goes, or, refused, it is paid at other times."""
        luck, plan, names = self.luck, self.plan, self.bonuses()
        paced = [name for name in names if "every" in plan["bonuses"][name]]
        if plan["period"] not in PARTS or any(map(one_cadence_only, [plan, *self.versions])):
            return
        kind = luck.pick(PARTS[plan["period"]])
        given = {one["bonuses"][EXTRA]["every"] for one in self.versions if EXTRA in one["bonuses"]}
        if luck.yes(4) and any(able(plan["bonuses"][name]) for name in names):
            self.one([name for name in names if able(plan["bonuses"][name])])["every"] = kind
        elif EXTRA not in names and not luck.yes(3):
            extra: Plan = {"kind": "rebate", "base": "orders(pv)", "rate": "5%", "every": min(given or {kind})}
            if luck.yes():
                extra |= {"kind": "level", "rates": ["3%", "2%"]}
                del extra["rate"]
            plan["bonuses"][EXTRA] = extra
        elif free := [name for name in paced if not spoken_of(plan, name) and len(names) > 1]:
            del plan["bonuses"][luck.pick(free)]

    def width(self) -> None:
        """A placed tree becomes wider or, where nobody stands in the slots that go, narrower."""
        rule = self.plan.get("trees", {}).get("matrix", {}).get("placed", {})
        paired = any(
            bonus.get("tree") == "matrix" for bonus in self.plan["bonuses"].values() if bonus["kind"] == "binary"
        )
        if rule:
            rule["width"] = self.luck.pick(["1", "2"] if paired else ["1", "2", "3", "4"])
            if str(rule.get("fill", "")).startswith("slot"):
                rule["fill"] = f"slot {self.luck.whole(1, int(rule['width']))}"

    def fixed(self) -> None:
        """Places in a derived tree are kept from now on, or found anew."""
        trees = [rule for rule in self.plan.get("trees", {}).values() if "placed" not in rule]
        if trees:
            self.toggle(self.luck.pick(trees), "fixed", "joined")

    def rank(self) -> None:
        """A rank is dropped; what asks for it asks for the one beside it."""
        names = list(self.plan.get("ranks", {}))
        if len(names) < 2 or not self.luck.yes(3):
            return
        place = self.luck.whole(0, len(names) - 1)
        gone, other = names[place], names[place + 1 if place + 1 < len(names) else place - 1]
        del self.plan["ranks"][gone]
        self.plan = with_rank(self.plan, gone, other)

    def limit(self) -> None:
        """A limit appears, vanishes or changes."""
        luck = self.luck
        limits: Plan = self.plan.setdefault("limits", {})
        key = luck.pick(["members", "owners", "company", "structures"])
        counted = [name for name in self.bonuses() if self.plan["bonuses"][name]["kind"] != "party host"]
        if key in limits and luck.yes(3):
            del limits[key]
        elif key in ("members", "owners"):
            rule = limits.setdefault(key, {"at most": luck.pick(["10", "3.335", "own * 10%"])})
            self.toggle(rule, "over", luck.pick(WINDOWS))
        elif key == "company":
            rule = limits.setdefault(key, {"at most": luck.pick(["12% * company(own)", "33.333"])})
            rule["how"] = luck.pick(["pro rata", "lower ranks first", "plan order"])
        elif counted:
            rule = {"of": luck.some(counted) or counted[:1], "at most": luck.pick(["5% * company(own)", "22.225"])}
            limits["structures"] = luck.pick([[rule], [rule, *limits.get("structures", [])]])
        if not limits:
            del self.plan["limits"]

    def payout(self) -> None:
        """Charges come, go, change places or names; so do the least amount and what becomes of debts."""
        luck = self.luck
        limits: Plan = self.plan.setdefault("limits", {})
        rule = limits.setdefault("payout", {})
        charges = rule.get("deductions", [])
        what = luck.pick(["charges", "charges", "from", "below" if "from" in rule else "from", "negative", "currency"])
        if what == "charges" and charges and luck.yes():
            rule["deductions"] = luck.mixed(charges)[: luck.whole(1, len(charges))]
        elif what == "charges":
            new = luck.pick([{"name": "fee", "amount": "0.505"}, {"name": "fee", "rate": "5%"}])
            rule["deductions"] = luck.pick([[new], [*(one for one in charges if one["name"] != "fee"), new]])
        elif what == "negative":
            paced = any("'every'" in repr(one) for one in [self.plan, *self.versions])
            self.toggle(rule, what, "carry" if paced else {"forgiven after": str(luck.whole(1, 3))})
        else:
            self.toggle(rule, what, {"from": luck.pick(["5", "20"]), "below": "lost", "currency": "member"}[what])
        if "from" not in rule:
            rule.pop("below", None)
        if not rule:
            del limits["payout"]

    def volume(self) -> None:
        """Whether measures see goods that come back."""
        rule = self.plan.get("returns", {})
        if rule.get("later", "recompute") != "recompute":
            rule["volume"] = "none" if rule.get("volume", "this period") == "this period" else "this period"

    def late(self) -> None:
        """Whether late rows find ranks anew."""
        plan = self.plan
        if "late" in plan:
            ranks = "stay" if plan["late"].get("ranks", "recompute") == "recompute" else "recompute"
            plan["late"]["ranks"] = ranks
            if plan.get("returns", {}).get("later") == "recompute":
                plan["returns"]["ranks"] = ranks


SELDOM: tuple[Callable[[Changer], None], ...] = (
    Changer.unclaimed, Changer.instalments, Changer.base, Changer.own, Changer.width, Changer.fixed, Changer.volume,
    Changer.late,
)  # fmt: skip
"""What few plans have, so that those that have it change it often."""
COMMON: tuple[Callable[[Changer], None], ...] = (
    Changer.hold, Changer.hold, Changer.cap, Changer.goods, Changer.name, Changer.every, Changer.rank, Changer.limit,
    Changer.payout,
)  # fmt: skip
