"""One embedded server for a test session, and databases on it that are copies of a migrated one."""

from __future__ import annotations

import itertools
import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from pipelines.warehouse import connection, embedded

TEMPLATE = "tradewind_template"
# a test's data need not survive a power cut
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "400"}


@dataclass
class TestServer:
    """The session's server. url: of a database with which nothing is done but making others. seed: of what it is a copy
    (seeding.py)."""

    __test__ = False

    home: Path
    url: str = ""
    seed: Path | None = None
    _numbers: itertools.count[int] = field(default_factory=itertools.count)

    def start(self) -> None:
        """Start it and migrate the database that the others are copied from."""
        if self.seed is not None:
            shutil.copytree(self.seed / "server", self.home, dirs_exist_ok=True)
            self._forget_port()
        self.url = embedded.start(self.home, _FAST)
        if self.seed is not None:
            return
        self._administer(f"create database {TEMPLATE}")
        connection.prepare(self.database_url(TEMPLATE))

    def _forget_port(self) -> None:
        """Let the copy choose a port of its own: all copies of one server would try the same one."""
        state = self.home / "postgres.json"
        state.write_text(json.dumps({**json.loads(state.read_text()), "port": embedded.free_port()}))

    def stop(self) -> None:
        embedded.stop(self.home)

    def database_url(self, name: str) -> str:
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))

    def create(self, *, empty: bool = False, name: str | None = None, template: str = TEMPLATE) -> str:
        """A new database, a copy of the migrated one or of another template, or `empty`; returns its url."""
        name = name or f"test_{next(self._numbers)}"
        self._administer(f"create database {name} template {'template0' if empty else template} strategy file_copy")
        return self.database_url(name)

    def rename(self, name: str, becomes: str) -> None:
        """Give a database another name. Nobody may be connected."""
        self._administer(f"alter database {name} rename to {becomes}")

    def drop(self, url: str) -> None:
        """Drop a database, whoever is still connected."""
        self._administer(f"drop database if exists {urlsplit(url).path[1:]} with (force)")

    def _administer(self, statement: str) -> None:
        with psycopg.connect(self.database_url("postgres"), autocommit=True) as conn:
            conn.execute(statement.encode())
