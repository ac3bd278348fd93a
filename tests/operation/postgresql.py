"""The PostgreSQL that the tests run on, seen from beside them."""

from typing import Any

import psycopg
import pytest
from django.db import connection

only_on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="needs a PostgreSQL: ./dev test postgres"
)


def address_of(database: str) -> str:
    """Return the DATABASE_URL of another database on the same server."""
    given = connection.settings_dict
    where = f"{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{given['PORT']}"
    return f"postgres://{where}/{database}"


def tell_server(statement: str) -> list[Any]:
    """Say something to the server itself, outside of any transaction and of the tests' database."""
    with psycopg.connect(address_of("postgres"), autocommit=True) as server:
        answer = server.execute(statement)
        return answer.fetchall() if answer.description else []
