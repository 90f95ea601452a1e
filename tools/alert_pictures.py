"""Makes the pictures of alerts in the documentation from a home: what a chat gets at once, and a day's digest.

`.venv/bin/python tools/alert_pictures.py --tenant harbor --to docs/images` needs Chromium and a home with alerts (`make
demo`). The messages go the real way, through Apprise's service for Slack, whose address is turned to a server of this
program. What that server received is drawn here, much as Slack would: Slack itself is not asked.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
import threading
from datetime import timedelta
from html import escape, unescape
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright
from pydantic import SecretStr

from pipelines.insights.alerts import message
from pipelines.insights.alerts.store import Kept, listed
from pipelines.insights.sending.handing import hand_over
from pipelines.insights.sending.recipients import recipients_of
from pipelines.local.opening import open_all
from pipelines.settings import get_settings
from pipelines.stores.model import SendTo

ROOT = Path(__file__).resolve().parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SLACK = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#alerts"
STYLE = """
body { margin: 0; padding: 20px 24px; width: 760px; background: #fff; color: #1d1c1d;
    font: 15px/1.46 'Lato', 'Noto Sans', 'Noto Sans CJK SC', Arial, sans-serif }
.head { font-weight: 700 } .head span { font-weight: 400; color: #616061; font-size: 12px; margin-left: 6px }
.head b { background: #e8e8e8; color: #616061; font-size: 10px; padding: 1px 3px; border-radius: 2px; margin-left: 5px }
.card { border-left: 4px solid COLOUR; padding: 2px 12px; margin: 6px 0 } .card > .title { font-weight: 700 }
.text { white-space: pre-wrap } .foot { color: #616061; font-size: 12px; margin-top: 6px }
code { font: 12px 'DejaVu Sans Mono', 'Noto Sans CJK SC', monospace; color: #c01343; background: #f6f6f6;
    border: 1px solid #ddd; border-radius: 3px; padding: 1px 3px }
"""


class Received(BaseHTTPRequestHandler):
    """Keeps what is posted, and takes it as Slack does."""

    payloads: list[dict[str, Any]] = []  # noqa: RUF012  of the one server of this program

    def do_POST(self) -> None:
        """Called by the server."""
        self.payloads.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""


def page_of(payload: dict[str, Any]) -> str:
    """A message as a chat would draw it. Its text is in Slack's marks, with & < > escaped already."""
    card = payload["attachments"][0]
    lines = []
    for line in card["text"].splitlines():
        pieces = re.split(r"(`[^`]*`)", line)
        drawn = "".join(
            f"<code>{piece[1:-1]}</code>" if piece.startswith("`") else re.sub(r"\*([^*]+)\*", r"<b>\1</b>", piece)
            for piece in pieces
        )
        lines.append(re.sub(r"^- ", "• ", drawn))
    text = "\n".join(lines)
    return (
        f"<meta charset=utf-8><style>{STYLE.replace('COLOUR', card['color'])}</style>"
        f"<div class=head>Tradewind<b>APP</b><span>#alerts</span></div><div class=card>"
        f"<div class=title>{escape(unescape(card['title']))}</div><div class=text>{text}</div>"
        f"<div class=foot>{escape(card.get('footer', ''))}</div></div>"
    )


def some(incidents: list[Kept], most: int) -> list[Kept]:
    """A few of each kind, so that a picture shows many kinds on little room."""
    seen: dict[str, int] = {}
    found = []
    for each in message.ordered(incidents):
        seen[each.kind] = seen.get(each.kind, 0) + 1
        if seen[each.kind] <= 1:
            found.append(each)
    return found[:most]


def main() -> None:
    """Send both messages, and draw what was received."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tenant", default="harbor")
    parser.add_argument("--to", type=Path, default=ROOT / "docs" / "images", help="a folder")
    given = parser.parse_args()
    browser_path = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser_path is None:
        sys.exit(f"There is no Chromium on this machine; looked for {', '.join(BROWSERS)}.")
    from apprise.plugins.slack import NotifySlack

    server = HTTPServer(("127.0.0.1", 0), Received)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    NotifySlack.webhook_url = f"http://127.0.0.1:{server.server_port}"

    settings = get_settings()
    warehouse, catalog = open_all(settings)
    stores = [store.store_id for store in catalog.stores.values() if store.tenant_id == given.tenant]
    now = settings.now()
    with warehouse.connect() as conn:
        every = listed(conn, stores, today=now.date(), since=now - timedelta(days=7))
    lasting = [each for each in every if each.resolved_at is None]
    ended = [each for each in every if each.resolved_at]
    if not lasting:
        sys.exit(f"No alert of {given.tenant} lasts: run `make demo`.")
    tenant = catalog.tenants[given.tenant]
    to = SendTo("the picture", SecretStr(SLACK), frozenset({"alerts"}))
    (recipient,), _ = recipients_of(type(tenant)(tenant.tenant_id, tenant.name, tenant.reporting_currency, send=(to,)))
    urgent = [each for each in lasting if each.severity != "info"]
    letters = {
        "alerts-slack.png": message.begun(some(urgent, 9), "en", day=now.date()),
        "alerts-digest.png": message.digest(some(lasting, 16), some(ended, 5), "en", day=now.date()),
    }
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        for name, letter in letters.items():
            outcome, reason = hand_over(recipient, letter)
            if outcome != "sent":
                sys.exit(f"{name}: {reason}")
            page = browser.new_page(viewport={"width": 810, "height": 300}, device_scale_factor=1.5)
            page.set_content(page_of(Received.payloads[-1]))
            page.screenshot(path=given.to / name, full_page=True)
            print(given.to / name)
        browser.close()
    server.shutdown()


if __name__ == "__main__":
    main()
