"""Made-up order documents of any size, the same bytes for the same arguments."""

from __future__ import annotations

import gzip
import random
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from pipelines.feeds import FEEDS

FEED = FEEDS["amazon_sp.all_orders_by_order_date"]
# those of a report without invoicing by Amazon, so that figures can be compared with earlier ones
COLUMNS = FEED.sections[0].known[:35]
FIRST = datetime(2026, 9, 1)
DAYS = 30
_PRODUCTS = 3_000
_WORDS = ("Harbor ", "Steel ", "Lamp ", '5" ', "Café ", "Travel ", "Bottle ", "Blue ", "Set, ")
_JAPANESE_WORDS = (
    "保温ボトル ",
    "ステンレス ",
    "LEDランプ ",
    "旅行用 ",
    "青 ",
    "セット、",
    "500ml ",
    "（国内正規品） ",
)


def write_orders(path: Path, lines: int, *, charset: str = "utf-8", seed: int | str = 7) -> None:
    """An all-orders document of `lines` lines over 30 days, some 300 bytes each, plain; product names as sold in Japan
    where the charset is cp932. seed: another one gives other orders of the same kind.
    """
    with path.open("w", encoding=charset, newline="") as file:
        file.writelines(_lines(lines, _JAPANESE_WORDS if charset == "cp932" else _WORDS, seed))


def compress(path: Path) -> Path:
    """The document as Amazon sends it."""
    target = path.with_suffix(path.suffix + ".gz")
    with path.open("rb") as plain, gzip.open(target, "wb", compresslevel=6) as packed:
        shutil.copyfileobj(plain, packed, 1 << 20)
    return target


def _lines(count: int, words: tuple[str, ...], seed: int | str) -> Iterator[str]:
    dice = random.Random(seed)
    columns = COLUMNS
    yield "\t".join(columns) + "\r\n"
    products = [
        (f"B0{i:08d}", f"SKU-{i:05d}-{dice.choice('ABCDEF')}", "".join(dice.choice(words) for _ in range(6)).strip())
        for i in range(_PRODUCTS)
    ]
    place = {name: i for i, name in enumerate(columns)}
    fields = [""] * len(columns)
    for name, value in {
        "order-status": "Shipped",
        "fulfillment-channel": "Amazon",
        "sales-channel": "Amazon.com",
        "ship-service-level": "Expedited",
        "item-status": "Shipped",
        "currency": "USD",
        "item-tax": "0.82",
        "shipping-price": "4.99",
        "ship-city": "SPRINGFIELD",
        "ship-state": "MA",
        "ship-country": "US",
        "promotion-ids": "PAWS-V2-1234567-89 VPC-44571-22",
        "is-business-order": "false",
        "signature-confirmation-recommended": "false",
    }.items():
        fields[place[name]] = value
    for _ in range(count):
        asin, sku, name = products[dice.randrange(_PRODUCTS)]
        bought = FIRST + timedelta(seconds=dice.randrange(DAYS * 86_400))
        changed = bought + timedelta(seconds=dice.randrange(9 * 86_400))
        order = f"{dice.randrange(100, 999)}-{dice.randrange(10**7):07d}-{dice.randrange(10**7):07d}"
        for column, value in (
            ("amazon-order-id", order),
            ("merchant-order-id", order),
            ("purchase-date", f"{bought.isoformat()}+00:00"),
            ("last-updated-date", f"{changed.isoformat()}+00:00"),
            ("product-name", name),
            ("sku", sku),
            ("asin", asin),
            ("quantity", str(dice.randrange(1, 4))),
            ("item-price", f"{dice.randrange(500, 9999) / 100:.2f}"),
            ("ship-postal-code", f"{dice.randrange(99999):05d}-1234"),
        ):
            fields[place[column]] = value
        yield "\t".join(fields) + "\r\n"
