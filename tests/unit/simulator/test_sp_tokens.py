"""Restricted data tokens as the simulator gives and demands them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.fake_world import ORDERS, US

PATH = "/tokens/2021-03-01/restrictedDataToken"


def document_path(asked) -> str:
    body = {"reportType": ORDERS, "marketplaceIds": [US], "dataStartTime": "2026-03-01T08:00:00Z"}
    report_id = asked.sp("POST", "reports", json=body).json()["reportId"]
    asked.pass_time(90)
    return f"documents/{asked.sp('GET', f'reports/{report_id}').json()['reportDocumentId']}"


def restricted(asked, *paths: str, token: str | None = None) -> Any:
    resources = [{"method": "GET", "path": path} for path in paths]
    headers = {"x-amz-access-token": token or asked.token("Atzr|SELLERUS")}
    return asked.request("POST", PATH, json={"restrictedResources": resources}, headers=headers)


def test_a_restricted_document_is_given_for_its_own_token_only(start):
    asked = start(restricted=(ORDERS,))
    path = document_path(asked)
    assert asked.sp("GET", path).status_code == 403
    answer = restricted(asked, f"/reports/2021-06-30/{path}")
    assert answer.json()["expiresIn"] == 3600
    token = {"x-amz-access-token": answer.json()["restrictedDataToken"]}
    assert asked.sp("GET", path, headers=token).status_code == 200
    assert asked.sp("GET", "reports/1", headers=token).status_code == 403
    other = restricted(asked, "/reports/2021-06-30/documents/another").json()["restrictedDataToken"]
    assert asked.sp("GET", path, headers={"x-amz-access-token": other}).status_code == 403
    forged = {"x-amz-access-token": token["x-amz-access-token"][:-4] + "0000"}
    assert asked.sp("GET", path, headers=forged).status_code == 403


def test_others_are_given_for_either(start):
    asked = start()
    path = document_path(asked)
    token = restricted(asked, f"/reports/2021-06-30/{path}").json()["restrictedDataToken"]
    assert asked.sp("GET", path).status_code == 200
    assert asked.sp("GET", path, headers={"x-amz-access-token": token}).status_code == 200


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "1 to 50"),
        ({"restrictedResources": []}, "1 to 50"),
        ({"restrictedResources": [{"path": "/orders/v0/orders"}]}, "method must be one of"),
        (
            {"restrictedResources": [{"method": "GET", "path": "/reports/2021-06-30/reports"}]},
            "not that of a restricted",
        ),
        ([], "1 to 50"),
    ],
)
def test_a_body_that_amazon_refuses(asked, body, said):
    headers = {"x-amz-access-token": asked.token("Atzr|SELLERUS")}
    answer = asked.request("POST", PATH, json=body, headers=headers)
    assert answer.status_code == 400
    assert said in answer.json()["errors"][0]["details"]


def test_an_application_without_the_role_gets_none(asked):
    asked.faults({"match": {"operation": "createRestrictedDataToken"}, "do": "role_403"})
    answer = restricted(asked, "/orders/v0/orders")
    assert answer.status_code == 403
    assert "data elements" in answer.json()["errors"][0]["details"]
    assert asked.request("POST", PATH, json={}).status_code == 403
