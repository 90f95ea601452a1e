"""Versions of briefs are kept; what readers find in insights is described."""

from pathlib import Path

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Run the .sql beside this file as it stands: colons and percent signs in it mean nothing to any driver."""
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
