"""Erasures and rules of keeping are found without going over the whole of a workspace's chain."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_RARE = "name IN ('ErasureBegun', 'PersonErased', 'RetentionRuled', 'WordsEmptied')"


def upgrade() -> None:
    """Add an index over the few events of these names."""
    op.create_index(
        "ix_events_rare",
        "events",
        ["name", "stream", "version"],
        unique=False,
        sqlite_where=sa.text(_RARE),
        postgresql_where=sa.text(_RARE),
    )
