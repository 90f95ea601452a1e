"""Facts about Amazon's marketplaces as the simulator needs them: identity, money, time, language, charsets.

Typed from Amazon's documents, on purpose not shared with `pipelines`. Nothing here depends on a seed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Marketplace:
    """One Amazon marketplace. `decimals`: digits of its money; `charset`: Python codec of its flat files."""

    country: str
    marketplace_id: str
    region: str
    currency: str
    time_zone: str
    sales_channel: str
    language: str
    symbol: str
    order_prefix: str
    charset: str
    decimals: int = 2

    @property
    def zone(self) -> ZoneInfo:
        """The marketplace's time zone."""
        return zone(self.time_zone)

    @property
    def visitors_currency(self) -> tuple[str, str]:
        """Another currency in which its pages are shown to some visitors, and how they write it."""
        return ("EUR", "EUR") if self.currency == "USD" else ("USD", "US$")

    @property
    def domain(self) -> str:
        """Host of its shop: `www.amazon.co.jp`."""
        return f"www.{self.sales_channel.lower()}"


MARKETPLACES = {
    m.country: m
    for m in (
        Marketplace(
            "US", "ATVPDKIKX0DER", "na", "USD", "America/Los_Angeles", "Amazon.com", "en", "$", "114", "cp1252"
        ),
        Marketplace("DE", "A1PA6795UKMFR9", "eu", "EUR", "Europe/Paris", "Amazon.de", "de", "€", "302", "iso-8859-1"),
        Marketplace("FR", "A13V1IB3VIYZZH", "eu", "EUR", "Europe/Paris", "Amazon.fr", "fr", "€", "406", "iso-8859-1"),
        Marketplace("IT", "APJ6JRA9NG5V4", "eu", "EUR", "Europe/Paris", "Amazon.it", "en", "€", "404", "iso-8859-1"),
        Marketplace("ES", "A1RKKUPIHCS9HS", "eu", "EUR", "Europe/Paris", "Amazon.es", "en", "€", "407", "iso-8859-1"),
        Marketplace("JP", "A1VC38T7YXB528", "fe", "JPY", "Asia/Tokyo", "Amazon.co.jp", "ja", "￥", "250", "cp932", 0),
        Marketplace("IN", "A21TJRUUN4KGV", "eu", "INR", "Asia/Kolkata", "Amazon.in", "en", "₹", "171", "cp1252"),
    )
}
BY_ID = {m.marketplace_id: m for m in MARKETPLACES.values()}
BY_DOMAIN = {m.domain: m for m in MARKETPLACES.values()}


# Sales and traffic and Ads show a day, and each restatement of it, an hour after local midnight
PUBLISHED_AFTER = timedelta(hours=1)


@cache
def zone(name: str) -> ZoneInfo:
    """The time zone of that IANA name."""
    return ZoneInfo(name)


@cache
def midnight(zone_name: str, day: date) -> datetime:
    """The instant (UTC) at which `day` begins in that zone."""
    return datetime.combine(day, time(0), tzinfo=zone(zone_name)).astimezone(UTC)


def local_day(zone_name: str, instant: datetime) -> date:
    """The day it is at `instant` in that zone."""
    return instant.astimezone(zone(zone_name)).date()


def days_between(first: date, last: date) -> list[date]:
    """All days from first to last, both inclusive; empty when last is before first."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
