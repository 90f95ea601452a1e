"""Alembic's entry: runs the migrations on the connection that `migrate.to_head` gives."""

from alembic import context

from pipelines.warehouse.migrate import VERSION_SCHEMA, VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    version_table=VERSION_TABLE,
    version_table_schema=VERSION_SCHEMA,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
