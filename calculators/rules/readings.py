"""Readings that switch a rule: where the text allows more than one, which one is built.

The decided choice of each switch is a row that staff can change (`policy.ReadingChoice`); the
choices themselves are shapes of a rule, so they are listed here. The first choice of a switch is
not special: only the row decides. What each choice means stands at the rule that reads it and, in
words for everybody, in the `DecidedReading` of the same id.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

SWITCHES: dict[str, tuple[str, ...]] = {
    # 起付标准每次递减: a share of the listed standard each time, or of the last one (F-14.10)
    "A-01": ("linear", "compound", "full_again"),
    # 异地住院不享受减免: which exemptions are lost out of area (F-15.8)
    "A-05": ("disease_exemption_kept", "all_exemptions_kept", "all_exemptions_lost"),
    # 起付线上调2倍: to the double, or by the double (F-15.16)
    "A-07": ("to_multiple", "by_multiple"),
    # large-sum stage of a temporary stay: 按基本医疗保险统筹基金待遇标准 (F-15.12)
    "A-08": ("basic", "large_sum", "basic_reduced"),
    "A-08.deductible": ("standard", "raised", "halved"),
    # large-sum stage of a temporary emergency stay: 按照我市标准 (F-15.17)
    "A-09": ("large_sum", "basic"),
    "A-09.deductible": ("raised", "standard", "halved"),
    # 超过600元以上: counted for each settlement, or over the year (F-16.4)
    "A-17": ("per_settlement", "per_year"),
    # column of the supplementary table that the text does not name (F-16.14, F-16.15)
    "A-19.long_term": ("local", "temporary", "none"),
    "A-19.temporary_emergency": ("temporary", "local"),
    # 门诊统筹 deductible across tiers (F-13.3 to F-13.6)
    "A-24": ("topped_up", "separate", "once"),
    # whose 门诊统筹 limit is the lower one (F-13.8)
    "A-25": ("chronic_only", "any_listed_disease"),
    # 最多享受2次 (F-18.10)
    "A-29": ("lifetime", "per_year"),
    # 连续缴费3个月后, counted from the first paid month or the next (F-6.3)
    "A-47": ("from_first_month", "from_next_month"),
    # 自缴费到账次月起三个月后
    "A-53": ("from_next_month", "from_arrival_month"),
    # 1.5万元 of 特三级: on which amount, by parts or as a whole
    "A-61": ("parts_after_deductible", "parts_of_cost", "whole_by_cost", "whole_after_deductible"),
    # limits of both diseases: one each, or the higher one for both
    "A-67": ("separate", "shared"),
}


@dataclass(frozen=True, slots=True)
class Readings:
    """The decided choice of each switch on a day. Asking for one without a row is a KeyError."""

    choices: Mapping[str, str]

    def __getitem__(self, switch: str) -> str:
        return self.choices[switch]

    def with_choice(self, switch: str, choice: str) -> "Readings":
        """Return the same readings with one decided otherwise."""
        return replace(self, choices={**self.choices, switch: choice})

    def others(self, switch: str) -> tuple[str, ...]:
        """Return the choices that were not decided for `switch`."""
        return tuple(choice for choice in SWITCHES[switch] if choice != self.choices[switch])


def reading_id(switch: str) -> str:
    """Return the reading that a switch belongs to: `A-08.deductible` belongs to `A-08`."""
    return switch.partition(".")[0]
