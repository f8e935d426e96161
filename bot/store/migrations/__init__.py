"""Every step that the schema has taken, oldest first, for Alembic."""
