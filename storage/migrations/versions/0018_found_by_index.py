"""what turns ask for is found by an index: of a big database they read whole tables. Safe before the deploy.

Each is built within a second on a hundred thousand rows; writes to its table wait that long.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

CARDS = sa.text("subject LIKE 'posting:%'")


def upgrade() -> None:
    op.create_index(
        "ix_handles_staff",
        "handles",
        ["id"],
        postgresql_where=sa.text("is_staff"),
        sqlite_where=sa.text("is_staff = 1"),
    )
    op.create_index("ix_engagements_partner_handle_id", "engagements", ["partner_handle_id"])
    op.create_index("ix_rounds_firm", "rounds", ["firm"])
    op.create_index(
        "ix_messages_of_postings", "messages", ["subject"], postgresql_where=CARDS, sqlite_where=CARDS
    )
    op.create_index("ix_staff_tasks_handle_id", "staff_tasks", ["handle_id"])
    op.create_index("ix_companies_staff_id", "companies", ["staff_id"])
    op.create_index("ix_postings_company_id", "postings", ["company_id"])
    op.create_index("ix_postings_job_code_published_at", "postings", ["job_code", "published_at"])


def downgrade() -> None:
    op.drop_index("ix_postings_job_code_published_at", "postings")
    op.drop_index("ix_postings_company_id", "postings")
    op.drop_index("ix_companies_staff_id", "companies")
    op.drop_index("ix_staff_tasks_handle_id", "staff_tasks")
    op.drop_index("ix_messages_of_postings", "messages")
    op.drop_index("ix_rounds_firm", "rounds")
    op.drop_index("ix_engagements_partner_handle_id", "engagements")
    op.drop_index("ix_handles_staff", "handles")
