"""Facts about Amazon's marketplaces that are the same for every seller: ids, regions, currencies, time zones.

They are in one table, which all other modules read. Nothing here depends on a store, a setting or a feed. To support
another marketplace, add its line. Sources: SP-API "Marketplace IDs" and "Selling Partner API endpoints".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

Region = Literal["na", "eu", "fe"]


@dataclass(frozen=True, slots=True)
class Marketplace:
    """One marketplace.

    country: two letters as in SP-API (GB, not UK). region: the region whose API hosts serve it. currency: ISO 4217.
    time_zone: IANA name of the zone in which Amazon's days begin and end. sales_channel: its name in orders and
    settlements. domain: of its shop. charset: the Python codec for documents that name no charset and are not UTF-8.
    """

    country: str
    marketplace_id: str
    region: Region
    currency: str
    time_zone: str
    sales_channel: str
    domain: str
    charset: str

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def day_first(self) -> bool:
        """Whether dates are written 13/03/2026 there, not 03/13/2026. From CLDR's short dates; Japan: month first."""
        return self.country not in ("US", "CA", "JP")


# country, marketplace id, region, currency, time zone, domain, charset. If a country's language needs letters beyond
# Windows-1252, the charset is UTF-8: bytes that are not UTF-8 are then counted and not read as wrong letters.
_ROWS: tuple[tuple[str, str, Region, str, str, str, str], ...] = (
    ("US", "ATVPDKIKX0DER", "na", "USD", "America/Los_Angeles", "amazon.com", "cp1252"),
    ("CA", "A2EUQ1WTGCTBG2", "na", "CAD", "America/Los_Angeles", "amazon.ca", "cp1252"),
    ("MX", "A1AM78C64UM0Y8", "na", "MXN", "America/Los_Angeles", "amazon.com.mx", "cp1252"),
    ("BR", "A2Q3Y263D00KWC", "na", "BRL", "America/Sao_Paulo", "amazon.com.br", "cp1252"),
    ("GB", "A1F83G8C2ARO7P", "eu", "GBP", "Europe/London", "amazon.co.uk", "cp1252"),
    ("DE", "A1PA6795UKMFR9", "eu", "EUR", "Europe/Paris", "amazon.de", "cp1252"),
    ("FR", "A13V1IB3VIYZZH", "eu", "EUR", "Europe/Paris", "amazon.fr", "cp1252"),
    ("IT", "APJ6JRA9NG5V4", "eu", "EUR", "Europe/Paris", "amazon.it", "cp1252"),
    ("ES", "A1RKKUPIHCS9HS", "eu", "EUR", "Europe/Paris", "amazon.es", "cp1252"),
    ("NL", "A1805IZSGTT6HS", "eu", "EUR", "Europe/Amsterdam", "amazon.nl", "cp1252"),
    ("BE", "AMEN7PMS3EDWL", "eu", "EUR", "Europe/Brussels", "amazon.com.be", "cp1252"),
    ("IE", "A28R8C7NBKEWEA", "eu", "EUR", "Europe/Dublin", "amazon.ie", "cp1252"),
    ("SE", "A2NODRKZP88ZB9", "eu", "SEK", "Europe/Stockholm", "amazon.se", "cp1252"),
    ("PL", "A1C3SOZRARQ6R3", "eu", "PLN", "Europe/Warsaw", "amazon.pl", "utf-8"),
    ("TR", "A33AVAJ2PDY3EV", "eu", "TRY", "Europe/Istanbul", "amazon.com.tr", "utf-8"),
    ("AE", "A2VIGQ35RCS4UG", "eu", "AED", "Asia/Dubai", "amazon.ae", "utf-8"),
    ("SA", "A17E79C6D8DWNP", "eu", "SAR", "Asia/Riyadh", "amazon.sa", "utf-8"),
    ("EG", "ARBP9OOSHTCHU", "eu", "EGP", "Africa/Cairo", "amazon.eg", "utf-8"),
    ("IN", "A21TJRUUN4KGV", "eu", "INR", "Asia/Kolkata", "amazon.in", "cp1252"),
    ("ZA", "AE08WJ6YKNBMC", "eu", "ZAR", "Africa/Johannesburg", "amazon.co.za", "cp1252"),
    ("JP", "A1VC38T7YXB528", "fe", "JPY", "Asia/Tokyo", "amazon.co.jp", "cp932"),
    ("AU", "A39IBJ37TRP1C6", "fe", "AUD", "Australia/Sydney", "amazon.com.au", "cp1252"),
    ("SG", "A19VAU5U5O7RUS", "fe", "SGD", "Asia/Singapore", "amazon.sg", "cp1252"),
)

MARKETPLACES: dict[str, Marketplace] = {
    country: Marketplace(country, marketplace_id, region, currency, zone, "A" + domain[1:], domain, charset)
    for country, marketplace_id, region, currency, zone, domain, charset in _ROWS
}

# The Ads API writes UK, SP-API GB.
COUNTRY_ALIASES = {"UK": "GB"}

BY_ID: dict[str, Marketplace] = {m.marketplace_id: m for m in MARKETPLACES.values()}
BY_SALES_CHANNEL: dict[str, Marketplace] = {m.sales_channel.lower(): m for m in MARKETPLACES.values()}

# English names of countries. Some reports name a marketplace by these, others by sales channel or country code.
_BY_COUNTRY_NAME = {
    "united states": "US",
    "canada": "CA",
    "mexico": "MX",
    "brazil": "BR",
    "united kingdom": "GB",
    "germany": "DE",
    "france": "FR",
    "italy": "IT",
    "spain": "ES",
    "netherlands": "NL",
    "belgium": "BE",
    "ireland": "IE",
    "sweden": "SE",
    "poland": "PL",
    "turkey": "TR",
    "united arab emirates": "AE",
    "saudi arabia": "SA",
    "egypt": "EG",
    "india": "IN",
    "south africa": "ZA",
    "japan": "JP",
    "australia": "AU",
    "singapore": "SG",
}


def marketplace_named(text: str) -> Marketplace | None:
    """The marketplace with this sales channel, country code or English country name; None if there is none.

    >>> marketplace_named("amazon.de") == marketplace_named("DE") == marketplace_named("Germany")
    True
    """
    value = text.strip().lower()
    code = _BY_COUNTRY_NAME.get(value, value.upper())
    return BY_SALES_CHANNEL.get(value) or MARKETPLACES.get(COUNTRY_ALIASES.get(code, code))
