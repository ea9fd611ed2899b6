"""A small company on disk, and a plan that reads state, trees, ranks and orders."""

from __future__ import annotations

from pathlib import Path

from trueline.facts import Facts
from trueline.period import Period
from trueline.plan import PlanFile, load_plan
from trueline.run import Result, State, run

PLAN = """\
plan: Small house
currency: USD
period: month
volumes: {pv: 0.01}
rounding: {to: 0.01, mode: half up, per: line}
measures: {own: orders(pv), ever: lifetime(own)}
ranks: {Guide: own >= 50, Mentor: own >= 50 and legs(rank >= Guide) >= 1}
bonuses:
  network: {kind: level, base: orders(pv), lines: order, rates: {none: [1%], Guide: [5%, 2/37%], Mentor: [7%, 3%, 1%]}}
  first: {kind: milestone, steps: [{when: ever >= 200, amount: 25}]}
limits: {payout: {from: 10, below: carry}}
"""

FILES = {
    "company.yaml": "company: Small\ntime zone: UTC\ncurrency: USD\nvolumes: {pv: 0.01}\n",
    "members.csv": "member,joined,sponsor\n1,2024-01-01,\n2,2024-01-02,1\n3,2024-01-03,2\n4,2024-02-03,2\n",
    "orders.csv": (
        "order,buyer,time\no1,2,2024-01-10\no2,3,2024-01-11\no3,1,2024-01-12\no4,4,2024-02-10\no5,3,2024-02-11\n"
    ),
    "order_lines.csv": (
        "order,line,sku,quantity,price,volume.pv\no1,1,x,1,120,100\no2,1,x,1,240,199.99\no3,1,x,1,60,50\n"
        "o4,1,x,1,90,75\no5,1,x,2,100,80.05\n"
    ),
}


def write_company(folder: Path, **changed: str) -> Path:
    """The facts as CSV files; ``changed`` replaces tables by name, without the ending."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in FILES.items():
        (folder / name).write_text(changed.get(name.partition(".")[0], text), encoding="utf-8")
    return folder


def computed(
    folder: Path, month: str = "2024-01", plan: str = PLAN, state: State | None = None
) -> tuple[Result, PlanFile, Facts]:
    """One month of a plan on the facts of a folder."""
    plan_file, facts = load_plan(plan, "plan.yaml"), Facts.read(folder)
    period = Period.parse(month)
    return run(plan_file.at(period), facts, state, period), plan_file, facts
