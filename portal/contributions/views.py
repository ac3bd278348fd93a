"""The pages of 缴费, and the QR pictures of channels."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from portal.contributions.models import Channel, Purpose
from portal.policy.models import Book
from portal.site import reading


@require_safe
def page(request: HttpRequest, name: str = "") -> HttpResponse:
    """Show a page of the book; without a name its opening page."""
    return reading.show(request, Book.CONTRIBUTIONS, name)


@require_safe
def channels(request: HttpRequest) -> HttpResponse:
    """Show where one can pay, and behind that where one can enrol, file and ask."""
    paying: list[dict[str, Any]] = []
    others: list[dict[str, Any]] = []
    for channel in Channel.objects.prefetch_related("uses__clause"):
        pays = any(use.purpose == Purpose.PAY for use in channel.uses.all())
        (paying if pays else others).append(make_channel(channel))
    return reading.show(
        request,
        Book.CONTRIBUTIONS,
        "channels",
        template="contributions/channels.html",
        paying=paying,
        others=others,
    )


def make_channel(channel: Channel) -> dict[str, Any]:
    """Return a channel with its uses put together: each purpose once, its clauses behind it."""
    purposes: dict[tuple[str, str, str], list[str]] = {}
    for use in channel.uses.all():
        key = (Purpose(use.purpose).label, use.get_scheme_display(), use.note)
        codes = purposes.setdefault(key, [])
        if use.clause:
            codes.append(use.clause.code)
    return {
        "slug": channel.slug,
        "names": channel.names,
        "link": channel.link,
        "qr": channel.qr_address,
        "uses": [
            {"purpose": purpose, "scheme": scheme, "note": note, "clauses": codes}
            for (purpose, scheme, note), codes in purposes.items()
        ],
    }


@require_safe
def qr_picture(request: HttpRequest, slug: str, digest: str) -> HttpResponse:
    """Send the picture of a channel under an address that changes with it: kept for ever."""
    content = Channel.objects.filter(slug=slug, qr_hash=digest).values_list("qr_png", flat=True)
    if not (png := content.first()):
        raise Http404
    # PostgreSQL gives a memoryview.
    return HttpResponse(
        bytes(png),
        content_type="image/png",
        headers={"Cache-Control": "public, max-age=31536000, immutable"},
    )
