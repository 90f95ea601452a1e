"""Restricted data tokens: asked for where a document wants one, kept as long as they are good, never told."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import SourceError
from pipelines.feeds import Feed
from pipelines.sources.amazon import restricted
from pipelines.sources.amazon.sp_reports import AmazonSpSource
from pipelines.sources.base import RemoteReport
from tests.support.sources import ACCESS_TOKEN, FreeLimiter, account_scope, feed, free_limiter, run, settings_for
from tests.support.stub import Answer, Request, Stub, stub_server

ORDERS = feed("amazon_sp.all_orders_by_order_date")
RESTRICTED = replace(ORDERS, restricted=True)
DOCUMENT = "/reports/2021-06-30/documents/amzn1.spdoc.1"
RDT = "Atz.sprdt|secret"
DONE = RemoteReport(
    remote_id="1", state="done", created_at=datetime(2026, 3, 1, tzinfo=UTC), document_id="amzn1.spdoc.1"
)


@pytest.fixture(autouse=True)
def limiter(monkeypatch: pytest.MonkeyPatch) -> FreeLimiter:
    return free_limiter(monkeypatch)


class Amazon:
    """A stub that gives the document for a restricted token only, and the tokens that it is told to give."""

    def __init__(self, *answers: Answer, needs: bool = True) -> None:
        good = Answer(body={"restrictedDataToken": RDT, "expiresIn": 3600})
        self.answers = list(answers) or [good]
        self.needs = needs
        self.stub = Stub()

    def __call__(self, request: Request) -> Answer:
        if request.path == "/auth/o2/token":
            return Answer(body={"access_token": ACCESS_TOKEN, "token_type": "bearer", "expires_in": 3600})
        token = request.headers.get("x-amz-access-token")
        if request.path == restricted.PATH:
            assert token == ACCESS_TOKEN
            return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if request.path == "/signed":
            return Answer(body="order-id\n1\n")
        assert request.path == DOCUMENT
        if self.needs and token != RDT:
            return Answer(403, {"errors": [{"code": "Unauthorized", "message": "Access denied"}]})
        return Answer(body={"reportDocumentId": "amzn1.spdoc.1", "url": f"{self.stub.url}/signed"})

    @property
    def asked(self) -> list[Any]:
        """What restricted tokens were asked for."""
        return [each.json() for each in self.stub.seen(restricted.PATH)]

    @property
    def tokens(self) -> list[str]:
        """The tokens with which the document's address was asked for."""
        return [each.headers["x-amz-access-token"] for each in self.stub.seen(DOCUMENT)]


def fetch(amazon: Amazon, tmp_path: Path, *feeds: Feed) -> list[bytes]:
    """The documents of these feeds, one after the other, in one run."""

    async def test() -> list[bytes]:
        async with stub_server(amazon) as stub:
            amazon.stub = stub
            async with AmazonSpSource(settings_for(stub.url, tmp_path), None) as source:  # type: ignore[arg-type]
                found = []
                for each in feeds:
                    async with source.fetch(each, account_scope(), DONE) as download:
                        found.append(await asyncio.to_thread(download.path.read_bytes))
                return found

    return run(test())


def test_a_restricted_feed_asks_for_a_token_once_and_uses_it(tmp_path: Path, limiter: FreeLimiter, caplog: Any):
    amazon = Amazon()
    with caplog.at_level(logging.DEBUG):
        assert fetch(amazon, tmp_path, RESTRICTED, RESTRICTED) == [b"order-id\n1\n"] * 2
    assert amazon.asked == [{"restrictedResources": [{"method": "GET", "path": DOCUMENT}]}]
    assert amazon.tokens == [RDT, RDT]
    assert limiter.operations.count("createRestrictedDataToken") == 1
    assert "secret" not in caplog.text


def test_a_token_that_has_expired_is_asked_for_again(tmp_path: Path):
    short = Answer(body={"restrictedDataToken": RDT, "expiresIn": 0})
    amazon = Amazon(short)
    fetch(amazon, tmp_path, RESTRICTED)
    assert len(amazon.asked) > 1


def test_a_token_that_amazon_no_longer_takes_is_renewed(tmp_path: Path):
    old = Answer(body={"restrictedDataToken": "Atz.sprdt|old", "expiresIn": 3600})
    amazon = Amazon(old, Answer(body={"restrictedDataToken": RDT, "expiresIn": 3600}))
    assert fetch(amazon, tmp_path, RESTRICTED) == [b"order-id\n1\n"]
    assert amazon.tokens == ["Atz.sprdt|old", RDT]


def test_an_unrestricted_document_costs_no_token(tmp_path: Path):
    amazon = Amazon(needs=False)
    fetch(amazon, tmp_path, ORDERS)
    assert (amazon.asked, amazon.tokens) == ([], [ACCESS_TOKEN])


def test_a_document_that_turns_out_to_be_restricted_is_had_and_the_next_one_without_a_detour(tmp_path: Path):
    amazon = Amazon()
    fetch(amazon, tmp_path, ORDERS, ORDERS)
    # the access token is renewed once before it is believed that another kind is wanted
    assert amazon.tokens == [ACCESS_TOKEN, ACCESS_TOKEN, RDT, RDT]


@pytest.mark.parametrize("which", [ORDERS, RESTRICTED])
def test_no_role_for_personal_data_is_refused_with_what_to_do(tmp_path: Path, which: Feed):
    amazon = Amazon(Answer(403, {"errors": [{"message": "Application does not have access to data elements"}]}))
    with pytest.raises(SourceError) as caught:
        fetch(amazon, tmp_path, which)
    assert caught.value.refused
    for part in ("personal data", "data elements", "restricted role", "skip_feeds"):
        assert part in str(caught.value)
    assert ("A restricted data token does not help" in str(caught.value)) == (which is ORDERS)


def test_one_that_refuses_both_is_refused_and_not_tried_for_ever(tmp_path: Path):
    amazon = Amazon(Answer(body={"restrictedDataToken": "Atz.sprdt|useless", "expiresIn": 3600}))
    with pytest.raises(SourceError, match="does not help") as caught:
        fetch(amazon, tmp_path, ORDERS)
    assert caught.value.refused
    assert len(amazon.tokens) == 4


@pytest.mark.parametrize("answer", [Answer(503), Answer(200, {"nothing": 1})])
def test_a_token_that_cannot_be_had_now_is_tried_later(tmp_path: Path, answer: Answer):
    with pytest.raises(SourceError) as caught:
        fetch(Amazon(answer), tmp_path, RESTRICTED)
    assert caught.value.retryable
    assert not caught.value.refused
