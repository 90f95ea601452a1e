"""The simulator's answers against the official contracts: SP-API Reports, Amazon Ads reporting, Apify API v2."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from openapi_schema_validator import OAS31Validator

from tests.support.references import reference
from tests.support.simulator import Simulator, start_simulator

US = "ATVPDKIKX0DER"
ORDERS = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL"
MYI = "GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA"
NOW = "2026-03-10T12:00:00Z"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """A small world that is made fast."""
    options: dict[str, Any] = {"now": NOW, "days": 10, "products": 8, "time_scale": 400}
    running = start_simulator(tmp_path_factory.mktemp("specs"), **options)
    yield running
    running.stop()


class Client:
    """Requests with the credentials of the US account."""

    def __init__(self, world: Simulator) -> None:
        self.environment = world.environment()
        self.http = httpx.Client(base_url=world.url, trust_env=False, timeout=30)
        self.sp_headers = {"x-amz-access-token": self.token("LWA", "SP")}
        self.ads_headers = {
            "Authorization": f"Bearer {self.token('ADS', 'ADS')}",
            "Amazon-Advertising-API-ClientId": self.environment["TRADEWIND_ADS_CLIENT_ID"],
        }
        self.apify_headers = {"Authorization": f"Bearer {self.environment['TRADEWIND_APIFY_TOKEN']}"}

    def token(self, application: str, api: str) -> str:
        form = {
            "grant_type": "refresh_token",
            "refresh_token": self.environment[f"TRADEWIND_{api}_REFRESH_TOKEN_HARBOR_NA"],
            "client_id": self.environment[f"TRADEWIND_{application}_CLIENT_ID"],
            "client_secret": self.environment[f"TRADEWIND_{application}_CLIENT_SECRET"],
        }
        return str(self.http.post("/auth/o2/token", data=form).json()["access_token"])

    def sp(self, method: str, path: str, **options: Any) -> httpx.Response:
        return self.http.request(method, f"/reports/2021-06-30/{path}", headers=self.sp_headers, **options)


@pytest.fixture(scope="module")
def client(world: Simulator) -> Client:
    return Client(world)


def until(look: Callable[[], dict[str, Any]], field: str, value: str) -> dict[str, Any]:
    """What `look` answers once its field has that value."""
    deadline = time.monotonic() + 30
    while (answer := look())[field] != value:
        assert time.monotonic() < deadline, answer
        time.sleep(0.05)
    return answer


# SP-API ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sp_contract() -> Callable[[str, httpx.Response], None]:
    """Checks a response against the operation of the swagger document."""
    return swagger("reports-api-model/reports_2021-06-30.json")


def swagger(name: str) -> Callable[[str, httpx.Response], None]:
    """Checks responses against the operations of one of Amazon's swagger documents."""
    path = reference(f"specs/selling-partner-api-models/models/{name}")
    document = json.loads(path.read_text())
    operations = {
        op["operationId"]: op for item in document["paths"].values() for op in item.values() if "responses" in op
    }

    def check(operation: str, response: httpx.Response) -> None:
        declared = operations[operation]["responses"][str(response.status_code)]
        for header in declared.get("headers", {}):
            assert header.lower() in response.headers, (operation, response.status_code, header)
        if response.status_code == 429:
            assert "x-amzn-ratelimit-limit" not in response.headers
        if "schema" in declared:
            schema = {**declared["schema"], "definitions": document["definitions"]}
            jsonschema.Draft4Validator(schema).validate(response.json())
        else:
            assert response.content == b""

    return check


def test_reports_follow_amazons_model(client, sp_contract):
    created = client.sp(
        "POST", "reports", json={"reportType": ORDERS, "marketplaceIds": [US], "dataStartTime": "2026-03-05T08:00:00Z"}
    )
    sp_contract("createReport", created)
    report_id = created.json()["reportId"]
    sp_contract("getReport", client.sp("GET", f"reports/{report_id}"))
    done = until(lambda: client.sp("GET", f"reports/{report_id}").json(), "processingStatus", "DONE")
    sp_contract("getReport", client.sp("GET", f"reports/{report_id}"))
    sp_contract("getReportDocument", client.sp("GET", f"documents/{done['reportDocumentId']}"))
    page = client.sp("GET", "reports", params={"reportTypes": MYI, "pageSize": 5})
    sp_contract("getReports", page)
    sp_contract("getReports", client.sp("GET", "reports", params={"nextToken": page.json()["nextToken"]}))


def test_errors_of_reports_follow_amazons_model(client, world, sp_contract):
    sp_contract("createReport", client.sp("POST", "reports", json={"reportType": ORDERS, "marketplaceIds": ["X"]}))
    sp_contract("getReport", client.sp("GET", "reports/1"))
    sp_contract("getReportDocument", client.sp("GET", "documents/amzn1.spdoc.1.4.na.x.T1.2500"))
    sp_contract("createReport", client.http.post("/reports/2021-06-30/reports", json={}))
    created = client.sp("POST", "reports", json={"reportType": ORDERS, "marketplaceIds": [US]}).json()["reportId"]
    until(lambda: client.sp("GET", f"reports/{created}").json(), "processingStatus", "CANCELLED")
    sp_contract("cancelReport", client.sp("DELETE", f"reports/{created}"))
    text = client.http.post("/reports/2021-06-30/reports", headers=client.sp_headers, content=b"x")
    assert text.status_code == 415
    sp_contract("createReport", text)
    try:
        for rule in ({"do": "throttle"}, {"do": "status_json", "status": 500}, {"do": "status_json", "status": 503}):
            world.set_faults([{**rule, "match": {"api": "sp"}}])
            sp_contract("getReports", client.sp("GET", "reports", params={"reportTypes": MYI}))
        world.set_faults([{"do": "stuck_in_queue"}])
        time.sleep(0.2)  # the bucket that the throttle has emptied
        stuck = client.sp("POST", "reports", json={"reportType": ORDERS, "marketplaceIds": [US]}).json()["reportId"]
        sp_contract("cancelReport", client.sp("DELETE", f"reports/{stuck}"))
    finally:
        world.set_faults([])


def test_data_kiosk_follows_amazons_model(client):
    check = swagger("data-kiosk-api-model/dataKiosk_2023-11-15.json")

    def kiosk(method: str, path: str, **options: Any) -> httpx.Response:
        return client.http.request(method, f"/dataKiosk/2023-11-15/{path}", headers=client.sp_headers, **options)

    days = 'startDate: "2026-03-02", endDate: "2026-03-05"'
    text = f'{{analytics_economics_2024_03_15{{economics({days}, marketplaceIds: ["{US}"]){{msku}}}}}}'
    created = kiosk("POST", "queries", json={"query": text})
    check("createQuery", created)
    path = f"queries/{created.json()['queryId']}"
    check("getQuery", kiosk("GET", path))
    done = until(lambda: kiosk("GET", path).json(), "processingStatus", "DONE")
    check("getQuery", kiosk("GET", path))
    check("getDocument", kiosk("GET", f"documents/{done['dataDocumentId']}"))
    check("cancelQuery", kiosk("DELETE", path))
    kiosk("POST", "queries", json={"query": text})
    page = kiosk("GET", "queries", params={"pageSize": 1})
    check("getQueries", page)
    assert page.json()["pagination"]["nextToken"]
    check("createQuery", kiosk("POST", "queries", json={"query": "{nothing}"}))
    check("createQuery", client.http.post("/dataKiosk/2023-11-15/queries", json={}))
    check("getQuery", kiosk("GET", "queries/1"))


def test_restricted_data_tokens_follow_amazons_model(client):
    check = swagger("tokens-api-model/tokens_2021-03-01.json")
    resource = {"method": "GET", "path": "/reports/2021-06-30/documents/amzn1.spdoc.1.4.na.x.T1.2500"}
    for body in ({"restrictedResources": [resource]}, {}):
        url = "/tokens/2021-03-01/restrictedDataToken"
        answer = client.http.post(url, json=body, headers=client.sp_headers)
        assert answer.status_code == (200 if body else 400)
        check("createRestrictedDataToken", answer)


def test_sellers_and_listings_follow_amazons_models(client):
    check = swagger("sellers-api-model/sellers.json")
    answer = client.http.get("/sellers/v1/marketplaceParticipations", headers=client.sp_headers)
    assert answer.json()["payload"][0]["marketplace"]["id"] == US
    check("getMarketplaceParticipations", answer)
    check = swagger("listings-items-api-model/listingsItems_2021-08-01.json")
    for seller, size, status in (("A2HARBORNA1US", 1, 200), ("A3HARBOREU2DE", 1, 403), ("A2HARBORNA1US", 99, 400)):
        query = {"marketplaceIds": US, "pageSize": size}
        answer = client.http.get(f"/listings/2021-08-01/items/{seller}", params=query, headers=client.sp_headers)
        assert answer.status_code == status
        check("searchListingsItems", answer)


def test_the_rotation_of_secrets_follows_amazons_model(client):
    """This world has no queue, so that nothing is rotated."""
    check = swagger("application-management-api-model/application_2023-11-30.json")
    form = {
        "grant_type": "client_credentials",
        "scope": "sellingpartnerapi::client_credential:rotation",
        "client_id": client.environment["TRADEWIND_LWA_CLIENT_ID"],
        "client_secret": client.environment["TRADEWIND_LWA_CLIENT_SECRET"],
    }
    token = client.http.post("/auth/o2/token", data=form).json()["access_token"]
    for shown, status in ((token, 400), ("Atza|x", 403)):
        answer = client.http.post("/applications/2023-11-30/clientSecret", headers={"x-amz-access-token": shown})
        assert answer.status_code == status
        check("rotateApplicationClientSecret", answer)


# Amazon Ads --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ads_contract() -> Callable[[str, str, httpx.Response], None]:
    """Checks a response against an operation of the reporting contract (OpenAPI 3.0: `nullable` becomes a type)."""
    document = json.loads(reference("specs/amazon-ads/OfflineReport_prod_3p.json").read_text())

    def plain(schema: Any) -> Any:
        if isinstance(schema, list):
            return [plain(each) for each in schema]
        if not isinstance(schema, dict):
            return schema
        result = {key: plain(value) for key, value in schema.items() if key not in ("example", "nullable")}
        if schema.get("nullable") is True and isinstance(schema.get("type"), str):
            result["type"] = [schema["type"], "null"]
        return result

    components = plain(document["components"])

    def check(method: str, path: str, response: httpx.Response) -> None:
        declared = document["paths"][path][method]["responses"][str(response.status_code)]["content"]
        content_type = response.headers["content-type"]
        assert content_type in declared or content_type == "application/json", (content_type, list(declared))
        schema = plain(next(iter(declared.values()))["schema"])
        jsonschema.Draft7Validator({**schema, "components": components}).validate(response.json())

    return check


CONFIGURATION = {
    "adProduct": "SPONSORED_PRODUCTS",
    "groupBy": ["searchTerm"],
    "columns": ["date", "searchTerm", "clicks", "cost", "keywordId"],
    "reportTypeId": "spSearchTerm",
    "timeUnit": "DAILY",
    "format": "GZIP_JSON",
}


def test_ads_reports_follow_amazons_contract(client, ads_contract):
    (profile,) = client.http.get("/v2/profiles", headers=client.ads_headers).json()
    headers = {**client.ads_headers, "Amazon-Advertising-API-Scope": str(profile["profileId"])}
    body = {"name": "terms", "startDate": "2026-03-01", "endDate": "2026-03-08", "configuration": CONFIGURATION}
    vnd = {**headers, "content-type": "application/vnd.createasyncreportrequest.v3+json"}
    path, one = "/reporting/reports", "/reporting/reports/{reportId}"
    created = client.http.post(path, headers=vnd, content=json.dumps(body))
    ads_contract("post", path, created)
    twin = client.http.post(path, headers=vnd, content=json.dumps(body))
    assert twin.status_code == 425
    ads_contract("post", path, twin)
    url = f"{path}/{created.json()['reportId']}"
    ads_contract("get", one, client.http.get(url, headers=headers))
    done = until(lambda: client.http.get(url, headers=headers).json(), "status", "COMPLETED")
    ads_contract("get", one, client.http.get(url, headers=headers))
    assert done["fileSize"] == len(client.http.get(done["url"]).content)
    ads_contract("delete", one, client.http.delete(url, headers=headers))
    wrong = client.http.post(path, headers=vnd, content=json.dumps({**body, "endDate": "2026-05-01"}))
    ads_contract("post", path, wrong)
    ads_contract("get", one, client.http.get(url, headers={**headers, "Authorization": ""}))


# Apify -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def apify_contract() -> Callable[[str, str, httpx.Response], None]:
    """Checks a response against an operation of Apify's OpenAPI document."""
    document = json.loads(reference("specs/apify/apify_openapi_bundled.json").read_text())

    def check(method: str, path: str, response: httpx.Response) -> None:
        declared = document["paths"][path][method]["responses"][str(response.status_code)]
        while "$ref" in declared:
            declared = document["components"]["responses"][declared["$ref"].rsplit("/", 1)[1]]
        for header in declared.get("headers", {}):
            assert header.lower() in response.headers, header
        schema = declared["content"]["application/json"]["schema"]
        OAS31Validator({**schema, "components": document["components"]}).validate(response.json())

    return check


def test_runs_and_items_follow_apifys_contract(client, apify_contract):
    get, headers = client.http.get, client.apify_headers
    runs, one, items = "/v2/actors/{actorId}/runs", "/v2/actor-runs/{runId}", "/v2/datasets/{datasetId}/items"
    body = {"categoryOrProductUrls": [{"url": "https://www.amazon.com/dp/B000000001"}]}
    started = client.http.post("/v2/actors/junglee~amazon-crawler/runs", json=body, headers=headers)
    apify_contract("post", runs, started)
    listed = get("/v2/acts/junglee~amazon-crawler/runs", headers=headers, params={"desc": 1, "limit": 5})
    apify_contract("get", runs, listed)
    assert listed.json()["data"]["items"][0]["id"] == started.json()["data"]["id"]
    url = f"/v2/actor-runs/{started.json()['data']['id']}"
    finished = get(url, headers=headers, params={"waitForFinish": 10})
    apify_contract("get", one, finished)
    assert finished.json()["data"]["status"] == "SUCCEEDED"
    dataset = finished.json()["data"]["defaultDatasetId"]
    apify_contract("get", items, get(f"/v2/datasets/{dataset}/items", headers=headers))
    apify_contract("get", one, get("/v2/actor-runs/nothing", headers=headers))
    apify_contract("get", runs, get("/v2/actors/junglee~amazon-crawler/runs"))


def test_the_state_folder_holds_what_the_truth_reads(world):
    assert json.loads((world.state / "world.json").read_text())["now"] == NOW
    assert Path(world.state / "reports.jsonl").exists()
