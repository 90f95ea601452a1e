"""Notifications that land: what is read of them, of which account they are, and that nothing stops the reader."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.marketplaces import MARKETPLACES
from pipelines.sources.amazon.notices import TYPES, Notice, account_of
from pipelines.sources.amazon.notifications import Finished, Foreign, read_message, sort
from pipelines.sources.transport.sqs import Message
from pipelines.stores import Account, Store
from tests.support.references import reference

SCHEMAS = "specs/selling-partner-api-models/schemas/notifications"
EXAMPLES = {
    "AnyOfferChangedNotification": ("A3TH9S8BH6GOGM", {"ATVPDKIKX0DER"}),
    "BrandedItemContentChangeNotification": (None, {"ATVPDKIKX0DER"}),
    "ItemInventoryEventChangeNotification": ("A21CXK3C4ERTY8", {"ATVPDKIKX0DER"}),
    "ListingsItemIssuesChangeNotification_2023-12-13": ("AXXXXXXXXXXXXX", {"ATVPDKIKX0DER"}),
    "ListingsItemStatusChangeNotification": ("A3AYAZLIQ7AX77", {"ATVPDKIKX0DER"}),
    "OrderChangeNotification": ("A3TH9S8BH6GOGM", {"ATVPDKIKX0DER"}),
    "PricingHealthNotification": ("A3EZFOFNDPFB8R", {"ATVPDKIKX0DER"}),
    "TransactionUpdateNotification": ("A3TH9S8BH6GOGM", {"ATIV93840DER"}),
}


def account(seller: str, region: str, country: str) -> Account:
    place = MARKETPLACES[country]
    store = Store(f"{seller}-{country}".lower(), "made", f"{seller}@{region}", seller, region, place)  # type: ignore[arg-type]
    return Account(f"{seller}@{region}", seller, region, "made", None, None, (store,))  # type: ignore[arg-type]


NA, EU, JP = account("A1", "na", "US"), account("A1", "eu", "DE"), account("A2", "fe", "JP")


def body(seller: str | None, country: str, **otherwise: Any) -> str:
    payload = {"MarketplaceId": MARKETPLACES[country].marketplace_id, "Sku": "CUP"}
    content = {
        "NotificationType": "LISTINGS_ITEM_STATUS_CHANGE",
        "EventTime": "2026-03-01T18:59:30.194Z",
        "Payload": payload | ({"SellerId": seller} if seller else {}),
        "NotificationMetadata": {"NotificationId": "n-1"},
    }
    return json.dumps(content | otherwise)


@pytest.mark.parametrize("name", EXAMPLES)
def test_amazons_own_examples_are_read(name: str) -> None:
    example = json.loads(reference(f"{SCHEMAS}/{name}.json").read_text())["examples"][0]
    told = read_message(json.dumps(example))
    assert isinstance(told, Notice) and told.kind in TYPES
    assert (told.seller_id, set(told.marketplaces)) == EXAMPLES[name]
    assert json.loads(told.line) == example


@pytest.mark.parametrize(
    ("seller", "country", "whose"),
    [
        ("A1", "US", NA),
        ("A1", "DE", EU),
        ("A1", "JP", None),  # of a region in which the seller has no account here
        ("A2", "US", JP),  # a seller with one account: of whatever marketplace
        ("A3", "US", None),
        (None, "JP", JP),
        (None, "FR", None),
    ],
)
def test_whose_a_notification_is(seller: str | None, country: str, whose: Account | None) -> None:
    told = read_message(body(seller, country))
    assert isinstance(told, Notice)
    assert account_of(told, (NA, EU, JP)) is whose


@pytest.mark.parametrize(
    ("otherwise", "what"),
    [
        ({"NotificationMetadata": {}}, "without its id"),
        ({"NotificationMetadata": []}, "without its id"),
        ({"Payload": "x"}, "without its id or payload"),
        ({"EventTime": "yesterday"}, "no instant"),
        ({"EventTime": 5}, "no instant"),
    ],
)
def test_what_cannot_land_is_told(otherwise: dict[str, Any], what: str) -> None:
    with pytest.raises(Foreign, match=what):
        read_message(body("A1", "US", **otherwise))


NAMES = ("NotificationType", "payload", "Payload", "EventTime", "NotificationMetadata", "NotificationId", "SellerId")
json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=8,
)


@given(st.text() | json_values.map(json.dumps) | st.builds(lambda value: body("A1", "US", Payload=value), json_values))
def test_no_message_stops_the_reader(text: str) -> None:
    found = sort([Message("m", text, "h")], (NA, EU, JP))
    assert len(found.finished) + len(found.notices) + len(found.foreign) == 1
    assert all(isinstance(each, Finished) for _, each in found.finished)
