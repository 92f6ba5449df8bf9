"""Teams: where people are reached there, what has come in once; by which door messages go to a person."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def upgrade() -> None:
    """Changes a database of the revision before this one."""
    op.add_column("person", sa.Column("door", sa.String(), nullable=False, server_default=""))
    op.add_column("identity", sa.Column("spoke_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "arrival",
        *map(_text, ("door", "conversation", "delivered")),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("door", "conversation", "delivered"),
    )
    op.create_table(
        "conversation",
        *map(_text, ("door", "tenant", "place", "conversation", "service", "member")),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("door", "tenant", "place"),
    )
