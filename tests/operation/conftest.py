"""A database that servers and programs may use while a test looks on."""

from collections.abc import Iterator

import pytest
from django.db import connection

from tests.operation.postgresql import tell_server


@pytest.fixture(scope="module")
def database(django_db_setup: None) -> Iterator[str]:
    """The name of a copy of the seeded test database, on the same PostgreSQL."""
    seeded = str(connection.settings_dict["NAME"])
    name = f"{seeded}_copy"
    connection.close()  # a database that somebody uses is not copied
    tell_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    tell_server(f'CREATE DATABASE "{name}" TEMPLATE "{seeded}"')
    yield name
    tell_server(f'DROP DATABASE "{name}" WITH (FORCE)')
