"""Shopify against Shopify: what the simulator serves, and what the client asks, are in the official schema as they are.

The schema lies beside the project (../shared/specs); the tests are skipped, by name, where it is missing.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from graphql import GraphQLEnumType, GraphQLObjectType, GraphQLSchema, build_schema, parse, validate

from pipelines.sources.shopify import admin
from pipelines.sources.shopify.source import PAGE, PAGE_OF_ORDERS
from simulator.apis.shopify.schema import checked, cost, schema
from tests.support.references import reference

QUERIES = sorted(Path(admin.__file__).parent.glob("*.graphql"))
PERSONAL = re.compile(r"customer|email|phone|address|buyer|firstName|lastName|note\b|browserIp|clientIp", re.IGNORECASE)
SIZES = {"search": "", "id": "gid://shopify/Order/1", "location": "gid://shopify/Location/1"}


@cache
def official() -> GraphQLSchema:
    path = reference("specs/shopify/admin-graphql/admin_2026-10.reduced.graphql")
    return build_schema(path.read_text(encoding="utf-8"), assume_valid=True)


def test_the_simulator_serves_nothing_that_shopify_has_not() -> None:
    for name, ours in schema().type_map.items():
        if name.startswith("__") or not isinstance(ours, GraphQLObjectType | GraphQLEnumType):
            continue
        theirs = official().type_map[name]
        if isinstance(ours, GraphQLEnumType):
            assert isinstance(theirs, GraphQLEnumType) and set(ours.values) <= set(theirs.values), name
            continue
        assert isinstance(theirs, GraphQLObjectType), name
        for field, defined in ours.fields.items():
            assert str(theirs.fields[field].type) == str(defined.type), f"{name}.{field}"
            known = {key: str(each.type) for key, each in theirs.fields[field].args.items()}
            assert {key: str(each.type) for key, each in defined.args.items()}.items() <= known.items(), name


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_a_query_of_the_client_is_valid_at_shopify(path: Path) -> None:
    assert validate(official(), parse(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_a_query_of_the_client_asks_for_no_buyer_and_is_cheap_enough(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not PERSONAL.search(text)
    page = PAGE_OF_ORDERS if path.stem == "orders" else PAGE
    assert cost(checked(text), {**SIZES, "first": page}) <= 1000
