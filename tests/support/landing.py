"""Landing one document in a test: stores, scopes, and `load_document` with all that a test does not care about."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
from pydantic import SecretStr

from pipelines.feeds import FEEDS, Feed
from pipelines.landing.archive.store import Archive
from pipelines.landing.loading.document import Incoming, LoadOutcome, SliceKey, load_document
from pipelines.marketplaces import MARKETPLACES
from pipelines.stores import PersonalChoice, Scope, Shop, Store

FIXTURES = Path(__file__).parents[1] / "fixtures"
DAY = date(2026, 3, 1)
"""The marketplace day that the fixtures are of."""

MOMENT = datetime(2026, 3, 2, 12, tzinfo=UTC)

SHOP = Shop("harbor-shop", "harbor", "shopify", "harbor-goods.myshopify.com", "USD", "America/New_York", SecretStr("x"))
"""The shop of the fixtures, with an access token that stays."""


def store(country: str, store_id: str = "", seller: str = "A2HARBOR", tenant: str = "harbor") -> Store:
    """A store of a seller in a country's marketplace."""
    market = MARKETPLACES[country]
    name = store_id or f"{tenant}-{country.lower()}"
    return Store(name, tenant, f"{seller}@{market.region}", seller, market.region, market)


def scope_for(feed: Feed, *stores: Store) -> Scope:
    """The scope of a feed's documents for these stores of one account."""
    first = stores[0]
    scope_id = {
        "store": first.store_id,
        "account": first.account_id,
        "shop": SHOP.shop_id,
        "marketplace": first.marketplace.marketplace_id,
        "global": "*",
    }[feed.scope]
    if feed.scope == "shop":
        return Scope(scope_id, stores, SHOP.time_zone, shop=SHOP)
    return Scope(scope_id, stores, "UTC" if feed.scope == "global" else first.time_zone)


def fixture(feed: Feed) -> Path:
    """The feed's fixture; its absence is an error that names it."""
    found = sorted(FIXTURES.glob(f"{feed.name}.*"))
    assert found, f"feed {feed.name} has no fixture: add tests/fixtures/{feed.name}.tsv (or .json, .csv)"
    return found[0]


def days(*values: date) -> list[SliceKey]:
    """Slices of days that nobody has leased."""
    return [SliceKey(slice_key=value.isoformat(), day=value) for value in values]


def instant(moment: datetime, day: date | None = None) -> list[SliceKey]:
    """The slice of a snapshot."""
    return [
        SliceKey(slice_key=moment.strftime("%Y-%m-%dT%H:%M:%SZ"), day=day or moment.date(), instant=moment),
    ]


@dataclass
class Landing:
    """A place to land documents of one feed and scope. created: of the next document."""

    conn: psycopg.Connection
    archive: Archive
    feed: Feed
    scope: Scope
    hash_key: bytes = b"the key of a test"

    def land(
        self,
        content: bytes | Callable[[], Any],
        slices: Sequence[SliceKey] | None,
        *,
        keep_personal: bool = False,
        personal: PersonalChoice | None = None,
        **incoming: Any,
    ) -> LoadOutcome:
        """Land bytes; `incoming` overrides fields of `Incoming`."""
        fields: dict[str, Any] = {"origin": "api", "report_created_at": MOMENT}
        if slices and slices[0].instant is not None:
            fields["instant"] = slices[0].instant
        elif slices:
            fields["window"] = (slices[0].day, slices[-1].day)
        fields |= incoming
        source = content if callable(content) else lambda: io.BytesIO(content)
        return load_document(
            self.conn,
            self.archive,
            self.feed,
            self.scope,
            Incoming(open=source, **fields),
            slices=slices,
            personal=personal or PersonalChoice(everything=keep_personal),
            hash_key=self.hash_key,
        )

    def query(self, text: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Rows of a query; the connection is idle again afterwards."""
        with self.conn.transaction():
            return self.conn.execute(text.encode(), parameters).fetchall()

    def one(self, text: str, *parameters: Any) -> Any:
        """The first field of a query's only row."""
        return self.query(text, *parameters)[0][0]

    def rows(self, columns: str, section: str = "") -> list[tuple[Any, ...]]:
        """Columns of the raw table, in the order of loading."""
        table = self.feed.table(next(each for each in self.feed.sections if each.name == section))
        return self.query(f"select {columns} from raw.{table} order by load_id, row_seq")  # noqa: S608


def landing(conn: psycopg.Connection, folder: Path, feed: str, *stores: Store) -> Landing:
    """A place to land documents of a feed, for harbor-us unless other stores are given."""
    known = FEEDS[feed]
    return Landing(conn, Archive(str(folder / "archive")), known, scope_for(known, *(stores or (store("US"),))))
