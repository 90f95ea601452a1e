"""Tenants' choices on personal columns, the columns that were left out, and how far the cleaning of old ones is."""

from pathlib import Path

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Run the .sql file beside this one as it is. Colons and percent signs in it are no parameters."""
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
