"""Exchange rates as they are written down: in the user's file, and in the files of the European Central Bank.

The rates themselves are in world/money/exchange_rates.py.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from simulator.world.marketplaces import days_between
from simulator.world.money.exchange_rates import CURRENCIES, rate


def csv(seed: int, first: date, last: date) -> str:
    """The file a user would download: date, base_currency, quote_currency, rate; every ordered pair."""
    lines = ["date,base_currency,quote_currency,rate"]
    for day in days_between(first, last):
        for base in CURRENCIES:
            for quote in CURRENCIES:
                if base != quote and (value := rate(seed, base, quote, day)) is not None:
                    lines.append(f"{day.isoformat()},{base},{quote},{value}")
    return "\n".join(lines) + "\n"


# what the European Central Bank's files name besides the world's own currencies: one that has no rates any more
GONE = "CYP"


def _euros(seed: int, day: date) -> list[tuple[str, Decimal]]:
    """What a euro is worth on that day in the world's currencies; nothing on weekends."""
    found = ((currency, rate(seed, "EUR", currency, day)) for currency in CURRENCIES if currency != "EUR")
    return [(currency, value) for currency, value in found if value is not None]


def ecb_history_csv(seed: int, first: date, last: date) -> str:
    """The European Central Bank's wide file, newest day first: a trailing comma, N/A where there is no rate."""
    columns = [currency for currency in CURRENCIES if currency != "EUR"]
    lines = [",".join(("Date", *columns, GONE, ""))]
    for day in reversed(days_between(first, last)):
        values = dict(_euros(seed, day))
        if values:
            lines.append(",".join((day.isoformat(), *(str(values[name]) for name in columns), "N/A", "")))
    return "\n".join(lines) + "\n"


def ecb_xml(seed: int, first: date, last: date) -> str:
    """The European Central Bank's XML of those days, newest first."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"'
        ' xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">',
        "<gesmes:subject>Reference rates</gesmes:subject>",
        "<gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender>",
        "<Cube>",
    ]
    for day in reversed(days_between(first, last)):
        values = _euros(seed, day)
        if values:
            cubes = (f"<Cube currency='{name}' rate='{value}'/>" for name, value in values)
            lines += [f"<Cube time='{day.isoformat()}'>", *cubes, "</Cube>"]
    return "\n".join((*lines, "</Cube>", "</gesmes:Envelope>", ""))
