"""profiles in full, confirmed works, who somebody is on Slack, records from files. Safe before the deploy: old code writes none of it."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NEW = {
    "talents": (
        ("is_own", sa.Boolean(), sa.false()),
        ("is_named", sa.Boolean(), sa.true()),
        ("routine", sa.Text(), ""),
        ("insurer", sa.String(length=100), ""),
        ("invoice", sa.String(length=14), ""),
    ),
    "talent_works": (("is_confirmed", sa.Boolean(), sa.false()),),
    "handles": (
        ("zone_is_own", sa.Boolean(), sa.false()),
        ("email", sa.String(length=254), None),
        ("looked_up_at", sa.DateTime(timezone=True), None),
    ),
    "posting_changes": (("from_code", sa.String(length=8), ""), ("to_code", sa.String(length=8), "")),
}


def upgrade() -> None:
    for table, columns in NEW.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name, kind, usual in columns:
                batch_op.add_column(sa.Column(name, kind, nullable=usual is None, server_default=usual))
    op.create_index("ix_handles_email", "handles", ["email"])
    where = sa.text("looked_up_at IS NULL")
    op.create_index(
        "ix_handles_strangers", "handles", ["created_at"], postgresql_where=where, sqlite_where=where
    )
    op.create_table(
        "records",
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("row", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", name="pk_records"),
    )


def downgrade() -> None:
    op.drop_table("records")
    op.drop_index("ix_handles_strangers", "handles")
    op.drop_index("ix_handles_email", "handles")
    for table, columns in NEW.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name, *_ in columns:
                batch_op.drop_column(name)
