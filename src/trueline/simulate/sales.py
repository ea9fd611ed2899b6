"""What people buy, sell on and spend in a month of a simulated company."""

from __future__ import annotations

import numpy as np

from trueline.facts import NEVER
from trueline.facts.tables.opening import EXPENSES
from trueline.facts.tables.sales import ORDERS
from trueline.period import SECONDS_PER_DAY, Period
from trueline.simulate.diary import Diary
from trueline.simulate.draws import Draws, Event
from trueline.simulate.growth import days_of
from trueline.simulate.people import Int64s, People
from trueline.simulate.scenario import Expense, Item, Posts, Qualifying, Resale, Scenario, Tickets

KINDS = next(column.allowed for column in ORDERS.columns if column.name == "kind")
EXPENSE_KINDS = next(column.allowed for column in EXPENSES.columns if column.name == "kind")
GOODS, KIT = 0, 1
"""Places of the two products."""
_LAST_DAYS = 5
_HOUR = 3600


class Month:
    """The sales of one month; each method enters what it invents in the diary.

    ``net`` [n]: what the month brought and cost each person so far, in minor units, rewards not included.
    """

    def __init__(
        self, scenario: Scenario, draws: Draws, people: People, diary: Diary, month: int, period: Period
    ) -> None:
        self.scenario, self.draws, self.people, self.diary = scenario, draws, people, diary
        self.month, self.period = month, period
        self.net = np.zeros(len(people), dtype=np.int64)
        self.bought = np.zeros(len(people), dtype=np.int64)

    def all(self, joined: Int64s, new_customers: Int64s) -> None:
        """Everything, in the order of a month: packs, customers, own use, resale, what qualifying needs, expenses."""
        scenario, people = self.scenario, self.people
        sellers = people.participants(self.month)
        if scenario.kit is not None:
            ones = np.ones(len(joined), dtype=np.int64)
            self._order(joined, ones, self._joined_day(joined), "joining pack", scenario.kit, KIT)
        if scenario.customers is not None:
            rule, buyers = scenario.customers, people.customers(self.month)
            again = self.draws.happens(Event.CUSTOMER_ORDER, self.month, buyers, rule.chance)
            buyers = buyers[again | np.isin(buyers, new_customers)]
            quantity = rule.quantity.at(self.draws.of(Event.CUSTOMER_QUANTITY, self.month, buyers))
            day = self._any_day(Event.ORDER_DAY, buyers)
            day = np.where(np.isin(buyers, new_customers), self._joined_day(buyers), day)
            self._order(buyers, quantity, day, "customer", scenario.goods, GOODS, again=0)
        if scenario.own_use is not None:
            own = scenario.own_use
            buyers = sellers[self.draws.happens(Event.OWN_USE, self.month, sellers, own.chance)]
            quantity = own.quantity.at(self.draws.of(Event.OWN_QUANTITY, self.month, buyers))
            day = self._any_day(Event.ORDER_DAY_OWN, buyers)
            self._order(buyers, quantity, day, own.kind, scenario.goods, GOODS, again=1)
        if scenario.resale is not None:
            self._resale(scenario.resale, sellers)
        if scenario.qualifying is not None:
            self._qualifying(scenario.qualifying, sellers)
        for number, expense in enumerate(scenario.expenses):
            self._expense(expense, number, sellers)
        if scenario.tickets is not None:
            self._ask(scenario.tickets, sellers)
        if scenario.posts is not None:
            self._post(scenario.posts, sellers)

    def _resale(self, rule: Resale, sellers: Int64s) -> None:
        people, draws, goods = self.people, self.draws, self.scenario.goods
        buyers = sellers[draws.happens(Event.RESALE, self.month, sellers, rule.chance)]
        quantity = rule.quantity.at(draws.of(Event.RESALE_QUANTITY, self.month, buyers))
        day = self._any_day(Event.ORDER_DAY_RESALE, buyers)
        self._order(buyers, quantity, day, "for resale", goods, GOODS)
        people.stock[buyers] += quantity
        wanted = rule.sold.at(draws.of(Event.SOLD, self.month, sellers))
        sold = np.minimum(wanted, people.stock[sellers])
        who, sold = sellers[sold > 0], sold[sold > 0]
        people.stock[who] -= sold
        self.net[who] += sold * goods.retail
        last = np.full(len(who), days_of(self.period) - 1, dtype=np.int64)
        self.diary.receipts.append(
            {"seller": who, "quantity": sold, "price": sold * goods.retail, "seconds": self._seconds(last)}
        )

    def _qualifying(self, rule: Qualifying, sellers: Int64s) -> None:
        """Purchases in the last days of the month by those who care and have not reached the volume yet."""
        unit = self.scenario.goods.volumes[rule.volume]
        own = self.diary.volume_of(self.month, rule.volume, len(self.people))
        have = own.copy()
        buyers = np.flatnonzero(self.people.customer & (own > 0))
        np.add.at(have, self.people.sponsor[buyers], own[buyers])
        care = sellers[self.draws.happens(Event.QUALIFIER, 0, sellers, rule.share)]
        short = care[have[care] < rule.reach]
        quantity = -((have[short] - rule.reach) // unit)
        last = days_of(self.period) - 1
        first = np.maximum(self._joined_day(short), last + 1 - _LAST_DAYS)
        day = self.draws.days(Event.QUALIFIER, self.month + 1, short, first, last)
        again = None if rule.kind == "for resale" else 2
        self._order(short, quantity, day, rule.kind, self.scenario.goods, GOODS, again=again)

    def _expense(self, rule: Expense, number: int, sellers: Int64s) -> None:
        tenure = self.month - self.people.month[sellers]
        due = {
            "month": np.ones(len(sellers), dtype=np.bool_),
            "year": (tenure > 0) & (tenure % 12 == 0),
            "joining": tenure == 0,
        }[rule.every]
        due &= self.draws.happens(Event.EXPENSE, self.month, sellers, rule.chance, number)
        who = sellers[due]
        self.net[who] -= rule.amount
        self.diary.expenses.append(
            {
                "member": who,
                "kind": np.full(len(who), EXPENSE_KINDS.index(rule.kind), dtype=np.int64),
                "amount": np.full(len(who), rule.amount, dtype=np.int64),
                "seconds": self._seconds(self._joined_day(who)),
            }
        )

    def _ask(self, rule: Tickets, sellers: Int64s) -> None:
        """Requests opened at noon."""
        who = sellers[self.draws.happens(Event.TICKET, self.month, sellers, rule.chance)]
        opened = self._seconds(self._any_day(Event.TICKET_DAY, who)) + 12 * _HOUR
        answered = opened + _HOUR * rule.hours.at(self.draws.of(Event.TICKET_HOURS, self.month, who))
        answered[self.draws.happens(Event.UNANSWERED, self.month, who, rule.unanswered)] = NEVER
        self.diary.tickets.append({"member": who, "opened": opened, "answered": answered})

    def _post(self, rule: Posts, sellers: Int64s) -> None:
        who = sellers[self.draws.happens(Event.POST, self.month, sellers, rule.chance)]
        self.diary.posts.append({"member": who, "seconds": self._seconds(self._any_day(Event.POST_DAY, who))})

    def _order(
        self,
        buyer: Int64s,
        quantity: Int64s,
        day: Int64s,
        kind: str,
        item: Item,
        sku: int,
        *,
        again: int | None = None,
    ) -> None:
        """One order of one line for each buyer (k); customers pay the retail price. ``again`` tells the orders that may
        come back apart, of which everybody has one a month; None: these do not.
        """
        price = quantity * np.where(self.people.customer[buyer], item.retail, item.price)
        back = self._back(buyer, day, again)
        np.subtract.at(self.net, buyer, np.where(back == NEVER, price, 0))
        chunk = {
            "buyer": buyer,
            "seconds": self._seconds(day),
            "kind": np.full(len(buyer), KINDS.index(kind), dtype=np.int64),
            "sku": np.full(len(buyer), sku, dtype=np.int64),
            "quantity": quantity,
            "price": price,
            "back": back,
        }
        volumes = {name: quantity * item.volumes.get(name, 0) for name in self.scenario.volumes}
        self.diary.order(self.month, chunk | {f"volume.{name}": values for name, values in volumes.items()})

    def _back(self, buyer: Int64s, day: Int64s, again: int | None) -> Int64s:
        """int64 (k): when the order of each buyer comes back, at noon, in seconds; ``NEVER`` where it does not."""
        found, rule = np.full(len(buyer), NEVER, dtype=np.int64), self.scenario.returns
        if rule is not None and again is not None:
            rows = np.flatnonzero(self.draws.happens(Event.RETURN, self.month, buyer, rule.share, again))
            later = self.draws.of(Event.RETURN_DAY, self.month, buyer[rows], again) % (rule.within + 1)
            last = days_of(self.period) - 1
            found[rows] = self._seconds(np.minimum(day[rows] + later, last)) + 12 * _HOUR
        return found

    def _joined_day(self, who: Int64s) -> Int64s:
        """The first day of the month (from 0) on which each is there."""
        found: Int64s = np.maximum(self.people.joined[who] - self.period.start_seconds, 0) // SECONDS_PER_DAY
        return found

    def _any_day(self, event: Event, who: Int64s) -> Int64s:
        return self.draws.days(event, self.month, who, self._joined_day(who), days_of(self.period) - 1)

    def _seconds(self, day: Int64s) -> Int64s:
        return self.period.start_seconds + day * SECONDS_PER_DAY
