"""The branch offices as JSON, strict as the HTTP contract says."""

from typing import Any

from django.http import HttpRequest, JsonResponse

from portal import clock
from portal.offices.models import Office
from portal.offices.search import LONGEST_QUERY, find_offices, offices_on


def offices(request: HttpRequest) -> JsonResponse:
    """Answer the offices that a query finds, all of them without one; 422 for a wrong question."""
    errors = _errors(request)
    if errors:
        return _json({"errors": errors}, status=422)
    found = find_offices(offices_on(clock.today()), request.GET.get("q", ""))
    return _json({"offices": [make_office(office) for office in found]})


def make_office(office: Office) -> dict[str, Any]:
    """Return an office as the contract names its parts, with stops and links to call beside them.

    Of its closures there are those that residents are told of today.
    """
    phones = office.phones.all()
    return {
        "name": office.name,
        "district": office.district,
        "address": office.address,
        "phones": [phone.number for phone in phones],
        "phone_links": [
            {"number": p.number, "tel": p.tel, "label": p.label, "hint": p.hint} for p in phones
        ],
        "transport": office.transport_text,
        "stops": [
            {
                "station": stop.station,
                "exit": stop.exit_hint,
                "how": stop.how,
                "lines": [line.label for line in stop.lines.all()],
            }
            for stop in office.stops.all()
        ],
        "aliases": [alias.name for alias in office.aliases.all()],
        "notice": office.notice,
        "closures": [
            {
                "kind": closure.kind,
                "first_day": closure.first_day.isoformat(),
                "last_day": closure.last_day.isoformat(),
                "notice": closure.notice,
                "address": closure.address,
            }
            for closure in office.told  # type: ignore[attr-defined]
        ],
        "page": office.get_absolute_url(),
    }


def _errors(request: HttpRequest) -> dict[str, list[str]]:
    errors = {name: ["没有这一项参数。"] for name in request.GET if name != "q"}
    given = [value for value in request.GET.getlist("q") if value]
    if len(given) > 1:
        errors["q"] = ["这一项只能给一次。"]
    elif given and len(given[0]) > LONGEST_QUERY:
        errors["q"] = [f"最多 {LONGEST_QUERY} 个字。"]
    return errors


def _json(document: dict[str, Any], status: int = 200) -> JsonResponse:
    return JsonResponse(document, status=status, json_dumps_params={"ensure_ascii": False})
