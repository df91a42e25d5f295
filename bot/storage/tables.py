"""The tables.

The record (streams, events, texts, message batches), what is owed (lane, outbox, job, brakes), the
mirror of Slack (rooms, messages, people, selves), and the projections that pages and lists read.

Times are whole microseconds since 1970 in UTC, so that they sort and compare the same way on both
databases. Every row carries its workspace.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """An aware time in UTC, kept as microseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's
        """Count the microseconds; a naive time is a mistake and raises TypeError."""
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's
        """Return the aware time."""
        return None if value is None else _EPOCH + timedelta(microseconds=value)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# On SQLite only INTEGER makes a row id; elsewhere the row ids need 64 bits.
_RowId = BigInteger().with_variant(Integer(), "sqlite")

# ── The record ──────────────────────────────────────────────────────────────────────────────────

workspaces = Table(
    "workspaces",
    metadata,
    Column("id", Text, primary_key=True),
    Column("next_number", Integer, nullable=False),
)

streams = Table(
    "streams",
    metadata,
    Column("id", Text, primary_key=True),
    Column("workspace", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("head", Text, nullable=False),
    Column("anchored", Integer, nullable=False, server_default="0"),
    Index(
        "ix_streams_unanchored",
        "workspace",
        "id",
        sqlite_where=text("anchored < version"),
        postgresql_where=text("anchored < version"),
    ),
)

RARE = "name IN ('ErasureBegun', 'PersonErased', 'RetentionRuled', 'WordsEmptied')"
"""What is looked for by its name among very many others; a partial index has the same words."""

events = Table(
    "events",
    metadata,
    Column("position", _RowId, primary_key=True, autoincrement=True),
    Column("workspace", Text, nullable=False),
    Column("stream", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("happened_at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("correlation", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
    UniqueConstraint("stream", "version"),
    Index(
        "ix_events_rare",
        "name",
        "stream",
        "version",
        sqlite_where=text(RARE),
        postgresql_where=text(RARE),
    ),
)

texts = Table(
    "texts",
    metadata,
    Column("stream", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("field", Text, nullable=False),
    Column("workspace", Text, nullable=False),
    Column("salt", Text, nullable=False),
    Column("body", Text),
    PrimaryKeyConstraint("stream", "version", "field"),
)

message_batches = Table(
    "message_batches",
    metadata,
    Column("stream", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("workspace", Text, nullable=False),
    Column("words", LargeBinary, nullable=False),
    PrimaryKeyConstraint("stream", "version"),
)

requests = Table(
    "requests",
    metadata,
    Column("position", _RowId, primary_key=True, autoincrement=True),
    Column("workspace", Text, nullable=False),
    Column("identity", Text, nullable=False),
    Column("stream", Text, nullable=False),
    Column("user", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("commands", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("reply_to", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("correlation", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("state", Text, nullable=False),
    Column("why", Text, nullable=False, server_default=""),
    Column("way_out", Text, nullable=False, server_default=""),
    UniqueConstraint("workspace", "identity"),
    Index("ix_requests_asked_at", "asked_at"),
    Index(
        "ix_requests_stream",
        "stream",
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("workspace", Text, nullable=False),
    Column("identity", Text, nullable=False),
    Column("stream", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("answer", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    PrimaryKeyConstraint("workspace", "identity"),
    Index("ix_deliveries_recorded_at", "recorded_at"),
)

# ── What is owed ────────────────────────────────────────────────────────────────────────────────

lane = Table(
    "lane",
    metadata,
    Column("key", Text, primary_key=True),
    Column("priority", Integer, nullable=False),
    Column("next_due", Instant),
    Column("lease_until", Instant),
    Column("owner", Text),
    Column("epoch", Integer, nullable=False, server_default="0"),
    Index(
        "ix_lane_next_due",
        "next_due",
        sqlite_where=text("next_due IS NOT NULL"),
        postgresql_where=text("next_due IS NOT NULL"),
    ),
)

ASKS = "asks"
"""What still shows buttons that can be settled elsewhere; a partial index has the same words."""
ANSWERS = "kind IN ('AnswerWithRoom', 'AnswerMeanwhile')"
"""What is looked for by its incident also when it is done; a partial index has the same words."""

outbox = Table(
    "outbox",
    metadata,
    Column("id", _RowId, primary_key=True, autoincrement=True),
    Column("workspace", Text, nullable=False),
    Column("stream", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("effect_id", Text, nullable=False),
    Column("due", Instant, nullable=False),
    Column("useless_after", Instant),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("first_attempt_at", Instant),
    Column("maybe_sent", Boolean, nullable=False),
    Column("once", Text),
    Column("body", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("correlation", Text, nullable=False),
    Column("owed_at", Instant, nullable=False),
    Column("done_at", Instant),
    Column("landed", Text),
    Column("asks", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("once"),
    Index("ix_outbox_effect_id", "effect_id"),
    Index(
        "ix_outbox_lane_id",
        "lane",
        "id",
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
    Index(
        "ix_outbox_stream",
        "stream",
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
    Index(
        "ix_outbox_answers",
        "stream",
        sqlite_where=text(ANSWERS),
        postgresql_where=text(ANSWERS),
    ),
    Index(
        "ix_outbox_asks",
        "stream",
        sqlite_where=text(ASKS),
        postgresql_where=text(ASKS),
    ),
    Index(
        "ix_outbox_done_at",
        "done_at",
        sqlite_where=text("done_at IS NOT NULL"),
        postgresql_where=text("done_at IS NOT NULL"),
    ),
)

job = Table(
    "job",
    metadata,
    Column("key", Text, primary_key=True),
    Column("workspace", Text, nullable=False),
    Column("stream", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("due", Instant, nullable=False),
    Column("body", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("correlation", Text, nullable=False),
    Index("ix_job_due", "due"),
)

brakes = Table(
    "brakes",
    metadata,
    Column("key", Text, primary_key=True),
    Column("not_before", Instant),
    Column("tokens", Integer, nullable=False, server_default="0"),
    Column("counted_at", Instant),
)

# ── The mirror of Slack ─────────────────────────────────────────────────────────────────────────

rooms = Table(
    "rooms",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("workspace", Text, nullable=False),
    Column("stream", Text, nullable=False),
    Column("seen_to", Text, nullable=False),
    Index("ix_rooms_stream", "stream"),
)

messages = Table(
    "messages",
    metadata,
    Column("channel", Text, nullable=False),
    Column("ts", Text, nullable=False),
    Column("workspace", Text, nullable=False),
    Column("thread_ts", Text),
    Column("user", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("files", Text, nullable=False),
    Column("edited_ts", Text),
    Column("as_of", Text, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("salt", LargeBinary),
    PrimaryKeyConstraint("channel", "ts"),
    Index(
        "ix_messages_waiting",
        "workspace",
        sqlite_where=text("salt IS NULL"),
        postgresql_where=text("salt IS NULL"),
    ),
)

hearing = Table(
    "hearing",
    metadata,
    Column("workspace", Text, primary_key=True),
    Column("heard_at", Instant, nullable=False),
)

people = Table(
    "people",
    metadata,
    Column("workspace", Text, nullable=False),
    Column("user", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("timezone", Text, nullable=False),
    Column("guest", Boolean, nullable=False),
    Column("external", Boolean, nullable=False),
    Column("admin", Boolean, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("bot", Boolean, nullable=False),
    Column("seen_at", Instant, nullable=False),
    PrimaryKeyConstraint("workspace", "user"),
)

selves = Table(  # no row of a workspace's: it says which workspace a process is in
    "selves",
    metadata,
    Column("token", Text, primary_key=True),
    Column("workspace", Text, nullable=False),
    Column("user", Text, nullable=False),
    Column("bot", Text, nullable=False),
    Column("url", Text, nullable=False),
)

# ── Projections ─────────────────────────────────────────────────────────────────────────────────

incidents = Table(
    "incidents",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("workspace", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("impact", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("phase", Text, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("category", Text),
    Column("services", Text, nullable=False),
    Column("private", Boolean, nullable=False),
    Column("drill", Boolean, nullable=False),
    Column("reporter", Text, nullable=False),
    Column("commander", Text),
    Column("channel", Text),
    Column("channel_name", Text),
    Column("announcement_channel", Text),
    Column("announcement_ts", Text),
    Column("declared_at", Instant, nullable=False),
    Column("started_at", Instant),
    Column("resolved_at", Instant),
    Column("closed_at", Instant),
    Column("update_due_at", Instant),
    Column("changed_at", Instant, nullable=False),
    Column("review_version", Integer),
    Column("folded", Text, nullable=False),
    UniqueConstraint("workspace", "number"),
    Index("ix_incidents_workspace_open", "workspace", "open", "number"),
    Index("ix_incidents_reporter", "workspace", "reporter", "declared_at"),
    Index(
        "ix_incidents_announcement",
        "announcement_channel",
        "announcement_ts",
        sqlite_where=text("announcement_ts IS NOT NULL"),
        postgresql_where=text("announcement_ts IS NOT NULL"),
    ),
)

incident_people = Table(
    "incident_people",
    metadata,
    Column("stream", Text, nullable=False),
    Column("user", Text, nullable=False),
    Column("workspace", Text, nullable=False),
    Column("in_room", Boolean, nullable=False),
    Column("responder", Boolean, nullable=False),
    Column("roles", Text, nullable=False),
    PrimaryKeyConstraint("stream", "user"),
    Index("ix_incident_people_user", "user"),
)

followups = Table(
    "followups",
    metadata,
    Column("stream", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("workspace", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("owner", Text),
    Column("due", Instant),
    Column("done_at", Instant),
    PrimaryKeyConstraint("stream", "number"),
    Index("ix_followups_owner", "owner"),
)

reviews = Table(
    "reviews",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("workspace", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("document", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("compiled_at", Instant, nullable=False),
)
