"""What `tradewind tenant list` shows of each tenant. Nothing is changed here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pipelines.local.tenants.keeping import told

if TYPE_CHECKING:
    import psycopg

    from pipelines.settings import Settings
    from pipelines.stores import Catalog

_LOADS = """
select t.tenant_id, count(l.load_id), max(l.loaded_at)
from ops.tenants as t
left join (
    select tenant_id, store_id as scope_id from ops.stores
    union select tenant_id, account_id from ops.stores
    union select tenant_id, shop_id from ops.shops) as s on s.tenant_id = t.tenant_id
left join ops.loads as l on l.scope_id = s.scope_id
group by 1
"""


@dataclass(frozen=True, slots=True)
class TenantRow:
    """One tenant. stores: ids, those without access to an API marked. budgets: in USD, of a month for briefs and of a
    day for crawls. kept: for how long its data is. loads: documents loaded. last: the newest (UTC)."""

    tenant_id: str
    name: str
    currency: str
    stores: tuple[str, ...]
    shops: tuple[str, ...]
    kept: str
    budgets: tuple[str, ...]
    loads: int
    last: datetime | None

    def lines(self) -> Iterator[str]:
        """What is told of it, without its name."""
        yield f"stores: {', '.join(self.stores) or 'none'}"
        if self.shops:
            yield f"shops: {', '.join(self.shops)}"
        newest = f", the newest of {self.last:%Y-%m-%d %H:%M} UTC" if self.last else ""
        yield f"documents: {self.loads:,}{newest}"
        yield f"reporting currency: {self.currency}; {'; '.join(self.budgets)}"
        yield self.kept


def listed(conn: psycopg.Connection, catalog: Catalog, settings: Settings) -> list[TenantRow]:
    """The tenants of stores.yaml, by id."""
    loads = {tenant: (number, last) for tenant, number, last in conn.execute(_LOADS).fetchall()}
    result = []
    for tenant in catalog.tenants.values():
        of = tenant.tenant_id
        number, last = loads.get(of, (0, None))
        briefs, crawls = tenant.brief_budget_month_usd, tenant.crawl_budget_day_usd
        budgets = (
            f"briefs {settings.brief_budget_month_usd if briefs is None else briefs} USD a month",
            f"crawls {settings.crawl_budget_day_usd if crawls is None else crawls} USD a day",
        )
        stores = [s for s in catalog.stores.values() if s.tenant_id == of]
        shops = tuple(s.shop_id for s in catalog.shops.values() if s.tenant_id == of)
        names = tuple(s.store_id if s.has_api else f"{s.store_id} (import only)" for s in stores)
        result.append(
            TenantRow(
                of,
                tenant.name,
                tenant.reporting_currency,
                names,
                shops,
                told(tenant),
                budgets,
                number,
                last,
            )
        )
    return result
