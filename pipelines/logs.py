"""What may stand in a log: `configure_logging` and the filter that keeps secrets out of it.

Used by the command line, the code server and whatever else starts a process. Libraries of ours only call
`logging.getLogger(__name__)`; none of them configures logging.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable

from pydantic import SecretStr

MASK = "***"

# What a secret looks like wherever it stands; each pattern keeps group 1 and hides the rest.
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
    )
)

# Third parties that say too much at INFO: one line for each request, whole addresses with signatures.
_QUIET = ("httpx", "httpcore", "apify_client", "sp_api", "openai", "langchain", "urllib3", "alembic", "asyncio", "dbt")

_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


class Redact:
    """Replaces secrets in text: known values, and whatever looks like one."""

    def __init__(self, secrets: Iterable[SecretStr | None] = ()) -> None:
        values = {secret.get_secret_value() for secret in secrets if secret is not None}
        # short values would blank ordinary words; long ones first, so that none is cut by another
        self._values = sorted((value for value in values if len(value) >= 6), key=len, reverse=True)

    def __call__(self, text: str) -> str:
        for value in self._values:
            text = text.replace(value, MASK)
        for pattern in _PATTERNS:
            text = pattern.sub(rf"\g<1>{MASK}", text)
        return text


class RedactingFormatter(logging.Formatter):
    """Formats as the formatter it wraps, then redacts: message, arguments and stack traces alike."""

    def __init__(self, redact: Redact, inner: logging.Formatter | None = None) -> None:
        super().__init__()
        self._redact = redact
        self._inner = inner or logging.Formatter(_FORMAT)

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(self._inner.format(record))


def configure_logging(verbose: bool = False, secrets: Iterable[SecretStr | None] = ()) -> None:
    """Log to stderr, secrets hidden; calling it again replaces what it did. Warnings only, unless `verbose`."""
    handler = logging.StreamHandler()
    handler.setFormatter(RedactingFormatter(Redact(secrets)))
    root = logging.getLogger()
    for old in [h for h in root.handlers if isinstance(h.formatter, RedactingFormatter)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.INFO if verbose else logging.WARNING)
    logging.getLogger("pipelines").setLevel(logging.DEBUG if verbose else logging.WARNING)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
