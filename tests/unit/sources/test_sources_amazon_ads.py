"""Amazon Ads against a stub: headers and bodies as Amazon wants them, 425, throttling, expiring addresses."""

from __future__ import annotations

import gzip
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import ConfigError, SourceError
from pipelines.sources.amazon.ads import AmazonAdsSource, configuration
from pipelines.sources.base import DuplicateReport, RemoteReport
from pipelines.stores import Scope
from tests.support.sources import ACCESS_TOKEN, FreeLimiter, feed, free_limiter, run, settings_for, store_scope
from tests.support.stub import Answer, Request, Stub, stub_server

REPORTS = "/reporting/reports"
CAMPAIGNS = feed("amazon_ads.sp_campaigns")
WINDOW = (date(2026, 2, 1), date(2026, 2, 28))
ID = "0f7a2a3e-1c2d-4e5f-8a9b-0c1d2e3f4a5b"


@pytest.fixture
def limiter(monkeypatch: pytest.MonkeyPatch) -> FreeLimiter:
    return free_limiter(monkeypatch)


def remote(**values: Any) -> dict[str, Any]:
    return {
        "reportId": ID,
        "status": "PENDING",
        "startDate": "2026-02-01",
        "endDate": "2026-02-28",
        "createdAt": "2026-03-01T10:00:00Z",
        "configuration": configuration(CAMPAIGNS),
        "url": None,
        "urlExpiresAt": None,
        "failureReason": None,
        **values,
    }


def use(tmp_path: Path, answers: Any, test: Any) -> Any:
    async def play() -> Any:
        def handler(request: Request) -> Any:
            if request.path == "/auth/o2/token":
                return Answer(body={"access_token": ACCESS_TOKEN, "expires_in": 3600})
            return answers(request)

        async with (
            stub_server(handler) as stub,
            AmazonAdsSource(settings_for(stub.url, tmp_path), None) as source,  # type: ignore[arg-type]
        ):
            return await test(source, stub)

    return run(play())


def test_a_request_is_what_amazon_takes(tmp_path: Path, limiter: FreeLimiter) -> None:
    async def test(source: AmazonAdsSource, stub: Stub) -> None:
        report = await source.request(CAMPAIGNS, store_scope(), WINDOW, priority=2)
        request = stub.seen(REPORTS)[0]
        assert request.headers["content-type"] == "application/vnd.createasyncreportrequest.v3+json"
        assert request.headers["authorization"] == f"Bearer {ACCESS_TOKEN}"
        assert request.headers["amazon-advertising-api-clientid"] == "ads-client"
        assert request.headers["amazon-advertising-api-scope"] == "10"
        body = request.json()
        assert (body["startDate"], body["endDate"]) == ("2026-02-01", "2026-02-28")
        assert body["configuration"] == {
            "adProduct": "SPONSORED_PRODUCTS",
            "groupBy": ["campaign"],
            "columns": list(CAMPAIGNS.ads["columns"]),  # type: ignore[call-overload]
            "reportTypeId": "spCampaigns",
            "timeUnit": "DAILY",
            "format": "GZIP_JSON",
        }
        assert (report.remote_id, report.state) == (ID, "running")
        assert report.window_start == datetime(2026, 2, 1, tzinfo=UTC)
        assert limiter.taken == [(limiter.taken[0][0], 2)]
        assert limiter.taken[0][0].subject == "10"

    use(tmp_path, lambda _: Answer(body=remote()), test)


def test_a_duplicate_of_ours_is_told_with_its_report(tmp_path: Path, limiter: FreeLimiter) -> None:
    def answers(request: Request) -> Answer:
        if request.method == "POST":
            return Answer(425, {"code": "425", "detail": f"The Request is a duplicate of : {ID}"})
        columns = configuration(CAMPAIGNS)["columns"]
        return Answer(body=remote(configuration=configuration(CAMPAIGNS) | {"columns": columns[::-1]}))

    async def test(source: AmazonAdsSource, stub: Stub) -> None:
        with pytest.raises(DuplicateReport) as caught:
            await source.request(CAMPAIGNS, store_scope(), WINDOW)
        assert caught.value.remote_id == ID
        assert caught.value.report.state == "running"
        assert len(stub.seen(REPORTS, "POST")) == 1

    use(tmp_path, answers, test)


def test_a_duplicate_that_cannot_be_looked_at_counts_as_a_sending_without_an_answer(
    tmp_path: Path, limiter: FreeLimiter
) -> None:
    def answers(request: Request) -> Answer:
        if request.method == "POST":
            return Answer(425, {"code": "425", "detail": f"The Request is a duplicate of : {ID}"})
        return Answer(403, {"message": "not authorized"})

    async def test(source: AmazonAdsSource, stub: Stub) -> None:
        with pytest.raises(SourceError) as caught:
            await source.request(CAMPAIGNS, store_scope(), WINDOW)
        assert caught.value.unanswered == 1

    use(tmp_path, answers, test)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"configuration": configuration(CAMPAIGNS) | {"timeUnit": "SUMMARY"}}, "timeUnit"),
        ({"configuration": configuration(CAMPAIGNS) | {"columns": ["date"]}}, "columns"),
        ({"startDate": "2026-01-01"}, "startDate"),
        ({"configuration": None}, "reportTypeId"),
    ],
)
def test_a_duplicate_of_another_report_is_not_adopted(
    tmp_path: Path, limiter: FreeLimiter, values: dict[str, Any], says: str
) -> None:
    def answers(request: Request) -> Answer:
        if request.method == "POST":
            return Answer(425, {"code": "425", "detail": f"The Request is a duplicate of : {ID}"})
        return Answer(body=remote(**values))

    async def test(source: AmazonAdsSource, stub: Stub) -> None:
        with pytest.raises(SourceError, match=says) as caught:
            await source.request(CAMPAIGNS, store_scope(), WINDOW)
        assert not isinstance(caught.value, DuplicateReport)
        assert caught.value.retryable

    use(tmp_path, answers, test)


def test_a_duplicate_of_nothing_is_tried_again_later(tmp_path: Path, limiter: FreeLimiter) -> None:
    async def test(source: AmazonAdsSource, stub: Stub) -> None:
        with pytest.raises(SourceError, match="not of what") as caught:
            await source.request(CAMPAIGNS, store_scope(), WINDOW)
        assert caught.value.retryable

    use(tmp_path, lambda _: Answer(425, {"code": "425", "detail": "duplicate"}), test)


def test_retry_after_is_honoured(tmp_path: Path, limiter: FreeLimiter) -> None:
    answers = [Answer(429, {"code": "429"}, {"Retry-After": "3"}), Answer(body=remote())]

    async def test(source: AmazonAdsSource, stub: Stub) -> None:
        await source.request(CAMPAIGNS, store_scope(), WINDOW)
        assert [seconds for _, seconds in limiter.emptied] == [3]

    use(tmp_path, lambda _: answers.pop(0), test)


def test_a_lost_answer_is_asked_for_again(tmp_path: Path, limiter: FreeLimiter) -> None:
    """Unlike SP-API: the second request is answered 425 while the first is being made."""
    answers = [
        Answer(cut=True),
        Answer(425, {"code": "425", "detail": f"The Request is a duplicate of : {ID}"}),
        Answer(body=remote()),
    ]

    async def test(source: AmazonAdsSource, stub: Stub) -> None:
        with pytest.raises(DuplicateReport):
            await source.request(CAMPAIGNS, store_scope(), WINDOW)

    use(tmp_path, lambda _: answers.pop(0), test)


@pytest.mark.parametrize("status", [401, 403])
def test_a_profile_that_may_not_be_seen_is_refused(tmp_path: Path, limiter: FreeLimiter, status: int) -> None:
    async def test(source: AmazonAdsSource, stub: Stub) -> None:
        with pytest.raises(SourceError, match="ads_profile_id") as caught:
            await source.request(CAMPAIGNS, store_scope(), WINDOW)
        assert caught.value.refused

    use(tmp_path, lambda _: Answer(status, {"code": str(status), "details": "Not authorized"}), test)


def test_states_and_reasons(tmp_path: Path, limiter: FreeLimiter) -> None:
    told = {
        "a": remote(reportId="a", status="PROCESSING"),
        "b": remote(reportId="b", status="COMPLETED", url="http://127.0.0.1:1/x?X-Amz-Signature=secret"),
        "c": remote(reportId="c", status="FAILED", failureReason="Report generation failed"),
    }

    def answers(request: Request) -> Answer:
        found = told.get(request.path.rsplit("/", 1)[1])
        return Answer(body=found) if found else Answer(404, {"code": "404", "detail": "Not found"})

    async def test(source: AmazonAdsSource, stub: Stub) -> None:
        scope = store_scope()
        states = await source.poll(CAMPAIGNS, scope, ["a", "b", "c", "d"])
        assert {key: each.state for key, each in states.items()} == {"a": "running", "b": "done", "c": "fatal"}
        assert states["b"].document_id == "b"
        assert states["a"].document_id is None
        assert "secret" not in repr(states)
        assert await source.reason(CAMPAIGNS, scope, states["c"]) == "Report generation failed"
        assert await source.reason(CAMPAIGNS, scope, states["b"]) is None
        assert await source.find_existing([CAMPAIGNS], scope, datetime(2026, 1, 1, tzinfo=UTC)) == []

    use(tmp_path, answers, test)


@pytest.mark.parametrize("expired", [0, 1, 2])
def test_a_document_comes_without_authorization_and_addresses_are_renewed(
    tmp_path: Path, limiter: FreeLimiter, expired: int
) -> None:
    content = gzip.compress(b'[{"campaignId": 9007199254740993}]')
    url: list[str] = []
    left = [expired]

    def answers(request: Request) -> Answer:
        if request.path.startswith(REPORTS):
            return Answer(body=remote(status="COMPLETED", url=f"{url[0]}/doc", urlExpiresAt="2099-01-01T00:00:00Z"))
        assert "authorization" not in request.headers
        assert "amazon-advertising-api-scope" not in request.headers
        left[0] -= 1
        return Answer(403, "<Error/>") if left[0] >= 0 else Answer(body=content)

    async def test(source: AmazonAdsSource, stub: Stub) -> None:
        url.append(stub.url)
        scope = store_scope()
        report = (await source.poll(CAMPAIGNS, scope, [ID]))[ID]
        async with source.fetch(CAMPAIGNS, scope, report) as download:
            assert download.gzip
            assert download.path.read_bytes() == content
        assert len(stub.seen(REPORTS)) == 1 + expired

    use(tmp_path, answers, test)


def test_a_report_without_an_address_is_told(tmp_path: Path, limiter: FreeLimiter) -> None:
    async def test(source: AmazonAdsSource, stub: Stub) -> None:
        report = RemoteReport(remote_id=ID, state="done", created_at=datetime(2026, 3, 1, tzinfo=UTC))
        with pytest.raises(SourceError, match="no address"):
            async with source.fetch(CAMPAIGNS, store_scope(), report):
                pass

    use(tmp_path, lambda _: Answer(body=remote(status="COMPLETED")), test)


def test_an_answer_that_is_no_report_is_told(tmp_path: Path, limiter: FreeLimiter) -> None:
    async def test(source: AmazonAdsSource, stub: Stub) -> None:
        for _ in range(2):
            with pytest.raises(SourceError, match="no report") as caught:
                await source.request(CAMPAIGNS, store_scope(), WINDOW)
            assert caught.value.retryable

    answers = [Answer(200, "<html>"), Answer(200, {"hello": 1})]
    use(tmp_path, lambda _: answers.pop(0), test)


def test_a_store_without_access_is_told(tmp_path: Path, limiter: FreeLimiter) -> None:
    async def test(source: AmazonAdsSource, stub: Stub) -> None:
        scope = store_scope()
        with pytest.raises(ConfigError, match="ads_refresh_token_env"):
            await source.request(CAMPAIGNS, Scope("x", scope.stores, "UTC", None), WINDOW)

    use(tmp_path, lambda _: Answer(404), test)
