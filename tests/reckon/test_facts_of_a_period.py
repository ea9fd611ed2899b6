"""What a run makes of facts at their edges: booking cut-offs, currencies, prices that are not given, positions."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from trueline.errors import Refused
from trueline.facts import Company, Facts
from trueline.period import Period
from trueline.plan import load_plan
from trueline.run import Result, run

Rows = dict[str, Any]
JANUARY = Period.parse("2024-01")
LEVEL = {"kind": "level", "base": "orders(pv)", "rates": ["10%"]}
LINE = [("1", ""), ("2", "1"), ("3", "2")]
MEMBERS = [{"member": member, "sponsor": sponsor, "joined": "2023-01-01"} for member, sponsor in LINE]
VOLUMES = [{"member": member, "volume": "pv", "amount": "100", "effective": "2024-01-10"} for member, _ in LINE]
EURO = [{"currency": "EUR", "rate": "1.5", "from": "2020-01-01"}]


def facts_of(**tables: Any) -> Facts:
    company = Company("Edge", "UTC", "USD", {"pv": Fraction(1, 100)}, {})
    return Facts.from_rows(company, {"members": MEMBERS, **tables})


def result_of(bonuses: Rows, facts: Facts, **more: Any) -> Result:
    usual = {"plan": "edge", "currency": "USD", "period": "month", "volumes": {"pv": "0.01"}}
    plan = {**usual, "rounding": {"to": "0.01", "mode": "half up"}, **more, "bonuses": bonuses}
    return run(load_plan(plan, "edge").at(JANUARY), facts, None, JANUARY)


def test_a_member_who_joins_after_the_cut_off_leaves_everybody_else_in_place() -> None:
    """The newcomer's undated sponsor must not become the sponsor of the last member known."""
    newcomer = {"member": "0", "sponsor": "1", "joined": "2024-02-20"}
    facts = facts_of(members=[*MEMBERS, newcomer], volumes=VOLUMES)
    cut = result_of({"b": LEVEL}, facts.known_by(Period.parse("2024-02").start_seconds))

    assert [cut.parent("sponsor", member) for member, _ in LINE] == [None, "1", "2"]
    assert cut.hashes == result_of({"b": LEVEL}, facts_of(volumes=VOLUMES)).hashes


def test_an_order_credited_to_somebody_not_yet_known_is_not_the_buyers() -> None:
    facts = facts_of(
        members=[*MEMBERS, {"member": "9", "joined": "2024-02-20"}],
        orders=[{"order": "a", "buyer": "3", "credited": "9", "time": "2024-01-05"}],
        order_lines=[{"order": "a", "line": "1", "volume.pv": "100"}],
    )
    cut = result_of({"b": LEVEL}, facts.known_by(Period.parse("2024-02").start_seconds))

    assert cut.total() == 0


def sale(**line: str) -> dict[str, Any]:
    """One order of member 3 to an end customer, with its only line."""
    return {
        "orders": [{"order": "a", "buyer": "3", "time": "2024-01-05", "kind": "customer"}],
        "order_lines": [{"order": "a", "line": "1", "quantity": "1", "price": "100", **line}],
    }


@pytest.mark.parametrize("where", ["orders", "products"])
def test_an_amount_in_another_currency_needs_a_rate(where: str) -> None:
    tables = sale(sku="x") | {"products": [{"sku": "x", "member_price": "60"}]}
    tables[where] = [{**row, "currency": "EUR"} for row in tables[where]]
    late = [{**EURO[0], "from": "2024-01-02"}]  # the period's factor is that of its first instant
    facts = facts_of(**tables, rates_fx=late)
    with pytest.raises(
        Refused, match="Line 1 of order a has its 'margin' in another currency than USD, without a rate"
    ):
        result_of({"b": {"kind": "retail"}}, facts)
    assert result_of({}, facts, measures={"orders_of_mine": "order_count()"}).measure("3", "orders_of_mine") == 1


@pytest.mark.parametrize(
    ("orders", "products", "price", "margin"),
    [
        ("", "", 100, 40),
        ("EUR", "EUR", 150, 60),
        ("EUR", "", 150, 90),
        ("", "EUR", 100, 10),
        ("JPY", "", "0.67", "-59.33"),
    ],
)
def test_amounts_are_converted_at_the_factor_of_the_period(
    orders: str, products: str, price: int | str, margin: int | str
) -> None:
    """100 paid and 60 of cost; a euro is 1.5 dollars all January, whatever happens on the 3rd; 100 yen are 0.666."""
    rates = [
        {"currency": "EUR", "rate": "1.5", "from": "2023-12-01"},
        {"currency": "EUR", "rate": "9", "from": "2024-01-03"},
        {"currency": "JPY", "rate": "0.00666", "from": "2023-12-01"},
    ]
    tables = sale(sku="x") | {"products": [{"sku": "x", "member_price": "60", "currency": products}], "rates_fx": rates}
    tables["orders"] = [{**row, "currency": orders} for row in tables["orders"]]
    found = result_of({}, facts_of(**tables), measures={"spent": "orders(price)", "gain": "orders(margin)"})

    assert found.measure("3", "spent") == Fraction(price)
    assert found.measure("3", "gain") == Fraction(margin)


DINAR = [{"currency": "KWD", "rate": "3.25", "from": "2024-01-01"}]
OWN = {"kind": "rebate", "base": "orders(price)", "rate": "100%"}


@pytest.mark.parametrize(
    ("line", "back", "paid"),
    [
        ({"price": "0.125"}, [], "0.41"),  # x 3.25 = 0.40625
        ({"price": "1", "quantity": "3"}, [{}], "2.17"),  # 0.667 left, x 3.25 = 2.16775; 0.67 would be 2.18
        ({"price": "1", "quantity": "3"}, [{"refund": "0.125"}], "2.84"),  # 0.875 x 3.25 = 2.84375
    ],
)
def test_amounts_of_a_currency_of_three_digits_are_exact_until_they_are_converted(
    line: Rows, back: list[Rows], paid: str
) -> None:
    tables = sale(**line)
    tables["orders"] = [{**row, "currency": "KWD"} for row in tables["orders"]]
    given = [{"order": "a", "line": "1", "quantity": "1", "time": "2024-01-20", **row} for row in back]
    facts = facts_of(**tables, rates_fx=DINAR, **({"returns": given} if given else {}))

    assert result_of({"own": OWN}, facts).amount("3", "own") == Fraction(paid)


def test_prices_of_products_in_dinars_and_amounts_in_dollars_stand_side_by_side() -> None:
    """Paid 10.00 USD less a third that came back, 6.67; two left at 0.125 KWD x 3.25 = 0.8125 cost 0.81."""
    tables = sale(price="10", quantity="3", sku="x")
    product = {"sku": "x", "member_price": "0.125", "currency": "KWD"}
    back = [{"order": "a", "line": "1", "quantity": "1", "time": "2024-01-20"}]
    margin = {**OWN, "base": "orders(margin)"}
    result = result_of(
        {"own": OWN, "margin": margin}, facts_of(**tables, products=[product], rates_fx=DINAR, returns=back)
    )

    assert (result.amount("3", "own"), result.amount("3", "margin")) == (Fraction("6.67"), Fraction("5.86"))


def test_a_price_in_yen_of_which_a_part_came_back_is_rounded_at_the_cents_of_the_plan() -> None:
    """1000 JPY for three, one of them back: 666.67, x 0.03 = 20.0001; 667 JPY would be 20.01."""
    tables = sale(price="1000", quantity="3")
    tables["orders"] = [{**row, "currency": "JPY"} for row in tables["orders"]]
    back = [{"order": "a", "line": "1", "quantity": "1", "time": "2024-01-20"}]
    facts = facts_of(**tables, rates_fx=[{**DINAR[0], "currency": "JPY", "rate": "0.03"}], returns=back)

    assert result_of({"own": OWN}, facts).amount("3", "own") == 20


@pytest.mark.parametrize(
    ("line", "product"),
    [
        ({"sku": "x"}, {"member_price": ""}),
        ({"sku": "x"}, {"member_price": "60", "from": "2024-01-20"}),
        ({"sku": ""}, {"member_price": "60"}),
        ({"sku": "x", "quantity": ""}, {"member_price": "60"}),
        ({"sku": "x", "price": ""}, {"member_price": "60"}),
    ],
    ids=["no price", "not yet in force", "no product", "no quantity", "nothing paid"],
)
def test_a_margin_without_both_prices_is_refused_and_not_the_whole_price(line: Rows, product: Rows) -> None:
    facts = facts_of(**sale(**line), products=[{"sku": "x", **product}])
    with pytest.raises(Refused, match="Line 1 of order a has no 'margin'"):
        result_of({"b": {"kind": "retail"}}, facts)


def test_a_blank_volume_is_refused_when_it_is_read_and_only_then() -> None:
    lines = [{"order": "a", "line": "1", "sku": "x", "volume.pv": ""}]
    lines.append({"order": "a", "line": "2", "volume.pv": "5"})
    tables = sale() | {"order_lines": lines, "products": [{"sku": "x"}]}
    with pytest.raises(Refused, match="Line 1 of order a has no 'pv'"):
        result_of({"b": LEVEL}, facts_of(**tables))
    assert result_of({"b": {**LEVEL, "base": "orders(pv where sku != x)"}}, facts_of(**tables)).total() == Fraction(
        "0.5"
    )


@pytest.mark.parametrize(
    ("rows", "paid"),
    [
        ([("No", "")], 0),
        ([("yes", "2024-01-01"), ("no", "2024-01-10")], 0),
        ([("no", "2024-01-10"), ("yes", "2024-01-01")], 0),
        ([("yes", "2024-01-10"), ("no", "")], 10),
    ],
)
def test_of_several_overrides_the_last_to_begin_counts(rows: list[tuple[str, str]], paid: int) -> None:
    overrides = [{"member": "1", "what": "active", "value": value, "from": since} for value, since in rows]
    facts = facts_of(volumes=VOLUMES, overrides=overrides)
    assert result_of({"b": {**LEVEL, "who": 'override("active")'}}, facts).amount("1", "b") == paid


def test_amounts_carried_of_several_bonuses_add_up_and_may_be_large() -> None:
    rows = [("x", "50 000 000 000.5", ""), ("y", "7", "2023-12-01"), ("y", "8", "2023-12-31")]
    balances = [{"member": "3", "what": "carried", "name": n, "value": v, "as_of": day} for n, v, day in rows]
    assert result_of({}, facts_of(balances=balances)).payable("3") == Fraction("50000000008.5")


def test_a_balance_that_no_run_could_read_is_a_finding() -> None:
    with pytest.raises(Refused, match="is not a number"):
        facts_of(balances=[{"member": "3", "what": "carried", "value": "+5"}])


@pytest.mark.parametrize("label", ["2024-01", "2024-03"])
def test_a_state_of_another_period_is_refused(label: str) -> None:
    facts, period = facts_of(volumes=VOLUMES), Period.parse(label)
    first = result_of({"b": LEVEL}, facts)
    with pytest.raises(Refused, match=f"at the end of 2024-01; {label} goes on from {period.previous()}"):
        run(first.plan, facts, first.state, period)


def test_the_text_of_an_upline_is_refused() -> None:
    with pytest.raises(Refused, match="'parent' gives a number, a condition or a rank, no text"):
        result_of({"b": LEVEL}, facts_of(), conditions={"same": "parent(country) = US"})


def test_what_a_bonus_holds_outlasts_a_plan_without_it() -> None:
    bonuses = {
        "late": {**LEVEL, "hold until": 'override("qualified")'},
        "fund": {"kind": "pool", "fund": "30", "shares": "if(orders(pv) >= 999, 1, 0)", "unclaimed": "carry"},
        "step": {"kind": "milestone", "steps": [{"when": "orders(pv) >= 100", "amount": "5"}]},
    }
    facts = facts_of(volumes=VOLUMES)
    first, without = result_of(bonuses, facts), result_of({}, facts).plan
    second = run(without, facts, first.state, Period.parse("2024-02"))
    again = [{**row, "effective": "2024-03-01"} for row in VOLUMES]
    qualified = [{"member": "2", "what": "qualified", "value": "yes"}]
    third = run(first.plan, facts_of(volumes=again, overrides=qualified), second.state, Period.parse("2024-03"))

    assert first.held("2", "late") == third.payable("2") - third.amount("2", "late") == 10
    assert third.amount("2", "step") == 0  # paid in January, once in a life
    assert third.state.company == {"pool:fund": 6000}


def test_a_product_that_is_not_commissionable_counts_in_no_volume() -> None:
    """The kit's line claims 100 pv; its price counts as ever."""
    tables = sale(**{"sku": "kit", "price": "30", "volume.pv": "100"})
    tables["products"] = [{"sku": "kit", "commissionable": "no"}]
    found = result_of({"b": LEVEL}, facts_of(**tables), measures={"spent": "orders(price)", "own": "orders(pv)"})

    assert (found.measure("3", "own"), found.measure("3", "spent")) == (0, 30)
    tables["products"] = [{"sku": "kit", "commissionable": ""}]
    assert result_of({}, facts_of(**tables), measures={"own": "orders(pv)"}).measure("3", "own") == 100


def test_an_opening_rank_is_what_previous_finds() -> None:
    opened = [{"member": "2", "what": "rank", "name": "Star", "value": "Star"}]
    kept = {"was_star": "previous(rank) >= Star"}
    found = result_of(
        {}, facts_of(balances=opened, volumes=VOLUMES), ranks={"Star": "orders(pv) > 900"}, conditions=kept
    )

    assert [found.measure(member, "was_star") for member, _ in LINE] == [False, True, False]
    with pytest.raises(Refused, match="An opening rank is 'Moon', which the plan does not have"):
        result_of({}, facts_of(balances=[{**opened[0], "name": "Moon"}], volumes=VOLUMES), ranks={"Star": "unknown"})


def test_a_line_of_an_order_has_no_time_of_its_own() -> None:
    with pytest.raises(Refused, match="effective"):
        facts_of(**sale(**{"volume.pv": "100", "effective": "2024-05-01"}))


def test_milestones_are_known_by_name_not_by_place() -> None:
    """Seventy steps; in February one more stands first, and nobody is paid again for what was paid in January."""
    steps = [{"when": f"orders(pv) >= {number}", "amount": "1", "name": f"n{number}"} for number in range(31, 101)]
    bonus = {"kind": "milestone", "pays": "each", "steps": steps}
    again = [{**row, "effective": "2024-02-10"} for row in VOLUMES]
    facts = facts_of(volumes=[*VOLUMES, *again])
    first = result_of({"step": bonus}, facts)
    longer = {**bonus, "steps": [{"when": "orders(pv) >= 5", "amount": "1", "name": "n5"}, *steps]}
    second = run(result_of({"step": longer}, facts).plan, facts, first.state, Period.parse("2024-02"))

    assert first.amount("2", "step") == 70
    assert second.amount("2", "step") == 1


def test_an_order_without_lines_has_a_number_too() -> None:
    """Order a of 1 January has no lines; the line of 100 is of order b, the second of its member."""
    facts = facts_of(
        orders=[{"order": name, "buyer": "3", "time": f"2024-01-0{day}"} for name, day in (("b", 2), ("a", 1))],
        order_lines=[{"order": "b", "line": "1", "volume.pv": "100"}],
    )
    numbers = {f"n{n}": f"orders(pv where order_number = {n})" for n in (1, 2)}
    result = result_of({}, facts, measures=numbers)

    assert [result.measure("3", name) for name in numbers] == [0, 100]


def test_an_order_without_lines_decides_who_was_earlier() -> None:
    """2 and 3 bring the same; 3 ordered on the 1st, though that order has no lines, 2 on the 2nd: 3 has the first place."""
    facts = facts_of(
        orders=[{"order": "a", "buyer": "3", "time": "2024-01-01"}, {"order": "b", "buyer": "2", "time": "2024-01-02"}],
        order_lines=[{"order": "b", "line": "1", "volume.pv": "0"}],
        volumes=VOLUMES[1:],
    )
    places = {"by": "orders(pv)", "shares": ["3", "1"]}
    result = result_of({"p": {"kind": "pool", "fund": "4", "places": places}}, facts)

    assert [result.amount(member, "p") for member in "23"] == [1, 3]


# products by market -------------------------------------------------------------------------------------------------

ANYWHERE = {"sku": "x", "market": "", "member_price": "60", "commissionable": "yes", "from": "2024-01-01"}
NORTH = {"sku": "x", "market": "north", "member_price": "70", "commissionable": "no"}
SOUTH = {"sku": "x", "market": "south", "member_price": "90", "commissionable": "yes"}
MARGIN = {"b": {"kind": "rebate", "base": "orders(margin)", "rate": "10%"}, "v": LEVEL}


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("market", "margin", "volume"),
    [
        ("north", 3, 0),  # (100 − 70) × 10 %, though the row for all began later; not commissionable there
        ("south", 1, 10),  # (100 − 90) × 10 %; 100 × 10 % to the upline
        ("west", 4, 10),  # (100 − 60) × 10 %: no row names it
        ("", 4, 10),
    ],
)
def test_the_row_of_the_buyers_market_counts_before_one_for_all(
    market: str, margin: int, volume: int, *, turned: bool
) -> None:
    products = [ANYWHERE, NORTH, SOUTH]
    members = [{**row, "market": market if row["member"] == "3" else "south"} for row in MEMBERS]
    tables = sale(sku="x", **{"volume.pv": "100"})
    facts = facts_of(**tables, members=members, products=products[::-1] if turned else products)
    result = result_of(MARGIN, facts)

    assert (result.amount("3", "b"), result.amount("2", "v")) == (margin, volume)


@pytest.mark.parametrize("row", [{"buyer": "", "credited": "3"}, {"buyer": "3", "credited": "2"}])
def test_the_market_is_the_buyers_or_without_one_that_of_who_is_credited(row: dict[str, str]) -> None:
    members = [{**one, "market": "north" if one["member"] == "3" else "south"} for one in MEMBERS]
    tables = sale(sku="x", **{"volume.pv": "100"})
    tables["orders"] = [{**tables["orders"][0], **row}]
    result = result_of(MARGIN, facts_of(**tables, members=members, products=[SOUTH, NORTH]))

    assert result.amount(row["credited"], "b") == 3  # (100 − 70) × 10 %
    assert result.total("v") == 0  # not commissionable in the north


def test_several_markets_of_a_product_are_refused_where_members_have_none() -> None:
    tables = sale(sku="x", **{"volume.pv": "100"})
    with pytest.raises(Refused, match=r"products:3:2: Product 'x' has rows for the markets 'south' and 'north', and"):
        result_of(MARGIN, facts_of(**tables, products=[SOUTH, NORTH]))
    assert result_of(MARGIN, facts_of(**tables, products=[NORTH])).amount("3", "b") == 3


def test_a_class_is_refused_in_words_where_lines_name_no_product() -> None:
    tables = sale(**{"volume.pv": "100"}) | {"products": [{"sku": "x", "classes": "tools"}]}
    with pytest.raises(Refused, match="do not say which product an order line is of"):
        result_of({"b": {**LEVEL, "base": "orders(pv where class = tools)"}}, facts_of(**tables))


# tables of a result -------------------------------------------------------------------------------------------------


def test_a_measure_named_like_a_column_of_members_stands_beside_it() -> None:
    names = ("member", "payable", "carried", "owner")
    result = result_of({"b": LEVEL}, facts_of(volumes=VOLUMES), measures=dict.fromkeys(names, "orders(pv) * 3"))
    row = result.members.to_pylist()[1]

    assert (row["member"], row["payable"], row["carried"]) == ("2", 10, 0)  # 10 % of the 100 of member 3
    assert [row[f"plan: {name}"] for name in names[:3]] == [300, 300, 300]
    assert row["owner"] == 300  # nobody has several positions, so the column is free


BY_SIZE = {"kind": "level", "base": "orders(pv)", "lines": "order", "rates": {"0": ["1%"], "100": ["10%"]}}


def two_orders(first: Rows, **second: str) -> dict[str, Any]:
    """Two orders of member 3, each of 100 pv: one that names itself foreign, and one of another line."""
    orders = [{"order": name, "buyer": "3", "time": "2024-01-05", "currency": first.get("in", "")} for name in "ab"]
    orders[1]["currency"] = ""
    lines = [{"order": "a", "line": "1", "volume.pv": "100", "price": first["price"]}]
    lines += [{"order": "b", "line": "1", "volume.pv": "100", **second}]
    return {"orders": orders, "order_lines": lines}


def test_an_order_is_not_measured_by_half_of_its_lines() -> None:
    """What `order(price)` lacks is refused as `orders(price)` would be: 5 000 yen are not 5 000 dollars."""
    bonus = {**BY_SIZE, "rates on": "order(price)"}
    yen = two_orders({"price": "5000", "in": "JPY"}, price="100")
    rates = [{"currency": "JPY", "rate": "0.01", "from": "2024-01-03"}]
    with pytest.raises(Refused, match="Line 1 of order a has its 'price' in another currency than USD, without a rate"):
        result_of({"b": bonus}, facts_of(**yen, rates_fx=rates))
    with pytest.raises(Refused, match="Line 1 of order b has no 'price', which the plan reads"):
        result_of({"b": bonus}, facts_of(**two_orders({"price": "99"}, price="")))

    known = [{**rates[0], "from": "2024-01-01"}]  # 50 dollars: 1 %, and 100 dollars: 10 %
    assert result_of({"b": bonus}, facts_of(**yen, rates_fx=known)).amount("2", "b") == 11


def test_what_an_order_of_another_time_lacks_does_not_matter() -> None:
    tables = two_orders({"price": "100"}, price="")
    tables["orders"][1]["time"] = "2023-12-31"

    assert result_of({"b": {**BY_SIZE, "rates on": "order(price)"}}, facts_of(**tables)).amount("2", "b") == 10


@pytest.mark.parametrize("kind", ["month", "quarter", "year"])
def test_a_window_longer_than_the_calendar_holds_all_there_is(kind: str) -> None:
    period = Period.containing(JANUARY.start, kind)
    plan = {"plan": "edge", "currency": "USD", "period": kind, "volumes": {"pv": "0.01"}}
    bonus = {**LEVEL, "base": "orders(pv, last 99999 periods)"}
    whole = load_plan({**plan, "rounding": {"to": "0.01", "mode": "half up"}, "bonuses": {"b": bonus}}, "edge")
    entries = [*VOLUMES, {"member": "3", "volume": "pv", "amount": "50", "effective": "1900-01-01"}]

    assert run(whole.at(period), facts_of(volumes=entries), None, period).amount("2", "b") == 15


def test_an_order_of_the_last_year_of_the_calendar_stops_no_other() -> None:
    tables = sale() | {"rates_fx": EURO}
    tables["orders"] = [
        {**row, "order": name, "time": time, "currency": "EUR"}
        for row in tables["orders"]
        for name, time in (("a", "2024-01-05"), ("b", "9999-12-31T23:59:59"))
    ]
    tables["order_lines"] = [{**row, "order": name} for row in tables["order_lines"] for name in "ab"]

    assert result_of({"own": OWN}, facts_of(**tables)).amount("3", "own") == 150


def test_balances_need_no_names() -> None:
    facts = facts_of(volumes=VOLUMES, balances=[{"member": "1", "what": "carried", "value": "7"}])

    assert result_of({"b": LEVEL}, facts).payable("1") == 17


def test_a_company_without_members_has_orders_of_nobody() -> None:
    tables = {"orders": [{"order": "a", "buyer": "", "time": "2024-01-05"}]}
    lines = [{"order": "a", "line": "1", "volume.pv": "100", "credit": "5"}]
    host = {"kind": "party host", "base": "orders(pv)", "rate": "10%", "pays in": "goods"}

    assert result_of({"b": LEVEL, "host": host}, facts_of(**tables, members=[], order_lines=lines)).total() == 0
