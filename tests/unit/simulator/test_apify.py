"""Apify as the simulator speaks it: runs, lists, datasets, inputs."""

from __future__ import annotations

import gzip
import json

import pytest

from tests.support.fake_world import NOW

ACTOR = "/v2/acts/junglee~amazon-crawler"
INPUT = {"categoryOrProductUrls": [{"url": "https://www.amazon.com/dp/B0X"}]}


def run(asked, **options):
    return asked.apify("POST", f"{ACTOR}/runs", json=INPUT, **options)


def test_a_run_goes_from_ready_to_succeeded(asked):
    answer = run(asked)
    assert answer.status_code == 201
    body = answer.json()["data"]
    assert (body["status"], body["finishedAt"]) == ("READY", None)
    url = f"/v2/datasets/{body['defaultDatasetId']}/items"
    assert asked.apify("GET", url).json() == []
    asked.pass_time(10)
    assert asked.apify("GET", f"/v2/actor-runs/{body['id']}").json()["data"]["status"] == "RUNNING"
    assert len(asked.apify("GET", url).json()) == 12
    asked.pass_time(60)
    done = asked.apify("GET", f"/v2/actor-runs/{body['id']}").json()["data"]
    assert (done["status"], done["exitCode"]) == ("SUCCEEDED", 0)
    assert len(asked.apify("GET", url).json()) == 25


def test_items_are_paged_by_headers(asked):
    answer = asked.apify("GET", "/v2/datasets/data1/items", params={"offset": 20, "limit": 10, "clean": "1"})
    headers = {k.removeprefix("x-apify-pagination-"): v for k, v in answer.headers.items() if "pagination" in k}
    assert headers == {"total": "25", "offset": "20", "count": "5", "limit": "10", "desc": "false"}
    assert [item["title"] for item in answer.json()] == [f"Item {n}" for n in range(20, 25)]


def test_runs_are_listed_with_those_of_the_past(asked):
    mine = run(asked).json()["data"]["id"]
    params = {"desc": "1", "limit": 2}
    page = asked.apify("GET", f"{ACTOR}/runs", params=params).json()["data"]
    assert [item["id"] for item in page["items"]] == [mine, "run1"]
    assert (page["total"], page["count"], page["desc"]) == (4, 2, True)
    rest = asked.apify("GET", "/v2/actors/BG3WDrGdteHgZgbPK/runs", params={**params, "offset": 2}).json()["data"]
    assert [item["id"] for item in rest["items"]] == ["run2", "run3"]
    done = asked.apify("GET", f"{ACTOR}/runs", params={"status": "SUCCEEDED"}).json()["data"]
    assert [item["id"] for item in done["items"]] == ["run3", "run2", "run1"]


def test_starts_are_not_idempotent_and_are_kept(start):
    asked = start()
    first, second = (run(asked).json()["data"]["id"] for _ in range(2))
    assert first != second
    kept = json.loads((asked.sim.runs._path).read_text())
    assert [r["run_id"] for r in kept] == [first, second]
    assert {k: kept[0][k] for k in ("actor_id", "input", "started")} == {
        "actor_id": "junglee/amazon-crawler",
        "input": INPUT,
        "started": "2026-03-10T12:00:00Z",
    }
    after = start(now=NOW)
    assert after.apify("GET", f"/v2/actor-runs/{first}").status_code == 200
    (count,) = asked.request("GET", "/_sim/counts").json()["apify_start"]
    assert count["count"] == 2


def test_input_of_a_run(asked):
    body = run(asked).json()["data"]
    url = f"/v2/key-value-stores/{body['defaultKeyValueStoreId']}/records/INPUT"
    assert asked.apify("GET", url).json() == INPUT


def test_a_compressed_body(asked):
    content = gzip.compress(json.dumps(INPUT).encode())
    headers = {"Authorization": "Bearer apify-token", "content-encoding": "gzip", "content-type": "application/json"}
    answer = asked.request("POST", "/v2/actors/junglee~amazon-crawler/runs", content=content, headers=headers)
    assert answer.status_code == 201
    assert asked.sim.runs.runs[0]["input"] == INPUT


def test_waiting_for_the_end(start):
    asked = start(time_scale=1000)
    assert run(asked, params={"waitForFinish": 5}).json()["data"]["status"] == "SUCCEEDED"


@pytest.mark.parametrize("path", ["/v2/actor-runs/nothing", "/v2/datasets/nothing/items", "/v2/actors/nobody~nothing"])
def test_what_is_not_there(asked, path):
    answer = asked.apify("GET", path)
    assert answer.status_code == 404
    assert answer.json()["error"]["type"] == "record-not-found"


def test_tokens(asked):
    assert asked.request("GET", "/v2/actor-runs").status_code == 401
    assert asked.request("GET", "/v2/actor-runs", params={"token": "apify-token"}).status_code == 200
    assert asked.request("GET", "/v2/actor-runs", params={"token": "x"}).json()["error"]["type"].startswith("user-or")


def test_an_aborted_run(asked):
    run_id = run(asked).json()["data"]["id"]
    assert asked.apify("POST", f"/v2/actor-runs/{run_id}/abort").json()["data"]["status"] == "ABORTED"
    assert asked.apify("GET", f"/v2/actor-runs/{run_id}").json()["data"]["status"] == "ABORTED"
