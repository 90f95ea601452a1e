"""`tradewind mcp`: the assistant's tools over stdio, for Claude Desktop, Claude Code and other clients on this machine.

Nothing is decided here. Standard output belongs to the protocol: nothing else may be printed.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pipelines.stores import Catalog


def mcp(
    tenant: Annotated[
        str | None,
        typer.Option("--tenant", metavar="TENANT", help="Whose figures are read; default: the only one there is."),
    ] = None,
) -> None:
    """Answer an assistant's questions over stdio (docs/assistant.md); it reads as the tenant's role, and only reads."""
    from pipelines.accounts.principal import Principal, Role
    from pipelines.assistant.caller import Caller, opened
    from pipelines.assistant.server import build_server, warm
    from pipelines.local.homes import open_settings
    from pipelines.local.opening import open_all

    settings = open_settings(None)
    warehouse, catalog = open_all(settings)
    principal = Principal(_tenant(catalog, tenant), "user:local", Role.VIEWER, frozenset({"read"}))
    with opened(warehouse.url, warehouse.url) as readers:
        caller = Caller(readers, principal, settings.now, settings.home)
        threading.Thread(target=warm, daemon=True).start()
        build_server(lambda _: caller).run("stdio")


def _tenant(catalog: Catalog, named: str | None) -> str:
    """The tenant. Raises ConfigError where none was named of several, and for one that does not exist."""
    from pipelines.errors import ConfigError

    known = list(catalog.tenants)
    if named is None and len(known) == 1:
        return known[0]
    if named not in known:
        came = "Whose figures may the assistant read?" if named is None else f"There is no tenant {named!r}."
        raise ConfigError(f"{came} Name a --tenant of stores.yaml: {', '.join(known)}.")
    return named
