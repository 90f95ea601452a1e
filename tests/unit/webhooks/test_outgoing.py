"""To whom nothing is sent, when a failure is tried again, and who is not listened to any more."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from pipelines.serving.limits import MOST_REFUSED, Limits, sender_of
from pipelines.webhooks.addresses import CheckedBackend, PrivateAddress, is_public
from pipelines.webhooks.delivery import attempt
from pipelines.webhooks.model import Subscriber
from pipelines.webhooks.retries import PAUSES, after_failure


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("127.0.0.1", False),
        ("127.9.9.9", False),
        ("0.0.0.0", False),
        ("10.0.0.1", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("198.18.0.1", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("fd00:ec2::254", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.215.14", True),
        ("::7f00:1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("2001:0:7f00:1::", False),
        ("localhost", False),
    ],
)
def test_addresses_of_the_internet(address, public):
    assert is_public(address) is public


def test_a_name_with_one_private_address_is_not_connected_to():
    backend = CheckedBackend(resolve=lambda host, port: ["93.184.215.14", "10.0.0.1"])
    with pytest.raises(PrivateAddress):
        backend.connect_tcp("hooks.example.com", 443, timeout=1)


def test_a_name_is_resolved_once_and_the_checked_address_is_connected_to():
    """DNS that answers otherwise the second time is of no use: there is no second time."""
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    try:
        with pytest.raises(PrivateAddress):
            CheckedBackend(resolve=resolve).connect_tcp("rebound.example", server.server_port, timeout=2)
        assert asked == ["rebound.example"]
        CheckedBackend(allow_private=True, resolve=resolve).connect_tcp(
            "x.example", server.server_port, timeout=2
        ).close()
        assert asked == ["rebound.example", "x.example"]
    finally:
        server.server_close()


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1/x", "https://localhost/x", "https://[::1]/x", "https://0x7f.1/x", "https://2130706433/x"]
)
def test_this_machine_is_not_told_whatever_it_is_called(url):
    subscriber = Subscriber("inner", "harbor", url, frozenset(), (SecretStr("s" * 16),))
    with httpcore.ConnectionPool(network_backend=CheckedBackend()) as connections:
        answer = attempt(connections, subscriber, "id", b"{}")
    assert answer.status is None
    assert "not public" in (answer.reason or "") or "no connection" in (answer.reason or "")


def test_redirects_are_not_followed_and_the_answers_body_is_nothing_to_us():
    came: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came.append(self.path)
            self.send_response(302)
            self.send_header("Location", "/inner")
            self.send_header("Content-Length", str(10**12))
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.handle_request, daemon=True).start()
    subscriber = Subscriber("s", "h", f"http://127.0.0.1:{server.server_port}/x", frozenset(), (SecretStr("s" * 16),))
    with httpcore.ConnectionPool(network_backend=CheckedBackend(allow_private=True)) as connections:
        answer = attempt(connections, subscriber, "id", b"{}")
    server.server_close()
    assert came == ["/x"]
    assert (answer.status, answer.reason) == (302, "it answered 302, and redirects are not followed")


@given(st.integers(1, 100), st.sampled_from([None, 400, 429, 500, 503]), st.floats(0, 10**7))
def test_pauses_grow_to_a_day_and_then_it_is_dead(attempts, status, retry_after):
    pause = after_failure(attempts, status, retry_after)
    assert (pause is None) == (attempts > len(PAUSES))
    assert pause is None or PAUSES[attempts - 1] <= pause <= 86_400
    assert after_failure(attempts, 410) is None


def test_the_pauses():
    assert list(PAUSES) == sorted(PAUSES)
    assert PAUSES[-1] == 86_400
    assert after_failure(1, 429, 90.0) == 90.0


def test_who_is_refused_again_and_again_is_left_alone_for_a_while_and_nobody_else():
    now = [0.0]
    limits = Limits(lambda: now[0])
    for _ in range(MOST_REFUSED):
        assert limits.seconds_to_wait("203.0.113.9") == 0
        limits.refused("203.0.113.9")
    assert limits.seconds_to_wait("203.0.113.9") > 0
    assert limits.seconds_to_wait("203.0.113.10") == 0
    now[0] += limits.seconds_to_wait("203.0.113.9") + 0.01
    assert limits.seconds_to_wait("203.0.113.9") == 0


def test_a_network_of_ipv6_is_one_sender():
    assert sender_of("2001:db8:1:2:3::4") == sender_of("2001:db8:1:2:ffff::1") != sender_of("2001:db8:1:3::1")
    assert sender_of("::ffff:203.0.113.9") == "203.0.113.9"
    assert sender_of("testclient") == "testclient"


def test_of_very_many_senders_some_are_forgotten(monkeypatch):
    monkeypatch.setattr("pipelines.serving.limits.MOST_SENDERS", 10)
    limits = Limits(lambda: 0.0)
    for number in range(100):
        limits.refused(f"203.0.113.{number}")
    assert len(limits._levels) == 10
