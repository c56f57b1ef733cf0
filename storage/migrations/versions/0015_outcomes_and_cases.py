"""outcomes: what came of work, and whether others may read it. Safe before the deploy: old code does not see the new tables."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outcomes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=True),
        sa.Column("record", sa.String(length=80), nullable=True),
        sa.Column("company_id", sa.Uuid(), nullable=True),
        sa.Column("firm", sa.String(length=200), nullable=False),
        sa.Column("job_code", sa.String(length=8), nullable=False),
        sa.Column("prefecture", sa.String(length=8), nullable=False),
        sa.Column("trade", sa.String(length=16), nullable=False),
        sa.Column("goal", sa.Text(), nullable=False),
        sa.Column("before", sa.Double(), nullable=True),
        sa.Column("after", sa.Double(), nullable=True),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("win_weeks", sa.Integer(), nullable=True),
        sa.Column("meetings", sa.Integer(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=True),
        sa.Column("pay", sa.Integer(), nullable=True),
        sa.Column("deeds", sa.JSON(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("win", sa.String(length=8), nullable=False),
        sa.Column("show", sa.String(length=4), nullable=False),
        sa.Column("talent_show", sa.String(length=4), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name="fk_outcomes_company_id"),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagements.id"], name="fk_outcomes_engagement_id"),
        sa.PrimaryKeyConstraint("id", name="pk_outcomes"),
        sa.UniqueConstraint("engagement_id", name="uq_outcomes_engagement_id"),
        sa.UniqueConstraint("record", name="uq_outcomes_record"),
    )
    op.create_index("ix_outcomes_job_code", "outcomes", ["job_code"])
    op.create_table(
        "opt_outs",
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("about", sa.String(length=8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name="fk_opt_outs_party_id"),
        sa.PrimaryKeyConstraint("party_id", "about", name="pk_opt_outs"),
    )
    op.create_table(
        "approaches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=4), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagements.id"], name="fk_approaches_engagement_id"),
        sa.PrimaryKeyConstraint("id", name="pk_approaches"),
        sa.UniqueConstraint("engagement_id", "kind", name="uq_approaches_engagement_id_kind"),
    )


def downgrade() -> None:
    op.drop_table("approaches")
    op.drop_table("opt_outs")
    op.drop_index("ix_outcomes_job_code", table_name="outcomes")
    op.drop_table("outcomes")
