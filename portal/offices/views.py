"""The list of all offices, and a page for each."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from portal import clock
from portal.offices.models import Office
from portal.offices.search import clean_query, find_kindly, listed_on, offices_on
from portal.site.qr import draw_page_qr

# Shenyang's number in GB/T 2260, by which the map knows the city.
SHENYANG = "210100"

# So many stand on one page of the list; there are fewer today.
A_PAGE = 20

# What most people come for, and the page that says what to bring.
ERRANDS = (
    {"url": "/enrollment/flexible/", "title": "参保登记", "text": "灵活就业人员头一次参加职工医保"},
    {"url": "/enrollment/retirement/", "title": "退休", "text": "缴费年限、补缴和退休手续"},
    {"url": "/care/maternity-claims/", "title": "生育报销", "text": "生孩子的费用，拿材料来报"},
    {"url": "/enrollment/filing/", "title": "异地备案", "text": "去外地住、去外地看病以前"},
)


@require_safe
def office_list(request: HttpRequest) -> HttpResponse:
    """Show every office, or those that a query and a district leave."""
    query, was_cut = clean_query(request.GET.get("q", ""))
    district, _ = clean_query(request.GET.get("district", ""))
    offices, districts = listed_on(clock.today())
    found = find_kindly(offices, query)
    if district:
        found = [office for office in found if office.district == district]
    context = {
        "query": query,
        "was_cut": was_cut,
        "district": district,
        "districts": districts,
        "count": len(found),
        **_one_page(request, found),
    }
    return render(request, "offices/list.html", context)


def _one_page(request: HttpRequest, found: Sequence[Office]) -> dict[str, Any]:
    """The offices of the page that is asked for, and the links to the ones before and after it."""
    asked = request.GET.get("page", "")
    pages = -(-len(found) // A_PAGE)
    is_number = asked.isascii() and asked.isdigit() and len(asked) < 6
    page = min(int(asked), max(pages, 1)) if is_number else 1
    page = max(page, 1)

    def link(number: int) -> str:
        query = request.GET.copy()
        query["page"] = str(number)
        return f"?{query.urlencode()}"

    return {
        "rows": [_row(office) for office in found[(page - 1) * A_PAGE : page * A_PAGE]],
        "previous_url": link(page - 1) if page > 1 else "",
        "next_url": link(page + 1) if page < pages else "",
    }


def _row(office: Office) -> SafeString:
    """Draw an office as a line of the list, once for all who are shown it."""
    known = vars(office)
    if "row" not in known:
        known["row"] = render_to_string("offices/_row.html", {"office": office}, using="public")
    row: SafeString = known["row"]
    return row


@require_safe
def office(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one office: where it is, whom to call, how to get there, what to bring."""
    shown = next((o for o in offices_on(clock.today()) if o.slug == slug), None)
    if shown is None:
        raise Http404
    context = {
        "office": shown,
        "closures": [
            (closure, make_map_url(closure.address) if closure.address else "")
            for closure in shown.told  # type: ignore[attr-defined]
        ],
        "map_url": make_map_url(shown.address),
        "errands": ERRANDS,
        # The same for everybody who asks under this host, so the page stays as cacheable as any.
        "qr": draw_page_qr(request.build_absolute_uri(request.path)),
    }
    return render(request, "offices/office.html", context)


def make_map_url(address: str) -> str:
    """Return the address of a map that looks for `address`: a web page, no app is forced open."""
    looked_for = {
        "keyword": address.rstrip("。"),
        "city": SHENYANG,
        "view": "map",
        "src": "shenyang-yibao",
        "coordinate": "gaode",
        "callnative": "0",
    }
    return f"https://uri.amap.com/search?{urlencode(looked_for)}"
