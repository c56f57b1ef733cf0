"""interviews. Safe before the deploy: old code does not see it."""

import sqlalchemy as sa
from alembic import op

import storage.database

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

AT = storage.database.Utc(timezone=True)


def upgrade() -> None:
    op.create_table(
        "interviews",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("waits_for", sa.String(length=8), nullable=False),
        sa.Column("offered", sa.JSON(), nullable=False),
        sa.Column("offers", sa.Integer(), nullable=False),
        sa.Column("starts_at", AT, nullable=True),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.Column("joined", sa.JSON(), nullable=False),
        sa.Column("partner", sa.String(length=8), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("changed_at", AT, nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagements.id"], name="fk_interviews_engagement_id"),
        sa.PrimaryKeyConstraint("id", name="pk_interviews"),
        sa.UniqueConstraint("engagement_id", "number", name="uq_interviews_engagement_id_number"),
    )
    op.create_index("ix_interviews_engagement_id", "interviews", ["engagement_id"])
    op.create_index("ix_interviews_starts_at", "interviews", ["starts_at"])
    op.create_table(
        "calendar_keys",
        sa.Column("handle_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["handle_id"], ["handles.id"], name="fk_calendar_keys_handle_id"),
        sa.PrimaryKeyConstraint("handle_id", name="pk_calendar_keys"),
    )
    op.create_table(
        "invites",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("used_by", sa.Uuid(), nullable=True),
        sa.Column("used_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagements.id"], name="fk_invites_engagement_id"),
        sa.PrimaryKeyConstraint("id", name="pk_invites"),
    )
    op.create_index("ix_invites_engagement_id", "invites", ["engagement_id"])
    op.create_index("ix_invites_code", "invites", ["code"])
    op.create_table(
        "invite_tries",
        sa.Column("handle_id", sa.Uuid(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("since", AT, nullable=False),
        sa.ForeignKeyConstraint(["handle_id"], ["handles.id"], name="fk_invite_tries_handle_id"),
        sa.PrimaryKeyConstraint("handle_id", name="pk_invite_tries"),
    )
    with op.batch_alter_table("engagements", schema=None) as batch_op:
        batch_op.add_column(sa.Column("interview", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("partner_handle_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("ended_at", AT, nullable=True))
        batch_op.create_foreign_key(
            "fk_engagements_partner_handle_id", "handles", ["partner_handle_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("engagements", schema=None) as batch_op:
        batch_op.drop_constraint("fk_engagements_partner_handle_id", type_="foreignkey")
        for name in ("ended_at", "partner_handle_id", "interview"):
            batch_op.drop_column(name)
    for name in ("invite_tries", "invites", "calendar_keys", "interviews"):
        op.drop_table(name)
