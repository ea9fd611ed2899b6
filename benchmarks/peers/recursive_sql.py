"""DuckDB: recursive SQL on an in-memory table of members, in exact integers.

Computes the rebate, the seven compressed levels and the difference: one recursion each for team volumes, compressed
sponsors, levels and gaps. A recursion takes one step per generation, so a deep tree is out of its reach.
The table is filled before the clock starts; DuckDB uses as many threads as it likes.
"""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import numpy as np
import pyarrow as pa
from company import LEVELS, SHARES, Columns, Totals

MEMBERS = """
CREATE OR REPLACE TEMP TABLE member AS
WITH RECURSIVE up(holder, amount) AS (
    SELECT id, own::HUGEINT FROM given WHERE own > 0
    UNION ALL
    SELECT parent, sum(amount) FROM up JOIN given ON id = holder WHERE parent >= 0 GROUP BY parent
), team AS (SELECT holder AS id, sum(amount) AS amount FROM up GROUP BY holder)
SELECT id, parent, own, own >= 5000 AS active,
    coalesce((SELECT max(rate) FROM shares WHERE coalesce(team.amount, 0) >= mark), 0) AS share
FROM given LEFT JOIN team USING (id)
"""

COMPRESSED = """
CREATE OR REPLACE TEMP TABLE compressed AS
WITH RECURSIVE up(id, holder) AS (
    SELECT id, parent FROM member WHERE parent >= 0
    UNION ALL
    SELECT up.id, parent FROM up JOIN member ON member.id = holder WHERE NOT active AND parent >= 0
)
SELECT up.id, holder FROM up JOIN member ON member.id = holder WHERE active
"""

REBATE = "SELECT id, (own * share + 50) // 100 AS amount FROM member WHERE active"

LEVEL = """
WITH RECURSIVE up(id, own, level) AS (
    SELECT holder, own, 1 FROM member JOIN compressed USING (id) WHERE own > 0
    UNION ALL
    SELECT holder, own, level + 1 FROM up JOIN compressed USING (id) WHERE level < (SELECT max(level) FROM rates)
)
SELECT id, sum((own * rate + 50) // 100) AS amount FROM up JOIN rates USING (level) GROUP BY id
"""

DIFFERENCE = """
WITH RECURSIVE up(holder, own, paid, gap) AS (
    SELECT id, own, share, 0 FROM member WHERE own > 0
    UNION ALL
    SELECT above.id, up.own, greatest(paid, above.share), greatest(above.share - paid, 0)
    FROM up JOIN compressed ON compressed.id = up.holder JOIN member above ON above.id = compressed.holder
    WHERE paid < (SELECT max(rate) FROM shares)
)
SELECT holder AS id, sum((own * gap + 50) // 100) AS amount FROM up WHERE gap > 0 GROUP BY holder
"""


def prepared(company: Columns) -> Callable[[], Totals]:
    """The work, on a connection whose tables are filled."""
    connection = duckdb.connect()
    size = len(company)
    given = pa.table({"id": np.arange(size), "parent": company.parent, "own": company.own})
    shares = pa.table({"mark": [mark for mark, _ in SHARES], "rate": [rate for _, rate in SHARES]})
    rates = pa.table({"level": range(1, len(LEVELS) + 1), "rate": LEVELS})
    for name, table in {"given": given, "shares": shares, "rates": rates}.items():
        connection.register(f"{name}_arrow", table)
        connection.execute(f"CREATE TABLE {name} AS FROM {name}_arrow")

    def totals() -> Totals:
        connection.execute(MEMBERS)
        connection.execute(COMPRESSED)
        found: Totals = {}
        for bonus, query in (("rebate", REBATE), ("levels", LEVEL), ("difference", DIFFERENCE)):
            columns = connection.execute(query).fetchnumpy()
            amounts = np.zeros(size, dtype=np.int64)
            amounts[columns["id"]] = np.asarray(columns["amount"]).astype(np.int64)
            found[bonus] = amounts
        return found

    return totals
