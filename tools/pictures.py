"""Makes the pictures of briefs in the documentation from a home: on a desk, on a phone, in the dark.

`.venv/bin/python tools/pictures.py --kind weekly --store harbor-us --to docs/images` needs Chromium and written briefs
(`make demo`). The pictures of Dagster are made by `tests/browser/test_dagster_ui.py`.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
DEMO = ROOT / ".tradewind" / "demo"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Picture:
    """name: of the file, with the kind in place of {kind}. width, height: of the window, in CSS pixels. height: None
    for the whole page. tip: the formula of the first finding's figure is shown."""

    name: str
    width: int
    height: int | None
    language: str = "en"
    scheme: Literal["light", "dark"] = "light"
    tip: bool = False
    scale: float = 1.5


PICTURES = (
    Picture("brief-en.png", 1200, 1500),
    Picture("brief-zh.png", 1200, 1500, "zh"),
    Picture("brief-dark.png", 1200, 1500, scheme="dark"),
    Picture("brief-phone.png", 390, 844, scale=2),
    Picture("brief-phone-tip.png", 390, 844, tip=True, scale=2),
)


def newest(home: Path, store: str, kind: str, language: str) -> Path:
    """The newest page of a kind about a store (`all-stores`: of a tenant). Ends the program if there is none."""
    found = sorted(home.glob(f"briefs/*/{store}/{kind}/????-??-??.{language}.html"), key=lambda page: page.name)
    if not found:
        sys.exit(f"There is no {kind} brief of {store} in {home}/briefs: run `make demo`, or `tradewind brief`.")
    return found[-1]


def draw(page: Page, picture: Picture, source: Path, to: Path) -> None:
    """Write one picture. page: of a window with the picture's scale."""
    page.set_viewport_size({"width": picture.width, "height": picture.height or 900})
    page.emulate_media(color_scheme=picture.scheme, reduced_motion="reduce")
    page.goto(source.as_uri())
    if picture.tip:
        figure = page.locator(".finding .fig").first
        figure.evaluate("each => each.closest('.finding').scrollIntoView({block: 'start'})")
        figure.click()
    page.screenshot(path=to, full_page=picture.height is None)
    print(f"{to}  {source}")


def main() -> None:
    """Make the pictures that the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, default=DEMO, help="a home with briefs; default: the demo's")
    parser.add_argument("--store", default="harbor-us", help="store id, or all-stores")
    parser.add_argument("--kind", default="weekly", help="kind of brief, as `weekly`")
    parser.add_argument("--to", type=Path, default=ROOT / "docs" / "images", help="a folder")
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME", help="file names; default: all")
    given = parser.parse_args()
    browser_path = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser_path is None:
        sys.exit(f"There is no Chromium on this machine; looked for {', '.join(BROWSERS)}.")
    wanted = [picture for picture in PICTURES if not given.only or picture.name in given.only]
    if not wanted:
        sys.exit(f"There is no such picture; there are {', '.join(each.name for each in PICTURES)}.")
    given.to.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        # root may not use Chromium's sandbox; the pages are our own
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        for picture in wanted:
            source = newest(given.home.absolute(), given.store, given.kind, picture.language)
            page = browser.new_page(device_scale_factor=picture.scale)
            draw(page, picture, source, given.to / picture.name)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
