"""The Markdown of the texts: what a clerk writes, and what a resident's browser gets."""

import pytest

from portal.policy import dialect


def html(body: str) -> str:
    written = dialect.render(f"# 标题\n\n开头。\n\n{body}", lambda name: f"<table>{name}</table>")
    return "".join(part.html for part in written.parts).strip()


def test_title_and_lead_stand_apart_from_the_parts() -> None:
    body = "# 谁可以参保\n\n先看这里。\n\n总说。\n\n## 甲 {#one}\n\n一。\n\n## 乙 {#two}\n\n二[F-1.2]。"
    written = dialect.render(body, str)
    assert (written.title, written.lead) == ("谁可以参保", "先看这里。")
    assert [(part.anchor, part.heading) for part in written.parts] == [
        ("", ""),
        ("one", "甲"),
        ("two", "乙"),
    ]
    assert [part.words for part in written.parts] == ["总说。", "甲 一。", "乙 二。"]
    assert written.clauses == {"F-1.2"}
    assert dialect.title_and_lead(body) == ("谁可以参保", "先看这里。")


def test_a_seal_links_its_clauses() -> None:
    shown = html("先付这么多[F-14.10]。")
    assert '<a class="seal" href="/policy/F-14.10">依据 F-14.10</a>。' in shown
    several = html("要核定[R-4.4, R-4.8]。")
    bare = '<a class="seal" href="/policy/R-4.8" aria-label="依据 R-4.8">R-4.8</a>'
    assert f">依据 R-4.4</a>{bare}" in several


def test_a_seal_of_a_reading_links_the_list_of_readings() -> None:
    assert 'href="/about/readings/#A-17">另见 A-17</a>' in html("按次算[A-17]。")


def test_a_link_whose_words_look_like_a_clause_stays_a_link() -> None:
    assert '<a href="/policy/F-14.10">F-14.10</a>' in html("看[F-14.10](/policy/F-14.10)吧")


def test_a_sheet_stands_on_a_line_of_its_own() -> None:
    assert html("看表：\n\n[[sheet:flexible.inpatient]]\n\n完。") == (
        "<p>看表：</p>\n<table>flexible.inpatient</table><p>完。</p>"
    )


def test_lines_to_tick_can_be_ticked() -> None:
    shown = html("- [ ] 身份证原件[F-2.3]\n- [ ] 户口簿")
    assert shown.count('<input class="task-list-item-checkbox"') == 2
    assert "disabled" not in shown
    assert shown.count("<label>") == 2


def test_a_fold_a_caution_and_a_button() -> None:
    assert html("::: fold 政策依据\n甲\n:::") == (
        '<details class="fold"><summary>政策依据</summary>\n<p>甲</p>\n</details>'
    )
    assert html("> 要注意：别忘了") == '<div class="notice">\n<p>要注意：别忘了</p>\n</div>'
    assert html("[算一算](/calculators/)") == (
        '<p class="actions"><a href="/calculators/" class="button">算一算</a></p>'
    )
    assert "button" not in html("去[算一算](/calculators/)吧")


@pytest.mark.parametrize(
    "body", ["<script>x</script>", "[x](javascript:alert(1))", "::: fold <b>x</b>\n甲\n:::", "# "]
)
def test_nothing_written_becomes_markup_of_its_own(body: str) -> None:
    shown = html(body)
    assert "<script" not in shown
    assert "href" not in shown
    assert "<b>" not in shown


@pytest.mark.parametrize(
    ("body", "title", "lead"),
    [
        ("", "", ""),
        ("没有标题。", "", "没有标题。"),
        ("# 只有标题", "只有标题", ""),
        ("## 只有一节 {#a}\n\n甲", "只有一节", "甲"),
    ],
)
def test_a_text_that_is_not_finished_is_still_read(body: str, title: str, lead: str) -> None:
    written = dialect.render(body, str)
    assert (written.title, written.lead) == (title, lead)
    assert dialect.title_and_lead(body) == (title, lead)


def test_a_telephone_number_can_be_called() -> None:
    """A-95: 024-12345-1-7 cannot be dialled as printed."""
    assert html("打 024-12345-1-7 或 024-23770026 问。") == (
        '<p>打 <a class="phone" href="tel:024-12345">024-12345-1-7</a> 或 '
        '<a class="phone" href="tel:024-23770026">024-23770026</a> 问。</p>'
    )
    assert "tel:" not in html("2024-12-20 和 〔2022〕2号")


def test_a_number_in_a_link_stays_part_of_the_link() -> None:
    shown = html("[打 024-23770026 问](/offices/hunnan/)，或 024-12345-1-7")
    assert shown.count("<a ") == 2
    assert '<a href="/offices/hunnan/">打 024-23770026 问</a>' in shown


def test_a_heading_and_the_words_of_a_part_are_plain() -> None:
    body = '# 题 **一**\n\n开 `头`[F-1.1]。\n\n## 甲 **乙**[F-1.2] {#one}\n\na < b & "c"\n\n> ## 丙'
    written = dialect.render(body, str)
    assert (written.title, written.lead) == ("题 一", "开 头。")
    (_, part) = written.parts
    assert (part.anchor, part.heading) == ("one", "甲 乙")
    assert part.words == '甲 乙 a < b & "c" 丙'


def test_two_equal_sheets_are_two_sheets_wherever_they_stand() -> None:
    shown = html(
        "[[sheet:a.b]]\n\n[[sheet:a.b]]\n\n::: fold 表\n[[sheet:a.b]]\n:::\n\n- [[sheet:a.b]]"
    )
    assert shown.count("<table>a.b</table>") == 4
