"""The QR pictures of channels."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from portal.contributions.models import Channel


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
