"""Amazon Ads as the simulator speaks it: profiles, life of a report, what a request may hold, downloads."""

from __future__ import annotations

import gzip
import json
from datetime import date

import pytest

from simulator.apis.amazon_ads.report_types import TYPES
from tests.support.fake_world import NOW
from tests.support.references import reference

VND = "application/vnd.createasyncreportrequest.v3+json"
CONFIG = {
    "adProduct": "SPONSORED_PRODUCTS",
    "groupBy": ["campaign"],
    "columns": ["date", "campaignId", "impressions"],
    "reportTypeId": "spCampaigns",
    "timeUnit": "DAILY",
    "format": "GZIP_JSON",
}
BODY = {"name": "n", "startDate": "2026-03-01", "endDate": "2026-03-09", "configuration": CONFIG}


def create(asked, profile="1001", content_type=VND, **change):
    config = {**CONFIG, **change.pop("configuration", {})}
    body = {**BODY, **change, "configuration": config}
    return asked.ads(
        "POST", "/reporting/reports", profile, content=json.dumps(body), headers={"content-type": content_type}
    )


def poll(asked, report_id, profile="1001"):
    return asked.ads("GET", f"/reporting/reports/{report_id}", profile)


def test_profiles_are_those_of_the_token(asked):
    profiles = asked.ads("GET", "/v2/profiles", None).json()
    assert [p["profileId"] for p in profiles] == [1001, 1002]
    assert "region" not in profiles[0]


def test_a_report_goes_through_pending_to_a_file(asked):
    answer = create(asked)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vnd.createasyncreportresponse.v3+json"
    report = answer.json()
    assert (report["status"], report["url"], report["fileSize"]) == ("PENDING", None, None)
    assert report["configuration"]["columns"] == CONFIG["columns"]
    asked.pass_time(26)
    assert poll(asked, report["reportId"]).json()["status"] == "PROCESSING"
    asked.pass_time(120)
    done = poll(asked, report["reportId"]).json()
    assert done["status"] == "COMPLETED"
    file = asked.request("GET", done["url"])
    assert len(file.content) == done["fileSize"]
    assert json.loads(gzip.decompress(file.content))[4] == dict.fromkeys(CONFIG["columns"], 4)
    assert asked.sim.world.asked[-1][3:5] == (date(2026, 3, 1), date(2026, 3, 9))
    assert asked.request("GET", done["url"], headers={"Authorization": "Bearer x"}).status_code == 400
    asked.pass_time(3601)
    assert b"Request has expired" in asked.request("GET", done["url"]).content


def test_an_identical_request_is_a_duplicate_while_it_is_made(asked):
    report_id = create(asked).json()["reportId"]
    again = create(asked, name="another name")
    assert again.status_code == 425
    assert again.json() == {"code": "425", "detail": f"The Request is a duplicate of : {report_id}"}
    assert create(asked, "1002").status_code == 200
    assert create(asked, endDate="2026-03-08").status_code == 200
    asked.pass_time(200)
    fresh = create(asked)
    assert fresh.status_code == 200
    assert fresh.json()["reportId"] != report_id


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"startDate": "2026-02-06"}, "startDate to endDate range (32 days) must not exceed maximum range (31 days)"),
        ({"configuration": {"reportTypeId": "spNothing"}}, "configuration reportTypeId is unknown or invalid"),
        ({"configuration": {"columns": ["date", "acosClicks7d"]}}, "columns includes invalid values: (acosClicks7d)"),
        ({"configuration": {"columns": ["campaignId"]}}, "must include date"),
        ({"configuration": {"timeUnit": "SUMMARY"}}, "must not include date"),
        ({"configuration": {"groupBy": []}}, "groupBy cannot be null or empty"),
        ({"configuration": {"groupBy": ["searchTerm"]}}, "groupBy includes invalid values"),
        ({"configuration": {"format": "CSV"}}, "GZIP_JSON"),
        ({"configuration": {"adProduct": "SPONSORED_BRANDS"}}, "SPONSORED_PRODUCTS"),
        ({"configuration": {"filters": [{"field": "keywordType", "values": ["BROAD"]}]}}, "not a valid filter"),
        ({"startDate": "2025-12-01", "endDate": "2025-12-05"}, "retention limit (95 days)"),
        ({"endDate": "2026-03-11"}, "future"),
        ({"startDate": "20260301"}, "YYYY-MM-DD"),
    ],
)
def test_a_body_that_amazon_refuses(asked, change, said):
    answer = create(asked, **change)
    assert answer.status_code == 400
    assert answer.json()["code"] == "400"
    assert said in answer.json()["detail"]


def test_headers_are_checked(asked):
    assert create(asked, content_type="text/plain").status_code == 415
    assert create(asked, "9999").status_code == 401
    assert create(asked, None).status_code == 400
    wrong_client = {"Amazon-Advertising-API-ClientId": "someone"}
    assert asked.ads("GET", "/v2/profiles", None, headers=wrong_client).status_code == 401
    assert asked.ads("GET", "/v2/profiles", None, headers={"Authorization": ""}).status_code == 401
    sp_token = asked.token("Atzr|SELLERUS")
    assert asked.ads("GET", "/v2/profiles", None, headers={"Authorization": f"Bearer {sp_token}"}).status_code == 401


def test_only_a_pending_report_can_be_deleted(asked):
    first = create(asked).json()["reportId"]
    assert asked.ads("DELETE", f"/reporting/reports/{first}").json()["reportId"] == first
    assert poll(asked, first).status_code == 404
    second = create(asked).json()["reportId"]
    asked.pass_time(200)
    assert asked.ads("DELETE", f"/reporting/reports/{second}").status_code == 400
    assert poll(asked, second, "1002").status_code == 404


def test_a_restarted_simulator_knows_the_reports(start):
    report_id = create(start()).json()["reportId"]
    after = start(now=NOW)
    after.pass_time(200)
    assert poll(after, report_id).json()["status"] == "COMPLETED"


def test_the_columns_are_those_of_amazons_guide():
    guide = json.loads(reference("specs/amazon-ads-derived/ads_v3_report_types.json").read_text())
    for name, ours in TYPES.items():
        theirs = guide[name]
        assert ours.columns == set(theirs["base_columns"]) - ours.groups.get("searchTerm", frozenset()), name
        assert list(ours.groups) == theirs["groupBy"], name
        for group, columns in ours.groups.items():
            added = set(theirs["group_by"].get(group, {}).get("additional", []))
            assert columns == added, (name, group)
            assert ours.filters.get(group, {}) == {
                f: tuple(v) for f, v in theirs["group_by"].get(group, {}).get("filters", {}).items()
            }
