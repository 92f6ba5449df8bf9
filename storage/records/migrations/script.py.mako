<%
    lines = [line for line in (upgrades or "pass").splitlines() if not line.strip().startswith("# ###")]
%>"""${message}."""

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Changes a database of the revision before this one."""
    ${"\n".join(lines).strip()}
