"""Reads numbers in texts, in Python for documents and in SQL for raw tables, by the same rule.

The rule is how a person reads them: a point or a comma before the decimals, the other one between thousands. It is not
the rule of staging, because that is what is verified. In some feeds, staging's casts are stricter; values that they do
not read are counted as a difference of their own.
"""

from __future__ import annotations

import re
from decimal import Decimal

_PLAIN = re.compile(r" *[-+]?([0-9]+\.?[0-9]*|\.[0-9]+) *")
_ODD = str.maketrans({"\u2212": "-", "\u00a0": "", "\u202f": ""})


def number(value: object) -> Decimal | None:
    """The number in a field; None if it holds no number. A boolean is no number.

    >>> number("1.234,50"), number("-3"), number("abc"), number("")
    (Decimal('1234.50'), Decimal('-3'), None, None)
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | Decimal):
        return Decimal(value)
    text = str(value).translate(_ODD)
    points, commas = text.count("."), text.count(",")
    if points and commas:
        point, comma = (".", ",") if text.rindex(".") > text.rindex(",") else (",", ".")
        text = text.replace(comma, "").replace(point, ".")
    elif points > 1 or commas > 1:
        text = text.replace(".", "").replace(",", "")
    else:
        text = text.replace(",", ".")
    return Decimal(text.strip(" ")) if _PLAIN.fullmatch(text) else None


def number_in_sql(value: str) -> str:
    """An SQL expression that reads the number in `value`, an SQL expression of type text, like `number`."""
    cleaned = f"translate({value}, U&'\\2212\\00A0\\202F', '-')"
    mended = f"""case
        when strpos({value}, '.') > 0 and strpos({value}, ',') > 0 then
            case when strpos(reverse({value}), '.') < strpos(reverse({value}), ',')
                then replace({cleaned}, ',', '') else replace(replace({cleaned}, '.', ''), ',', '.') end
        when length({value}) - length(translate({value}, '.,', '')) > 1 then translate({cleaned}, '.,', '')
        else replace({cleaned}, ',', '.') end"""
    return f"""case
        when {value} is null or {value} = '' then null
        when translate({value}, '0123456789+-. ', '') = '' and pg_input_is_valid({value}, 'numeric')
            then ({value})::numeric
        when translate({value}, U&'0123456789+-., \\2212\\00A0\\202F', '') = ''
            and pg_input_is_valid({mended}, 'numeric')
            then ({mended})::numeric
        end"""
