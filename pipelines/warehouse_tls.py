"""How a Postgres that is not on this machine is reached: by TLS, with its certificate verified, unless the address says
otherwise.

libpq's own default encrypts where the server happens to offer it, and looks at no certificate. Pure, but for the
environment's PGSSLMODE, which counts as the address does.
"""

from __future__ import annotations

import os
from ipaddress import ip_address
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

HINT = (
    "The server's certificate is verified, because it is not on this machine. Give the authority that signed it "
    "(?sslrootcert=/path/to/ca.pem at the end of the address; RDS has a bundle of its own), or, in a network that is "
    "yours alone, ?sslmode=disable."
)


def with_tls(url: str) -> str:
    """The address with `sslmode=verify-full` and the usual authorities, where it needs TLS and says nothing of it.

    >>> with_tls("postgresql://me:secret@127.0.0.1:5432/shop")
    'postgresql://me:secret@127.0.0.1:5432/shop'
    >>> with_tls("postgresql://me:secret@db.example.com/shop?sslmode=disable")
    'postgresql://me:secret@db.example.com/shop?sslmode=disable'
    """
    parts = urlsplit(url)
    given = dict(parse_qsl(parts.query))
    host = given.get("host") or parts.hostname or ""
    if _is_here(host) or "sslmode" in given or os.environ.get("PGSSLMODE"):
        return url
    wanted = "sslmode=verify-full"
    if "sslrootcert" not in given and not os.environ.get("PGSSLROOTCERT"):
        wanted += f"&sslrootcert={quote(_authorities(), safe='/')}"
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, wanted)))))


def is_about_tls(said: str) -> bool:
    """Whether what libpq said is of certificates or encryption."""
    return any(word in said.lower() for word in ("certificate", "ssl", "tls"))


def _is_here(host: str) -> bool:
    """Whether a host is this machine: no name, a socket's folder, localhost or a loopback address."""
    if not host or host.startswith(("/", "@")) or host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _authorities() -> str:
    """The file of certificate authorities: SSL_CERT_FILE if it is set, as for every other connection, or certifi's."""
    import certifi

    return os.environ.get("SSL_CERT_FILE") or certifi.where()
