"""Facts once they are read: columns, indices, times, needs."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from trueline.errors import Refused
from trueline.facts import ALWAYS, NEVER, Company, Facts, Need

COMPANY = Company("Test", "America/Chicago", "USD", {"pv": Fraction(1, 100), "points": Fraction(1)})
MEMBERS = [{"member": "B"}, {"member": "10"}, {"member": "9"}, {"member": "A"}, {"member": "09"}]
ORDERS = [
    {"order": "x", "buyer": "9", "time": "2026-03-01", "booked": "2026-03-05"},
    {"order": "y", "buyer": "B", "time": "2026-02-01", "booked": ""},
]
LINES = [
    {"order": "y", "line": "1", "price": "20.00", "volume.pv": "5.5", "volume.points": "-3"},
    {"order": "x", "line": "1", "price": "", "volume.pv": "", "volume.points": "4"},
]


def facts(**tables: list[dict[str, str]]) -> Facts:
    return Facts.from_rows(COMPANY, {"members": MEMBERS, **tables}, place="case")


def complaints(**tables: list[dict[str, str]]) -> list[str]:
    with pytest.raises(Refused) as refused:
        facts(**tables)
    return [str(finding) for finding in refused.value.findings]


def test_members_have_one_order() -> None:
    read = facts(orders=ORDERS)

    assert read.members == ["09", "9", "10", "A", "B"]
    assert read.index_of("orders", "buyer").tolist() == [1, 4]
    assert read.index_of("members", "member").tolist() == [4, 2, 1, 3, 0]
    assert read.positions == read.members
    assert read.owners.tolist() == [0, 1, 2, 3, 4]


def test_columns_are_typed_and_keep_their_gaps() -> None:
    lines = facts(orders=ORDERS, order_lines=LINES)["order_lines"]

    assert (lines.name, lines.rows, lines.file, lines.line(1)) == ("order_lines", 2, "case/order_lines", 3)
    assert lines["price"].numbers.tolist() == [2000, 0]
    assert lines["price"].missing is not None
    assert lines["price"].missing.tolist() == [False, True]
    assert lines["price"].unit == Fraction(1, 100)
    assert lines["volume.pv"].numbers.tolist() == [550, 0]
    assert lines["volume.points"].numbers.tolist() == [-3, 4]
    assert (lines["volume.points"].unit, lines["volume.points"].missing) == (Fraction(1), None)
    assert [lines["order"].values[code] for code in lines["order"].codes] == ["y", "x"]


def test_reading_a_column_as_another_kind_is_an_error() -> None:
    read = facts(orders=ORDERS)

    with pytest.raises(TypeError, match="is of kind time and has no codes"):
        _ = read["orders"]["time"].codes
    with pytest.raises(KeyError, match="Did you mean 'time'"):
        _ = read["orders"]["tim"]
    with pytest.raises(KeyError, match="no table 'returns'"):
        _ = read["returns"]
    with pytest.raises(KeyError, match="Did you mean 'orders'"):
        read.has("order")
    with pytest.raises(TypeError, match="does not refer to members"):
        read.index_of("orders", "order")


def test_lines_count_and_are_known_when_their_order_is() -> None:
    read = facts(orders=ORDERS, order_lines=LINES)
    march, february = 1_772_323_200, 1_769_904_000

    assert read.effective("orders").tolist() == [march, february]
    assert read.booked("orders").tolist() == [march + 4 * 86_400, february]
    assert read.effective("order_lines").tolist() == [february, march]
    assert read.booked("order_lines").tolist() == [february, march + 4 * 86_400]
    assert read.effective("members").tolist() == [ALWAYS] * 5


def test_a_cut_off_leaves_out_what_was_not_yet_booked() -> None:
    read = facts(orders=ORDERS, order_lines=LINES)
    known = read.known_by(1_772_323_200 + 4 * 86_400)

    assert known["orders"].rows == 1
    assert known["order_lines"]["price"].numbers.tolist() == [2000]
    assert known["order_lines"].line(0) == 2
    assert known.members == read.members
    assert read.known_by(1_772_323_200 + 4 * 86_400 + 1)["orders"].rows == 2


def test_a_cut_off_leaves_out_what_belongs_to_a_row_not_yet_known() -> None:
    """Undated roles and balances of a newcomer, and lines and returns of an order booked late, go with their owner."""
    members = [{"member": name, "joined": joined} for name, joined in (("A", "2026-01-01"), ("B", "2026-03-20"))]
    edges = [{"tree": "sponsor", "position": "A", "parent": "B"}, {"tree": "placement", "position": "B", "parent": "A"}]
    orders = [{"order": "1", "buyer": "A", "time": "2026-03-01", "booked": "2026-04-02"}]
    known = facts(
        members=members,
        edges=edges,
        roles=[{"member": "B", "role": "customer"}],
        balances=[{"member": "B", "what": "carried", "value": "5"}, {"member": "A", "what": "carried", "value": "7"}],
        orders=orders,
        order_lines=[{"order": "1", "line": "1", "quantity": "2", "booked": "2026-03-01"}],
        returns=[{"order": "1", "line": "1", "quantity": "1", "time": "2026-03-05"}],
    ).known_by(1_772_323_200 + 4 * 86_400)

    rows = {name: table.rows for name, table in known.tables.items()}
    assert rows == {
        "members": 1, "edges": 1, "roles": 0, "balances": 1, "orders": 0, "order_lines": 0, "returns": 0,
    }  # fmt: skip
    assert known["edges"]["position"].text(0) == "A"  # under somebody not yet known: a root


def test_open_spans_reach_to_the_ends_of_time() -> None:
    roles = facts(roles=[{"member": "A", "role": "customer", "from": "", "to": ""}])["roles"]

    assert roles["from"].seconds_or(ALWAYS).tolist() == [ALWAYS]
    assert roles["to"].seconds_or(NEVER).tolist() == [NEVER]
    assert roles["role"].values == ["participant", "customer", "discount buyer"]
    assert roles["role"].codes.tolist() == [1]


def test_owners_of_positions() -> None:
    positions = [{"position": p, "owner": o} for p, o in [("B-2", "B"), ("B-1", "B"), ("7", "A")]]
    read = facts(positions=positions, edges=[{"tree": "binary", "position": "B-2", "parent": "7"}])

    assert read.positions == ["7", "B-1", "B-2"]
    assert [read.members[owner] for owner in read.owners] == ["A", "B", "B"]
    assert read.index_of("edges", "parent").tolist() == [0]


def test_sponsors_of_members_are_edges_of_a_tree() -> None:
    read = Facts.from_rows(COMPANY, {"members": [{"member": "A", "sponsor": ""}, {"member": "B", "sponsor": "A"}]})

    edges = read["edges"]
    assert [edges[name].text(0) for name in ("tree", "position", "parent")] == ["sponsor", "B", "A"]
    assert (edges.rows, edges.line(0), "from" in edges) == (1, 3, False)
    assert read.effective("edges").tolist() == [ALWAYS]


def test_money_is_kept_in_the_finest_currency_in_use() -> None:
    rates = [{"currency": "KWD", "rate": "3.25", "from": "2020-01-01"}]
    orders = [{"order": "x", "time": "2026-03-01", "currency": "KWD"}, {"order": "y", "time": "2026-03-01"}]
    lines = [{"order": "x", "line": "1", "price": "1.234"}, {"order": "y", "line": "1", "price": "1.23"}]
    read = facts(rates_fx=rates, orders=orders, order_lines=lines)

    assert read["order_lines"]["price"].unit == Fraction(1, 1000)
    assert read["order_lines"]["price"].numbers.tolist() == [1234, 1230]
    assert read["rates_fx"]["rate"].numbers.tolist() == [3_250_000_000_000]
    assert read.company.currency_unit == Fraction(1, 100)


def test_a_need_names_who_needs_it() -> None:
    need = Need({"orders": ["buyer"], "returns": []}, by="the plan") | Need({"orders": {"kind": "measure 'own use'"}})
    with pytest.raises(Refused) as refused:
        Facts.from_rows(COMPANY, {"members": MEMBERS, "orders": ORDERS}, place="case", needs=need)

    returns, kind = (str(finding) for finding in refused.value.findings)
    assert returns.startswith("case: Table 'returns' is missing; the plan needs it. Add it with any of its columns: ")
    assert kind.startswith("case/orders:1: Column 'kind' is missing from orders; measure 'own use' needs it. Add it: ")


def test_a_need_of_what_facts_do_not_have_is_a_defect() -> None:
    with pytest.raises(KeyError, match="Did you mean 'orders'"):
        Need({"order": ["buyer"]})
    with pytest.raises(KeyError, match="Did you mean 'buyer'"):
        Need({"orders": ["buyr"]})


def test_rows_of_no_table_are_refused() -> None:
    assert complaints(order=ORDERS) == ["case: 'order' is not a table of facts. Did you mean 'orders'?"]


def test_a_company_has_a_known_zone_currency_and_units() -> None:
    with pytest.raises(ValueError, match="not a time zone"):
        Company("X", "Chicago")
    with pytest.raises(ValueError, match="not a currency"):
        Company("X", "UTC", "usd")
    with pytest.raises(ValueError, match="not a unit"):
        Company("X", "UTC", "USD", {"pv": Fraction(1, 20)})


def test_arrow_types_are_taken_as_they_are_written() -> None:
    orders = pa.table(
        {
            "order": pa.array([1, 2]),
            "buyer": pa.array(["9", None]).dictionary_encode(),
            "time": pa.array(np.array(["2026-01-01T00:30", "2026-07-01T00:30"], dtype="datetime64[ns]")).cast(
                pa.timestamp("ns", "UTC")
            ),
            "booked": pa.array([None, None], pa.null()),
        }
    )
    lines = pa.table(
        {
            "order": ["1", "2"],
            "line": pa.array([1, 1], pa.uint8()),
            "quantity": pa.array([3, None], pa.int16()),
            "price": pa.array([12, None], pa.int64()),
            "volume.pv": pa.array(["1.5", "2.25"]).cast(pa.decimal128(10, 3)),
        }
    )
    read = Facts.from_arrow(COMPANY, {"members": pa.table({"member": ["9"]}), "orders": orders, "order_lines": lines})

    assert read["orders"]["time"].seconds.tolist() == [1_767_205_800, 1_782_847_800]
    assert read["orders"]["buyer"].codes.tolist() == [0, -1]
    assert read["order_lines"]["price"].numbers.tolist() == [1200, 0]
    assert read["order_lines"]["quantity"].missing is not None
    assert read["order_lines"]["volume.pv"].numbers.tolist() == [150, 225]


@pytest.mark.parametrize(
    ("column", "cells", "words"),
    [
        ("price", pa.array([1.5]), "binary floating point"),
        ("price", pa.array([2**62]), "too large"),
        ("quantity", pa.array([0]), "less than 1"),
        ("price", pa.array([True]), "it holds money"),
        ("sku", pa.array([[1]]), "it holds id"),
        ("sku", pa.array([b"\xff"]).cast(pa.string(), safe=False), "not UTF-8"),
        ("price", pa.array([2**64 - 1], pa.uint64()), "too large"),
        ("booked", pa.array([1], pa.duration("s")), "it holds time"),
        ("booked", pa.array([1]), "it holds time"),
    ],
)
def test_arrow_types_that_are_not_exact_are_refused(column: str, cells: pa.Array, words: str) -> None:
    lines = pa.table({"order": ["x"], "line": ["1"], column: cells})
    orders = pa.table({"order": ["x"], "time": ["2026-01-01"]})
    members = pa.table({"member": ["A"]})
    with pytest.raises(Refused, match=words):
        Facts.from_arrow(COMPANY, {"members": members, "orders": orders, "order_lines": lines})


def test_sources_name_every_file_that_was_read(tmp_path: Path) -> None:
    (tmp_path / "company.yaml").write_text("company: T\ntime zone: UTC\ncurrency: USD\ntables: {members: people.csv}\n")
    (tmp_path / "people.csv").write_bytes(b"\xef\xbb\xbfmember\r\nA\r\n")
    (tmp_path / "README.md").write_text("not a table")
    read = Facts.read(tmp_path)

    assert read.members == ["A"]
    assert [(source.path.name, source.bytes, len(source.sha256)) for source in read.sources] == [
        ("company.yaml", 70, 64),
        ("people.csv", 14, 64),
    ]


def test_a_cell_of_many_thousand_letters_is_found_on_its_line(tmp_path: Path) -> None:
    (tmp_path / "company.yaml").write_text("company: T\ntime zone: UTC\ncurrency: USD\n")
    long = "9" * 200_000  # more than Python's reader of CSV files takes by itself
    (tmp_path / "members.csv").write_text(f'member,joined\n"A\nB",2026-01-01\nC,{long}\n')
    with pytest.raises(Refused) as refused:
        Facts.read(tmp_path)

    (finding,) = refused.value.findings
    assert (Path(finding.file).name, finding.line, finding.column) == ("members.csv", 4, 2)
    assert len(finding.message) < 300
