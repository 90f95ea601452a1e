"""The history of demand of one store, from the marts: units by SKU and day, and which days tell of demand.

Here are the queries, and the panel that they become. Nothing is forecast here.

A day on which a SKU had no stock is missing and no day without demand. Demand is counted as in
`marts.inventory_health`: units sold, pending ones and those of multi-channel orders; cancelled ones are none.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pipelines.insights.marts import Marts
from pipelines.insights.measures.sales import DAYS_WITHOUT_ORDERS_DATA, FIRST_DAY

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

MOST_DAYS = 730
"""Days of history that are read: two years, so that each season was seen twice."""
GONE_AFTER_DAYS = 180
"""A SKU that was neither sold nor in stock for so many days is offered no more, and is not forecast."""
CUT_PRICE = 0.85
"""A price below this share of the usual one (the median of the last sold days) marks a promotion."""
USUAL_OVER_DAYS = 28
_MOST_BETWEEN = 6

# One row per SKU, each day from %(first)s to %(last)s a place in its arrays. Stock as the day began: 1 there was some,
# r all that the warehouse holds is reserved (by the snapshot of that morning), l the ledger has some (reserved or not:
# no snapshot was made), 0 the ledger has none, ? not known (a SKU that the seller sends; a day of which nothing tells).
# In the ledger a SKU that has none and gets none has no row.
HISTORY = """
    with days as (
        select day::date as date from generate_series(%(first)s::date, %(last)s::date, interval '1 day') as day
    ),
    told as (
        select distinct date from marts.inventory_daily
        where store_id = %(store_id)s and date between %(first)s and %(last)s
            and num_nonnulls(ledger_starting_quantity, ledger_ending_quantity) > 0
    ),
    held as (
        select distinct sku from marts.inventory_daily
        where store_id = %(store_id)s and date between %(first)s and %(last)s
    ),
    skus as (
        select sku from marts.sales_daily
        where store_id = %(store_id)s and date between %(first)s and %(last)s and sku <> ''
        group by sku having sum(units + pending_units + multi_channel_units) > 0
    )
    select k.sku,
        array_agg(coalesce(s.units + s.pending_units + s.multi_channel_units, 0) order by d.date) as units,
        array_agg(round(s.item_price_amount / nullif(s.units - s.replacement_units, 0), 4)::float8 order by d.date)
        as prices,
        string_agg(case when s.item_promotion_discount_amount > 0 then '1' else '0' end, '' order by d.date)
        as discounted,
        string_agg(
            case
                when h.sku is null then '?'
                when i.snapshot_fulfillable_quantity > 0 then '1'
                when i.snapshot_fulfillable_quantity = 0 then 'r'
                when t.date is null then '?'
                when i.ledger_starting_quantity > 0 or i.ledger_ending_quantity > 0 then 'l'
                else '0'
            end, '' order by d.date) as stock
    from skus as k
    cross join days as d
    left join held as h on k.sku = h.sku
    left join told as t on d.date = t.date
    left join marts.sales_daily as s on s.store_id = %(store_id)s and s.sku = k.sku and s.date = d.date
    left join marts.inventory_daily as i on i.store_id = %(store_id)s and i.sku = k.sku and i.date = d.date
    group by k.sku
    order by k.sku
"""


@dataclass(frozen=True)
class Panel:
    """The demand of a store's SKUs, a row per day and a column per SKU.

    days: marketplace days, one after the other; the last is the origin of a forecast. units: what was sold, NaN where
    the day tells nothing of demand (no stock, no orders data, not offered yet). marked: 1 where a sale was one of a
    promotion, 0 where none was, NaN without a sale.
    """

    days: pd.DatetimeIndex
    skus: tuple[str, ...]
    units: np.ndarray
    marked: np.ndarray

    def until(self, length: int) -> Panel:
        """Its first `length` days, with nothing of what the days after them tell."""
        return Panel(self.days[:length], self.skus, self.units[:length], self.marked[:length])

    @cached_property
    def promoted(self) -> np.ndarray:
        """On which days a promotion ran: a sale of the day was marked, or it has none and lies between two marked ones.

        Promotions last for days, and these two are at most a week apart. Without the days between them a promoted day
        would be one that sells by definition.
        """
        import pandas as pd

        marked = pd.DataFrame(self.marked)
        last, next_ = (marked.ffill(limit=_MOST_BETWEEN), marked.bfill(limit=_MOST_BETWEEN))
        return ((last == 1) & (next_ == 1)).to_numpy()

    @property
    def origin(self) -> date:
        """The last day."""
        last: date = self.days[-1].date()
        return last


@dataclass(frozen=True)
class History:
    """What the marts say: first and last day, rows of HISTORY, and the days without orders data."""

    first: date
    last: date
    rows: Sequence[dict[str, Any]]
    unknown: Sequence[date]

    def hash(self) -> str:
        """SHA-256 of all of it: the same history has the same one."""
        told = [
            self.first.isoformat(),
            self.last.isoformat(),
            [day.isoformat() for day in self.unknown],
            [list(row.values()) for row in self.rows],
        ]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()

    def panel(self) -> Panel:
        """The rows as a panel, without SKUs that are not offered any more."""
        return panel(self)


def read(marts: Marts, last: date) -> History | None:
    """The history of the store up to the marketplace day `last`; None if nothing was ever ordered until then."""
    begin = marts.rows(FIRST_DAY)[0]["day"]
    if begin is None or begin > last:
        return None
    bounds = {"first": max(begin, last - timedelta(days=MOST_DAYS - 1)), "last": last}
    # such a day says nothing of demand, unless an import brought some that claims no coverage; where the coverage of a
    # store is not known each day counts
    unknown = [row["date"] for row in marts.rows(DAYS_WITHOUT_ORDERS_DATA, **bounds)]
    return History(bounds["first"], last, marts.rows(HISTORY, **bounds), unknown)


def panel(history: History) -> Panel:
    """Pure: see `History.panel`."""
    import numpy as np
    import pandas as pd

    days = pd.date_range(history.first, history.last)
    kept, units, marked = [], [], []
    sold_at_all = np.array([row["units"] for row in history.rows]).reshape(len(history.rows), len(days)).sum(0) > 0
    closed = days.isin(pd.DatetimeIndex([*history.unknown])) & ~sold_at_all
    for row in history.rows:
        sold = np.array(row["units"], dtype=float)
        stocked = in_stock(row["stock"])
        offered = (sold > 0) | np.isin(list(row["stock"]), ["1", "r", "l"])
        if not offered[-GONE_AFTER_DAYS:].any():
            continue
        tells = stocked & ~closed
        tells[: int(offered.argmax())] = False
        kept.append(row["sku"])
        units.append(np.where(tells, sold, np.nan))
        marked.append(marks(sold, np.array(row["prices"], dtype=float), row["discounted"]))
    shape = (len(kept), len(days))
    return Panel(
        days,
        tuple(kept),
        np.array(units, dtype=float).reshape(shape).T,
        np.array(marked, dtype=float).reshape(shape).T,
    )


def in_stock(told: str) -> np.ndarray:
    """Whether there was stock to sell, day by day. told: letters as HISTORY has them.

    It goes by how the day began and not by what was sold on it: days chosen by their sales would tell of no demand but
    that. A day that nothing tells of is as the one before. Stock of the ledger counts, unless it was last seen to be
    reserved.
    """
    import numpy as np
    import pandas as pd

    letters = np.array(list(told))
    seen = np.select([letters == "1", letters == "0", letters == "r"], [1.0, 0.0, -1.0], np.nan)
    last = pd.Series(seen).ffill().fillna(1).to_numpy()
    return np.where(letters == "l", last >= 0, last == 1)


def marks(sold: np.ndarray, prices: np.ndarray, discounted: str) -> np.ndarray:
    """Which days' sales were of a promotion: discounted, or at a price well below the usual one. See `Panel.marked`."""
    import numpy as np
    import pandas as pd

    usual = pd.Series(prices).dropna().rolling(USUAL_OVER_DAYS, min_periods=5).median().shift()
    below = pd.Series(prices) < CUT_PRICE * usual.reindex(range(len(prices))).ffill()
    marked = (np.array(list(discounted)) == "1") | below.to_numpy()
    return np.where(sold > 0, marked, np.nan)
