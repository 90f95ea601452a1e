"""Data Kiosk queries: data only. Alternatives to reports, asked for where stores.yaml names them."""

from __future__ import annotations

from pipelines.feeds.feed import Feed

FEEDS: tuple[Feed, ...] = ()
