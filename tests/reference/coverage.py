"""Which keys, options and words of the plan language a batch of plans reached."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from tests.reference.cadence_parts import part_of
from tests.reference.coverage_dates import CHANGED, of_change, of_dates
from tests.reference.engine import KINDS
from tests.reference.language import Binary, Call, Name, Rows, Source, Unary, inside, read
from tests.reference.plan import expressions, versions
from tests.reference.positions import Positions

Plan = dict[str, Any]
BUILT_IN = (
    "rank", "title", "given_rank", "participant", "customer", "new", "days", "status", "ordinal", "country", "market",
    "level",
)  # fmt: skip
COLUMNS = (
    "kind",
    "sku",
    "class",
    "region",
    "quantity",
    "price",
    "retail",
    "margin",
    "credit",
    "order_number",
    "day",
    "month",
    "pv",
    "cv",
)
OPTIONS = (
    "compression",
    "form",
    "from",
    "unqualified",
    "leader volume",
    "empty",
    "pays",
    "when blocked",
    "blocks",
    "unclaimed",
    "again",
    "lines",
    "first",
    "windows",
    "own",
    "excess",
    "carry",
    "on failing",
    "enters at",
    "splits",
    "enters again",
    "returns",
    "entitled",
)


def _options(kind: str, bonus: Plan) -> Iterable[str]:
    for key in bonus:
        yield f"{kind}.{key}"
        if key in OPTIONS:
            yield f"{kind}.{key}={word(bonus[key])}"
    if bonus.get("boundary") == "same rank":
        yield f"{kind}.boundary=same rank"
    for key in ("cap per member", "hold until"):
        if isinstance(bonus.get(key), dict):
            yield f"{kind}.{key}={word(bonus[key])}"
    if isinstance(bonus.get("cap per source"), list):
        yield f"{kind}.cap per source by level"
    if isinstance(bonus.get("shares"), dict):
        yield "pool.shares by rank"
    if "rates" in bonus:
        on = bonus.get("rates on", "rank")
        keyed = isinstance(bonus["rates"], dict)
        how = "everybody" if not keyed else on if on in ("rank", "title", "given_rank", "scheme") else "number"
        yield f"{kind}.rates for {how}"
    if "rounding" in bonus:
        yield from _rounding("bonus", bonus["rounding"])


def _rounding(where: str, rule: Plan) -> Iterable[str]:
    yield f"{where} rounding per {rule['per']}"
    yield f"rounding mode {rule['mode']}"


def _words(tree: Any, *, row: bool = False) -> Iterable[str]:
    """Functions, names, operators and windows of an expression."""
    if isinstance(tree, (Binary, Unary)):
        yield f"operator {tree.op}"
    elif isinstance(tree, Source):
        yield "source.NAME"
    elif isinstance(tree, Name):
        names = COLUMNS if row else BUILT_IN
        if tree.value in names:
            yield f"{'column' if row else 'name'} {tree.value}"
    elif isinstance(tree, Rows):
        yield f"{tree.function}()"
        yield f"{tree.function} window {tree.window.kind}"
        if tree.volume:
            yield f"{tree.function} of {tree.volume}"
        if tree.where is not None:
            yield f"{tree.function} where"
    elif isinstance(tree, Call):
        yield f"{tree.function}()"
        if tree.tree is not None:
            yield f"{tree.function} in"
        if tree.cut is not None:
            yield "group cut at"
    for one in inside(tree):
        yield from _words(one, row=row or isinstance(tree, Rows))


def reached(plan: Plan) -> set[str]:
    """Everything that one plan reaches on any of its dates, and how it is dated."""
    plans = versions(plan)
    found = set(of_dates(plan)).union(*map(on_one_date, plans))
    for before, after in pairwise(plans):
        found |= of_change(before, after)
    text = repr(plan)
    return found | {part for part in ("dated", "unknown", "2/37%", "20 000") if f"'{part}'" in text}


def of_cadences(plan: Plan) -> set[str]:
    """What stands beside bonuses that are paid more often than the plan is run."""
    kinds = {bonus["every"] for bonus in plan["bonuses"].values() if "every" in bonus}
    if not kinds:
        return set()
    found = {f"every {kind} of a {plan['period']}" for kind in kinds} | {
        f"limits.{key} and every" for key in plan.get("limits", {})
    }
    found |= {f"limits.{key}.over and every" for key, rule in plan.get("limits", {}).items() if "over" in rule}
    part = part_of(plan, min(kinds))
    found |= {"earned in a part run"} if 'earned("' in repr(part["bonuses"]) + repr(part.get("measures")) else set()
    return found | {
        f"binary.windows={bonus['windows']} and every" for bonus in part["bonuses"].values() if "windows" in bonus
    }


def on_one_date(plan: Plan) -> set[str]:
    """Everything that the plan of one date reaches."""
    found = of_cadences(plan) | {f"plan.{key}" for key in plan} | {f"period {plan['period']}"}
    for rule in plan.get("trees", {}).values():
        found |= {f"trees.{key}" for key in rule} | {f"trees.taker.{key}" for key in rule.get("taker", {})}
        found |= {f"trees.landing={rule['landing']}"} if "landing" in rule else set()
        for key, value in rule.get("placed", {}).items():
            found |= {f"placed.{key}"} | ({f"placed.{key}={word(value)}"} if key in ("fill", "departures") else set())
            found |= {"placed.fill by measure"} if isinstance(value, dict) else set()
    for table in plan.get("tables", {}).values():
        form = next(key for key in ("values", "cliff", "marginal", "joint") if key in table)
        found |= {f"table {form}"} | ({f"table {form} otherwise"} if "otherwise" in table else set())
        if table["on"] in ("rank", "title", "given_rank"):
            found.add(f"table {form} on rank")
    for key, value in plan.get("titles", {}).items():
        found |= {f"titles.{key}"} | ({f"titles.rule={value}"} if key == "rule" else set())
    if "rounding" in plan:
        found |= set(_rounding("plan", plan["rounding"]))
    found |= {f"returns.{key}={value}" for key, value in plan.get("returns", {}).items()}
    found |= {f"late.{key}={value}" for key, value in plan.get("late", {}).items()}
    for part, rules in plan.get("limits", {}).items():
        for rule in rules if isinstance(rules, list) else [rules]:
            found |= {f"limits.{part}.{key}" for key in rule}
            found |= {
                f"limits.{part}.{key}={word(rule[key])}" for key in ("how", "below", "negative", "over") if key in rule
            }
            found |= {f"limits.{part}.exempt up to" for one in rule.get("exempt", []) if isinstance(one, dict)}
    for bonus in plan["bonuses"].values():
        found |= set(_options(bonus["kind"], bonus))
    for expression in expressions(plan):
        if isinstance(expression, str):
            found |= set(_words(read(expression)))
    return found


def of_facts(rows: dict[str, Any]) -> set[str]:
    """Tables and columns that say something, and the trees in which a member has several places."""
    tables = {name: table for name, table in rows.items() if name != "company"}
    found = {
        f"facts {name}.{column}" for name, table in tables.items() for row in table for column in row if row[column]
    }
    found |= {f"facts company.{key}" for key in rows["company"]}
    found |= {f"balance {row['what']}" for row in rows["balances"]}
    places = Positions(rows)
    found |= {"an order without a buyer" for order in rows["orders"] if not order["buyer"]}
    homes = [bool(member.get("market")) for member in rows["members"]]
    if any("market" in product for product in rows["products"]):
        found.add(f"products by market, {'all' if all(homes) else 'some' if any(homes) else 'no'} members with one")
    for product in rows["products"]:
        same = [one for one in rows["products"] if one["sku"] == product["sku"] and one is not product]
        beside = {f"{one.get('market', 'all')} beside {product.get('market', 'all')}" for one in same}
        found |= {f"product of {one}" for one in beside}
    found |= {f"place in {edge['tree']}" for edge in rows["edges"] if edge["position"] in places.owners}
    if any(position != owner == places.node(position) for position, owner in places.owner_of.items()):
        found.add("place that is the member")
    return found


def of_both(plan: Plan, rows: dict[str, Any]) -> set[str]:
    """What stands beside rules that change by date and beside cadences, and opening balances beside each kind."""
    plans = versions(plan)
    found = {f"{row['what']} beside {kind}" for row in rows["balances"] for kind in kinds_of(plans)}
    beside = {
        "several positions": "positions" in rows,
        "late rows": "lag" in rows["company"],
        "currencies": any(order.get("currency") for order in rows["orders"]),
    }
    there = {"dates": len(plans) > 1, "cadences": "'every'" in repr(plan)}
    return found | {f"{one} and {other}" for one in there for other in beside if there[one] and beside[other]}


def kinds_of(plans: Iterable[Plan]) -> set[str]:
    """The kinds of bonuses that a plan has on any date."""
    return {bonus["kind"] for plan in plans for bonus in plan["bonuses"].values()}


def word(value: Any) -> str:
    """An option as written, or the key of an option that has a value of its own."""
    return value if isinstance(value, str) else "+".join(value)


def count(worlds: Iterable[tuple[Plan, dict[str, Any], list[str]]]) -> Counter[str]:
    """How many of the worlds reached each thing."""
    return Counter(part for plan, rows, _ in worlds for part in reached(plan) | of_facts(rows) | of_both(plan, rows))


def _each(head: str, words: str) -> set[str]:
    return {head + word.strip() for word in words.split("|")}


_COMMON = "who | rounding | cap per member | hold until"
_BINARY = (
    "tree | base | sources | at least | cycle | first cycle | schedule | rate | amount | at most | windows=period"
    " | windows=day | windows=week | own=none | own=weaker | own=left | own=right | gathers | pays=matched | pays=ratio"
    " | excess=carry | excess=flush | carry=all | carry=none | carry=difference | carry=at most | carry=for"
    " | carry=at most+for | on failing=keep | on failing=flush"
)
_NEWEST = {
    "board": {
        f"board.{part.strip()}"
        for part in ["width ", " height ", " enters ", " pays ", " at most ", " sources ", " tree ", " who ", " feeds ", " enters at=sponsor ", " enters at=oldest ", " splits=yes ", " splits=no ", " enters again=no ", " enters again=sponsor ", " enters again=oldest"]
    },
    "party host": {f"party host.{part}" for part in ("base", "rate", "pays in", "sources", "who", "cap per member")},
    "windows of caps": {
        "level.cap per member=at most+over", "level.hold until=when+for", "limits.members.over=period",
        "limits.members.over=last 2 periods", "limits.members.over=lifetime",
        "limits.owners.over=last 2 periods", "limits.owners.over=lifetime",
    },
    "structures": _each("limits.structures.", "of | at most | exempt | exempt up to")
    | _each("limits.structures.how=", "pro rata | lower ranks first | plan order"),
    "exempt parts": {"limits.members.exempt up to", "limits.owners.exempt up to", "limits.company.exempt up to"},
    "paid in": {"level.paid in"},
    "entitled": {
        f"{kind}.entitled={word}" for kind in ("rebate", "difference") for word in ("at the end", "before each order")
    },
    "deductions": {"limits.payout.deductions"},
    "cadences": {"level.every", "binary.every", "pool.every", "difference.every", "milestone.every", "board.every"},
    "currencies of members": {"limits.payout.currency"},
    "dates": CHANGED,
    "parts": _each("every ", "day of a week | week of a month | day of a month | month of a quarter | quarter of a year")
    | _each("limits.", "members and every | owners and every | company and every | structures and every | payout and every")
    | _each("limits.", "members.over and every | owners.over and every")
    | _each("", "match.every | earned in a part run | pool.every | board.feeds")
    | _each("binary.windows=", "day and every | week and every"),
    "goods": _each("products by market, ", "all members with one | some members with one | no members with one")
    | _each("product of ", "all beside north | north beside north | all beside all | north beside south")
    | {"an order without a buyer"},
}  # fmt: skip
_PAIR = "sources | if | cap per source | base | lines | lines=member | lines=order | lines=order line"
_WALK = "tree | rates | rates on | rates for everybody | rates for rank | rates for scheme | rates for number"
_LEVEL = (
    "rate | depth | compression=none | compression=standard | compression=dynamic | compression=roll up | counts"
    " | cap per source by level | sources | if | cap per source"
)
TREE_FUNCTIONS = (
    "frontline | customers | downline | group | levels | legs | enrolled_legs | leg | rest | capped | parent | slot"
)

EXPECTED = (
    _each(
        "plan.",
        "plan | source | currency | period | tree | volumes | attributes | tables | measures | conditions | trees",
    )
    | _each("plan.", "ranks by | ranks | titles | rounding | bonuses | limits | clauses | receivers")
    | _each("period ", "day | week | month | quarter | year")
    | {"dated", "unknown", "2/37%", "20 000", "source.NAME"}
    | _each("trees.", "from | keep | leaders | taker | landing | moves | taker.measure | taker.reaches | taker.or")
    | _each("trees.landing=", "onward | lost")
    | _each("trees.", "passes up | to | line | among | fixed")
    | _each("placed.", "width | under | among | fill by measure | departures=hole | departures=earliest child")
    | _each("placed.fill=", "breadth | depth | left | right | slot 1 | slot 2 | alternate | weaker | smallest")
    | _each("table ", "values | cliff | marginal | joint | values otherwise | cliff otherwise | joint otherwise")
    | _each("table ", "values on rank | cliff on rank")
    | _each("titles.", "rule | after | grace | rule=best ever | rule=paid as | rule=falls")
    | _each("plan rounding per ", "line | source | bonus | member")
    | _each("bonus rounding per ", "line | source | bonus | member")
    | _each("rounding mode ", "half up | half even | half down | down | up | floor | ceiling")
    | _each(
        "limits.",
        "members.at most | members.exempt | owners.at most | owners.exempt | company.at most | company.exempt | payout.from",
    )
    | _each("limits.company.how=", "pro rata | lower ranks first | plan order")
    | _each("limits.payout.below=", "carry | lost")
    | _each("limits.payout.negative=", "carry | forgiven after")
    | set().union(
        *(
            _each(kind + ".", _COMMON)
            for kind in (
                "rebate",
                "retail",
                "customer",
                "level",
                "match",
                "difference",
                "generation",
                "infinity",
                "pool",
            )
        )
    )
    | _each("milestone.", _COMMON + " | steps | pays=highest | pays=each | again=never | again=each period")
    | _each("given.", _COMMON)
    | _each("rebate.", _PAIR + " | rate")
    | _each("retail.", "tree")
    | _each("retail.", _PAIR + " | rate")
    | _each("customer.", _PAIR + " | rate | tree")
    | _each("level.", _PAIR + " | " + _WALK + " | rates for title | rates for given_rank | " + _LEVEL)
    | _each("level.from=", "self | upline")
    | _each("match.from=", "self | upline")
    | _each("match.", "of | " + _WALK + " | " + _LEVEL)
    | _each(
        "difference.", _PAIR.replace("| if ", "") + " | tree | rate | start | ceiling | reserve | minimum | stop at"
    )
    | _each(
        "difference.", "form=source | form=group | from=self | from=upline | unqualified=skipped | unqualified=consumes"
    )
    | _each("generation.", _PAIR + " | " + _WALK + " | boundary | boundary=same rank | first=0 | first=1 | first=2")
    | _each("generation.leader volume=", "own generation | generation above")
    | _each("generation.empty=", "skipped | counted")
    | _each(
        "infinity.", _PAIR.replace("| if ", "") + " | tree | rate | from level | ceiling | pays=full | pays=difference"
    )
    | _each("infinity.", "when blocked=skip | when blocked=stop | blocks=where paid | blocks=always")
    | _each("pool.", "fund | shares | shares by rank | share value | unclaimed=carry")
    | _each("binary.", _COMMON + " | " + _BINARY)
    | _each("pass up.", _COMMON + " | tree | sources | base | rate | floor")
    | _each("pool.", "places | share cap | floor | unclaimed=company | unclaimed=shared")
    | _each("milestone.", "instalments | while")
    | set().union(*_NEWEST.values())
    | _each("returns.later=", "same amounts | average | recompute | none")
    | _each("returns.", "ranks=stay | ranks=recompute | volume=this period | volume=none")
    | _each("level.returns=", "none | same amounts | average")
    | _each("name ", " | ".join(BUILT_IN))
    | _each("column ", " | ".join(COLUMNS))
    | {f"{name.strip()}()" for name in TREE_FUNCTIONS.split("|")}
    | {f"{name.strip()} in" for name in TREE_FUNCTIONS.split("|")}
    | {f"{name}()" for name in ("orders", "largest_order", "order_count", "company", "depth", "kept", "min", "max")}
    | {f"{name}()" for name in ("highest", "if", "whole", "ratio", "previous", "lifetime", "last", "streak", "earned")}
    | {"override()", "order()", "position()", "owner()"}
    | {"group cut at", "orders where", "largest_order where", "order_count where"}
    | _each("orders window ", "period | previous | last | lifetime | days | months")
    | _each("largest_order window ", "period | previous | last | lifetime | days | months")
    | _each("order_count window ", "period | previous | last | lifetime | days | months")
    | _each("orders of ", "pv | cv | price | retail | margin | quantity")
    | {"late.rows=recompute", "late.ranks=stay", "late.ranks=recompute", "facts company.lag"}
    | _each("facts ", "orders.booked | order_lines.booked | volumes.booked | returns.booked | edges.booked")
    | _each("facts ", "roles.booked | overrides.booked | order_lines._until | volumes._until | edges._until")
    | _each("balance ", "title | rank | lifetime | streak | carried | negative balance | earned")
    | {"facts balances.as_of"}
    | {
        f"{what} beside {kind}"
        for what in ("title", "rank", "lifetime", "carried", "negative balance")
        for kind in KINDS
    }
    | {
        f"{one} and {other}"
        for one in ("dates", "cadences")
        for other in ("several positions", "late rows", "currencies")
    }
    | _each("place ", "in sponsor | in placement | in binary | in matrix | that is the member")
    | _each(
        "facts ",
        "orders.currency | products.currency | rates_fx.rate | products.commissionable | products.market | order_lines.credit",
    )
    | _each("facts ", "positions.owner | orders.credited | orders.host | edges.from | edges.to | returns.refund")
    | _each("operator ", "+ | - | * | / | and | or | not | >= | > | <= | < | = | !=")
)
