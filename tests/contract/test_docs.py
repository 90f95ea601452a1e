"""Pages that are made from code are as the code makes them."""

from pathlib import Path

from pipelines.feeds.describe import page

ROOT = Path(__file__).parents[2]


def test_the_page_of_feeds_is_made_from_the_catalogue():
    assert (ROOT / "docs" / "feeds.md").read_text() == page(), "run: python -m pipelines.feeds.describe > docs/feeds.md"
