"""relayed files: photos and papers that go over, and words said anew. Safe before the deploy: old code does not see the new columns."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


RELAYS: tuple[tuple[str, Any, str], ...] = (
    ("kind", sa.String(length=8), "words"),
    ("before", sa.Text(), ""),
    ("told_by", sa.String(length=200), ""),
)
FILES: tuple[tuple[str, Any, str], ...] = (
    ("platform", sa.String(length=8), "line"),
    ("source", sa.String(length=64), ""),
    ("name", sa.String(length=200), ""),
    ("size", sa.Integer(), "0"),
    ("form", sa.String(length=8), ""),
    ("why", sa.String(length=8), ""),
)
TOLD, FILE = sa.text("told_by <> ''"), sa.text("attachment_id IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("relays", schema=None) as batch_op:
        for name, kind, default in RELAYS:
            batch_op.add_column(sa.Column(name, kind, nullable=False, server_default=default))
        batch_op.add_column(sa.Column("attachment_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("is_ready", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.create_foreign_key("fk_relays_attachment_id", "attachments", ["attachment_id"], ["id"])
        batch_op.create_index("ix_relays_told_by", ["told_by"], postgresql_where=TOLD, sqlite_where=TOLD)
        batch_op.create_index(
            "ix_relays_attachment_id", ["attachment_id"], postgresql_where=FILE, sqlite_where=FILE
        )
    with op.batch_alter_table("attachments", schema=None) as batch_op:
        for name, kind, default in FILES:
            batch_op.add_column(sa.Column(name, kind, nullable=False, server_default=default))


def downgrade() -> None:
    with op.batch_alter_table("attachments", schema=None) as batch_op:
        for name, _, _ in reversed(FILES):
            batch_op.drop_column(name)
    with op.batch_alter_table("relays", schema=None) as batch_op:
        batch_op.drop_index("ix_relays_attachment_id")
        batch_op.drop_index("ix_relays_told_by")
        batch_op.drop_constraint("fk_relays_attachment_id", type_="foreignkey")
        batch_op.drop_column("is_ready")
        batch_op.drop_column("attachment_id")
        for name, _, _ in reversed(RELAYS):
            batch_op.drop_column(name)
