"""Files from an address: what is fetched, what is tried again, and what is said when nothing comes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import stamina

from pipelines.errors import SourceError
from pipelines.sources.transport.download import File, download, is_address
from tests.support.stub import Answer, Request, Stub, stub_server

LIMIT = 1000


def fetch(handler: Callable[[Request], Any], path: str = "/fx/rates.csv") -> tuple[File, Stub]:
    async def run() -> tuple[File, Stub]:
        async with stub_server(handler) as stub:
            timeout = httpx.Timeout(0.5)
            return await asyncio.to_thread(download, stub.url + path, limit=LIMIT, timeout=timeout), stub

    with stamina.set_testing(True, attempts=3, cap=True):
        return asyncio.run(run())


def test_a_file_has_the_name_of_its_address():
    file, stub = fetch(lambda _: Answer(body=b"Date,USD,\n"))
    assert file == File(b"Date,USD,\n", "rates.csv")
    assert [each.path for each in stub.requests] == ["/fx/rates.csv"]


def test_a_redirect_is_followed_and_a_passing_failure_tried_again():
    answers = iter([Answer(503), Answer(302, headers={"location": "/elsewhere"}), Answer(body=b"rates")])
    file, stub = fetch(lambda _: next(answers))
    assert file == File(b"rates", "rates.csv")
    assert [each.path for each in stub.requests] == ["/fx/rates.csv", "/fx/rates.csv", "/elsewhere"]


@pytest.mark.parametrize(
    ("answer", "asked", "said"),
    [
        (Answer(404, b"nothing"), 1, "status 404: nothing. Try the address in a browser"),
        (Answer(500), 3, "status 500"),
        (Answer(delay=2.0), 3, "ReadTimeout"),
        (Answer(cut=True), 3, "RemoteProtocolError"),
        (Answer(body=bytes(LIMIT + 1)), 1, "it is no file of exchange rates"),
        (Answer(302, headers={"location": "ftp://example.test/"}), 1, "Correct the address"),
        (Answer(body=b"no gzip", headers={"content-encoding": "gzip"}), 3, "GET /fx/rates.csv"),
    ],
)
def test_what_went_wrong_is_said(answer, asked, said):
    requests = []

    def handler(request: Request) -> Answer:
        requests.append(request)
        return answer

    with pytest.raises(SourceError) as caught:
        fetch(handler)
    assert said in str(caught.value)
    assert len(requests) == asked


def test_an_address_that_is_none():
    with stamina.set_testing(True), pytest.raises(SourceError, match="cannot be downloaded"):
        download("http://127.0.0.1:notaport/rates.csv", limit=LIMIT)


def test_paths_are_no_addresses():
    assert is_address("HTTPS://example.test/a.xml")
    assert not any(map(is_address, ("rates.csv", "/tmp/http/rates.csv", "ftp://example.test/a", "C:\\rates.csv")))
