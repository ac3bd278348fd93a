"""What a calculator made of a request, told by its view to whoever counts how pages are used."""

from enum import StrEnum

from django.http import HttpRequest

_NAME = "portal.outcome"


class Outcome(StrEnum):
    """Errors need not be told: their status (422) says them."""

    ANSWERED = "answered"
    REFUSED = "refused"


def note_outcome(request: HttpRequest, *, computed: bool) -> None:
    """Note that a request was answered with a number, or with the reason why there is none."""
    request.META[_NAME] = Outcome.ANSWERED if computed else Outcome.REFUSED


def outcome_of(request: HttpRequest) -> Outcome | None:
    """Return what was noted; None where nothing was asked of a calculator."""
    return request.META.get(_NAME)
