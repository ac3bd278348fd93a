"""A pasted notice becomes sections and clauses, and nothing of it is lost.

`tests/staff/notice-2027.txt` is invented, its amounts too; it looks as such a notice does when it
is copied out of a PDF. The expectations were written down by reading it.
"""

import datetime
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.policy.cutting import (
    Piece,
    cut,
    difference,
    is_in,
    left_out,
    nearest,
    propose_clauses,
    squeeze,
    tidy,
    words_of,
    words_of_paste,
)

NOTICE = (Path(__file__).parents[1] / "staff" / "notice-2027.txt").read_text(encoding="utf-8")

# What notices are made of, and what else a clipboard brings along.
FRAGMENTS = st.sampled_from(
    [
        *(
            "一、",
            "二、缴费标准",
            "第一条 ",
            "第二章 总则",
            "（一）",
            "（二）一般人员",
            "1.",
            "2、",
            "3 甲",
        ),
        *(
            "① ",
            "- ",
            "附件1",
            "附件：",
            "。",
            "；",
            "：",
            "，",
            "（",
            "）",
            "“",
            "”",
            "\t",
            "\n",
            "\n\n",
        ),
        *(
            "　",
            "\xa0",
            "\u200b",
            "\x0b",
            "\x00",
            "— 2 —",
            "第 2 页 共 3 页",
            "3",
            "1",
            "关于",
            "通知",
        ),
        *(
            "沈阳市医疗保障局",
            "2026年11月18日",
            "二〇二六年十一月",
            "沈医保发〔2026〕30号",
            "abc",
            "甲",
        ),
        "成年居民每人每年480元",
    ]
)
PASTES = st.one_of(
    st.text(),
    st.lists(FRAGMENTS, max_size=50).map("".join),
    st.lists(st.one_of(FRAGMENTS, st.text(max_size=5)), max_size=30).map("".join),
)


@settings(max_examples=400, deadline=None)
@given(pasted=PASTES, keep=st.booleans())
def test_nothing_that_is_pasted_is_lost(pasted: str, keep: bool) -> None:
    made = cut(pasted, keep_page_numbers=keep)
    words = words_of((section.title, section.body) for section in made.sections)
    assert words == words_of_paste(pasted, keep_page_numbers=keep)
    # In order, and all of it but the page numbers, which are named.
    assert _without(squeeze(pasted), words)
    assert Counter(words) + Counter(squeeze("".join(made.dropped))) == Counter(squeeze(pasted))
    assert not (keep and made.dropped)


def _without(whole: str, part: str) -> bool:
    """Whether `part` is `whole` with some characters left out."""
    characters = iter(whole)
    return all(character in characters for character in part)


@settings(max_examples=400, deadline=None)
@given(pasted=PASTES)
def test_each_clause_stands_in_its_section(pasted: str) -> None:
    for section in cut(pasted).sections:
        assert 0 < len(section.title) <= 100
        assert section.body == tidy(section.body)
        for clause in section.clauses:
            assert is_in(clause, section.body)


@settings(max_examples=200, deadline=None)
@given(sentences=st.lists(st.text("甲乙丙丁1，", min_size=6, max_size=30), min_size=1, max_size=8))
def test_plain_sentences_become_a_clause_each(sentences: list[str]) -> None:
    whole = [f"{sentence}。" for sentence in sentences]
    assert propose_clauses("".join(whole)) == tuple(whole)


# --- the notice --------------------------------------------------------------------------------


def test_what_the_notice_says_of_itself() -> None:
    details = cut(NOTICE).details
    assert details.title == "关于做好2027年度城乡居民基本医疗保险参保缴费工作的通知"
    assert details.number == "沈医保发〔2026〕37号"
    assert (details.issuer, details.dated) == ("沈阳市医疗保障局", "2026-11-18")
    assert (details.scheme, details.edition_name) == ("resident", "2027年度")
    assert details.start == datetime.date(2027, 1, 1)


def test_the_sections_of_the_notice() -> None:
    made = cut(NOTICE)
    assert made.first_number == 0
    assert made.dropped == ("— 1 —", "— 2 —")
    assert [section.title for section in made.sections] == [
        "标题和开头",
        "一、集中参保缴费期",
        "二、缴费标准",
        "三、待遇享受期",
        "四、工作要求",
        "落款",
    ]
    assert made.sections[1].body == "2027年度集中参保缴费期为2026年12月1日至2027年2月28日。"
    assert made.sections[5].body == "沈阳市医疗保障局\n2026年11月18日\n（此件公开发布）"


def test_the_clauses_of_the_notice() -> None:
    """Wraps joined; a table a line each; a short list behind its colon together."""
    fees = cut(NOTICE).sections[2]
    assert fees.clauses == (
        "2027年度居民医保个人缴费标准为：在校学生280元；非在校未成年人480元；成年居民480元。",
        "（二）低保边缘家庭成员 低保边缘家庭成员个人缴费按下表执行，差额部分由财政补助。",
        "人员类别\t个人缴费（元/年）\t低保边缘家庭成员（元/年）",
        "在校学生\t280\t112",
        "非在校未成年人\t480\t192",
        "成年居民\t480\t192",
        (
            "低保对象、特困供养人员、孤儿、优抚对象、重残人员（二级及以上）、纳入监测范围的贫困人口等"
            "特殊人群个人不缴费，由财政全额补助。"
        ),
    )
    assert left_out(fees.body, fees.clauses) == ["（一）一般人员", "（三）特殊人群"]


# --- the look of notices -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pasted", "titles"),
    [
        ("第一条 为了方便，制定本办法。\n第二条 居民每年缴费。", ["第一条 为了方便", "第二条 居民每年缴费"]),
        ("第一章 总则\n第一条 甲。\n第二章 附则\n第二条 乙。", ["第一章 总则", "第二章 附则"]),
        ("通知如下。\n（一）标准\n每年480元。\n（二）时间\n每年9月。", ["标题和开头", "（一）标准", "（二）时间"]),
        ("1. 标准\n每年480元。\n2. 时间\n每年9月。", ["1. 标准", "2. 时间"]),
        ("开始啦！\n一、何时缴？\n12月。\n二、缴多少？\n480元。", ["标题和开头", "一、何时缴？", "二、缴多少？"]),
        ("需要的资料\n1 身份证原件\n2 户口簿原件", ["正文"]),
        ("一、甲\n乙。\n附件：1. 表一\n沈阳市医疗保障局\n2026年11月\n附件1\n表一\n甲\t1", ["一、甲", "落款", "附件1"]),
    ],
)  # fmt: skip
def test_the_highest_kind_of_heading_cuts(pasted: str, titles: list[str]) -> None:
    assert [section.title for section in cut(pasted).sections] == titles


@pytest.mark.parametrize(
    ("pasted", "body"),
    [
        # A PDF: each line as wide as the page, empty lines between them.
        (
            (
                "    具有本市户籍或取得本市居住证的非本市户籍人员，具\n\n"
                "备下列条件之一，可以灵活就业身份参加我市职工基本医\n\n疗保险：\n\n"
                "1  灵活就业人员。包括无雇工的个体工商户、未在用人\n\n单位参加职工医保的人员。"
            ),
            (
                "具有本市户籍或取得本市居住证的非本市户籍人员，具备下列条件之一，可以灵活就业身份参加我市"
                "职工基本医疗保险：\n1 灵活就业人员。包括无雇工的个体工商户、未在用人单位参加职工医保的人员。"
            ),
        ),
        # A WeChat post: a paragraph a line, none of them wrapped.
        (
            "　　居民缴费有调整。\n\n　　成年居民每年480元。",
            "居民缴费有调整。\n成年居民每年480元。",
        ),
        # A sentence that a page's end cuts in two.
        ("成年居民每年480元，\n— 3 —\n学生280元。", "成年居民每年480元，学生280元。"),
        # A bracket still open, a line that begins with a full stop.
        ("按《关于缴费\n的通知》执行\n。", "按《关于缴费的通知》执行。"),
        # Lines of a list have no full stop, and are no wraps.
        ("身份证原件\n户口簿原件", "身份证原件\n户口簿原件"),
        ("apply via the\n网站", "apply via the\n网站"),
    ],
)
def test_wrapped_lines_are_joined(pasted: str, body: str) -> None:
    assert "\n".join(section.body for section in cut(pasted).sections) == body


@pytest.mark.parametrize(
    ("lines", "dropped"),
    [
        (["- 1 -", "－2－"], ["- 1 -", "－2－"]),
        (["第 1 页", "第2页 共3页"], ["第 1 页", "第2页 共3页"]),
        (["1", "2", "3"], ["1", "2", "3"]),
        (["280", "48"], []),  # cells of a table, not pages
        (["2", "1"], []),
    ],
)
def test_page_numbers_are_dropped_and_named(lines: list[str], dropped: list[str]) -> None:
    pasted = "\n".join(f"这是一句话。\n{line}" for line in lines)
    assert list(cut(pasted).dropped) == dropped
    assert cut(pasted, keep_page_numbers=True).dropped == ()


@pytest.mark.parametrize(
    ("pasted", "title"),
    [
        ("2027年度居民医保缴费开始啦！\n一、时间\n12月。", "2027年度居民医保缴费开始啦！"),
        ("沈阳市医疗保障局文件\n沈医保发〔2026〕30号\n缴费标准\n居民每年缴费。", "缴费标准"),
        ("沈阳市医疗保障局\n关于调整缴费的\n通知\n各分局：\n现通知如下。", "关于调整缴费的通知"),
        ("居民每年缴费。\n缴费标准", ""),
        ("一、时间\n12月。", ""),
        ("", ""),
    ],
)
def test_the_title(pasted: str, title: str) -> None:
    assert cut(pasted).details.title == title


@pytest.mark.parametrize(
    ("closing", "dated", "issuer"),
    [
        ("沈阳市医疗保障事务服务中心\n二〇二五年十月", "2025-10", "沈阳市医疗保障事务服务中心"),
        ("沈阳市医疗保障局 2026年2月30日", "", "沈阳市医疗保障局"),
        ("沈阳市医疗保障局\n沈阳市财政局\n二〇二六年十二月二十一日", "2026-12-21", "沈阳市医疗保障局、沈阳市财政局"),
        ("特此通知", "", ""),
    ],
)  # fmt: skip
def test_issuer_and_date(closing: str, dated: str, issuer: str) -> None:
    details = cut(f"通知\n居民缴费有调整。\n{closing}").details
    assert (details.dated, details.issuer) == (dated, issuer)


@pytest.mark.parametrize(
    ("body", "clauses"),
    [
        ("成年居民每年480元；学生每年280元。", ["成年居民每年480元；", "学生每年280元。"]),
        ("标准为：成年480元；学生280元。", ["标准为：成年480元；学生280元。"]),
        ("居民（含学生。不含职工）按年缴费。", ["居民（含学生。不含职工）按年缴费。"]),
        ("他说：“按年缴费。”居民照此办理。", ["他说：“按年缴费。”", "居民照此办理。"]),
        ("居民按年缴费。是。", ["居民按年缴费。是。"]),
        ("（一）成年居民\n每人每年480元。", ["（一）成年居民 每人每年480元。"]),
        ("1. 身份证原件\n2. 户口簿原件", ["1. 身份证原件", "2. 户口簿原件"]),
        ("甲（没有合上的括号。乙也是一句话。", ["甲（没有合上的括号。", "乙也是一句话。"]),
    ],
)
def test_clauses_of_a_paragraph(body: str, clauses: list[str]) -> None:
    assert list(propose_clauses(body)) == clauses


# --- what differs ------------------------------------------------------------------------------


def test_a_difference_is_shown_exactly_with_some_words_around_it() -> None:
    wanted = "一、2027年度居民医保个人缴费标准为：在校学生280元；成年居民480元。"
    assert difference(wanted, wanted.replace("；", " ；\n")) == []
    assert difference(wanted, wanted.replace("280", "290")) == [
        Piece("same", "……人缴费标准为：在校学生2"),
        Piece("missing", "8"),
        Piece("added", "9"),
        Piece("same", "0元；成年居民480元。"),
    ]
    assert difference("甲乙", "甲乙丙") == [Piece("same", "甲乙"), Piece("added", "丙")]


def test_a_sentence_is_held_against_the_words_most_like_it() -> None:
    body = "在校学生每人每年280元。\n成年居民每人每年480元。"
    assert nearest("成年居民每人每年450元。", body) == [
        Piece("same", "成年居民每人每年4"),
        Piece("missing", "8"),
        Piece("added", "5"),
        Piece("same", "0元。"),
    ]


def test_what_follows_the_words_most_alike_is_not_missed() -> None:
    assert nearest("学生290元。", "学生280元。（二）成年人") == [
        Piece("same", "学生2"),
        Piece("missing", "8"),
        Piece("added", "9"),
        Piece("same", "0元。"),
    ]


def test_a_long_paste_is_cut_soon() -> None:
    """Sixty thousand characters without one full stop: no step may take them by themselves squared."""
    pasted = "\n".join("（医疗保障" * 6 for _ in range(2000))
    made = cut(pasted)
    assert words_of((s.title, s.body) for s in made.sections) == squeeze(pasted)
    assert difference(pasted, pasted[::-1])[0].kind == "missing"
