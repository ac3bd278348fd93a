"""Each save of an address or a channel is kept: told apart in words, and brought back."""

import re
from io import BytesIO

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from portal.contributions.models import Channel, ChannelUse
from portal.offices.models import Alias, Office, Phone, Stop
from portal.staff.models import KeptPicture, Snapshot
from tests.staff.forms import shown

pytestmark = pytest.mark.django_db

RECORD = "/admin/offices/office/records/hunnan/"
OLD, NEW = "浑南区全运路109号，沈阳创新天地H座7楼。", "浑南区某某路1号二楼。"


def change_page(slug: str = "hunnan") -> str:
    return reverse("admin:offices_office_change", args=[Office.objects.get(slug=slug).pk])


def edit(client: Client, address: str, /, **changes: object) -> None:
    opened = client.get(address)
    answer = client.post(address, shown(opened) | changes)
    assert answer.status_code == 302, answer.context["errors"]


def texts(html: str) -> str:
    return " ".join(re.sub("<[^>]*>", " ", html.partition("<main")[2]).split())


def restore_address(version: Snapshot) -> str:
    return reverse(
        f"admin:{'offices_office' if version.kind == 'office' else 'contributions_channel'}_restore",
        args=[version.slug, version.pk],
    )


def restore(client: Client, version: Snapshot) -> None:
    address = restore_address(version)
    seen = client.get(address).context["seen"]
    answer = client.post(address, {"seen": seen})
    assert answer.status_code == 302, answer.content.decode()


def everything(slug: str = "hunnan") -> list[object]:
    office = Office.objects.get(slug=slug)
    stops = [
        (one.station, one.exit_hint, one.how, [(o.name, o.route) for o in one.lines.all()])
        for one in office.stops.all()
    ]
    return [
        (office.name, office.district, office.address, office.transport_text, office.clause),
        [(one.number, one.label, one.clause, one.position) for one in office.phones.all()],
        [one.name for one in office.aliases.all()],
        stops,
        list(office.closures.values_list("kind", "first_day", "last_day", "notice", "address")),
    ]


# --- kept, shown, brought back ---------------------------------------------------------------------


def test_from_the_edit_to_the_page_to_the_history_and_back(
    admin_client: Client, client: Client
) -> None:
    edit(admin_client, change_page(), address=NEW)
    assert NEW in client.get("/offices/hunnan/").content.decode()

    changed, found = Snapshot.objects.all()
    assert (changed.action, changed.by.username) == ("changed", "admin")
    assert (found.action, found.by, found.content["address"]) == ("found", None, OLD)
    page = texts(admin_client.get(RECORD).content.decode())
    assert f"地址 {OLD} {NEW}" in page
    assert "原来的内容" in page

    confirm = texts(admin_client.get(restore_address(found)).content.decode())
    assert f"地址 {NEW} {OLD}" in confirm
    assert NEW in client.get("/offices/hunnan/").content.decode(), "looking changes nothing"
    restore(admin_client, found)
    public = client.get("/offices/hunnan/").content.decode()
    assert OLD in public
    assert NEW not in public
    assert [one.action for one in Snapshot.objects.all()] == ["restored", "changed", "found"]


def test_saving_without_a_change_is_no_version(admin_client: Client) -> None:
    edit(admin_client, change_page())
    edit(admin_client, change_page())
    assert [one.action for one in Snapshot.objects.all()] == ["found"]


def test_what_came_past_the_admin_is_kept_before_the_next_change(admin_client: Client) -> None:
    edit(admin_client, change_page(), notice="甲")
    Office.objects.filter(slug="hunnan").update(notice="乙")
    edit(admin_client, change_page(), notice="丙")
    kept = [(one.action, one.content["notice"]) for one in reversed(Snapshot.objects.all())]
    assert kept == [("found", ""), ("changed", "甲"), ("found", "乙"), ("changed", "丙")]


def test_parts_are_told_by_their_names(admin_client: Client) -> None:
    office = Office.objects.get(slug="hunnan")
    office.aliases.create(name="旧名")
    edit(
        admin_client,
        change_page(),
        **{
            "phones-0-number": "024-11112222",
            "stops-0-exit_hint": "C口",
            "aliases-0-DELETE": "on",
            "closures-TOTAL_FORMS": 1,
            "closures-0-kind": "closed",
            "closures-0-first_day": "2026-12-01",
            "closures-0-last_day": "2026-12-03",
        },
    )
    page = texts(admin_client.get(RECORD).content.decode())
    number, clause = "024-23770026", office.phones.get().clause or ""
    assert f"电话 {number}，F-19.8 024-11112222，F-19.8".replace("F-19.8", str(clause)) in page
    assert "车站“省博物馆” 出口 B出口 C口" in page
    assert "别名 旧名 （没有）" in page
    assert "暂停或临时搬迁 （没有） 暂停办公，2026-12-01，2026-12-03" in page


def test_a_line_of_a_stop_is_part_of_its_office(admin_client: Client, client: Client) -> None:
    stop = Stop.objects.get(office__slug="hunnan", station="全运路智慧三街")
    before = everything()
    page = reverse("admin:offices_stop_change", args=[stop.pk])
    edit(admin_client, page, **{"lines-2-name": "999路", "lines-2-position": 3})
    assert "车站“全运路智慧三街” 公交地铁线路 （没有） 999路" in texts(
        admin_client.get(RECORD).content.decode()
    )
    admin_client.post(reverse("admin:offices_stop_delete", args=[stop.pk]), {"post": "yes"})
    assert "全运路智慧三街" not in client.get("/offices/hunnan/").content.decode()
    changed = list(Snapshot.objects.all())
    assert [one.action for one in changed] == ["changed", "changed", "found"]
    restore(admin_client, changed[1])
    assert "305路、V113路、999路" in client.get("/offices/hunnan/").content.decode()
    restore(admin_client, changed[2])
    assert everything() == before


def test_other_names_come_back_in_their_order(admin_client: Client) -> None:
    office = Office.objects.get(slug="hunnan")
    for name in ("甲", "乙", "丙"):
        office.aliases.create(name=name)
    edit(admin_client, change_page(), **{"aliases-0-DELETE": "on"})
    restore(admin_client, Snapshot.objects.earliest("pk"))
    assert list(Alias.objects.filter(office=office).values_list("name", flat=True))[-3:] == [
        "甲", "乙", "丙",
    ]  # fmt: skip


def test_a_deleted_office_comes_back_whole(admin_client: Client, client: Client) -> None:
    before = everything()
    address = reverse("admin:offices_office_delete", args=[Office.objects.get(slug="hunnan").pk])
    assert admin_client.post(address, {"post": "yes"}).status_code == 302
    assert client.get("/offices/hunnan/").status_code == 404

    assert "已经删除" in admin_client.get(RECORD).content.decode()
    latest = admin_client.get("/admin/offices/office/records/")
    assert "浑南分中心" in latest.content.decode()
    deleted, found = Snapshot.objects.all()
    assert deleted.action == "deleted"
    assert admin_client.get(restore_address(deleted)).status_code == 404
    restore(admin_client, found)
    assert everything() == before
    found_again = client.get("/api/v1/offices?q=hunnan").json()["offices"]
    assert [one["name"] for one in found_again] == ["浑南分中心"]


def test_offices_deleted_together_are_kept_each(admin_client: Client) -> None:
    pks = Office.objects.filter(slug__in=["hunnan", "faku"]).values_list("pk", flat=True)
    data = {"action": "delete_selected", "_selected_action": list(pks), "post": "yes"}
    admin_client.post("/admin/offices/office/", data)
    assert not Office.objects.filter(pk__in=pks).exists()
    kept = Snapshot.objects.filter(action="deleted").values_list("slug", "by__username")
    assert set(kept) == {("hunnan", "admin"), ("faku", "admin")}


def test_a_new_office_has_a_history_from_its_first_day(admin_client: Client) -> None:
    address = reverse("admin:offices_office_add")
    form = shown(admin_client.get(address), slug="new", name="新设", district="区", address="路")
    answer = admin_client.post(address, form | {"position": 20})
    assert answer.status_code == 302
    assert [one.action for one in Snapshot.objects.filter(slug="new")] == ["added"]


def test_the_name_in_the_address_stays(admin_client: Client) -> None:
    form = shown(admin_client.get(change_page()))
    assert "slug" not in form
    edit(admin_client, change_page(), slug="other", notice="新")
    assert Office.objects.filter(slug="hunnan", notice="新").exists()


def test_djangos_history_leads_to_ours(admin_client: Client) -> None:
    office = Office.objects.get(slug="hunnan")
    address = reverse("admin:offices_office_history", args=[office.pk])
    assert admin_client.get(address)["Location"] == RECORD
    assert f'href="{RECORD}"' in admin_client.get(change_page()).content.decode()
    assert "还没有人改过" in admin_client.get(RECORD).content.decode()
    assert admin_client.get(RECORD.replace("hunnan", "nowhere")).status_code == 404


def test_what_stands_in_the_way_of_a_version_is_said(admin_client: Client) -> None:
    edit(admin_client, change_page(), name="改名分中心")
    edit(admin_client, change_page("faku"), name="浑南分中心")
    before = everything()
    address = restore_address(Snapshot.objects.filter(slug="hunnan").earliest("pk"))
    answer = admin_client.post(address, {"seen": admin_client.get(address).context["seen"]})
    assert answer.status_code == 422
    assert "“名称”" in answer.content.decode()
    assert everything() == before


def test_a_version_is_not_restored_over_what_nobody_saw(admin_client: Client) -> None:
    edit(admin_client, change_page(), notice="甲")
    found = Snapshot.objects.earliest("pk")
    address = restore_address(found)
    seen = admin_client.get(address).context["seen"]
    edit(admin_client, change_page(), notice="乙")
    answer = admin_client.post(address, {"seen": seen})
    assert answer.status_code == 409
    assert "还没有恢复" in answer.content.decode()
    assert Office.objects.get(slug="hunnan").notice == "乙"
    assert admin_client.post(address, {"seen": answer.context["seen"]}).status_code == 302
    assert Office.objects.get(slug="hunnan").notice == ""


def test_a_long_history_has_pages(admin_client: Client) -> None:
    for number in range(21):
        edit(admin_client, change_page(), notice=f"第{number}次")
    first = admin_client.get(RECORD).content.decode()
    assert "第20次" in first
    assert "第 1 页，共 2 页" in first
    assert "原来的内容" in admin_client.get(RECORD, {"page": 2}).content.decode()
    assert admin_client.get(RECORD, {"page": "x"}).status_code == 200


# --- closures in the form --------------------------------------------------------------------------


def closures(*days: tuple[str, str]) -> dict[str, object]:
    data: dict[str, object] = {"closures-TOTAL_FORMS": len(days)}
    for number, (first, last) in enumerate(days):
        data |= {
            f"closures-{number}-kind": "closed",
            f"closures-{number}-first_day": first,
            f"closures-{number}-last_day": last,
        }
    return data


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ([("2026-12-03", "2026-12-01")], "最后一天不能早于第一天"),
        ([("2026-12-01", "2026-12-03"), ("2026-12-03", "2026-12-05")], "两段日子有重叠"),
        ([("", "2026-12-03")], "这个字段是必填项"),
        ([("31.12.", "2026-12-03")], "日期"),
    ],
)
def test_days_that_cannot_be_are_refused(
    admin_client: Client, days: list[tuple[str, str]], said: str
) -> None:
    answer = admin_client.post(
        change_page(), shown(admin_client.get(change_page())) | closures(*days)
    )
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not Office.objects.get(slug="hunnan").closures.exists()


def test_two_closures_one_after_the_other(admin_client: Client) -> None:
    days = ("2026-12-01", "2026-12-03"), ("2026-12-04", "2026-12-05")
    edit(admin_client, change_page(), **closures(*days))
    assert Office.objects.get(slug="hunnan").closures.count() == 2


# --- two people ------------------------------------------------------------------------------------


@pytest.fixture
def colleague() -> Client:
    user = User.objects.create_superuser("wang", last_name="王", first_name="芳")
    client = Client()
    client.force_login(user)
    return client


def test_the_second_of_two_is_told_what_the_first_changed(
    admin_client: Client, colleague: Client
) -> None:
    mine = shown(admin_client.get(change_page()), notice="我写的")
    edit(colleague, change_page(), address=NEW)
    refused = admin_client.post(change_page(), mine)
    assert refused.status_code == 200
    page = texts(refused.content.decode())
    assert "没有保存：您打开这一页以后，王芳（" in page
    assert f"地址：{OLD} → {NEW}" in page
    assert 'value="我写的"' in refused.content.decode()
    assert everything()[0][2] == NEW  # type: ignore[index]
    assert Office.objects.get(slug="hunnan").notice == ""
    # Having read it, one may.
    assert admin_client.post(change_page(), shown(refused) | {"address": NEW}).status_code == 302
    office = Office.objects.get(slug="hunnan")
    assert (office.address, office.notice) == (NEW, "我写的")


def test_a_telephone_that_a_colleague_took_away_is_no_error_of_the_server(
    admin_client: Client, colleague: Client
) -> None:
    mine = shown(admin_client.get(change_page())) | {"phones-0-label": "新"}
    edit(colleague, change_page(), **{"phones-0-DELETE": "on"})
    refused = admin_client.post(change_page(), mine)
    assert refused.status_code == 200
    assert "电话：024-23770026" in texts(refused.content.decode())
    assert not Phone.objects.filter(office__slug="hunnan").exists()


def test_lines_changed_on_the_page_of_a_stop_do_not_stop_the_office(
    admin_client: Client, colleague: Client
) -> None:
    stop = Stop.objects.get(office__slug="hunnan", station="全运路智慧三街")
    mine = shown(admin_client.get(change_page()), notice="我写的")
    page = reverse("admin:offices_stop_change", args=[stop.pk])
    edit(colleague, page, **{"lines-2-name": "999路", "lines-2-position": 3})
    assert admin_client.post(change_page(), mine).status_code == 302
    assert stop.lines.filter(name="999路").exists()


def test_two_people_at_one_stop(admin_client: Client, colleague: Client) -> None:
    stop = Stop.objects.get(office__slug="hunnan", station="全运路智慧三街")
    page = reverse("admin:offices_stop_change", args=[stop.pk])
    mine = shown(admin_client.get(page), how="下车西行")
    edit(colleague, page, how="下车东行")
    refused = admin_client.post(page, mine)
    assert "下车以后：（空） → 下车东行" in texts(refused.content.decode())
    stop.refresh_from_db()
    assert stop.how == "下车东行"


def test_a_form_without_its_version_is_refused(admin_client: Client) -> None:
    form = shown(admin_client.get(change_page()), notice="新")
    del form["version"]
    answer = admin_client.post(change_page(), form)
    assert answer.status_code == 200
    assert "没有保存" in answer.content.decode()


# --- channels --------------------------------------------------------------------------------------


def channel_page() -> str:
    return reverse("admin:contributions_channel_change", args=[Channel.objects.get(slug="app").pk])


def picture(colour: str) -> SimpleUploadedFile:
    file = BytesIO()
    Image.new("RGB", (60, 60), colour).save(file, "PNG")
    return SimpleUploadedFile("qr.png", file.getvalue(), "image/png")


def test_a_channels_picture_and_uses_come_back(admin_client: Client, client: Client) -> None:
    uses = list(ChannelUse.objects.filter(channel__slug="app").values_list("purpose", "scheme"))
    edit(admin_client, channel_page(), new_qr=picture("black"))
    address = Channel.objects.get(slug="app").qr_address
    bytes_of = client.get(address).content
    edit(admin_client, channel_page(), remove_qr="on", **{"uses-0-DELETE": "on"})
    assert client.get(address).status_code == 404
    page = texts(admin_client.get("/admin/contributions/channel/records/app/").content.decode())
    assert "二维码 图片" in page
    assert "渠道用途" in page

    restore(admin_client, Snapshot.objects.filter(kind="channel")[1])
    assert client.get(address).content == bytes_of
    now = ChannelUse.objects.filter(channel__slug="app").values_list("purpose", "scheme")
    assert list(now) == uses
    assert KeptPicture.objects.count() == 1
    assert "PNG" not in str(Snapshot.objects.values_list("content", flat=True))


def test_a_deleted_channel_comes_back(admin_client: Client, client: Client) -> None:
    name = Channel.objects.get(slug="app").name
    pk = Channel.objects.get(slug="app").pk
    data = {"action": "delete_selected", "_selected_action": [pk], "post": "yes"}
    admin_client.post("/admin/contributions/channel/", data)
    assert name not in client.get("/contributions/channels/").content.decode()
    restore(admin_client, Snapshot.objects.get(slug="app", action="found"))
    assert name in client.get("/contributions/channels/").content.decode()


def test_a_choice_is_told_in_chinese(admin_client: Client) -> None:
    edit(admin_client, channel_page(), **{"uses-0-purpose": "ask", "uses-0-note": "只办跨省"})
    page = texts(admin_client.get("/admin/contributions/channel/records/app/").content.decode())
    assert "查询咨询" in page
    assert "只办跨省" in page
    assert " ask" not in page


# --- who may ---------------------------------------------------------------------------------------


def member(role: str) -> Client:
    client = Client()
    if role != "nobody":
        user = User.objects.create_user(role, is_staff=True)
        user.groups.set(Group.objects.filter(name=role))
        client.force_login(user)
    return client


@pytest.mark.reads
@pytest.mark.parametrize(
    ("role", "sees", "restores"),
    [
        ("编辑", 200, 200),
        ("审核", 200, 403),
        ("管理员", 200, 200),
        ("none", 403, 403),
        ("nobody", 302, 302),
    ],
)
@pytest.mark.parametrize("kind", ["office", "channel"])
def test_who_may_see_and_restore(
    admin_client: Client, kind: str, role: str, sees: int, restores: int
) -> None:
    edit(admin_client, change_page(), notice="甲")
    edit(admin_client, channel_page(), position=30)
    version = Snapshot.objects.filter(kind=kind).earliest("pk")
    client = member(role)
    record = restore_address(version).partition(f"{version.pk}/restore")[0]
    assert client.get(record).status_code == sees
    assert client.get(record.replace(f"{version.slug}/", "")).status_code == sees
    assert client.get(restore_address(version)).status_code == restores
    assert client.post(restore_address(version), {"seen": ""}).status_code in {restores, 409}
    if sees == 200:
        offered = "恢复到这一版" in client.get(record).content.decode()
        assert offered == (restores == 200)


def test_who_may_only_look_sees_no_field_of_the_form(admin_client: Client) -> None:
    client = member("审核")
    for address in (change_page(), channel_page()):
        page = texts(client.get(address).content.decode()).partition("修改记录")[2]
        assert "次序" in page
        assert "版本" not in page
        assert "上传二维码" not in page


def test_a_version_that_is_not_there(admin_client: Client) -> None:
    assert admin_client.get(f"{RECORD}999999/restore/").status_code == 404
