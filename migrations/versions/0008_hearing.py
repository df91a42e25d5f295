"""Until when Muster heard what Slack told is noted, so nobody guesses how long it was away."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a table with one time for each workspace."""
    op.create_table(
        "hearing",
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("heard_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", name=op.f("pk_hearing")),
    )
