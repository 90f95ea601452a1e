"""The warehouse into which cases are imported, and the one build after it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.errors import TradewindError
from pipelines.landing.imports.importer import ImportOutcome, import_file
from pipelines.settings import Settings
from pipelines.stores import load_catalog
from pipelines.transformation import transform
from pipelines.warehouse.connection import Warehouse
from tests.real.case import NOW, Case, Given, Row, plain
from tests.real.cases import CASES
from tests.real.shared import RATES, SHARED, shared_tenants
from tests.support.postgres import TestServer


class RealWorld:
    """Stores of all cases, and what became of each document that was brought. home: its folder. built: of the first
    build, where somebody looks at that."""

    built: transform.TransformResult | None = None

    def __init__(self, warehouse: Warehouse, home: Path, cases: Sequence[Case]) -> None:
        self.warehouse = warehouse
        self.cases = cases
        self.outcomes: dict[tuple[str, int], ImportOutcome | TradewindError] = {}
        home.mkdir()
        self._folder = home
        stores = home / "stores.yaml"
        tenants = {case.name: case.tenant() for case in cases if case.stores} | shared_tenants()
        stores.write_text(yaml.safe_dump({"tenants": tenants}), encoding="utf-8")
        self.settings = Settings(home=home, warehouse_url=warehouse.url, stores_path=stores, fixed_now=NOW)
        self.catalog = load_catalog(self.settings)

    def bring(self, *, backwards: bool = False) -> None:
        """Import every document of every case; those of a case in their order, or backwards."""
        if SHARED:
            self._import(RATES)
        for case in self.cases:
            given = list(enumerate(case.given))
            for number, each in reversed(given) if backwards else given:
                store = each.store and (case.store(each.store) if case.stores else each.store)
                self.outcomes[case.name, number] = self._import(each, store)

    def _import(self, given: Given, store: str | None = None) -> ImportOutcome | TradewindError:
        path = given.content
        if isinstance(path, bytes):
            path = self._folder / given.name
            path.write_bytes(given.content)  # type: ignore[arg-type]
        try:
            return import_file(self.settings, self.warehouse, self.catalog, path, given.feed, store, **given.options())
        except TradewindError as error:
            return error

    def build(self, *, full_refresh: bool = False) -> transform.TransformResult:
        """Build and test the marts."""
        return transform.transform(self.settings, self.warehouse, full_refresh=full_refresh)

    def ask(self, query: str) -> list[Row]:
        """The rows of a query, as they are compared."""
        with self.warehouse.connect() as conn:
            return plain(conn.execute(query.encode()).fetchall())

    def assert_given(self, case: Case) -> None:
        """Every document of the case was loaded, or refused with the sentence that it must be refused with."""
        for number, each in enumerate(case.given):
            outcome = self.outcomes[case.name, number]
            if each.refused:
                assert isinstance(outcome, TradewindError), f"{case.name}: document {number} was not refused"
                assert each.refused in str(outcome), f"{case.name}: document {number}"
            else:
                assert isinstance(outcome, ImportOutcome), f"{case.name}: document {number}: {outcome}"

    def assert_right(self, case: Case) -> None:
        """All figures of the case are right."""
        differences = []
        for query, rows in case.right.items():
            found = self.ask(query)
            if found != plain(rows):
                differences.append(f"{query}\n  is    {found}\n  right {plain(rows)}")
        assert not differences, f"{case.name} ({case.met})\n" + "\n".join(differences)


@contextlib.contextmanager
def real_world(postgres: TestServer, folder: Path, cases: Iterable[Case] = (*CASES, *SHARED)) -> Iterator[RealWorld]:
    """A warehouse with the stores of the cases, in which nothing is yet; no setting of the developer's is seen."""
    url = postgres.create()
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(folder)
        yield RealWorld(Warehouse(url), folder / "home", tuple(cases))
    postgres.drop(url)


def names(case: Any) -> str:
    """How pytest names a case."""
    return str(case.name)
