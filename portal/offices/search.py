"""Finding offices by what people type: a name, a district, a street, a station, a line."""

import unicodedata

from portal.offices.models import Office


def find_offices(query: str = "") -> list[Office]:
    """Return the offices that hold every word of `query`, in their fixed order; all without one.

    There are few of them, so they are read whole and compared here: what the comparison takes for
    the same can then grow without a query of its own.
    """
    words = _tidy(query).split()
    offices = Office.objects.prefetch_related("phones", "aliases", "stops__lines")
    return [office for office in offices if all(word in _haystack(office) for word in words)]


def _haystack(office: Office) -> str:
    stops = office.stops.all()
    parts = [office.name, office.district, office.address]
    parts += [alias.name for alias in office.aliases.all()]
    parts += [stop.station for stop in stops]
    parts += [line.label for stop in stops for line in stop.lines.all()]
    return _tidy("\n".join(parts))


def _tidy(text: str) -> str:
    """Full-width and half-width, large and small letters are the same to a person."""
    return unicodedata.normalize("NFKC", text).casefold()
