"""SP-API against a stub: the library's holes stay closed, and errors say what to do."""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from pipelines.errors import ConfigError, SourceError
from pipelines.sources.amazon.sp_reports import AmazonSpSource
from pipelines.sources.base import UncertainRequest
from pipelines.sources.transport import http
from pipelines.stores import Scope
from tests.support.sources import (
    ACCESS_TOKEN,
    FreeLimiter,
    account,
    account_scope,
    free_limiter,
    run,
    settings_for,
    store_scope,
)
from tests.support.sp_api import LISTINGS, ORDERS, REPORTS, TRAFFIC, remote, use
from tests.support.stub import Answer, Request, Stub, stub_server


@pytest.fixture
def limiter(monkeypatch: pytest.MonkeyPatch) -> FreeLimiter:
    return free_limiter(monkeypatch)


class TestTheLibrarysHoles:
    """Contract with python-amazon-sp-api: its private `_transport` is replaced. If one of these fails, look there."""

    def test_host_is_right_and_nothing_is_added_to_the_query(self, tmp_path: Path, limiter: FreeLimiter) -> None:
        async def test(source: AmazonSpSource, stub: Stub) -> None:
            await source.poll(ORDERS, account_scope(), ["7"])
            request = stub.seen(REPORTS)[0]
            assert request.headers["host"] == stub.url.removeprefix("http://")
            assert request.query == {}
            assert request.headers["x-amz-access-token"] == ACCESS_TOKEN
            assert 0 < len(request.headers["user-agent"]) <= 500
            assert "authorization" not in request.headers

        use(tmp_path, lambda _: Answer(body=remote(7)), test)

    @pytest.mark.parametrize("status", [500, 502, 503])
    def test_an_html_error_is_no_success(self, tmp_path: Path, limiter: FreeLimiter, status: int) -> None:
        async def test(source: AmazonSpSource, stub: Stub) -> None:
            with pytest.raises(SourceError) as caught:
                await source.poll(ORDERS, account_scope(), ["7"])
            assert caught.value.status == status
            assert caught.value.retryable
            assert len(stub.seen(REPORTS)) == 2  # it was tried again

        use(tmp_path, lambda _: Answer(status, "<html>oops</html>", {"content-type": "text/html"}), test)

    def test_json_without_errors_is_no_success(self, tmp_path: Path, limiter: FreeLimiter) -> None:
        async def test(source: AmazonSpSource, stub: Stub) -> None:
            with pytest.raises(SourceError):
                await source.poll(ORDERS, account_scope(), ["7"])

        use(tmp_path, lambda _: Answer(500, {"message": "internal"}), test)
        use(tmp_path, lambda _: Answer(200, "<html>all is well</html>"), test)
        use(tmp_path, lambda _: Answer(200, {"message": "hello"}), test)

    def test_a_slow_server_times_out(
        self, tmp_path: Path, limiter: FreeLimiter, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(http, "TIMEOUT", httpx.Timeout(0.2, pool=None))

        async def test(source: AmazonSpSource, stub: Stub) -> None:
            start = time.monotonic()
            with pytest.raises(SourceError) as caught:
                await source.poll(ORDERS, account_scope(), ["7"])
            assert time.monotonic() - start < 5
            assert caught.value.retryable
            assert "ReadTimeout" in str(caught.value)

        use(tmp_path, lambda _: Answer(body=remote(7), delay=10), test)

    @pytest.mark.parametrize("value", ["US", "nonsense"])
    def test_the_default_marketplace_of_the_environment_does_not_matter(
        self, tmp_path: Path, limiter: FreeLimiter, monkeypatch: pytest.MonkeyPatch, value: str
    ) -> None:
        monkeypatch.setenv("SP_API_DEFAULT_MARKETPLACE", value)

        async def test(source: AmazonSpSource, stub: Stub) -> None:
            await source.request(ORDERS, account_scope(), None)
            assert stub.seen(REPORTS)[0].json()["marketplaceIds"] == ["A13V1IB3VIYZZH", "A1PA6795UKMFR9"]

        use(tmp_path, lambda _: Answer(202, {"reportId": "9"}), test)

    def test_a_thousand_accounts_cost_little_and_get_their_own_tokens(
        self, tmp_path: Path, limiter: FreeLimiter
    ) -> None:
        async def play() -> None:
            def handler(request: Request) -> Answer:
                if request.path == "/auth/o2/token":
                    seller = dict(pair.split("=") for pair in request.body.decode().split("&"))["refresh_token"]
                    return Answer(body={"access_token": f"Atza|{seller[-6:]}", "expires_in": 3600})
                return Answer(body=remote(int(request.path.rsplit("/", 1)[1])))

            async with stub_server(handler) as stub:
                async with AmazonSpSource(settings_for(stub.url, tmp_path), None) as source:  # type: ignore[arg-type]
                    start = time.process_time()
                    for number in range(1000):
                        source._library.of(source._api.endpoint(account(number)), "token")
                    assert time.process_time() - start < 0.5
                    scopes = [account_scope(number) for number in range(100)]
                    for _ in range(2):
                        await asyncio.gather(*(source.poll(ORDERS, scope, ["1"]) for scope in scopes))
                assert len(stub.seen("/auth")) == 100
                assert len({each.headers["x-amz-access-token"] for each in stub.seen(REPORTS)}) == 100

        run(play())


class TestRequest:
    def test_the_body_is_what_amazon_takes(self, tmp_path: Path, limiter: FreeLimiter) -> None:
        start = datetime(2026, 2, 28, 23, tzinfo=UTC)

        async def test(source: AmazonSpSource, stub: Stub) -> None:
            report = await source.request(
                TRAFFIC, store_scope(), None, start=start, end=start + timedelta(days=1, seconds=-1), priority=3
            )
            assert stub.seen(REPORTS, "POST")[0].json() == {
                "reportType": "GET_SALES_AND_TRAFFIC_REPORT",
                "marketplaceIds": ["A1PA6795UKMFR9"],
                "dataStartTime": "2026-02-28T23:00:00Z",
                "dataEndTime": "2026-03-01T22:59:59Z",
                "reportOptions": {"dateGranularity": "DAY", "asinGranularity": "CHILD"},
            }
            assert (report.remote_id, report.state, report.window_start) == ("9", "running", start)
            assert limiter.taken[0][1] == 3
            assert limiter.rates == ["0.0167"]

        use(tmp_path, lambda _: Answer(202, {"reportId": "9"}, {"x-amzn-RateLimit-Limit": "0.0167"}), test)

    @pytest.mark.parametrize(
        "answer",
        [Answer(503, "<html>"), Answer(500, {"errors": []}), Answer(cut=True), Answer(202, "<html>"), Answer(504)],
    )
    def test_what_may_have_been_accepted_is_not_sent_again(
        self, tmp_path: Path, limiter: FreeLimiter, answer: Answer
    ) -> None:
        async def test(source: AmazonSpSource, stub: Stub) -> None:
            with pytest.raises(UncertainRequest) as caught:
                await source.request(LISTINGS, store_scope(), None)
            assert caught.value.retryable
            assert len(stub.seen(REPORTS, "POST")) == 1

        use(tmp_path, lambda _: answer, test)

    def test_what_was_never_sent_is_sent_again(self, tmp_path: Path, limiter: FreeLimiter) -> None:
        async def test(source: AmazonSpSource, stub: Stub) -> None:
            with pytest.raises(SourceError) as caught:
                await source.request(LISTINGS, store_scope(), None)
            assert not isinstance(caught.value, UncertainRequest)
            assert limiter.operations == ["createReport"] * 2

        # nobody listens on this port; the token comes from elsewhere
        use(tmp_path, lambda _: Answer(500), test, amazon_sp_endpoint="http://127.0.0.1:1")

    def test_429_empties_the_budget_and_queues_again(self, tmp_path: Path, limiter: FreeLimiter) -> None:
        answers = [
            Answer(429, {"errors": [{"code": "QuotaExceeded"}]}),
            Answer(429, "", {"retry-after": "7"}),
            Answer(202, {"reportId": "9"}),
        ]

        async def test(source: AmazonSpSource, stub: Stub) -> None:
            assert (await source.request(LISTINGS, store_scope(), None)).remote_id == "9"
            assert [seconds for _, seconds in limiter.emptied] == [0, 7]
            assert limiter.operations == ["createReport"] * 3

        use(tmp_path, lambda _: answers.pop(0), test)

    def test_429_for_ever_is_told(self, tmp_path: Path, limiter: FreeLimiter) -> None:
        async def test(source: AmazonSpSource, stub: Stub) -> None:
            with pytest.raises(SourceError, match="throttling") as caught:
                await source.request(LISTINGS, store_scope(), None)
            assert caught.value.retryable
            assert not isinstance(caught.value, UncertainRequest)

        use(tmp_path, lambda _: Answer(429, "slow down"), test)

    def test_400_is_told_and_not_repeated(self, tmp_path: Path, limiter: FreeLimiter) -> None:
        async def test(source: AmazonSpSource, stub: Stub) -> None:
            with pytest.raises(SourceError, match="Invalid input") as caught:
                await source.request(LISTINGS, store_scope(), None)
            assert not caught.value.retryable
            assert not caught.value.refused
            assert len(stub.seen(REPORTS)) == 1

        use(tmp_path, lambda _: Answer(400, {"errors": [{"code": "InvalidInput", "message": "Invalid input"}]}), test)


class TestTokens:
    def test_an_expired_token_is_renewed_once(self, tmp_path: Path, limiter: FreeLimiter) -> None:
        expired = {"errors": [{"code": "Unauthorized", "details": "The access token you provided has expired."}]}
        answers = [Answer(403, expired), Answer(body=remote(7))]

        async def test(source: AmazonSpSource, stub: Stub) -> None:
            assert (await source.poll(ORDERS, account_scope(), ["7"]))["7"].state == "running"
            assert len(stub.seen("/auth")) == 2

        use(tmp_path, lambda _: answers.pop(0), test)

    def test_a_role_that_is_missing_is_refused(self, tmp_path: Path, limiter: FreeLimiter) -> None:
        denied = {"errors": [{"code": "Unauthorized", "message": "Access to requested resource is denied."}]}

        async def test(source: AmazonSpSource, stub: Stub) -> None:
            with pytest.raises(SourceError, match="role") as caught:
                await source.request(LISTINGS, store_scope(), None)
            assert caught.value.refused
            assert len(stub.seen("/auth")) == 2

        use(tmp_path, lambda _: Answer(403, denied), test)

    @pytest.mark.parametrize(
        ("status", "error", "says"),
        [(400, "invalid_grant", "authorise the application again"), (401, "invalid_client", "TRADEWIND_LWA_CLIENT_ID")],
    )
    def test_a_credential_that_is_not_taken_is_refused_and_not_asked_for_again(
        self, tmp_path: Path, limiter: FreeLimiter, status: int, error: str, says: str
    ) -> None:
        async def play() -> None:
            async with stub_server(lambda _: Answer(status, {"error": error, "error_description": "no"})) as stub:
                async with AmazonSpSource(settings_for(stub.url, tmp_path), None) as source:  # type: ignore[arg-type]
                    for _ in range(3):
                        with pytest.raises(SourceError, match=says) as caught:
                            await source.request(LISTINGS, store_scope(), None)
                        assert caught.value.refused
                        assert "secret" not in str(caught.value).replace("CLIENT_SECRET", "").replace("the secret", "")
                assert len(stub.requests) == 1
                assert limiter.taken == []  # no budget is spent on it

        run(play())

    def test_no_secret_is_logged(self, tmp_path: Path, limiter: FreeLimiter, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)

        async def test(source: AmazonSpSource, stub: Stub) -> None:
            await source.poll(ORDERS, account_scope(), ["7"])
            with pytest.raises(SourceError) as caught:
                await source.poll(ORDERS, account_scope(), ["8"])
            assert "secret" not in str(caught.value)

        answers = [Answer(body=remote(7)), *[Answer(500, f"no: {ACCESS_TOKEN}")] * 2]
        use(tmp_path, lambda _: answers.pop(0), test)
        assert "access-secret" not in caplog.text
        assert "refresh-secret" not in caplog.text
        assert "client-secret" not in caplog.text

    def test_missing_settings_are_told(self, tmp_path: Path, limiter: FreeLimiter) -> None:
        with pytest.raises(ConfigError, match="TRADEWIND_LWA_CLIENT_ID"):
            AmazonSpSource(settings_for("http://127.0.0.1:1", tmp_path, lwa_client_id=None), None)  # type: ignore[arg-type]

        async def test(source: AmazonSpSource, stub: Stub) -> None:
            scope = store_scope()
            with pytest.raises(ConfigError, match="refresh_token_env"):
                await source.request(LISTINGS, Scope(scope.scope_id, scope.stores, scope.time_zone, None), None)

        use(tmp_path, lambda _: Answer(404), test)


class TestFinding:
    def test_one_call_serves_several_feeds_and_pages_are_followed(self, tmp_path: Path, limiter: FreeLimiter) -> None:
        since = datetime(2026, 2, 1, tzinfo=UTC)

        def answers(request: Request) -> Answer:
            if "nextToken" in request.query:
                assert request.query == {"nextToken": "more"}
                return Answer(body={"reports": [remote(2, createdTime="2026-02-20T00:00:00Z")]})
            assert request.query == {
                "reportTypes": f"{ORDERS.report_type},{LISTINGS.report_type}",
                "createdSince": "2026-02-01T00:00:00Z",
                "pageSize": "100",
            }
            reports = [
                remote(3, processingStatus="DONE", reportDocumentId="doc", dataStartTime="2026-02-01T00:00:00-08:00"),
                remote(1, createdTime="2026-01-20T00:00:00Z"),
            ]
            return Answer(body={"reports": reports, "nextToken": "more"})

        async def test(source: AmazonSpSource, stub: Stub) -> None:
            found = await source.find_existing([LISTINGS, ORDERS], account_scope(), since)
            assert [each.remote_id for each in found] == ["2", "3"]
            assert found[1].state == "done"
            assert found[1].document_id == "doc"
            assert found[1].window_start == datetime(2026, 2, 1, 8, tzinfo=UTC)
            assert found[1].marketplace_ids == ("A1PA6795UKMFR9",)
            assert limiter.operations == ["getReports"] * 2

        use(tmp_path, answers, test, fixed_now=datetime(2026, 3, 2, tzinfo=UTC))

    def test_no_more_than_90_days_are_asked_for(self, tmp_path: Path, limiter: FreeLimiter) -> None:
        async def test(source: AmazonSpSource, stub: Stub) -> None:
            assert await source.find_existing([ORDERS], account_scope(), datetime(2020, 1, 1, tzinfo=UTC)) == []
            assert stub.seen(REPORTS)[0].query["createdSince"] == "2026-01-01T00:01:00Z"

        use(tmp_path, lambda _: Answer(body={"reports": []}), test, fixed_now=datetime(2026, 4, 1, tzinfo=UTC))

    def test_many_are_polled_by_one_page_and_the_rest_one_by_one(self, tmp_path: Path, limiter: FreeLimiter) -> None:
        def answers(request: Request) -> Answer:
            if request.path == REPORTS:
                return Answer(body={"reports": [remote(n) for n in range(1, 5)]})
            if request.path.endswith("/6"):
                return Answer(404, {"errors": [{"code": "NotFound", "message": "no such report"}]})
            return Answer(body=remote(5, processingStatus="FATAL"))

        async def test(source: AmazonSpSource, stub: Stub) -> None:
            states = await source.poll(ORDERS, account_scope(), [str(n) for n in range(1, 7)])
            assert {key: each.state for key, each in states.items()} == {
                **dict.fromkeys("1234", "running"),
                "5": "fatal",
            }
            assert limiter.operations == ["getReports", "getReport", "getReport"]
            limiter.spare = False
            await source.poll(ORDERS, account_scope(), ["1", "2", "3"])
            assert limiter.operations[3:] == ["getReport"] * 3

        use(tmp_path, answers, test)
