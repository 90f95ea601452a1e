"""Connects to subscribers, and to nobody inside: no address of a private network, of this machine, or of a cloud's
metadata, whatever name it hides behind.

A name is resolved here, each of its addresses is judged, and the connection goes to one that was judged. So a name that
answers otherwise the second time is of no use to anybody. Proxies of the environment are not used, since they would
resolve names themselves.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable

import httpcore

Resolve = Callable[[str, int], list[str]]

# 6to4, and what translates to IPv4: they carry an address of IPv4 that would have to be judged
_CARRIERS = tuple(ipaddress.ip_network(each) for each in ("2002::/16", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32"))
MOST_ADDRESSES = 16


class PrivateAddress(httpcore.ConnectError):
    """A name that leads to an address that nothing is sent to."""


def resolve(host: str, port: int) -> list[str]:
    """All addresses of a name. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))[:MOST_ADDRESSES]


def is_public(address: str) -> bool:
    """Whether an address is one of the internet."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if any(ip in each for each in _CARRIERS) or ip in ipaddress.ip_network("::/96"):
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


class CheckedBackend(httpcore.NetworkBackend):
    """Opens connections for httpcore: TLS and the Host header still know the name that was asked for.

    allow_private: whether any address will do.
    """

    def __init__(self, *, allow_private: bool = False, resolve: Resolve = resolve) -> None:
        self._allow_private = allow_private
        self._resolve = resolve
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to one of the name's addresses. Raises PrivateAddress if one of them is not public."""
        try:
            addresses = self._resolve(host, port)
        except (OSError, UnicodeError):
            raise httpcore.ConnectError("its name is not known") from None
        if not self._allow_private and not all(map(is_public, addresses)):
            raise PrivateAddress("its name leads to an address that is not public")
        failure: Exception = httpcore.ConnectError("its name has no address")
        for address in addresses:
            try:
                return self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None
    ) -> httpcore.NetworkStream:
        """Nobody is told by a socket of this machine."""
        raise PrivateAddress("it is a socket of this machine")

    def sleep(self, seconds: float) -> None:
        """As httpcore's own."""
        self._inner.sleep(seconds)
