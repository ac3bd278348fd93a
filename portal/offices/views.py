"""The list of all offices, and a page for each."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal import clock
from portal.offices.search import clean_query, find_kindly, read_offices
from portal.site.qr import draw_qr

# Shenyang's number in GB/T 2260, by which the map knows the city.
SHENYANG = "210100"

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
    offices = read_offices(clock.today())
    found = find_kindly(offices, query)
    context = {
        "query": query,
        "was_cut": was_cut,
        "district": district,
        "districts": list(dict.fromkeys(office.district for office in offices)),
        "offices": [office for office in found if district in {"", office.district}],
    }
    return render(request, "offices/list.html", context)


@require_safe
def office(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one office: where it is, whom to call, how to get there, what to bring."""
    shown = next((office for office in read_offices(clock.today(), slug=slug)), None)
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
        "qr": draw_qr(request.build_absolute_uri(request.path)),
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
