"""缴费: what residents pay for a year, and the flexible scheme for its months."""

import datetime
import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join

from calculators.calculator import Calculator, Facts, SchemeRule
from calculators.fields import FIRST_YEAR, Answer, MonthField, RepeatedField, RepeatedWidget
from calculators.forms import CalculatorForm
from calculators.rules.breakdown import Outcome
from calculators.rules.contribution import Payer, flexible_contribution, resident_contribution
from calculators.rules.people import Hardship, Member, Scheme
from calculators.words import Words
from portal import clock
from portal.policy.models import choices as names
from portal.policy.terms.contribution import (
    FLEXIBLE_CONTRIBUTION_TABLES,
    RESIDENT_CONTRIBUTION_TABLES,
    flexible_contribution_terms,
    last_month_of_arrears,
    resident_contribution_terms,
)

PAYERS = [Payer(member, hardship) for member in Member for hardship in Hardship]
# Enough boxes for most families; a longer list gets two more than it has.
BOXES, SPARE_BOXES = 6, 2

_YEAR = re.compile(r"[0-9]{4}", re.ASCII)


def payer_in_words(payer: Payer) -> str:
    """Name a member of a family: 在校学生，低保边缘家庭成员."""
    member = names.Member(payer.member).label
    if payer.hardship == Hardship.NONE:
        return str(member)
    return f"{member}，{names.Hardship(payer.hardship).label}"


class YearField(Answer):
    """A year, `2024`, as an int."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def read(self, text: str) -> int:
        tidy = text if self.strict else unicodedata.normalize("NFKC", text).strip().rstrip("年")
        if not _YEAR.fullmatch(tidy) or int(tidy) < FIRST_YEAR:
            raise ValidationError("请填写四位数的年份，例如 2024。")
        return int(tidy)


class PayerField(Answer):
    """A member of a family: `student`, or `student:low_margin` with a hardship."""

    def read(self, text: str) -> Payer:
        tidy = text if self.strict else unicodedata.normalize("NFKC", text).strip()
        for payer in PAYERS:
            if str(payer) == tidy:
                return payer
        known = "、".join(f"{payer}（{payer_in_words(payer)}）" for payer in PAYERS)
        raise ValidationError(f"没有这个选项。可以选：{known}。")

    def said(self, value: Payer) -> str:
        return payer_in_words(value)


class PayersWidget(RepeatedWidget):
    """A box to choose from for each member of the family, and some that stay empty."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        chosen = str(value or "").splitlines()
        boxes = [*chosen, *[""] * max(SPARE_BOXES, BOXES - len(chosen))]
        options = [("", "没有了"), *((str(payer), payer_in_words(payer)) for payer in PAYERS)]
        first = dict(attrs or {})
        # Only the first box must be filled, and only it is named by the question's own label.
        others = {key: value for key, value in first.items() if key != "required"}
        select = forms.Select(choices=options)
        rendered = []
        for number, box in enumerate(boxes, start=1):
            own = {"id": f"{first.get('id', name)}_{number}", "aria-label": f"第{number}个人"}
            tags = first if number == 1 else {**others, **own}
            rendered.append((select.render(name, box, tags, renderer),))
        return format_html("<div>{}</div>", format_html_join("\n", "{}", rendered))


class ContributionForm(CalculatorForm):
    """缴费: the parameters of the contract, for both schemes."""

    button = "看看要缴多少"
    only_for = {
        "plan_year": Scheme.RESIDENT,
        "member": Scheme.RESIDENT,
        "first_month": Scheme.FLEXIBLE,
        "last_month": Scheme.FLEXIBLE,
        "large_sum_year_paid": Scheme.FLEXIBLE,
    }
    examples = {
        Scheme.RESIDENT: "member=adult&member=adult&member=student",
        Scheme.FLEXIBLE: "first_month=2025-09&last_month=2025-12",
    }

    member = RepeatedField(
        PayerField(),
        required=True,
        widget=PayersWidget(),
        label="家里有哪些人参保？",
        help_text="一个人选一行。同时有几种身份的，选交得最少的那一种；新生儿选非在校未成年人。",
        error_messages={"required": "请至少选一个人：不同的人缴费标准不同。"},
    )
    plan_year = YearField(label="交哪一年的？", help_text="例如 2024。不填就按本站最新的标准。")
    first_month = MonthField(
        required=True,
        label="从哪个月开始缴？",
        help_text="例如 2025-09",
        error_messages={"required": "请填写开始缴费的月份，例如 2025-09。"},
    )
    last_month = MonthField(
        required=True,
        label="缴到哪个月？",
        help_text="含这个月。例如 2025-12",
        error_messages={"required": "请填写缴到哪个月，例如 2025-12。"},
    )
    large_sum_year_paid = RepeatedField(
        YearField(),
        label="哪一年的大额补助保险费已经交过了？",
        help_text="大额费一年交一次。交过的年份一行写一个，没有就不填。",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._check_year(cleaned.get("plan_year"), cleaned.get("date"))
        first, last = cleaned.get("first_month"), cleaned.get("last_month")
        if first and last and last < first:
            self.add_error("last_month", "最后一个月不能早于开始的月份。")
        until = last_month_of_arrears(cleaned.get("date") or clock.today()) if first else None
        if first and until and first <= until:
            start = until + 1
            self.add_error(
                "first_month",
                f"这里只算{start.year}年{start.month}月起的月份。"
                "更早的月份，请用“补缴”计算器（arrears）。",
            )
        return cleaned

    def _check_year(self, plan_year: int | None, date: datetime.date | None) -> None:
        if plan_year and date and date.year != plan_year:
            self.add_error("plan_year", "和规定的日期不在同一年，请只填一个。")


def _resident(terms: Any, *, plan_year: int | None = None, **facts: Any) -> Outcome:
    """The plan year has chosen the day of the rules; the rule itself needs it no more."""
    return resident_contribution(terms, **facts)


def _day_of_plan_year(facts: Facts, today: datetime.date) -> datetime.date | None:
    """The day of the plan year that is closest to today."""
    year = facts["plan_year"]
    if year is None:
        return None
    return min(max(today, datetime.date(year, 1, 1)), datetime.date(year, 12, 31))


CONTRIBUTION = Calculator(
    slug="contribution",
    title="要缴多少钱",
    lead="居民按人算全家一年要交多少，灵活就业人员按月算要缴多少。",
    form=ContributionForm,
    words=Words(
        headlines=("total",),
        labels={
            **{payer.code: payer_in_words(payer) for payer in PAYERS},
            "by_member": "每个人",
            "basic": "基本医疗保险费",
            "large_sum": "大额补助保险费",
            "total": "一共要缴",
        },
        sentences={
            "basic": "每个月按那个月的缴费标准缴。",
            "large_sum": "每年第一次缴费时一起交，一年一次，不按月折算。",
        },
        notices={
            "joined_by_department": "免缴的人由认定身份的部门办理参保，不用自己缴费。",
        },
        reasons={
            "no_amount": "{until} 以后每月缴多少，文件没有写，本站也不拿别的年份代替。",
        },
        not_counted={
            Scheme.RESIDENT: ["免缴的人由财政补助的那一部分。"],
            Scheme.FLEXIBLE: ["缴费期间不建立个人账户，所以没有钱划到个人账户。"],
        },
    ),
    by_scheme={
        Scheme.RESIDENT: SchemeRule(
            tables=lambda facts: RESIDENT_CONTRIBUTION_TABLES,
            terms=lambda book, facts: resident_contribution_terms(book),
            rule=_resident,
            day=_day_of_plan_year,
        ),
        Scheme.FLEXIBLE: SchemeRule(
            tables=lambda facts: FLEXIBLE_CONTRIBUTION_TABLES,
            terms=lambda book, facts: flexible_contribution_terms(book),
            rule=flexible_contribution,
        ),
    },
)
