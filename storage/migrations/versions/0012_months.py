"""months: sealed rounds written anew, held and shown alone. Safe before the deploy: old code does not see the new columns."""

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


def downgrade() -> None:
    with op.batch_alter_table("engagements", schema=None) as batch_op:
        batch_op.drop_column("looked_back_at")
    with op.batch_alter_table("rounds", schema=None) as batch_op:
        for name, _ in reversed(ROUNDS):
            batch_op.drop_column(name)
        batch_op.drop_column("known")
