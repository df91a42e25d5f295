"""The workspace's chain: what is anchored of each stream, and the message log's batches."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what holds; all that stands in the record is anchored once the bot runs."""
    op.add_column(
        "streams", sa.Column("anchored", sa.Integer(), server_default="0", nullable=False)
    )
    op.create_index(
        "ix_streams_unanchored",
        "streams",
        ["workspace", "id"],
        unique=False,
        sqlite_where=sa.text("anchored < version"),
        postgresql_where=sa.text("anchored < version"),
    )
    op.add_column("messages", sa.Column("salt", sa.LargeBinary(), nullable=True))
    op.create_index(
        "ix_messages_unheld",
        "messages",
        ["channel", "ts"],
        unique=False,
        sqlite_where=sa.text("salt IS NULL"),
        postgresql_where=sa.text("salt IS NULL"),
    )
    op.create_table(
        "message_batches",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "version", name=op.f("pk_message_batches")),
    )


def downgrade() -> None:
    """Going back is a restore from a backup."""
    raise NotImplementedError
