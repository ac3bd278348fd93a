"""Numbers and addresses of people are blanked; amounts, days and the hotline stay readable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.feedback.blanking import MAIL, NUMBER, blank


@pytest.mark.parametrize(
    "number",
    [
        "13812345678",
        "138 1234 5678",
        "138-1234-5678",
        "+86 138-1234-5678",
        "138.1234.5678",
        "138，1234，5678",
        "１３８１２３４５６７８",
        "１３８ １２３４ ５６７８",
        "138\u200b1234\u200b5678",
        "138\u00a01234\u00a05678",
        "138—1234—5678",
        "(024)23456789",
        "024-23456789",
        "024 2345 6789",
        "23456789",
        "2345678",
        "20250310",  # a day without dashes looks like a Shenyang telephone number
        "210102196503120045",
        "21010219650312004X",
        "21010219650312004Ｘ",
        "210102 19650312 0045",
        "210102 1965-03-12 0045",
        "２１０１０２１９６５０３１２００４５",
        "6222021234567890123",
        "6222 0212 3456 7890 123",
        "A12345678",
        "一三八一二三四五六七八",
        "①③⑧①②③④⑤⑥⑦⑧",
    ],
)
def test_a_number_of_a_person_is_blanked(number: str) -> None:
    said = blank(f"我的号是{number}，请回电。")
    assert said == f"我的号是{'A' if number[0] == 'A' else ''}{NUMBER}，请回电。"


@pytest.mark.parametrize(
    "address",
    [
        "li.ayi@example.com",
        "li_ayi99@qq.com",
        "ｌｉ＠ｑｑ．com",
        "li @ qq.com",
        "li@mail.example.com.cn",
    ],
)
def test_an_e_mail_address_is_blanked(address: str) -> None:
    assert blank(f"写给我：{address}") == f"写给我：{MAIL}"


@pytest.mark.parametrize(
    "text",
    [
        "20000元算出来是1,095.20元，医院收了1095.2元",
        "总费用1234567.89元",
        "一共 20,000.00",
        "99999999.99元",
        "花了123456",
        "2025-03-10住院，2025年3月20日出院",
        "2025-03-10 20000元",
        "2024-2025年的标准",
        "热线024-12345-1-7打不通",
        "拨打 024-12345 再按1、7",
        "F-14.10 和 R-7.5 对不上",
        "报销比例 85%，起付 800",
        "205路、214路能到",
        "三百八十万元\n第二行",
    ],
)
def test_what_is_no_number_of_a_person_stays(text: str) -> None:
    assert blank(text) == text


BETWEEN = st.sampled_from(["", " ", "-", "  ", ".", " - ", "—", "－", "\u3000", "/"])
WIDTHS = st.sampled_from(["0123456789", "０１２３４５６７８９"])
AROUND = st.text(st.sampled_from("我的电话是请回住院费，。 !a"), max_size=8)


def spelled(digits: str, width: str, gaps: list[str], sizes: list[int]) -> str:
    at, parts = 0, []
    for size in sizes:
        parts.append("".join(width[int(digit)] for digit in digits[at : at + size]))
        at += size
    return "".join(part + gap for part, gap in zip(parts, [*gaps, ""], strict=True))


@given(
    before=AROUND,
    after=AROUND,
    phone=st.integers(13_000_000_000, 19_999_999_999),
    width=WIDTHS,
    gaps=st.lists(BETWEEN, min_size=2, max_size=2),
)
def test_no_mobile_number_gets_through(before, after, phone, width, gaps) -> None:
    said = blank(before + spelled(str(phone), width, gaps, [3, 4, 4]) + after)
    assert NUMBER in said
    assert not any(character.isdigit() for character in said)


@given(
    before=AROUND,
    after=AROUND,
    number=st.integers(110_000_190_001_010_000, 659_999_209_912_319_999),
    width=WIDTHS,
    gaps=st.lists(BETWEEN, min_size=2, max_size=2),
)
def test_no_id_number_gets_through(before, after, number, width, gaps) -> None:
    said = blank(before + spelled(str(number), width, gaps, [6, 8, 4]) + after)
    assert NUMBER in said
    assert not any(character.isdigit() for character in said)


@given(st.integers(0, 99_999_999), st.integers(0, 99), st.booleans())
def test_every_amount_of_a_calculator_stays(yuan: int, fen: int, grouped: bool) -> None:
    amount = f"{yuan:,}.{fen:02}元" if grouped else f"{yuan}.{fen:02}元"
    assert blank(f"算出来{amount}不对") == f"算出来{amount}不对"


@given(st.text(max_size=300))
def test_blanking_twice_changes_nothing(text: str) -> None:
    once = blank(text)
    assert blank(once) == once
