"""talents without a handle, with e-mail, times and works. Safe before the deploy: old code writes none of it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NEW = (
    ("email", sa.String(length=254), True, None),
    ("bio", sa.Text(), False, ""),
    ("prefecture", sa.String(length=8), False, ""),
    ("tied", sa.JSON(), False, "[]"),
    ("hourly_yen", sa.Integer(), False, "0"),
    ("times", sa.BigInteger(), False, "0"),
    ("is_remote", sa.Boolean(), False, sa.true()),
    ("is_paused", sa.Boolean(), False, sa.false()),
)
WIDER = (("headline", 100, 200), ("skills", 300, 500), ("slots", 200, 500))


def upgrade() -> None:
    with op.batch_alter_table("talents", schema=None) as batch_op:
        for name, kind, is_nullable, usual in NEW:
            batch_op.add_column(sa.Column(name, kind, nullable=is_nullable, server_default=usual))
        batch_op.alter_column("handle_id", existing_type=sa.Uuid(), nullable=True)
        for name, before, after in WIDER:
            batch_op.alter_column(name, existing_type=sa.String(before), type_=sa.String(after))
        batch_op.create_unique_constraint("uq_talents_email", ["email"])
    op.create_table(
        "talent_works",
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["talents.party_id"], name="fk_talent_works_party_id"),
        sa.PrimaryKeyConstraint("party_id", "code", name="pk_talent_works"),
    )
    op.create_index("ix_talent_works_code_share", "talent_works", ["code", "share"])


def downgrade() -> None:
    op.drop_table("talent_works")
    with op.batch_alter_table("talents", schema=None) as batch_op:
        batch_op.drop_constraint("uq_talents_email", type_="unique")
        batch_op.alter_column("handle_id", existing_type=sa.Uuid(), nullable=False)
        for name, before, after in WIDER:
            batch_op.alter_column(name, existing_type=sa.String(after), type_=sa.String(before))
        for name, *_ in NEW:
            batch_op.drop_column(name)
