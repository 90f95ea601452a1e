"""A tenant is removed from every table, the archive, files, pages and roles, also if the removal is killed; nothing of
another tenant changes. An export has all of it."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import zipfile
from pathlib import Path

import psycopg
import pytest

from pipelines.errors import ConfigError
from pipelines.landing.archive import manifests
from pipelines.landing.archive.store import Archive
from pipelines.landing.upkeep import tenant_rows
from pipelines.local.tenants import removal
from pipelines.local.tenants.export import export
from pipelines.settings import Settings
from pipelines.stores import load_stores
from pipelines.warehouse import citus, roles
from pipelines.warehouse.connection import Warehouse
from pipelines.warehouse.role_names import tenant_role
from pipelines.warehouse.tenant_roles import sync_tenant_roles
from tests.support.every_table import OTHER, OWN, fill, traces

STORES = """\
tenants: # ours
  made:
    name: Made
    reporting_currency: USD
    accounts:
      - seller_id: SELLERNA
        region: na
        stores:
          made-us: {marketplace: US, track_file: made.csv}
  rupee: # stays
    name: Rupee
    reporting_currency: INR
    accounts:
      - seller_id: SELLERIN
        region: eu
        stores:
          rupee-in: {marketplace: IN}
"""
HOOKS = """\
subscribers:
  made-erp: {tenant: made, url: "https://a.example", events: [stock.low], secrets: [MADE_SECRET]}
  rupee-erp: {tenant: rupee, url: "https://b.example", events: [stock.low], secrets: [RUPEE_SECRET]}
"""
MARKS = ("made-", '"made"', "(made,", ",made,", "{made}", "SELLERNA")
"""How the tenant shows in the text of a row."""


class Place:
    """Two tenants in every table, with documents, pages, roles and files."""

    def __init__(self, marts: Warehouse, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.warehouse = marts
        self.settings = Settings(home=home, warehouse_url=marts.url, stores_path=home / "stores.yaml")
        home.mkdir(parents=True, exist_ok=True)
        for name, text in (
            ("stores.yaml", STORES),
            ("webhooks.yaml", HOOKS),
            ("made.csv", "own_asin,competitor_asin\n"),
        ):
            (home / name).write_text(text)
        (home / "alerts.yaml").write_text("tenants:\n  made: {quiet_hours: 22:00-07:00}\nstores:\n  made-us: {}\n")
        (home / "channels.yaml").write_text("channels:\n  made-shop: {write: off}\n  rupee-shop: {write: off}\n")
        (home / "plans.yaml").write_text("default: free\nplans:\n  free: {}\ntenants:\n  made: free\n  rupee: free\n")
        self.archive = Archive(self.settings.archive_url)
        self.catalog = load_stores(home / "stores.yaml")
        with marts.connect(autocommit=True) as conn:
            self.filled = fill(conn, without=frozenset({"ops.tenant_removals", "ops.audit"}))
            roles.ensure_roles(conn, self.settings)
            conn.execute("delete from ops.bi_access")
            sync_tenant_roles(conn, self.catalog.tenants)
            self.role = tenant_role(OWN, conn.info.dbname)
        self.own, self.both, self.others = (self._document(*owners) for owners in ((OWN,), (OWN, OTHER), (OTHER,)))
        lines = [
            json.dumps({"version": 1, "slices": [{"scope_id": scope}]}) for scope in ("SELLERNA@na", "SELLERIN@eu")
        ]
        manifests.write_lines(self.archive, "ledger/20260301T120000000000Z-0000.jsonl.zst", lines)
        for tenant in (OWN, OTHER):
            page = home / "briefs" / tenant / "all-stores" / "daily" / "2026-02-10.en.html"
            page.parent.mkdir(parents=True)
            page.write_text(f"<p>{tenant}</p>")
        roles.keep_password(self.settings, "tradewind_tenant_made", "word")

    def _document(self, *owners: str) -> str:
        document = self.archive.put([f"sku\tunits\n{owners}\t1\n".encode()])
        with self.warehouse.connect() as conn:
            for place, owner in enumerate(owners):
                scope = "SELLERNA@na" if owner == OWN else "SELLERIN@eu"
                manifest = json.dumps({"version": 1, "feed": "manual.stock", "scope_id": scope}).encode()
                self.archive.write(f"{document.path[:-4]}.2026030{place + 1}T120000000000Z.json", manifest)
                conn.execute(
                    "insert into ops.loads (feed, scope_id, origin, sha256, archive_path, charset, report_created_at, "
                    "row_count) values ('manual.stock', %s, 'import', %s, %s, 'utf-8', now(), 1)",
                    (scope, document.sha256, document.path),
                )
        return document.path

    def look(self) -> tuple[tenant_rows.Owned, dict[str, int]]:
        with self.warehouse.connect() as conn:
            return removal.look(self.settings, conn, load_stores(self.settings.stores_path), OWN)

    def traces(self) -> dict[str, int]:
        with self.warehouse.connect() as conn:
            return traces(conn, *MARKS)


@pytest.fixture
def place(built_marts, postgres, tmp_path, monkeypatch):
    url = postgres.create(template="built")
    made = Place(Warehouse(url), tmp_path / "home", monkeypatch)
    yield made
    postgres.drop(url)


def killed_at(place: Place, table: str) -> None:
    """Remove in a process that is killed when it comes to a table."""

    def die(step: str) -> None:
        if step == table:
            os.kill(os.getpid(), signal.SIGKILL)

    pid = os.fork()
    if not pid:
        removal.remove(place.settings, Warehouse(place.warehouse.url), *place.look(), die)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL, f"nothing came to {table}"


def test_a_tenant_is_removed_from_everywhere_although_the_removal_is_killed_twice(place):
    with place.warehouse.connect() as conn:
        assert tenant_rows.unknown(conn) == [], "name it in SHARED, with what is in it, or give it a tenant_id"
        other = traces(conn, "rupee", "SELLERIN")
        assert [each for each in citus.spreads(conn) if each.problems] == [], (
            "every key of a spread table holds the store"
        )
    assert set(place.filled) <= set(place.traces()) | set(other), "each table shows whose its rows are"
    killed_at(place, "raw.manual__stock" if "raw.manual__stock" in place.filled else "ops.slices")
    assert place.traces(), "it was killed half-way"
    killed_at(place, "ops.loads")
    owned, before = place.look()
    done = removal.remove(place.settings, place.warehouse, owned, before)

    assert place.traces() == {}
    with place.warehouse.connect() as conn:
        assert traces(conn, "rupee", "SELLERIN") == other, "nothing of the other tenant has changed"
        assert conn.execute("select from pg_roles where rolname = %s", (place.role,)).fetchone() is None
    assert not done.left
    assert all(before[table] for table in place.filled), "what was there before the first kill is in the proof"
    assert json.loads(done.proof.read_text())["before"] == before
    there = place.archive.find()
    assert place.own not in there
    assert {place.both, place.others} <= set(there), "a document that another tenant has sent too stays"
    assert "SELLERNA" not in "".join(manifests.read_all(place.archive))
    home = place.settings.home
    assert not (home / "briefs" / OWN).exists()
    assert (home / "briefs" / OTHER).exists()
    assert list(load_stores(home / "stores.yaml").tenants) == [OTHER]
    assert "# stays" in (home / "stores.yaml").read_text()
    left = "".join(path.read_text() for path in home.glob("*.yaml"))
    assert "made" not in left
    assert not (home / "made.csv").exists()
    with pytest.raises(ConfigError, match="no tenant 'made'"):
        place.look()


def test_an_export_has_all_rows_documents_and_pages_with_their_hashes(place):
    owned, _ = place.look()
    made = export(place.settings, place.warehouse, owned, place.settings.home / "made.zip")
    assert made.file.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(made.file) as file:
        about = json.loads(file.read("manifest.json"))
        contents = {name: file.read(name) for name in file.namelist()}
    assert {line["file"]: line["sha256"] for line in about["files"]} == {
        name: hashlib.sha256(content).hexdigest() for name, content in contents.items() if name != "manifest.json"
    }
    wanted = {name for name in place.filled if name.startswith(("marts.", "insights."))}
    assert {f"tables/{name}.csv" for name in wanted} <= contents.keys()
    assert contents["tables/marts.sales_daily.csv"].count(b"\n") == 2
    assert sum(name.startswith("documents/") for name in contents) == 2
    assert about["missing_documents"], "the ledger's made-up load names a document that is not there"
    told = b"".join(contents[name] for name in contents if not name.startswith("documents/"))
    assert b"rupee" not in told
    assert b"<p>made</p>" in told
    with pytest.raises(ConfigError, match="there already"):
        export(place.settings, place.warehouse, owned, made.file)
    assert psycopg.connect(place.warehouse.url).execute("select from ops.tenant_removals").fetchone() is None
