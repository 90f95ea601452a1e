"""A mail server on loopback: it keeps what it gets, and can refuse."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from pipelines.warehouse.embedded import free_port

USER, PASSWORD = "harbor", "correct-horse-battery"


@dataclass
class MailServer:
    """A running server. got: (recipient, message) as they came. answer: to a message's end; None: it takes it. gone: it
    closes the connection when it has got a message, and answers nothing. then: called when it has got one, before it
    answers."""

    port: int = 0
    got: list[tuple[str, EmailMessage]] = field(default_factory=list)
    answer: str | None = None
    gone: bool = False
    then: Callable[[], None] | None = None

    def address(self, *to: str, password: str = PASSWORD) -> str:
        """The address for Apprise: these people, by this server."""
        people = ",".join(to)
        return f"mailto://{USER}:{password}@127.0.0.1:{self.port}?from=briefs@example.com&to={people}"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answer is not None:
            return self.answer
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.got += [(to, message) for to in envelope.rcpt_tos]
        if self.then is not None:
            self.then()
        if self.gone:
            server.transport.close()
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A server on a free port that wants a login, stopped at the end of the block."""
    server = MailServer(free_port())

    def login(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        ok = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=ok, handled=ok)

    controller = Controller(
        server, "127.0.0.1", server.port, authenticator=login, auth_required=True, auth_require_tls=False
    )
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
