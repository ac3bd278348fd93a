"""The home page, and what Django shows when something goes wrong."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.templatetags.static import static

from portal import clock
from portal.policy.age import ages_of
from portal.policy.in_force import Timetable

ENTRIES = (
    {
        "title": "城乡居民：住院要自己付多少",
        "text": "学生、儿童、没有工作单位的成年居民",
        "url": "/calculators/inpatient/?scheme=resident",
    },
    {
        "title": "灵活就业：住院要自己付多少",
        "text": "自己按月交职工医保的人，和这样退休的人",
        "url": "/calculators/inpatient/?scheme=flexible",
    },
    {
        "title": "办事网点",
        "text": "各区医保分中心的地址、电话和乘车路线",
        "url": "/offices/",
    },
    {
        "title": "政策原文",
        "text": "两份官方文件，一条一条查",
        "url": "/policy/",
    },
)


def home(request: HttpRequest) -> HttpResponse:
    """Show the way to what the site can answer, and how old its rules are."""
    today = clock.today()
    ages = ages_of(Timetable.load().latest_editions(today), today)
    return render(request, "home.html", {"entries": ENTRIES, "ages": ages})


def favicon(request: HttpRequest) -> HttpResponse:
    """Send to the icon under its hashed name."""
    return HttpResponseRedirect(static("icons/icon.svg"))
