"""Numbered migrations (Alembic), run at every start; safe when two processes start at once."""

import threading
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

_LOCK_KEY = 0x5E1FDB  # of PostgreSQL's advisory lock around the migrations
_one_at_a_time = threading.Lock()  # Alembic's context is a global of the process


def upgrade(engine: sa.Engine) -> None:
    """Bring the tables to the newest version in one transaction; nothing happens when they are.

    Args:
        engine: begins write transactions, so that on SQLite a second process waits here.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with _one_at_a_time, engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK_KEY)))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
