"""What the gateway decided, and what its clients' keys have spent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2"
down_revision = "1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "decisions",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("endpoint", sa.String(32), nullable=False),
        sa.Column("asked", sa.String(256), nullable=False),
        sa.Column("model_id", sa.String(256)),
        sa.Column("provider", sa.String(128)),
        sa.Column("key_id", sa.String(64)),
        sa.Column("prompt_id", sa.String(128), nullable=False),
        sa.Column("modality", sa.String(16), nullable=False),
        sa.Column("category", sa.String(128), nullable=False),
        sa.Column("preference", sa.JSON(none_as_null=True)),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("estimated_usd", sa.Float(53)),
        sa.Column("usd", sa.Float(53)),
        sa.Column("input_tokens", sa.BigInteger),
        sa.Column("output_tokens", sa.BigInteger),
        sa.Column("latency_s", sa.Float(53)),
        sa.Column("ttft_s", sa.Float(53)),
        sa.Column("overhead_s", sa.Float(53)),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("fallbacks", sa.Integer, nullable=False),
        sa.Column("stream", sa.Boolean, nullable=False),
    )
    op.create_index("decisions_by_time", "decisions", ["at"])
    op.create_index("decisions_by_key", "decisions", ["key_id", "at"])
    op.create_table(
        "spending",
        sa.Column("key_id", sa.String(64), primary_key=True),
        sa.Column("period", sa.String(16), primary_key=True),
        sa.Column("usd", sa.Float(53), nullable=False),
    )


def downgrade() -> None:
    """Drop both tables."""
    op.drop_table("spending")
    op.drop_table("decisions")
