"""What the declarer is told where they asked is found by its incident, also when it was told."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ANSWERS = "kind IN ('AnswerWithRoom', 'AnswerMeanwhile')"


def upgrade() -> None:
    """Add an index over the few rows of these kinds."""
    op.create_index(
        "ix_outbox_answers",
        "outbox",
        ["stream"],
        unique=False,
        sqlite_where=sa.text(_ANSWERS),
        postgresql_where=sa.text(_ANSWERS),
    )
