"""The clients that people use, against the simulator (python-amazon-sp-api, apify-client, langchain-openai)."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from apify_client import ApifyClient
from sp_api.api import Reports
from sp_api.auth import AccessTokenClient
from sp_api.auth.access_token_client import cache
from sp_api.base import SellingApiForbiddenException, SellingApiRequestThrottledException

from pipelines.insights import render
from pipelines.insights.claims.bind import Bound
from pipelines.insights.claims.compose import compose
from pipelines.insights.claims.judge import judge
from pipelines.insights.claims.schema import Answer, Refusal, read
from pipelines.insights.facts import Comparison, FactBook, Subject
from simulator.apis.llm import MOST_CLAIMS
from simulator.apis.llm_lies import BESIDE, KINDS, WORDS
from tests.support.simulator import Simulator, start_simulator

US = "ATVPDKIKX0DER"
MYI = "GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA"
NOW = "2026-03-10T12:00:00Z"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """A small world that is made fast."""
    options: dict[str, Any] = {"now": NOW, "days": 10, "products": 8, "time_scale": 400}
    running = start_simulator(tmp_path_factory.mktemp("clients"), **options)
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def no_faults(world: Simulator) -> Iterator[None]:
    """Faults end with the test that asked for them."""
    yield
    if world.process.poll() is None:
        world.set_faults([])


@pytest.fixture
def reports(world: Simulator) -> Reports:
    """The SP-API client, pointed here."""
    cache.clear()
    environment = world.environment()

    class Auth(AccessTokenClient):
        scheme, host = "http://", world.url.removeprefix("http://")

    credentials = {
        "lwa_app_id": environment["TRADEWIND_LWA_CLIENT_ID"],
        "lwa_client_secret": environment["TRADEWIND_LWA_CLIENT_SECRET"],
    }
    return Reports(
        marketplace=SimpleNamespace(endpoint=world.url, marketplace_id=US, region="us-east-1"),
        refresh_token=environment["TRADEWIND_SP_REFRESH_TOKEN_HARBOR_NA"],
        credentials=credentials,
        auth_token_client_class=Auth,
    )


def test_sp_api_from_request_to_document(reports):
    created = reports.create_report(reportType=MYI, marketplaceIds=[US])
    assert float(created.rate_limit) == pytest.approx(0.0167 * 400)
    report_id = created.payload["reportId"]
    deadline = time.monotonic() + 20
    while (report := reports.get_report(report_id).payload)["processingStatus"] != "DONE":
        assert time.monotonic() < deadline, report
        time.sleep(0.05)
    document = reports.get_report_document(report["reportDocumentId"], download=True).payload
    assert document["document"].startswith("sku\tfnsku\tasin")


def test_sp_api_lists_by_pages(reports):
    page = reports.get_reports(reportTypes=[MYI], pageSize=4)
    more = reports.get_reports(nextToken=page.next_token)
    seen = [each["reportId"] for each in [*page.payload["reports"], *more.payload["reports"]]]
    assert len(seen) == len(set(seen)) >= 5


def test_sp_api_sees_errors(reports, world):
    world.set_faults([{"do": "throttle"}])
    with pytest.raises(SellingApiRequestThrottledException):
        reports.get_report("1")
    world.set_faults([{"do": "role_403"}])
    with pytest.raises(SellingApiForbiddenException):
        reports.create_report(reportType=MYI, marketplaceIds=[US])


def test_apify_client_starts_waits_and_reads(world):
    client = ApifyClient(world.environment()["TRADEWIND_APIFY_TOKEN"], api_url=world.url, max_retries=0)
    padding = [{"url": f"https://www.amazon.com/dp/B0{n:08d}"} for n in range(40)]  # long enough to be sent compressed
    run = client.actor("junglee/amazon-crawler").start(run_input={"categoryOrProductUrls": padding})
    done = client.run(run.id).wait_for_finish()
    assert done.status == "SUCCEEDED"
    pages = client.dataset(done.default_dataset_id)
    assert pages.list_items(limit=7, offset=2).count == 7
    assert len(list(pages.iterate_items(chunk_size=15))) == 40
    stored = client.key_value_store(run.default_key_value_store_id).get_record("INPUT")
    assert stored["value"]["categoryOrProductUrls"] == padding
    assert client.actor("junglee/amazon-crawler").runs().list(desc=True, limit=1).items[0].id == run.id
    assert client.run("nothing").get() is None


def test_the_connection_is_cut_in_the_middle(world):
    world.set_faults([{"do": "cut", "match": {"operation": "startRun"}}])
    headers = {"Authorization": f"Bearer {world.environment()['TRADEWIND_APIFY_TOKEN']}"}
    before = sum(each["count"] for each in world.counts()["apify_start"])
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.post(f"{world.url}/v2/acts/junglee~amazon-crawler/runs", json={}, headers=headers, trust_env=False)
    assert sum(each["count"] for each in world.counts()["apify_start"]) == before + 1


def book() -> FactBook:
    """A day with a fact for every claim that the model makes."""
    day = date(2026, 3, 9)
    book = FactBook("harbor-us", day, "USD")
    book.add("sales_day", Decimal("1204.50"), "q")
    book.add(
        "sales_vs_weekday",
        Decimal("12.3"),
        "q",
        comparison=Comparison("weekday_average", Decimal(1072)),
        direction="up",
    )
    book.add(
        "sessions_vs_weekday",
        Decimal("-4.0"),
        "q",
        comparison=Comparison("weekday_average", Decimal(900)),
        direction="down",
    )
    for sku in ("HG-MUG-01", "00-7"):
        book.add("sku_sales_change", Decimal("-55.10"), "q", subject=Subject("sku", sku, "Mug"), direction="down")
        book.add("days_of_cover", Decimal("3.5"), "q", subject=Subject("sku", sku, "Mug"))
    book.add("acos_7d", Decimal("31.0"), "q")
    book.add("campaign_spend", Decimal("80.00"), "q", subject=Subject("campaign", "Mugs | exact"))
    competitor = Subject("competitor", "B0COMP0001", "Other mug")
    book.add("competitor_price_change", Decimal("-9.0"), "q", subject=competitor, direction="down")
    book.add("gap_days", 3, "q", subject=Subject("feed", "amazon_sp.sales_and_traffic"))
    return book


def ask(world: Simulator, language: str = "en") -> tuple[list[Bound], list[Refusal], Any]:
    """What stands of the model's answer on the book, what does not, and its raw message."""
    from langchain_openai import ChatOpenAI  # slow to import, and every process of a test run reads this file

    model = ChatOpenAI(model="sim", base_url=f"{world.url}/v1", api_key="any", max_retries=0, timeout=10)
    facts = json.dumps([fact.as_json() for fact in book().facts], ensure_ascii=False)
    question = f"Language: {language}\nStore: harbor-us\n<facts>\n{facts}\n</facts>"
    structured = model.with_structured_output(Answer, method="json_mode", include_raw=True)
    raw = structured.invoke(
        [("system", "Answer with JSON on what is between <facts> and </facts>."), ("human", question)]
    )["raw"]
    claims, misshapen = read(raw.content)
    shown, refusals = judge(claims, book(), own_words=language)
    return shown, [*misshapen, *refusals], raw


def texts(shown: list[Bound], language: str) -> str:
    facts = book().by_id()
    return "\n".join(
        render.plain(render.pieces(text, facts, language, day=book().day))
        for statement in compose(shown, book(), language)
        for text in (statement.title, statement.text)
    )


def test_the_good_model_is_shown_wholly(world):
    shown, refusals, raw = ask(world)
    assert refusals == []
    assert len(shown) == MOST_CLAIMS
    assert {bound.severity for bound in shown} >= {"critical", "warning", "info"}
    assert raw.usage_metadata["input_tokens"] > 100


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_of_lie_is_shown_and_what_is_true_stands(world, kind, language):
    world.set_faults([])
    honest = ask(world)[0]
    world.set_faults([{"do": "llm_lie", "kinds": [kind]}])
    shown, refusals, _ = ask(world, language)
    assert refusals and [bound.kind.name for bound in shown[:3]] == [bound.kind.name for bound in honest[:3]]
    told = texts(shown, language)
    assert WORDS[kind][language == "zh"] not in told and not any(bound.remark for bound in shown)
    # beside what is true only facts that are named with their figures as they are, and what words were put beside
    assert {bound.kind.name for bound in shown[3:]} <= {"figures", "sales_day", *BESIDE}
    world.set_faults([{"do": "llm_lie", "kinds": [kind], "wholly": True}])
    assert {bound.kind.name for bound in ask(world, language)[0]} <= {"sales_day", "wasted_spend", "losing_ads"}


def test_every_kind_of_lie_is_told_in_turn(world):
    world.set_faults([{"do": "llm_lie"}])
    told = "".join(ask(world)[2].content for _ in range(3))
    assert all(words in told for words, _ in WORDS.values())


@pytest.mark.parametrize("fault", ["llm_wrong_direction", "llm_unknown_fact", "llm_broken_json", "llm_refuse_language"])
def test_of_a_bad_model_nothing_is_shown(world, fault):
    world.set_faults([{"do": fault}])
    shown, refusals, _ = ask(world)
    assert shown == [] and refusals


def test_a_refusal_is_told_as_one(world):
    world.set_faults([{"do": "llm_refusal"}])
    shown, _, raw = ask(world)
    assert shown == [] and "can't help" in raw.additional_kwargs["refusal"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_at_once(tmp_path, number):
    running = start_simulator(tmp_path, now=NOW, days=3, products=3, stores=1, faults="none")
    with httpx.Client(base_url=running.url, trust_env=False) as client:
        client.get("/_sim/now")  # a connection that is kept open
        running.set_faults([{"do": "stall", "seconds": 60}])
        with pytest.raises(httpx.ReadTimeout):
            client.post("/auth/o2/token", timeout=0.3)
        begun = time.monotonic()
        running.process.send_signal(number)
        assert running.process.wait(10) == 0
        assert time.monotonic() - begun < 3
    assert running.output.read_text().splitlines() == [f"simulator ready on {running.url}"]


def test_another_world_in_the_same_folder_is_refused(tmp_path):
    start_simulator(tmp_path, now=NOW, days=3, products=3, stores=1).stop()
    with pytest.raises(AssertionError, match="holds a world with seed 7, and 8 was asked for"):
        start_simulator(tmp_path, seed=8)
