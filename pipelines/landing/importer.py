"""`tradewind import`: a document that somebody downloaded, down the same path as one that the engine fetched.

Here a file, a feed, a store and maybe days become what `load.py` asks for. Nothing is read or loaded here.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.errors import ConfigError, DocumentError
from pipelines.feeds import FEEDS, Feed
from pipelines.landing.archive import Archive
from pipelines.landing.load import Incoming, SliceKey, load_document
from pipelines.landing.pseudonyms import hash_key
from pipelines.stores import Scope
from pipelines.warehouse.stores_sync import sync_stores

if TYPE_CHECKING:
    from pipelines.settings import Settings
    from pipelines.stores import Catalog, Store
    from pipelines.warehouse.connection import Warehouse

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What an import brought. rows: of the document. unchanged: it was loaded already. warnings: whole sentences."""

    load_id: int | None
    rows: int
    rejected: int
    unchanged: bool
    warnings: list[str] = field(default_factory=list)


def import_file(
    settings: Settings,
    warehouse: Warehouse,
    catalog: Catalog,
    path: Path,
    feed_name: str,
    store_id: str,
    *,
    date_from: date | None = None,
    date_to: date | None = None,
    as_of: datetime | None = None,
) -> ImportOutcome:
    """Land a file (plain or gzip) as a document of `feed_name` for `store_id`. Needs no access to Amazon.

    date_from, date_to: the marketplace days, both inclusive, that the document covers whole: days without rows are then
    known to be empty. Without them its days are those of its rows, and coverage is not claimed.
    as_of: the moment that it shows (of snapshots) or at which it was made; without a time zone it is UTC. Default: now,
    of orders their newest update.

    Raises ConfigError for arguments that do not fit, DocumentError for a document that cannot be loaded.
    """
    feed, store = _known(catalog, feed_name, store_id)
    slices = _slices(feed, date_from, date_to)
    scope = scope_of(catalog, feed, store)
    moment = as_of if as_of is None or as_of.tzinfo else as_of.replace(tzinfo=UTC)
    now = settings.now()
    if moment is not None and moment > now + timedelta(days=1):
        raise ConfigError(f"--as-of {moment:%Y-%m-%dT%H:%M:%SZ} lies in the future; now is {now:%Y-%m-%dT%H:%M:%SZ}.")
    if slices is None and moment is not None and feed.semantics == "snapshot":
        instant = moment.astimezone(UTC)
        key = instant.strftime("%Y-%m-%dT%H:%M:%SZ")
        slices = [SliceKey(slice_key=key, day=_local_day(instant, scope), instant=instant)]
    incoming = Incoming(
        open=lambda: path.open("rb"),
        origin="import",
        report_created_at=moment or now,
        dated_by_rows=moment is None,
        file_name=path.name,
        window=(slices[0].day, slices[-1].day) if slices and feed.semantics != "snapshot" else None,
        instant=(moment or now) if feed.semantics == "snapshot" else None,
        store=store if feed.scope in ("store", "account") else None,
    )
    keep_personal = catalog.tenants[store.tenant_id].keep_personal_data
    with warehouse.connect() as conn:
        sync_stores(conn, catalog)
        conn.commit()
        try:
            outcome = load_document(
                conn,
                Archive(settings.archive_url),
                feed,
                scope,
                incoming,
                slices=slices,
                keep_personal=keep_personal,
                hash_key=hash_key(settings),
            )
        except DocumentError as error:
            raise DocumentError(f"{path.name} cannot be imported. {error}", kind=error.kind) from None
        except OSError as error:
            raise ConfigError(f"{path} cannot be read: {error.strerror or error}.") from None
    log.info("imported %s: %d rows, load %s", feed.name, outcome.rows, outcome.load_id)
    return ImportOutcome(
        outcome.load_id, outcome.rows, outcome.rejected, outcome.unchanged, list(dict.fromkeys(outcome.warnings))
    )


def scope_of(catalog: Catalog, feed: Feed, store: Store) -> Scope:
    """The scope that a store's documents of a feed belong to; unlike `Catalog.scopes`, with or without access."""
    account = catalog.accounts[store.account_id]
    if feed.scope == "store":
        return Scope(store.store_id, (store,), store.time_zone, account)
    if feed.scope == "account":
        return Scope(account.account_id, account.stores, account.stores[0].time_zone, account)
    if feed.scope == "marketplace":
        stores = tuple(each for each in catalog.stores.values() if each.marketplace == store.marketplace)
        return Scope(store.marketplace.marketplace_id, stores, stores[0].time_zone)
    return Scope("*", tuple(catalog.stores.values()), "UTC")


def _known(catalog: Catalog, feed_name: str, store_id: str) -> tuple[Feed, Store]:
    feed, store = FEEDS.get(feed_name), catalog.stores.get(store_id)
    if feed is None:
        raise ConfigError(f"There is no feed {feed_name}. The feeds are: {', '.join(FEEDS)}.")
    if store is None:
        raise ConfigError(f"There is no store {store_id}. The stores are: {', '.join(catalog.stores)}.")
    return feed, store


def _slices(feed: Feed, first: date | None, last: date | None) -> list[SliceKey] | None:
    """The days that are claimed to be covered; None if none are."""
    if first is None and last is None:
        return None
    if feed.semantics == "snapshot":
        raise ConfigError(f"{feed.name} shows one moment, not days: give --as-of instead of --from and --to.")
    if first is None or last is None:
        raise ConfigError("--from and --to go together: give the first and the last day that the document covers.")
    if last < first:
        raise ConfigError(f"--to {last} is before --from {first}.")
    days = [first + timedelta(days=i) for i in range((last - first).days + 1)]
    return [SliceKey(slice_key=day.isoformat(), day=day) for day in days]


def _local_day(instant: datetime, scope: Scope) -> date:
    return instant.astimezone(scope.zone).date()
