"""invitations; staff tasks about a posting. Safe before the deploy: old code does not see it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WAITS = "sent_at IS NULL"
REFERENCES = (
    ("posting_id", "postings"),
    ("party_id", "parties"),
    ("handle_id", "handles"),
)


def upgrade() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Uuid(), nullable=False) for name, _ in REFERENCES),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("digest_id", sa.Uuid(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=8), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=f"fk_invitations_{name}")
            for name, table in REFERENCES
        ),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.UniqueConstraint("posting_id", "party_id", name="uq_invitations_posting_id_party_id"),
    )
    op.create_index("ix_invitations_party_id_sent_at", "invitations", ["party_id", "sent_at"])
    op.create_index("ix_invitations_digest_id", "invitations", ["digest_id"])
    op.create_index(
        "ix_invitations_waiting",
        "invitations",
        ["handle_id"],
        postgresql_where=sa.text(WAITS),
        sqlite_where=sa.text(WAITS),
    )
    op.create_table(
        "invitation_stops",
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name="fk_invitation_stops_party_id"),
        sa.PrimaryKeyConstraint("party_id", name="pk_invitation_stops"),
    )
    with op.batch_alter_table("staff_tasks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("posting_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("staff_tasks", schema=None) as batch_op:
        batch_op.drop_column("posting_id")
    op.drop_table("invitation_stops")
    op.drop_table("invitations")
