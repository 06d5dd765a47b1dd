from tests.engine.saying import handler, lite, world
from tests.pg import database_url, postgres_server, postgres_url

__all__ = ["database_url", "handler", "lite", "postgres_server", "postgres_url", "world"]
