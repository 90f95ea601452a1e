"""Kinds of statements about alerts: what lasts."""

from __future__ import annotations

from pipelines.insights.claims.kinds.types import Kind, Part, Role, always

OPEN_ALERTS = Kind(
    name="open_alerts",
    meaning="how many alerts last, and since when the most urgent of them do; several may be named",
    about="alert",
    roles={
        "since": Role("alert_since", "alert"),
        "open": Role("alerts_open", when=lambda fact: bool(fact.value)),
        "critical": Role("alerts_critical", when=lambda fact: bool(fact.value)),
    },
    needs=("since", "open"),
    titles=(Part("title"),),
    parts=(
        Part("count", ("open", "critical"), choice="lead_count"),
        Part("only", ("open",), choice="lead_count"),
        Part("lead", ("since",), choice="lead"),
    ),
    more=(Part("lead", ("since",), choice="lead"),),
    tone=always("info", "warning", "warning"),
)
KINDS = (OPEN_ALERTS,)
