"""What somebody declared lately is found without going over all that is open."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.create_index(
        "ix_incidents_reporter",
        "incidents",
        ["workspace", "reporter", "declared_at"],
        unique=False,
    )
