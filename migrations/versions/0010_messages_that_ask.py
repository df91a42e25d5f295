"""Messages that show buttons which can be settled elsewhere are found by their incident."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ASKS = "asks"


def upgrade() -> None:
    """Say of each effect whether its message still asks for something, and index those few."""
    op.add_column(
        "outbox", sa.Column("asks", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_index(
        "ix_outbox_asks",
        "outbox",
        ["stream"],
        unique=False,
        sqlite_where=sa.text(_ASKS),
        postgresql_where=sa.text(_ASKS),
    )
