"""Rules of faults: whom they strike, and what transport and outcome faults do."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import httpx
import pytest

from simulator.apis.wire import Call
from simulator.faults.rules import KINDS, SCENARIOS, FaultError, Faults, load_faults, parse_rule
from tests.support.fake_world import MYI, ORDERS, US

BODY = {"reportType": ORDERS, "marketplaceIds": [US]}


def call(api="sp", operation="createReport", seller="A", report_type=ORDERS, path="/x"):
    return Call(api, operation, "GET", path, "", {}, b"", {}, seller, report_type)


def struck(rule, *calls):
    faults = Faults([rule])
    return [bool(faults.draw(each)) for each in calls]


def test_a_kind_strikes_where_it_makes_sense_unless_told_otherwise():
    download, create = call(operation="download"), call()
    assert struck({"do": "nul"}, download, create) == [True, False]
    assert struck({"do": "cancelled"}, download, create) == [False, True]
    rule = {"do": "status_html", "match": {"operation": "download"}}
    assert struck(rule, download, create, call("ads", "download")) == [True, False, True]
    assert struck({**rule, "match": {"operation": "sp.download"}}, download, call("ads", "download")) == [True, False]
    assert struck({"do": "fatal", "match": {"api": "apify"}}, create, call("apify", "startRun")) == [False, True]


def test_matches_are_all_needed():
    rule = {"do": "fatal", "match": {"seller": "A", "report_type": [ORDERS, MYI], "path_regex": "^/x$"}}
    others = call(seller="B"), call(report_type="OTHER"), call(path="/xy")
    assert struck(rule, call(), call(report_type=MYI), *others) == [True, True, False, False, False]


def test_nth_times_and_probability():
    assert struck({"do": "fatal", "nth": 2}, *[call()] * 3) == [False, True, False]
    assert struck({"do": "fatal", "nth": [1, 3]}, *[call()] * 3) == [True, False, True]
    assert struck({"do": "fatal", "times": 2}, *[call()] * 3) == [True, True, False]
    half = {"do": "fatal", "probability": 0.5}
    drawn = struck(half, *[call()] * 400)
    assert drawn == struck(half, *[call()] * 400)
    assert 150 < sum(drawn) < 250


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"do": "nonsense"}, "no fault 'nonsense'"),
        ({}, 'with a "do"'),
        ({"do": "nul", "match": {"store": "x"}}, "cannot match on"),
        ({"do": "nul", "match": {"operation": "nowhere"}}, "matches no operation"),
    ],
)
def test_rules_that_cannot_be_used(rule, said):
    with pytest.raises(FaultError, match=said):
        parse_rule(rule, 1, 0)


def test_scenarios_and_files(tmp_path):
    for name in SCENARIOS:
        Faults(load_faults(name))
    by_chance = {rule["do"] for rule in SCENARIOS["everything5"]}
    assert set(KINDS) - by_chance == {"hold", "stuck_in_queue", "failed_items", "captcha_items", "sample_rows"}
    assert {rule["do"] for rule in SCENARIOS["worst5"]} == set(KINDS) - {"hold", "stuck_in_queue"}
    path = tmp_path / "faults.json"
    path.write_text(json.dumps({"rules": [{"do": "throttle"}]}))
    assert load_faults(str(path)) == [{"do": "throttle"}]
    with pytest.raises(FaultError, match="no scenario and no file"):
        load_faults("nothing")
    path.write_text("[")
    with pytest.raises(FaultError, match="not JSON"):
        load_faults(str(path))


def test_faults_are_replaced_while_serving(asked):
    answer = asked.request("POST", "/_sim/faults", json={"rules": [{"do": "status_html", "match": {"api": "sp"}}]})
    assert answer.json()[0]["do"] == "status_html"
    wrong = asked.request("POST", "/_sim/faults", json=[{"do": "x"}])
    assert wrong.status_code == 400
    assert "no fault 'x'" in wrong.json()["error"]
    failed = asked.sp("GET", "reports", params={"reportTypes": ORDERS})
    assert (failed.status_code, failed.headers["content-type"]) == (503, "text/html")


def test_errors_have_the_shape_of_their_api(asked):
    asked.token("Atzr|SELLERUS")
    asked.sp("GET", "reports", params={"reportTypes": ORDERS})
    asked.ads("GET", "/v2/profiles", None)
    asked.faults({"do": "status_json", "status": 500})
    assert asked.sp("POST", "reports", json=BODY).json()["errors"][0]["code"] == "InternalFailure"
    assert asked.ads("GET", "/v2/profiles", None).json()["code"] == "500"
    assert asked.apify("GET", "/v2/actor-runs").json()["error"]["type"] == "internal-error"
    assert asked.request("POST", "/auth/o2/token").json()["error"] == "server_error"
    asked.faults({"do": "throttle", "retry_after": 7})
    assert asked.ads("GET", "/v2/profiles", None).headers["retry-after"] == "7"
    answer = asked.sp("POST", "reports", json=BODY)
    assert answer.json()["errors"][0]["code"] == "QuotaExceeded"
    assert "retry-after" not in answer.headers
    asked.faults()
    assert asked.sp("POST", "reports", json=BODY).status_code == 429, "a throttle empties the bucket"


def test_after_the_effect(asked):
    asked.faults({"do": "status_json", "status": 502, "when": "after", "match": {"operation": "startRun"}})
    assert asked.apify("POST", "/v2/acts/junglee~amazon-crawler/runs", json={}).status_code == 502
    assert len(asked.sim.runs.runs) == 1
    asked.faults({"do": "throttle", "when": "after", "match": {"api": "sp"}, "times": 1})
    assert asked.sp("POST", "reports", json=BODY).status_code == 429
    assert asked.sim.reports.count() == 1


def create(asked, **body):
    report_id = asked.sp("POST", "reports", json={**BODY, **body}).json()["reportId"]
    asked.pass_time(90)
    return asked.sp("GET", f"reports/{report_id}").json()


def test_outcomes_of_reports(asked):
    asked.faults({"do": "cancelled"})
    assert create(asked)["processingStatus"] == "CANCELLED"
    asked.faults({"do": "fatal"})
    assert "reportDocumentId" not in create(asked)
    asked.faults({"do": "fatal", "reason": "The period is not available yet."})
    report = create(asked)
    assert report["processingStatus"] == "FATAL"
    url = asked.sp("GET", f"documents/{report['reportDocumentId']}").json()["url"]
    assert asked.request("GET", url).json() == {"errorDetails": "The period is not available yet."}
    asked.faults({"do": "stuck_in_queue"})
    assert create(asked)["processingStatus"] == "IN_QUEUE"
    asked.faults({"do": "done_without_document"})
    report = create(asked)
    assert report["processingStatus"] == "DONE"
    assert "reportDocumentId" not in report


def test_accounts_and_tokens(asked):
    asked.faults({"do": "role_403"})
    assert asked.sp("POST", "reports", json=BODY).status_code == 403
    asked.faults({"do": "expired_token", "times": 1})
    assert "has expired" in asked.sp("POST", "reports", json=BODY).text
    assert asked.sp("POST", "reports", json=BODY).status_code == 202
    asked.faults({"do": "token_revoked", "match": {"seller": "SELLEREU"}})
    form = {"grant_type": "refresh_token", "client_id": "sp-client", "client_secret": "sp-secret"}
    revoked = asked.request("POST", "/auth/o2/token", data={**form, "refresh_token": "Atzr|SELLEREU"})
    assert (revoked.status_code, revoked.json()["error"]) == (400, "invalid_grant")
    assert asked.token("Atzr|SELLERUS")
    asked.faults({"do": "short_token", "expires_in": 5})
    fine = asked.request("POST", "/auth/o2/token", data={**form, "refresh_token": "Atzr|SELLERUS"})
    assert fine.json()["expires_in"] == 5


def test_addresses_that_have_expired(asked):
    report = create(asked)
    asked.faults({"do": "expired_url", "times": 1})
    late, fresh = (asked.sp("GET", f"documents/{report['reportDocumentId']}").json()["url"] for _ in range(2))
    assert asked.request("GET", late).status_code == 403
    assert asked.request("GET", fresh).status_code == 200


def test_ads_duplicates(asked):
    config = {
        "adProduct": "SPONSORED_PRODUCTS",
        "groupBy": ["campaign"],
        "columns": ["campaignId"],
        "reportTypeId": "spCampaigns",
        "timeUnit": "SUMMARY",
        "format": "GZIP_JSON",
    }
    body = {"startDate": "2026-03-01", "endDate": "2026-03-02", "configuration": config}
    asked.faults({"do": "duplicate", "times": 1})
    answer = asked.ads("POST", "/reporting/reports", json=body)
    (report,) = asked.sim.reports.of("ads", "1001")
    assert answer.status_code == 425
    assert report.report_id in answer.json()["detail"]
    asked.faults({"do": "duplicate_of_other"})
    other = asked.ads("POST", "/reporting/reports", json={**body, "endDate": "2026-03-03"})
    assert (other.status_code, other.json()["detail"][-36:]) == (425, report.report_id)
    asked.faults({"do": "fatal", "reason": "because"})
    failed = asked.ads("POST", "/reporting/reports", json={**body, "endDate": "2026-03-04"}).json()
    asked.pass_time(200)
    polled = asked.ads("GET", f"/reporting/reports/{failed['reportId']}").json()
    assert (polled["status"], polled["failureReason"]) == ("FAILED", "because")


def test_apify_faults(asked):
    asked.faults({"do": "fatal", "reason": "blocked"})
    run_id = asked.apify("POST", "/v2/acts/junglee~amazon-crawler/runs", json={}).json()["data"]["id"]
    asked.pass_time(90)
    run = asked.apify("GET", f"/v2/actor-runs/{run_id}").json()["data"]
    assert (run["status"], run["statusMessage"]) == ("FAILED", "blocked")
    assert asked.sim.runs.runs[0]["outcome"] == "FAILED"
    asked.faults({"do": "captcha_items", "fraction": 0.2})
    items = asked.apify("GET", "/v2/datasets/data1/items").json()
    assert [item.get("error") for item in items].count("captcha") == 5


def test_holding_before_and_after_the_effect(asked):
    token = asked.token("Atzr|SELLERUS")

    async def scenario(when, release):
        asked.faults({"do": "hold", "when": when})
        transport = httpx.ASGITransport(app=asked._app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://simulator.test") as client:
            headers = {"x-amz-access-token": token, "user-agent": "test"}
            request = client.post("/reports/2021-06-30/reports", json=BODY, headers=headers)
            task = asyncio.create_task(request)
            held = []
            while not held:
                await asyncio.sleep(0)
                held = (await client.get("/_sim/held")).json()
            made = asked.sim.reports.count()
            await client.post("/_sim/release", json=release)
            try:
                answer = await task
                return made, held[0], answer.status_code
            except AssertionError:  # the transport's way to say that the answer is not whole
                return made, held[0], None

    made, held, status = asyncio.run(scenario("before", {}))
    assert (made, status, held["operation"], held["when"]) == (0, 202, "createReport", "before")
    made, _, status = asyncio.run(scenario("after", {}))
    assert (made, status) == (2, 202)
    asyncio.run(scenario("before", {"drop": True}))
    assert asked.sim.reports.count() == 2
    assert asked.sim.held == {}


def test_the_log_names_request_and_fault(asked):
    asked.faults({"do": "cancelled"})
    asked.sp("POST", "reports", json=BODY)
    entry = asked.request("GET", "/_sim/log", params={"operation": "createReport"}).json()[0]
    assert entry["seller"] == "SELLERUS"
    assert entry["detail"]["reportType"] == ORDERS
    assert (entry["faults"], entry["status"]) == (["cancelled"], 202)
    assert "Atz" not in json.dumps(entry)
    (rule,) = asked.request("GET", "/_sim/counts").json()["faults"]
    assert (rule["matched"], rule["struck"]) == (1, 1)


def test_moving_the_clock(asked):
    answer = asked.request("POST", "/_sim/now", json={"now": "2026-03-12T08:00:00Z"})
    assert answer.json()["now"] == "2026-03-12T08:00:00Z"
    assert asked.request("POST", "/_sim/now", json={"now": 1}).status_code == 400
    assert asked.request("GET", "/_sim/nothing").status_code == 404


def test_every_fault_and_scenario_is_in_the_page_for_users():
    page = (Path(__file__).parents[3] / "docs" / "simulator.md").read_text()
    assert [name for name in [*KINDS, *SCENARIOS] if f"`{name}`" not in page] == []
