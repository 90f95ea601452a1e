"""Errors that a user can cause or cure. Their message is whole sentences: what came, where, what it means, what to do.

Anything else that is raised is a defect of Tradewind and may show its stack trace.
"""


class TradewindError(Exception):
    """Base of all errors that are told without a stack trace."""


class ConfigError(TradewindError):
    """A setting, `stores.yaml` or an argument is wrong."""


class WarehouseError(TradewindError):
    """The warehouse cannot be started, reached or used."""


class DocumentError(TradewindError):
    """A document cannot be loaded; nothing of it was.

    kind: 'error_page', 'truncated', 'wrong_type', 'wrong_marketplace', 'missing_column', 'too_many_rejects',
    'window', 'not_json', 'empty_document'.
    """

    def __init__(self, message: str, *, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


class ArchiveError(TradewindError):
    """A document that was loaded cannot be read from the archive any more, or is not what it was."""


class SourceError(TradewindError):
    """An API answered with an error.

    status: HTTP status or None for a broken connection. retryable: asking again may help. refused: the account may not
    have this, and asking again before the credential changes is useless. unanswered: how often a request was sent that
    got no answer, so that each may have taken effect.
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


class TransformError(TradewindError):
    """dbt could not build the marts, or a test of theirs failed."""
