"""What Alembic runs for each command. The connection and its transaction are the caller's."""

from alembic import context

from bridge.database.metadata import metadata

# batch: SQLite cannot change a column in place, Alembic then makes the table anew.
context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
context.run_migrations()
