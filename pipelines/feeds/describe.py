"""The catalogue as a page: `python -m pipelines.feeds.describe` prints docs/feeds.md, which a test compares."""

from __future__ import annotations

from datetime import timedelta

from pipelines.feeds import FEEDS, Feed

INTRODUCTION = """# The feeds

Made from the catalogue by `python -m pipelines.feeds.describe`. *Scope* is whom one request is made for; *window* how
many days one request may cover; *latency* how long after a day's end it is asked for; *again at* the ages in days at
which a day is asked for again, because Amazon restates it; *raw* the tables that its documents fill.

| feed | what | report type | shape, scope | window | latency | again at | raw |
| --- | --- | --- | --- | --- | --- | --- | --- |
"""


def _hours(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"


def _row(feed: Feed) -> str:
    windowed = feed.shape == "windowed"
    cells = (
        f"`{feed.name}`",
        feed.title,
        f"`{feed.report_type}`" if feed.report_type else "a file of yours",
        f"{feed.shape}, {feed.scope}",
        f"{feed.days_per_request} d" if windowed else "",
        _hours(feed.latency) if windowed else "",
        ", ".join(map(str, feed.restate_after)) if windowed else "",
        "<br>".join(f"`raw.{table}`" for table in feed.tables),
    )
    return f"| {' | '.join(cells)} |"


def page() -> str:
    """docs/feeds.md as text."""
    return INTRODUCTION + "\n".join(_row(feed) for feed in FEEDS.values()) + "\n"


if __name__ == "__main__":
    import sys

    sys.stdout.write(page())
