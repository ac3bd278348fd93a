"""Finding an office by what people know of it, and by how they type it."""

from importlib import import_module

import pytest
from django.apps import apps

from portal.offices.models import Alias, Office, Stop
from portal.offices.pinyin import spell
from portal.offices.search import clean_query, find_kindly, find_offices, read_offices, tidy

pytestmark = pytest.mark.django_db


def found(query: str) -> list[str]:
    return [office.slug for office in find_offices(read_offices(), query)]


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("浑南分中心", "hunnan"),  # name
        ("新民市", "xinmin"),  # district
        ("滨水新区", "liaozhong"),  # address
        ("109号", "hunnan"),
        ("张士管理部", "zhangshi"),  # alias, A-78
        ("省博物馆", "hunnan"),  # station
        ("翠园小区", "shenhe"),
        ("751路", "liaozhong"),  # line
        ("751", "liaozhong"),
        ("154路", "hunnan"),  # a line that is printed without 路
        ("地铁2号线", "hunnan"),
        ("地铁二号线", "hunnan"),
        ("二号线", "hunnan"),
        ("2号线", "hunnan"),
        ("10号线", "center"),  # printed 地铁十号线
        ("4路", "faku"),  # printed 四路
        ("19号路", "zhangshi"),  # printed 开发十九号路
        ("k706", "shenbei"),
        ("v135", "zhangshi"),  # small for large
        ("Ｖ１３５", "zhangshi"),  # full width
        ("hunnan", "hunnan"),  # pinyin
        ("HunNan", "hunnan"),
        ("ｈｕｎｎａｎ", "hunnan"),
        ("hun nan", "hunnan"),
        ("hn", "hunnan"),  # initials
        ("kp", "kangping"),
        ("cuiyuan", "shenhe"),  # pinyin of a station
        ("cyxq", "shenhe"),
        ("quanyunlu", "hunnan"),  # pinyin of a street
        ("changbai", "heping"),  # heteronyms, as Shenyang reads them
        ("dadong", "dadong"),
        ("kangping", "kangping"),
        ("zhonggong", "tiexi"),
        ("23770026", "hunnan"),  # the number on a slip of paper
        ("康平 迎宾路", "kangping"),  # two words, both
        ("地铁　２号线", "hunnan"),  # a wide space
        (" 浑 南 ", "hunnan"),
    ],
)
def test_an_office_is_found_by_what_people_know(query: str, slug: str) -> None:
    assert found(query) == [slug]


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("205路", ["center", "huanggu"]),
        ("205", ["center", "huanggu"]),
        ("205 路", ["center", "huanggu"]),
        ("二〇五路", ["center", "huanggu"]),
        # Its own line first, then the v116路.
        ("116路", ["center", "tiexi"]),
        # Names, then a bus called 铁西1线.
        ("铁西", ["tiexi", "zhangshi", "yuhong"]),
        # The district of an address, then names of buildings.
        ("沈阳", ["center", "zhangshi", "tiexi", "hunnan"]),
    ],
)
def test_several_are_found_the_likeliest_first(query: str, slugs: list[str]) -> None:
    assert found(query) == slugs


@pytest.mark.parametrize("query", ["20", "0", "05路", "1路", "3路", "5路", "02号线"])
def test_a_piece_of_a_number_is_another_number(query: str) -> None:
    assert not {"center", "huanggu", "hunnan"} & set(found(query))


@pytest.mark.parametrize(
    "query", ["北京", "浑南 北京", "\x00", "😀", "%", "' OR 1=1", "hunan", "q"]
)
def test_nothing_found_is_nothing(query: str) -> None:
    assert found(query) == []


def test_without_a_word_all_are_found_in_their_order() -> None:
    slugs = list(Office.objects.values_list("slug", flat=True))
    assert found("") == found("  ") == slugs
    assert len(slugs) == 15


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("浑南医保", "hunnan"),
        ("浑南区医保局怎么走", "hunnan"),
        ("沈河医保中心电话", "shenhe"),
        ("205路公交车", "center"),
        ("沈阳市苏家屯区", "sujiatun"),
    ],
)
def test_the_page_leaves_out_what_no_office_is_called(query: str, slug: str) -> None:
    assert found(query) == []
    assert find_kindly(read_offices(), query)[0].slug == slug


def test_common_words_alone_find_what_is_called_so() -> None:
    assert find_kindly(read_offices(), "电话在哪里") == []


@pytest.mark.parametrize(
    ("chinese", "arabic"),
    [
        ("二号线", "2号线"),
        ("十号线", "10号线"),
        ("十九号路", "19号路"),
        ("二十路", "20路"),
        ("二十一路", "21路"),
        ("二〇五路", "205路"),
        ("一百零五路", "105路"),
        ("百鸟公园", "百鸟公园"),
    ],
)
def test_a_number_in_characters_is_the_number(chinese: str, arabic: str) -> None:
    assert tidy(chinese) == arabic


@pytest.mark.parametrize(
    ("chinese", "pinyin"),
    [
        ("沈阳", "shen yang"),
        ("沈河区", "shen he qu"),
        ("康平", "kang ping"),
        ("大东", "da dong"),
        ("长白苑", "chang bai yuan"),
        ("朝阳街", "chao yang jie"),
        ("重工街", "zhong gong jie"),
        ("社保大厦", "she bao da sha"),
        ("全运路109号，H座", "quan yun lu hao zuo"),
    ],
)
def test_names_are_spelled_as_shenyang_says_them(chinese: str, pinyin: str) -> None:
    assert spell(chinese) == pinyin


def test_seeding_spells_the_names_too() -> None:
    assert not Office.objects.filter(pinyin="").exists()
    assert not Alias.objects.filter(pinyin="").exists()
    assert not Stop.objects.filter(pinyin="").exists()


def test_a_new_name_is_spelled_when_it_is_saved() -> None:
    office = Office.objects.get(slug="hunnan")
    office.name = "长白分中心"
    office.save()
    assert Office.objects.get(slug="hunnan").pinyin.startswith(
        "chang bai fen zhong xin\nhun nan qu"
    )


def test_offices_that_were_there_before_are_spelled_by_the_migration() -> None:
    for model in (Office, Alias, Stop):
        model.objects.update(pinyin="")
    assert found("hunnan") == []
    import_module("portal.offices.migrations.0002_pinyin").spell_what_there_is(apps, None)
    assert found("hunnan") == ["hunnan"]
    assert found("cyxq") == ["shenhe"]
    test_seeding_spells_the_names_too()


@pytest.mark.parametrize(
    ("typed", "query", "cut"),
    [
        (" 浑南 ", "浑南", False),
        ("浑\x00南\n", "浑 南", False),
        ("九" * 100, "九" * 100, False),
        ("九" * 101, "九" * 100, True),
    ],
)
def test_a_query_is_made_fit_to_be_shown(typed: str, query: str, cut: bool) -> None:
    assert clean_query(typed) == (query, cut)
