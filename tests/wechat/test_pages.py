"""What pages say of their card and who may frame them; files with which WeChat checks a domain."""

import re
from html import unescape

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.test import Client

from portal.wechat.models import VerifyFile
from tests.addresses import STAY
from tests.wechat.conftest import APP_ID, SECRET

pytestmark = pytest.mark.django_db

NAME, CONTENT = "MP_verify_aB3dE5fG7hJ9kL1m.txt", "aB3dE5fG7hJ9kL1m"
RESULT = f"/calculators/inpatient/?scheme=flexible&{STAY}"
FRAMING = "https://portal.example"


def shared(client: Client, path: str) -> str:
    (link,) = re.findall(
        r'<meta property="og:url" id="og-url" content="([^"]*)">', client.get(path).content.decode()
    )
    return unescape(link)


@pytest.fixture
def card(settings) -> None:
    settings.WECHAT_APP_ID, settings.WECHAT_APP_SECRET = APP_ID, SECRET


@pytest.fixture
def framed(settings) -> None:
    settings.EMBED_ANCESTORS = [FRAMING, "https://bureau.example"]


# --- the card -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "link"),
    [
        ("/", "/"),
        ("/offices/?q=铁西&from=timeline", "/offices/?q=%E9%93%81%E8%A5%BF"),
        ("/search/?q=报销&kind=clause", "/search/?q=%E6%8A%A5%E9%94%80&kind=clause"),
        ("/calculators/?scheme=resident", "/calculators/?scheme=resident"),
        ("/policy/F-14.6?mode=care", "/policy/F-14.6?mode=care"),
        ("/offices/?q=hn&mode=care&embed=1", "/offices/?q=hn&mode=care"),
        ("/calculators/compare/?member=adult&cost=20000", "/calculators/compare/"),
        ("/feedback/?page=/offices/", "/feedback/"),
    ],
)
def test_a_shared_page_leads_to_itself_without_amounts(
    client: Client, path: str, link: str
) -> None:
    assert shared(client, path) == f"http://testserver{link}"


def test_a_shared_result_has_no_amount_in_its_link(client: Client) -> None:
    link = shared(client, RESULT)
    assert link.startswith("http://testserver/calculators/inpatient/?scheme=flexible")
    assert "20000" not in link
    assert client.get(link.removeprefix("http://testserver")).status_code == 200


def test_what_was_typed_does_not_break_out_of_the_link(client: Client) -> None:
    html = client.get("/search/", {"q": '"><script>x</script>'}).content.decode()
    assert "<script>x" not in html


def test_pages_know_nothing_of_wechat_without_an_app_id(client: Client) -> None:
    answer = client.get("/")
    assert "wechat-share" not in answer.content.decode()
    assert "res.wx.qq.com" not in answer["Content-Security-Policy"]
    assert "weixin" not in answer["Content-Security-Policy"]


def test_with_an_app_id_a_page_names_the_script_and_may_load_wechats(card, client: Client) -> None:
    answer = client.get("/")
    assert '<meta name="wechat-share" content="/static/js/wechat-share.js">' in (
        answer.content.decode()
    )
    csp = answer["Content-Security-Policy"]
    assert "script-src 'self' https://res.wx.qq.com;" in csp
    assert "frame-src weixin:" in csp
    assert "unsafe" not in csp
    assert SECRET not in answer.content.decode()
    assert "weixin" not in client.get("/admin/login/")["Content-Security-Policy"]
    assert "res.wx.qq.com" not in client.get("/admin/login/")["Content-Security-Policy"]


# --- in a frame of others -------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", RESULT, "/?embed=1", "/offices/?q=hn&embed=1", "/nothing"])
def test_nobody_may_frame_a_page_unless_the_settings_say_so(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/?embed=1", f"{RESULT}&embed=1", "/nothing?embed=1"])
def test_who_is_named_may_frame_a_page_without_a_frame(framed, client: Client, path: str) -> None:
    answer = client.get(path)
    assert "X-Frame-Options" not in answer
    csp = answer["Content-Security-Policy"]
    assert csp.count("frame-ancestors") == 1
    assert f"frame-ancestors {FRAMING} https://bureau.example" in csp


@pytest.mark.parametrize("path", ["/", RESULT, "/?embed=2", "/?embed=", "/admin/login/?embed=1"])
def test_all_other_pages_stay_unframed(framed, client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        # an amount in another spelling, and what is no answer
        (
            "/calculators/inpatient/?scheme=flexible&group=active&tier=level3&cost=2万&embed=1",
            "cost=20000",
        ),
        ("/for/?embed=1", "/?embed=1#persons"),
        ("/offices?embed=1", "/offices/?embed=1"),
        ("/for/?mode=care&embed=1", "/?mode=care&embed=1#persons"),
    ],
)
def test_an_address_that_leads_on_keeps_the_choice(
    client: Client, path: str, leads_to: str
) -> None:
    answer = client.get(path)
    assert answer.status_code in {301, 302, 303}
    assert answer["Location"].count("embed=1") == 1
    assert leads_to in answer["Location"]


def test_an_address_elsewhere_is_left_alone(client: Client) -> None:
    location = client.get("/favicon.ico?embed=1")["Location"]
    assert "embed" not in location


def test_what_htmx_swaps_in_keeps_the_choice(client: Client) -> None:
    answer = client.get(f"{RESULT}&embed=1", HTTP_HX_REQUEST="true")
    links = re.findall(r'<a\b[^>]* href="([/?][^"]*)"', answer.content.decode())
    assert len(links) > 3
    assert all("embed=1" in link for link in links)
    assert "embed=1" in answer["HX-Push-Url"]


def test_a_word_is_sent_and_thanked_for_inside_the_frame(framed, client: Client) -> None:
    html = client.get("/feedback/?page=/offices/&embed=1").content.decode()
    (action,) = re.findall(r'<form method="post" action="([^"]*)"', html)
    address = unescape(action)
    assert address == "/feedback/?embed=1"
    own = {"HTTP_SEC_FETCH_SITE": "same-origin"}
    wrong = client.post(address, {"kind": ""}, **own)
    assert wrong.status_code == 422
    assert "X-Frame-Options" not in wrong
    thanked = client.post(address, {"kind": "helped", "page": "/offices/"}, **own)
    assert thanked.status_code == 303
    assert "embed=1" in thanked["Location"]
    assert "X-Frame-Options" not in client.get(thanked["Location"])


# --- files with which WeChat checks a domain ------------------------------------------------------


def test_a_file_is_served_as_it_was_entered(client: Client) -> None:
    assert client.get(f"/{NAME}").status_code == 404
    VerifyFile.objects.create(name=NAME, content=CONTENT)
    answer = client.get(f"/{NAME}")
    assert answer.content == CONTENT.encode()
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies


@pytest.mark.parametrize(
    "path", ["/MP_verify_x.txt", "/mp_verify_aB3dE5fG7hJ9kL1m.txt", f"/{NAME}.bak", f"/a/{NAME}"]
)
def test_other_names_are_wrong_addresses(client: Client, path: str) -> None:
    VerifyFile.objects.create(name=NAME, content=CONTENT)
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "wrong"),
    [
        ("MP_verify_short.txt", CONTENT, "name"),
        ("MP_verify_aB3dE5fG7hJ9kL1m.html", CONTENT, "name"),
        ("../MP_verify_aB3dE5fG7hJ9kL.txt", CONTENT, "name"),
        ("MP_verify_aB3dE5fG7hJ9kL1m.txt\n", CONTENT, "name"),
        (NAME, "<script>", "content"),
        (NAME, "汉字", "content"),
        (NAME, "a" * 65, "content"),
        (NAME, "", "content"),
    ],
)
def test_what_is_no_file_of_wechats_is_refused(name: str, content: str, wrong: str) -> None:
    with pytest.raises(ValidationError) as refused:
        VerifyFile(name=name, content=content).full_clean()
    assert set(refused.value.message_dict) == {wrong}


def member(group: str) -> Client:
    user = User.objects.create_user(f"member of {group}", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    client = Client()
    client.force_login(user)
    return client


def test_a_manager_enters_a_file_and_it_is_there(client: Client) -> None:
    manager = member("管理员")
    sent = {"name": f" {NAME} ", "content": CONTENT}
    answer = manager.post("/admin/wechat/verifyfile/add/", sent)
    assert answer.status_code == 302
    assert client.get(f"/{NAME}").content == CONTENT.encode()
    assert LogEntry.objects.get().object_repr == NAME
    page = manager.get("/admin/wechat/verifyfile/").content.decode()
    assert f'<a href="/{NAME}">打开看看</a>' in page
    refused = manager.post("/admin/wechat/verifyfile/add/", {"name": "x", "content": "?"})
    assert "文件名应该是" in refused.content.decode()


@pytest.mark.parametrize("group", ["编辑", "审核"])
def test_others_of_the_staff_do_not_see_them(group: str) -> None:
    assert member(group).get("/admin/wechat/verifyfile/").status_code == 403
