"""How rows of a table are read into terms; shared by all topics."""

from collections.abc import Iterable
from typing import Any

from calculators.rules.bands import Band, Bands
from calculators.rules.readings import Readings
from calculators.rules.terms import Cited
from portal.policy import models
from portal.policy.in_force import Rulebook


def named(
    book: Rulebook, model: type[models.PolicyRow], scheme: str, table: str, name: str
) -> Cited[Any]:
    """Return the single number `name` of a table with its clause, or raise NoPolicyInForce."""
    row = book.named(model, scheme, table, name)
    return Cited(row.value, row.clause.code)  # type: ignore[attr-defined]


def bands_of(bands: Iterable[Band]) -> Bands:
    """Return bands in rising order; ValueError where they cannot make a table."""
    return Bands(tuple(sorted(bands, key=lambda band: band.above)))


def decided_readings(book: Rulebook, scheme: str) -> Readings:
    """Return the decided choice of each switch of a scheme."""
    rows = book.readings(models.ReadingChoice, scheme)
    return Readings({row.switch: row.choice for row in rows})
