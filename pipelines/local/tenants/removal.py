"""Removes a tenant: out of the files, the roles, the archive and every table; counted before and after.

It is written down in `ops.tenant_removals` before anything goes, with all the ids that are needed. Each step may be
done again, so a removal that was killed is finished by the same command. The proof is a file in `<home>/removals/`:
numbers only, and the tenant's id.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from psycopg.types.json import Jsonb

from pipelines.accounts import plans
from pipelines.channels import policies_file
from pipelines.errors import ConfigError
from pipelines.insights.alerts import rules
from pipelines.landing.archive.store import Archive
from pipelines.landing.planning.ledger_state import ALIVE
from pipelines.landing.upkeep import tenant_documents, tenant_rows
from pipelines.landing.upkeep.tenant_rows import Owned
from pipelines.local.tenants.adding import write_checked
from pipelines.stores.editing import without_entry
from pipelines.warehouse import tenant_roles
from pipelines.warehouse.locks import build_lock
from pipelines.warehouse.role_names import PREFIX, tenant_role
from pipelines.webhooks import settings_file

if TYPE_CHECKING:
    import psycopg

    from pipelines.settings import Settings
    from pipelines.stores import Catalog
    from pipelines.warehouse.connection import Warehouse

FOLDER = "removals"
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Removed:
    """A removal that is done. before, after: by table, or what else there is: how many. proof: the file with both.
    unknown: tables of the user's own, of which is not known whose their rows are."""

    tenant_id: str
    before: Mapping[str, int]
    after: Mapping[str, int]
    proof: Path
    unknown: tuple[str, ...]

    @property
    def left(self) -> dict[str, int]:
        """What is still there; empty if nothing is."""
        return {name: number for name, number in self.after.items() if number}


def begun(conn: psycopg.Connection, tenant_id: str) -> tuple[Owned, dict[str, int]] | None:
    """What a removal that was begun has written down; None if there is none."""
    row = conn.execute("select owned, before from ops.tenant_removals where tenant_id = %s", (tenant_id,)).fetchone()
    return (Owned(**{name: tuple(each) for name, each in row[0].items()}), row[1]) if row else None


def unfinished(conn: psycopg.Connection) -> list[str]:
    """The tenants whose removal was begun and not finished."""
    return [tenant for (tenant,) in conn.execute("select tenant_id from ops.tenant_removals order by 1").fetchall()]


def look(
    settings: Settings, conn: psycopg.Connection, catalog: Catalog, tenant_id: str
) -> tuple[Owned, dict[str, int]]:
    """What is the tenant's, and how much; as it was written down, if the removal was begun. Nothing is changed.

    Raises ConfigError if nobody knows such a tenant, or a run is landing its data now.
    """
    if (known := begun(conn, tenant_id)) is not None:
        return known
    stored = [each for (each,) in conn.execute("select tenant_id from ops.tenants order by 1").fetchall()]
    if tenant_id not in catalog.tenants and tenant_id not in stored:
        names = ", ".join(sorted({*catalog.tenants, *stored})) or "none"
        raise ConfigError(f"There is no tenant {tenant_id!r}, neither in stores.yaml nor in the warehouse: {names}.")
    owned = tenant_rows.owned_by(conn, tenant_id, catalog, _named_by(settings, "endpoints", tenant_id))
    busy = conn.execute(
        f"select count(*) from ops.slices where scope_id = any(%s) and claimed_by in ({ALIVE})",  # noqa: S608
        (list(owned.scopes),),
    ).fetchone()
    if busy and busy[0]:
        raise ConfigError(
            f"A run is landing data of {tenant_id} just now ({busy[0]} slices). Nothing was changed: wait until it is "
            "over, or stop it in Dagster's UI or by `tradewind down`, and try again."
        )
    return owned, counted(settings, conn, owned)


def counted(settings: Settings, conn: psycopg.Connection, owned: Owned) -> dict[str, int]:
    """How much of a tenant there is of everything."""
    documents = tenant_documents.find(conn, Archive(settings.archive_url), owned)
    role = tenant_role(owned.tenant_id, conn.info.dbname)
    roles = conn.execute("select count(*) from pg_roles where rolname = %s", (role,)).fetchone()
    entries = sum(owned.tenant_id in (_yaml(path).get(section) or {}) for path, section in _own_sections(settings))
    return {
        **tenant_rows.counts(conn, owned),
        **documents.counts(),
        "pages of briefs": sum(1 for folder in _page_folders(settings, owned) for _ in folder.rglob("*.html")),
        "roles of Postgres": roles[0] if roles else 0,
        "track files": sum(Path(file).exists() for file in owned.track_files),
        "files of passwords": int(_password(settings, owned).exists()),
        "entries of stores.yaml, alerts.yaml and plans.yaml": entries,
        "entries of webhooks.yaml": sum(
            len(_named_by(settings, section, owned.tenant_id)) for section in ("endpoints", "subscribers")
        ),
    }


def remove(
    settings: Settings,
    warehouse: Warehouse,
    owned: Owned,
    before: Mapping[str, int],
    progress: Progress = lambda _: None,
) -> Removed:
    """Remove all that is the tenant's and prove it. What is done already is done again, which changes nothing.

    Builds of the marts wait meanwhile. Raises ConfigError if a file cannot be changed without its comments.
    """
    tenant_id = owned.tenant_id
    _edited(settings, owned)  # whether the files can be changed is known before anything is
    with warehouse.connect(autocommit=True) as conn:
        conn.execute(
            "insert into ops.tenant_removals (tenant_id, owned, before) values (%s, %s, %s) on conflict do nothing",
            (tenant_id, Jsonb(owned.values()), Jsonb(dict(before))),
        )
        progress("stores.yaml, webhooks.yaml, alerts.yaml")
        for path, text in _edited(settings, owned).items():
            write_checked(path, text)
        for file in owned.track_files:
            Path(file).unlink(missing_ok=True)
        progress("the role of its BI tools")
        tenant_roles.drop_tenant_role(conn, tenant_id)
        with build_lock(warehouse):
            archive = Archive(settings.archive_url)
            progress("documents of the archive")
            tenant_documents.remove(archive, tenant_documents.find(conn, archive, owned), owned)
            tenant_rows.delete(conn, owned, progress)
        progress("pages")
        for folder in _page_folders(settings, owned):
            shutil.rmtree(folder, ignore_errors=True)
        _password(settings, owned).unlink(missing_ok=True)
        after = counted(settings, conn, owned)
        unknown = tuple(tenant_rows.unknown(conn))
        proof = _prove(settings, owned, before, after)
        if not any(after.values()):
            conn.execute("delete from ops.tenant_removals where tenant_id = %s", (tenant_id,))
    return Removed(tenant_id, before, after, proof, unknown)


def variables_of(settings: Settings, tenant_id: str) -> list[str]:
    """The variables and secrets that a tenant's entries name: what is in them is the user's to delete."""
    found: set[str] = set()

    def walk(value: Any) -> None:
        for name, each in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(each, dict | list):
                walk(each)
            elif isinstance(name, str) and name.endswith("_env"):
                found.add(str(each))

    walk((_yaml(settings.stores_path).get("tenants") or {}).get(tenant_id) or {})
    for section in ("endpoints", "subscribers"):
        for name in _named_by(settings, section, tenant_id):
            found |= set(_yaml(settings_file.path_of(settings))[section][name].get("secrets") or ())
    return sorted(found)


def _own_sections(settings: Settings) -> list[tuple[Path, str]]:
    """The sections of settings files in which a tenant has an entry under its id."""
    folder = settings.stores_path.parent
    return [(path, "tenants") for path in (settings.stores_path, folder / rules.FILE, folder / plans.FILE)]


def _named_by(settings: Settings, section: str, tenant_id: str) -> list[str]:
    """The names of webhooks.yaml's endpoints or subscribers of a tenant."""
    entries = _yaml(settings_file.path_of(settings)).get(section) or {}
    return [name for name, each in entries.items() if isinstance(each, dict) and each.get("tenant") == tenant_id]


def _yaml(path: Path) -> dict[str, Any]:
    content = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else None
    return content if isinstance(content, dict) else {}


def _edited(settings: Settings, owned: Owned) -> dict[Path, str]:
    """The files that name the tenant, and their texts without it. Raises ConfigError if one cannot be changed."""
    hooks = settings_file.path_of(settings)
    wanted = [
        (hooks, section, name)
        for section in ("endpoints", "subscribers")
        for name in _named_by(settings, section, owned.tenant_id)
    ]
    wanted += [(path, section, owned.tenant_id) for path, section in _own_sections(settings)]
    for name, section in ((rules.FILE, "stores"), (policies_file.FILE, "channels")):
        wanted += [(settings.stores_path.parent / name, section, store) for store in owned.stores]
    before = {path: path.read_text(encoding="utf-8") for path, _, _ in wanted if path.exists()}
    after = dict(before)
    for path, section, key in wanted:
        if path in after:
            after[path] = without_entry(after[path], section, key)
    changed = {path: text for path, text in after.items() if text != before[path]}
    fixed = [str(path) for path in changed if not os.access(path.resolve().parent, os.W_OK)]
    if fixed:
        raise ConfigError(
            f"{', '.join(fixed)} cannot be written from here (as in a container). Nothing was changed: take "
            f"{owned.tenant_id} out of it yourself where it is kept, then give the command again."
        )
    return changed


def _page_folders(settings: Settings, owned: Owned) -> list[Path]:
    """The folders of a tenant's pages; of homes of before there were tenants in them, one for each store."""
    briefs = settings.home / "briefs"
    return [folder for name in (owned.tenant_id, *owned.stores) if (folder := briefs / name).is_dir()]


def _password(settings: Settings, owned: Owned) -> Path:
    return settings.home / f"{PREFIX}{owned.tenant_id}.password"


def _prove(settings: Settings, owned: Owned, before: Mapping[str, int], after: Mapping[str, int]) -> Path:
    moment = datetime.now(UTC)
    path = settings.home / FOLDER / f"{owned.tenant_id}-{moment:%Y%m%dT%H%M%SZ}.json"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    content = {
        "tenant": owned.tenant_id,
        "removed_at": moment.isoformat(timespec="seconds"),
        "before": dict(before),
        "after": dict(after),
    }
    with os.fdopen(os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        json.dump(content, file, indent=2)
        file.write("\n")
    return path
