"""What a page tells whoever shares it, WeChat above all."""

from urllib.parse import urlencode

from django import template
from django.http import HttpRequest
from django.template import Context

from portal.wechat.tickets import is_configured

register = template.Library()

# Parts of an address that say what a page is about. Others may be somebody's amounts.
KEPT = ("scheme", "q", "kind", "district")


@register.simple_tag
def has_wechat_card() -> bool:
    """Whether the page's script may ask for a signature."""
    return is_configured()


@register.simple_tag(takes_context=True)
def shared_link(context: Context) -> str:
    """Return the address of the page as it is passed on: without amounts, whole, no frame left out.

    A view that knows better which answers to keep gives `share_link`. A choice of 长辈版 in the
    link goes on with it: somebody sent it so.
    """
    request = context["request"]
    link = context.get("share_link") or _plain_link(context["origin"], request)
    mode = request.GET.get("mode", "")
    if mode in ("care", "ordinary") and "mode=" not in link:
        link += f"{'&' if '?' in link else '?'}mode={mode}"
    return str(link)


def _plain_link(origin: str, request: HttpRequest) -> str:
    kept = {name: value for name in KEPT if (value := request.GET.get(name))}
    return f"{origin}{request.path}?{urlencode(kept)}".removesuffix("?")
