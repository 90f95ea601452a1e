"""`tradewind import`: loads a file that the user has downloaded, in the same way as a document that a run fetched.

From a file or its address, a feed, a store and the days, the arguments of `loading/document.py` are made here. Files of
the European Central Bank are first converted to the long form of manual.fx_rates (`ecb.py`). If the user names no feed
or store, they are found in `recognition.py`.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from pipelines.errors import ConfigError, DocumentError
from pipelines.feeds import FEEDS, Feed
from pipelines.landing.archive.store import Archive
from pipelines.landing.imports import ecb
from pipelines.landing.imports.sniffing import RATES, refuse_foreign
from pipelines.landing.loading.document import Incoming, SliceKey, load_document
from pipelines.landing.personal.columns import choice_for
from pipelines.landing.personal.pseudonyms import hash_key
from pipelines.landing.planning.periods import last_of, periods_between
from pipelines.sources.transport.download import download, is_address
from pipelines.stores import Scope
from pipelines.warehouse import counters
from pipelines.warehouse.stores_sync import sync_stores

if TYPE_CHECKING:
    from pipelines.settings import Settings
    from pipelines.stores import Catalog, Store
    from pipelines.warehouse.connection import Warehouse

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What an import did.

    load_id: the load of the document. rows, rejected: in the document. unchanged: the same bytes were loaded before,
    and nothing was copied. warnings: whole sentences.
    """

    load_id: int | None
    rows: int
    rejected: int
    unchanged: bool
    warnings: list[str] = field(default_factory=list)


def import_file(
    settings: Settings,
    warehouse: Warehouse,
    catalog: Catalog,
    path: Path | str,
    feed_name: str,
    store_id: str | None,
    *,
    date_from: date | None = None,
    date_to: date | None = None,
    as_of: datetime | None = None,
) -> ImportOutcome:
    """Load a file (plain or gzip) as a document of `feed_name` for `store_id`. Needs no access to Amazon.

    path: a file; for the user's own files (`manual.*`) also an http(s) address. Exchange rates may be in a file of the
    European Central Bank (see `ecb.py`). store_id: None for feeds that belong to no store.
    date_from, date_to: the marketplace days, both inclusive, that the document covers completely. Days without rows are
    then known to be empty. Without them, the document fills the days of its rows, and these stay due.
    as_of: the instant that a snapshot shows, or the time at which another document was made; UTC if it has no time
    zone. Default: now; for orders, the newest update in their rows.

    Raises ConfigError if arguments do not fit, DocumentError if the document cannot be loaded, SourceError if an
    address cannot be downloaded.
    """
    feed, store = _known(catalog, feed_name, store_id)
    slices = _slices(feed, date_from, date_to)
    scope = scope_of(catalog, feed, store)
    moment = as_of if as_of is None or as_of.tzinfo else as_of.replace(tzinfo=UTC)
    now = settings.now()
    if moment is not None and moment > now + timedelta(days=1):
        raise ConfigError(f"--as-of {moment:%Y-%m-%dT%H:%M:%SZ} lies in the future; now is {now:%Y-%m-%dT%H:%M:%SZ}.")
    name, opened = _document(feed, path)
    incoming = Incoming(
        open=opened,
        origin="import",
        report_created_at=moment or now,
        dated_by_rows=moment is None,
        file_name=name,
        window=(slices[0].day, slices[-1].day) if slices and feed.write_disposition != "snapshot" else None,
        instant=(moment or now) if feed.write_disposition == "snapshot" else None,
        store=store if feed.scope in ("store", "account") else None,
    )
    _refuse_foreign(feed, name, opened)
    with counters.written(warehouse), warehouse.connect() as conn:
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
                personal=choice_for(catalog.tenants, scope),
                hash_key=hash_key(settings),
            )
        except DocumentError as error:
            raise DocumentError(f"{name} cannot be imported. {error}", kind=error.kind) from None
        except OSError as error:
            raise ConfigError(f"{path} cannot be read: {error.strerror or error}.") from None
    log.info("imported %s: %d rows, load %s", feed.name, outcome.rows, outcome.load_id)
    return ImportOutcome(
        outcome.load_id, outcome.rows, outcome.rejected, outcome.unchanged, list(dict.fromkeys(outcome.warnings))
    )


def scope_of(catalog: Catalog, feed: Feed, store: Store | None) -> Scope:
    """The scope of a feed to which a store belongs. Unlike `Catalog.scopes`, it does not ask whether there is access.

    store: None only for global feeds.
    """
    if feed.scope == "global" or store is None:
        return Scope("*", tuple(catalog.stores.values()), "UTC")
    account = catalog.accounts[store.account_id]
    if feed.scope == "store":
        return Scope(store.store_id, (store,), store.time_zone, account)
    if feed.scope == "account":
        return Scope(account.account_id, account.stores, account.stores[0].time_zone, account)
    stores = tuple(each for each in catalog.stores.values() if each.marketplace == store.marketplace)
    return Scope(store.marketplace.marketplace_id, stores, stores[0].time_zone)


def _known(catalog: Catalog, feed_name: str, store_id: str | None) -> tuple[Feed, Store | None]:
    feed = FEEDS.get(feed_name)
    if feed is None:
        raise ConfigError(f"There is no feed {feed_name}. The feeds are: {', '.join(FEEDS)}.")
    if feed.scope == "shop":
        raise ConfigError(f"{feed_name} is not imported: the shop's API gives it. Enter the shop under `channels`.")
    if store_id is None:
        if feed.scope != "global":
            raise ConfigError(f"{feed_name} belongs to a store: give --store. The stores are: {_names(catalog)}.")
        return feed, None
    store = catalog.stores.get(store_id)
    if store is None:
        raise ConfigError(f"There is no store {store_id}. The stores are: {_names(catalog)}.")
    return feed, store


def _names(catalog: Catalog) -> str:
    return ", ".join(catalog.stores)


def _document(feed: Feed, path: Path | str) -> tuple[str, Callable[[], BinaryIO]]:
    """The document's name, and a function that opens it. Exchange rates are converted. Raises like `import_file`."""
    content: bytes | None = None
    if isinstance(path, str) and is_address(path):
        if feed.shape != "file":
            raise ConfigError(
                f"{feed.name} cannot be imported from an address: download the document and give the file. Addresses "
                "are for files of your own (manual.*)."
            )
        file = download(path, limit=ecb.LIMIT)
        name, content = file.name, file.content
    else:
        path = Path(path)
        name = path.name
    if feed.name == RATES:
        try:
            if content is None and isinstance(path, Path) and path.stat().st_size <= ecb.LIMIT:
                content = path.read_bytes()
            if content is not None:
                content = ecb.long_form(content) or content
        except DocumentError as error:
            raise DocumentError(f"{name} cannot be imported. {error}", kind=error.kind) from None
        except OSError as error:
            raise ConfigError(f"{path} cannot be read: {error.strerror or error}.") from None
    if content is None:
        return name, lambda: Path(path).open("rb")
    return name, lambda: io.BytesIO(content)


def _refuse_foreign(feed: Feed, name: str, opened: Callable[[], BinaryIO]) -> None:
    """Refuse a file that is no document of any feed, before it is archived. Raises like `import_file`."""
    try:
        refuse_foreign(feed, opened)
    except DocumentError as error:
        raise DocumentError(f"{name} cannot be imported. {error}", kind=error.kind) from None
    except OSError as error:
        raise ConfigError(f"{name} cannot be read: {error.strerror or error}.") from None


def _slices(feed: Feed, first: date | None, last: date | None) -> list[SliceKey] | None:
    """The slices of the periods that the document covers completely; None if the user gave none. Raises ConfigError."""
    if first is None and last is None:
        return None
    if feed.write_disposition == "snapshot":
        raise ConfigError(f"{feed.name} shows one moment, not days: give --as-of instead of --from and --to.")
    if first is None or last is None:
        raise ConfigError("--from and --to go together: give the first and the last day that the document covers.")
    if last < first:
        raise ConfigError(f"--to {last} is before --from {first}.")
    if feed.asins_option:
        raise ConfigError(
            f"{feed.name} is asked for by parts of the store's ASINs, so no document covers a {feed.period} whole: "
            "leave --from and --to away."
        )
    days = list(periods_between(feed.period, first, last))
    if not days or days[0] != first or last_of(feed.period, days[-1]) != last:
        raise ConfigError(
            f"{feed.name} comes by the {feed.period}: --from must be the first day of a {feed.period}, --to the last "
            f"of one, and {first} to {last} is not."
        )
    return [SliceKey(slice_key=day.isoformat(), day=day) for day in days]
