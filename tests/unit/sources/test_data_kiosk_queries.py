"""Data Kiosk queries: a text for days and marketplace, read back only from itself, and right by Amazon's schemas."""

from __future__ import annotations

from datetime import date

import graphql
import pytest

from pipelines.feeds import FEEDS, Feed
from pipelines.sources.amazon.data_kiosk_queries import LONGEST, query_text, read_query
from simulator.apis.data_kiosk.schema import SCHEMA
from tests.support.references import reference

KIOSK = [feed for feed in FEEDS.values() if feed.source == "amazon_data_kiosk"]
ASKED = ("ATVPDKIKX0DER", date(2026, 3, 1), date(2026, 3, 7))
SCHEMAS = "specs/selling-partner-api-models/schemas/data-kiosk"
every_feed = pytest.mark.parametrize("feed", KIOSK, ids=lambda feed: feed.name)


@every_feed
def test_a_query_is_read_back_however_it_is_spaced(feed: Feed):
    text = query_text(feed, *ASKED)
    assert len(text) < LONGEST
    assert read_query(feed, text) == ASKED
    assert read_query(feed, text.replace("{", " {\n\t").replace(",", " , ")) == ASKED


@every_feed
def test_another_text_is_not_taken_for_it(feed: Feed):
    text = query_text(feed, *ASKED)
    assert read_query(feed, text.replace("marketplaceId ", "")) is None
    assert read_query(feed, text.replace("CHILD", "SKU").replace("MSKU", "CHILD_ASIN")) is None
    assert read_query(feed, text.replace("2026-03-07", "2026-02-30")) is None
    others = [each for each in KIOSK if each is not feed]
    assert all(read_query(other, text) is None for other in others)


@every_feed
def test_what_is_selected_is_what_the_feed_knows(feed: Feed):
    document = graphql.parse(query_text(feed, *ASKED))
    (operation,) = document.definitions
    (schema,) = operation.selection_set.selections
    (query,) = schema.selection_set.selections
    assert f"{schema.name.value}.{query.name.value}" == feed.report_type
    assert [field.name.value for field in query.selection_set.selections] == list(feed.sections[0].known)


@every_feed
def test_amazons_schema_takes_it(feed: Feed):
    path = reference(f"{SCHEMAS}/{feed.report_type.split('.')[0]}.graphql")
    schema = graphql.build_schema(path.read_text())
    assert graphql.validate(schema, graphql.parse(query_text(feed, *ASKED))) == []


@pytest.mark.parametrize("name", sorted({feed.report_type.split(".")[0] for feed in KIOSK}))
def test_the_simulators_schema_is_a_part_of_amazons(name: str):
    theirs = graphql.build_schema(reference(f"{SCHEMAS}/{name}.graphql").read_text())
    root = SCHEMA.query_type.fields[name].type.name  # type: ignore[union-attr]
    left, seen = [root], set()
    while left:
        kind, their = SCHEMA.type_map[(type_name := left.pop())], theirs.type_map[type_name]
        seen.add(type_name)
        assert type(kind) is type(their)
        for field_name, field in getattr(kind, "fields", {}).items():
            same = their.fields[field_name]  # type: ignore[attr-defined]
            assert str(field.type) == str(same.type), f"{type_name}.{field_name}"
            for argument, value in getattr(field, "args", {}).items():
                assert str(value.type) == str(same.args[argument].type), f"{type_name}.{field_name}({argument})"
            used = {graphql.get_named_type(each.type).name for each in (field, *getattr(field, "args", {}).values())}
            left += [each for each in used if each not in seen]
        assert set(getattr(kind, "values", ())) <= set(getattr(their, "values", ()))
    assert len(seen) > 5
