"""The read API in the test's own process, its callers, and rows of marts that no build has made."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
import uvicorn
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from psycopg import sql
from pydantic import SecretStr

from bench.api_marts import make_marts
from pipelines.accounts.principal import Principal, Role
from pipelines.accounts.rights import check_may
from pipelines.asking.contract import marts
from pipelines.serving.api import who
from pipelines.serving.app import build_app
from pipelines.serving.callers import caller_of
from pipelines.serving.run import config_of
from pipelines.serving.tending import Current
from pipelines.settings import Settings
from pipelines.warehouse.connection import Warehouse
from tests.support.serving import wait_until, write_files

CALLERS: Mapping[str, Principal] = {
    name: Principal(tenant, f"key:{name}", Role.SERVICE, frozenset(scopes), stores)
    for name, tenant, scopes, stores in (
        ("made", "made", {"read", "crawl"}, None),
        ("rupee", "rupee", {"read"}, None),
        ("us-only", "made", {"read", "crawl"}, frozenset({"made-us"})),
        ("greedy", "made", {"read"}, frozenset({"made-us", "rupee-in"})),
        ("nothing", "made", set[str](), None),
        ("ghost", "ghost", {"read"}, None),
    )
}
"""Who asks, by the value of `Authorization: Bearer <name>` in a test."""

_FILL: Mapping[str, Any] = {
    "text": "",
    "integer": 0,
    "bigint": 0,
    "numeric": 0,
    "boolean": False,
    "date": date(2026, 11, 1),
    "timestamptz": datetime(2026, 11, 1, tzinfo=UTC),
}


def application(settings: Settings, warehouse: Warehouse, folder: Path) -> FastAPI:
    """The whole of `tradewind serve`, with callers known by name."""
    stores = write_files(folder, "http://127.0.0.1:9")
    current = Current(settings.model_copy(update={"stores_path": stores}), warehouse)
    current.look()
    app = build_app(current, sends=False)
    for scope, dependency in (("read", who.reader), ("crawl", who.crawler), ("write", who.writer)):
        app.dependency_overrides[dependency] = _known(scope)
    return app


def _known(scope: str) -> Callable[[Request], Awaitable[Principal]]:
    """Who asks, by name; who has none is judged as outside of tests."""

    async def known(request: Request) -> Principal:
        caller = CALLERS.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        if caller is None:
            return await caller_of(request, scope)
        check_may(caller, scope)
        return caller

    return known


@dataclass(frozen=True)
class ApiWorld:
    """A warehouse with the stores made-us and made-de of `made` and rupee-in of `rupee`; its marts are not built."""

    warehouse: Warehouse
    settings: Settings

    def rows(self, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Rows of a query, as the warehouse's owner."""
        with self.warehouse.connect() as conn:
            return conn.execute(statement.encode(), parameters or None).fetchall()


def world(url: str, home: Path) -> ApiWorld:
    """Make it in a fresh, migrated database."""
    made = ApiWorld(Warehouse(url), Settings(home=home, warehouse_url=SecretStr(url)))
    stores = [("made-us", "made", "USD"), ("made-de", "made", "EUR"), ("rupee-in", "rupee", "INR")]
    with made.warehouse.connect() as conn:
        make_marts(conn, made.settings, stores)
    return made


@contextlib.contextmanager
def speaking(app: FastAPI, caller: str | None = "made") -> Iterator[TestClient]:
    """A client of the application. caller: of `CALLERS`; None for nobody. Defects are answers of 500, as outside."""
    headers = {"Authorization": f"Bearer {caller}"} if caller else {}
    with TestClient(app, headers=headers, raise_server_exceptions=False) as client:
        yield client


def put(conn: psycopg.Connection[Any], mart: str, *rows: Mapping[str, Any]) -> None:
    """Rows into a mart, as far as it has the columns; those that must be there and are not named hold nothing much."""
    columns = marts()[mart].columns
    for row in rows:
        told = {name: _FILL[each.type] for name, each in columns.items() if not each.nullable} | {
            name: each for name, each in row.items() if name in columns
        }
        conn.execute(
            sql.SQL("insert into marts.{} ({}) values ({})").format(
                sql.Identifier(mart),
                sql.SQL(", ").join(map(sql.Identifier, told)),
                sql.SQL(", ").join(sql.Placeholder() * len(told)),
            ),
            list(told.values()),
        )


@contextlib.contextmanager
def listening(app: FastAPI, settings: Settings) -> Iterator[str]:
    """The application on a free port, as `tradewind serve` runs it; its address."""
    config = config_of(app, settings)
    config.port = 0
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: server.started)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)
