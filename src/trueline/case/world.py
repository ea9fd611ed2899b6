"""Members, orders and given values of a page -> the tables of facts that a run reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import Literal, NamedTuple

from trueline.case.model import Chapter, Given, Member, Order, OrderLine, Page, Product, Return
from trueline.errors import Finding, Refused
from trueline.facts import Company, Facts
from trueline.money import format_number
from trueline.period import Period, turn
from trueline.plan import Plan

Row = dict[str, str | None]
Tables = dict[str, list[Row]]


def facts_of(page: Page, plan: Plan, chapter: Chapter) -> Facts:
    """All that happens on a page, and what is given for one of its periods.

    Errors: ``Refused``, when facts cannot be kept so, for instance a volume finer than its unit.
    """
    try:
        company = Company(
            name=page.name,
            currency=plan.currency,
            volumes=dict(plan.volumes),
            attributes=dict(plan.attributes),
        )
    except ValueError as error:
        raise Refused([Finding(page.file, 0, 0, str(error), "Correct it in the plan.")]) from None
    return Facts.from_rows(company, tables_of(page, plan, chapter), place=page.file)


def tables_of(page: Page, plan: Plan, chapter: Chapter) -> Tables:
    """The tables of facts; one without rows says that there is nothing of the kind.

    A page without any order has no tables of orders: it tells totals only, and a plan that asks how something was
    ordered is refused.
    """
    orders = [one for one in _dated_orders(page) if _known(one, chapter.period)]
    given = page.given | chapter.given
    tables: Tables = {
        "members": [_member(member, plan.attributes) for member in page.members if not member.owner],
        "roles": [{"member": member.id, "role": member.role} for member in page.members if member.role],
        "edges": list(_edges(page.members, "sponsor" if plan.main_tree in plan.trees else plan.main_tree)),
        "status": [row for row in _inside(page, "status") if row["status"]],
        "products": [_product(product) for product in page.products],
        "returns": [_return(one, chapter.period) for chapter in page.chapters for one in chapter.returns],
        "volumes": [row for one in page.chapters for row in _volumes(page.members, one)],
        "balances": [row for member, one in given.items() for row in _balances(member, one, chapter.period)],
        "state": [row for member, one in given.items() for row in _banks(member, one, chapter.period)],
        "overrides": [{**row, "what": "rank"} for row in _inside(page, "rank", "value") if row["value"]],
    }
    if any(member.owner for member in page.members):
        tables["positions"] = [{"position": one.id, "owner": one.owner or one.id} for one in page.members]
    if page.rates:
        days = [(one, one.start.isoformat() if one.start else None) for one in page.rates]
        tables["rates_fx"] = [{"currency": one.currency, "rate": _text(one.rate), "from": day} for one, day in days]
    if orders:
        tables["orders"] = [_order(one.number, one.order, one.day) for one in orders]
        tables["order_lines"] = [
            _order_line(one.number, place, line, plan.volumes, counted=bool(tables["returns"]))
            for one in orders
            for place, line in enumerate(one.order.lines, 1)
        ]
    return tables


def _member(member: Member, attributes: Iterable[str]) -> Row:
    row: Row = {
        "member": member.id,
        "joined": member.joined.isoformat() if member.joined else None,
        "country": member.country or None,
        "market": member.market or None,
    }
    if member.currency:
        row["currency"] = member.currency
    return row | {f"attribute.{name}": member.attributes.get(name) for name in attributes}


def _edges(members: Sequence[Member], main_tree: str) -> Iterator[Row]:
    """One row per member and tree; roots have a row of their own, so that a tree of roots only is there as well.

    A further position is in those trees only in which it has a parent. A member's slot is its place in every tree:
    nobody reads it in trees without places.
    """
    trees = {main_tree: None} | {tree: None for member in members for tree in member.parents}
    for tree in trees:
        for member in members:
            parent = member.parents.get(tree)
            if member.owner and not parent:
                continue
            place = {"slot": member.slot} if parent and member.slot else {}
            yield {"tree": tree, "position": member.id, "parent": parent, **place}


def _product(product: Product) -> Row:
    return {
        "sku": product.sku,
        "kind": product.kind or None,
        "classes": " ".join(product.classes) or None,
        "member_price": _text(product.member_price),
        "retail_price": _text(product.retail_price),
    }


class _Dated(NamedTuple):
    """An order with its number on the page, its day, and the period that it stands in."""

    number: int
    order: Order
    day: date
    period: Period


def _dated_orders(page: Page) -> list[_Dated]:
    """All orders with their days; one without is of the first day of the period that it stands in."""
    joined = {member.id: member.joined for member in page.members}
    groups = [(page.orders, page.chapters[0].period), *((one.orders, one.period) for one in page.chapters)]
    placed = [(order, period) for orders, period in groups for order in orders]
    return [
        _Dated(number, order, order.day or _first_day(period, joined[order.member]), period)
        for number, (order, period) in enumerate(placed, 1)
    ]


def _known(one: _Dated, period: Period) -> bool:
    """Whether the run of a period knows an order: one of an earlier day than its period came late."""
    return one.day >= one.period.start or turn(one.period) <= turn(period)


def _order(number: int, order: Order, day: date) -> Row:
    return {
        "order": str(number),
        "buyer": order.member,
        "credited": order.member,
        "time": day.isoformat(),
        "kind": order.kind or None,
        **({"host": order.host} if order.host else {}),
    }


def _order_line(number: int, place: int, line: OrderLine, volumes: Iterable[str], *, counted: bool) -> Row:
    """A line; where something comes back, one without a quantity is one piece."""
    row: Row = {
        "order": str(number),
        "line": str(place),
        "sku": line.sku or None,
        "quantity": str(line.quantity or 1) if line.quantity is not None or counted else None,
        "price": _text(line.price),
        **({"credit": _text(line.credit)} if line.credit is not None else {}),
    }
    return row | {f"volume.{name}": _text(line.volumes.get(name, Fraction(0))) for name in volumes}


def _return(one: Return, period: Period) -> Row:
    return {
        "order": str(one.order),
        "line": str(one.line),
        "quantity": str(one.quantity),
        "time": (one.day or period.start).isoformat(),
        "refund": _text(one.refund),
    }


def _volumes(members: Sequence[Member], chapter: Chapter) -> Iterator[Row]:
    """The totals of one period: those of the period itself where a member has any, else those of the member's row."""
    for member in members:
        for name, amount in chapter.volumes.get(member.id, member.volumes).items():
            yield {
                "member": member.id,
                "volume": name,
                "amount": _text(amount),
                "effective": _first_day(chapter.period, member.joined).isoformat(),
            }


def _balances(member: str, given: Given, period: Period) -> Iterator[Row]:
    def row(what: str, name: str, value: str | None) -> Row:
        return {"member": member, "what": what, "name": name, "value": value, "as_of": period.start.isoformat()}

    if given.title:
        yield row("title", given.title, given.title)
    for name, value in given.lifetime.items():
        yield row("lifetime", name, _text(value))
    for name, value in given.earned.items():
        yield row("earned", name, _text(value))


def _banks(member: str, given: Given, period: Period) -> Iterator[Row]:
    """What stands on the sides of a member at the beginning of the period."""
    for tree, sides in given.bank.items():
        for side, value in sides.items():
            as_of = period.start.isoformat()
            yield {"tree": tree, "position": member, "name": side, "value": _text(value), "as_of": as_of}


def _inside(page: Page, key: Literal["rank", "status"], column: str = "") -> Iterator[Row]:
    """What is given for single periods, each time for the days of that period."""
    for one in page.chapters:
        days: Row = {"from": one.period.start.isoformat(), "to": one.period.end.isoformat()}
        for member, gift in (page.given | one.given).items():
            yield {"member": member, column or key: getattr(gift, key), **days}


def _first_day(period: Period, joined: date | None) -> date:
    """The first day of a period on which the member is there."""
    return max(period.start, joined) if joined else period.start


def _text(number: Fraction | None) -> str | None:
    return format_number(number) if number is not None else None
