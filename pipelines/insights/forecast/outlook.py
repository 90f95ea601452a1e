"""What the forecast means for stock: when a SKU runs out, how long it lasts, what to order and by when. Mostly pure.

`outlook` reads the newest stock and forecast of a store; `outlook_of` computes one SKU's row from them. What lead times
and covers are wanted is in `Plan`; briefs word the rows. A SKU without a forecast may go by its velocity instead.

The formulas, with D_q(n) for the q-quantile of the units demanded on the first n days, S for the stock that is left, I
for what is inbound, L for the lead time and C for the target cover in days:

    runs out, likely and early   the first n with D_50(n) >= S, and with D_90(n) >= S
    days of cover                the n at which D_50(n) = S, between days by proportion
    safety stock                 D_90(L) - D_50(L)
    order by                     the first n with D_90(n) >= S + I, less L
    units to order               D_50(L + C) + safety stock - (S + I), once `order by` is within the review days
    lost by a week's delay       of the mean demand D(n): max(D(L + 7) - (S + I), 0) - max(D(L) - (S + I), 0)

That is the (R, s, S) policy: look every R days, and order up to S where stock would else fall below s before new goods
come (Silver, Pyke, Peterson, Inventory Management and Production Planning and Scheduling, chapter 7), with quantiles of
the forecast in place of a normal distribution. `reorder_quantity` of inventory_health is by the past's velocity, and
lasts for a review period only.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any

from pipelines.insights.marts import Marts

if TYPE_CHECKING:
    from pipelines.stores import Store

REVIEW_DAYS = 7
"""How often a seller looks at what to order: as `inventory_review_days` of inventory_health."""
SURPLUS_DAYS = 90
"""What is not even sold in the high case within so many days is surplus: as `inventory_overstock_days`."""
BY_VELOCITY = "velocity"
"""The method of an outlook that goes by units a day in stock, as there is no forecast of the SKU."""
_SLOPE_DAYS = 28
_DAYS = 90
_Z_90 = 1.2816  # of the standard normal distribution, as far above the mean as one case in ten lies

# The stock of the last snapshot, with what was sold on days that the forecast knows and the snapshot does not.
STOCK = """
    select h.sku, h.asin, h.as_of_date, h.fulfillable_quantity, h.inbound_quantity, h.lead_time_days,
        h.unit_cost_amount, h.currency as cost_currency, h.velocity, h.demand_stddev, d.currency, d.price,
        coalesce(s.units, 0)::integer as sold_since
    from marts.inventory_health as h
    left join lateral (
        select max(currency) as currency,
            sum(item_price_net_amount) / nullif(sum(units) - sum(replacement_units), 0) as price
        from marts.sales_daily as s
        where s.store_id = h.store_id and s.sku = h.sku and s.date > h.as_of_date - 90
    ) as d on true
    left join lateral (
        select sum(units + pending_units + multi_channel_units) as units
        from marts.sales_daily as s
        where s.store_id = h.store_id and s.sku = h.sku and s.date between h.as_of_date and %(origin)s::date
    ) as s on true
    where h.store_id = %(store_id)s and h.fulfillable_quantity is not null
    order by h.sku
"""
FORECAST = """
    select sku, origin, backtest_error, method, total_mean, total_p10, total_p50, total_p90
    from insights.demand_forecasts
    where store_id = %(store_id)s
    order by sku, horizon
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a store orders. lead_time_days: from an order to units that can be sold, of SKUs for which
    `manual.product_costs` names none. cover_days: how long an order should last after it has arrived.
    """

    lead_time_days: int = 30
    cover_days: int = 30
    review_days: int = REVIEW_DAYS

    @classmethod
    def of(cls, store: Store) -> Plan:
        """The plan that stores.yaml has for the store."""
        return cls(store.lead_time_days, store.cover_days)


@dataclass(frozen=True, slots=True)
class Stock:
    """The stock of a SKU. as_of: the day in the early hours of which it was counted. on_hand, inbound: units, less what
    was ordered since. unit_cost: what a unit costs; price: what a unit sold for without tax, on average of 90 days,
    both in `currency`; None where they are not known.
    """

    sku: str
    as_of: date
    on_hand: int
    inbound: int
    lead_time_days: int | None = None
    asin: str | None = None
    price: Decimal | None = None
    unit_cost: Decimal | None = None
    currency: str | None = None


@dataclass(frozen=True)
class Curve:
    """The units demanded on all days from the day after the origin: the n-th entries are of n + 1 days.

    Beyond the last day the demand of its last four weeks goes on.
    """

    origin: date
    mean: Sequence[float]
    p50: Sequence[float]
    p90: Sequence[float]
    method: str = ""
    error: Decimal | None = None
    p10: Sequence[float] = ()

    @classmethod
    def of_velocity(cls, origin: date, velocity: float, deviation: float | None) -> Curve:
        """Units a day that go on, for a SKU that is not forecast. deviation: standard deviation of a day's units, the
        days taken as independent; None: that of a Poisson demand, the root of the velocity."""
        spread = _Z_90 * (math.sqrt(velocity) if deviation is None else deviation)
        days = range(1, _DAYS + 1)
        likely = [velocity * n for n in days]
        low, high = ([max(velocity * n + sign * spread * math.sqrt(n), 0) for n in days] for sign in (-1, 1))
        return cls(origin, likely, likely, high, BY_VELOCITY, None, low)

    def total(self, name: str, until: date) -> float:
        """Units up to and including a day; 0 before the first. name: mean, p10, p50 or p90."""
        values: Sequence[float] = getattr(self, name)
        days = (until - self.origin).days
        if days <= 0 or not values:
            return 0.0
        if days <= len(values):
            return float(values[days - 1])
        return float(values[-1]) + (days - len(values)) * self._slope(values)

    @staticmethod
    def _slope(values: Sequence[float]) -> float:
        over = min(_SLOPE_DAYS, len(values) - 1)
        return float(values[-1] - values[-1 - over]) / over if over else float(values[-1])

    def runs_out(self, name: str, units: float, after: date) -> date | None:
        """The day after `after` on which so many units have been demanded since; None if that is not in ten years."""
        before = self.total(name, after)
        values: Sequence[float] = getattr(self, name)
        for n in range(1, max((self.origin - after).days, 0) + len(values) + 1):
            day = after + timedelta(days=n)
            if self.total(name, day) - before >= units:
                return day
        last = max(after, self.origin + timedelta(days=len(values)))
        left = units - (self.total(name, last) - before)
        slope = self._slope(values) if values else 0.0
        if slope <= 0 or left / slope > 3650:
            return None
        return last + timedelta(days=max(1, math.ceil(left / slope)))


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is to come of a SKU's stock. Days are marketplace days, quantities are units, amounts in `currency`.

    start: the first day that the stock serves. on_hand: what is left for it. is_out: nothing is. cover_days_p50: days
    that it lasts, one decimal, and with all that is inbound; None if it is not sold. out_date_p50, out_date_early: the
    day in the course of which the last unit on hand goes, in the likely and in the early case (one in ten); of a SKU
    that is out the start; None if not within ten years. beyond_forecast: the likely day is beyond the forecast's last
    one, at its pace. demand_28d_p10, ..._p50, ..._p90: of the next 28 days. daily_units: mean demand of a day, over the
    next seven. lead_time_days, safety_units; is_lead_time_known: whether the SKU's costs name it. order_by: the
    last day on which goods that are ordered come before the early case; it may have passed; None if there is no
    demand. order_units: what to order, 0 while order_by is beyond the review days. lost_units, lost_sales_amount: what
    is expected to be asked for and cannot be sold before goods ordered today arrive (what is inbound counts as there in
    time), at the usual net price; delay_sales_amount: what of it a week's delay of the order adds. daily_sales_amount:
    what a day of demand is worth. price, unit_cost: as in Stock; order_cost_amount: of order_units. surplus_units: on
    hand beyond the high case of 90 days; surplus_cost_amount: what they cost. method, backtest_error: of the forecast;
    method BY_VELOCITY if there is none, and '' if no demand is known at all.
    """

    sku: str
    asin: str | None
    as_of: date
    origin: date
    start: date
    on_hand: int
    inbound: int
    is_out: bool
    cover_days_p50: Decimal | None
    cover_days_with_inbound_p50: Decimal | None
    out_date_p50: date | None
    out_date_early: date | None
    beyond_forecast: bool
    demand_28d_p10: int
    demand_28d_p50: int
    demand_28d_p90: int
    daily_units: Decimal
    lead_time_days: int
    is_lead_time_known: bool
    safety_units: int
    order_by: date | None
    order_units: int
    lost_units: Decimal
    lost_sales_amount: Decimal | None
    delay_sales_amount: Decimal | None
    price: Decimal | None
    unit_cost: Decimal | None
    order_cost_amount: Decimal | None
    daily_sales_amount: Decimal | None
    surplus_units: int
    surplus_cost_amount: Decimal | None
    currency: str | None
    method: str
    backtest_error: Decimal | None


def outlook(marts: Marts, day: date, plan: Plan | None = None, *, by_velocity: bool = False) -> list[Outlook]:
    """The outlook of each SKU of the store's last snapshot, by SKU; empty without a snapshot, and without a forecast
    unless `by_velocity`: then SKUs that are not forecast go by their velocity, if they have one.

    day: the marketplace day on which is ordered. plan: default `Plan()`; `Plan.of(store)` has what stores.yaml says.
    Stock and forecast are the newest ones, as in inventory_health, whatever the day. Raises WarehouseError if the marts
    are not built.
    """
    curves = {sku: _curve(list(rows)) for sku, rows in groupby(marts.rows(FORECAST), key=lambda row: row["sku"])}
    if not curves and not by_velocity:
        return []
    # without a forecast only the snapshot itself is known: nothing was sold since
    origin = next(iter(curves.values())).origin if curves else None
    found = []
    for row in marts.rows(STOCK, origin=origin):
        known_cost = row["cost_currency"] == row["currency"] or row["currency"] is None
        stock = Stock(
            sku=row["sku"],
            as_of=row["as_of_date"],
            on_hand=max(row["fulfillable_quantity"] - row["sold_since"], 0),
            inbound=row["inbound_quantity"] or 0,
            lead_time_days=row["lead_time_days"],
            asin=row["asin"],
            price=row["price"],
            unit_cost=row["unit_cost_amount"] if known_cost else None,
            currency=row["currency"] or row["cost_currency"],
        )
        curve = curves.get(row["sku"])
        if curve is None:
            start = origin or row["as_of_date"] - timedelta(days=1)
            curve = Curve(start, (), (), ())
            if by_velocity and row["velocity"]:
                deviation = None if row["demand_stddev"] is None else float(row["demand_stddev"])
                curve = Curve.of_velocity(start, float(row["velocity"]), deviation)
        found.append(outlook_of(stock, curve, plan or Plan(), day))
    return found


def _curve(rows: Sequence[dict[str, Any]]) -> Curve:
    first = rows[0]
    return Curve(
        first["origin"],
        [float(row["total_mean"]) for row in rows],
        [row["total_p50"] for row in rows],
        [row["total_p90"] for row in rows],
        first["method"],
        first["backtest_error"],
        [row["total_p10"] for row in rows],
    )


def outlook_of(stock: Stock, curve: Curve, plan: Plan, day: date) -> Outlook:
    """Pure: the outlook of one SKU, by the formulas above.

    Stock of before the origin's end serves from the day after the origin on, newer stock from its own day on.
    """
    start = max(stock.as_of, curve.origin + timedelta(days=1))
    before = start - timedelta(days=1)
    lead = plan.lead_time_days if stock.lead_time_days is None else stock.lead_time_days
    position = stock.on_hand + stock.inbound
    ordered = max(day, before)

    def demand(name: str, days: int) -> float:
        return curve.total(name, before + timedelta(days=days)) - curve.total(name, before)

    likely = start if not stock.on_hand else curve.runs_out("p50", stock.on_hand, before)
    early = start if not stock.on_hand else curve.runs_out("p90", stock.on_hand, before)
    until_arrival = (ordered - before).days + lead
    safety = max(math.ceil(demand("p90", lead) - demand("p50", lead)), 0)
    last = curve.runs_out("p90", position, before) if position else (start if curve.mean else None)
    order_by = last - timedelta(days=lead) if last else None
    due = order_by is not None and order_by <= ordered + timedelta(days=plan.review_days)
    wanted = math.ceil(demand("p50", until_arrival + plan.cover_days)) + safety - position
    lost, late = (
        Decimal(str(round(max(demand("mean", until_arrival + delay) - position, 0.0), 1))) for delay in (0, 7)
    )
    units = max(wanted, 0) if due else 0
    daily = Decimal(str(round(demand("mean", 7) / 7, 4)))
    surplus = max(stock.on_hand - math.ceil(demand("p90", SURPLUS_DAYS)), 0)
    return Outlook(
        sku=stock.sku,
        asin=stock.asin,
        as_of=stock.as_of,
        origin=curve.origin,
        start=start,
        on_hand=stock.on_hand,
        inbound=stock.inbound,
        is_out=stock.on_hand == 0,
        cover_days_p50=_cover(curve, stock.on_hand, before),
        cover_days_with_inbound_p50=_cover(curve, position, before),
        out_date_p50=likely,
        out_date_early=early,
        beyond_forecast=likely is not None and (likely - curve.origin).days > len(curve.mean),
        demand_28d_p10=math.floor(demand("p10", 28)),
        demand_28d_p50=math.ceil(demand("p50", 28)),
        demand_28d_p90=math.ceil(demand("p90", 28)),
        daily_units=daily,
        lead_time_days=lead,
        is_lead_time_known=stock.lead_time_days is not None,
        safety_units=safety,
        order_by=order_by,
        order_units=units,
        lost_units=lost,
        lost_sales_amount=_money(lost, stock.price),
        delay_sales_amount=_money(late - lost, stock.price),
        price=stock.price,
        unit_cost=stock.unit_cost,
        order_cost_amount=_money(Decimal(units), stock.unit_cost),
        daily_sales_amount=_money(daily, stock.price),
        surplus_units=surplus,
        surplus_cost_amount=_money(Decimal(surplus), stock.unit_cost),
        currency=stock.currency,
        method=curve.method,
        backtest_error=curve.error,
    )


def _cover(curve: Curve, units: int, before: date) -> Decimal | None:
    """Days that the units last: whole days before the day on which they go, and the part of that day."""
    if not units:
        return Decimal("0.0")
    day = curve.runs_out("p50", units, before)
    if day is None:
        return None
    reached = curve.total("p50", day - timedelta(days=1)) - curve.total("p50", before)
    that_day = curve.total("p50", day) - curve.total("p50", day - timedelta(days=1))
    part = (units - reached) / that_day if that_day > 0 else 1.0
    return Decimal(str((day - before).days - 1 + min(max(part, 0.0), 1.0))).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _money(units: Decimal, each: Decimal | None) -> Decimal | None:
    return None if each is None else (units * each).quantize(Decimal("0.01"), ROUND_HALF_UP)
