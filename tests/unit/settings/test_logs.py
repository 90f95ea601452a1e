"""No secret reaches a log, wherever it stands in the line."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from pipelines.logs import Redact, RedactingFormatter, configure_logging


@pytest.mark.parametrize(
    "text",
    [
        "token Atza|IwEBhushhush-x_y was refused",
        'body {"refresh_token": "Atzr|IwEBhushhush"}',
        "GET https://tortuga.s3.amazonaws.com/doc?X-Amz-Signature=hushhush&X-Amz-Expires=300",
        "GET https://s3/doc?X-Amz-Security-Token=hushhush",
        "cannot connect to postgresql://tradewind:hushhush@127.0.0.1:5432/tradewind",
        "header Authorization: Bearer hushhush.more",
        "client_secret=hushhush&grant_type=refresh_token",
        "Authorization: Bearer apify_api_hushhush",
        "key sk-hushhush123",
    ],
)
def test_what_looks_like_a_secret_is_hidden(text: str) -> None:
    redacted = Redact()(text)
    assert "hushhush" not in redacted
    assert "***" in redacted


@pytest.mark.parametrize(
    "text",
    [
        "amazon_sp.settlements_v2: 31 rows of A2HARBORNA1US@na in 2.1 s",
        "http://127.0.0.1:3000/locations is up",
        "2026-03-01 12:00:00 harbor-us: 3 days due",
    ],
)
def test_ordinary_lines_stay_as_they_are(text: str) -> None:
    assert Redact()(text) == text


def test_known_secrets_are_hidden_whatever_they_look_like() -> None:
    redact = Redact([SecretStr("plainwords"), SecretStr("plainwords-and-more"), SecretStr("ab"), None])
    assert redact("say plainwords-and-more, plainwords, ab") == "say ***, ***, ab"


@pytest.fixture
def root_handlers() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:], root.level = handlers, level


@pytest.mark.usefixtures("root_handlers")
def test_arguments_and_stack_traces_are_redacted_and_third_parties_are_quiet() -> None:
    configure_logging(secrets=[SecretStr("whispered")])
    configure_logging(verbose=True, secrets=[SecretStr("whispered")])
    ours = [h for h in logging.getLogger().handlers if isinstance(h.formatter, RedactingFormatter)]
    assert len(ours) == 1, "configuring twice does not log twice"
    said = io.StringIO()
    ours[0].setStream(said)  # type: ignore[attr-defined]
    try:
        raise ValueError("Atza|hushhush")
    except ValueError:
        logging.getLogger("pipelines.x").exception("failed with %s", "whispered")
    logging.getLogger("httpx").info("GET https://example.com?sig=1")
    assert "failed with ***" in said.getvalue()
    assert "Traceback" in said.getvalue()
    for secret in ("hushhush", "whispered", "example.com"):
        assert secret not in said.getvalue()
