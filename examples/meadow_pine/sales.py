"""Orders with their lines, returns within the month, and receipts of what participants sell on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from meadow_pine.catalogue import BUSINESS, CATALOGUES, GOODS, MEETING, STARTER, Product, Rows, decimal
from meadow_pine.draws import below, chance, pick
from meadow_pine.people import MONTHS, RATES, Person, date_text, days_in, year_month

REGIONS = ("IL", "WI", "IA", "MN", "MO", "IN")
_BUYERS = ("neighbour", "colleague", "market stall", "family", "")
_VERIFICATIONS = ("declared", "declared", "receipt", "receipt", "receipt", "none", "shipped by company")
_REASONS = ("damaged", "changed mind", "wrong item", "did not like it")


@dataclass
class Sales:
    """The tables that sales fill; ``resold`` remembers what went into stock, for receipts."""

    orders: Rows
    lines: Rows
    returns: Rows
    receipts: Rows
    resold: list[tuple[Person, int, int, Product, int]]


def sell(people: list[Person]) -> Sales:
    """Everything that is bought in 36 months, in the order of time."""
    sales = Sales([], [], [], [], [])
    for month in range(MONTHS):
        wanted = [order for person in people if person.here(month) for order in _orders(person, month)]
        for day, kind, person, basket in sorted(wanted, key=lambda order: (order[0], order[2].id, order[1])):
            _book(sales, month, day, kind, person, basket)
    _resell(sales)
    return sales


Order = tuple[int, str, Person, list[tuple[Product, int]]]


def _orders(person: Person, month: int) -> Iterator[Order]:
    """What a person orders in a month: day, kind, buyer, basket."""
    first = person.day if person.month == month else 1
    fresh = month == (person.month if person.role == "participant" else person.upgraded)

    def day(what: str) -> int:
        return first + below(days_in(month) - first + 1, "order day", person.id, month, what)

    if not person.participates(month):
        if month == person.month or chance(420, "customer order", person.id, month):
            yield day("customer"), "customer", person, _basket(person, month, 3)
        return
    if fresh:
        big = chance(180, "big pack", person.id)
        yield first, "joining pack", person, [(STARTER, 1), (BUSINESS, 1)] if big else [(STARTER, 1)]
        if person.kind in {"builder", "ordinary"} and chance(200, "front-loading", person.id):
            yield first, "for resale", person, _basket(person, month, 4, times=6)
    if chance(450, "autoship", person.id) and not fresh:
        yield min(5, days_in(month)), "autoship", person, _basket(person, 0, 3, times=2)
    elif chance(380, "own use", person.id, month):
        yield day("own"), "own use", person, _basket(person, month, 3)
    if chance(RATES[person.kind][2], "resale", person.id, month):
        yield day("resale"), "for resale", person, _basket(person, month, 4, times=3)
    if year_month(month)[1] == 5 and chance(250, "meeting", person.id, month):
        yield day("meeting"), "own use", person, [(MEETING, 1)]
    elif chance(60, "catalogues", person.id, month):
        yield day("catalogues"), "own use", person, [(CATALOGUES, 1 + below(3, "how many", person.id, month))]


def _basket(person: Person, month: int, most: int, times: int = 1) -> list[tuple[Product, int]]:
    """One to ``most`` different goods; ``times`` makes larger quantities."""
    start = below(len(GOODS), "basket", person.id, month, most)
    count = 1 + below(most, "basket size", person.id, month, times)
    step = pick((1, 5, 7), "basket step", person.id, month)
    goods = [GOODS[(start + step * place) % len(GOODS)] for place in range(count)]
    return [(good, times + below(1 + times, "quantity", person.id, month, good.sku)) for good in goods]


def _book(sales: Sales, month: int, day: int, kind: str, person: Person, basket: list[tuple[Product, int]]) -> None:
    """An order with its lines, and what comes back of it in the same month."""
    number = str(100001 + len(sales.orders))
    credited = person.active_upline(month)
    clock = f"T{8 + below(14, 'hour', number):02}:{below(60, 'minute', number):02}:00"
    late = day < days_in(month) and chance(20, "booked late", number)
    online = kind == "customer" and chance(700, "online", number)
    sales.orders.append(
        {
            "order": number,
            "buyer": person.id,
            "credited": credited.id,
            "payer": credited.id if kind == "customer" and chance(20, "paid by seller", number) else person.id,
            "region": pick(REGIONS, "region", person.id),
            "time": date_text(month, day) + clock,
            "booked": date_text(month, day + 1) + "T09:00:00" if late else "",
            "kind": kind,
            "platform_id": f"shop-{below(10**6, 'platform', number):06}-{number}" if online else "",
            "currency": "USD",
        }
    )
    for place, (product, quantity) in enumerate(basket, 1):
        price = product.price(month, retail=person.role == "customer" and not person.participates(month)) * quantity
        sales.lines.append(
            {
                "order": number,
                "line": str(place),
                "sku": product.sku,
                "quantity": str(quantity),
                "price": decimal(price),
                "volume.pv": decimal(product.pv * quantity),
                "volume.cv": decimal(product.cv * quantity),
            }
        )
        kept = quantity - _returned(sales, month, day, place, quantity, price)
        if kind == "for resale" and kept:
            sales.resold.append((person, month, day, product, kept))


def _returned(sales: Sales, month: int, day: int, line: int, quantity: int, price: int) -> int:
    """How many of an order line come back before the month ends; books the return."""
    number = sales.orders[-1]["order"]
    if day == days_in(month) or not chance(28, "return", number, line):
        return 0
    back = 1 + below(quantity, "how many back", number, line)
    when = day + 1 + below(days_in(month) - day, "return day", number, line)
    sales.returns.append(
        {
            "order": number,
            "line": str(line),
            "quantity": str(back),
            "time": date_text(month, when) + "T15:00:00",
            "booked": "",
            "reason": pick(_REASONS, "return reason", number, line),
            "refund": decimal(price // quantity * back),
        }
    )
    return back


def _resell(sales: Sales) -> None:
    """Receipts: most of what is bought for resale is sold on within two months, by those who sell at all."""
    for person, month, day, product, quantity in sales.resold:
        sold = quantity if person.kind == "seller" else below(quantity + 1, "sold on", person.id, month, product.sku)
        while sold > 0:
            number = str(5001 + len(sales.receipts))
            count = min(sold, 1 + below(3, "receipt quantity", number))
            sold -= count
            later = min(month + below(3, "receipt month", number), MONTHS - 1)
            if not person.here(later):
                later = month
            first = day if later == month else 1
            when = first + below(days_in(later) - first + 1, "receipt day", number)
            buyer_class = pick(_BUYERS, "class", number)
            sales.receipts.append(
                {
                    "receipt": number,
                    "seller": person.id,
                    "buyer": "" if buyer_class else f"{pick(('M.', 'J.', 'T.', 'R.'), 'initial', number)} Guest",
                    "buyer_class": buyer_class,
                    "sku": product.sku,
                    "quantity": str(count),
                    "price": decimal(product.price(later, retail=True) * count),
                    "currency": "USD",
                    "time": date_text(later, when) + "T22:00:00",
                    "verification": pick(_VERIFICATIONS, "verification", number),
                }
            )
