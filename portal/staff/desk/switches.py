"""What the switches of the rules decide, in plain Chinese: for radio buttons, instead of codes.

The choices themselves are `calculators.rules.readings.SWITCHES`; what each does stands at the rule
that reads it. No number stands here: it is in the tables.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from calculators.catalogue import CALCULATORS
from calculators.rules.readings import SWITCHES, reading_id
from calculators.year import YEAR

RESIDENT, FLEXIBLE = "resident", "flexible"


@dataclass(frozen=True, slots=True)
class Switch:
    """A switch in words: its scheme, what it asks, its choices, the calculators that ask it."""

    scheme: str
    question: str
    choices: Mapping[str, str]
    calculators: tuple[str, ...]

    @property
    def titles(self) -> list[str]:
        """The names of the calculators whose amounts or days it changes."""
        return [
            (YEAR if slug == YEAR.slug else CALCULATORS[slug]).title for slug in self.calculators
        ]


_LARGE_SUM_DEDUCTIBLE = {
    "standard": "按沈阳的起付标准收，不上调也不降低",
    "raised": "按临时外出上调以后的起付标准收",
    "halved": "按大额阶段降低以后的起付标准收",
}

WORDS: dict[str, Switch] = {
    "A-01": Switch(
        FLEXIBLE,
        "一年里再次住院，起付标准怎么递减",
        {
            "linear": "每次都减去表里标准的同样一份，减到最多次数为止，以后不再变",
            "compound": "每次在上一次减过的数上再减，减到最多次数为止，以后不再变",
            "full_again": "每次都减去表里标准的同样一份，超过最多次数以后恢复全额",
        },
        ("inpatient", "maternity", "year"),
    ),
    "A-05": Switch(
        FLEXIBLE,
        "在外地住院，起付标准的减免还剩哪些",
        {
            "disease_exemption_kept": "只有不设起付标准的病种仍然不收，恶性肿瘤的免收不再有",
            "all_exemptions_kept": "不设起付标准的病种、恶性肿瘤的免收，在外地都有",
            "all_exemptions_lost": "在外地都没有，一律收起付标准",
        },
        ("inpatient", "year"),
    ),
    "A-07": Switch(
        FLEXIBLE,
        "临时外出急危重病住院，起付线“上调”是什么意思",
        {
            "to_multiple": "上调到文件写的倍数",
            "by_multiple": "在原来的起付标准以外，再加文件写的倍数",
        },
        ("inpatient", "year"),
    ),
    "A-08": Switch(
        FLEXIBLE,
        "临时外出住院，大额阶段按什么比例报",
        {
            "basic": "按沈阳同级医院统筹基金的比例，不下调",
            "large_sum": "按大额补助保险在沈阳的比例",
            "basic_reduced": "按沈阳同级医院统筹基金的比例，再照临时外出下调",
        },
        ("inpatient", "year"),
    ),
    "A-08.deductible": Switch(
        FLEXIBLE,
        "临时外出住院，整次都在大额阶段时，起付标准怎么收",
        _LARGE_SUM_DEDUCTIBLE,
        ("inpatient", "year"),
    ),
    "A-09": Switch(
        FLEXIBLE,
        "临时外出急危重病，大额阶段按什么比例报",
        {
            "large_sum": "按大额补助保险的比例；门（急）诊抢救再照文件下调",
            "basic": "按沈阳统筹基金的比例；门（急）诊抢救再照文件下调",
        },
        ("inpatient", "emergency", "year"),
    ),
    "A-09.deductible": Switch(
        FLEXIBLE,
        "临时外出急危重病住院，整次都在大额阶段时，起付标准怎么收",
        _LARGE_SUM_DEDUCTIBLE,
        ("inpatient", "year"),
    ),
    "A-17": Switch(
        FLEXIBLE,
        "补充医疗保险的起付线，怎么累计",
        {
            "per_settlement": "每次结算各算一次",
            "per_year": "全年各次结算加在一起算",
        },
        ("supplementary", "year"),
    ),
    "A-19.long_term": Switch(
        FLEXIBLE,
        "长期居住的人在备案地看病，补充医疗保险用哪一栏",
        {
            "local": "用“本市就医人员”一栏",
            "temporary": "用“临时外出人员”一栏",
            "none": "不报",
        },
        ("inpatient", "emergency", "year"),
    ),
    "A-19.temporary_emergency": Switch(
        FLEXIBLE,
        "临时外出急危重病，补充医疗保险用哪一栏",
        {
            "temporary": "用“临时外出人员”一栏",
            "local": "用“本市就医人员”一栏",
        },
        ("inpatient", "emergency", "year"),
    ),
    "A-24": Switch(
        FLEXIBLE,
        "一年里换了不同级别的医院，门诊统筹的起付标准怎么算",
        {
            "topped_up": "各级医院付过的加在一起，换到更高的一级只补差额",
            "separate": "每一级医院各收一次",
            "once": "在一级医院付满过，换到哪一级都不再收",
        },
        ("year",),
    ),
    "A-25": Switch(
        FLEXIBLE,
        "门诊统筹较低的年度限额，对谁适用",
        {
            "chronic_only": "只对享受门诊慢性病待遇的人",
            "any_listed_disease": "对享受门诊慢性病或者特殊病待遇的人",
        },
        ("outpatient", "year"),
    ),
    "A-29": Switch(
        FLEXIBLE,
        "辅助生殖的次数限制，怎么数",
        {"lifetime": "按一辈子合计", "per_year": "每年重新数"},
        ("maternity", "year"),
    ),
    "A-47": Switch(
        FLEXIBLE,
        "职工医保的等待期，从哪个月数起",
        {
            "from_first_month": "从第一次缴费（或者恢复缴费）的当月数起",
            "from_next_month": "从缴费的下个月数起",
        },
        ("start-date",),
    ),
    "A-53": Switch(
        RESIDENT,
        "居民中途参保的等待期，从哪个月数起",
        {
            "from_next_month": "从缴费到账的下个月数起",
            "from_arrival_month": "从缴费到账的当月数起",
        },
        ("start-date",),
    ),
    "A-61": Switch(
        RESIDENT,
        "住特三级医院的两种报销比例，怎么用",
        {
            "parts_after_deductible": "先扣起付标准，余下的费用分段，各段用各段的比例",
            "parts_of_cost": "先把全部费用分段，起付标准从较低的一段里扣，各段用各段的比例",
            "whole_by_cost": "看全部费用有没有过线，整笔用一个比例",
            "whole_after_deductible": "看扣掉起付标准以后有没有过线，整笔用一个比例",
        },
        ("inpatient", "maternity", "year"),
    ),
    "A-67": Switch(
        RESIDENT,
        "高血压和糖尿病都有，用药的年限额怎么算",
        {
            "separate": "两种病各有各的限额",
            "shared": "两种病合用一个，按较高的那个限额",
        },
        ("two-diseases", "year"),
    ),
}


def switches_of(code: str, scheme: str) -> dict[str, Switch]:
    """Return the switches that belong to a reading of a scheme, by their ids."""
    return {
        switch: WORDS[switch]
        for switch in SWITCHES
        if reading_id(switch) == code and WORDS[switch].scheme == scheme
    }
