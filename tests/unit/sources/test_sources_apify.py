"""Apify against a stub: one POST for one run, runs are known by their input, items are joined byte by byte."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipelines.actors import BUILT_IN
from pipelines.errors import ConfigError, SourceError
from pipelines.marketplaces import MARKETPLACES
from pipelines.sources import apify
from pipelines.sources.apify import ApifySource
from pipelines.sources.base import RemoteReport, UncertainRequest
from pipelines.stores import Scope
from tests.support.sources import account, feed, run, settings_for
from tests.support.stub import Answer, Request, Stub, stub_server

PRODUCTS, SEARCH = feed("apify.products"), feed("apify.keyword_search")
DE = MARKETPLACES["DE"]
SCOPE = Scope(DE.marketplace_id, account().stores[:1], DE.time_zone)
INPUT = BUILT_IN[PRODUCTS.name].run_input(DE, ["B000000001", "B000000002", "B000000003"])
ACTOR_RUNS = "/v2/actors/junglee~amazon-crawler/runs"


def remote(run_id: str = "run1", **values: Any) -> dict[str, Any]:
    return {
        "id": run_id,
        "actId": "act",
        "userId": "user",
        "startedAt": "2026-03-01T05:00:00.000Z",
        "finishedAt": None,
        "status": "RUNNING",
        "meta": {"origin": "API"},
        "stats": {},
        "options": {"build": "latest", "timeoutSecs": 300, "memoryMbytes": 1024, "diskMbytes": 2048},
        "buildId": "build",
        "buildNumber": "1.0.1",
        "usageTotalUsd": 0.1,
        "defaultKeyValueStoreId": f"kv-{run_id}",
        "defaultDatasetId": f"data-{run_id}",
        "defaultRequestQueueId": "queue",
        "generalAccess": "RESTRICTED",
        **values,
    }


def use(tmp_path: Path, answers: Any, test: Any, **overrides: Any) -> Any:
    async def play() -> Any:
        async with (
            stub_server(answers) as stub,
            ApifySource(settings_for(stub.url, tmp_path, **overrides), None) as source,  # type: ignore[arg-type]
        ):
            return await test(source, stub)

    return run(play())


def test_a_run_is_started_with_what_the_marketplace_tracks(tmp_path: Path) -> None:
    async def test(source: ApifySource, stub: Stub) -> None:
        report = await source.request(PRODUCTS, SCOPE, None)
        request = stub.requests[0]
        assert (request.method, request.path) == ("POST", ACTOR_RUNS)
        assert request.headers["authorization"] == "Bearer apify-secret"
        body = request.json()
        assert [each["url"] for each in body["categoryOrProductUrls"]] == [
            f"https://www.amazon.de/dp/B00000000{n}" for n in (1, 2, 3)
        ]
        assert body["countryCode"] == "DE"
        assert (report.remote_id, report.state, report.document_id) == ("run1", "running", "data-run1")
        assert report.created_at == datetime(2026, 3, 1, 5, tzinfo=UTC)
        assert report.details["same_input"] is True

    use(tmp_path, lambda _: Answer(201, {"data": remote()}), test)


@pytest.mark.parametrize(
    "answer", [Answer(502, "<html>"), Answer(500, {"error": {"message": "x"}}), Answer(cut=True), Answer(201, "<html>")]
)
def test_a_start_whose_outcome_is_unknown_is_sent_once(tmp_path: Path, answer: Answer) -> None:
    async def test(source: ApifySource, stub: Stub) -> None:
        with pytest.raises(UncertainRequest):
            await source.request(PRODUCTS, SCOPE, None)
        assert len(stub.requests) == 1

    use(tmp_path, lambda _: answer, test)


@pytest.mark.parametrize(
    ("status", "refused", "retryable"),
    [
        (401, True, False),
        (402, True, False),
        (403, True, False),
        (404, False, False),
        (400, False, False),
        (429, False, True),
    ],
)
def test_a_start_that_was_not_accepted_is_told(tmp_path: Path, status: int, refused: bool, retryable: bool) -> None:
    async def test(source: ApifySource, stub: Stub) -> None:
        with pytest.raises(SourceError) as caught:
            await source.request(PRODUCTS, SCOPE, None)
        assert not isinstance(caught.value, UncertainRequest)
        assert (caught.value.refused, caught.value.retryable) == (refused, retryable)
        assert len(stub.requests) == (2 if status == 429 else 1)  # too fast: that made no run

    use(tmp_path, lambda _: Answer(status, {"error": {"type": "x", "message": "no"}}), test)


def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    async def test(source: ApifySource, stub: Stub) -> None:
        with pytest.raises(SourceError) as caught:
            await source.request(PRODUCTS, SCOPE, None)
        assert not isinstance(caught.value, UncertainRequest)
        assert caught.value.retryable

    use(tmp_path, lambda _: Answer(500), test, apify_endpoint="http://127.0.0.1:1")


def test_runs_are_found_by_their_input(tmp_path: Path) -> None:
    """Ours, one of other products of the marketplace, one of another marketplace, one without input, one too old."""
    inputs = {
        "kv-ours": INPUT | {"addedByThePlatform": 1},
        "kv-other": BUILT_IN[PRODUCTS.name].run_input(DE, ["B000000009"]),
        "kv-us": BUILT_IN[PRODUCTS.name].run_input(MARKETPLACES["US"], ["B000000001"]),
    }
    runs = [
        remote("ours", status="SUCCEEDED", startedAt="2026-03-01T05:00:00Z"),
        remote("other", startedAt="2026-03-01T04:00:00Z"),
        remote("us", startedAt="2026-03-01T03:00:00Z"),
        remote("none", startedAt="2026-03-01T02:00:00Z"),
        remote("old", startedAt="2026-02-01T00:00:00Z"),
    ]

    def answers(request: Request) -> Answer:
        if request.path == ACTOR_RUNS:
            assert request.query["desc"] == "true"
            offset, limit = int(request.query.get("offset", "0")), int(request.query["limit"])
            page = runs[offset : offset + limit]
            total = {"total": len(runs), "offset": offset, "limit": limit, "count": len(page), "desc": True}
            return Answer(body={"data": {"items": page, **total}})
        found = inputs.get(request.path.split("/")[3])
        return Answer(body=found) if found else Answer(404, {"error": {"type": "record-not-found", "message": "-"}})

    async def test(source: ApifySource, stub: Stub) -> None:
        since = datetime(2026, 2, 20, tzinfo=UTC)
        found = await source.find_existing([PRODUCTS], SCOPE, since)
        assert [(each.remote_id, each.details["same_input"]) for each in found] == [("other", False), ("ours", True)]
        assert found[1].state == "done"
        asked = len(stub.seen("/v2/key-value-stores"))
        await source.find_existing([PRODUCTS], SCOPE, since)
        assert len(stub.seen("/v2/key-value-stores")) == asked  # inputs never change

    use(tmp_path, answers, test)


def test_two_crawls_by_one_actor_are_told_apart_and_their_mapping_is_told(tmp_path: Path) -> None:
    store = replace(account().stores[0], keywords=("tisch",))
    scope = replace(SCOPE, stores=(store,))
    inputs = {
        "kv-pages": INPUT,
        "kv-search": BUILT_IN[SEARCH.name].run_input(DE, ["tisch"]),
        "kv-both": {"categoryOrProductUrls": [*INPUT["categoryOrProductUrls"], {"url": "https://www.amazon.de/s?k=a"}]},
    }
    runs = [remote(name, status="SUCCEEDED") for name in ("pages", "search", "both")]

    def answers(request: Request) -> Answer:
        if request.path == ACTOR_RUNS:
            total = {"total": len(runs), "offset": 0, "limit": 100, "count": len(runs), "desc": True}
            return Answer(body={"data": {"items": runs, **total}})
        if request.path.startswith("/v2/actor-runs/"):
            return Answer(body={"data": runs[1]})
        return Answer(body=inputs[request.path.split("/")[3]])

    async def test(source: ApifySource, stub: Stub) -> None:
        found = await source.find_existing([PRODUCTS, SEARCH], scope, datetime(2026, 2, 20, tzinfo=UTC))
        assert {(each.remote_id, each.report_type, each.details["mapping"]) for each in found} == {
            ("pages", "products", BUILT_IN[PRODUCTS.name].mapping_id),
            ("search", "keyword_search", BUILT_IN[SEARCH.name].mapping_id),
        }
        assert [each.details["same_input"] for each in found] == [True, True]
        assert len(stub.seen(ACTOR_RUNS)) == 1
        polled = await source.poll(SEARCH, scope, ["search"])
        assert "mapping" not in polled["search"].details, "it may be a run of an actor that was used before"

    use(tmp_path, answers, test)


def test_states(tmp_path: Path) -> None:
    told = {"READY": "running", "SUCCEEDED": "done", "FAILED": "fatal", "TIMED-OUT": "fatal", "ABORTED": "fatal"}

    def answers(request: Request) -> Answer:
        status = request.path.rsplit("/", 1)[1]
        if status not in told:
            return Answer(404, {"error": {"type": "record-not-found", "message": "-"}})
        return Answer(body={"data": remote(status, status=status, statusMessage="captcha")})

    async def test(source: ApifySource, stub: Stub) -> None:
        states = await source.poll(PRODUCTS, SCOPE, [*told, "gone"])
        assert {key: each.state for key, each in states.items()} == told
        assert await source.reason(PRODUCTS, SCOPE, states["FAILED"]) == "FAILED: captcha"
        assert await source.reason(PRODUCTS, SCOPE, states["READY"]) is None

    use(tmp_path, answers, test)


def items(number: int) -> list[dict[str, Any]]:
    return [{"asin": f"B{n:09d}", "title": "Tüte ]["} for n in range(number)]


@pytest.mark.parametrize("number", [0, 1, 3, 4, 6, 7])
@pytest.mark.parametrize("indent", [None, 2])
def test_items_are_joined_into_one_array(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, indent: int | None
) -> None:
    monkeypatch.setattr(apify, "ITEMS_PER_PAGE", 3)
    broken = [1]

    def answers(request: Request) -> Answer:
        offset, limit = int(request.query.get("offset", "0")), int(request.query["limit"])
        page = items(number)[offset : offset + limit]
        headers = {
            "content-type": "application/json; charset=utf-8",
            "x-apify-pagination-total": str(number),
            "x-apify-pagination-offset": str(offset),
            "x-apify-pagination-count": str(len(page)),
            "x-apify-pagination-limit": str(limit),
            "x-apify-pagination-desc": "false",
        }
        text = json.dumps(page, ensure_ascii=False, indent=indent).encode() + b"\n"
        if offset == 3 and broken:  # the second page breaks off once
            broken.pop()
            return Answer(body=text[:-4], headers=headers, length=len(text))
        return Answer(body=text, headers=headers)

    async def test(source: ApifySource, stub: Stub) -> None:
        report = RemoteReport(
            remote_id="run1", state="done", created_at=datetime(2026, 3, 1, tzinfo=UTC), document_id="data-run1"
        )
        async with source.fetch(PRODUCTS, SCOPE, report) as download:
            assert json.loads(download.path.read_bytes()) == items(number)
            assert (download.gzip, download.content_type) == (False, "application/json")
        assert not download.path.exists()

    use(tmp_path, answers, test)


def test_a_page_that_is_no_array_is_told(tmp_path: Path) -> None:
    async def test(source: ApifySource, stub: Stub) -> None:
        report = RemoteReport(
            remote_id="run1", state="done", created_at=datetime(2026, 3, 1, tzinfo=UTC), document_id="data-run1"
        )
        with pytest.raises(SourceError, match="no whole JSON array") as caught:
            async with source.fetch(PRODUCTS, SCOPE, report):
                pass
        assert caught.value.retryable

    headers = {f"x-apify-pagination-{each}": "1" for each in ("total", "offset", "count", "limit")}
    use(
        tmp_path,
        lambda _: Answer(200, "<html>", {**headers, "x-apify-pagination-desc": "false"}),
        test,
    )


def test_missing_settings_are_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="TRADEWIND_APIFY_TOKEN"):
        ApifySource(settings_for("http://127.0.0.1:1", tmp_path, apify_token=None), None)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="TRADEWIND_ACTORS"):
        ApifySource(settings_for("http://127.0.0.1:1", tmp_path, actors_path=tmp_path / "none.yaml"), None)  # type: ignore[arg-type]
