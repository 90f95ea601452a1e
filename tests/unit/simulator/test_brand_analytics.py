"""Brand Analytics as the simulator answers for it: options refused at once; wrong periods end FATAL and say why."""

from __future__ import annotations

import gzip
import json

import pytest

from tests.support.fake_world import US

TERMS = "GET_BRAND_ANALYTICS_SEARCH_TERMS_REPORT"
WEEK = {"dataStartTime": "2026-02-22T20:00:00Z", "dataEndTime": "2026-02-28T20:00:00Z"}


def create(asked, **body):
    options = {"reportOptions": {"reportPeriod": "WEEK"}}
    return asked.sp("POST", "reports", json={"reportType": TERMS, "marketplaceIds": [US], **WEEK, **options, **body})


def test_a_request_without_its_options_is_refused(asked):
    answer = create(asked, reportOptions={})
    assert answer.status_code == 400
    assert "reportPeriod is required" in answer.json()["errors"][0]["details"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"dataStartTime": "2026-02-23T20:00:00Z"}, "not the first day of a WEEK"),
        ({"dataStartTime": "2026-02-15T20:00:00Z"}, "spans several periods"),
        ({"dataStartTime": "2026-03-01T20:00:00Z", "dataEndTime": "2026-03-07T20:00:00Z"}, "not yet available"),
    ],
)
def test_a_report_of_another_period_ends_fatal_with_the_reason(asked, change, said):
    report_id = create(asked, **change).json()["reportId"]
    asked.pass_time(90)
    report = asked.sp("GET", f"reports/{report_id}").json()
    assert report["processingStatus"] == "FATAL"
    document = asked.sp("GET", f"documents/{report['reportDocumentId']}").json()
    content = asked.request("GET", document["url"]).content
    if document.get("compressionAlgorithm"):
        content = gzip.decompress(content)
    assert said in json.loads(content)["errorDetails"]
