"""Writes the stock of a shop at Shopify: inventorySetQuantities of version 2026-10.

Every figure is compared by Shopify with the one that was read (`changeFromQuantity`), and every request has a key
(`@idempotent`), both mandatory since 2026-04. A request is executed whole or not at all: what is wrong with one figure
keeps the others back, and they are sent again without it.

A shop shows the sum over its locations. The location that channels.yaml names gets the whole change; the others are
only lowered, where that one has not enough.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pipelines.channels.model import Change, Channel, Listing, Shown
from pipelines.channels.writers.base import Answer, Outcome, PlainWriter, Request
from pipelines.errors import ConfigError, SourceError
from pipelines.sources.base import TODAY
from pipelines.sources.shopify.admin import Admin
from pipelines.sources.transport.http import Http
from pipelines.sources.transport.rate_limits import RateLimiter

if TYPE_CHECKING:
    from psycopg_pool import AsyncConnectionPool

    from pipelines.settings import Settings

MOST_FIGURES = 250
"""Of one request: the longest list in an argument (shopify.dev, API limits)."""
AT_ONCE = 50
"""Variants that one query reads, each with its levels: within the 1,000 points of a query."""
PAGE = 250
_STALE = "CHANGE_FROM_QUANTITY_STALE"
_AGAIN = ("IDEMPOTENCY_CONCURRENT_REQUEST",)
_NEW_KEY = ("IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED", "IDEMPOTENCY_KEY_PARAMETER_MISMATCH")


@asynccontextmanager
async def writer(settings: Settings, pool: AsyncConnectionPool, channel: Channel) -> AsyncIterator[ShopifyWriter]:
    """The writer of a shop; see `base.OpenWriter`."""
    http, limiter = Http(), RateLimiter(pool, "shopify")
    try:
        yield ShopifyWriter(Admin(settings, http, limiter), channel, settings.now())
    finally:
        await limiter.aclose()
        await http.aclose()


class ShopifyWriter(PlainWriter):
    """See `base.Writer`. now: the moment that its readings carry, of the business clock."""

    key_lives = timedelta(hours=24)
    compares = True
    says_waiting = True

    def __init__(self, admin: Admin, channel: Channel, now: datetime) -> None:
        assert channel.shop is not None
        self._admin, self._channel, self._shop, self._now = admin, channel, channel.shop, now
        self._tracked: dict[str, str] | None = None  # inventory item -> variant

    async def read(self, listings: Sequence[Listing]) -> Mapping[Listing, Shown]:
        """What the shop shows: few listings by their ids, many by the pages of its locations."""
        read = self._by_id if len(listings) <= 3 * AT_ONCE else self._by_page
        items = await read([each.item_id for each in listings])
        return {each: self._shown(*items[each.item_id]) for each in listings if items.get(each.item_id, ("", ()))[1]}

    async def _by_id(self, ids: Sequence[str]) -> dict[str, tuple[str, list[dict[str, Any]]]]:
        found: dict[str, tuple[str, list[dict[str, Any]]]] = {}
        for start in range(0, len(ids), AT_ONCE):
            data = await self._ask("shown", {"ids": ids[start : start + AT_ONCE]})
            for node in data.get("nodes") or []:
                item = (node or {}).get("inventoryItem") or {}
                if item.get("tracked"):
                    found[node["id"]] = item["id"], item["inventoryLevels"]["nodes"]
        return found

    async def _by_page(self, ids: Sequence[str]) -> dict[str, tuple[str, list[dict[str, Any]]]]:
        wanted = set(ids)
        items = {item: variant for item, variant in (await self._items()).items() if variant in wanted}
        found: dict[str, tuple[str, list[dict[str, Any]]]] = {variant: (item, []) for item, variant in items.items()}
        places = [each async for each in self._pages("locations", ("locations",), {})]
        for place in places:
            of = {"location": place["id"]}
            async for level in self._pages("levels", ("location", "inventoryLevels"), of):
                if variant := items.get(level["item"]["id"]):
                    found[variant][1].append({**level, "location": place})
        return found

    async def _items(self) -> Mapping[str, str]:
        """The variant of each inventory item whose stock is kept, read once: half of the points of a reading."""
        if self._tracked is None:
            variants = [each async for each in self._pages("variants", ("productVariants",), {})]
            self._tracked = {
                each["inventoryItem"]["id"]: each["id"] for each in variants if each["inventoryItem"]["tracked"]
            }
        return self._tracked

    async def _pages(
        self, name: str, path: tuple[str, ...], variables: Mapping[str, Any]
    ) -> AsyncIterator[dict[str, Any]]:
        after: dict[str, Any] = {}
        while True:
            listed: Any = await self._ask(name, {"first": PAGE, **variables, **after})
            for member in path:
                listed = (listed or {}).get(member)
            for node in (listed or {}).get("nodes") or []:
                yield node
            page = (listed or {}).get("pageInfo") or {}
            if not page.get("hasNextPage") or page.get("endCursor") in (None, after.get("after")):
                return
            after = {"after": page["endCursor"]}

    def _shown(self, item: str, levels: Sequence[Mapping[str, Any]]) -> Shown:
        figures = {
            each["location"]["id"]: {part["name"]: int(part["quantity"]) for part in each["quantities"]}
            for each in levels
        }
        names = {each["location"]["id"]: each["location"]["name"] for each in levels}
        return Shown(
            quantity=sum(each.get("available", 0) for each in figures.values()),
            at=self._now,
            waiting=sum(each.get("committed", 0) for each in figures.values()),
            details={
                "item": item,
                "location": self._location(names),
                "available": {place: each.get("available", 0) for place, each in figures.items()},
            },
        )

    def _location(self, names: Mapping[str, str]) -> str:
        """The id of the location that gets changes. Raises ConfigError where there are several and none is named."""
        named = [place for place, name in names.items() if name == self._channel.location]
        if named or len(names) == 1:
            return named[0] if named else next(iter(names))
        if self._channel.location:  # it keeps none of this there; one of the places where it does
            return min(names)
        raise ConfigError(
            f"{self._channel.channel_id} keeps stock at {len(names)} locations ({', '.join(sorted(names.values()))}). "
            f"Name the one whose figures Tradewind sets as `location` under channels.{self._channel.channel_id} in "
            "channels.yaml."
        )

    def requests(self, changes: Sequence[Change], shown: Mapping[Listing, Shown]) -> list[Request]:
        """As many figures in each as Shopify takes. body: the mutation's `input`, and how many figures a change has."""
        found: list[Request] = []
        lines: list[dict[str, Any]] = []
        part: list[tuple[Change, int]] = []

        def close() -> None:
            if part:
                body = {
                    "input": {
                        "name": "available",
                        "reason": "correction",
                        "referenceDocumentUri": f"gid://tradewind/Channel/{self._channel.channel_id}",
                        "quantities": list(lines),
                    },
                    "figures": [count for _, count in part],
                }
                found.append(Request(body, tuple(change for change, _ in part)))
            lines.clear()
            part.clear()

        for change in changes:
            figures = _figures(change, shown[change.listing])
            if len(lines) + len(figures) > MOST_FIGURES:
                close()
            lines += figures
            part.append((change, len(figures)))
        close()
        return found

    async def send(self, body: Mapping[str, Any], key: str, changes: Sequence[Change]) -> list[Answer]:
        """One mutation. It is repeated with its key while no answer comes; see `base.Writer.send`."""
        data = await self._ask("set_quantities", {"input": body["input"], "key": key})
        payload = data.get("inventorySetQuantities") or {}
        errors = payload.get("userErrors") or []
        if not errors:
            group = (payload.get("inventoryAdjustmentGroup") or {}).get("id", "")
            return [Answer("taken", str(group)) for _ in changes]
        codes = {str(each.get("code")) for each in errors}
        if codes & set(_AGAIN):
            raise SourceError(f"{self._channel.channel_id}: the same request is under way.", retryable=True)
        if codes & set(_NEW_KEY):
            return [Answer("undone", ", ".join(sorted(codes))) for _ in changes]
        return self._told(errors, body["figures"])

    def _told(self, errors: Sequence[Mapping[str, Any]], figures: Sequence[int]) -> list[Answer]:
        owner = [index for index, count in enumerate(figures) for _ in range(count)]
        answers = [Answer("undone", "Another figure of the request was refused.") for _ in figures]
        for each in errors:
            field, code = list(each.get("field") or []), str(each.get("code"))
            said = f"{code}: {each.get('message')}"
            outcome: Outcome = "stale" if code == _STALE else "refused"
            place = int(field[2]) if len(field) > 2 and field[1] == "quantities" and str(field[2]).isdigit() else None
            for index in range(len(answers)) if place is None else [owner[place]]:
                answers[index] = Answer(outcome, said)
        return answers

    async def _ask(self, name: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        what = f"The stock of {self._channel.channel_id}"
        return await self._admin.ask(self._shop, name, variables, priority=TODAY, what=what)


def _figures(change: Change, shown: Shown) -> list[dict[str, Any]]:
    """The figures of a change: of the location that gets it, and of others only where that would fall below zero."""
    available: dict[str, int] = dict(shown.details["available"])
    main = shown.details["location"]
    by = change.to_quantity - change.from_quantity
    found = []
    for place in (main, *sorted(each for each in available if each != main)):
        wanted = available[place] + by
        # Shopify takes no figure below zero; one that is there already is not touched by lowering
        after = wanted if wanted >= 0 else min(available[place], 0) if by < 0 else 0
        if after != available[place]:
            found.append(
                {
                    "inventoryItemId": shown.details["item"],
                    "locationId": place,
                    "quantity": after,
                    "changeFromQuantity": available[place],
                }
            )
        by -= after - available[place]
        if by == 0:
            break
    return found
