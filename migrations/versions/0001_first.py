"""The first schema."""

from alembic import op

from bot.storage.tables import metadata

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table."""
    metadata.create_all(op.get_bind())


def downgrade() -> None:
    """Going back is a restore from a backup."""
    raise NotImplementedError
