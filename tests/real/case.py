"""A case: what is imported, into which stores, and what is right then.

A case has a tenant, and per region an account, of its own, so that no case sees another one's rows: store `us` of case
`debt` is `debt-us`. What is right is a query of the warehouse with its rows; numbers are compared as numbers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipelines.marketplaces import MARKETPLACES

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
"""The business clock of all cases."""

Row = tuple[Any, ...]
_MONEY = re.compile(r"-?\d+\.\d+")


@dataclass(frozen=True)
class Given:
    """One document that is imported. content: its bytes, or the file that holds them.

    store: as in the case, without its name; None for files of no store. as_of: ISO instant; days: ISO days from and to.
    refused: a piece of the sentence with which it must be refused; '' where it is loaded.
    """

    feed: str
    store: str | None
    content: bytes | Path
    as_of: str = ""
    days: tuple[str, str] | None = None
    refused: str = ""
    name: str = "document.txt"

    def options(self) -> dict[str, Any]:
        """The options of an import."""
        options: dict[str, Any] = {}
        if self.as_of:
            options["as_of"] = datetime.fromisoformat(self.as_of)
        if self.days:
            options["date_from"], options["date_to"] = map(date.fromisoformat, self.days)
        return options


@dataclass(frozen=True)
class Case:
    """What was met, and what is right.

    met: where, by whom. stores: countries by the store's name within the case (`us`, `de`); config: more of a store's
    entry in stores.yaml. right: query -> rows, in the query's own order.
    """

    name: str
    met: str
    given: Sequence[Given]
    right: Mapping[str, Sequence[Row]]
    stores: Mapping[str, str] = field(default_factory=lambda: {"us": "US"})
    currency: str = "USD"
    config: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def store(self, name: str) -> str:
        """The id of a store of the case."""
        return f"{self.name}-{name}"

    def tenant(self) -> dict[str, Any]:
        """Its tenant's entry in stores.yaml."""
        accounts: dict[str, dict[str, Any]] = {}
        for name, country in self.stores.items():
            region = MARKETPLACES[country].region
            seller = "A" + "".join(each for each in f"{self.name}{region}".upper() if each.isalnum()).ljust(13, "0")
            account = accounts.setdefault(region, {"seller_id": seller, "region": region, "stores": {}})
            account["stores"][self.store(name)] = {"marketplace": country, **self.config.get(name, {})}
        return {"name": self.name, "reporting_currency": self.currency, "accounts": list(accounts.values())}


def plain(rows: Sequence[Sequence[Any]]) -> list[Row]:
    """Rows as they are compared: numbers as numbers ("4.50" is one), days and moments as text."""
    return [tuple(map(_plain, row)) for row in rows]


def _plain(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float | Decimal):
        return Decimal(str(value)).normalize() + 0
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, str) and _MONEY.fullmatch(value):
        return Decimal(value).normalize() + 0
    return value


def settlement(
    settlement_id: str,
    *lines: str,
    currency: str = "USD",
    total: str = "",
    first: str = "2026-08-01",
    last: str = "2026-08-15",
) -> bytes:
    """A V2 settlement. lines: 'transaction|marketplace|amount-type|description|amount|order|sku|day', the last three
    may be left out; total: without it the sum of the lines."""
    split = [(each.split("|") + [""] * 3)[:8] for each in lines]
    total = total or str(sum(Decimal(each[4]) for each in split))
    rows = ["\t".join(_SETTLEMENT)]
    summary = {"settlement-id": settlement_id, "settlement-start-date": f"{first} 10:00:00 UTC"}
    summary |= {"settlement-end-date": f"{last} 10:00:00 UTC", "deposit-date": f"{last} 12:00:00 UTC"}
    rows.append(_line(summary | {"total-amount": total, "currency": currency}))
    for kind, marketplace, amount_type, description, amount, order, sku, day in split:
        posted = day or first
        row = {"settlement-id": settlement_id, "transaction-type": kind, "marketplace-name": marketplace}
        row |= {"amount-type": amount_type, "amount-description": description, "amount": amount, "order-id": order}
        rows.append(_line(row | {"sku": sku, "posted-date": posted, "posted-date-time": f"{posted} 10:00:00 UTC"}))
    return ("\r\n".join(rows) + "\r\n").encode()


_SETTLEMENT_HEADER = (
    "settlement-id settlement-start-date settlement-end-date deposit-date total-amount currency transaction-type "
    "order-id merchant-order-id adjustment-id shipment-id marketplace-name amount-type amount-description amount "
    "fulfillment-id posted-date posted-date-time order-item-code merchant-order-item-id merchant-adjustment-item-id "
    "sku quantity-purchased promotion-id"
)
_SETTLEMENT = tuple(_SETTLEMENT_HEADER.split())


def _line(values: Mapping[str, str]) -> str:
    return "\t".join(values.get(name, "") for name in _SETTLEMENT)


def orders(*lines: str) -> bytes:
    """An order report. lines: 'order|instant|status|channel|sku|units|currency|price|tax|updated', the last three may
    be left out; without `updated` it is the instant. asin: `B0` and the SKU's letters."""
    rows = ["\t".join(_ORDERS)]
    for each in lines:
        order, moment, status, channel, sku, units, currency, price, tax, updated = (each.split("|") + [""] * 4)[:10]
        row = {"amazon-order-id": order, "purchase-date": moment, "last-updated-date": updated or moment}
        row |= {"order-status": status, "item-status": status, "sales-channel": channel, "sku": sku}
        row |= {"quantity": units, "currency": currency, "item-price": price, "item-tax": tax}
        row |= {"fulfillment-channel": "Amazon", "product-name": "Item", "is-business-order": "false"}
        row |= {"asin": ("B0" + "".join(filter(str.isalnum, sku)).upper()).ljust(10, "0")[:10]}
        rows.append("\t".join(row.get(name, "") for name in _ORDERS))
    return ("\r\n".join(rows) + "\r\n").encode()


_ORDERS_HEADER = (
    "amazon-order-id merchant-order-id purchase-date last-updated-date order-status fulfillment-channel sales-channel "
    "order-channel ship-service-level product-name sku asin item-status quantity currency item-price item-tax "
    "shipping-price shipping-tax gift-wrap-price gift-wrap-tax item-promotion-discount ship-promotion-discount "
    "ship-city ship-state ship-postal-code ship-country promotion-ids cpf is-business-order purchase-order-number "
    "price-designation"
)
_ORDERS = tuple(_ORDERS_HEADER.split())
