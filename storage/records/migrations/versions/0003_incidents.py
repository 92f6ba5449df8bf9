"""Serious incidents: who was told and what they said, case lists, what takes two people, links, what people state."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _said(name: str, until_now: str = "") -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False, server_default=until_now)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _number() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), nullable=False)


def upgrade() -> None:
    """Changes a database of the revision before this one."""
    op.add_column("person", _said("telephone"))
    for column in (
        _said("kind"),
        _said("came_by"),
        _time("received_at", nullable=True),
        _said("notifier"),
        _said("entered_by"),
        _said("speed", "now"),
        _time("wake_at", nullable=True),
        _said("woken_because"),
        sa.Column("sealed", sa.Text(), nullable=False, server_default=""),
        sa.Column("drill", sa.Boolean(), nullable=False, server_default=sa.false()),
        _said("merged_into"),
        _said("held"),
        _time("emptied_at", nullable=True),
    ):
        op.add_column("incident", column)
    op.add_column("incident_stage", sa.Column("ticked", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("incident_stage", _said("decided"))
    op.create_table(
        "incident_view",
        *map(_text, ("partnership", "reference", "stage", "post", "person", "view", "because")),
        sa.Column("dissents", sa.Boolean(), nullable=False),
        _time("at"),
        sa.PrimaryKeyConstraint("partnership", "reference", "stage", "post"),
    )
    op.create_table(
        "incident_words",
        _number(),
        *map(_text, ("partnership", "reference", "person")),
        sa.Column("sealed", sa.Text(), nullable=False),
        _time("at"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_incident_words_reference", "incident_words", ["reference"], unique=False)
    op.create_table(
        "incident_telling",
        *map(_text, ("partnership", "reference", "post")),
        sa.Column("round", sa.Integer(), nullable=False),
        _time("told_at"),
        sa.Column("steps", sa.Text(), nullable=False),
        *map(_text, ("state", "answer", "answered_by")),
        _time("answered_at", nullable=True),
        _time("promised_at", nullable=True),
        _time("kept_at", nullable=True),
        _text("passed_to"),
        _time("knows_child_at", nullable=True),
        sa.PrimaryKeyConstraint("partnership", "reference", "post"),
    )
    op.create_table(
        "incident_said",
        _number(),
        *map(_text, ("partnership", "reference", "post")),
        _time("at"),
        *map(_text, ("what", "person")),
        _time("by", nullable=True),
        _text("through"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_incident_said_reference", "incident_said", ["reference"], unique=False)
    op.create_table(
        "incident_listed",
        _number(),
        *map(_text, ("partnership", "reference", "who")),
        _time("since"),
        _time("until", nullable=True),
        *map(_text, ("added_by", "agreed_by", "ended_by")),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_incident_listed_reference", "incident_listed", ["reference"], unique=False)
    op.create_table(
        "proposal",
        *map(_text, ("id", "partnership", "action")),
        sa.Column("form", sa.Text(), nullable=False),
        *map(_text, ("record", "words", "proposed_by")),
        _time("proposed_at"),
        _time("expires_at"),
        *map(_text, ("state", "ended_by")),
        _time("ended_at", nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    is_open = sa.text("state = 'open'")
    op.create_index(
        "proposal_open", "proposal", ["partnership"], unique=False, sqlite_where=is_open, postgresql_where=is_open
    )
    op.create_table(
        "link",
        *map(_text, ("id", "partnership", "person", "purpose", "record", "about", "code")),
        sa.Column("tries", sa.Integer(), nullable=False),
        _time("made_at"),
        _time("expires_at"),
        *(_time(name, nullable=True) for name in ("revoked_at", "used_at", "asked_anew_at")),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "statement",
        *map(_text, ("partnership", "kind", "part", "post")),
        _time("asked_at"),
        *map(_text, ("person", "answer")),
        _time("answered_at", nullable=True),
        sa.PrimaryKeyConstraint("partnership", "kind", "part", "post"),
    )
    op.create_table(
        "switched",
        _number(),
        *map(_text, ("partnership", "pathway")),
        _time("on_at"),
        _text("on_by"),
        _time("off_at", nullable=True),
        _text("off_by"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_switched_partnership", "switched", ["partnership"], unique=False)
    op.create_table(
        "notification",
        *map(_text, ("id", "partnership", "address")),
        sa.Column("sealed", sa.Text(), nullable=False),
        _time("made_at"),
        _time("expires_at"),
        _time("confirmed_at", nullable=True),
        _text("reference"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_notification_address", "notification", ["address"], unique=False)
