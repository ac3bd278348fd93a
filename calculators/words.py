"""What steps, results, remarks and refusals are called in Chinese.

Words that several calculators share stand here; a calculator adds its own in its topic file.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from calculators.rules.people import Scheme

HEADLINE = "您大约自付"
ASK = "请拨打沈阳医保服务热线 024-12345-1-7（接通后按 1、7）。"
NOT_A_BILL = "按文件估算，以医院结算单为准。"
NOT_DECIDED = "按文件推算，以医保中心核定为准。"
# What would have to be known before a refused case has a number, by the code of its refusal.
NEEDED = {
    "resident_temporary": "居民临时去外地看病按什么比例报销的规定。",
    "filed_under_old_policy": "您备案时的那份原政策。",
    "outpatient_above_pool_limit": "统筹基金付满全年限额以后，门诊统筹还报不报的规定。",
    "over_the_pool_limit": "统筹基金付满全年限额以后，这项费用怎么报的规定。",
    "resident_assisted": "居民医保报不报辅助生殖的规定。",
    "threshold_missing": "今年居民大病保险的起付标准线。打电话问清楚，填上就能算。",
    "no_amount": "以后月份的缴费标准。",
    "too_many_months": "只填可以补的月份，就能算。",
    "other_year": "那一年度的规定。",
    "preferential_midyear": "认定您身份的部门怎么说：待遇从哪天起由它来办。",
    "break_before_rules": "那时候的规定。",
}
UNKNOWN = "文件没有写，或者还缺您的回答"
NEEDED_DAY = "那一天的规定。"
PAYERS = ("pool", "large_sum", "supplementary", "self")

# What residents may still get, or may not count on, beyond a single bill.
MAJOR_ILLNESS_LATER = (
    "居民大病保险：一年里自付的钱超过起付标准线后还能再报，但文件没有写这条线是多少。"
)
MEDICAL_AID = "医疗救助：文件没有写比例和限额。"

_LABELS = {
    "deductible": "起付标准",
    "pool": "统筹基金支付",
    "large_sum": "大额补助支付",
    "supplementary": "补充医疗保险支付",
    "self": "您自己付",
}
_SENTENCES = {
    "deductible": "起付标准就是报销的“门槛”，门槛以内的费用由您自己付。",
    "pool": "能报销的费用，由统筹基金按比例付。",
    "large_sum": "统筹基金全年付满限额以后，由大额补助接着按比例付。",
    "supplementary": "您按比例自付的钱（不含起付标准）超过规定数额的部分，补充医疗保险再付一些。",
    "self": "总费用减去上面各项支付，剩下的由您自己付。",
}
_NOTICES = {
    "tier_out_of_area": (
        "外地医院一般选“三级”。特三级（特大型三级）是沈阳的分法，拿不准时请问医院或拨打热线。"
    ),
    "large_sum_limit_reached": "大额补助今年的限额已经用完，超出的部分由您自己付。",
}


_ISO_DAY = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")


def fill(text: str, values: Mapping[str, str]) -> str:
    """Fill a sentence; a day or month among the values is said in Chinese."""
    return text.format(**{name: _said(value) for name, value in values.items()})


def _said(value: str) -> str:
    day = _ISO_DAY.fullmatch(value)
    if day is None:
        return value
    return "".join(
        f"{int(part)}{unit}" for part, unit in zip(day.groups(), "年月日", strict=True) if part
    )


@dataclass(frozen=True, slots=True)
class Words:
    """The Chinese of one calculator.

    `headlines` are the codes of the results that matter most where there is no bill: the first that
    is known and not nought stands in front.
    `labels` and `sentences` by the code of a step or result, `notices` and `reasons` by their
    codes (with `{names}` for the values they carry). `nothing` says what it means that a result is
    none, where that is an answer. `not_counted` by scheme.
    """

    headlines: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    sentences: Mapping[str, str] = field(default_factory=dict)
    notices: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    nothing: Mapping[str, str] = field(default_factory=dict)
    not_counted: Mapping[Scheme, Sequence[str]] = field(default_factory=dict)

    def label(self, code: str) -> str:
        """What a step or a result is called. A code without a name is a KeyError."""
        return self.labels[code] if code in self.labels else _LABELS[code]

    def sentence(self, code: str) -> str:
        """What a step does, in one sentence; empty where its label says it all."""
        return self.sentences[code] if code in self.sentences else _SENTENCES.get(code, "")

    def notice(self, code: str, values: Mapping[str, str]) -> str:
        """A remark with its values filled in."""
        text = self.notices[code] if code in self.notices else _NOTICES[code]
        return fill(text, values)
