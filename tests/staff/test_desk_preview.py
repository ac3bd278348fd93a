"""The preview: the public site with a draft in it, for staff only, and nothing of it outside."""

import datetime
import re
from collections.abc import Iterator
from html import unescape
from threading import Thread
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection, connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.test import Client, override_settings
from django.urls import path, reverse

from portal import clock, urls
from portal.policy.models import ChangeSet
from portal.policy.preview import previewed
from portal.search.memory import forget_index
from portal.staff.desk.leading import into, lead_on
from portal.staff.models import SavedCase
from tests.addresses import FIXED, STAY
from tests.conftest import TODAY
from tests.policy.desk import NEW_DAY, draft_of_limit, person
from tests.policy.test_updates import words
from tests.staff.access import EDIT, VIEW, client_of, staff_member

pytestmark = [pytest.mark.django_db, pytest.mark.reads]

DAY = "2026-12-01"
CSS = "staff/preview.css"
LIMITS = "/benefits/flexible-limits/"
HTMX = {"HX-Request": "true"}
OLD, NEW = "150,000 元", "160,000 元"


@pytest.fixture
def clerk(client: Client) -> Client:
    """Somebody of the staff who may look at change sets, and no more."""
    user = person("审核人")
    user.user_permissions.add(Permission.objects.get(codename="view_changeset"))
    client.force_login(user)
    return client


@pytest.fixture
def draft() -> ChangeSet:
    return draft_of_limit(person("起草人"))


@pytest.fixture(autouse=True)
def _no_index() -> Iterator[None]:
    forget_index()
    yield
    forget_index()


def at(draft: ChangeSet, page: str = "/", day: str = DAY) -> str:
    """The address of a public page in the preview, as a clerk would type it."""
    return f"/admin/preview/{draft.pk}/{day}{page}"


def html_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def addresses_in(html: str) -> set[str]:
    found = re.findall(r'\s(?:href|src|action|hx-get|hx-post)="([^"]*)"', html)
    return {unescape(address) for address in found}


# What is shown


def test_a_page_shows_the_draft_as_of_the_day(clerk: Client, draft: ChangeSet) -> None:
    assert NEW in words(clerk, at(draft, LIMITS))
    assert OLD in words(clerk, at(draft, LIMITS, "2026-11-30"))
    assert OLD in words(clerk, at(draft, LIMITS, f"{DAY}.before"))
    assert OLD in words(clerk, LIMITS)


@pytest.mark.slow
def test_the_whole_site_is_there(clerk: Client, draft: ChangeSet) -> None:
    for address in (*FIXED, "/sitemap.xml", "/updates/feed.xml", "/robots.txt"):
        shown = clerk.get(at(draft, address))
        assert shown.status_code == 200, address
        assert ('id="preview"' in shown.text) == ("text/html" in shown["Content-Type"]), address


def test_what_the_draft_brings_is_found_by_search_and_address(
    clerk: Client, draft: ChangeSet
) -> None:
    assert "统筹基金年度最高支付限额为160000元" in words(clerk, at(draft, "/policy/N-1.1"))
    assert "N-1.1" in words(clerk, at(draft, "/search/?q=N-1.1"))
    assert clerk.get(at(draft, "/policy/documents/notice-pool-limit/")).status_code == 200
    assert "关于调整统筹基金限额的通知" in words(clerk, at(draft, "/policy/"))


def test_json_is_computed_with_the_draft_and_shown_as_it_is(
    clerk: Client, draft: ChangeSet
) -> None:
    large = "/api/v1/calculators/inpatient?scheme=flexible&group=active&tier=level3&cost=200000"
    shown, public = clerk.get(at(draft, large)), clerk.get(large)
    # F-9.1: the pool pays up to its limit in a year.
    assert (paid_by_pool(public), paid_by_pool(shown)) == ("150000.00", "160000.00")
    listing = "/api/v1/calculators"
    assert clerk.get(at(draft, listing)).json() == clerk.get(listing).json()


def paid_by_pool(answer: Any) -> str:
    return str(answer.json()["result"]["pool"])


def test_a_published_set_shows_the_day_alone(clerk: Client, draft: ChangeSet) -> None:
    draft.publish()
    html = html_of(clerk, at(draft, LIMITS))
    assert NEW in html
    assert "按 <b>2026年12月1日</b> 显示。变更单“调整统筹基金限额”已发布。" in html
    assert "居民看不到" not in html
    assert ".before" not in html
    assert OLD in html_of(clerk, at(draft, LIMITS, "2026-11-30"))


def test_a_withdrawn_set_is_shown_as_if_it_counted(clerk: Client, draft: ChangeSet) -> None:
    draft.publish()
    draft.withdraw()
    html = html_of(clerk, at(draft, LIMITS))
    assert NEW in html
    assert "（已撤回），按 <b>2026年12月1日</b> 显示。居民看不到。" in html


# The banner


def test_every_page_says_that_it_is_a_preview(clerk: Client, draft: ChangeSet) -> None:
    html = html_of(clerk, at(draft, f"{LIMITS}?x=1&y=2"))
    banner = html[html.index('<section id="preview"') : html.index("</section>")]
    said = " ".join(unescape(re.sub(r"<[^>]+>", "", banner)).split())
    assert said.startswith(
        "预览：变更单“调整统筹基金限额”（草稿），按 2026年12月1日 显示。居民看不到。"
    )
    assert html.index("<body>") < html.index(banner) < html.index("<header")
    assert re.search(rf'<link rel="stylesheet" href="/static/{CSS}">\s*</head>', html)
    assert f'href="/admin/desk/{draft.pk}/"' in banner
    assert f'<a href="{LIMITS}?x=1&amp;y=2">看现在的页面</a>' in banner
    assert f'href="{at(draft, LIMITS, DAY + ".before")}?x=1&amp;y=2"' in banner
    assert "不带变更单" in html_of(clerk, at(draft, LIMITS, f"{DAY}.before"))


KEEP = "把这个结果存成例子"


@pytest.fixture
def writer() -> Client:
    return client_of(staff_member("编", VIEW, EDIT))


def test_a_result_is_kept_as_a_case_from_the_preview(writer: Client, draft: ChangeSet) -> None:
    html = html_of(writer, at(draft, f"/calculators/inpatient/?scheme=flexible&{STAY}&mode=care"))
    (keep,) = (unescape(one) for one in re.findall(rf'href="([^"]*)">{KEEP}<', html))
    form = writer.get(keep).context["form"]
    writer.post("/admin/desk/cases/", {"link": form["link"].value(), "title": "三级医院住院"})
    kept = SavedCase.objects.get()
    assert (kept.slug, kept.query) == ("inpatient", f"scheme=flexible&{STAY}")


@pytest.mark.parametrize(
    "page",
    ["/calculators/inpatient/?scheme=flexible", LIMITS, "/", f"/search/?q=/calculators/?{STAY}"],
)
def test_only_a_result_can_be_kept(writer: Client, draft: ChangeSet, page: str) -> None:
    assert KEEP not in html_of(writer, at(draft, page))


def test_who_may_not_write_is_offered_no_keeping(clerk: Client, draft: ChangeSet) -> None:
    assert KEEP not in html_of(clerk, at(draft, f"/calculators/inpatient/?scheme=flexible&{STAY}"))


def test_the_title_of_a_set_is_no_markup(clerk: Client, draft: ChangeSet) -> None:
    draft.title = "<script>alert(1)</script>"
    draft.save()
    html = html_of(clerk, at(draft))
    assert "<script>alert" not in html
    assert "“&lt;script&gt;" in html


def test_there_is_nothing_inline(clerk: Client, draft: ChangeSet) -> None:
    answer = clerk.get(at(draft, "/calculators/inpatient/?scheme=flexible"))
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert not re.search(r"<[^>]+\s(style|on\w+)=|<style|<script(?![^>]*\ssrc=)", answer.text)


@pytest.mark.parametrize(
    ("page", "status"),
    [
        ("/nothing", 404),
        ("/policy/F-99.9", 404),
        ("/calculators/inpatient/?scheme=flexible&group=active&tier=level3&cost=many", 422),
    ],
)
def test_an_error_stays_what_it_is(clerk: Client, draft: ChangeSet, page: str, status: int) -> None:
    answer = clerk.get(at(draft, page))
    assert answer.status_code == clerk.get(page).status_code == status
    assert 'id="preview"' in answer.text
    assert f'href="{at(draft)}"' in answer.text


@pytest.mark.parametrize("page", ["/admin/", "/admin", "/admin/login/", "/admin/desk/"])
def test_the_admin_is_not_in_the_preview(clerk: Client, draft: ChangeSet, page: str) -> None:
    answer = clerk.get(at(draft, page))
    assert answer.status_code == 404
    assert 'id="preview"' in answer.text


def test_a_static_file_is_not_in_the_preview(clerk: Client, draft: ChangeSet) -> None:
    assert clerk.get(at(draft, "/static/css/portal.css")).status_code == 404


# Choosing a day


def test_another_day_is_chosen_on_the_page(clerk: Client, draft: ChangeSet) -> None:
    address = f"/admin/preview/{draft.pk}/"
    asked = {"day": "2027-01-01", "page": "/search/?q=住院"}
    answer = clerk.get(address, asked)
    assert answer.status_code == 302
    assert unquoted(answer["Location"]) == at(draft, "/search/?q=住院", "2027-01-01")
    without = clerk.get(address, {**asked, "without": "1"})
    assert "/2027-01-01.before/search/" in without["Location"]


def unquoted(address: str) -> str:
    from urllib.parse import unquote

    return unquote(address)


@pytest.mark.parametrize("page", ["//evil.example/", "https://evil.example/", "/\\evil.example"])
def test_the_day_leads_nowhere_else(clerk: Client, draft: ChangeSet, page: str) -> None:
    answer = clerk.get(f"/admin/preview/{draft.pk}/", {"day": DAY, "page": page})
    assert answer["Location"].startswith(at(draft))


def test_without_a_day_the_first_one_is_shown(clerk: Client, draft: ChangeSet) -> None:
    assert clerk.get(f"/admin/preview/{draft.pk}/")["Location"] == at(draft)
    empty = ChangeSet.objects.create(slug="empty", title="还没有内容")
    today = at(empty, day=TODAY.isoformat())
    assert clerk.get(f"/admin/preview/{empty.pk}/")["Location"] == today


@pytest.mark.parametrize(
    "day", ["2026-13-01", "2027-02-29", "20270101", "tomorrow", "0001-01-01", "9999-12-31", "."]
)
def test_a_wrong_day_is_a_kind_404(clerk: Client, draft: ChangeSet, day: str) -> None:
    for address in (at(draft, day=day), f"/admin/preview/{draft.pk}/?day={day}"):
        answer = clerk.get(address)
        assert answer.status_code == 404
        assert "预览的日期要写成 2027-07-01 这样" in answer.text
        assert f'value="{NEW_DAY}"' in answer.text


def test_an_unknown_set_is_a_kind_404(clerk: Client) -> None:
    for address in (f"/admin/preview/99999/{DAY}/", "/admin/preview/99999/"):
        answer = clerk.get(address)
        assert answer.status_code == 404
        assert "没有这张变更单" in answer.text


# Who may look, and who may keep it


def test_only_staff_who_may_look_at_sets_see_it(client: Client, draft: ChangeSet) -> None:
    assert client.get(at(draft))["Location"].startswith("/admin/login/?next=/admin/preview/")
    resident = User.objects.create_user("居民")
    client.force_login(resident)
    assert client.get(at(draft)).status_code == 302
    client.force_login(person("别的同事"))
    assert client.get(at(draft)).status_code == 403


def test_nothing_can_be_sent_to_it(clerk: Client, draft: ChangeSet) -> None:
    assert clerk.post(at(draft)).status_code == 405
    assert clerk.head(at(draft)).status_code == 200
    assert clerk.head(at(draft)).content == b""


@pytest.mark.parametrize(
    "page", ["/", "/nothing", "/policy", f"/api/v1/calculators/inpatient?scheme=flexible&{STAY}"]
)
def test_nobody_keeps_it(clerk: Client, draft: ChangeSet, page: str) -> None:
    first = clerk.get(at(draft, page))
    kept = first["Cache-Control"].split(", ")
    assert {"no-store", "private"} <= set(kept)
    assert "public" not in kept
    assert first["X-Robots-Tag"] == "noindex"
    for name in ("ETag", "Last-Modified", "Access-Control-Allow-Origin"):
        assert name not in first, name
    again = clerk.get(at(draft, page), headers={"If-None-Match": '"*"'})
    assert again.status_code == first.status_code != 304
    assert not first.cookies


# What a public view is asked


def seen(request: HttpRequest) -> HttpResponse:
    """A public page that tells what it can reach."""
    reach = [name for name in ("user", "session", "_messages") if hasattr(request, name)]
    cookies, here = sorted(request.COOKIES), request.get_full_path()
    asked = f"{request.path} {request.path_info} {here} {request.GET.getlist('q')}"
    return HttpResponse(f"<p>{reach} {cookies} {asked} {request.build_absolute_uri()}</p>")


def late(request: HttpRequest) -> HttpResponse:
    return TemplateResponse(request, "404.html", {}, using="public")


def streamed(request: HttpRequest) -> StreamingHttpResponse:
    """The draft that counts is asked only when the answer is read."""
    return StreamingHttpResponse((f"<p>{previewed()}</p>" for _ in range(2)), status=203)


def fails(request: HttpRequest) -> HttpResponse:
    raise ValueError(previewed())


urlpatterns = [
    path("seen/", seen),
    path("late/", late),
    path("streamed/", streamed),
    path("fails/", fails),
    *urls.urlpatterns,
]


@override_settings(ROOT_URLCONF=__name__)
def test_a_view_sees_a_resident(clerk: Client, draft: ChangeSet) -> None:
    clerk.cookies["mode"] = "care"
    clerk.cookies["other"] = "1"
    html = html_of(clerk, at(draft, "/seen/?q=a%20b&q=%E4%BD%8F"))
    assert (
        "[] ['mode'] /seen/ /seen/ /seen/?q=a%20b&q=%E4%BD%8F ['a b', '住'] "
        "http://testserver/seen/?q=a%20b&q=%E4%BD%8F" in html
    )


@override_settings(ROOT_URLCONF=__name__)
def test_what_is_made_late_is_made_inside(clerk: Client, draft: ChangeSet) -> None:
    answer = clerk.get(at(draft, "/streamed/"))
    assert answer.status_code == 203
    assert not answer.streaming
    assert answer.text.count(f"<p>{draft.pk}</p>") == 2
    assert "没有找到这个页面" in html_of(clerk, at(draft, "/late/"))


# Links


@pytest.mark.parametrize(
    ("tag", "moved"),
    [
        ('<a href="/policy/">', '<a href="/in/policy/">'),
        ('<a class="x" href="/">', '<a class="x" href="/in/">'),
        ("<a\nhref='/a'>", "<a\nhref='/in/a'>"),
        ('<a href="/a?b=1&amp;c=2#d">', '<a href="/in/a?b=1&amp;c=2#d">'),
        ('<a href="http://own/a">', '<a href="/in/a">'),
        ('<a href="http://own">', '<a href="/in/">'),
        ('<a href="http://own.evil/a">', '<a href="http://own.evil/a">'),
        ('<a href="http://other/a">', '<a href="http://other/a">'),
        ('<a href="//other/a">', '<a href="//other/a">'),
        ('<a href="?page=2">', '<a href="?page=2">'),
        ('<a href="#main">', '<a href="#main">'),
        ('<a href="">', '<a href="">'),
        ('<a href="tel:024-12345">', '<a href="tel:024-12345">'),
        ('<a href="/admin/">', '<a href="/admin/">'),
        ('<a href="/administer/">', '<a href="/in/administer/">'),
        ('<script src="/static/a.js">', '<script src="/static/a.js">'),
        ('<img src="/qr.png" alt="/qr.png">', '<img src="/in/qr.png" alt="/qr.png">'),
        ('<form method="get" action="/search/">', '<form method="get" action="/in/search/">'),
        ('<button formaction="/b/">', '<button formaction="/in/b/">'),
        ('<div hx-get="/c" hx-target="#d">', '<div hx-get="/in/c" hx-target="#d">'),
        ('<div data-hx-post="/c">', '<div data-hx-post="/in/c">'),
        ('<div hx-push-url="/c">', '<div hx-push-url="/in/c">'),
        ('<div hx-get="?ask=1">', '<div hx-get="?ask=1">'),
        ('<p title="see > href=" data-x="/a">', '<p title="see > href=" data-x="/a">'),
        ('<p>href="/a" in words</p>', '<p>href="/a" in words</p>'),
    ],
)
def test_an_address_that_leads_on_is_moved(tag: str, moved: str) -> None:
    assert lead_on(tag, into("/in/", "http://own")) == moved


def test_what_sends_on_sends_on_inside(clerk: Client, draft: ChangeSet) -> None:
    for page, location in (
        ("/for/", "/#persons"),
        ("/policy", "/policy/"),
        ("/calculators/inpatient?scheme=flexible", "/calculators/inpatient/?scheme=flexible"),
        (
            "/calculators/inpatient/?scheme=flexible&group=active&tier=level3&cost=2万",
            f"/calculators/inpatient/?scheme=flexible&{STAY}",
        ),
    ):
        answer = clerk.get(at(draft, page))
        assert answer.status_code in {301, 302, 303}, page
        assert answer["Location"] == at(draft, location), page
    assert clerk.get(at(draft, "/favicon.ico"))["Location"].startswith("/static/")


@pytest.mark.slow
def test_no_link_leaves_the_preview(clerk: Client, draft: ChangeSet) -> None:
    """Two levels from its home page: every link is answered, and stays, but for what must leave."""
    home = at(draft)
    level, visited, leaving = {home}, set[str](), set[str]()
    for _ in range(3):
        following: set[str] = set()
        for address in sorted(level - visited):
            visited.add(address)
            answer = clerk.get(address)
            assert answer.status_code in {200, 301, 302, 303}, address
            if not answer["Content-Type"].startswith("text/html"):
                continue
            html = re.sub(r'<section id="preview".*?</section>', "", answer.text, flags=re.DOTALL)
            for link in addresses_in(html):
                to = urljoin(address, link).partition("#")[0]
                if to.startswith(home):
                    following.add(to)
                else:
                    leaving.add(to)
        level = one_of_a_kind(following - visited)
    assert len(visited) > 100
    known = re.compile(r"/static/|/display/$|/feedback/|tel:|data:|https://(?!testserver)")
    assert {link for link in leaving if not known.match(link)} == set()
    assert any(link.startswith("tel:") for link in leaving)


def one_of_a_kind(addresses: set[str]) -> set[str]:
    """All pages, but of the hundreds of clauses and of the many queries of a page a few each."""
    kinds: dict[str, list[str]] = {}
    for address in sorted(addresses):
        parts = urlsplit(address)
        kind = re.sub(r"/policy/[A-Z]-.*", "/policy/", parts.path)
        kinds.setdefault(kind, []).append(address)
    return {address for group in kinds.values() for address in group[:2]}


def test_the_size_of_letters_is_chosen_and_leads_back(clerk: Client, draft: ChangeSet) -> None:
    html = html_of(clerk, at(draft, LIMITS))
    assert 'action="/display/"' in html
    back = at(draft, LIMITS)
    assert f'name="next" value="{back}"' in html
    sent = clerk.post(
        "/display/", {"mode": "care", "next": back}, headers={"Origin": "http://testserver"}
    )
    assert sent["Location"] == back
    assert '<html lang="zh-CN" class="care">' in html_of(clerk, back)
    linked = html_of(clerk, at(draft, f"{LIMITS}?mode=care"))
    assert f'href="{at(draft)}enrollment/?mode=care"' in linked


# htmx


def test_htmx_swaps_inside_the_preview(clerk: Client, draft: ChangeSet) -> None:
    page = "/calculators/inpatient/?scheme=flexible&group=active&tier=level3"
    headers = {**HTMX, "HX-Current-URL": f"http://testserver{at(draft, page)}"}
    answer = clerk.get(at(draft, f"{page}&cost=20万"), headers=headers)
    assert answer["HX-Push-Url"] == at(draft, f"{page}&cost=200000")
    assert NEW.removesuffix(" 元") in answer.text
    assert CSS not in answer.text
    assert answer.text.count('id="preview"') == 1
    assert (
        '<section id="preview" class="preview" aria-label="预览" hx-swap-oob="true">' in answer.text
    )
    assert '<a href="/calculators/inpatient/?scheme=flexible&amp;group=active' in answer.text
    assert not addresses_in(answer.text) & {"/", "/policy/F-14.6"}


def test_the_same_link_again_is_replaced(clerk: Client, draft: ChangeSet) -> None:
    page = f"/calculators/inpatient/?scheme=flexible&{STAY}"
    headers = {**HTMX, "HX-Current-URL": f"http://testserver{at(draft, page)}"}
    answer = clerk.get(at(draft, page), headers=headers)
    assert "HX-Push-Url" not in answer
    assert answer["HX-Replace-Url"] == at(draft, page)


def test_questions_that_come_and_go_leave_the_banner_alone(clerk: Client, draft: ChangeSet) -> None:
    page = "/calculators/inpatient/?scheme=flexible&place=temporary&ask=1"
    answer = clerk.get(at(draft, page), headers=HTMX)
    assert answer.text == clerk.get(page, headers=HTMX).text
    assert "preview" not in answer.text


# Nothing outside

WATCHED = (
    "/",
    LIMITS,
    "/policy/",
    "/policy/F-9.1",
    "/updates/",
    "/updates/feed.xml",
    "/search/?q=统筹基金年度最高支付限额",
    "/sitemap.xml",
    f"/api/v1/calculators/inpatient?scheme=flexible&{STAY.replace('20000', '200000')}",
    "/calculators/inpatient/?scheme=flexible&group=active&tier=level3&cost=200000",
)


def everything(client: Client) -> dict[str, bytes]:
    return {page: client.get(page).content for page in WATCHED}


def test_nothing_of_a_draft_is_seen_outside(
    clerk: Client, resident: Client, draft: ChangeSet
) -> None:
    before = everything(resident)
    for page in WATCHED:
        assert clerk.get(at(draft, page)).content != before[page], page
    assert everything(resident) == before
    for page in ("/policy/N-1.1", "/policy/documents/notice-pool-limit/", "/updates/pool-limit/"):
        assert clerk.get(at(draft, page)).status_code == 200
        assert resident.get(page).status_code == 404


@pytest.mark.slow
def test_nothing_of_a_draft_is_remembered_by_who_asks_first(
    clerk: Client, resident: Client, draft: ChangeSet
) -> None:
    """The preview comes first, with every cache empty: residents must not get what it filled."""
    for page in WATCHED:
        clerk.get(at(draft, page, TODAY.isoformat()))
    told = {page: content.decode() for page, content in everything(resident).items()}
    assert [page for page, html in told.items() if "N-1.1" in html or "160,000" in html] == []
    assert OLD in told[LIMITS]


def test_who_asks_while_a_preview_is_made_sees_nothing_of_it(
    clerk: Client, resident: Client, draft: ChangeSet
) -> None:
    """At each question that the preview asks the database, a resident in another thread asks too."""
    with clock.as_of(NEW_DAY):
        expected = resident.get(LIMITS).content
    answers: list[bytes] = []
    shared = connections["default"]

    def as_resident() -> None:
        connections["default"] = shared
        with clock.as_of(NEW_DAY):
            answers.append(Client().get(LIMITS).content)

    def meanwhile(execute: Any, *question: Any) -> Any:
        if previewed() is not None and len(answers) < 5:
            thread = Thread(target=as_resident)
            thread.start()
            thread.join()
        return execute(*question)

    connection.inc_thread_sharing()
    try:
        with connection.execute_wrapper(meanwhile):
            shown = clerk.get(at(draft, LIMITS))
    finally:
        connection.dec_thread_sharing()
    assert NEW in shown.text
    assert len(answers) >= 3
    assert set(answers) == {expected}


@override_settings(ROOT_URLCONF=__name__)
def test_a_failing_view_leaves_no_draft_behind(clerk: Client, draft: ChangeSet) -> None:
    with pytest.raises(ValueError, match=f"^{draft.pk}$"):
        clerk.get(at(draft, "/fails/"))
    assert previewed() is None
    assert OLD in words(clerk, LIMITS)


def test_a_preview_knows_nothing_of_another_draft(clerk: Client, draft: ChangeSet) -> None:
    other = draft_of_limit(person("另一位"), 170_000, slug="other-limit", letter="M")
    assert "170,000" not in html_of(clerk, at(draft, LIMITS))
    assert "170,000 元" in html_of(clerk, at(other, LIMITS))


def test_the_address_is_found_by_its_name(draft: ChangeSet) -> None:
    for rest in ("", "policy/F-9.1"):
        named = reverse("admin:preview", args=[draft.pk, DAY, rest])
        assert named == at(draft, f"/{rest}")
    assert datetime.date.fromisoformat(DAY) == NEW_DAY
