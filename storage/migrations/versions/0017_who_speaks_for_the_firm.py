"""who speaks for the firm: in a look back, and what he wrote. Safe before the deploy: old code does not see the new columns."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("rounds") as table:
        table.add_column(sa.Column("firm", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("firm_said", sa.JSON(), nullable=True))
        table.create_foreign_key("fk_rounds_firm", "handles", ["firm"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("rounds") as table:
        table.drop_constraint("fk_rounds_firm", type_="foreignkey")
        table.drop_column("firm_said")
        table.drop_column("firm")
