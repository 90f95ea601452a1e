"""Crawls by any actor: the JSON paths of its fields, and the keywords that stores watch."""

from pathlib import Path
from typing import Any

from alembic import op

from pipelines.actors import BUILT_IN
from pipelines.warehouse.stores_sync import sync_actors

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Run the .sql file beside this one as it is, and insert the built-in actors, which read the earlier loads."""
    cursor: Any = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
    sync_actors(cursor, BUILT_IN.values())
