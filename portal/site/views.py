"""The home page, the page of each kind of person, and what the site says about itself."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal import clock
from portal.policy.age import ages_of
from portal.policy.in_force import Timetable
from portal.policy.models import Book, Document
from portal.policy.pages import contents
from portal.policy.resting import decided_readings
from portal.site import reading

# What people come for, with the icon that stands beside it.
ENTRIES = (
    ("way", "我该怎么办", "一步一步问您，告诉您怎么参保、交多少、带什么", "/guide/"),
    ("guide", "参保指南", "谁能参保、怎么办、带什么、从哪天起管用", "/enrollment/"),
    ("pay", "缴费", "每年每月交多少，什么时候交，在哪里交", "/contributions/"),
    ("count", "待遇测算", "住院、门诊、退休、补缴，算出您自己的数", "/calculators/"),
    ("benefit", "待遇说明", "住院、急诊、慢特病、生育，各报多少", "/benefits/"),
    ("care", "就医与报销", "看病带什么，怎么结算，怎么报销", "/care/"),
    ("office", "办事网点", "各区医保分中心的地址、电话和乘车路线", "/offices/"),
)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what each kind of person needs first, the entries, and how old the rules are."""
    today, timetable = clock.today(), Timetable.load()
    entries = [
        {"icon": icon, "title": title, "text": text, "url": url}
        for icon, title, text, url in ENTRIES
    ]
    context = {
        "persons": contents(Book.PERSONS.value, timetable, today),
        "entries": entries,
        "ages": ages_of(timetable.latest_editions(today), today),
    }
    return render(request, "home.html", context)


@require_safe
def person(request: HttpRequest, name: str) -> HttpResponse:
    """Show what matters for one kind of person: what to pay, from when, what is reimbursed."""
    return reading.show(request, Book.PERSONS, name)


@require_safe
def persons(request: HttpRequest) -> HttpResponse:
    """Send to the list of all kinds of person, for an address that was cut short."""
    return HttpResponseRedirect(f"{reverse('home')}#persons")


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Say what the site rests on, how it treats what is left open, and that it keeps nothing."""
    return reading.show(
        request, Book.ABOUT, template="about.html", documents=Document.objects.public()
    )


@require_safe
def readings(request: HttpRequest) -> HttpResponse:
    """List how the house understands what the documents leave open."""
    groups = decided_readings(Timetable.load(), clock.today())
    return render(request, "readings.html", {"groups": groups})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell search engines what is here to be read."""
    sitemap = request.build_absolute_uri(reverse("sitemap"))
    lines = ("User-agent: *", "Disallow: /api/", f"Sitemap: {sitemap}", "")
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Send to the icon under its hashed name."""
    return HttpResponseRedirect(static("icons/icon.svg"))
