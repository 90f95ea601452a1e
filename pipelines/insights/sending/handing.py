"""Hands a letter over to a recipient's service by Apprise, and says what came of it.

Apprise tells whether it worked, and why not in what it logs. What surely did not arrive may be tried again; where that
is not sure, the letter counts as one that may have arrived. Who gets it is decided elsewhere.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import SecretStr

from pipelines.insights.sending.recipients import Recipient, silent
from pipelines.logs import Redact

if TYPE_CHECKING:
    from pipelines.insights.sending.letter import Letter

Outcome = Literal["sent", "failed", "unknown"]

# What Apprise and the clients below it say where nothing was taken: no connection, no login, an answer that refuses.
_NOT_TAKEN = (
    r"Connection error while submitting email",
    r"SMTP recipient .* was refused",
    r"Socket Exception: \(\s*[45]\d\d\b",
    r"Socket Exception: \{",  # each recipient with the server's refusal
    r"Connection refused|NewConnectionError|Name or service not known|Failed to resolve",
    r"error=4\d\d\b",
    r"Could not access attachment|Attachment upload .* denied",
)
# In plain words, the first that fits. {host}: of the service.
_WORDS = (
    (r"\(\s*53[0458]\b|authentication|AUTH extension", "The server {host} refused the login: check user and password."),
    (r"Connection refused", "Nothing answers at {host}: check host and port."),
    (r"Name or service not known|getaddrinfo|Failed to resolve|nodename nor servname", "There is no host {host}."),
    (
        r"STARTTLS|WRONG_VERSION_NUMBER|wrong version number|certificate",
        "The server {host} and we found no secure connection: mailtos:// wants TLS (port 587, or 465 with ?mode=ssl), "
        "mailto:// does without.",
    ),
    (r"was refused|Socket Exception: \{|\(\s*55\d\b", "The server {host} refused the recipient or the sender."),
    (r"timed out", "The server {host} did not answer in time."),
    (r"error=40[13]\b", "The service {host} refused the token in the address."),
)
_DETAIL = re.compile(r"Socket Exception: .+|SMTP recipient .+|.*error=\d+.*")


def hand_over(recipient: Recipient, letter: Letter, page: Path | None = None) -> tuple[Outcome, str | None]:
    """Give a letter to the recipient's service. page: the file that goes with it, if one does. Returns the outcome, and
    why it was not sent, without a secret."""
    import apprise

    post = apprise.Apprise()
    post.add(recipient.service)
    body, form = (letter.html, "html") if recipient.is_mail else (letter.markdown, "markdown")
    attach = [str(page)] if page and getattr(recipient.service, "attachment_support", False) else None
    with silent() as log:
        done = post.notify(body=body, title=letter.subject, body_format=form, attach=attach)
    if done:
        return "sent", None
    return judged(log.said, recipient)


def judged(said: list[str], recipient: Recipient) -> tuple[Outcome, str]:
    """What a failure means, from what Apprise logged: whether the letter surely was not taken, and why."""
    whole = "\n".join(said)
    # of several targets of one address some may have got it
    is_single = recipient.is_mail or len(recipient.service) <= 1
    taken = is_single and any(re.search(pattern, whole) for pattern in _NOT_TAKEN)
    host = str(getattr(recipient.service, "smtp_host", "") or recipient.service.service_name)
    words = next((text for pattern, text in _WORDS if re.search(pattern, whole, re.IGNORECASE)), "")
    detail = next((found[0] for line in said if (found := _DETAIL.search(line))), "")
    told = f"{words.format(host=host)} {detail}".strip() or "The service did not take it, and did not say why."
    return ("failed" if taken else "unknown"), Redact(SecretStr(each) for each in recipient.secrets)(told)[:500]
