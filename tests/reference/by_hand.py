"""A short way to write small worlds: members under sponsors with a volume each."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.reference.engine import ReferenceResult, run

Rows = dict[str, Any]
LADDER = {"Member": "1 = 1", "Silver": "1 = 2", "Gold": "1 = 2", "Diamond": "1 = 2"}
CHAIN = "A:0 B<A:0 C<B:0 D<C:0 E<D:100"
MONTHS = ["2024-01", "2024-02", "2024-03", "2024-04"]


def members(text: str, **more: dict[str, str]) -> Rows:
    """`A:100 B<A:50 C<B:25` is a sponsor tree with one pv entry each in January 2024; `more` adds columns by member."""
    rows: Rows = {"members": [], "volumes": []}
    for word in text.split():
        left, _, amount = word.partition(":")
        name, _, sponsor = left.partition("<")
        rows["members"].append({"member": name, "joined": "2024-01-01", "sponsor": sponsor, **more.get(name, {})})
        if amount:
            rows["volumes"].append(entry(name, amount))
    return rows


def entry(member: str, amount: str, month: str = "2024-01", volume: str = "pv") -> dict[str, str]:
    return {"member": member, "volume": volume, "amount": amount, "effective": month + "-15"}


def sale(
    order: str, buyer: str, time: str, price: str, pv: str, kind: str = "own use", **more: str
) -> tuple[Rows, Rows]:
    """An order of one line, as an order row and a line row."""
    head = {"order": order, "buyer": buyer, "time": time, "kind": kind}
    line = {"order": order, "line": "1", "sku": more.pop("sku", "x"), "quantity": more.pop("quantity", "1")}
    return {**head, **more}, {**line, "price": price, "volume.pv": pv}


def with_sales(rows: Rows, *sales: tuple[Rows, Rows]) -> Rows:
    return {**rows, "orders": [one[0] for one in sales], "order_lines": [one[1] for one in sales]}


def with_ranks(rows: Rows, **given: str) -> Rows:
    """Ranks given by override."""
    return {
        **rows,
        "overrides": [{"member": m, "what": "rank", "value": r.replace("_", " ")} for m, r in given.items()],
    }


def played(bonus: Rows, rows: Rows, state: Any = None, period: str = "2024-01", **plan: Any) -> ReferenceResult:
    """A run of a plan with one bonus `b` over volume pv."""
    whole = {"volumes": {"pv": "0.01"}, "currency": "USD", "period": "month", "bonuses": {"b": bonus}, **plan}
    result = run(whole, rows, state, period)
    conserved(result)
    return result


def conserved(result: ReferenceResult) -> None:
    """Promised = paid after the caps + breakage, for every bonus."""
    for bonus, promised in result.promised.items():
        paid = sum((e["earned"] - e["capped"] for (_, b), e in result.earnings.items() if b == bonus), Fraction(0))
        assert promised == paid + sum(result.breakage[bonus].values(), Fraction(0)), bonus


def pays(result: ReferenceResult, bonus: str = "b") -> dict[str, str]:
    """What a bonus pays, as text by member."""
    return {m: text(e["payable"]) for (m, b), e in result.earnings.items() if b == bonus and e["payable"]}


def lost(result: ReferenceResult, bonus: str = "b") -> dict[str, str]:
    return {name: text(amount) for name, amount in sorted(result.breakage[bonus].items())}


def text(amount: Fraction) -> str:
    """An exact amount, as a decimal where it ends within four places."""
    scaled = amount * 10000
    return f"{int(scaled) / 10000:g}" if scaled.denominator == 1 else str(amount)
