"""Outcomes and prompts.

The columns are spelled out rather than taken from `schema`: a migration says what the tables were at its time.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "1"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "outcomes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("prompt_id", sa.String(128), nullable=False),
        sa.Column("model_id", sa.String(256), nullable=False),
        sa.Column("modality", sa.String(16), nullable=False),
        sa.Column("category", sa.String(128), nullable=False),
        sa.Column("quality", sa.Float(53)),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("cost_usd", sa.Float(53)),
        sa.Column("latency_s", sa.Float(53)),
        sa.Column("ttft_s", sa.Float(53)),
        sa.Column("input_tokens", sa.BigInteger),
        sa.Column("output_tokens", sa.BigInteger),
        sa.Column("error", sa.Text),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("utc_offset_s", sa.Integer, nullable=False),
    )
    op.create_index("outcomes_by_task", "outcomes", ["modality", "category", "model_id"])
    op.create_index("outcomes_by_model", "outcomes", ["model_id"])
    op.create_index("outcomes_by_time", "outcomes", ["at"])
    op.create_table(
        "prompts",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Drop both tables."""
    op.drop_table("prompts")
    op.drop_table("outcomes")
