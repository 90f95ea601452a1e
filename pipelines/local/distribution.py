"""The command `distribute`: prints how the warehouse is spread over a Citus cluster. It changes nothing."""

from __future__ import annotations

import typer
from rich.console import Console


def distribute() -> None:
    """Print the statements that spread the marts over a Citus cluster, by store (docs/scaling.md). Nothing is run."""
    from pipelines.local.homes import open_settings
    from pipelines.local.progress import say
    from pipelines.warehouse import citus
    from pipelines.warehouse.connection import open_warehouse

    with open_warehouse(open_settings(None)).connect() as conn:
        found = citus.spreads(conn)
    for statement in citus.statements(found):
        print(statement)  # noqa: T201  the command's output
    wrong = [f"{each.table}: {problem}" for each in found for problem in each.problems]
    for problem in wrong:
        say(Console(stderr=True), f"Citus would refuse {problem}.")
    if wrong:
        raise typer.Exit(1)
