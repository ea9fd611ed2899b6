"""Reading a scenario file: its structure, then every text as the number it stands for, all findings at once."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path as FilePath
from typing import Any, TypeVar

from trueline.errors import Findings, Refused, nearest
from trueline.facts.currencies import DIGITS, minor_unit
from trueline.money import format_number, parse_number, parse_percent
from trueline.period import Period
from trueline.plan.document import Document, Path, document_from, read_document
from trueline.plan.structure import checked
from trueline.simulate.draws import Chances
from trueline.simulate.keys import ScenarioKeys, WayKeys
from trueline.simulate.scenario import (
    MOST_PEOPLE,
    UNIT,
    BuyBack,
    ByResult,
    Contact,
    Customers,
    Expense,
    Item,
    Joiners,
    Leaving,
    OwnUse,
    Placement,
    Posts,
    Qualifying,
    Recruiting,
    Resale,
    Returns,
    Scenario,
    Tickets,
    Training,
)

WAYS = FilePath(__file__).with_name("ways")
MOST_MONTHS = 600
MOST = 10**9
"""No number of a scenario is larger, so that a million of the dearest goods still fits in an exact column."""
T = TypeVar("T")
_PLAIN = ("way", "note")


def load_scenario(source: str | FilePath | Mapping[str, Any], place: str | None = None) -> Scenario:
    """The scenario in a file, a text of several lines, or a mapping. Errors: :class:`Refused` with every finding."""
    document, _ = document_from(source, "scenario", place)
    return _scenario(document)


def working(scenario: Scenario, way: str) -> Scenario:
    """The same people with another way of working: what the scenario itself says still wins."""
    return load_scenario({**scenario.data, "way": way}, scenario.name)


def sweep(scenario: Scenario) -> dict[str, Scenario]:
    """The scenarios that an ensemble tries, by what they change; the scenario as it is comes first."""
    found = {"as stated": scenario}
    for key, values in scenario.sweep.items():
        for value in values:
            data = copy.deepcopy(dict(scenario.data))
            *sections, last = key.split(".")
            inside = data
            for section in sections:
                inside = inside.setdefault(section, {})
            inside[last] = value
            found[f"{key}: {value}"] = load_scenario(data, scenario.name)
    return found


def ways() -> dict[str, Mapping[str, Any]]:
    """The ways of working by name, each as its structure of texts."""
    documents = [read_document(path.read_text(encoding="utf-8"), path.name) for path in sorted(WAYS.glob("*.yaml"))]
    for document in documents:
        findings = Findings()
        checked(document, WayKeys, "The way of working", findings)
        findings.refuse_if_any()
    return {document.data["way"]: document.data for document in documents}


def _scenario(document: Document) -> Scenario:
    findings = Findings()
    if not isinstance(document.data, dict):
        findings.add(
            document.file, *document.place(()), "A scenario is a mapping of keys.", "Begin with 'scenario: NAME'."
        )
        raise Refused(findings.items)
    if checked(document, ScenarioKeys, "The scenario", findings) is None:
        raise Refused(findings.items)
    merged = dict(document.data)
    way = document.data.get("way")
    if way is not None:
        known = ways()
        if way not in known:
            findings.add(
                document.file, *document.place(("way",)), f"'{way}' is no way of working.", nearest(way, list(known))
            )
            raise Refused(findings.items)
        bundle = {key: value for key, value in known[way].items() if key not in _PLAIN}
        merged = {**bundle, **{key: _over(bundle.get(key), value) for key, value in document.data.items()}}
    keys = ScenarioKeys.model_validate(merged)
    scenario = _Reader(document, findings).scenario(keys)
    findings.refuse_if_any()
    return scenario


def _over(below: Any, above: Any) -> Any:
    """The keys of a section laid over those of a way of working; lists of shares are taken whole."""
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return above
    return {**below, **above}


class _Reader:
    """Gives the parts of one scenario their types; what is wrong becomes a finding at its place."""

    def __init__(self, document: Document, findings: Findings) -> None:
        self.document = document
        self.findings = findings
        self.money_unit = Fraction(1, 100)

    def scenario(self, keys: ScenarioKeys) -> Scenario:
        if keys.currency in DIGITS:
            self.money_unit = minor_unit(keys.currency)
        else:
            self.wrong(("currency",), f"'{keys.currency}' is not a currency.", nearest(keys.currency, list(DIGITS)))
        goods = Item(
            self.money(("goods", "price"), keys.goods.price),
            self.money(("goods", "retail"), keys.goods.retail),
            self.volumes(("goods", "volumes"), keys.goods.volumes),
        )
        kit = None
        if keys.kit:
            price = self.money(("kit", "price"), keys.kit.price)
            kit = Item(price, price, self.volumes(("kit", "volumes"), keys.kit.volumes))
        start = self.whole(("people", "start"), keys.people.start, 1, MOST_PEOPLE)
        return Scenario(
            name=keys.scenario,
            way=keys.way or "",
            currency=keys.currency,
            first=self.month(("first month",), keys.first_month),
            months=self.whole(("months",), keys.months, 1, MOST_MONTHS),
            seed=self.whole(("seed",), keys.seed, 0, 2**63),
            start=start,
            founders=self.whole(("people", "founders"), keys.people.founders, 1, start),
            joiners=self.joiners(keys),
            recruiting=self.recruiting(keys),
            placement=self.placement(keys),
            effort=self.chances(("effort",), keys.effort),
            goods=goods,
            kit=kit,
            own_use=self.own_use(keys),
            qualifying=self.qualifying(keys, goods),
            resale=self.resale(keys),
            customers=self.customers(keys),
            expenses=tuple(
                Expense(
                    one.kind,
                    self.money(("expenses", place, "amount"), one.amount),
                    one.every,
                    self.share(("expenses", place, "chance"), one.chance),
                )
                for place, one in enumerate(keys.expenses)
            ),
            leaving=self.leaving(keys),
            training=self.training(keys),
            contact=self.contact(keys),
            tickets=self.tickets(keys),
            posts=None if keys.posts is None else Posts(self.share(("posts", "chance"), keys.posts.chance)),
            returns=self.returns(keys),
            buy_back=self.buy_back(keys),
            sweep=self.sweeps(keys),
            data=self.document.data,
        )

    # sections ---------------------------------------------------------------------------------------------------

    def joiners(self, keys: ScenarioKeys) -> Joiners:
        part, at = keys.joiners, ("joiners",)
        given = [name for name in ("per_month", "per_active", "bass") if getattr(part, name) is not None]
        if len(given) != 1:
            stated = (
                f"{len(given)} laws stand in 'joiners', which takes one." if given else "Nothing says how many join."
            )
            self.wrong(at, stated, "Write one of 'per month', 'per active' and 'bass' below 'joiners'.")
            return Joiners("per month", Fraction(0))
        if part.bass is not None:
            inside = (*at, "bass")
            return Joiners(
                "bass",
                self.share((*inside, "innovation"), part.bass.innovation),
                imitation=self.share((*inside, "imitation"), part.bass.imitation),
                market=self.whole((*inside, "market"), part.bass.market, 1, MOST_PEOPLE),
            )
        market = None if part.market is None else self.whole((*at, "market"), part.market, 1, MOST_PEOPLE)
        if part.per_active is not None:
            return Joiners("per active", self.number((*at, "per active"), part.per_active), market=market)
        if market is not None:
            self.wrong((*at, "market"), "'market' stands beside 'per month', which does not know it.", "Use 'bass'.")
        grows = self.number((*at, "grows"), part.grows, least=Fraction(-1))
        return Joiners("per month", self.number((*at, "per month"), str(part.per_month)), grows)

    def recruiting(self, keys: ScenarioKeys) -> Recruiting:
        part, at = keys.recruiting, ("recruiting",)
        quota = None
        if part.law == "quota":
            if part.quota is None:
                self.wrong(at, "The law 'quota' needs to know the most that anybody recruits.", "Add 'quota: 2'.")
            else:
                quota = self.whole((*at, "quota"), part.quota, 1, 1_000_000)
        elif part.quota is not None:
            self.wrong(
                (*at, "quota"), f"A quota stands beside the law '{part.law}'.", "Write 'law: quota' or remove it."
            )
        return Recruiting(
            part.law,
            quota,
            self.share((*at, "never"), part.never),
            self.chances((*at, "talent"), part.talent),
            part.by_effort == "yes",
        )

    def placement(self, keys: ScenarioKeys) -> Placement:
        part, at = keys.placement, ("placement",)
        if part.rule == "sponsor":
            if part.width is not None:
                self.wrong(
                    (*at, "width"), "The rule 'sponsor' knows no slots.", "Remove 'width', or name another rule."
                )
            return Placement()
        if part.width is None:
            self.wrong(at, f"The rule '{part.rule}' needs to know how many slots each has.", "Add 'width: 2'.")
            return Placement()
        return Placement(part.rule, self.whole((*at, "width"), part.width, 1, 100))

    def own_use(self, keys: ScenarioKeys) -> OwnUse | None:
        part, at = keys.own_use, ("own use",)
        if part is None:
            return None
        chance = self.share((*at, "chance"), part.chance)
        return OwnUse(chance, self.chances((*at, "quantity"), part.quantity), part.kind)

    def qualifying(self, keys: ScenarioKeys, goods: Item) -> Qualifying | None:
        part, at = keys.qualifying, ("qualifying",)
        if part is None:
            return None
        if part.volume not in goods.volumes:
            self.wrong(
                (*at, "volume"), f"The goods have no volume '{part.volume}'.", nearest(part.volume, [*goods.volumes])
            )
        elif not goods.volumes[part.volume]:
            self.wrong(
                (*at, "volume"), f"A unit has no '{part.volume}', so nothing reaches it.", "Name another volume."
            )
        reach = self.units((*at, "reach"), part.reach, UNIT)
        return Qualifying(self.share((*at, "share"), part.share), part.volume, reach, part.kind)

    def resale(self, keys: ScenarioKeys) -> Resale | None:
        part, at = keys.resale, ("resale",)
        if part is None:
            return None
        quantity, sold = self.chances((*at, "quantity"), part.quantity), self.chances((*at, "sold"), part.sold)
        return Resale(self.share((*at, "chance"), part.chance), quantity, sold)

    def customers(self, keys: ScenarioKeys) -> Customers | None:
        part, at = keys.customers, ("customers",)
        if part is None:
            return None
        return Customers(
            self.number((*at, "won"), part.won),
            self.share((*at, "leaving"), part.leaving),
            self.share((*at, "chance"), part.chance),
            self.chances((*at, "quantity"), part.quantity),
        )

    def leaving(self, keys: ScenarioKeys) -> Leaving:
        part, at = keys.leaving, ("leaving",)
        steps: tuple[tuple[int, Fraction], ...] = ((1, self.share((*at, "chance"), part.chance)),)
        if part.by_tenure:
            inside = (*at, "by tenure")
            found = {
                self.whole((*inside, month), month, 1, MOST_MONTHS, key=True): self.share((*inside, month), chance)
                for month, chance in part.by_tenure.items()
            }
            steps = tuple(sorted(found.items()))
            if steps[0][0] != 1:
                self.wrong(inside, f"Nothing is said of the months before month {steps[0][0]}.", "Add '1:'.", key=True)
        by_result = None
        if part.by_result is not None:
            inside = (*at, "by result")
            by_result = ByResult(
                self.money((*inside, "below"), part.by_result.below, negative=True),
                self.whole((*inside, "months"), part.by_result.months, 1, MOST_MONTHS),
                self.share((*inside, "chance"), part.by_result.chance),
            )
        return Leaving(steps, by_result)

    def training(self, keys: ScenarioKeys) -> Training | None:
        part, at = keys.training, ("training",)
        if part is None:
            return None
        return Training(
            self.share((*at, "completes"), part.completes),
            self.whole((*at, "within"), part.within, 1, 365),
            self.number((*at, "leaving"), part.leaving),
            self.number((*at, "won"), part.won),
        )

    def contact(self, keys: ScenarioKeys) -> Contact | None:
        part, at = keys.contact, ("contact",)
        if part is None:
            return None
        return Contact(self.share((*at, "chance"), part.chance), self.number((*at, "leaving"), part.leaving))

    def tickets(self, keys: ScenarioKeys) -> Tickets | None:
        part, at = keys.tickets, ("tickets",)
        if part is None:
            return None
        hours = self.chances((*at, "hours"), part.hours)
        return Tickets(
            self.share((*at, "chance"), part.chance), hours, self.share((*at, "unanswered"), part.unanswered)
        )

    def returns(self, keys: ScenarioKeys) -> Returns | None:
        part, at = keys.returns, ("returns",)
        if part is None:
            return None
        return Returns(self.share((*at, "share"), part.share), self.whole((*at, "within"), part.within, 0, 365))

    def buy_back(self, keys: ScenarioKeys) -> BuyBack | None:
        part, at = keys.buy_back, ("buy back",)
        if part is None:
            return None
        return BuyBack(
            self.share((*at, "asks"), part.asks),
            self.share((*at, "share"), part.share),
            self.whole((*at, "within"), part.within, 0, 365),
            self.share((*at, "refused"), part.refused),
        )

    def sweeps(self, keys: ScenarioKeys) -> dict[str, tuple[str, ...]]:
        """Each swept key is one that the scenario has; its values are checked when they are tried."""
        found = {}
        for name, values in keys.sweep.items():
            inside: Any = self.document.data
            for part in name.split("."):
                inside = inside.get(part) if isinstance(inside, dict) else None
            if not isinstance(inside, str):
                remedy = "Write it as 'section.key', and the key itself above."
                self.wrong(("sweep", name), f"'{name}' is no key of this scenario.", remedy, key=True)
            found[name] = tuple(values)
        return found

    # texts ------------------------------------------------------------------------------------------------------

    def wrong(self, path: Path, message: str, remedy: str = "", *, key: bool = False) -> None:
        self.findings.add(self.document.file, *self.document.place(path, key=key), message, remedy)

    def number(self, path: Path, text: str, least: Fraction = Fraction(0), *, key: bool = False) -> Fraction:
        """An exact number or percentage, from ``least`` to ``MOST``."""
        try:
            value = parse_percent(text) if text.endswith("%") else parse_number(text)
        except ValueError as error:
            self.wrong(path, str(error), "" if ";" in str(error) else "Write 0.25, 25% or 1/4.", key=key)
            return max(least, Fraction(1))
        if value < least:
            self.wrong(path, f"'{text}' is below {format_number(least)}.", "Write a larger number.", key=key)
            return max(least, Fraction(1))
        if value > MOST:
            self.wrong(path, f"'{text}' is above {MOST}.", "Write a smaller number.", key=key)
            return Fraction(MOST)
        return value

    def share(self, path: Path, text: str) -> Fraction:
        """A chance or share, from 0 to 1."""
        value = self.number(path, text)
        if value > 1:
            self.wrong(path, f"'{text}' is above 1, so it is no share or chance.", "Write 0.25, 25% or 1/4.")
            return Fraction(1)
        return value

    def whole(self, path: Path, text: str, least: int, most: int, *, key: bool = False) -> int:
        """A whole number from ``least`` to ``most``."""
        try:
            value = parse_number(text)
        except ValueError as error:
            self.wrong(path, str(error), "" if ";" in str(error) else "Write digits.", key=key)
            return least
        if value.denominator != 1 or not least <= value <= most:
            self.wrong(path, f"'{text}' is no whole number from {least} to {most}.", f"Such as {least}.", key=key)
            return least
        return int(value)

    def units(self, path: Path, text: str, unit: Fraction, least: Fraction = Fraction(0)) -> int:
        """A number as a count of ``unit``."""
        value = self.number(path, text, least) / unit
        if value.denominator != 1:
            self.wrong(
                path, f"'{text}' is finer than {format_number(unit)}.", f"Write it in steps of {format_number(unit)}."
            )
        return int(value)

    def money(self, path: Path, text: str, *, negative: bool = False) -> int:
        """An amount in minor units."""
        return self.units(path, text, self.money_unit, Fraction(-(10**12)) if negative else Fraction(0))

    def month(self, path: Path, text: str) -> Period:
        return self._parsed(path, text, _month, Period.parse("2024-01"))

    def volumes(self, path: Path, texts: Mapping[str, str]) -> dict[str, int]:
        return {name: self.units((*path, name), text, UNIT) for name, text in texts.items()}

    def chances(self, path: Path, texts: Mapping[str, str]) -> Chances:
        """Whole numbers with their shares; the shares sum to 1."""
        values = tuple(self.whole((*path, key), key, 0, 1_000_000, key=True) for key in texts)
        shares = tuple(self.share((*path, key), text) for key, text in texts.items())
        if not texts or sum(shares) != 1:
            total = format_number(Fraction(sum(shares)))
            self.wrong(path, f"The shares sum to {total}.", "They have to sum to 1.", key=True)
        return Chances(values or (0,), shares or (Fraction(1),))

    def _parsed(self, path: Path, text: str, parse: Callable[[str], T], otherwise: T) -> T:
        try:
            return parse(text)
        except ValueError as error:
            self.wrong(path, str(error))
            return otherwise


def _month(text: str) -> Period:
    period = Period.parse(text)
    if period.kind != "month":
        raise ValueError(f"'{text}' is a {period.kind}; a scenario goes by months, written 2024-01.")
    return period
