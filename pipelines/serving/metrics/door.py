"""Who is told: whoever shows the token, and without one this machine alone.

A webhook's door is open to the internet, and what is told here is nobody's business there: a request that a proxy has
handed on is none of this machine.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from ipaddress import ip_address

from pydantic import SecretStr

_HANDED_ON = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


def may_read(headers: Mapping[str, str], peer: str, token: SecretStr | None) -> bool:
    """Whether a request is answered. headers: by names in lower case. peer: the address that has connected."""
    if token is not None:
        shown = headers.get("authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(shown.encode(), token.get_secret_value().encode())
    return not any(name in headers for name in _HANDED_ON) and _is_here(peer)


def _is_here(peer: str) -> bool:
    try:
        return ip_address(peer).is_loopback
    except ValueError:
        return False
