"""Configures logging and keeps secrets out of logs.

`configure_logging` is called by the command line, Dagster's code server and everything else that starts a process. All
other modules only call `logging.getLogger(__name__)`.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TextIO

from pydantic import SecretStr

from pipelines.telemetry import context

MASK = "***"

# Patterns of secrets. The text of group 1 is kept, and the rest is masked.
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(Atz[ar]\|)[\w\-/+=.|]+",  # Amazon's access and refresh tokens
        r"(Atz\.sprdt\|)[\w\-/+=.|]+",
        r"((?:X-Amz-(?:Signature|Credential|Security-Token)|AWSAccessKeyId|Signature)=)[^&\s\"']+",
        r"(://[^/\s:@]*:)[^@\s]+(?=@)",  # the password of an address
        r"(Bearer\s+)[\w\-/+=.|]{8,}",
        r"((?:password|client_secret|refresh_token|access_token|api_?key|token)[\"']?\s*[=:]\s*[\"']?)[^\s\"'&,;}]{4,}",
        r"(apify_api_)\w+",
        r"(\bsk-)[\w-]{8,}",
        r"(amzn1\.oa2-cs\.)[\w.-]+",
        r"(\btw[ir]?_)[\w-]{8,}",  # our API keys, invitations and refresh tokens
        r"(\beyJ)[\w-]+\.[\w-]*\.[\w-]*",  # a JSON Web Token
    )
)

# Loggers of libraries that log every request at INFO, with whole addresses and their signatures.
_QUIET = ("httpx", "httpcore", "apify_client", "sp_api", "openai", "langchain", "urllib3", "alembic", "asyncio", "dbt")

_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


class Redact:
    """Masks secrets in text: known values, and everything that looks like a secret."""

    def __init__(self, secrets: Iterable[SecretStr | None] = ()) -> None:
        values = {secret.get_secret_value() for secret in secrets if secret is not None}
        # Values of less than 6 characters would mask ordinary words. Longer values come first, because one may contain
        # another.
        self._values = sorted((value for value in values if len(value) >= 6), key=len, reverse=True)

    def __call__(self, text: str) -> str:
        for value in self._values:
            text = text.replace(value, MASK)
        for pattern in _PATTERNS:
            text = pattern.sub(rf"\g<1>{MASK}", text)
        return text


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message, the work under way, and the trace where one is sent.

    Names are those that most stores of logs understand. Extra fields of a record are left out: only what is known to
    hold nothing from outside is written as a field, and the message is masked like any other.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **context.current(),
            **_trace(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def _trace() -> dict[str, str]:
    if "opentelemetry.trace" not in sys.modules:
        return {}
    from opentelemetry.trace import format_span_id, format_trace_id, get_current_span

    under_way = get_current_span().get_span_context()
    if not under_way.is_valid:
        return {}
    return {"trace_id": format_trace_id(under_way.trace_id), "span_id": format_span_id(under_way.span_id)}


class RedactingFormatter(logging.Formatter):
    """Formats a record with another formatter, then masks secrets in the message, its arguments and stack traces."""

    def __init__(self, redact: Redact, inner: logging.Formatter | None = None) -> None:
        super().__init__()
        self._redact = redact
        self._inner = inner or logging.Formatter(_FORMAT)

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(self._inner.format(record))


class _PresentStderr(logging.StreamHandler):
    """Writes to what standard error is at the moment: Dagster puts another stream in its place for each step."""

    @property
    def stream(self) -> TextIO:
        return sys.stderr

    @stream.setter
    def stream(self, value: TextIO) -> None:
        """It is never kept."""


def configure_logging(
    verbose: bool = False, secrets: Iterable[SecretStr | None] = (), *, as_json: bool = False, of: str | None = None
) -> None:
    """Log to stderr with secrets masked: warnings only, unless `verbose`. A second call replaces the first one.

    as_json: a JSON object a line. of: the loggers below this one alone, where others have set up the rest; None: all.
    """
    handler = logging.StreamHandler() if of is None else _PresentStderr()
    handler.setFormatter(RedactingFormatter(Redact(secrets), JsonFormatter() if as_json else None))
    root = logging.getLogger(of)
    for old in [h for h in root.handlers if isinstance(h.formatter, RedactingFormatter)]:
        root.removeHandler(old)
    root.addHandler(handler)
    if of is None:
        root.setLevel(logging.INFO if verbose else logging.WARNING)
        logging.getLogger("pipelines").setLevel(logging.DEBUG if verbose else logging.WARNING)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
