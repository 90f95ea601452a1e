"""What a tool answers instead of a figure that would be wrong."""

from __future__ import annotations

from pipelines.errors import TradewindError


class Refusal(TradewindError):
    """A question that has no right answer as it stands: why, and what to ask instead. Whoever asked is shown it."""
