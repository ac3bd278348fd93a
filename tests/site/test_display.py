"""长辈版 and pages without a frame: chosen by a cookie or by a link, and carried on by links."""

import re

import pytest
from django.test import Client

from tests.addresses import STAY

pytestmark = pytest.mark.django_db

RESULT = f"/calculators/inpatient/?scheme=flexible&{STAY}"
OWN = {"HTTP_SEC_FETCH_SITE": "same-origin"}


def is_large(answer) -> bool:
    return '<html lang="zh-CN" class="care">' in answer.content.decode()


@pytest.mark.parametrize("path", ["/", "/enrollment/resident/", RESULT, "/offices/", "/nothing"])
def test_the_choice_holds_on_every_page(client: Client, path: str) -> None:
    assert not is_large(client.get(path))
    chosen = client.post("/display/", {"mode": "care", "next": path}, **OWN)
    assert (chosen.status_code, chosen["Location"]) == (303, path)
    cookie = chosen.cookies["mode"]
    assert (cookie.value, cookie["samesite"], cookie["path"]) == ("care", "Lax", "/")
    assert cookie["max-age"] > 0
    assert is_large(client.get(path))
    assert not client.get(path).cookies
    client.post("/display/", {"mode": "ordinary", "next": path}, **OWN)
    assert not is_large(client.get(path))


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_ORIGIN": "http://testserver"},
        {"HTTP_SEC_FETCH_SITE": "same-site"},
        {"HTTP_SEC_FETCH_SITE": "none"},
        {"HTTP_ORIGIN": "https://elsewhere.example"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_REFERER": "https://elsewhere.example/?http://testserver/"},
        {},
    ],
    ids=str,
)
def test_another_site_cannot_choose(client: Client, headers: dict[str, str]) -> None:
    answer = client.post("/display/", {"mode": "care"}, **headers)
    assert answer.status_code == 403
    assert not answer.cookies


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_ORIGIN": "http://testserver"},  # browsers that know no Sec-Fetch-Site
        {"HTTP_REFERER": "http://testserver/offices/"},
    ],
    ids=str,
)
def test_an_older_browser_can_choose(client: Client, headers: dict[str, str]) -> None:
    assert client.post("/display/", {"mode": "care"}, **headers).status_code == 303


@pytest.mark.parametrize(
    "elsewhere", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""]
)
def test_the_choice_leads_nowhere_else(client: Client, elsewhere: str) -> None:
    answer = client.post("/display/", {"mode": "care", "next": elsewhere}, **OWN)
    assert answer["Location"] == "/"


def test_a_choice_that_is_none_is_refused(client: Client) -> None:
    assert client.post("/display/", {"mode": "huge"}, **OWN).status_code == 403
    assert client.get("/display/").status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/?mode=care",
        "/?embed=1",
        "/?mode=care&embed=1",
        f"{RESULT}&mode=care",
        "/offices/?q=铁西&embed=1",
    ],
)
def test_a_link_carries_its_choice_on_and_sets_nothing(client: Client, path: str) -> None:
    answer = client.get(path)
    assert not answer.cookies
    assert is_large(answer) == ("mode=care" in path)
    html = answer.content.decode()
    carried = re.findall(r"(mode=care|embed=1)", path)
    links = re.findall(r'<a\b[^>]* href="([/?][^"]*)"', html)
    assert len(links) > 3
    for link in links:
        for choice in carried:
            assert link.count(choice) == 1, link
    for form in re.findall(r"<form\b[^>]*>.{0,200}", html, re.DOTALL):
        for choice in carried:
            name, value = choice.split("=")
            hidden = f'<input type="hidden" name="{name}" value="{value}">'
            assert 'method="post"' in form or hidden in form
    assert client.get(links[0].replace("&amp;", "&")).status_code == 200


def test_a_link_keeps_its_place_on_the_page(client: Client) -> None:
    html = client.get("/about/?mode=care").content.decode()
    assert re.search(r'href="/about/readings/\?mode=care#?', html)
    assert not re.search(r'href="[^"]*#[^"]*mode=care', html)


def test_a_link_wins_over_the_cookie(client: Client) -> None:
    client.cookies["mode"] = "care"
    assert not is_large(client.get("/?mode=ordinary"))
    assert is_large(client.get("/?mode=huge")), "what is no choice does not count"


def test_who_leaves_a_choice_of_a_link_leaves_it(client: Client) -> None:
    html = client.get("/offices/?q=铁西&mode=care").content.decode()
    assert 'name="next" value="/offices/?q=%E9%93%81%E8%A5%BF"' in html


def test_a_page_in_a_frame_of_others_has_no_head_and_foot(client: Client) -> None:
    html = client.get(f"{RESULT}&embed=1").content.decode()
    assert "<header" not in html
    assert "<footer" not in html
    assert "1,951.20" in html


def test_ordinary_pages_are_passed_on_as_they_are(client: Client) -> None:
    client.cookies["mode"] = "care"
    html = client.get("/").content.decode()
    assert "mode=care" not in html
    assert 'href="/enrollment/"' in html


def test_in_large_letters_a_text_is_a_list_of_sections(client: Client) -> None:
    ordinary = client.get("/enrollment/retirement/").content.decode()
    large = client.get("/enrollment/retirement/?mode=care").content.decode()
    anchors = re.findall(r'<h2 id="([a-z-]+)">', ordinary)
    folded = re.findall(
        r'<details class="section">\s*<summary><h2>[^<]+</h2></summary>\s*<div class="text" id="([a-z-]+)">',
        large,
    )
    assert folded == [anchor for anchor in anchors if anchor != "next"]
    assert 'class="section"' not in ordinary
    seals = re.compile(r'class="seal" href="([^"?#]+)')
    assert sorted(seals.findall(large)) == sorted(seals.findall(ordinary)), "nothing is left out"


def test_in_large_letters_the_hotline_comes_first_and_the_menu_last(client: Client) -> None:
    html = client.get("/?mode=care").content.decode()
    places = [html.index(part) for part in ('class="reach', "<main", "<footer", 'class="nav"')]
    assert places == sorted(places)


# --- where the person is -----------------------------------------------------------------------------

HEPING = "district=%E5%92%8C%E5%B9%B3%E5%8C%BA"  # 和平区


def test_a_district_goes_from_the_guide_by_a_calculator_to_the_offices(client: Client) -> None:
    ways = "who=student&school=away&hukou=elsewhere"
    plan = client.get(f"/guide/?{ways}&{HEPING}").content.decode()
    assert f'href="/offices/?{HEPING}"' in plan
    ways = "who=adult&work=flexible&hukou=shenyang&before=resident&standing=none&scheme=resident"
    plan = client.get(f"/guide/?{ways}&paid=later&{HEPING}").content.decode()
    assert re.search(rf'href="/calculators/start-date/\?[^"]*&amp;{HEPING}"', plan)
    asked = client.get(f"/calculators/start-date/?scheme=resident&kind=adult&ask=1&{HEPING}")
    assert '<input type="hidden" name="district" value="和平区">' in asked.content.decode()
    address = f"/calculators/start-date/?scheme=resident&kind=adult&paid_on=2024-03-15&{HEPING}"
    result = client.get(address)
    assert result.status_code == 200
    assert f'href="/offices/?{HEPING}"' in result.content.decode()


def test_the_sheet_for_the_counter_names_the_office_of_the_district(client: Client) -> None:
    case = "scheme=resident&kind=adult&paid_on=2024-03-15"
    sheet = client.get(f"/calculators/start-date/sheet/?{case}&{HEPING}").content.decode()
    assert "和平区长白西路51号" in sheet
    # 皇姑区 has two, F-19.1 and F-19.4: the person chooses.
    both = "district=%E7%9A%87%E5%A7%91%E5%8C%BA"
    sheet = client.get(f"/calculators/start-date/sheet/?{case}&{both}").content.decode()
    assert "崇山中路103号" not in sheet.partition("<select")[0]


def test_a_district_that_is_none_is_only_text(client: Client) -> None:
    answer = client.get('/calculators/inpatient/?scheme=flexible&district="><b>x')
    assert answer.status_code == 200
    assert "<b>x" not in answer.content.decode()


def test_a_shared_link_does_not_say_where_somebody_lives(client: Client) -> None:
    address = f"/calculators/start-date/?scheme=resident&kind=adult&paid_on=2024-03-15&{HEPING}"
    page = client.get(address).content.decode()
    message = re.search(r'<p class="message".*?</p>', page, re.DOTALL)
    assert message
    assert "district" not in message[0]
