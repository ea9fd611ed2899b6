"""Rows of orders and products, and the rates of currencies."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from trueline.case.model import Order, OrderLine, Product, Rate, Return
from trueline.case.reader import Part, Reader
from trueline.errors import nearest

ORDER_KINDS = ("own use", "customer", "joining pack", "autoship", "for resale")
PRODUCT_KINDS = ("product", "kit", "tool", "fee", "event")
_ORDER_KEYS = ("of", "on", "kind", "host", "lines")
_LINE_KEYS = ("sku", "quantity", "price", "credit")
_RATE_KEYS = ("currency", "from", "rate")
_COUNTS = ("order", "line", "quantity")
_PRODUCT_KEYS = ("sku", "kind", "classes", "member_price", "retail_price")


def read_orders(reader: Reader, volumes: Collection[str], members: Collection[str], part: Part) -> tuple[Order, ...]:
    """The orders of a list; what is one line stands in the order itself, several stand under ``lines``."""
    return tuple(_order(reader, volumes, members, row) for row in reader.items(part, "'orders'"))


def read_products(reader: Reader, part: Part) -> tuple[Product, ...]:
    """The products of a list."""
    return tuple(_product(reader, row) for row in reader.items(part, "'products'"))


def read_rates(reader: Reader, part: Part) -> tuple[Rate, ...]:
    """What other currencies are worth, each from a day on."""
    found = []
    for row in reader.items(part, "'rates'"):
        entries = reader.entries(row, "A rate", _RATE_KEYS)
        missing = [key for key in _RATE_KEYS if not reader.needs(row, entries, key, "A rate")]
        if not missing:
            currency, day = reader.text(entries["currency"], "'currency'"), reader.day(entries["from"], "'from'")
            found.append(Rate(currency, day, reader.number(entries["rate"], "'rate'")))
    return tuple(found)


def _order(reader: Reader, volumes: Collection[str], members: Collection[str], part: Part) -> Order:
    entries = reader.entries(part, "An order", (*_ORDER_KEYS, *_LINE_KEYS, *volumes))
    member = ""
    if reader.needs(part, entries, "of", "An order"):
        member = reader.text(entries["of"], "'of'")
        if member and member not in members:
            reader.wrong(entries["of"], f"'{member}' is not a member.", nearest(member, list(members)))
    host = reader.text(entries["host"], "'host'") if "host" in entries else ""
    if host and host not in members:
        reader.wrong(entries["host"], f"'{host}' is not a member.", nearest(host, list(members)))
    if "lines" in entries:
        for key in entries:
            if key in (*_LINE_KEYS, *volumes):
                reader.wrong(entries[key], f"'{key}' stands beside 'lines'.", "Write it in one of the lines.", key=True)
        keys = (*_LINE_KEYS, *volumes)
        rows = reader.items(entries["lines"], "'lines'")
        lines = tuple(_line(reader, volumes, reader.entries(row, "An order line", keys)) for row in rows)
    else:
        lines = (_line(reader, volumes, entries),)
    return Order(
        member=member,
        day=reader.day(entries["on"], "'on'") if "on" in entries else None,
        kind=reader.choice(entries["kind"], "A kind of order", ORDER_KINDS) if "kind" in entries else "",
        lines=lines,
        host=host,
    )


def _line(reader: Reader, volumes: Collection[str], entries: Mapping[str, Part]) -> OrderLine:
    return OrderLine(
        sku=reader.text(entries["sku"], "'sku'") if "sku" in entries else "",
        quantity=reader.whole(entries["quantity"], "'quantity'") if "quantity" in entries else None,
        price=reader.number(entries["price"], "'price'") if "price" in entries else None,
        credit=reader.number(entries["credit"], "'credit'") if "credit" in entries else None,
        volumes={name: reader.number(entries[name], f"'{name}'") for name in volumes if name in entries},
    )


def read_returns(reader: Reader, part: Part) -> tuple[Return, ...]:
    """The returns of a list; orders are counted from 1 over the page."""
    return tuple(_return(reader, row) for row in reader.items(part, "'returns'"))


def _return(reader: Reader, part: Part) -> Return:
    entries = reader.entries(part, "A return", ("order", "line", "quantity", "on", "refund"))
    reader.needs(part, entries, "order", "A return")
    number = {key: reader.whole(entries[key], f"'{key}'") for key in entries if key in _COUNTS}
    return Return(
        order=number.get("order", 1),
        line=number.get("line", 1),
        quantity=number.get("quantity", 1),
        day=reader.day(entries["on"], "'on'") if "on" in entries else None,
        refund=reader.number(entries["refund"], "'refund'") if "refund" in entries else None,
    )


def _product(reader: Reader, part: Part) -> Product:
    entries = reader.entries(part, "A product", _PRODUCT_KEYS)
    reader.needs(part, entries, "sku", "A product")
    prices = {key: reader.number(entries[key], f"'{key}'") for key in _PRODUCT_KEYS[3:] if key in entries}
    return Product(
        sku=reader.text(entries["sku"], "'sku'") if "sku" in entries else "",
        kind=reader.choice(entries["kind"], "A kind of product", PRODUCT_KINDS) if "kind" in entries else "",
        classes=tuple(reader.texts(entries["classes"], "'classes'")) if "classes" in entries else (),
        member_price=prices.get("member_price"),
        retail_price=prices.get("retail_price"),
    )
