"""months: sealed rounds written anew, held and shown alone, and versions of terms. Safe before the deploy: old code does not see the new columns."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ROUNDS = (("reopened", 16), ("held", 16), ("alone", 8))


def upgrade() -> None:
    with op.batch_alter_table("rounds", schema=None) as batch_op:
        batch_op.add_column(sa.Column("known", sa.JSON(), nullable=True))
        for name, most in ROUNDS:
            batch_op.add_column(sa.Column(name, sa.String(length=most), nullable=False, server_default=""))
    with op.batch_alter_table("engagements", schema=None) as batch_op:
        batch_op.add_column(sa.Column("looked_back_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "terms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("pay", sa.Integer(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("how", sa.String(length=8), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagements.id"], name="fk_terms_engagement_id"),
        sa.PrimaryKeyConstraint("id", name="pk_terms"),
        sa.UniqueConstraint("engagement_id", "number", name="uq_terms_engagement_id_number"),
    )


def downgrade() -> None:
    op.drop_table("terms")
    with op.batch_alter_table("engagements", schema=None) as batch_op:
        batch_op.drop_column("looked_back_at")
    with op.batch_alter_table("rounds", schema=None) as batch_op:
        for name, _ in reversed(ROUNDS):
            batch_op.drop_column(name)
        batch_op.drop_column("known")
