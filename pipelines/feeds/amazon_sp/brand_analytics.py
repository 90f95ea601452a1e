"""Brand Analytics reports of SP-API: data only."""

from __future__ import annotations

from pipelines.feeds.feed import Feed

FEEDS: tuple[Feed, ...] = ()
