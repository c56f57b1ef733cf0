"""relays: words between the two sides of an engagement. Safe before the deploy: old code does not see it."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

WAITS = sa.text("status = 'waits'")


def upgrade() -> None:
    op.create_table(
        "relays",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagements.id"], name="fk_relays_engagement_id"),
        sa.ForeignKeyConstraint(["from_id"], ["handles.id"], name="fk_relays_from_id"),
        sa.ForeignKeyConstraint(["to_id"], ["handles.id"], name="fk_relays_to_id"),
        sa.PrimaryKeyConstraint("id", name="pk_relays"),
    )
    op.create_index("ix_relays_engagement_id_id", "relays", ["engagement_id", "id"])
    op.create_index("ix_relays_waiting", "relays", ["to_id"], postgresql_where=WAITS, sqlite_where=WAITS)
    op.create_index("ix_relays_event_id", "relays", ["event_id"])


def downgrade() -> None:
    op.drop_table("relays")
