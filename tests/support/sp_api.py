"""SP-API's side of a stub: its tokens, its reports, and a source that talks to it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.sources.amazon.sp_reports import AmazonSpSource
from pipelines.sources.base import RemoteReport
from tests.support.sources import ACCESS_TOKEN, feed, run, settings_for
from tests.support.stub import Answer, Request, stub_server

REPORTS = "/reports/2021-06-30/reports"
DOCUMENTS = "/reports/2021-06-30/documents"
ORDERS = feed("amazon_sp.all_orders_by_order_date")
TRAFFIC = feed("amazon_sp.sales_and_traffic")
LISTINGS = feed("amazon_sp.merchant_listings")
CREATED = "2026-03-01T10:00:00+00:00"
DONE = RemoteReport(
    remote_id="1", state="done", created_at=datetime(2026, 3, 1, tzinfo=UTC), document_id="amzn1.spdoc.1"
)


def token(_: Request) -> Answer:
    return Answer(body={"access_token": ACCESS_TOKEN, "token_type": "bearer", "expires_in": 3600})


def remote(number: int, **values: Any) -> dict[str, Any]:
    return {
        "reportId": str(number),
        "reportType": ORDERS.report_type,
        "createdTime": CREATED,
        "processingStatus": "IN_QUEUE",
        "marketplaceIds": ["A1PA6795UKMFR9"],
        **values,
    }


def use(tmp_path: Path, answers: Any, test: Any, **overrides: Any) -> Any:
    """Run `test(source, stub)` with a stub that answers tokens, and the rest by `answers(request)`."""

    async def play() -> Any:
        def handler(request: Request) -> Any:
            return token(request) if request.path == "/auth/o2/token" else answers(request)

        async with stub_server(handler) as stub:
            settings = settings_for(stub.url, tmp_path, **overrides)
            async with AmazonSpSource(settings, None) as source:  # type: ignore[arg-type]
                return await test(source, stub)

    return run(play())
