"""Errors that a user can cause or cure. Each message says what came, where, what it means and what to do.

Any other exception is a defect of Tradewind and may show its stack trace.
"""

import errno

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class TradewindError(Exception):
    """Base of all errors that are shown without a stack trace."""


class ConfigError(TradewindError):
    """A setting, a file of settings such as `stores.yaml`, or an argument is wrong."""


class WarehouseError(TradewindError):
    """The warehouse cannot be started, reached or used."""


class DocumentError(TradewindError):
    """A document cannot be loaded. Nothing of it was loaded.

    kind: 'error_page', 'truncated', 'wrong_type', 'wrong_marketplace', 'missing_column', 'too_many_rejects',
    'window', 'not_json', 'empty_document', 'bomb', 'too_many_rows', 'too_many_columns', 'too_deep',
    'too_large'.
    """

    def __init__(self, message: str, *, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


class ArchiveError(TradewindError):
    """A file of the archive is missing, damaged, or not what it was when it was written."""


class SourceError(TradewindError):
    """An API answered with an error.

    status: the HTTP status; None for a broken connection. retryable: asking again may help. refused: the account has no
    permission, and asking again is useless before the credentials change. unanswered: how often the request was sent
    without getting an answer; each of these sendings may have taken effect.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        retryable: bool = False,
        refused: bool = False,
        unanswered: int = 0,
    ) -> None:
        super().__init__(message)
        self.unanswered = unanswered
        self.status = status
        self.retryable = retryable
        self.refused = refused


class SendError(TradewindError):
    """A brief was not sent, or nobody knows whether it was."""


class TransformError(TradewindError):
    """dbt could not build the marts, or a dbt test failed."""


def full_disk(error: BaseException | None) -> str | None:
    """A sentence if a disk is full, ours or that of the warehouse's server, or a quota is used up; None otherwise.

    Postgres tells it by the state 53100, an archive by the number of the system's error.
    """
    while error is not None:
        if getattr(error, "sqlstate", None) == "53100":
            return "The disk of the warehouse's server is full. Nothing is lost; free some space, and it goes on."
        if isinstance(error, OSError) and error.errno in _FULL:
            where = f" ({error.filename})" if error.filename else ""
            return f"The disk is full{where}. Nothing is lost; free some space, and it goes on."
        error = error.__cause__
    return None
