"""How rows of a table are read into terms; shared by all topics."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from calculators.rules.bands import Band, Bands
from calculators.rules.money import ZERO
from calculators.rules.readings import Readings
from calculators.rules.terms import Cited
from portal.policy import models
from portal.policy.in_force import NoPolicyInForce, Rulebook, TableKey
from portal.policy.titles import READINGS

Key = TypeVar("Key")
Value = TypeVar("Value")


def named(
    book: Rulebook, model: type[models.PolicyRow], scheme: str, table: str, name: str
) -> Cited[Any]:
    """Return the single number `name` of a table with its clause, or raise NoPolicyInForce."""
    row = book.named(model, scheme, table, name)
    return Cited(row.value, row.clause.code)  # type: ignore[attr-defined]


def whole(
    book: Rulebook, table: TableKey, cells: Mapping[Key, Value], asked: Iterable[Key]
) -> Mapping[Key, Value]:
    """Return `cells`, or raise NoPolicyInForce where one of those `asked` for is missing.

    A table with a hole counts as one that is not on file: a rule would fail at the hole, or answer
    as if it were a cell of nothing. Cells that nobody asks for do no harm.
    """
    if not cells.keys() >= set(asked):
        raise NoPolicyInForce(*table, book.day)
    return cells


def bands_of(bands: Iterable[Band]) -> Bands:
    """Return bands in rising order; ValueError where they cannot make a table."""
    return Bands(tuple(sorted(bands, key=lambda band: band.above)))


def bands_from_zero(book: Rulebook, table: TableKey, bands: Iterable[Band]) -> Bands:
    """Return bands in rising order, or raise NoPolicyInForce where the first yuan has no rate."""
    by_edge = {band.above: band for band in bands}
    return bands_of(whole(book, table, by_edge, [ZERO]).values())


def decided_readings(book: Rulebook, scheme: str, *switches: str) -> Readings:
    """Return the decided choice of each switch of a scheme.

    Raises NoPolicyInForce where one of `switches`, which the rule asks for, is not decided.
    """
    rows = book.readings(models.ReadingChoice, scheme)
    choices = {row.switch: row.choice for row in rows}
    return Readings(whole(book, (scheme, READINGS), choices, switches))
