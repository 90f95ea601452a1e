"""Documents of SP-API against a stub: they come as they are, and errors say what to do."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import SourceError
from pipelines.sources.amazon.sp_reports import AmazonSpSource
from pipelines.sources.base import RemoteReport
from tests.support.sources import (
    FreeLimiter,
    account_scope,
    free_limiter,
)
from tests.support.sp_api import DOCUMENTS, DONE, ORDERS, use
from tests.support.stub import Answer, Request, Stub


@pytest.fixture
def limiter(monkeypatch: pytest.MonkeyPatch) -> FreeLimiter:
    return free_limiter(monkeypatch)


class TestDocuments:
    CONTENT = b"a\tb\r\n" + bytes(range(256)) * 400

    def fetch(
        self, tmp_path: Path, document: Any, check: Any = None, report: RemoteReport = DONE
    ) -> tuple[Stub, bytes]:
        """Fetch a document that `document(attempt)` answers; the stub, and the bytes that were in the file."""
        served: list[int] = []

        def answers(request: Request) -> Answer:
            if request.path.startswith(DOCUMENTS):
                return Answer(body={"reportDocumentId": "amzn1.spdoc.1", "url": f"{url[0]}/signed?X-Amz-Signature=s"})
            served.append(1)
            assert "authorization" not in request.headers
            assert "x-amz-access-token" not in request.headers
            assert request.headers["accept-encoding"] == "identity"
            return document(len(served))

        url: list[str] = []

        async def test(source: AmazonSpSource, stub: Stub) -> tuple[Stub, bytes]:
            url.append(stub.url)
            async with source.fetch(ORDERS, account_scope(), report) as download:
                content = download.path.read_bytes()
                assert download.size == len(content)
                if check is not None:
                    check(download)
            assert not download.path.exists()
            return stub, content

        return use(tmp_path, answers, test)

    def test_bytes_come_as_they_are(self, tmp_path: Path, limiter: FreeLimiter) -> None:
        def check(download: Any) -> None:
            assert (download.gzip, download.content_type) == (False, "text/plain;charset=Cp1252")

        headers = {"content-type": "text/plain;charset=Cp1252"}
        _, content = self.fetch(tmp_path, lambda _: Answer(body=self.CONTENT, headers=headers), check)
        assert content == self.CONTENT
        assert limiter.operations == ["getReportDocument"]

    @pytest.mark.parametrize("encoding", [{}, {"content-encoding": "gzip"}, {"content-encoding": "identity"}])
    @pytest.mark.parametrize("layers", [1, 2])
    def test_gzip_is_neither_lost_nor_doubled(
        self, tmp_path: Path, limiter: FreeLimiter, encoding: dict[str, str], layers: int
    ) -> None:
        body = self.CONTENT
        for _ in range(layers):
            body = gzip.compress(body)

        def check(download: Any) -> None:
            assert download.gzip

        _, content = self.fetch(tmp_path, lambda _: Answer(body=body, headers=encoding), check)
        assert gzip.decompress(content) == self.CONTENT

    def test_a_cut_download_is_repeated(self, tmp_path: Path, limiter: FreeLimiter) -> None:
        def document(attempt: int) -> Answer:
            if attempt == 1:
                return Answer(body=self.CONTENT[:1000], length=len(self.CONTENT))
            return Answer(body=self.CONTENT)

        stub, content = self.fetch(tmp_path, document)
        assert content == self.CONTENT
        assert len(stub.seen(DOCUMENTS)) == 1  # the address was still good, and its budget is scarce

    def test_an_expired_address_is_renewed(self, tmp_path: Path, limiter: FreeLimiter) -> None:
        expired = Answer(403, "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>")
        stub, content = self.fetch(tmp_path, lambda attempt: expired if attempt == 1 else Answer(body=self.CONTENT))
        assert content == self.CONTENT
        assert len(stub.seen(DOCUMENTS)) == 2

    @pytest.mark.parametrize("answer", [Answer(403, "<Error/>"), Answer(500, "no"), Answer(cut=True)])
    def test_what_does_not_come_is_told_without_the_address(
        self, tmp_path: Path, limiter: FreeLimiter, answer: Answer
    ) -> None:
        with pytest.raises(SourceError, match="could not be downloaded") as caught:
            self.fetch(tmp_path, lambda _: answer)
        assert caught.value.retryable
        assert "X-Amz" not in str(caught.value)
        assert list((tmp_path / "tmp").iterdir()) == []

    def test_done_without_a_document_is_told(self, tmp_path: Path, limiter: FreeLimiter) -> None:
        report = RemoteReport(remote_id="1", state="done", created_at=DONE.created_at)
        with pytest.raises(SourceError, match="names no document") as caught:
            self.fetch(tmp_path, lambda _: Answer(), report=report)
        assert caught.value.retryable

    def test_why_a_report_is_fatal(self, tmp_path: Path, limiter: FreeLimiter) -> None:
        fatal = RemoteReport(remote_id="1", state="fatal", created_at=DONE.created_at, document_id="doc")
        url: list[str] = []

        def answers(request: Request) -> Answer:
            if request.path.startswith(DOCUMENTS):
                return Answer(body={"reportDocumentId": "doc", "url": f"{url[0]}/signed"})
            return Answer(body=gzip.compress(b'{"errorDetails": "too soon"}'))

        async def test(source: AmazonSpSource, stub: Stub) -> None:
            url.append(stub.url)
            assert await source.reason(ORDERS, account_scope(), fatal) == '{"errorDetails": "too soon"}'
            without = RemoteReport(remote_id="1", state="fatal", created_at=DONE.created_at)
            assert await source.reason(ORDERS, account_scope(), without) is None

        use(tmp_path, answers, test)
