"""Draws a dashboard of tools/dashboards.py from a running Prometheus, without a Grafana: for the documentation.

    .venv/bin/python tools/dashboard_picture.py landing docs/images/dashboard-landing.png --prometheus http://127.0.0.1:9090

Panels, titles and queries are the dashboard's own; Grafana draws them a little differently.
"""

from __future__ import annotations

import argparse
import re
import time
from pathlib import Path
from typing import Any

import httpx
import vl_convert

from tools.dashboards import BOARDS, Panel

COLUMNS, WIDTH, HEIGHT = 3, 330, 150
RATE_INTERVAL = "1m"


def main() -> None:
    """Draw one dashboard of the last minutes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("board", choices=sorted(BOARDS))
    parser.add_argument("picture", type=Path)
    parser.add_argument("--prometheus", default="http://127.0.0.1:9090")
    parser.add_argument("--minutes", type=float, default=30)
    options = parser.parse_args()
    title, rows = BOARDS[options.board]
    end = time.time()
    span = {"start": end - 60 * options.minutes, "end": end, "step": max(5, options.minutes)}
    with httpx.Client(base_url=options.prometheus, trust_env=False, timeout=30) as client:
        panels = [_drawn(each, _read(client, each, span), span) for row in rows.values() for each in row]
    content = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "title": f"Tradewind: {title}",
        "background": "white",
        "config": {"font": "sans-serif", "view": {"stroke": "#ddd"}, "axis": {"gridColor": "#eee", "title": None}},
        "columns": COLUMNS,
        "concat": panels,
        "resolve": {"scale": {"color": "independent"}},
    }
    options.picture.write_bytes(vl_convert.vegalite_to_png(content, scale=1.0))


def _read(client: httpx.Client, panel: Panel, span: dict[str, float]) -> list[dict[str, Any]]:
    """The values of a panel: time, series, value."""
    found = []
    for legend, expression in panel.queries.items():
        query = expression.replace("$__rate_interval", RATE_INTERVAL)
        answer = client.get("/api/v1/query_range", params={"query": query, **span}).raise_for_status().json()
        for series in answer["data"]["result"]:
            name = _filled_in(legend, series["metric"])
            found += [
                {"time": int(moment * 1000), "series": name, "value": float(value)}
                for moment, value in series["values"]
                if value not in ("NaN", "+Inf")
            ]
    return found


def _filled_in(legend: str, labels: dict[str, str]) -> str:
    return re.sub(r"\{\{(\w+)\}\}", lambda match: labels.get(match[1], ""), legend) or "value"


def _drawn(panel: Panel, values: list[dict[str, Any]], span: dict[str, float]) -> dict[str, Any]:
    """A chart; of a table the newest values as bars."""
    base = {"title": panel.title, "width": WIDTH, "height": HEIGHT, "data": {"values": values}}
    if not values:
        return {**base, "data": {"values": [{"text": "none"}]}, "mark": "text", "encoding": {"text": {"field": "text"}}}
    if panel.kind == "timeseries":
        return {
            **base,
            "mark": {"type": "line", "clip": True},
            "encoding": {
                "x": {
                    "field": "time",
                    "type": "temporal",
                    "axis": {"format": "%H:%M", "tickCount": 5},
                    "scale": {"domain": [1000 * span["start"], 1000 * span["end"]]},
                },
                "y": {"field": "value", "type": "quantitative"},
                "color": {
                    "field": "series",
                    "type": "nominal",
                    "legend": {"title": None, "orient": "bottom", "columns": 3, "labelLimit": 110, "symbolLimit": 6},
                },
            },
        }
    newest = {each["series"]: each for each in values}
    return {
        **base,
        "data": {"values": sorted(newest.values(), key=lambda each: -each["value"])[:10]},
        "mark": "bar",
        "encoding": {
            "x": {"field": "value", "type": "quantitative"},
            "y": {"field": "series", "type": "nominal", "sort": "-x", "axis": {"labelLimit": 110}},
        },
    }


if __name__ == "__main__":
    main()
