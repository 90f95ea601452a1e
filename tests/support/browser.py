"""Headless Chromium of the machine: no browser is downloaded for a test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

PATIENCE = 60_000  # milliseconds until a page shows what it should, on a machine that does much else


def chromium() -> str:
    """The path of Chromium; without one the test is skipped by name, and fails where CI=true requires it."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    missing = "there is no Chromium on this machine (Debian and Ubuntu: apt install chromium)"
    if os.environ.get("CI") == "true":
        pytest.fail(missing)
    pytest.skip(missing)


@contextmanager
def launched() -> Iterator[Browser]:
    """A browser, closed at the end of the block."""
    path = chromium()
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        # root may not use Chromium's sandbox; the pages are our own
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        try:
            yield browser
        finally:
            browser.close()
