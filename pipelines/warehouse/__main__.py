"""`python -m pipelines.warehouse`: migrates the warehouse, creates its roles and Dagster's database, and ends.

Containers run it once before anything else starts. On a laptop it is not needed, because every command does the same.
"""

from __future__ import annotations

import sys

from pipelines.errors import TradewindError
from pipelines.logs import configure_logging
from pipelines.settings import get_settings
from pipelines.warehouse.connection import dagster_url, open_warehouse
from pipelines.warehouse.roles import ensure_roles


def main() -> int:
    """Returns the exit code: 0, or 1 with the reason on stderr."""
    configure_logging()
    try:
        settings = get_settings()
        with open_warehouse(settings).connect() as conn:
            ensure_roles(conn, settings)
        dagster_url(settings)
    except TradewindError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
