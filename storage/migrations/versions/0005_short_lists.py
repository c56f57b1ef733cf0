"""short lists. Safe before the deploy: old code does not see it."""

import sqlalchemy as sa
from alembic import op

import storage.database

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NEW = {
    "applications": (
        ("barred", sa.String(length=80), False, ""),
        ("is_let_in", sa.Boolean(), False, sa.false()),
        ("place", sa.Integer(), False, "0"),
        ("reasons", sa.JSON(), False, "[]"),
        ("waits_from", storage.database.Utc(timezone=True), True, None),
        ("on_hold_at", storage.database.Utc(timezone=True), True, None),
    ),
    "postings": (
        ("channel_at", storage.database.Utc(timezone=True), True, None),
        ("lists", sa.Integer(), False, "0"),
        ("looked_at", storage.database.Utc(timezone=True), True, None),
        ("hidden_from", sa.JSON(), False, "[]"),
    ),
}


def upgrade() -> None:
    for table, columns in NEW.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name, kind, is_nullable, usual in columns:
                batch_op.add_column(sa.Column(name, kind, nullable=is_nullable, server_default=usual))


def downgrade() -> None:
    for table, columns in NEW.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name, *_ in columns:
                batch_op.drop_column(name)
