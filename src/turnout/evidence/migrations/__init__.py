"""Alembic's migrations of the evidence store, applied when a store is opened."""
