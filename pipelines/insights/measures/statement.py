"""Profit and loss by part: how the columns of `marts.profit_daily` become the lines of a statement that adds up.

The lines are signed: what is earned is positive, what is paid negative. Those of orders (ORDER_PARTS) are counted on
the day of the purchase and are there at once, fees as estimates: what they earn before advertising, which some call
contribution margin II, can be compared between days of any age. Advertising is changed by Amazon for weeks. What is
posted (POSTED_PARTS) comes with settlements and reports, and lacks on the latest days. Which periods are told is in
`profit.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pipelines.insights.facts import currency_places, rounded
from pipelines.insights.marts import Marts

# Part -> the sum of the mart's columns that it is. `vat_amount` is the tax of prices less what refunds give back of it;
# the latter is told with the refunds.
ORDER_PARTS: Mapping[str, str] = {
    "revenue": "revenue_amount",
    "vat": "- tax_in_revenue_amount",
    "selling_fees": "referral_fees_amount",
    "fba_fees": "fulfilment_fees_amount",
    "goods": "cost_of_goods_amount + own_shipping_amount",
}
ADVERTISING: Mapping[str, str] = {"advertising": "advertising_amount"}
POSTED_PARTS: Mapping[str, str] = {
    "refunds": "refunds_amount + refund_fees_amount + vat_amount + tax_in_revenue_amount",
    "returned_goods": "returned_goods_amount",
    "storage_fees": "storage_fees_amount + aged_surcharge_amount",
    "other": "reimbursements_amount + subscription_fees_amount + other_amount",
}
LATER_PARTS: Mapping[str, str] = {**ADVERTISING, **POSTED_PARTS}
PARTS = (*ORDER_PARTS, *LATER_PARTS)

# Rows of which costs or fees are not known are left out, and their units told. A rate is not needed here.
IS_WHOLE = "units_without_cost = 0 and units_without_fees = 0"
SUMS = ", ".join(
    f"coalesce(sum(({columns}) * rate) filter (where is_told), 0) as {part}"
    for part, columns in {**ORDER_PARTS, **LATER_PARTS, "profit": "profit_amount"}.items()
)
# Of days that are set beside others (`alike`), SKUs that are left out of these are left out too. What is uneven
# nevertheless are units of such SKUs that the later days tell, and units that only the earlier days leave out.
STATEMENT = f"""
    with left_out as (
        select distinct sku from marts.profit_daily
        where store_id = %(store_id)s and date between %(alike_first)s and %(alike_last)s and not ({IS_WHOLE})
    ), rows as (
        select p.*, {IS_WHOLE} as is_whole, l.sku is not null as is_of_left_out,
            {IS_WHOLE} and not (%(is_alike)s and l.sku is not null) as is_told,
            case when %(in_reporting)s then p.fx_rate else 1 end as rate
        from marts.profit_daily as p left join left_out as l on p.sku = l.sku
        where store_id = %(store_id)s and date between %(first)s and %(last)s
    )
    select {SUMS}, coalesce(sum(revenue_net_amount * rate) filter (where is_told), 0) as revenue_net,
        count(*) filter (where is_told and rate is null) as rows_without_rate,
        coalesce(sum(units), 0) as units, coalesce(sum(units) filter (where not is_whole), 0) as units_left_out,
        coalesce(sum(units) filter (where is_told and fees_source in ('estimated', 'mixed')), 0) as units_estimated,
        coalesce(sum(units) filter (where is_told), 0) as units_told,
        coalesce(sum(units) filter (where is_whole is distinct from (%(is_alike)s)
            and is_of_left_out is distinct from (%(is_alike)s)), 0) as units_uneven
    from rows
"""  # noqa: S608  only the names above
FIRST_DAY = "select min(date) as day from marts.profit_daily where store_id = %(store_id)s and units > 0"
POSTED_UNTIL = """
    select max(posted_date) as day from marts.settlement_lines where store_id = %(store_id)s and posted_date <= %(day)s
"""


@dataclass(frozen=True, slots=True)
class Statement:
    """Profit and loss of some days, of the rows of which costs and fees are known.

    parts: signed, rounded to the currency's places so that those of ORDER_PARTS add up to `order_profit`, and all to
    `profit`. units_left_out: of all `units`, those of which costs or fees are not known. estimated_share: percent of
    the units told whose fees are estimates, wholly or in part. uneven_share: percent of the units by which it is not
    like what it is set beside. rows_without_rate: rows that lack in its amounts, because their currency has no rate.
    """

    period: tuple[date, date]
    parts: Mapping[str, Decimal]
    profit: Decimal
    order_profit: Decimal
    revenue_net: Decimal
    units: int
    units_left_out: int
    estimated_share: Decimal
    uneven_share: Decimal
    rows_without_rate: int = 0

    @property
    def left_out_share(self) -> Decimal:
        """Percent of the units that are left out."""
        return Decimal(self.units_left_out) * 100 / self.units if self.units else Decimal(0)

    @property
    def is_known(self) -> bool:
        """Whether there is something to tell: sales, most of them with their costs and fees, and all with a rate."""
        return bool(self.units) and self.left_out_share < MOST_LEFT_OUT_PERCENT and not self.rows_without_rate

    @property
    def margin(self) -> Decimal | None:
        """Profit in percent of the revenue without VAT; None without revenue."""
        return self.profit / self.revenue_net * 100 if self.revenue_net > 0 else None


MOST_LEFT_OUT_PERCENT = 50
"""From this share of units without costs or fees on, the profit of the others says little of the whole, and none is
told."""


def statement(
    marts: Marts,
    first: date,
    last: date,
    currency: str,
    *,
    alike: tuple[date, date] | None = None,
    in_reporting: bool = False,
) -> Statement:
    """The statement of the store's days from `first` to `last`, both inclusive. currency: the store's, ISO 4217; with
    `in_reporting` its tenant's reporting currency, each day by its rate.

    alike: the later days that it is to be set beside. SKUs of which something is not known there are left out here, so
    that both tell of the same goods.
    """
    beside = {
        "is_alike": alike is not None,
        "alike_first": (alike or (first, last))[0],
        "in_reporting": in_reporting,
    }
    rows = marts.rows(STATEMENT, first=first, last=last, alike_last=(alike or (first, last))[1], **beside)
    return made(rows[0], (first, last), currency)


def made(row: Mapping[str, Any], period: tuple[date, date], currency: str) -> Statement:
    """A statement of a row of STATEMENT's columns."""
    places = currency_places(currency)
    profit = rounded(row["profit"], places)
    order_profit = rounded(sum((row[part] for part in ORDER_PARTS), Decimal(0)), places)
    told = row["units_told"]
    return Statement(
        period,
        {
            **footed({part: row[part] for part in ORDER_PARTS}, order_profit, places),
            **footed({part: row[part] for part in LATER_PARTS}, profit - order_profit, places),
        },
        profit,
        order_profit,
        row["revenue_net"],
        row["units"],
        row["units_left_out"],
        Decimal(row["units_estimated"]) * 100 / told if told else Decimal(0),
        Decimal(row["units_uneven"]) * 100 / row["units"] if row["units"] else Decimal(0),
        row.get("rows_without_rate", 0),
    )


def footed(amounts: Mapping[str, Decimal], total: Decimal, places: int) -> dict[str, Decimal]:
    """The amounts rounded to some decimals so that they add up to a total that is rounded alike.

    What rounding each by itself leaves goes, a minor unit each, to those that rounding moved furthest the other way
    (the method of largest remainders). The amounts must add up to the total but for rounding.
    """
    unit = Decimal(1).scaleb(-places)
    result = {name: rounded(amount, places) for name, amount in amounts.items()}
    missing = total - sum(result.values(), Decimal(0))
    step = unit if missing > 0 else -unit
    moved = sorted((name for name in amounts if amounts[name]), key=lambda name: (result[name] - amounts[name]) * step)
    for name in moved[: int(abs(missing) / unit)]:
        result[name] += step
    return result
