"""SP-API as the simulator speaks it: life of a report, lists, documents, limits, errors."""

from __future__ import annotations

import gzip
from datetime import timedelta

import pytest

from simulator.world.instants import iso
from tests.support.fake_world import DE, FR, MYI, NOW, ORDERS, SETTLEMENTS, TRAFFIC, US

BODY = {"reportType": ORDERS, "marketplaceIds": [US], "dataStartTime": "2026-03-01T08:00:00Z"}


def create(asked, seller="SELLERUS", **body):
    return asked.sp("POST", "reports", seller, json={**BODY, **body})


def test_a_report_goes_through_the_queue_to_a_document(asked):
    answer = create(asked)
    assert answer.status_code == 202
    report_id = answer.json()["reportId"]
    assert report_id.isdigit()
    first = asked.sp("GET", f"reports/{report_id}").json()
    assert first["processingStatus"] == "IN_QUEUE"
    assert "reportDocumentId" not in first
    asked.pass_time(21)
    assert asked.sp("GET", f"reports/{report_id}").json()["processingStatus"] == "IN_PROGRESS"
    asked.pass_time(60)
    done = asked.sp("GET", f"reports/{report_id}").json()
    assert done["processingStatus"] == "DONE"
    assert done["createdTime"] == iso(NOW)
    document = asked.sp("GET", f"documents/{done['reportDocumentId']}").json()
    assert document["compressionAlgorithm"] == "GZIP"
    assert document["url"].startswith("http://simulator.test/documents/")
    assert "X-Amz-Expires=300" in document["url"]
    file = asked.request("GET", document["url"])
    assert file.headers["content-type"] == "text/plain;charset=UTF-8"
    assert gzip.decompress(file.content).decode().startswith("amazon-order-id\tsku")


def test_the_document_is_the_world_as_it_was_when_it_was_asked_for(asked):
    report_id = create(asked).json()["reportId"]
    asked.sim.move(NOW + timedelta(days=2))
    asked.sp("GET", f"reports/{report_id}")
    assert asked.sim.world.asked[-1][-1] == NOW


def test_no_data_is_cancelled(asked):
    answer = create(asked, reportType="GET_LEDGER_SUMMARY_VIEW_DATA")
    asked.pass_time(90)
    report = asked.sp("GET", f"reports/{answer.json()['reportId']}").json()
    assert report["processingStatus"] == "CANCELLED"
    assert "reportDocumentId" not in report


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"reportType": None}, "reportType is required"),
        ({"reportType": "GET_NOTHING"}, "GET_NOTHING is invalid"),
        ({"reportType": SETTLEMENTS}, "cannot be requested"),
        ({"marketplaceIds": [DE]}, "not marketplaces of this selling partner"),
        ({"marketplaceIds": []}, "1 to 25"),
        ({"marketplaceIds": US}, "1 to 25"),
        ({"reportOptions": {"a": True}}, "map of strings to strings"),
        ({"dataEndTime": "2026-03-11T00:00:00Z"}, "prior to or equal"),
        ({"dataStartTime": "yesterday"}, "ISO 8601"),
        ({"dataStartTime": "2026-03-01T08:00:00"}, "time zone"),
        ({"dataStartTime": "2026-03-05T00:00:00Z", "dataEndTime": "2026-03-04T00:00:00Z"}, "before dataEndTime"),
        ({"dataStartTime": "2026-01-05T00:00:00Z"}, "must not exceed 31 days"),
        ({"reportType": TRAFFIC, "reportOptions": {"dateGranularity": "HOUR"}}, "must be one of DAY"),
        ({"reportType": TRAFFIC, "reportOptions": {"granularity": "DAY"}}, "not an option"),
    ],
)
def test_a_body_that_amazon_refuses(asked, change, said):
    answer = create(asked, **change)
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error["code"] == "InvalidInput"
    assert said in error["details"]
    assert answer.headers["x-amzn-ratelimit-limit"] == "0.0167"


def test_the_bucket_is_per_seller_and_operation(asked):
    answers = [create(asked) for _ in range(16)]
    assert [a.status_code for a in answers] == [202] * 15 + [429]
    assert answers[0].headers["x-amzn-ratelimit-limit"] == "0.0167"
    assert "x-amzn-ratelimit-limit" not in answers[-1].headers
    assert answers[-1].json()["errors"][0]["code"] == "QuotaExceeded"
    assert create(asked, "SELLEREU", marketplaceIds=[DE]).status_code == 202
    counts = asked.request("GET", "/_sim/counts").json()
    assert counts["overdrawn"] == [{"bucket": "sp.SELLERUS.createReport", "count": 1}]
    assert [c["count"] for c in counts["createReport"]] == [15, 1]


def test_time_scale_is_said_in_the_rate_header(start):
    asked = start(time_scale=600)
    assert create(asked).headers["x-amzn-ratelimit-limit"] == "10.02"
    asked.pass_time(0.2)
    assert (
        asked.sp("GET", f"reports/{asked.sim.reports.of('sp', 'SELLERUS')[0].report_id}").json()["processingStatus"]
        == "DONE"
    )


@pytest.mark.parametrize(("setting", "status"), [("CANCELLED", "CANCELLED"), ("FATAL", "FATAL")])
def test_an_inventory_report_asked_for_again_too_soon(start, setting, status):
    asked = start(too_soon=setting)
    body = {"reportType": MYI, "dataStartTime": None}
    first = create(asked, **body).json()["reportId"]
    asked.pass_time(29 * 60)
    second = create(asked, **body).json()["reportId"]
    asked.pass_time(120)
    third = create(asked, **body).json()["reportId"]
    asked.pass_time(120)
    statuses = [asked.sp("GET", f"reports/{r}").json()["processingStatus"] for r in (first, second, third)]
    assert statuses == ["DONE", status, "DONE"]


def test_reports_are_listed_newest_first_by_pages(asked):
    mine = create(asked, reportType=MYI, dataStartTime=None).json()["reportId"]
    asked.pass_time(5)
    noise = {"MarketplaceId": US, "MarketplaceIds": US, "marketplace_ids": US, "marketplaceIds": US}
    page = asked.sp("GET", "reports", params={"reportTypes": MYI, "pageSize": 20, **noise}).json()
    assert page["reports"][0]["reportId"] == mine
    assert len(page["reports"]) == 20
    rest = asked.sp("GET", "reports", params={"nextToken": page["nextToken"], **noise}).json()
    assert len(rest["reports"]) == 6
    assert "nextToken" not in rest
    created = [r["createdTime"] for r in page["reports"] + rest["reports"]]
    assert created == sorted(created, reverse=True)
    beside = asked.sp("GET", "reports", params={"nextToken": page["nextToken"], "pageSize": 20})
    assert beside.status_code == 400
    assert asked.sp("GET", "reports").status_code == 400
    assert asked.sp("GET", "reports", params={"reportTypes": MYI, "pageSize": 101}).status_code == 400


def test_list_filters(asked):
    since = iso(NOW - timedelta(days=2))
    assert len(asked.sp("GET", "reports", params={"reportTypes": MYI, "createdSince": since}).json()["reports"]) == 2
    none = asked.sp("GET", "reports", "SELLEREU", params={"reportTypes": MYI, "marketplaceIds": US}).json()
    assert none == {"reports": []}
    both = {"reportTypes": f"{MYI},{SETTLEMENTS}", "pageSize": 100, "processingStatuses": "DONE"}
    assert len(asked.sp("GET", "reports", "SELLEREU", params=both).json()["reports"]) == 26


def test_settlements_are_listed_and_can_be_listed_twice(asked):
    params = {"reportTypes": SETTLEMENTS}
    (one,) = asked.sp("GET", "reports", params=params).json()["reports"]
    asked.faults({"do": "settlement_twice"})
    newer, older = asked.sp("GET", "reports", params=params).json()["reports"]
    assert older == one
    assert newer["createdTime"] > older["createdTime"]
    urls = [asked.sp("GET", f"documents/{r['reportDocumentId']}").json() for r in (newer, older)]
    assert "compressionAlgorithm" not in urls[0]
    first, second = (asked.request("GET", u["url"]).content for u in urls)
    assert first == second
    assert asked.sp("GET", f"reports/{newer['reportId']}").json() == newer


def test_a_report_of_another_seller_is_not_found(asked):
    report_id = create(asked).json()["reportId"]
    answer = asked.sp("GET", f"reports/{report_id}", "SELLEREU")
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["code"] == "NotFound"


def test_only_a_queued_report_can_be_cancelled(asked):
    first, second = (create(asked).json()["reportId"] for _ in range(2))
    answer = asked.sp("DELETE", f"reports/{first}")
    assert (answer.status_code, answer.content) == (200, b"")
    assert asked.sp("GET", f"reports/{first}").json()["processingStatus"] == "CANCELLED"
    asked.pass_time(90)
    assert asked.sp("DELETE", f"reports/{second}").status_code == 400


def test_a_restarted_simulator_knows_the_reports(start):
    before = start()
    report_id = create(before).json()["reportId"]
    cancelled = create(before, dataStartTime="2026-03-02T00:00:00Z").json()["reportId"]
    before.sp("DELETE", f"reports/{cancelled}")
    before.pass_time(90)
    create(before, dataStartTime="2026-03-03T00:00:00Z")
    token = before.token("Atzr|SELLERUS")
    with (before.sim.reports._path).open("a") as file:
        file.write('{"api":"sp","own')
    after = start()
    after._tokens["SELLERUS"] = token
    assert after.sp("GET", f"reports/{report_id}").json()["processingStatus"] == "DONE"
    assert after.sp("GET", f"reports/{cancelled}").json()["processingStatus"] == "CANCELLED"
    assert len({r.report_id for r in after.sim.reports.of("sp", "SELLERUS")}) == 3
    fresh = create(after).json()["reportId"]
    assert fresh not in (report_id, cancelled)


def test_addresses_expire_and_are_signed(asked):
    listed = asked.sp("GET", "reports", params={"reportTypes": SETTLEMENTS}).json()["reports"][0]
    url = asked.sp("GET", f"documents/{listed['reportDocumentId']}").json()["url"]
    with_auth = asked.request("GET", url, headers={"Authorization": "Bearer x"})
    assert with_auth.status_code == 400
    assert b"Only one auth mechanism" in with_auth.content
    assert asked.request("GET", url.replace("SELLERUS", "SELLEREU")).status_code == 403
    asked.pass_time(301)
    late = asked.request("GET", url)
    assert late.status_code == 403
    assert late.headers["content-type"] == "application/xml"
    assert b"<Message>Request has expired</Message>" in late.content


def test_the_flag_that_makes_clients_inflate_twice(asked):
    report_id = create(asked).json()["reportId"]
    asked.pass_time(90)
    document_id = asked.sp("GET", f"reports/{report_id}").json()["reportDocumentId"]
    flagged = asked.sp("GET", f"documents/{document_id}", params={"enableContentEncodingUrlHeader": "true"}).json()
    assert flagged["compressionAlgorithm"] == "GZIP"
    file = asked.request("GET", flagged["url"])
    assert file.headers["content-encoding"] == "gzip"
    assert file.content.startswith(b"amazon-order-id")


@pytest.mark.parametrize(
    ("headers", "details"),
    [
        ({"x-amz-access-token": ""}, "Access token is missing in the request header."),
        ({"x-amz-access-token": "Atza|nonsense"}, "revoked, malformed or invalid"),
    ],
)
def test_tokens_that_are_not_good(asked, headers, details):
    answer = asked.sp("GET", "reports", headers=headers, params={"reportTypes": MYI})
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["code"] == "Unauthorized"
    assert details in answer.json()["errors"][0]["details"]
    assert "x-amzn-ratelimit-limit" not in answer.headers


def test_an_expired_token(start):
    asked = start(token_lifetime=-1)
    answer = create(asked)
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["details"] == "The access token you provided has expired."


def test_one_account_with_two_marketplaces(asked):
    assert create(asked, "SELLEREU", marketplaceIds=[DE, FR]).status_code == 202
    two = create(asked, "SELLEREU", marketplaceIds=[DE, FR], reportType=TRAFFIC)
    assert two.status_code == 400


def test_wrong_content_type(asked):
    assert asked.sp("POST", "reports", content=b"{}", headers={"content-type": "text/plain"}).status_code == 415
    assert asked.sp("POST", "reports", content=b"{", headers={"content-type": "application/json"}).status_code == 400
