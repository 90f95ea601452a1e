"""A clock that is wrong is found by the Date header of what answers, and told with what to do."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from pydantic import SecretStr

from pipelines.settings import Settings
from pipelines.sources.amazon.lwa import TokenStore
from pipelines.sources.transport.clock import skew, told
from pipelines.sources.transport.http import Http
from tests.support.stub import Answer, stub_server

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "days"), [("Tue, 24 Nov 2026 12:00:00 GMT", -14), ("no date", 0), (None, 0), ("", 0)]
)
def test_the_skew_is_ours_less_theirs(header: str | None, days: int) -> None:
    assert skew(header, NOON - timedelta(days=14)) == timedelta(days=days)


def test_minutes_are_no_skew_and_days_are_told_with_the_cure() -> None:
    assert told(timedelta(minutes=14), "Amazon", fixed=False) is None
    assert told(-timedelta(minutes=14), "Amazon", fixed=False) is None
    assert "2.0 hours ahead of that of Amazon" in (told(timedelta(hours=2), "Amazon", fixed=False) or "")
    said = told(-timedelta(days=14), "Amazon", fixed=True) or ""
    assert "14 days behind" in said
    assert "TRADEWIND_NOW" in said


def test_a_token_tells_that_the_clock_is_wrong(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    async def ask(now: datetime) -> str | None:
        def answer(_: object) -> Answer:
            return Answer(200, {"access_token": "a", "expires_in": 3600}, {"date": format_datetime(NOON, True)})

        async with stub_server(answer) as stub, Http() as http:
            store = TokenStore.of_selling_partner(
                http,
                settings.model_copy(
                    update={
                        "lwa_endpoint": stub.url,
                        "lwa_client_id": "id",
                        "lwa_client_secret": SecretStr("secret"),
                        "fixed_now": now,
                    }
                ),
            )
            await store.get(SecretStr("token"), "A@na")
            return store.clock_problem

    with caplog.at_level(logging.WARNING):
        assert asyncio.run(ask(NOON)) is None
        assert caplog.text == ""
        assert "14 days behind" in (asyncio.run(ask(NOON - timedelta(days=14))) or "")
    assert "14 days behind" in caplog.text
