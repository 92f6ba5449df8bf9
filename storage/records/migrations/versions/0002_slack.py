"""What the first chat door needs: workspaces with tokens, accounts that end, answers given in chat."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Changes a database of the revision before this one."""
    op.add_column("version", sa.Column("made_by", sa.String(), nullable=False, server_default="file"))
    op.add_column("identity", sa.Column("gone", sa.String(), nullable=False, server_default=""))
    op.add_column("workspace", sa.Column("gone", sa.String(), nullable=False, server_default=""))
    op.add_column("outbox", sa.Column("through", sa.String(), nullable=False, server_default=""))
    op.add_column("outbox", sa.Column("tenant", sa.String(), nullable=False, server_default=""))
    op.add_column("outbox", sa.Column("secret", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("outbox", sa.Column("held_since", sa.DateTime(timezone=True), nullable=True))
    op.create_index("outbox_person", "outbox", ["partnership", "person", "id"], unique=False)
    is_home = sa.text("kind = 'home'")
    op.create_index(
        "outbox_home", "outbox", ["partnership"], unique=False, sqlite_where=is_home, postgresql_where=is_home
    )
    op.create_table(
        "invited",
        sa.Column("partnership", sa.String(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organiser", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("partnership", "record", "person", "sequence"),
    )
    op.create_table(
        "kept",
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token"),
    )
    op.create_table(
        "draft",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person", "about"),
    )
    op.create_table(
        "installation",
        sa.Column("door", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("app", sa.String(), nullable=False),
        sa.Column("bot_user", sa.String(), nullable=False),
        sa.Column("scopes", sa.String(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("door", "tenant"),
    )
    op.create_table(
        "installing",
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("door", sa.String(), nullable=False),
        sa.Column("partnerships", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("state"),
    )
    op.create_table(
        "keysample",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
