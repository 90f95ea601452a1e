"""`tradewind brief --open`: which page, and what is said where there is no browser."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from pipelines.insights.brief import BriefResult
from pipelines.local.briefs import has_browser, pages_to_open

SHOW = """
import sys
from datetime import date
from pathlib import Path
from rich.console import Console
from pipelines.insights.brief import BriefResult
from pipelines.local.briefs import show
page = Path(sys.argv[1])
brief = BriefResult("harbor-us", date(2026, 11, 20), "en", "template", True, page, False, tenant_id="harbor")
show(Console(width=300), page.parent, [brief])
"""


def brief(store: str = "harbor-us", kind: str = "daily", language: str = "en", tenant: str = "harbor") -> BriefResult:
    page = Path(f"/h/briefs/{tenant}/{store}/{kind}/2026-11-20.{language}.html")
    return BriefResult(store, date(2026, 11, 20), language, "template", True, page, False, kind=kind, tenant_id=tenant)


def test_one_brief_is_opened_itself_and_of_several_the_index_of_each_tenant():
    home = Path("/h")
    assert pages_to_open(home, [brief(language="zh"), brief()]) == [brief(language="zh").path]
    several = [brief(), brief(kind="advertising"), brief("lotus-de", tenant="lotus")]
    assert pages_to_open(home, several) == [
        home / "briefs" / "harbor" / "index.en.html",
        home / "briefs" / "lotus" / "index.en.html",
    ]
    none = BriefResult("harbor-us", None, "", "none", True, None, False, "There is no data.")
    assert pages_to_open(home, [none]) == []


def shown(page: Path, **environment: str) -> str:
    clean = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")}
    done = subprocess.run(
        [sys.executable, "-c", SHOW, str(page)], env=clean | environment, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.mark.skipif(sys.platform in ("darwin", "win32"), reason="there is always a browser there")
def test_the_page_goes_to_the_browser_and_where_there_is_none_its_path_is_told(tmp_path: Path):
    page, opened = tmp_path / "2026-11-20.en.html", tmp_path / "opened"
    assert f"There is no browser here. The page is {page}" in shown(page)
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {opened}\n', encoding="utf-8")
    browser.chmod(0o755)
    assert f"Opened {page} in the browser." in shown(page, BROWSER=f"{browser} %s")
    until = time.monotonic() + 20
    while not opened.exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert opened.read_text(encoding="utf-8").strip() == page.as_uri()


def test_a_machine_without_a_screen_has_no_browser(monkeypatch: pytest.MonkeyPatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert not has_browser()
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert has_browser()
