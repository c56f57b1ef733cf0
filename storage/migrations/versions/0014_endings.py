"""endings: the day work ends on, and who asked for it. Safe before the deploy: old code does not see the new columns."""

import sqlalchemy as sa
from alembic import op

import storage.database

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

AT = storage.database.Utc(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("engagements", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ends_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("paused_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("end_reason", sa.String(length=20), nullable=False, server_default=""))
    op.create_table(
        "endings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("given_by", sa.String(length=20), nullable=False),
        sa.Column("why_owner", sa.String(length=10), nullable=False),
        sa.Column("why_talent", sa.String(length=10), nullable=False),
        sa.Column("told_at", AT, nullable=False),
        sa.Column("is_asked_why", sa.Boolean(), nullable=False),
        sa.Column("said_why", sa.Text(), nullable=False),
        sa.Column("handover", sa.Text(), nullable=False),
        sa.Column("handed_at", AT, nullable=True),
        sa.Column("owner_returned_at", AT, nullable=True),
        sa.Column("talent_returned_at", AT, nullable=True),
        sa.Column("owner_thanks", sa.Text(), nullable=False),
        sa.Column("talent_thanks", sa.Text(), nullable=False),
        sa.Column("shown_at", AT, nullable=True),
        sa.Column("closed_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagements.id"], name="fk_endings_engagement_id"),
        sa.PrimaryKeyConstraint("id", name="pk_endings"),
        sa.UniqueConstraint("engagement_id", "number", name="uq_endings_engagement_id_number"),
    )
    op.create_table(
        "agreements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("asked_by", sa.String(length=8), nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("answer", sa.String(length=4), nullable=False),
        sa.Column("answered_at", AT, nullable=True),
        sa.Column("is_over", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagements.id"], name="fk_agreements_engagement_id"),
        sa.PrimaryKeyConstraint("id", name="pk_agreements"),
    )
    op.create_index("ix_agreements_engagement_id", "agreements", ["engagement_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_agreements_engagement_id", table_name="agreements")
    op.drop_table("agreements")
    op.drop_table("endings")
    with op.batch_alter_table("engagements", schema=None) as batch_op:
        for name in ("end_reason", "paused_until", "ends_on"):
            batch_op.drop_column(name)
