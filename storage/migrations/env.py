"""Alembic's entry: runs on the engine it is handed; each migration says whether it is safe before or after a deploy."""

from alembic import context

from storage import unit_of_work  # noqa: F401  (all tables are known once it is imported)
from storage.database import Base
from storage.watchdog import UNWATCHED

engine = context.config.attributes["engine"]

with engine.connect() as connection:
    if connection.dialect.name == "postgresql":  # the limit on waiting for locks stays: others wait behind us
        connection.exec_driver_sql("SET statement_timeout = 0")
        connection.commit()
        connection.info[UNWATCHED] = True
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
