"""lists of a week, several promises of a side, numbers and wins. Safe before the deploy: old code writes one promise of a side."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

NEW = (
    ("position", sa.Integer(), False, "0"),
    ("due_on", sa.Date(), True, None),
    ("word", sa.Text(), False, ""),
    ("why", sa.Text(), False, ""),
    ("written_by", sa.String(length=8), False, ""),
    ("carried_from", sa.Uuid(), True, None),
)


def upgrade() -> None:
    with op.batch_alter_table("promises", schema=None) as batch_op:
        batch_op.drop_constraint("uq_promises_meeting_id_side", type_="unique")
        for name, kind, is_nullable, usual in NEW:
            batch_op.add_column(sa.Column(name, kind, nullable=is_nullable, server_default=usual))
        batch_op.create_index("ix_promises_meeting_id", ["meeting_id"])
    with op.batch_alter_table("engagements", schema=None) as batch_op:
        batch_op.add_column(sa.Column("tie", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "weeks",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("owner_version", sa.Integer(), nullable=False),
        sa.Column("talent_version", sa.Integer(), nullable=False),
        sa.Column("hand", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name="fk_weeks_meeting_id"),
        sa.PrimaryKeyConstraint("meeting_id", name="pk_weeks"),
    )
    op.create_table(
        "readings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("week_on", sa.Date(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagements.id"], name="fk_readings_engagement_id"),
        sa.PrimaryKeyConstraint("id", name="pk_readings"),
        sa.UniqueConstraint("engagement_id", "week_on", name="uq_readings_engagement_id_week_on"),
    )
    op.create_table(
        "wins",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("before", sa.Double(), nullable=True),
        sa.Column("after", sa.Double(), nullable=True),
        sa.Column("thanks", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("put_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("celebrated_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagements.id"], name="fk_wins_engagement_id"),
        sa.PrimaryKeyConstraint("id", name="pk_wins"),
    )
    op.create_index("ix_wins_engagement_id", "wins", ["engagement_id"])


def downgrade() -> None:
    """Of several promises of one side the first stays: there was room for one."""
    op.drop_table("wins")
    op.drop_table("readings")
    op.drop_table("weeks")
    op.execute(
        "DELETE FROM promises WHERE position > 0 AND EXISTS (SELECT 1 FROM promises AS first WHERE"
        " first.meeting_id = promises.meeting_id AND first.side = promises.side AND first.position < promises.position)"
    )
    with op.batch_alter_table("engagements", schema=None) as batch_op:
        batch_op.drop_column("tie")
    with op.batch_alter_table("promises", schema=None) as batch_op:
        batch_op.drop_index("ix_promises_meeting_id")
        for name, *_ in NEW:
            batch_op.drop_column(name)
        batch_op.create_unique_constraint("uq_promises_meeting_id_side", ["meeting_id", "side"])
