"""slots, days off, changes of a week, looks at how it goes. Safe before the deploy: old code writes none of it."""

import sqlalchemy as sa
from alembic import op

import storage.database

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

Utc = storage.database.Utc(timezone=True)
NEW = (
    ("slot_id", sa.Uuid(), True, None),
    ("slot_at", Utc, True, None),
    ("state", sa.String(length=10), False, "PLANNED"),
    ("minutes", sa.Integer(), False, "30"),
    ("sequence", sa.Integer(), False, "0"),
    ("why", sa.String(length=10), False, ""),
    ("offered", sa.JSON(), True, None),
    ("proposed_at", Utc, True, None),
    ("asked_by", sa.String(length=8), False, ""),
    ("rounds", sa.Integer(), False, "0"),
    ("ready", sa.String(length=16), False, ""),
    ("waits", sa.String(length=8), False, ""),
)


def upgrade() -> None:
    with op.batch_alter_table("meetings", schema=None) as batch_op:
        for name, kind, is_nullable, usual in NEW:
            batch_op.add_column(sa.Column(name, kind, nullable=is_nullable, server_default=usual))
        batch_op.drop_constraint("uq_meetings_engagement_id_meets_at", type_="unique")
        batch_op.create_unique_constraint("uq_meetings_engagement_id_slot_at", ["engagement_id", "slot_at"])
    op.execute("UPDATE meetings SET slot_at = meets_at")
    op.create_table(
        "slots",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("at", sa.Time(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(length=300), nullable=False),
        sa.Column("people", sa.String(length=300), nullable=False),
        sa.Column("since", Utc, nullable=False),
        sa.Column("until", Utc, nullable=True),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagements.id"], name="fk_slots_engagement_id"),
        sa.PrimaryKeyConstraint("id", name="pk_slots"),
        sa.UniqueConstraint("engagement_id", "number", name="uq_slots_engagement_id_number"),
    )
    op.create_table(
        "days_off",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=True),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("is_yearly", sa.Boolean(), nullable=False),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("undone_at", Utc, nullable=True),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name="fk_days_off_party_id"),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name="fk_days_off_company_id"),
        sa.PrimaryKeyConstraint("id", name="pk_days_off"),
    )
    op.create_index("ix_days_off_party_id", "days_off", ["party_id"])
    op.create_index("ix_days_off_company_id", "days_off", ["company_id"])
    op.create_table(
        "slot_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("was_at", Utc, nullable=True),
        sa.Column("to_at", Utc, nullable=True),
        sa.Column("at", Utc, nullable=False),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagements.id"], name="fk_slot_changes_engagement_id"),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name="fk_slot_changes_meeting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_slot_changes"),
    )
    op.create_index("ix_slot_changes_engagement_id_at", "slot_changes", ["engagement_id", "at"])
    op.create_table(
        "checkins",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("due_at", Utc, nullable=False),
        sa.Column("asked_at", Utc, nullable=True),
        sa.Column("answer", sa.String(length=12), nullable=False),
        sa.Column("answered_at", Utc, nullable=True),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagements.id"], name="fk_checkins_engagement_id"),
        sa.PrimaryKeyConstraint("id", name="pk_checkins"),
        sa.UniqueConstraint(
            "engagement_id", "kind", "number", "side", name="uq_checkins_engagement_id_kind_number_side"
        ),
    )
    op.create_index("ix_checkins_engagement_id", "checkins", ["engagement_id"])


def downgrade() -> None:
    for name in ("checkins", "slot_changes", "days_off", "slots"):
        op.drop_table(name)
    # what did not take place, or moved, never was a meeting of the older code
    op.execute("DELETE FROM meetings WHERE state NOT IN ('PLANNED', 'HELD')")
    with op.batch_alter_table("meetings", schema=None) as batch_op:
        batch_op.drop_constraint("uq_meetings_engagement_id_slot_at", type_="unique")
        batch_op.create_unique_constraint("uq_meetings_engagement_id_meets_at", ["engagement_id", "meets_at"])
        for name, *_ in NEW:
            batch_op.drop_column(name)
