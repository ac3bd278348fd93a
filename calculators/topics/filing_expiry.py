"""异地备案有效期: its questions and the rules that answer them."""

import datetime
from typing import Any

from calculators.calculator import Calculator, SchemeRule
from calculators.fields import ChoiceAnswer, DayField
from calculators.forms import CalculatorForm, When
from calculators.rules.breakdown import Outcome
from calculators.rules.filing import flexible_filing, resident_filing
from calculators.rules.people import FilingProof, Scheme
from calculators.words import Words
from portal.policy.terms.filing import (
    FLEXIBLE_FILING_TABLES,
    RESIDENT_FILING_TABLES,
    flexible_filing_terms,
    resident_filing_terms,
)


class FilingExpiryForm(CalculatorForm):
    """异地备案有效期: the parameters of the contract, for both schemes."""

    button = "看看备案到哪天"
    default_scheme = Scheme.FLEXIBLE
    # A resident's filing lasts whatever it was filed with.
    asked_when = dict.fromkeys(
        ("issued_on", "valid_until"),
        When("proof", {FilingProof.RESIDENCE_PERMIT}, Scheme.FLEXIBLE),
    )
    examples = {
        Scheme.FLEXIBLE: "proof=residence_permit&issued_on=2025-03-15",
        Scheme.RESIDENT: "proof=residence_permit",
    }

    proof = ChoiceAnswer(
        choices=[
            (FilingProof.HOUSEHOLD_REGISTER, "异地的户口簿"),
            (FilingProof.PROPERTY_DEED, "异地的房产证"),
            (FilingProof.RESIDENCE_PERMIT, "异地的居住证"),
        ],
        required=True,
        label="用什么材料备案的？",
        error_messages={"required": "请选一项：不同的材料，备案的有效期不同。"},
    )
    issued_on = DayField(
        label="居住证是哪天签发的？",
        help_text="居住证上没有写终止日期的，才要填。例如 2025 3 15",
    )
    valid_until = DayField(
        label="居住证上写的终止日期是哪天？", help_text="没有写的不用填。例如 2026 8 31"
    )

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        issued, until = given.get("issued_on"), given.get("valid_until")
        days = ("issued_on", "valid_until")
        asked = (
            self.known_scheme == Scheme.FLEXIBLE
            and given.get("proof") == FilingProof.RESIDENCE_PERMIT
            and not any(name in self.errors for name in days)
        )
        if asked and not (issued or until):
            self.add_error("issued_on", "请填写居住证上的终止日期；没有写终止日期的，填签发日期。")
        if asked and issued and until and until < issued:
            self.add_error("valid_until", "终止日期不能早于签发日期，请看看两个日期。")
        if issued and issued.year >= datetime.MAXYEAR:
            self.add_error("issued_on", "年份太远了，请看看是不是打错了。")
        return given


def _resident_filing(terms: Any, **facts: Any) -> Outcome:
    """A resident's filing lasts whatever it was filed with: no answer changes it."""
    return resident_filing(terms)


WORDS = Words(
    headlines=("expires",),
    nothing={"expires": "长期有效"},
    labels={"expires": "备案到这天为止", "lasting": "备案长期有效"},
    sentences={
        "expires": "到期要提供居住证的签注证明，不然异地长期居住待遇自动终止。",
        "lasting": "不用续。要变更或终止，须等备案满规定的月数。",
    },
    notices={
        "old_policy": (
            "{day}和以前办的异地长期居住备案，仍按原政策执行。原政策文件没有写，请拨打热线问清。"
        ),
        "expired": "到{day}这天，备案已经过期。请带居住证的签注证明去办理。",
    },
)

FILING_EXPIRY = Calculator(
    slug="filing-expiry",
    title="异地备案到哪天",
    lead="在外地长期居住、办过备案的，看看备案什么时候到期。",
    form=FilingExpiryForm,
    words=WORDS,
    by_scheme={
        Scheme.RESIDENT: SchemeRule(
            tables=lambda facts: RESIDENT_FILING_TABLES,
            terms=lambda book, facts: resident_filing_terms(book),
            rule=_resident_filing,
        ),
        Scheme.FLEXIBLE: SchemeRule(
            tables=lambda facts: FLEXIBLE_FILING_TABLES,
            terms=lambda book, facts: flexible_filing_terms(book),
            rule=flexible_filing,
        ),
    },
)
