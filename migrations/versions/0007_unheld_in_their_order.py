"""What waits for its batch is found in the order in which it was written.

The index over channel and ts that did it before cost as much as the message itself: each of its
entries went to a place of its own.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_UNHELD = "salt IS NULL"


def upgrade() -> None:
    """Put an index whose entries are all alike, and so are added at its end, in the place of it."""
    op.create_index(
        "ix_messages_waiting",
        "messages",
        ["workspace"],
        unique=False,
        sqlite_where=sa.text(_UNHELD),
        postgresql_where=sa.text(_UNHELD),
    )
    # last: nobody can read the messages from here until the transaction ends
    op.drop_index("ix_messages_unheld", "messages")
