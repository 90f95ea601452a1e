"""For how long data is kept, in words, and what should be gone by now; `doctor` and `tenant list` show it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipelines.errors import TradewindError
from pipelines.stores.retention import BUYERS_DAYS

if TYPE_CHECKING:
    from pipelines.settings import Settings
    from pipelines.stores import Catalog, Tenant


def told(tenant: Tenant) -> str:
    """How long a tenant's data is kept, in one line.

    >>> from pipelines.stores import Tenant
    >>> told(Tenant("acme", "Acme", "USD"))
    "buyers' data is left out before it is stored; all else is kept without limit; logs 12 months"
    """
    if not tenant.personal.everything:
        buyers = "buyers' data is left out before it is stored"
    elif tenant.retention.buyers_kept_by_law:
        buyers = f"buyers' data is kept by law ({tenant.retention.buyers_kept_by_law})"
    else:
        buyers = f"buyers' data is kept for {BUYERS_DAYS} days"
    months = tenant.retention.months
    rest = f"is kept for {months} months" if months else "is kept without limit"
    return f"{buyers}; all else {rest}; logs 12 months"


def kept(settings: Settings, catalog: Catalog) -> Iterator[tuple[str, str]]:
    """For each tenant what holds, and what to do: '' if nothing is overdue."""
    from pipelines.landing.upkeep.expiry import due
    from pipelines.local.tenants.removal import unfinished
    from pipelines.warehouse.connection import open_warehouse

    try:
        with open_warehouse(settings).connect() as conn:
            found = {each.tenant_id: due(conn, each, settings.now().date()) for each in catalog.tenants.values()}
            half = unfinished(conn)
    except TradewindError:
        return  # told of the warehouse
    for tenant in catalog.tenants.values():
        one = found[tenant.tenant_id]
        oldest = f"; the oldest document is of {one.oldest}" if one.oldest else ""
        advice = ""
        if one.buyers or one.loads:
            advice = (
                f"{one.buyers} documents with buyers' data and {one.loads} others should be gone. The job `retention` "
                "deletes them daily while `tradewind up` runs; `tradewind tenant expire` does it now."
            )
        yield f"data of {tenant.tenant_id}: {told(tenant)}{oldest}", advice
    for name in half:
        yield f"removal of {name}", f"It was begun and not finished: `tradewind tenant remove {name}` goes on."
