"""What the read API stands on: moments of builds, and crawls that were asked for."""

from pathlib import Path

from alembic import op

revision = "0037"
down_revision = "0033"


def upgrade() -> None:
    """Run the .sql file beside this one as it is. Colons and percent signs in it are no parameters."""
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
