"""Where an effect landed in Slack, and finding it by the id that its message bears.

What stands in Slack under the same id in another place was sent twice.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the place, and an index."""
    op.add_column("outbox", sa.Column("landed", sa.Text()))
    op.create_index("ix_outbox_effect_id", "outbox", ["effect_id"])
