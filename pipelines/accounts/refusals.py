"""Refusals: what a caller is told when a door stays shut. Which HTTP answer is made of it is in `serving/problems.py`.

Nothing of what came (a key, a token, a password, an e-mail address) is ever part of a refusal, so it may be logged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipelines.errors import TradewindError


@dataclass(eq=False)
class Refusal(TradewindError):
    """Why something is not done for a caller.

    status: of HTTP, 400 to 499; 502 where another server is at fault. kind: one short word for programs, as
    `token-expired`; the end of the problem's type. title: what is wrong, the same for each of its kind. detail: what
    came, what it means and what to do. headers: that belong to the answer. rejected: whether it counts against the
    sender, who may be guessing.
    """

    status: int
    kind: str
    title: str
    detail: str
    headers: Mapping[str, str] = field(default_factory=dict)
    rejected: bool = False

    def __str__(self) -> str:
        return f"{self.title}. {self.detail}"


def unauthorized(kind: str, detail: str) -> Refusal:
    """401: nobody knows who asks. RFC 6750, section 3, has the header."""
    error = "" if kind == "no-credentials" else ', error="invalid_token"'
    return Refusal(
        401,
        kind,
        "Who asks is not known",
        detail,
        {"WWW-Authenticate": f'Bearer realm="tradewind"{error}'},
        rejected=kind != "no-credentials",
    )


def forbidden(kind: str, detail: str) -> Refusal:
    """403: it is known who asks, and the caller may not do this."""
    return Refusal(403, kind, "This caller may not do that", detail)


def not_found(what: str) -> Refusal:
    """404: it is not there, or not for this caller, who is not told which."""
    return Refusal(404, "not-found", "There is no such thing here", f"{what} Nothing was changed.")


def bad(kind: str, detail: str) -> Refusal:
    """422: what was asked for makes no sense."""
    return Refusal(422, kind, "What was asked for cannot be done", detail)


def conflict(kind: str, detail: str) -> Refusal:
    """409: it contradicts what is there."""
    return Refusal(409, kind, "What is there stands against it", detail)
