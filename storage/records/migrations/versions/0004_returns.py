"""Returns: rounds, who owes, what was filled in; what was raised; agencies entered beside the definition."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _day(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Date(), nullable=nullable)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _long(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default="")


_OWED = ("partnership", "report", "place", "who")


def upgrade() -> None:
    """Changes a database of the revision before this one."""
    for name in ("came_from", "said", "effect"):
        op.add_column("register_item", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.create_table(
        "return_round",
        *map(_text, ("partnership", "report", "place", "name")),
        _day("due"),
        *map(_text, ("group", "meeting")),
        sa.Column("form", sa.Text(), nullable=False),
        _count("version"),
        sa.Column("chasers", sa.Text(), nullable=False),
        _flag("joint"),
        *map(_text, ("state", "ended_because")),
        _count("generation"),
        _text("opened_by"),
        _time("opened_at"),
        _time("closed_at", nullable=True),
        sa.PrimaryKeyConstraint("partnership", "report", "place"),
    )
    op.create_table(
        "return_owed",
        *map(_text, (*_OWED, "name", "post", "state")),
        _count("generation"),
        _day("due", nullable=True),
        *map(_text, ("extended_because", "not_us", "not_us_because")),
        _flag("by_exception"),
        _count("sent"),
        _time("answered_at", nullable=True),
        *map(_text, ("answered_by", "came_by", "reference", "signed_off_by")),
        _time("signed_off_at", nullable=True),
        _text("approved_by"),
        _time("approved_at", nullable=True),
        _text("reopened_because"),
        sa.PrimaryKeyConstraint(*_OWED),
    )
    op.create_index("ix_return_owed_post", "return_owed", ["post"])
    op.create_table(
        "return_filled",
        *map(_text, _OWED),
        _count("number"),
        _long("sealed"),
        _long("plain"),
        _text("person"),
        _time("at"),
        sa.PrimaryKeyConstraint(*_OWED, "number"),
    )
    op.create_table(
        "return_moderated",
        *map(_text, (*_OWED, "question", "rating", "because", "person")),
        _time("at"),
        sa.PrimaryKeyConstraint(*_OWED, "question"),
    )
    op.create_table(
        "return_named",
        *map(_text, ("partnership", "report", "who")),
        _flag("owes"),
        *map(_text, ("because", "person")),
        _time("at"),
        sa.PrimaryKeyConstraint("partnership", "report", "who"),
    )
    op.create_table(
        "enrolled",
        *map(_text, ("partnership", "id", "name", "sector")),
        _flag("section_11"),
        _flag("section_175"),
        _text("partner"),
        _day("since"),
        _day("until", nullable=True),
        sa.PrimaryKeyConstraint("partnership", "id"),
    )
    consent = ("partnership", "report", "who", "other", "other_report", "other_who")
    op.create_table("return_consent", *map(_text, (*consent, "person")), _time("at"), sa.PrimaryKeyConstraint(*consent))
    op.create_table(
        "raised",
        _text("partnership"),
        _count("number"),
        *map(
            _text, ("group", "who", "came_from", "question", "text", "state", "outcome", "sent_on_from", "carried_by")
        ),
        _time("raised_at"),
        _time("told_now_at", nullable=True),
        _time("closed_at", nullable=True),
        sa.PrimaryKeyConstraint("partnership", "number"),
    )
