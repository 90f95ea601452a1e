"""What is tracked since when and by which tags, and the account of crawls."""

from pathlib import Path

from alembic import op

revision = "0018"
down_revision = "0016"


def upgrade() -> None:
    """Run the .sql file beside this one as it is. Colons and percent signs in it are no parameters."""
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
