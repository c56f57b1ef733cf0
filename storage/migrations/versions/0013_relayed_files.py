"""relayed files: photos and papers that go over, and words said anew. Safe before the deploy: old code does not see the new columns."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


RELAYS = (
    ("kind", sa.String(length=8), "words"),
    ("before", sa.Text(), ""),
    ("told_by", sa.String(length=200), ""),
)
TOLD = sa.text("told_by <> ''")


def upgrade() -> None:
    with op.batch_alter_table("relays", schema=None) as batch_op:
        for name, kind, default in RELAYS:
            batch_op.add_column(sa.Column(name, kind, nullable=False, server_default=default))
        batch_op.create_index("ix_relays_told_by", ["told_by"], postgresql_where=TOLD, sqlite_where=TOLD)


def downgrade() -> None:
    with op.batch_alter_table("relays", schema=None) as batch_op:
        batch_op.drop_index("ix_relays_told_by")
        for name, _, _ in reversed(RELAYS):
            batch_op.drop_column(name)
