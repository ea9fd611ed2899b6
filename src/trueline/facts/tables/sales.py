"""What the company and its participants sell: products, orders, volumes, returns, receipts, exchange rates."""

from __future__ import annotations

from trueline.facts.spec import BY_VOLUME, Kind, TableSpec
from trueline.facts.spec import ColumnSpec as C
from trueline.facts.tables.people import FROM, MEMBER, TO

CURRENCY = C("currency", Kind.CURRENCY, "The currency of the amounts in the row; blank: the company's.")
ORDER = C("order", Kind.ID, "The order.", required=True, refers_to="orders")

PRODUCTS = TableSpec(
    name="products",
    meaning="A product in a market from a date.",
    key=("sku", "market", "from"),
    time="from",
    spans=(("from", "to"),),
    columns=(
        C("sku", Kind.ID, "The id of the product; order lines refer to it.", required=True),
        C("market", Kind.TEXT, "The market in which the row holds; blank: all."),
        C("name", Kind.TEXT, "The name shown to people."),
        C("kind", Kind.CHOICE, "What it is.", allowed=("product", "kit", "tool", "fee", "event")),
        C("classes", Kind.TEXT, "Class tags, separated by spaces."),
        C("member_price", Kind.MONEY, "Price of one for members, without tax."),
        C("retail_price", Kind.MONEY, "Price of one for end customers, without tax."),
        CURRENCY,
        C("tax", Kind.NUMBER, "Tax as a fraction of the price: 0.0825 is 8.25 %.", unit="0.000001"),
        C(
            "commissionable",
            Kind.FLAG,
            "Whether its order lines count in volumes; blank: yes. Price and margin count in any case.",
        ),
        C(
            "volume.*",
            Kind.NUMBER,
            "Volume of one, such as volume.pv, for your records: a run reads the volumes of the order lines.",
            unit=BY_VOLUME,
        ),
        FROM,
        TO,
    ),
)

ORDERS = TableSpec(
    name="orders",
    meaning="A sale by the company.",
    key=("order",),
    time="time",
    past=True,
    columns=(
        C("order", Kind.ID, "The id of the order.", required=True),
        C("buyer", Kind.ID, "Who bought.", refers_to="members"),
        C("credited", Kind.ID, "The member whose sale it is; blank: the buyer.", refers_to="members"),
        C("payer", Kind.ID, "Who paid; blank: the buyer.", refers_to="members"),
        C("host", Kind.ID, "The member in whose party the order was placed.", refers_to="members"),
        C("region", Kind.TEXT, "Where the goods are sent."),
        C("time", Kind.TIME, "When the order was placed.", required=True),
        C(
            "kind",
            Kind.CHOICE,
            "What the order is for.",
            allowed=("own use", "customer", "joining pack", "autoship", "for resale"),
        ),
        C("platform_id", Kind.TEXT, "The id in the shop it came from."),
        CURRENCY,
    ),
)

ORDER_LINES = TableSpec(
    name="order_lines",
    meaning="A line of an order; it counts when its order does.",
    key=("order", "line"),
    timeless=True,
    columns=(
        ORDER,
        C("line", Kind.ID, "The line within its order, such as 1.", required=True),
        C("sku", Kind.ID, "The product.", refers_to="products"),
        C("quantity", Kind.WHOLE, "How many.", least=1),
        C("price", Kind.MONEY, "What was paid for the whole line, without tax."),
        C("credit", Kind.MONEY, "What of the price the buyer paid with credit in kind; blank: nothing."),
        C("volume.*", Kind.NUMBER, "Volume of the whole line, such as volume.pv.", unit=BY_VOLUME),
    ),
)

VOLUMES = TableSpec(
    name="volumes",
    meaning="A signed volume entry without an order: an imported total, a promotion, a correction.",
    columns=(
        MEMBER,
        C("volume", Kind.ID, "The name of the volume.", required=True, refers_to="the volumes of company.yaml"),
        C("amount", Kind.NUMBER, "The amount, with its sign.", required=True, unit=BY_VOLUME),
        C("effective", Kind.TIME, "When it counts.", required=True),
        C("reason", Kind.TEXT, "Why."),
    ),
)

RETURNS = TableSpec(
    name="returns",
    meaning="Goods of an order line coming back.",
    time="time",
    past=True,
    columns=(
        ORDER,
        C("line", Kind.ID, "The line of that order.", required=True, refers_to="order_lines"),
        C("quantity", Kind.WHOLE, "How many came back.", required=True, least=1),
        C("time", Kind.TIME, "When.", required=True),
        C("reason", Kind.TEXT, "Why."),
        C("refund", Kind.MONEY, "What was paid back for the quantity, in the currency of the order."),
    ),
)

RECEIPTS = TableSpec(
    name="receipts",
    meaning="A sale by a participant to an end buyer. Resale is not one to one with order lines.",
    key=("receipt",),
    time="time",
    past=True,
    columns=(
        C("receipt", Kind.ID, "The id of the receipt.", required=True),
        C("seller", Kind.ID, "The participant who sold.", required=True, refers_to="members"),
        C("buyer", Kind.TEXT, "The end buyer as the seller names them; blank: anonymous."),
        C("buyer_class", Kind.TEXT, "The class of an anonymous buyer, such as neighbour or market stall."),
        C("sku", Kind.ID, "The product.", refers_to="products"),
        C("quantity", Kind.WHOLE, "How many.", least=1),
        C("price", Kind.MONEY, "What the end buyer paid for all of it, without tax."),
        CURRENCY,
        C("time", Kind.TIME, "When.", required=True),
        C(
            "verification",
            Kind.CHOICE,
            "How the sale is known.",
            allowed=("none", "declared", "receipt", "shipped by company"),
        ),
    ),
)

RATES_FX = TableSpec(
    name="rates_fx",
    meaning="What one unit of a currency is worth in the company's currency.",
    key=("currency", "from"),
    time="from",
    columns=(
        C("currency", Kind.CURRENCY, "The foreign currency.", required=True),
        C("rate", Kind.NUMBER, "Units of company currency for one unit.", required=True, unit="0.000000000001"),
        C("from", Kind.TIME, "From when it holds, until the next rate of the currency.", required=True),
    ),
)

SALES = (PRODUCTS, ORDERS, ORDER_LINES, VOLUMES, RETURNS, RECEIPTS, RATES_FX)
