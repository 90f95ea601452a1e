"""What a product page shows on a day, as plain data. What stands in it is decided in the other modules of this room."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Coupon:
    """What a coupon takes off a price: so many percent, or that amount in the marketplace's currency."""

    percent: int = 0
    amount: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Page:
    """A product page on a day. error: '' when it could be read; prices in the marketplace's currency.

    seller_id: of the seller in the buy box. offers: how many sellers offer it. image: the id of the main image. bought:
    at least how many were bought in the past month.
    other_price: where the page was shown in a visitor's currency (`Marketplace.visitors_currency`), its price in that;
    it has none in the marketplace's then.
    """

    asin: str
    error: str = ""
    error_description: str = ""
    title: str | None = None
    brand: str | None = None
    price: Decimal | None = None
    list_price: Decimal | None = None
    other_price: Decimal | None = None
    in_stock: bool | None = None
    stars: Decimal | None = None
    reviews: int | None = None
    rank: int | None = None
    category: str | None = None
    seller: str | None = None
    seller_id: str | None = None
    offers: int | None = None
    coupon: Coupon | None = None
    parent: str | None = None
    image: str | None = None
    bought: int | None = None
