"""Alembic runs this file. The store passes its open connection, already inside a transaction that holds the lock."""

from __future__ import annotations

from alembic import context

from turnout.evidence.schema import METADATA, VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=VERSION_TABLE,
    render_as_batch=True,  # SQLite cannot alter a column in place
)
context.run_migrations()
