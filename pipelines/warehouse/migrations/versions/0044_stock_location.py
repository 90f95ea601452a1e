"""The location of a shop whose count is the tenant's own stock."""

from pathlib import Path

from alembic import op

revision = "0044"
down_revision = "0043"


def upgrade() -> None:
    """Run the .sql file beside this one as it is. Colons and percent signs in it are no parameters."""
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
