"""The products of the company with their prices in cents and their volumes in hundredths, as they change in time."""

from __future__ import annotations

from dataclasses import dataclass

Rows = list[dict[str, str]]

RAISED_FROM = 21  # January 2025, counted in months from April 2023


@dataclass(frozen=True)
class Product:
    """What is sold. ``raised``: the member and retail price from January 2025 on; volumes stay."""

    sku: str
    name: str
    kind: str
    classes: str
    member: int
    retail: int
    pv: int
    cv: int
    raised: tuple[int, int] | None = None

    def price(self, month: int, *, retail: bool) -> int:
        """The price of one in cents."""
        member, full = self.raised if self.raised and month >= RAISED_FROM else (self.member, self.retail)
        return full if retail else member


GOODS = (
    Product("soap-3", "Pine soap, three bars", "product", "bath refill", 1350, 1800, 1000, 1080),
    Product("wash-1", "Hand wash, meadow herbs", "product", "bath refill", 1050, 1400, 800, 840),
    Product("clean-1", "All-purpose concentrate", "product", "cleaning refill", 1800, 2400, 1400, 1440, (1950, 2600)),
    Product("dish-1", "Dish soap, large", "product", "cleaning refill", 1200, 1600, 900, 960),
    Product(
        "laundry-2", "Laundry powder, two kilos", "product", "cleaning refill", 2250, 3000, 1800, 1800, (2400, 3200)
    ),
    Product("candle-1", "Beeswax candle", "product", "home gift", 2100, 2800, 1600, 1680),
    Product("candle-4", "Candles of four seasons", "product", "home gift", 6300, 8400, 5000, 5040),
    Product("towel-2", "Linen kitchen towels, pair", "product", "kitchen gift", 2700, 3600, 2000, 2160),
    Product("apron-1", "Linen apron", "product", "kitchen", 3900, 5200, 3000, 3120),
    Product("board-1", "Oak chopping board", "product", "kitchen gift", 5100, 6800, 4000, 4080, (5400, 7200)),
    Product("wax-1", "Furniture wax", "product", "home", 1650, 2200, 1200, 1320),
    Product("mat-1", "Woven door mat", "product", "home", 3300, 4400, 2500, 2640),
)
STARTER = Product("kit-start", "Starter kit", "kit", "joining", 4900, 4900, 0, 0)
BUSINESS = Product("kit-business", "Business pack with goods", "kit", "joining", 29900, 29900, 15000, 16000)
CATALOGUES = Product("catalogues-10", "Ten catalogues", "tool", "sales-aid", 800, 800, 0, 0)
MEETING = Product("meeting", "Seat at the spring meeting", "event", "training", 6000, 6000, 0, 0)
ALL = (*GOODS, STARTER, BUSINESS, CATALOGUES, MEETING)


def decimal(hundredths: int) -> str:
    """1250 -> "12.50"."""
    sign = "-" if hundredths < 0 else ""
    return f"{sign}{abs(hundredths) // 100}.{abs(hundredths) % 100:02}"


def product_rows() -> Rows:
    """The products table: a row per product and price."""
    rows = []
    for product in ALL:
        raised = [("2025-01-01", RAISED_FROM)] if product.raised else []
        for since, month in [("2023-01-01", 0), *raised]:
            rows.append(
                {
                    "sku": product.sku,
                    "market": "US",
                    "name": product.name,
                    "kind": product.kind,
                    "classes": product.classes,
                    "member_price": decimal(product.price(month, retail=False)),
                    "retail_price": decimal(product.price(month, retail=True)),
                    "tax": "0.0625",
                    "commissionable": "yes" if product.cv else "no",
                    "volume.pv": decimal(product.pv),
                    "volume.cv": decimal(product.cv),
                    "from": since,
                }
            )
    return rows
