"""What the sensor of channels remembers between its looks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pipelines.orchestration.channels import Asked

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "asked", [Asked(), Asked("1/2/3/0", NOON), Asked("1/2/3/0", NOON, NOON - timedelta(hours=2))], ids=repr
)
def test_a_cursor_holds_what_was_asked_for(asked):
    assert Asked.of(asked.cursor()) == asked


@pytest.mark.parametrize("cursor", [None, "", "1/2/3/0@2026-11-20T12:00:00+00:00", "1/2/3/0@noon@", "a@b@c@d"])
def test_a_cursor_of_another_version_holds_nothing(cursor):
    assert Asked.of(cursor) == Asked()


def test_what_never_was_is_long_ago():
    assert Asked.long_ago(None, NOON, 300)
    assert Asked.long_ago(NOON - timedelta(seconds=300), NOON, 300)
    assert not Asked.long_ago(NOON - timedelta(seconds=299), NOON, 300)
