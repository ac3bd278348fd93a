"""The days of a result as a file for the phone's calendar."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from calculators.calendar_file import make_calendar
from calculators.days import days_of, rules_of
from calculators.reopening import reopen


def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the days to come of the answers in the link; a kind 404 where there are none."""
    case = reopen(request, slug)
    if isinstance(case, HttpResponse):
        return case
    answered = case.answered
    days = days_of(answered)
    coming = [day for day in days if not day.is_past]
    if not coming:
        context = {"title": answered.calculator.title, "days": days, "own_url": case.path}
        return render(request, "calculators/no_days.html", context, status=404)
    file = make_calendar(
        coming, title=answered.calculator.title, link=case.link, rules=rules_of(answered)
    )
    return HttpResponse(
        file,
        content_type="text/calendar; charset=utf-8",
        # Not an attachment: so the phones that can offer to add the days at once do so.
        headers={"Content-Disposition": f'inline; filename="shenyang-yibao-{slug}.ics"'},
    )
