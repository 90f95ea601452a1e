"""Data Kiosk against a stub: what statuses mean, pages become one document, errors say what to do."""

from __future__ import annotations

import asyncio
import gzip
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import ConfigError, SourceError
from pipelines.sources.amazon import data_kiosk
from pipelines.sources.amazon.data_kiosk import AmazonDataKioskSource
from pipelines.sources.amazon.data_kiosk_queries import query_text
from pipelines.sources.base import RemoteReport, UncertainRequest
from pipelines.stores import Scope
from tests.support.sources import ACCESS_TOKEN, FreeLimiter, feed, free_limiter, run, settings_for, store_scope
from tests.support.stub import Answer, Request, Stub, stub_server

ECONOMICS = feed("amazon_data_kiosk.economics")
API = "/dataKiosk/2023-11-15"
DE = "A1PA6795UKMFR9"
DAYS = (date(2026, 2, 28), date(2026, 3, 1))
TEXT = query_text(ECONOMICS, DE, *DAYS)
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
DONE = RemoteReport(remote_id="1", state="done", created_at=datetime(2026, 3, 2, tzinfo=UTC), document_id="d1")


@pytest.fixture(autouse=True)
def limiter(monkeypatch: pytest.MonkeyPatch) -> FreeLimiter:
    return free_limiter(monkeypatch)


def query(number: int, status: str = "DONE", **values: Any) -> dict[str, Any]:
    created = "2026-03-02T10:00:00Z"
    return {"queryId": str(number), "query": TEXT, "createdTime": created, "processingStatus": status, **values}


class Kiosk:
    """A stub that knows queries by id and documents by name; a page has the id that its token is, a first one 100."""

    def __init__(self) -> None:
        self.queries: dict[str, dict[str, Any]] = {}
        self.documents: dict[str, bytes] = {}
        self.created: list[dict[str, Any]] = []
        self.stub = Stub()

    def __call__(self, request: Request) -> Answer:
        name = request.path.rsplit("/", 1)[-1]
        if request.path == "/auth/o2/token":
            return Answer(body={"access_token": ACCESS_TOKEN, "token_type": "bearer", "expires_in": 3600})
        assert request.path.startswith("/signed/") or request.headers["x-amz-access-token"] == ACCESS_TOKEN
        if request.method == "POST":
            self.created.append(request.json())
            return Answer(202, {"queryId": request.json().get("paginationToken", "100")})
        if request.path == f"{API}/queries":
            return Answer(body={"queries": list(self.queries.values())})
        if request.path.startswith(f"{API}/documents/"):
            return Answer(body={"documentId": name, "documentUrl": f"{self.stub.url}/signed/{name}"})
        if request.path.startswith("/signed/"):
            return Answer(body=self.documents[name])
        return Answer(body=self.queries[name]) if name in self.queries else Answer(404, {"errors": []})


def ask(kiosk: Any, tmp_path: Path, use: Any) -> Any:
    """What `use(source)` gives, for a source whose every endpoint is this stub."""

    async def test() -> Any:
        async with stub_server(kiosk) as stub:
            kiosk.stub = stub
            async with AmazonDataKioskSource(settings_for(stub.url, tmp_path, fixed_now=NOW), None) as source:  # type: ignore[arg-type]
                return await use(source)

    return run(test())


async def document(source: AmazonDataKioskSource, report: RemoteReport = DONE) -> bytes:
    async with source.fetch(ECONOMICS, store_scope(), report) as download:
        content = download.path.read_bytes()
        return gzip.decompress(content) if download.gzip else content


def test_a_query_is_asked_for_with_its_days(tmp_path: Path):
    kiosk = Kiosk()
    report = ask(kiosk, tmp_path, lambda source: source.request(ECONOMICS, store_scope(), DAYS))
    assert kiosk.created == [{"query": TEXT}]
    assert (report.remote_id, report.state, report.marketplace_ids) == ("100", "running", (DE,))


def test_a_store_without_a_token_cannot_be_asked_for(tmp_path: Path):
    scope = store_scope()
    with pytest.raises(ConfigError, match="no refresh token"):
        alone = Scope(scope.scope_id, scope.stores, scope.time_zone)
        ask(Kiosk(), tmp_path, lambda source: source.request(ECONOMICS, alone, DAYS))


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (Answer(cut=True), UncertainRequest, "is not known"),
        (Answer(503), UncertainRequest, "is not known"),
        (Answer(202, {}), UncertainRequest, "names none"),
        (Answer(202, "<html>accepted"), UncertainRequest, "no JSON object"),
        (Answer(403), SourceError, "role"),
        (Answer(400, {"errors": [{"message": "Cannot query field"}]}), SourceError, "Cannot query field"),
    ],
)
def test_what_may_have_been_accepted_is_told_from_what_was_not(tmp_path: Path, answer: Answer, error: Any, said: str):
    class Strange(Kiosk):
        def __call__(self, request: Request) -> Answer:
            return answer if request.method == "POST" and "queries" in request.path else super().__call__(request)

    with pytest.raises(error, match=said) as caught:
        ask(Strange(), tmp_path, lambda source: source.request(ECONOMICS, store_scope(), DAYS))
    assert isinstance(caught.value, UncertainRequest) == (error is UncertainRequest)


def test_what_a_status_means(tmp_path: Path):
    kiosk = Kiosk()
    kiosk.queries = {
        "1": query(1, dataDocumentId="d1"),
        "2": query(2),
        "3": query(3, "CANCELLED"),
        "4": query(4, "FATAL", errorDocumentId="e4"),
        "5": query(5, "IN_QUEUE"),
    }
    kiosk.documents = {"e4": b'{"errors":[{"message":"too much"}]}'}

    async def use(source: AmazonDataKioskSource) -> Any:
        found = await source.poll(ECONOMICS, store_scope(), ["1", "2", "3", "4", "5", "6"])
        told = [await source.reason(ECONOMICS, store_scope(), found[each]) for each in ("3", "4")]
        return {key: (each.state, each.document_id) for key, each in found.items()}, told, found["1"]

    states, (cancelled, fatal), first = ask(kiosk, tmp_path, use)
    assert states == {
        "1": ("done", "d1"),
        "2": ("cancelled", None),  # what the engine takes for "there is no data"
        "3": ("fatal", None),
        "4": ("fatal", "e4"),
        "5": ("running", None),
    }
    assert "somebody has cancelled it" in cancelled
    assert "too much" in fatal
    assert first.window_start == datetime(2026, 2, 27, 23, tzinfo=UTC)
    assert first.window_end == datetime(2026, 3, 1, 22, 59, 59, tzinfo=UTC)


def test_queries_are_found_by_their_text_but_not_those_that_come_in_pages(tmp_path: Path):
    kiosk = Kiosk()
    other = query_text(ECONOMICS, DE, DAYS[0], DAYS[0])
    kiosk.queries = {
        "1": query(1, query=TEXT.replace("{", " { "), dataDocumentId="d1"),
        "2": query(2, query="query { another }"),
        "3": query(3, query=other, dataDocumentId="d3", pagination={"nextToken": "t"}),
        "4": query(4, query=other, dataDocumentId="d4"),
    }
    since = datetime(2026, 3, 1, tzinfo=UTC)
    found = ask(kiosk, tmp_path, lambda source: source.find_existing([ECONOMICS], store_scope(), since))
    assert [(each.remote_id, each.report_type) for each in found] == [("1", ECONOMICS.report_type)]


def test_a_document_of_one_page_is_given_as_it_came(tmp_path: Path):
    kiosk = Kiosk()
    kiosk.queries, kiosk.documents = {"1": query(1, dataDocumentId="d1")}, {"d1": gzip.compress(b'{"a":1}\n', mtime=0)}
    assert ask(kiosk, tmp_path, document) == b'{"a":1}\n'


def test_pages_become_one_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(data_kiosk, "FIRST_LOOK", 0.0)
    kiosk = Kiosk()
    kiosk.queries = {
        "1": query(1, dataDocumentId="d1", pagination={"nextToken": "11"}),
        "11": query(11, dataDocumentId="d2", pagination={"nextToken": "12"}),
        "12": query(12),
        "2": query(2, dataDocumentId="d3", pagination={"nextToken": "21"}),
        "21": query(21, dataDocumentId="d2"),
    }
    kiosk.documents = {"d1": gzip.compress(b'{"a":1}', mtime=0), "d2": b'{"a":2}\n', "d3": b'{"a":3}'}
    other = RemoteReport(remote_id="2", state="done", created_at=NOW, document_id="d3")

    async def use(source: AmazonDataKioskSource) -> list[bytes]:
        both = await asyncio.gather(document(source), document(source, other))
        return [*both, await document(source)]

    whole = b'{"a":1}\n{"a":2}\n'
    assert ask(kiosk, tmp_path, use) == [whole, b'{"a":3}\n{"a":2}\n', whole]
    assert list((tmp_path / "tmp").iterdir()) == []
    assert sorted(each["paginationToken"] for each in kiosk.created) == ["11", "12", "21"], "asked for twice"
    assert {each["query"] for each in kiosk.created} == {TEXT}


@pytest.mark.parametrize(
    ("page", "content", "said"),
    [
        (query(11, "FATAL"), b"", "ended as FATAL"),
        (query(11, dataDocumentId="d2"), b"", "no lines of JSON"),
        (query(11, dataDocumentId="d2"), b"<html>oops</html>", "begins with '<html>oops"),
        (query(11, dataDocumentId="d2"), gzip.compress(b'{"a":2}\n' * 99, mtime=0)[:25], "is damaged"),
    ],
)
def test_a_page_that_fails_fails_all_of_it_for_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: dict[str, Any], content: bytes, said: str
):
    monkeypatch.setattr(data_kiosk, "FIRST_LOOK", 0.0)
    kiosk = Kiosk()
    kiosk.queries = {"1": query(1, dataDocumentId="d1", pagination={"nextToken": "11"}), "11": page}
    kiosk.documents = {"d1": b'{"a":1}\n', "d2": content}
    with pytest.raises(SourceError, match=said) as caught:
        ask(kiosk, tmp_path, document)
    assert caught.value.retryable


def test_a_page_that_is_never_made_is_given_up_for_now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(data_kiosk, "asyncio", _Clock(sleep))
    kiosk = Kiosk()
    kiosk.queries = {
        "1": query(1, dataDocumentId="d1", pagination={"nextToken": "11"}),
        "11": query(11, "IN_PROGRESS"),
    }
    kiosk.documents = {"d1": b'{"a":1}\n'}
    with pytest.raises(SourceError, match="still being made after 30 minutes"):
        ask(kiosk, tmp_path, document)
    assert slept[0] == data_kiosk.FIRST_LOOK
    assert max(slept) == data_kiosk.LONGEST_PAUSE
    assert sum(slept) >= data_kiosk.PAGE_PATIENCE


class _Clock:
    """asyncio as the module sees it, with a sleep that takes no time."""

    def __init__(self, sleep: Any) -> None:
        self.sleep = sleep
        self.to_thread = asyncio.to_thread
