"""Polls: questions to seats and their answers, who was at a meeting; cover of a part of a day; acting holders."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _kept(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _sealed() -> sa.Column[str]:
    return sa.Column("sealed", sa.Text(), nullable=False, server_default="")


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


_POLL = ("partnership", "kind", "place")
_MEETING = ("partnership", "group", "meeting")


def upgrade() -> None:
    """Changes a database of the revision before this one."""
    op.add_column("holding", sa.Column("acting", sa.Boolean(), nullable=False, server_default=sa.false()))
    _cover_of_a_group_or_a_part_of_a_day()
    op.create_table(
        "poll",
        *map(_text, (*_POLL, "name", "group", "meeting")),
        _kept("question"),
        _count("version"),
        *map(_text, ("state", "ended_because")),
        _kept("outcome"),
        _text("ratified"),
        _count("generation"),
        _text("opened_by"),
        _time("opened_at"),
        _time("closes_at", nullable=True),
        _time("closed_at", nullable=True),
        _sealed(),
        sa.PrimaryKeyConstraint(*_POLL),
    )
    op.create_table(
        "poll_seat",
        *map(_text, (*_POLL, "post")),
        _flag("decides"),
        _text("value"),
        _kept("slots"),
        *map(_text, ("because", "who", "answered_by")),
        _time("answered_at", nullable=True),
        _text("came_by"),
        _count("answers"),
        _sealed(),
        sa.PrimaryKeyConstraint(*_POLL, "post"),
    )
    op.create_table(
        "poll_said",
        *map(_text, (*_POLL, "post")),
        _count("number"),
        _text("value"),
        _kept("slots"),
        *map(_text, ("because", "who", "person")),
        _time("at"),
        _text("came_by"),
        _sealed(),
        sa.PrimaryKeyConstraint(*_POLL, "post", "number"),
    )
    op.create_table(
        "quorum_confirmed",
        *map(_text, (*_MEETING, "what")),
        _flag("counts"),
        *map(_text, ("because", "person")),
        _time("at"),
        sa.PrimaryKeyConstraint(*_MEETING, "what"),
    )
    op.create_table(
        "attended",
        *map(_text, (*_MEETING, "seat", "how", "person", "name", "agency", "because")),
        *(_time(name, nullable=True) for name in ("came_at", "left_at", "sheet_at")),
        _text("by"),
        _time("at"),
        sa.PrimaryKeyConstraint(*_MEETING, "seat"),
    )
    op.create_table(
        "agreement_signed",
        *map(_text, ("partnership", "group", "person", "name")),
        sa.Column("on", sa.Date(), nullable=False),
        _text("entered_by"),
        _time("at"),
        _flag("withdrawn"),
        sa.PrimaryKeyConstraint("partnership", "group", "person"),
    )
    op.create_table(
        "skill_needed",
        *map(_text, (*_MEETING, "skill", "by")),
        _time("at"),
        sa.PrimaryKeyConstraint(*_MEETING, "skill"),
    )


def _cover_of_a_group_or_a_part_of_a_day() -> None:
    """The table of cover anew: its key has more columns now, and SQLite changes no key in place."""
    before = ("id", "partnership", "post", "person", "since", "until", "withdrawn")
    op.drop_index("ix_cover_partnership", "cover")
    op.rename_table("cover", "cover_before")
    op.create_table(
        "cover",
        sa.Column("id", sa.Integer(), nullable=False),
        *map(_text, ("partnership", "post", "person")),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        _flag("withdrawn"),
        *map(_text, ("group", "starts", "ends")),
        sa.ForeignKeyConstraint(["person"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("partnership", "post", "person", "since", "group", "starts"),
    )
    columns = ", ".join(before)
    op.execute(f"INSERT INTO cover ({columns}, \"group\", starts, ends) SELECT {columns}, '', '', '' FROM cover_before")
    op.drop_table("cover_before")
    op.create_index("ix_cover_partnership", "cover", ["partnership"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SELECT setval(pg_get_serial_sequence('cover', 'id'), coalesce(max(id), 0) + 1, false) FROM cover")
