"""Pages that are made from code are as the code makes them, and say all that they are to say."""

import dataclasses

import pytest

from pipelines.feeds import Feed, Section
from pipelines.feeds.describe import PAGES, meanings


@pytest.mark.parametrize(("path", "made"), PAGES.items(), ids=lambda value: getattr(value, "name", ""))
def test_what_is_made_from_the_catalogue_is_as_it_is_made(path, made):
    assert path.read_text() == made(), f"run `make pages`: it writes {path.name} anew"


@pytest.mark.parametrize("kind", [Feed, Section])
def test_every_field_of_a_feed_is_explained(kind):
    assert list(meanings(kind)) == [field.name for field in dataclasses.fields(kind)], (
        f"the docstring of {kind.__name__} in pipelines/feeds/feed.py needs a line `name: meaning` for each field"
    )
    assert all(len(text) > 8 for text in meanings(kind).values())
