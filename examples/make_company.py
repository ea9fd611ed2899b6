#!/usr/bin/env python3
"""Write the bundled company: ``examples/company`` with every table, ``examples/company-minimal`` without the optional.

The company is invented. Run it again and the same bytes come out: ``python examples/make_company.py [FOLDER]``.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from meadow_pine import conduct, network
from meadow_pine.catalogue import Rows, product_rows
from meadow_pine.people import invent
from meadow_pine.sales import sell

COMPANY = """\
company: Meadow & Pine
time zone: America/Chicago
currency: USD
volumes:
  pv: 0.01
  cv: 0.01
attributes:
  scheme: [standard, family]
"""
MINIMAL = ("members", "roles", "edges", "products", "orders", "order_lines", "returns")


def tables() -> dict[str, Rows]:
    """Every table of the company by name."""
    people = invent()
    sales = sell(people)
    balances, state = conduct.opening(people)
    requests, claims, audits = conduct.safeguards(people, sales)
    return {
        "members": network.members(people),
        "roles": network.roles(people),
        "positions": [{"position": person.id, "owner": person.id} for person in people],
        "edges": network.edges(people),
        "status": network.status(people),
        "products": product_rows(),
        "orders": sales.orders,
        "order_lines": sales.lines,
        "volumes": conduct.volumes(people),
        "returns": sales.returns,
        "receipts": sorted(sales.receipts, key=lambda row: (row["time"], row["receipt"])),
        "rates_fx": conduct.RATES_FX,
        "expenses": conduct.expenses(people),
        "rewards_other": conduct.rewards_other(people),
        "balances": balances,
        "state": state,
        "overrides": conduct.overrides(people),
        "training": conduct.training(people),
        "tickets": conduct.tickets(people),
        "contacts": conduct.contacts(people),
        "posts": conduct.posts(people),
        "agreements": conduct.agreements(people),
        "policies": conduct.POLICIES,
        "buyback_requests": requests,
        "claims": claims,
        "audits": audits,
    }


def write(folder: Path, rows_by_table: dict[str, Rows]) -> None:
    """Write one set of tables; columns that no row fills are left out."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "company.yaml").write_text(COMPANY, encoding="utf-8", newline="\n")
    for name, rows in rows_by_table.items():
        filled = [column for column in rows[0] if any(row[column] for row in rows)]
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, filled, lineterminator="\n", extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)


def main(folder: Path) -> None:
    """Write both sets below ``folder``."""
    everything = tables()
    write(folder / "company", everything)
    write(folder / "company-minimal", {name: everything[name] for name in MINIMAL})


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
