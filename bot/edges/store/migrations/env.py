"""Alembic runs this file: the migrations run on the connection that `upgrade` opened."""

from alembic import context

from bot.edges.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table="selfheal_schema",
)
context.run_migrations()
