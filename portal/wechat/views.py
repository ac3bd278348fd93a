"""The signature that a page's script asks for, and the files with which WeChat checks a domain."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from portal.wechat.models import VerifyFile
from portal.wechat.signature import signed
from portal.wechat.tickets import current_ticket, is_configured

RETRY_AFTER_SECONDS = 3  # as long as WeChat takes on a slow day
NOT_KEPT = {"Cache-Control": "no-store"}


@require_safe
def signature(request: HttpRequest) -> HttpResponse:
    """Sign `?url=`, a page of this site: 422 for another, 503 while there is no ticket."""
    if not is_configured():
        raise Http404
    url = request.GET.get("url", "")
    if not _is_page_of_ours(url, request.get_host()):
        errors = {"errors": {"url": ["只给本站的网页签名，网址里不能有 #。"]}}
        return JsonResponse(errors, status=422, headers=NOT_KEPT)
    if not (ticket := current_ticket()):
        errors = {"errors": {"": ["微信暂时没有答应，请过一会儿再试。"]}}
        headers = {**NOT_KEPT, "Retry-After": str(RETRY_AFTER_SECONDS)}
        return JsonResponse(errors, status=503, headers=headers)
    return JsonResponse(signed(settings.WECHAT_APP_ID, ticket, url), headers=NOT_KEPT)


def _is_page_of_ours(url: str, host: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:  # such as brackets that never close
        return False
    return parts.scheme in {"http", "https"} and parts.netloc == host and "#" not in url


@require_safe
def verify_file(request: HttpRequest, name: str) -> HttpResponse:
    """Show a file that staff have entered, character by character as WeChat gave it."""
    file = get_object_or_404(VerifyFile, name=name)
    # Who mends a slip has WeChat look again at once: nobody on the way may keep the old one.
    return HttpResponse(file.content, content_type="text/plain; charset=utf-8", headers=NOT_KEPT)
